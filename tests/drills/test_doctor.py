"""`michi doctor`, played with the real parts: all of Michi behind a real nginx with TLS, with right
and with wrong settings of either; what it finds, and that it finds nothing where all is right.

    ./test --long tests/drills/test_doctor.py -s
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from doctors_round import certificate
from pyrage import x25519
from redis import Redis

from cli.doctor.groups.processes import SILENT_SECONDS
from local.machine.processes import Trouble, free_ports, is_listening
from local.machine.stack import Stack, running
from local.machine.wish import Wish, bare_environment
from settings import ROOT

pytestmark = pytest.mark.long

Found = dict[str, dict[str, Any]]
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
SITE = """
worker_processes 1; error_log {folder}/error.log; pid {folder}/nginx.pid; user root;
events {{ worker_connections 256; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    large_client_header_buffers 4 {head};
    server {{ listen 127.0.0.1:{plain}; {http} }}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate {pem}; ssl_certificate_key {pem};
        client_max_body_size {body};
        location / {{ proxy_pass http://127.0.0.1:{web}; {more} {passes} }}
    }}
}}
"""
PASSES = (
    "proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto $scheme;"
)
TRIES = 6
RIGHT = {
    "head": "8k", "body": "20m", "passes": PASSES, "more": "",
    "http": "return 301 https://127.0.0.1:{port}$request_uri;",
}  # fmt: skip
WRONG_SITES: list[tuple[str, dict[str, str], str, str]] = [
    ("passes no address on", {"passes": ""}, "proxy.address", "wrong"),
    (
        "lets everybody choose their address",
        {"passes": PASSES.replace("$remote_addr", "$http_x_forwarded_for")},
        "proxy.address",
        "wrong",
    ),
    (
        "adds to what it is sent, as many do",
        {"passes": PASSES.replace("$remote_addr", "$proxy_add_x_forwarded_for")},
        "proxy.address",
        "right",
    ),
    ("does not tell of https", {"passes": PASSES.partition(";")[0] + ";"}, "proxy.scheme", "wrong"),
    ("takes 1 MB, which is nginx's own limit", {"body": "1m"}, "proxy.photos", "wrong"),
    ("takes whatever comes", {"body": "0"}, "proxy.too_large", "warning"),
    ("takes heads of 64 KB: web does not", {"head": "64k"}, "proxy.head", "right"),
    (
        "answers by plain http",
        {"http": "location / {{ proxy_pass http://127.0.0.1:{web}; }}"},
        "proxy.redirect",
        "wrong",
    ),
    (
        "hides that browsers shall keep to https",
        {"more": "proxy_hide_header Strict-Transport-Security;"},
        "proxy.hsts",
        "warning",
    ),
    ("leads to a port where nobody is", {"web": "9"}, "proxy.reached", "wrong"),
]
WRONG_SETTINGS: list[tuple[str, str, str]] = [
    ("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/michi", "database.connection"),
    ("REDIS_URL", "redis://127.0.0.1:9/0", "redis.connection"),
    ("PHOTO_STORE_URL", "file:///tmp", "photos.marker"),
    ("SECRET_KEY", "another key, which nobody knew: 5f0a91c7", "proxy.address"),
    ("LINE_CHANNEL_SECRET", "5f0a91c7e6d84b23", "line.signature"),
    ("LINE_CHANNEL_ACCESS_TOKEN", "5f0a91c7e6d84b23", "line.token"),
    ("PUBLIC_URL", "https://michi.invalid", "proxy.reached"),
    ("SMTP_URL", "smtp://127.0.0.1:9", "mail.server"),
    ("TZ", "Asia/Nowhere", "settings.TZ"),
    ("LINE_CHANNEL_SECRET", "", "settings.LINE_CHANNEL_SECRET"),
]


def two_ports() -> tuple[int, int]:
    """One for http, and the next for https."""
    for _ in range(100):
        (plain,) = free_ports([0])
        with suppress(Trouble):
            if free_ports([plain + 1]) == [plain + 1]:
                return plain, plain + 1
    raise AssertionError("no two ports in a row")


class Nginx:
    """A real one, whose site is written anew as a play wants it."""

    def __init__(self, folder: Path, plain: int, port: int, web: str, pem: Path) -> None:
        self.file, folder = folder / "nginx.conf", folder
        self.facts = {
            "folder": str(folder), "plain": str(plain), "port": str(port), "web": web,
            "pem": str(pem),
        }  # fmt: skip
        self.command = [NGINX, "-c", str(self.file), "-p", str(folder)]
        self.port = port

    def serve(self, **changed: str) -> None:
        """From now on with this site. nginx takes over new files within a second or so."""
        facts = RIGHT | self.facts | changed
        facts["http"] = facts["http"].format(**facts)
        self.file.write_text(SITE.format(**facts), encoding="utf-8")
        if is_listening(self.port):
            subprocess.run([*self.command, "-s", "stop"], check=True, capture_output=True)
            while is_listening(self.port):
                time.sleep(0.05)
        subprocess.run(self.command, check=True, capture_output=True)
        while not is_listening(self.port):
            time.sleep(0.05)

    def end(self) -> None:
        subprocess.run([*self.command, "-s", "stop"], check=False, capture_output=True)


@contextmanager
def installed(folder: Path) -> Iterator[tuple[Stack, Nginx, Mapping[str, str]]]:
    """The whole of Michi behind nginx, LINE's platform leading there; the settings."""
    trusted, pem = certificate(folder / "tls")
    plain, port = two_ports()
    of_proxy = {
        "PUBLIC_URL": f"https://127.0.0.1:{port}", "TRUSTED_PROXIES": "127.0.0.1",
        "SSL_CERT_FILE": str(trusted), "HOST": "127.0.0.1",
        "BACKUP_URL": (folder / "backups").as_uri(),
        "BACKUP_PUBLIC_KEY": str(x25519.Identity.generate().to_public()),
    }  # fmt: skip
    wish = Wish(
        str(folder / "data"), bare_environment() | of_proxy, durable=True, throw_away=True,
        afterwards=(("michi", "line", "setup"),),
    )  # fmt: skip
    (folder / "backups").mkdir()
    with running(wish) as stack:
        nginx = Nginx(folder, plain, port, stack.env["PORT"], pem)
        nginx.serve()
        try:
            for words in ("line setup --set-webhook", "backup", "backup verify"):
                subprocess.run(
                    [sys.executable, "-c", MICHI, *words.split()], env=dict(stack.env), cwd=ROOT,
                    check=True, capture_output=True,
                )  # fmt: skip
            yield stack, nginx, stack.env
        finally:
            nginx.end()


