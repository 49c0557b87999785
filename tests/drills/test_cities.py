"""Three cities from a release on one Debian server: kept apart, upgraded in waves while events
come, and one wave that goes back. Prints what it saw."""

import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import releases_of_the_drill as releases
from server_in_a_box import Server, lacking, server

from local.machine.wish import ROOT

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(lacking()), reason=f"lacking here: {', '.join(lacking())}"),
]
_UPGRADE = ("michi", "city", "upgrade", "--release")
NOW, NEXT, BROKEN = "1.0.0", "1.0.1", "1.0.2"
CITIES = {"koganei": 9001, "musashino": 9002, "chofu": 9003}
"""Each with the port of its LINE; its data API is at a hundred more."""
FIRST = 4
"""So many events of each city are heard before the upgrade begins."""
PATIENCE = 600.0
PYTHON = "/opt/michi/cities/koganei/bin/python"
PEOPLE = ROOT / "tests" / "support" / "people_of_three_cities.py"


@pytest.fixture(scope="module")
def machine() -> Iterator[Server]:
    with tempfile.TemporaryDirectory(prefix="michi-drill-") as folder:
        made = releases.make(Path(folder), (NOW, NEXT, BROKEN), broken=(BROKEN,))
        shutil.copyfile(PEOPLE, made / PEOPLE.name)
        made.chmod(0o755)
        with server("michi-drill-cities", {made: "/drill"}) as booted:
            yield booted


def say(step: str, *found: object) -> None:
    print(f"[{time.strftime('%H:%M:%S')}] {step}:", *found, flush=True)


def test_three_cities_on_one_machine(machine: Server) -> None:
    _install(machine)
    _kept_apart(machine)
    _begin_events(machine)
    _upgrade_in_waves(machine)
    _a_wave_that_goes_back(machine)
    _nothing_was_lost(machine)
    _one_less(machine)


def _install(machine: Server) -> None:
    settings = {name: _settings(name) for name in CITIES}
    words = ["--city", "/drill/source/local/sample_city", "--settings", "-"]
    began = time.monotonic()
    wheel = f"/drill/{NOW}/michi-{NOW}-py3-none-any.whl"
    machine.run(
        "env", f"PYTHONPATH={wheel}", "python3", "-m", "cli.install", "koganei", *words,
        "--address", "https://koganei.example", stdin=settings["koganei"],
    )  # fmt: skip
    say("michi install koganei", f"{time.monotonic() - began:.0f} s")
    for name in ("musashino", "chofu"):
        began = time.monotonic()
        machine.run("michi", "city", "new", name, "--like", "koganei", *words,
                    "--address", f"https://{name}.example", stdin=settings[name])  # fmt: skip
        say(f"michi city new {name}", f"{time.monotonic() - began:.0f} s")
    refused = machine.run(
        "michi", "city", "new", "fourth", *words, "--address", "https://chofu.example",
        stdin=settings["chofu"], fails=True,
    )  # fmt: skip
    say("a fourth one with another's address", refused.strip())
    assert "PUBLIC_URL = chofu" in refused
    assert "LINE_CHANNEL_SECRET = chofu" in refused
    print(machine.run("michi", "city", "list"))
    for name, port in CITIES.items():
        machine.begin(
            "env", "--chdir=/drill/source", PYTHON, "-m", "line_platform",
            "--api-port", str(port), "--data-port", str(port + 100),
            "--channel-secret", f"secretof{name}", "--access-token", f"tokenof{name}",
            "--webhook", f"http://127.0.0.1:{_port(machine, name)}/line/webhook",
        )  # fmt: skip


def _settings(name: str) -> str:
    line = CITIES[name]
    return (
        f"LINE_CHANNEL_SECRET=secretof{name}\nLINE_CHANNEL_ACCESS_TOKEN=tokenof{name}\n"
        f"LINE_API_URL=http://127.0.0.1:{line}\nLINE_DATA_API_URL=http://127.0.0.1:{line + 100}\n"
    )


def _port(machine: Server, name: str) -> str:
    said = machine.run("grep", "^PORT=", f"/etc/michi/{name}.env")
    return said.strip().removeprefix("PORT=")


