"""Every secret is changed by the commands of docs/running/rotation.md while events come in: each is
heard and answered once."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import httpx
import psycopg
import pytest
from redis import Redis

import local.machine.servers.postgres as postgres
import local.machine.servers.redis as redis_server
from cli.env_file import read
from cli.env_lines import line_of
from local.machine.processes import free_ports
from settings import ROOT

pytestmark = pytest.mark.long
MICHI: Final = [sys.executable, "-c", "from cli.app import app; app(prog_name='michi')"]
PROCESSES: Final = (
    "web", "worker photos", "worker routing", "worker messages", "worker letters", "worker files",
    "clock",
)  # fmt: skip
PEOPLE: Final = 8
EVERY_SECONDS: Final = 0.5
PATIENCE: Final = 240.0


@dataclass
class City:
    """One installation: its file of settings, its processes, and who writes to it."""

    file: Path
    line: str
    cluster: str
    redis: str
    http: httpx.Client
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    steps: list[tuple[str, int]] = field(default_factory=list)

    @property
    def site(self) -> str:
        return read(self.file)["PUBLIC_URL"]

    def set(self, **changed: str) -> None:
        """As with an editor: these lines are others from now on."""
        env = read(self.file) | changed
        self.file.write_text("".join(f"{line_of(*one)}\n" for one in env.items()))

    def michi(self, *words: str, status: int = 0) -> str:
        """A command as it is typed; what it said."""
        ran = subprocess.run(
            [*MICHI, "--env-file", str(self.file), *words], cwd=ROOT, env=bare(), text=True,
            capture_output=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
        assert ran.returncode == status, (words, ran.stdout, ran.stderr)
        return ran.stdout

    def restart(self, *names: str) -> None:
        """As `systemctl restart`: asked to stop, waited for, started again."""
        for name in names:
            self.running[name].terminate()
        for name in names:
            self.running[name].wait(30)
            self.start(name)
        if "web" in names:
            self.until_ready()

    def start(self, name: str) -> None:
        with (self.file.parent / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [*MICHI, "--env-file", str(self.file), *name.split()], cwd=ROOT, env=bare(),
                stdout=log, stderr=log,
            )  # fmt: skip

    def until_ready(self) -> dict[str, Any]:
        return until(lambda: self.ready().get("database") and self.ready(), "web is not ready")

    def ready(self) -> dict[str, Any]:
        with suppress(httpx.TransportError):
            told: dict[str, Any] = self.http.get(f"{self.site}/readyz").json()
            return told
        return {}

    def order(self, call: str, **body: Any) -> Any:
        """To the LINE platform."""
        return self.http.post(f"{self.line}/_platform/{call}", json=body).raise_for_status().json()

    def answers(self, who: str) -> int:
        """In how many requests words came to this phone."""
        seen = self.http.get(f"{self.line}/_platform/people/{who}/timeline").json()
        bot = [one for one in seen if one["from"] == "bot"]
        return len({one["answers"] if one["via"] == "reply" else one["retryKey"] for one in bot})

    def step(self, what: str) -> None:
        """Done, while so many events came in meanwhile; some more come before the next one."""
        self.steps.append((what, sum(self.sent.values())))
        time.sleep(4 * EVERY_SECONDS)


def bare() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": "/tmp"}


def until(looked: Any, trouble: str) -> Any:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if found := looked():
            return found
        time.sleep(0.3)
    raise AssertionError(trouble)


@pytest.fixture
def city() -> Iterator[City]:
    folder = Path("/tmp") / f"michi-rotation-{uuid4().hex[:8]}"
    folder.mkdir(mode=0o755)
    with ExitStack() as all_of_it:
        all_of_it.callback(shutil.rmtree, folder, ignore_errors=True)
        cluster = postgres.start(folder / "postgres", durable=False)
        all_of_it.callback(cluster.stop)
        broker = redis_server.start(folder / "redis")
        all_of_it.callback(broker.stop)
        http = all_of_it.enter_context(httpx.Client(timeout=20, trust_env=False))
        found = City(folder / "michi.env", "", cluster.url, broker.url, http)
        passwords_count(folder, cluster.url, broker.url)
        web, api, data = free_ports((0, 0, 0))
        found.line = f"http://127.0.0.1:{api}"
        found.file.touch(mode=0o600)
        found.set(**settings_of(folder, cluster.url, broker.url, (web, api, data)))
        all_of_it.enter_context(line_platform(found.file, web, api, data))
        found.michi("migrate")
        found.michi("load-city", "local/sample_city")
        found.set(DATABASE_OWNER_URL="")
        all_of_it.callback(lambda: stop(found))
        for name in PROCESSES:
            found.start(name)
        found.until_ready()
        yield found


def settings_of(
    folder: Path, cluster: str, broker: str, ports: tuple[int, int, int]
) -> dict[str, str]:
    web, api, data = ports
    return {
        "DATABASE_URL": cluster.replace("//michi@", "//michi_app:one@"),
        "DATABASE_OWNER_URL": cluster,
        "REDIS_URL": broker.replace("unix://", "unix://michi:one@"),
        "PHOTO_STORE_URL": f"file://{folder}/photos",
        "PUBLIC_URL": f"http://127.0.0.1:{web}",
        "HOST": "127.0.0.1",
        "PORT": str(web),
        "SECRET_KEY": secrets.token_hex(32),
        "LINE_CHANNEL_SECRET": "a first secret",
        "LINE_CHANNEL_ACCESS_TOKEN": "a first token",
        "LINE_API_URL": f"http://127.0.0.1:{api}",
        "LINE_DATA_API_URL": f"http://127.0.0.1:{data}",
        "PUSH_GATHER_SECONDS": "0",
    }


def passwords_count(folder: Path, cluster: str, broker: str) -> None:
    """PostgreSQL and Redis let Michi's users in by their passwords alone."""
    hba = folder / "postgres" / "pg_hba.conf"
    lines = "local all michi_app,michi_app_2 scram-sha-256\n"
    hba.write_text(lines + hba.read_text())
    with psycopg.connect(cluster, autocommit=True) as database:
        database.execute("ALTER ROLE michi_app PASSWORD 'one'")
        database.execute("SELECT pg_reload_conf()")
    acl = "on >one ~rq:* ~michi:* &rq:pubsub:* +@all -@dangerous -@scripting +info"
    Redis.from_url(broker).execute_command("ACL", "SETUSER", "michi", *acl.split())


