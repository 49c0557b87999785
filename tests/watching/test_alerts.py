"""What alerts and dashboard name is there: metrics and labels in a scrape, pages in the book."""

import json
import re
from typing import Any

import pytest
import yaml
from fastapi import FastAPI
from promql import Named, named_in
from starlette.testclient import TestClient
from townsfolk import rows

from reports.outbox import quota
from settings import ROOT, settings
from store import metrics
from store.database import transaction
from store.signs import Sign, note

ALERTS = ROOT / "watching" / "alerts.yml"
DASHBOARD = ROOT / "watching" / "dashboard.json"
OF_PROMETHEUS = Named({"up"}, {"job", "instance"}, set())
"""What Prometheus adds itself."""
_SERIES = re.compile(r"([a-zA-Z_:][\w:]*)(?:\{(.*)\})? \S+")


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> list[str]:
    board = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    drawn = [each["expr"] for panel in board["panels"] for each in panel.get("targets", [])]
    listed = [each["definition"] for each in board["templating"]["list"] if "definition" in each]
    return [*(rule["expr"] for rule in alerts()), *drawn, *listed]


def told_by(text: str) -> Named:
    """Every name of a series, and every label, of a scrape."""
    found = Named(set(), set(), set())
    for line in text.splitlines():
        series = None if line.startswith("#") else _SERIES.fullmatch(line)
        if series:
            found.metrics.add(series[1])
            found.labels.update(re.findall(r'(\w+)="', series[2] or ""))
    return found


def lost(wanted: list[str], there: Named) -> set[str]:
    """Names that no series of a scrape has."""
    named = [named_in(each) for each in wanted]
    labels = set().union(*(each.labels for each in named))
    series = set().union(*(each.metrics for each in named))
    label_values = {"instance"}  # stands as a word in label_values(…)
    series -= there.metrics | OF_PROMETHEUS.metrics | label_values
    return series | (labels - there.labels - OF_PROMETHEUS.labels)


@pytest.fixture
def scrape(app: FastAPI) -> str:
    """Once everything has happened for which there is a series."""
    for metric in metrics.METRICS.values():
        labels = ["x"] * len(metric.labels)
        metric.observe(0.1, *labels) if metric.buckets else metric.count(*labels)
    with transaction() as db:
        for sign in Sign:
            note(db, sign, ends_at=0)
        quota.keep(db, limit=200, used=7)
    told = TestClient(app, client=("127.0.0.1", 50_000)).get("/metrics").text
    metrics.begin_anew()
    return told


def test_every_name_of_alerts_and_dashboard_is_found_in_a_scrape(scrape: str) -> None:
    there = told_by(scrape)
    assert lost(expressions(), there) == set()
    planted = 'rate(michi_gone_total{wrong="1"}[5m]) > 0'
    assert lost([planted], there) == {"michi_gone_total", "wrong"}


def test_a_backup_that_is_wanted_and_was_never_made_is_told_as_too_old(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comparison with a series that is not there is never true."""
    client = TestClient(app, client=("127.0.0.1", 50_000))
    series = "michi_backup_timestamp_seconds"
    assert f"\n{series} " not in client.get("/metrics").text
    monkeypatch.setenv("BACKUP_URL", "file:///var/backups/michi/koganei")
    settings.cache_clear()
    assert f"\n{series} 0.0\n" in client.get("/metrics").text
    monkeypatch.undo()
    settings.cache_clear()


def test_nothing_of_a_scrape_is_personal(scrape: str) -> None:
    rows("SELECT 1")
    assert "@" not in scrape
    assert not re.search(r"\bU[0-9a-f]{32}\b", scrape)


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: str(alert["alert"]))
def test_every_alert_has_its_page_with_all_that_somebody_woken_needs(alert: dict[str, Any]) -> None:
    path, _, name = alert["annotations"]["runbook"].partition("#")
    book = (ROOT / path).read_text(encoding="utf-8")
    page = dict(re.findall(r"(?ms)^## ([a-z-]+)\n(.*?)(?=^## |\Z)", book))[name]
    for what in ("What it means", "Who notices", "Look at", "Type", "Over when"):
        assert f"**{what}**" in page, what
    assert alert["for"]
    assert alert["labels"]["severity"] in ("page", "ticket")