def _kept_apart(machine: Server) -> None:
    database, redis = (_url(machine, "koganei", f"{what}_URL") for what in ("DATABASE", "REDIS"))
    before, _, options = database.rpartition("/michi_koganei")
    tried = {
        "database": ("psql", "-w", f"{before}/michi_chofu{options}", "-c", "SELECT 1"),
        "redis": (PYTHON, "-c", _PING, redis.replace("michi-koganei", "michi-chofu")),
        "settings": ("cat", "/etc/michi/chofu.env"),
        "photos": ("ls", "/var/lib/michi/chofu/photos"),
    }
    for what, words in tried.items():
        said = machine.run(*words, user="michi-koganei", fails=True)
        say(f"koganei at chofu's {what}", said.strip().splitlines()[-1])


_PING = "import sys, redis; redis.Redis.from_url(sys.argv[1]).ping()"


def _url(machine: Server, name: str, setting: str) -> str:
    return machine.run("grep", f"^{setting}=", f"/etc/michi/{name}.env").strip().split("=", 1)[1]


def _begin_events(machine: Server) -> None:
    apis = [f"http://127.0.0.1:{port}" for port in CITIES.values()]
    for api in apis:
        machine.run("curl", "-s", "-o", "/dev/null", "--retry", "300", "--retry-delay", "1",
                    "--retry-connrefused", f"{api}/_platform/sent")  # fmt: skip
    machine.begin(PYTHON, f"/drill/{PEOPLE.name}", "/tmp/stop", "/tmp/sent.json", *apis)
    for name in CITIES:
        heard = _heard(machine, name, FIRST)
        assert heard >= FIRST, f"{name} hears nothing"


def _upgrade_in_waves(machine: Server) -> None:
    began = time.monotonic()
    said = machine.run(
        *_UPGRADE, f"/drill/{NEXT}", "--first", "chofu", "--wave", "1", "--watch", "10"
    )
    print(said)
    say("upgrade of three in three waves", f"{time.monotonic() - began:.0f} s")
    assert said.index("chofu: 1.0.0") < said.index("koganei: 1.0.0")
    assert _versions(machine) == dict.fromkeys(sorted(CITIES), NEXT)


def _a_wave_that_goes_back(machine: Server) -> None:
    said = machine.run(*_UPGRADE, f"/drill/{BROKEN}", "--watch", "10", fails=True)
    print(said)
    assert "chofu: 1.0.1 に戻しました" in said
    assert _versions(machine) == dict.fromkeys(sorted(CITIES), NEXT)
    cities = json.loads(machine.run("michi", "city", "list", "--json"))
    assert all(city["is_ready"] for city in cities)


def _versions(machine: Server) -> dict[str, str]:
    cities = json.loads(machine.run("michi", "city", "list", "--json"))
    return {city["name"]: city["version"] for city in cities}


def _nothing_was_lost(machine: Server) -> None:
    machine.run("touch", "/tmp/stop")
    machine.run(
        "sh",
        "-c",
        "for n in $(seq 300); do test -s /tmp/sent.json && exit; sleep 1; done; exit 1",
    )
    sent = json.loads(machine.run("cat", "/tmp/sent.json"))
    people: dict[str, set[str]] = {}
    for name, port in CITIES.items():
        wanted = sent[f"http://127.0.0.1:{port}"]
        heard = _heard(machine, name, wanted)
        say(f"{name}: events sent, heard", wanted, heard)
        assert heard == wanted
        people[name] = set(_rows(machine, name, "SELECT line_user_id FROM residents"))
    assert not people["koganei"] & people["chofu"]
    assert not people["koganei"] & people["musashino"]


def _heard(machine: Server, name: str, wanted: int) -> int:
    """Once all have come; LINE sends again what was refused."""
    query = "SELECT count(*) FROM inbox WHERE done_at IS NOT NULL"
    end = time.monotonic() + PATIENCE
    while (heard := int(_rows(machine, name, query)[0])) < wanted and time.monotonic() < end:
        time.sleep(0.5)
    return heard


def _rows(machine: Server, name: str, query: str) -> list[str]:
    return machine.run("psql", "-qXAt", "-d", f"michi_{name}", "-c", query, user="postgres").split()


def _one_less(machine: Server) -> None:
    machine.run("michi", "city", "remove", "chofu", "--delete-data", stdin="chofu\n")
    assert sorted(_versions(machine)) == ["koganei", "musashino"]
    assert machine.run("michi", "city", "list").count("✓") == 2
    say("after michi city remove chofu --delete-data", ", ".join(sorted(_versions(machine))))