@contextmanager
def line_platform(file: Path, web: int, api: int, data: int) -> Iterator[None]:
    keys = ["--webhook", f"http://127.0.0.1:{web}/line/webhook"]
    keys += ["--channel-secret", "a first secret", "--access-token", "a first token"]
    ports = ["--api-port", str(api), "--data-port", str(data)]
    command = [sys.executable, "-m", "line_platform", *keys, *ports]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout
        json.loads(process.stdout.readline())
        try:
            yield
        finally:
            process.terminate()


def stop(city: City) -> None:
    for process in city.running.values():
        process.terminate()
    for process in city.running.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        process.kill()
        process.wait()


@contextmanager
def stream(city: City) -> Iterator[None]:
    """Somebody asks how it works every half second, until the block ends; then all is delivered."""
    city.order("delivery", redeliver=True, redeliver_after_ms=1000, redeliver_times=100)
    people = [city.order("people", name=f"人{n}")["userId"] for n in range(PEOPLE)]
    over = threading.Event()

    def write() -> None:
        turn = 0
        while not over.wait(EVERY_SECONDS):
            who = people[turn % PEOPLE]
            city.order(f"people/{who}/text", text="使い方")
            city.sent[who] += 1
            turn += 1

    hand = threading.Thread(target=write)
    hand.start()
    try:
        yield
    finally:
        over.set()
        hand.join()
    with httpx.Client(timeout=PATIENCE, trust_env=False) as patient:
        patient.post(f"{city.line}/_platform/delivery/flush").raise_for_status()


