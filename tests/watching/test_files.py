"""What `michi watching` writes for Prometheus and Grafana."""

import json
from pathlib import Path

import yaml
from typer.testing import CliRunner

from cli.app import app


def test_both_files_are_written_and_the_links_lead_where_the_book_is(tmp_path: Path) -> None:
    book = "https://wiki.example.jp/michi/alerts"
    done = CliRunner().invoke(app, ["watching", str(tmp_path), "--book", book])
    assert done.exit_code == 0
    written = yaml.safe_load((tmp_path / "michi-alerts.yml").read_text(encoding="utf-8"))
    (group,) = written["groups"]
    links = [rule["annotations"]["runbook"] for rule in group["rules"]]
    assert all(link.startswith(f"{book}#") for link in links)
    assert json.loads((tmp_path / "michi-dashboard.json").read_text())["title"] == "Michi"


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["watching", str(tmp_path / "gone")])
    assert done.exit_code == 1
    assert "cannot be written to" in done.output
