"""Which settings a start takes, and what it throws away when asked to begin anew."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from dotenv import dotenv_values

from local.machine.lock import LOGS, only_one, throw_away
from local.machine.wish import ROOT, bare_environment, not_given, usual_environment, write_private
from settings import Settings


def test_the_environment_wins_over_the_env_file_and_empty_lines_say_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = tmp_path / ".env"
    written.write_text("PUBLIC_URL=https://written.example\nREDIS_URL=redis://there\nHOST=\n")
    monkeypatch.setenv("PUBLIC_URL", "https://said.example")
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.delenv("HOST", raising=False)
    env = usual_environment(written)
    assert env["PUBLIC_URL"] == "https://said.example"
    assert env["REDIS_URL"] == "redis://there"
    assert "HOST" not in env


def test_a_server_that_a_setting_names_is_not_started() -> None:
    assert not_given({}) == ("postgres", "redis", "mail", "line")
    given = {"DATABASE_URL": "postgresql://db.example/michi", "SMTP_URL": "smtp://mail.example"}
    assert not_given(given) == ("redis", "line")
    real_ones = {"REDIS_URL": "redis://q.example", "LINE_API_URL": "https://api.line.me"}
    assert not_given(real_ones) == ("postgres", "mail")


def test_a_stack_for_tests_sees_no_setting_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://the.city/michi")
    assert not dotenv_values(ROOT / ".env.example").keys() & bare_environment().keys()


def test_the_example_names_every_setting_with_a_word_on_it() -> None:
    names = {name.upper() for name in Settings.model_fields}
    lines = (ROOT / ".env.example").read_text().splitlines()
    said = {line.partition("=")[0]: above for above, line in pairwise(lines)}
    assert dotenv_values(ROOT / ".env.example").keys() == names
    assert all(said[name].startswith("# ") for name in names)


def test_every_line_of_the_procfile_becomes_the_program_it_starts() -> None:
    lines = (ROOT / "Procfile").read_text().splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["web:", "exec", "michi"],
        ["photos:", "exec", "michi"],
        ["routing:", "exec", "michi"],
        ["messages:", "exec", "michi"],
        ["letters:", "exec", "michi"],
        ["files:", "exec", "michi"],
        ["clock:", "exec", "michi"],
    ]


def test_beginning_anew_leaves_alone_what_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"a")
    (tmp_path / "thesis.txt").write_text("ten years of work")
    write_private(tmp_path / "secrets.json", {"SECRET_KEY": "s"})
    with only_one(tmp_path):
        throw_away(tmp_path, LOGS)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lock", "thesis.txt"]


@pytest.mark.parametrize("words", [["--faults"], ["--json", "day.json"], ["--check", "--fresh"]])
def test_options_that_do_not_go_together_are_refused(words: list[str]) -> None:
    refused = subprocess.run(
        [sys.executable, "-m", "local.up", *words], capture_output=True, check=False, cwd=ROOT
    )
    assert refused.returncode == 2
    assert b"--check" in refused.stderr