def test_every_secret_is_changed_and_no_event_is_lost(city: City) -> None:
    with stream(city):
        city.step("begun")
        the_channels_secret(city)
        its_token(city)
        the_secret_key(city)
        a_programs_key(city)
        the_databases_password(city)
        redis_password(city)
    total = sum(city.sent.values())
    for what, many in city.steps:
        print(f"{many:5} events  {what}")
    with psycopg.connect(city.cluster) as database:
        heard = "SELECT count(*), count(*) FILTER (WHERE done_at IS NULL) FROM inbox"
        until(lambda: database.execute(heard).fetchall()[0][1] == 0, "not all were heard")
        kept = database.execute(heard).fetchall()[0][0]
    until(lambda: sum(map(city.answers, city.sent)) >= total, "not all were answered")
    time.sleep(5)
    answered = {who: city.answers(who) for who in city.sent}
    print(f"{total} events sent, {kept} kept once, {sum(answered.values())} answered")
    assert kept == total
    assert answered == dict(city.sent)


def the_channels_secret(city: City) -> None:
    city.order("channel", channelSecret="a second secret")
    city.set(LINE_CHANNEL_SECRET="a second secret", LINE_CHANNEL_SECRET_ALSO="a first secret")
    city.restart("web")
    city.step("channel secret: both are believed")
    city.set(LINE_CHANNEL_SECRET_ALSO="")
    city.restart("web")
    city.step("channel secret: the first is gone")


def its_token(city: City) -> None:
    city.set(
        LINE_CHANNEL_ACCESS_TOKEN="a second token", LINE_CHANNEL_ACCESS_TOKEN_ALSO="a first token"
    )
    city.restart("web", "worker photos", "worker messages", "clock")
    until(
        lambda: "line_token" in city.ready()["degraded"],
        "readyz does not say which token is refused",
    )
    city.step("access token: LINE knows the first alone, which is used")
    city.order("channel", accessTokens=["a second token"])
    city.step("access token: LINE knows the second alone, which is used")
    city.set(LINE_CHANNEL_ACCESS_TOKEN_ALSO="")
    city.restart("web", "worker photos", "worker messages", "clock")
    city.step("access token: the first is gone")


def the_secret_key(city: City) -> None:
    words = ["sato", "--role", "staff", "--shown-name", "佐藤", "--password", "long-enough-one"]
    city.michi("add-user", *words)
    form = {"name": "sato", "password": "long-enough-one", "next": "/staff/"}
    page = {"Origin": city.site, "Sec-Fetch-Site": "same-origin"}
    city.http.post(f"{city.site}/sign-in", data=form, headers=page)
    before = read(city.file)["SECRET_KEY"]
    city.set(SECRET_KEY=secrets.token_hex(32), SECRET_KEYS_ALSO=before)
    city.restart(*PROCESSES)
    told = city.michi("secrets", "reseal", status=3)
    assert city.http.get(f"{city.site}/staff/").status_code == 200
    city.step(f"SECRET_KEY: {told.splitlines()[-1].strip()}")


def a_programs_key(city: City) -> None:
    former = city.michi("keys", "new", "gis", "--scope", "open").strip()
    new = city.michi("keys", "renew", "gis", "--former-days", "3").strip()
    for key in (former, new):
        asks = {"authorization": f"Bearer {key}"}
        assert city.http.get(f"{city.site}/api/tickets", headers=asks).status_code == 200
    city.step("a program's key: both open")


def the_databases_password(city: City) -> None:
    old = read(city.file)["DATABASE_URL"]
    with psycopg.connect(city.cluster, autocommit=True) as database:
        database.execute("CREATE ROLE michi_app_2 LOGIN PASSWORD 'two' IN ROLE michi_app")
        city.set(DATABASE_URL=old.replace("michi_app:one@", "michi_app_2:two@"))
        city.restart(*PROCESSES)
        database.execute("ALTER ROLE michi_app PASSWORD NULL")
        left = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'michi_app'"
        assert database.execute(left).fetchall() == [(0,)]
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(old)
    city.step("database: the second role, the first has no password")


def redis_password(city: City) -> None:
    broker, old = Redis.from_url(city.redis), read(city.file)["REDIS_URL"]
    broker.execute_command("ACL", "SETUSER", "michi", ">two")
    city.set(REDIS_URL=old.replace("michi:one@", "michi:two@"))
    city.restart(*PROCESSES)
    broker.execute_command("ACL", "SETUSER", "michi", "<one")
    with pytest.raises(Exception, match="invalid username-password"):
        Redis.from_url(old).ping()
    assert city.until_ready()["redis"]
    city.step("redis: the second password, the first is gone")
