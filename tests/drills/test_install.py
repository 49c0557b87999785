"""A fresh Debian, from nothing to the first ticket over HTTPS by docs/running/install.md alone,
each command of the book typed; and back to nothing."""

import re
import secrets
import ssl
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import through_the_proxy as stranger
from fresh_debian import ADDRESS, FreshDebian

from settings import ROOT

pytestmark = pytest.mark.long
BOOK = ROOT / "docs/running/install.md"
HOST = "michi.example.jp"
PATIENCE = 300.0
MOST_EXPOSED = 2.0
"""As systemd-analyze counts, from 0 to 10; "OK" begins below 5."""


def told(step: str, result: object, began: float | None = None) -> None:
    took = "" if began is None else f"  {time.monotonic() - began:.1f} s"
    print(f"{step}: {result}{took}", flush=True)


def typed(chapter: str) -> list[str]:
    """The commands of one chapter of the book, in their order."""
    words = BOOK.read_text(encoding="utf-8").partition(f"\n## {chapter}\n")[2].partition("\n## ")[0]
    blocks = re.findall(r"```sh\n(.*?)```", words, re.DOTALL)
    return [line for block in blocks for line in block.splitlines() if line.strip()]


def signed(folder: Path) -> Path:
    """A city's own authority, and the site's certificate and key of it."""
    for line in (
        "req -x509 -newkey rsa:2048 -nodes -days 3 -subj /CN=Authority -keyout ca.key -out ca.pem",
        f"req -newkey rsa:2048 -nodes -subj /CN={HOST} -keyout privkey.pem -out site.csr"
        f" -addext subjectAltName=DNS:{HOST}",
        "x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3"
        " -copy_extensions copy -out site.pem",
    ):
        subprocess.run(["openssl", *line.split()], cwd=folder, check=True, capture_output=True)
    chain = (folder / "site.pem").read_text() + (folder / "ca.pem").read_text()
    (folder / "fullchain.pem").write_text(chain)
    return folder / "ca.pem"


@contextmanager
def line_platform(machine: FreshDebian, ca: Path, secret: str, token: str) -> Iterator[None]:
    """LINE, on the machine's loopback."""
    hosts = Path(f"/etc/netns/{machine.name}/hosts")
    hosts.parent.mkdir(parents=True, exist_ok=True)
    hosts.write_text(f"127.0.0.1 localhost {HOST}\n")
    words = [sys.executable, "-m", "line_platform", "--api-port", "9100", "--data-port", "9101",
             "--webhook", f"https://{HOST}/line/webhook", "--channel-secret", secret,
             "--access-token", token]  # fmt: skip
    with machine.beside(words, cwd=ROOT, env={"SSL_CERT_FILE": str(ca)}) as running:
        try:
            assert running.stdout
            told("LINE platform", running.stdout.readline().strip())
            yield
        finally:
            running.terminate()
            hosts.unlink()
            hosts.parent.rmdir()


def browser(ca: Path) -> httpx.Client:
    """Somebody who finds HOST at the machine's address."""

    def there(request: httpx.Request) -> None:
        request.extensions["sni_hostname"] = HOST

    return httpx.Client(
        base_url=f"https://{ADDRESS}", headers={"Host": HOST, "Origin": f"https://{HOST}"},
        verify=ssl.create_default_context(cafile=ca), event_hooks={"request": [there]},
        timeout=PATIENCE, trust_env=False,
    )  # fmt: skip


def lies_there(machine: FreshDebian) -> set[str]:
    """All files of the machine, but logs, caches and what packages alone change."""
    found = machine.run(
        "find /etc /opt /usr/local /var/lib/michi /var/backups /var/lib/redis /run/systemd/units"
        " -xdev 2>/dev/null; getent passwd; getent group; runuser -u postgres -- psql -XAtc"
        ' "SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles"',
        check=False,
    ).stdout
    return {line for line in found.splitlines() if "michi" in line}


def test_from_nothing_to_the_first_ticket_and_back(tmp_path: Path) -> None:
    began = time.monotonic()
    made = ["bash", str(ROOT / "local/release.sh"), str(tmp_path)]
    subprocess.run(made, check=True, capture_output=True)
    told("release", [file.name for file in tmp_path.glob("*.tar.gz")], began)
    (tmp_path / "machine").mkdir()
    began = time.monotonic()
    with FreshDebian(tmp_path / "machine") as machine:
        told("fresh Debian, systemd is process 1", machine.run("ps -o comm= 1").stdout, began)
        _drilled(machine, tmp_path)


def _drilled(machine: FreshDebian, folder: Path) -> None:
    ca = signed(folder)
    secret, token = secrets.token_hex(16), secrets.token_hex(40)
    home = machine.root / "root"
    line_env = (
        f"LINE_CHANNEL_SECRET={secret}\nLINE_CHANNEL_ACCESS_TOKEN={token}\n"
        "LINE_API_URL=http://127.0.0.1:9100\nLINE_DATA_API_URL=http://127.0.0.1:9101\n"
    )
    (home / "line.env").write_text(line_env)
    for name in ("fullchain.pem", "privkey.pem"):
        (home / name).write_bytes((folder / name).read_bytes())
    for file in folder.glob("michi-*.tar.gz*"):
        (home / file.name).write_bytes(file.read_bytes())
    whole = time.monotonic()
    link = _installed(machine)
    again = [line for line in typed("Install") if "install.sh" in line][-1]
    began = time.monotonic()
    said = machine.run(again.replace(" --settings line.env", "")).stdout
    assert "変更なし" in said
    assert not re.search(r"^  … ", said, re.MULTILINE)
    told("a second run changes nothing", said.splitlines()[-1], began)
    _units_hold(machine)
    for line in typed("See that it runs"):
        told(f"$ {line}", machine.run(line).stdout.strip().splitlines()[-1])
    with line_platform(machine, ca, secret, token), browser(ca) as clerk:
        for line in typed("LINE"):
            told(f"$ {line}", machine.run(line).stdout.strip().splitlines()[-1])
        _first_ticket(machine, clerk, link)
        told("from nothing to the first ticket", "by the book", whole)
        _strangers(stranger.Site(ADDRESS, HOST, str(ca)), clerk)
    for line in typed("Uninstall"):
        told(f"$ {line}", machine.run(line).stdout.strip().splitlines()[-1])
    left = lies_there(machine)
    told("left behind", sorted(left))
    assert left == set()