MICHI = "from cli.app import app; app(prog_name='michi')"


def doctor(env: Mapping[str, str], *words: str) -> tuple[int, Found]:
    """The command as it is typed; its status, and each finding by its name."""
    ran = subprocess.run(
        [sys.executable, "-c", MICHI, "doctor", "--json", *words], env=dict(env), cwd=ROOT,
        text=True, capture_output=True, check=False,
    )  # fmt: skip
    assert ran.stdout, ran.stderr[-2000:]
    for secret in ("SECRET_KEY", "LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN"):
        assert not env.get(secret) or env[secret] not in ran.stdout
    told = {each["name"]: each for each in json.loads(ran.stdout)["findings"]}
    assert ran.returncode == (1 if any(e["level"] == "wrong" for e in told.values()) else 0)
    return ran.returncode, told


def until_found(
    env: Mapping[str, str], name: str, level: str, *words: str
) -> dict[str, Any] | None:
    """A finding, once it is of this level; at last as it is. Where this machine has much else to do
    a look may not end in its time, and a part may not yet know of what was done to it."""
    for _ in range(TRIES):
        found = doctor(env, *words)[1].get(name)
        if found and found["level"] == level:
            break
    return found


def say(what: str, found: dict[str, Any] | None, wanted: str) -> bool:
    """One line of the play; whether it came out."""
    level = found["level"] if found else "missing"
    typed = (found["to_type"] or [""])[0] if found else ""
    name = found["name"] if found else ""
    print(f"{'ok ' if level == wanted else '✗✗ '} {what:<58} {name:<22} {level:<8} {typed[:70]}")
    return level == wanted


