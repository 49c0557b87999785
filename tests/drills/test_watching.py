"""Watching, played with the real parts: every process's figures in one scrape, a real Prometheus,
faults that people would feel, and the alerts that come of them and go again.

    ./test --long tests/drills/test_watching.py -s
"""

import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from os import kill
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from typing import Any

import httpx
import psycopg
import pytest
import yaml
from neighbours import Neighbour, Town, move, until
from promql import named_in
from psycopg.rows import dict_row

from local.machine.processes import free_ports
from local.machine.stack import Stack, stack
from settings import ROOT

pytestmark = pytest.mark.long

ALERTS = ROOT / "watching" / "alerts.yml"
DASHBOARD = ROOT / "watching" / "dashboard.json"
NOT_HERE = {
    "michi_backup_timestamp_seconds", "michi_certificate_ends_timestamp_seconds",
    "michi_line_errors_total", "michi_mail_seconds_count", "michi_errors_total",
}  # fmt: skip
"""No backup, no https and, on a good day, no errors and no mails."""
PATIENCE = 300.0
"""Seconds for what comes within some where this machine has nothing else to do."""
QUIET_SECONDS = 10.0
REPLY, PUSH = "/v2/bot/message/reply", "/v2/bot/message/push"
PLANTED = {
    "MichiResidentsUnanswered", "MichiPushesFailing", "MichiClockStopped", "MichiWorkerMissing",
}  # fmt: skip