def _installed(machine: FreshDebian) -> str:
    """The administrator's invitation."""
    said = ""
    for line in typed("Install"):
        began = time.monotonic()
        before = lies_there(machine) if "--dry-run" in line else set()
        said = machine.run(line).stdout or said
        told(f"$ {line}", (said.strip().splitlines() or ["-"])[-1], began)
        if "--dry-run" in line:
            assert lies_there(machine) == before
            assert "michi-web@.service" in said
        if "install.sh" in line and "--dry-run" not in line:
            link = re.search(rf"https://{HOST}/invited/\S+", said)
            assert link
            found = link[0]
    return found


def _units_hold(machine: FreshDebian) -> None:
    units = machine.run("ls -p /etc/systemd/system | grep ^michi | grep -v /").stdout.split()
    named = " ".join(unit.replace("@.", "@koganei.") for unit in units)
    verified = machine.run(f"systemd-analyze verify {named}")
    assert (verified.stdout, verified.stderr) == ("", "")
    told("systemd-analyze verify", "clean")
    for unit in units:
        if not unit.endswith(".service"):
            continue
        said = machine.run(
            f"systemd-analyze security --offline=true --no-pager /etc/systemd/system/{unit}"
        ).stdout
        exposed = float(re.findall(r"exposure level[^:]*: ([\d.]+)", said)[0])
        told(f"systemd-analyze security {unit}", exposed)
        assert exposed <= MOST_EXPOSED
    killed = machine.run("systemctl show -P MainPID michi-web@koganei").stdout.strip()
    machine.run(f"kill -9 {killed}")
    began = time.monotonic()
    while machine.run(_ASK, check=False).returncode:
        assert time.monotonic() - began < PATIENCE
        time.sleep(1)
    told("web is killed and answers again", "200", began)


_ASK = "python3 -c \"import urllib.request as u; u.urlopen('http://127.0.0.1:8001/readyz')\""


def _first_ticket(machine: FreshDebian, clerk: httpx.Client, link: str) -> None:
    path = link.removeprefix(f"https://{HOST}")
    password = secrets.token_urlsafe(16)
    assert clerk.get(path).status_code == 200
    came = clerk.post(path, data={"shown_name": "佐藤", "password": password})
    told("the administrator comes in by the link", came.status_code)
    assert came.status_code == 303
    began = time.monotonic()
    words = [sys.executable, str(ROOT / "tests/support/first_report.py"), "http://127.0.0.1:9100",
             "舗装の穴・段差"]  # fmt: skip
    with machine.beside(words, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}) as phone:
        said = phone.communicate(timeout=2 * PATIENCE)[0]
    number = re.findall(r"\d{3}-\d{3}-\d{3}", said)
    told("what the phone shows", said.strip().splitlines()[-3:], began)
    assert number, said
    page = clerk.get(f"/staff/tickets/{number[-1]}")
    told("the ticket's page over HTTPS", (page.status_code, number[-1]))
    assert page.status_code == 200
    assert number[-1] in page.text


def _strangers(site: stranger.Site, clerk: httpx.Client) -> None:
    prefix = re.search(r"(/[\w/-]*[0-9a-f]{12}/)", clerk.get("/terms").text)
    assert prefix
    plain = "GET {} HTTP/1.1\nHost: {{host}}\nConnection: close\n\n"
    for path in ("/metrics", "/readyz", "//metrics", "/%6detrics"):
        assert site.status(plain.format(path)) == 404
    assert site.status("GET / HTTP/1.1\nHost: other.example\nConnection: close\n\n") == 421
    heads = {size: stranger.great_head(site, size) for size in (6_000, 20_000, 40_000_000)}
    told("heads of 6 KB, 20 KB, 40 MB", heads)
    assert list(heads.values()) == [200, 400, 400]
    bodies = [stranger.great_body(site, "/sign-in", 25_000_000),
              stranger.great_body(site, "/line/webhook", 2_000_000)]  # fmt: skip
    told("bodies of 25 MB, and 2 MB at the web hook", bodies)
    assert bodies == [413, 413]
    seconds, meanwhile = stranger.half_sent(site)
    told(f"{stranger.HALF_SENT} half-sent requests: closed after, others hear", meanwhile)
    told("  seconds", round(seconds, 1))
    assert (seconds < 30, meanwhile) == (True, 200)
    many = Counter(stranger.at_once(site, "/sign-in", 250))
    told("250 requests at once of one address", dict(many))
    assert many[429] >= 50
    hooks = Counter(stranger.at_once(site, "/line/webhook", 250))
    told("250 web hooks at once of one address, unsigned", dict(hooks))
    assert hooks[429] == 0
    assert hooks[401] >= 150
    arrived, length = stranger.slow_reader(site, f"{prefix[1]}maplibre/maplibre-gl.mjs", 45)
    told("somebody who reads nothing for 45 s gets", f"{arrived} of {length} bytes")
    assert arrived < length
