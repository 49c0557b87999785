"""Every command helps in two languages, asks for what it needs alone, and says what is away."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from cli import japanese
from cli.app import app
from settings import ROOT

WAITS = {"web", "worker", "clock"}
"""Of the Procfile: they wait for what is away."""
NEED_NONE = {
    "install", "uninstall", "city new", "city remove", "city list", "city upgrade", "cities",
    "doctor", "watching", "alive",
}  # fmt: skip
"""They look by themselves at what there is."""
WALK = """
import json, sys, typer
from typer.testing import CliRunner
from cli.app import app
folder, left_out = sys.argv[1], sys.argv[2].split(",")
VALUES = {"queue": "photos", "folder": "local/sample_city", "role": "staff", "scope": "open",
          "kind": "roads", "write": folder + "/users.json", "version": "1", "who": "U" + "0" * 32,
          "month": "2026-01"}

def words(command, path):
    if below := getattr(command, "commands", None):
        for name, one in below.items():
            yield from words(one, [*path, name])
        return
    typed = [*path]
    for one in command.params:
        if one.required or path == ["where"] and one.name in ("lon", "lat"):
            value = VALUES.get(one.name, "7")
            if one.name in ("file", "given"):
                value = VALUES["folder"] + ("/rules.csv" if "rules" in path else "/areas.geojson")
            if one.name == "kind":
                value = {"assets": "streetlight", "areas": "city"}.get(path[-1], value)
            typed += [one.opts[0], value] if one.param_type_name == "option" else [value]
    yield typed

for path in words(typer.main.get_command(app), []):
    if any(" ".join(path).startswith(name) for name in left_out):
        continue
    ended = CliRunner().invoke(app, path, input="long enough a password\\n")
    fault = ended.exception
    kind = "" if fault is None or isinstance(fault, SystemExit) else repr(fault)
    print(json.dumps([path, ended.exit_code, kind, ended.output]))
"""


def walked(folder: Path, left_out: set[str], **env: str) -> list[tuple[list[str], int, str, str]]:
    """Each command with its status, the fault that got out of it, and what it said."""
    ran = subprocess.run(
        [sys.executable, "-c", WALK, str(folder), ",".join(left_out)], cwd=ROOT, text=True,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), "MICHI_ENV_FILE": "", **env},
        capture_output=True, check=True, timeout=200,
    )  # fmt: skip
    return [tuple(json.loads(line)) for line in ran.stdout.splitlines()]  # type: ignore[misc]


def is_said(said: str) -> bool:
    """A sentence in both languages, or the checks of `line setup` as a table."""
    lines = said.splitlines()
    return "✗" in said and ("│" in said or all(" / " in line for line in lines if "✗ " in line))


def test_every_command_and_option_helps_in_both_languages() -> None:
    assert list(japanese.lacking(typer.main.get_command(app), "")) == []


@pytest.mark.long
def test_without_settings_each_names_those_that_it_needs(tmp_path: Path) -> None:
    ends = walked(tmp_path, NEED_NONE)
    assert len(ends) > 50
    for path, status, fault, said in ends:
        assert (fault, "Traceback" in said) == ("", False), (path, fault, said)
        assert status == 1, (path, said)
        assert is_said(said), (path, said)
        named = {line.split()[1] for line in said.splitlines() if line.startswith("✗ ")}
        if path[0] in {*WAITS, "restore"}:
            assert len(named) == 7, (path, said)
        elif path[0] != "line":
            own = {"BACKUP_URL"} if path[0] == "backup" else set()
            usual = {"DATABASE_URL", "PHOTO_STORE_URL", "SECRET_KEY", "PUBLIC_URL"}
            assert named <= usual | own, path


@pytest.mark.long
def test_what_is_away_is_a_sentence_and_a_1(tmp_path: Path) -> None:
    ends = walked(
        tmp_path, WAITS | NEED_NONE,
        DATABASE_URL="postgresql://michi:Geheimnis@127.0.0.1:9/michi",
        REDIS_URL="redis://127.0.0.1:9", PHOTO_STORE_URL="s3://none", SECRET_KEY="k" * 32,
        PUBLIC_URL="https://michi.example.jp", LINE_CHANNEL_SECRET="s",
        LINE_CHANNEL_ACCESS_TOKEN="t", LINE_API_URL="http://127.0.0.1:9",
        SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="a@example.jp",
    )  # fmt: skip
    for path, status, fault, said in ends:
        assert (status, fault) == (1, ""), (path, fault, said)
        assert (is_said(said), "Geheimnis" in said) == (True, False), (path, said)