H = 'instance="a:8000",job="michi"'
P = f'process="web",which="m:1",{H}'
CASES: dict[str, tuple[list[tuple[str, str]], list[tuple[str, str]], str]] = {
    "MichiAway": ([(f"up{{{H}}}", "0x60")], [(f"up{{{H}}}", "1x60")], "10m"),
    "MichiPartAway": (
        [(f'michi_up{{part="database",{H}}}', "0x60")],
        [(f'michi_up{{part="redis",{H}}}', "0x60")],
        "10m",
    ),
    "MichiResidentsUnanswered": (
        [(f'michi_oldest_seconds{{what="answer",{H}}}', "0+60x60")],
        [(f'michi_oldest_seconds{{what="message",{H}}}', "0+60x60")],
        "10m",
    ),
    "MichiLineRefusesUs": (
        [(f'michi_degraded{{what="line",{H}}}', "1x60")],
        [(f'michi_degraded{{what="mail",{H}}}', "1x60")],
        "10m",
    ),
    "MichiPushesFailing": (
        [
            (f'michi_messages_total{{via="push",fate="sent",{P}}}', "0+7x60"),
            (f'michi_messages_total{{via="push",fate="unsure",{P}}}', "0+3x60"),
        ],
        [
            (f'michi_messages_total{{via="push",fate="sent",{P}}}', "0+9x60"),
            (f'michi_messages_total{{via="push",fate="unsure",{P}}}', "0+1x60"),
        ],
        "30m",
    ),
    "MichiClockStopped": (
        [(f"michi_clock_tick_timestamp_seconds{{{H}}}", "0x60")],
        [(f"michi_clock_tick_timestamp_seconds{{{H}}}", "0+60x60")],
        "10m",
    ),
    "MichiWorkerMissing": (
        [(f'michi_processes{{process="photos",{H}}}', "0x60")],
        [(f'michi_processes{{process="photos",{H}}}', "1x60")],
        "10m",
    ),
    "MichiPhotosWaiting": (
        [(f'michi_oldest_task_seconds{{queue="photos",{H}}}', "700x60")],
        [(f'michi_oldest_task_seconds{{queue="photos",{H}}}', "500x60")],
        "10m",
    ),
    "MichiWorkWaiting": (
        [(f'michi_oldest_seconds{{what="mail",{H}}}', "7300x60")],
        [(f'michi_oldest_task_seconds{{queue="letters",{H}}}', "1700x60")],
        "30m",
    ),
    "MichiWebhookSlow": (
        [
            (f'michi_webhook_seconds_bucket{{le="1.0",status="200",{P}}}', "0+9x60"),
            (f'michi_webhook_seconds_bucket{{le="2.0",status="200",{P}}}', "0+10x60"),
            (f'michi_webhook_seconds_bucket{{le="+Inf",status="200",{P}}}', "0+10x60"),
        ],
        [
            (f'michi_webhook_seconds_bucket{{le="0.05",status="200",{P}}}', "0+10x60"),
            (f'michi_webhook_seconds_bucket{{le="1.0",status="200",{P}}}', "0+10x60"),
            (f'michi_webhook_seconds_bucket{{le="+Inf",status="200",{P}}}', "0+10x60"),
        ],
        "30m",
    ),
    "MichiErrors": (
        [
            (f'michi_http_seconds_count{{route="/a",status="2xx",{P}}}', "0+90x60"),
            (f'michi_http_seconds_count{{route="/a",status="5xx",{P}}}', "0+10x60"),
        ],
        [
            (f'michi_http_seconds_count{{route="/a",status="2xx",{P}}}', "0+99x60"),
            (f'michi_http_seconds_count{{route="/a",status="5xx",{P}}}', "0+1x60"),
        ],
        "30m",
    ),
    "MichiQuotaRunningOut": (
        [
            (f"michi_push_quota_used{{{H}}}", "100+1x200"),
            (f"michi_push_quota_limit{{{H}}}", "300x200"),
            (f"michi_push_month_left_seconds{{{H}}}", "864000-60x200"),
        ],
        [
            (f"michi_push_quota_used{{{H}}}", "100+0x200"),
            (f"michi_push_quota_limit{{{H}}}", "300x200"),
            (f"michi_push_month_left_seconds{{{H}}}", "864000-60x200"),
        ],
        "150m",
    ),
    "MichiDiskFull": (
        [
            (f"michi_photo_disk_free_bytes{{{H}}}", "9x120"),
            (f"michi_photo_disk_bytes{{{H}}}", "100x120"),
        ],
        [
            (f"michi_photo_disk_free_bytes{{{H}}}", "90-0.5x120"),  # two hours say nothing
            (f"michi_photo_disk_bytes{{{H}}}", "100x120"),
        ],
        "90m",
    ),
    "MichiBackupTooOld": (
        [(f"michi_backup_timestamp_seconds{{{H}}}", "0x2000")],
        [(f"michi_backup_timestamp_seconds{{{H}}}", "3600x2000")],
        "1600m",
    ),
    "MichiCertificateEnds": (
        [(f"michi_certificate_ends_timestamp_seconds{{{H}}}", "1200000x120")],
        [(f"michi_certificate_ends_timestamp_seconds{{{H}}}", "2000000x120")],
        "90m",
    ),
}
"""Of each alert: series with which it fires, series with which it does not, when it is asked."""


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def tool(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is missing: apt-get install --no-install-recommends prometheus"
    return found


def promtool(*words: str | Path) -> str:
    done = subprocess.run([tool("promtool"), *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_rules_are_rules_and_each_fires_on_its_own_series_and_on_no_other(
    tmp_path: Path,
) -> None:
    print("\n" + promtool("check", "rules", ALERTS))
    assert set(CASES) == {rule["alert"] for rule in rules()}
    tests = []
    for alert, (fires, quiet, at) in CASES.items():
        tests.append(_case(alert, fires, at, fires=True))
        tests.append(_case(alert, quiet, at, fires=False))
    file = tmp_path / "tests.yml"
    written = {"rule_files": [str(ALERTS)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    promtool("test", "rules", file)
    print(f"promtool test rules: {len(tests)} cases of {len(CASES)} alerts hold")
    (planted,) = [each for each in tests if each["name"] == "MichiAway fires"]
    planted["input_series"][0]["values"] = "1x60"
    file.write_text(yaml.safe_dump(written, allow_unicode=True), encoding="utf-8")
    done = subprocess.run([tool("promtool"), "test", "rules", file], capture_output=True)
    assert done.returncode == 1, "a series on which nothing fires was not noticed"


def _case(alert: str, series: list[tuple[str, str]], at: str, *, fires: bool) -> dict[str, Any]:
    """As promtool wants it; the words of the alert are left to promtool to draw."""
    count = f'count(ALERTS{{alertname="{alert}",alertstate="firing"}}) or vector(0)'
    return {
        "name": f"{alert} {'fires' if fires else 'is quiet'}",
        "interval": "1m",
        "input_series": [{"series": one, "values": values} for one, values in series],
        "promql_expr_test": [
            {
                "expr": count,
                "eval_time": at,
                "exp_samples": [{"labels": "{}", "value": int(fires)}],
            }
        ],
    }


@pytest.fixture(scope="module")
def michi(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("michi")) as running:
        yield running


@pytest.fixture(scope="module")
def town(michi: Stack) -> Iterator[Town]:
    with psycopg.connect(michi.database_url, row_factory=dict_row, autocommit=True) as database:
        town = Town(michi, database)
        town.calm()
        yield town


@pytest.fixture(scope="module")
def haruka(town: Town) -> Neighbour:
    return town.somebody("はるか", "ja")


@contextmanager
def prometheus(michi: Stack, folder: Path) -> Iterator[Callable[[str], list[dict[str, Any]]]]:
    """A real one, which looks every five seconds, has as long for an answer, and waits less before
    an alert fires: five seconds, and rates of a minute. Gives what asks it."""
    quick = re.sub(r"for: \w+", "for: 5s", ALERTS.read_text(encoding="utf-8"))
    (folder / "alerts.yml").write_text(quick.replace("[10m]", "[60s]"), encoding="utf-8")
    target = michi.web.removeprefix("http://")
    config = {
        "global": {"scrape_interval": "5s", "evaluation_interval": "5s"},
        "rule_files": [str(folder / "alerts.yml")],
        "scrape_configs": [{"job_name": "michi", "static_configs": [{"targets": [target]}]}],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (port,) = free_ports([0])
    command = [
        tool("prometheus"), f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address=127.0.0.1:{port}",
    ]  # fmt: skip
    with (
        (folder / "prometheus.log").open("wb") as log,
        subprocess.Popen(command, stdout=log, stderr=log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=PATIENCE) as http,
    ):

        def ask(what: str) -> list[dict[str, Any]]:
            answer = http.get("/api/v1/query", params={"query": what}).raise_for_status().json()
            found: list[dict[str, Any]] = answer["data"]["result"]
            return found

        try:
            until(lambda: _answers(http), PATIENCE)
            yield ask
        finally:
            process.terminate()


def _answers(http: httpx.Client) -> bool:
    with suppress(httpx.HTTPError):
        return http.get("/-/ready").status_code == 200
    return False


def series_in(michi: Stack) -> set[str]:
    return set(re.findall(r"(?m)^([a-z_]+)(?:\{| )", _text(michi)))


def done_by_photos(michi: Stack) -> list[str]:
    text = _text(michi)
    return re.findall(
        r'michi_task_seconds_count{[^}]*outcome="done"[^}]*process="photos"[^}]*} \S+', text
    )


def firing(ask: Callable[[str], list[dict[str, Any]]]) -> set[str]:
    return {one["metric"]["alertname"] for one in ask('ALERTS{alertstate="firing"}')}


def test_faults_that_people_feel_are_alerts_in_prometheus_and_end_with_them(
    town: Town, haruka: Neighbour, tmp_path: Path
) -> None:
    michi = town.michi
    number = haruka.reports()
    move(town, number, "scheduled")
    wanted = {name for rule in rules() for name in named_in(rule["expr"]).metrics}
    board = re.findall(r"michi_[a-z_]+", DASHBOARD.read_text(encoding="utf-8"))
    wanted = (wanted | set(board)) - NOT_HERE - {"up", "michi_push_quota_limit"}
    until(lambda: wanted <= series_in(michi), PATIENCE)
    print(f"\na scrape of the real processes has all {len(wanted)} series that are named")
    kinds = set(re.findall(r'michi_build_info{process="(\w+)"', _text(michi)))
    assert kinds == {"web", "photos", "routing", "messages", "letters", "clock"}
    until(lambda: bool(done_by_photos(michi)), PATIENCE)  # a process says what it did now and then
    print(f"figures of {', '.join(sorted(kinds))}; of a photo's child: {done_by_photos(michi)}")
    ready = until(lambda: _well(michi), PATIENCE)
    print(f"/readyz: {ready}")
    with prometheus(michi, tmp_path) as ask:
        until(lambda: ask("michi_build_info"), PATIENCE)
        _stays_quiet(ask)
        print("Prometheus scrapes; no alert on a good day")
        began = time.monotonic()
        for path in (REPLY, PUSH):
            town.line("faults", json={"path": path, "kind": "500_before", "times": 100_000})
        haruka.says("使い方")
        move(town, number, "in_progress")
        came: dict[str, float] = {}

        def come(wanted: set[str]) -> None:
            while not set(came) >= wanted and time.monotonic() - began < 2 * PATIENCE:
                for alert in firing(ask) - set(came):
                    came[alert] = time.monotonic() - began
                    print(f"{came[alert]:6.0f} s  {alert} fires")
                time.sleep(1)

        come({"MichiPushesFailing"})  # it is the clock that has pushes tried again
        kill(michi.processes["clock"], SIGSTOP)
        kill(michi.processes["photos"], SIGSTOP)
        come(PLANTED)
        assert set(came) >= PLANTED
        until(lambda: {"clock", "workers"} <= _readyz(michi).json()["degraded"].keys(), PATIENCE)
        degraded = _readyz(michi)
        print(f"/readyz ({degraded.status_code}): {degraded.json()['degraded']}")
        assert degraded.status_code == 200
        httpx.delete(f"{michi.line_api}/_platform/faults")
        kill(michi.processes["clock"], SIGCONT)
        kill(michi.processes["photos"], SIGCONT)
        mended = time.monotonic()
        until(lambda: not firing(ask) & PLANTED, 2 * PATIENCE)
        print(f"all mended: no alert after {time.monotonic() - mended:.0f} s")
    assert _stranger_sees(michi) == (200, {"ok": True}, 403)
    print("a stranger behind an unknown proxy: /readyz says ok alone, /metrics 403")


def _text(michi: Stack) -> str:
    return httpx.get(f"{michi.web}/metrics", timeout=PATIENCE).raise_for_status().text


def _readyz(michi: Stack) -> httpx.Response:
    return httpx.get(f"{michi.web}/readyz", timeout=PATIENCE)


def _well(michi: Stack) -> Any:
    """What /readyz says, once nothing is degraded."""
    said = _readyz(michi).json()
    return said if said["degraded"] == {} else None


def _stays_quiet(ask: Callable[[str], list[dict[str, Any]]]) -> None:
    """No alert for ten seconds; what a slow machine has raised while all started may end first."""
    began = quiet = time.monotonic()
    while time.monotonic() - quiet < QUIET_SECONDS:
        if found := firing(ask):
            quiet = time.monotonic()
            assert quiet - began < PATIENCE, found
        time.sleep(1)


def _stranger_sees(michi: Stack) -> tuple[int, Any, int]:
    strange = {"X-Forwarded-For": "203.0.113.5"}
    ready = httpx.get(f"{michi.web}/readyz", headers=strange, timeout=PATIENCE)
    numbers = httpx.get(f"{michi.web}/metrics", headers=strange, timeout=PATIENCE)
    return ready.status_code, ready.json(), numbers.status_code
