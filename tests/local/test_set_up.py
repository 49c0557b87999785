"""The set-up of ./run and ./test on machines that lack something."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.machine.wish import ROOT

BASICS = ("basename", "find", "grep", "head", "id", "sed", "sort", "tail", "tr", "apt-cache")
SET_UP = (ROOT / "local" / "setup.sh").read_text()
STUB = "#!/bin/sh\necho 'Command requires the snap: snap install chromium'\n"


@pytest.fixture
def commands() -> Iterator[Path]:
    """A machine with the basic commands and apt only, as a folder to stand for its PATH."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        place.chmod(0o755)
        for name in BASICS:
            if found := shutil.which(name):
                (place / name).symlink_to(found)
        _command(place / "apt-get", "#!/bin/sh\nexit 0\n")
        yield place


def _command(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def _as_a_guest(words: str, commands: Path) -> subprocess.CompletedProcess[str]:
    """Run these words of the set-up as a user who can become nobody else."""
    guest = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    return subprocess.run(
        [shutil.which("bash") or "bash", "-euo", "pipefail"],
        input=f"{SET_UP}\n{words}\n",
        capture_output=True,
        text=True,
        check=False,
        cwd=commands,
        env={"PATH": str(commands)},
        user=guest.pw_uid if guest else None,
        group=guest.pw_gid if guest else None,
        extra_groups=[] if guest else None,
    )


def test_a_user_who_may_not_install_is_told_what_to_type(commands: Path) -> None:
    told = _as_a_guest("system_packages test", commands)
    assert told.returncode == 1
    assert "python redis chromium" in told.stderr
    assert (
        "sudo apt-get update && sudo apt-get install --no-install-recommends"
        " python3 python3-venv redis-server" in told.stderr
    )


def test_running_needs_no_browser(commands: Path) -> None:
    assert _as_a_guest("what_lacks run", commands).stdout.split() == ["python", "redis"]


def test_running_needs_a_font_for_the_tickets_on_paper(commands: Path) -> None:
    lacking = _as_a_guest("has_japanese_font() { false; }; what_lacks run", commands)
    assert lacking.stdout.split() == ["python", "redis", "fonts"]


def test_a_browser_that_only_points_to_a_snap_does_not_count(commands: Path) -> None:
    _command(commands / "chromium-browser", STUB)
    assert _as_a_guest("find_chromium", commands).stdout == ""
    _command(commands / "google-chrome", "#!/bin/sh\n")
    assert _as_a_guest("find_chromium", commands).stdout.strip() == str(commands / "google-chrome")


def test_the_browser_that_costs_least_comes_first(commands: Path) -> None:
    for name in ("chromium", "chromium-headless-shell"):
        _command(commands / name, "#!/bin/sh\n")
    found = _as_a_guest("find_chromium", commands).stdout.strip()
    assert found == str(commands / "chromium-headless-shell")


def test_a_venv_that_was_copied_from_elsewhere_is_not_used(commands: Path) -> None:
    (commands / ".venv" / "bin").mkdir(parents=True)
    _command(commands / ".venv" / "bin" / "python", "#!/bin/sh\n")
    _command(commands / ".venv" / "bin" / "pip", "#!/elsewhere/.venv/bin/python\n")
    assert _as_a_guest("venv_is_sound", commands).returncode == 1
    _command(commands / ".venv" / "bin" / "pip", f"#!{commands}/.venv/bin/python\n")
    assert _as_a_guest("venv_is_sound", commands).returncode == 0


def test_a_step_that_fails_shows_its_last_words_and_leaves_no_file(commands: Path) -> None:
    words = "step_log=$PWD/log; trap clean_up EXIT; step bread sh -c 'echo no flour; exit 7'"
    for name in ("sh", "rm"):
        (commands / name).symlink_to(shutil.which(name) or name)
    commands.chmod(0o777)
    told = _as_a_guest(words, commands)
    assert told.returncode == 1
    assert "no flour" in told.stderr
    assert "✗ bread" in told.stderr
    assert not (commands / "log").exists()