def test_the_doctor_finds_what_is_wrong_and_nothing_where_all_is_right(tmp_path: Path) -> None:
    assert Path(NGINX).exists(), "apt-get install nginx-light"
    with installed(tmp_path) as (stack, nginx, env):
        status, found, seconds, amiss = all_is_right(env)
        print(f"\nall is right: {len(found)} findings, status {status}, {seconds:.1f} s")
        assert amiss == {}, amiss
        outcomes = [*sites(nginx, env, tmp_path), *settings_of(env), *parts(stack, env)]
        assert all(outcomes), outcomes
        status, found, _, amiss = all_is_right(env)
        assert status == 0, amiss
        print(f"all is right again: status {status}; {len(outcomes)} plays")


def all_is_right(env: Mapping[str, str]) -> tuple[int, Found, float, Found]:
    """Status, findings, seconds, and what of it is amiss, once nothing is; at last as it is."""
    for _ in range(TRIES):
        began = time.monotonic()
        status, found = doctor(env)
        seconds = time.monotonic() - began
        amiss = {n: e for n, e in found.items() if e["level"] in ("wrong", "warning")}
        if not amiss:
            break
    return status, found, seconds, amiss


def sites(nginx: Nginx, env: Mapping[str, str], folder: Path) -> Iterator[bool]:
    for what, changed, name, level in WRONG_SITES:
        nginx.serve(**changed)
        yield say(f"nginx {what}", until_found(env, name, level, "--only", "proxy"), level)
    ended, pem = certificate(folder / "ended", days=-1)
    nginx.serve(pem=str(pem))
    trusting = {**env, "SSL_CERT_FILE": str(ended)}
    found = until_found(trusting, "proxy.reached", "wrong", "--only", "proxy")
    yield say("a certificate that has ended", found, "wrong")
    found = until_found(env, "proxy.reached", "wrong", "--only", "line")
    yield say("a certificate that nobody trusts", found, "wrong")
    nginx.serve()


def settings_of(env: Mapping[str, str]) -> Iterator[bool]:
    for name, value, finding in WRONG_SETTINGS:
        found = until_found({**env, name: value}, finding, "wrong")
        yield say(f"{name}={value or '(empty)'}"[:58], found, "wrong")


def parts(stack: Stack, env: Mapping[str, str]) -> Iterator[bool]:
    redis = Redis.from_url(stack.redis_url)
    redis.config_set("maxmemory-policy", "allkeys-lru")
    found = until_found(env, "redis.policy", "wrong", "--only", "redis")
    yield say("Redis evicts", found, "wrong")
    redis.config_set("maxmemory-policy", "noeviction")
    clock = stack.processes["clock"]
    os.kill(clock, signal.SIGSTOP)
    time.sleep(SILENT_SECONDS + 2)
    found = until_found(env, "processes.clock", "wrong", "--only", "processes")
    os.kill(clock, signal.SIGCONT)
    yield say("the clock hangs", found, "wrong")
    store = Path(env["PHOTO_STORE_URL"].removeprefix("file://"))
    store.rename(store.with_name("away"))
    found = until_found(env, "photos.marker", "wrong", "--only", "photos")
    store.with_name("away").rename(store)
    yield say("the disk of the photos is away", found, "wrong")
    limit = httpx.post(f"{stack.line_api}/_platform/quota", json={"limit": 0}, timeout=60)
    limit.raise_for_status()
    found = until_found(env, "line.quota", "wrong", "--only", "line")
    yield say("no push is left this month", found, "wrong")
    httpx.post(f"{stack.line_api}/_platform/quota", json={"limit": 30_000}).raise_for_status()
