"""The doctor and settings: each fault is found, also where nothing else can be looked at."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from doctors_round import found, set_again
from line_stand_in import NOWHERE

from cli.doctor.asked import secrets_of
from cli.doctor.findings import GROUPS, Level
from cli.doctor.groups.settings import CHECKS
from cli.doctor.looks import checks
from settings import ROOT

NAMES = [check.name for check in CHECKS]
GOOD = NOWHERE | {
    "PUBLIC_URL": "https://michi.example.jp",
    "SECRET_KEY": "0f3c9a7be1d2485a6cb7f01e92d4a85b",
    "LINE_CHANNEL_SECRET": "3f9d2c81ab5e47f06d1c8e2b7a90f435",
    "LINE_API_URL": "https://api.line.me",
    "TRUSTED_PROXIES": "127.0.0.1",
    "HOST": "127.0.0.1",
    "TZ": "Asia/Tokyo",
}
FAULTS = [
    ({"SECRET_KEY": ""}, "settings.SECRET_KEY", Level.WRONG),
    ({"DATABASE_URL": "mysql://nowhere"}, "settings.DATABASE_URL", Level.WRONG),
    ({"TZ": "Asia/Nowhere"}, "settings.TZ", Level.WRONG),
    ({"SECRET_KEY": "a secret of michi, and long enough"}, "settings.guessable", Level.WRONG),
    ({"SECRET_KEY": "abababababababababababababababab"}, "settings.guessable", Level.WRONG),
    ({"LINE_CHANNEL_SECRET": "3f9d2c81"}, "settings.guessable", Level.WRONG),
    ({"LINE_CHANNEL_SECRET": "Zy9d2c81abQe47f06d1c8e2b7a90f43"}, "settings.channel_secret",
     Level.WARNING),
    ({"TZ": "UTC"}, "settings.zone", Level.WARNING),
    ({"PUBLIC_URL": "http://michi.example.jp"}, "settings.https", Level.WRONG),
    ({"PUBLIC_URL": "http://127.0.0.1:8000"}, "settings.https", Level.WRONG),
    ({"TRUSTED_PROXIES": ""}, "settings.trusted_proxies", Level.WARNING),
    ({"HOST": "0.0.0.0"}, "settings.host", Level.WARNING),
    ({"SMTP_URL": "smtp://127.0.0.1"}, "settings.mail", Level.WRONG),
    ({"MAP_TILES_URL": "https://a.example/{z}/{x}/{y}.png"}, "settings.attribution", Level.WARNING),
    ({"LINE_CHANEL_SECRET": "x"}, "settings.misspelt", Level.WARNING),
    ({"OIDC_CLIENT_ID": "michi"}, "settings.OIDC_CLIENT_ID", Level.WRONG),
]  # fmt: skip


@pytest.fixture(autouse=True)
def _only_these(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "MAIL_FROM", "OIDC_ISSUER", "MAP_TILES_URL", *GOOD):
        monkeypatch.setenv(name, "")  # so that what the doctor puts away is put back


@pytest.mark.parametrize(("fault", "name", "level"), FAULTS)
def test_each_fault_of_a_setting_is_found_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, fault: dict[str, str], name: str, level: Level
) -> None:
    asked = set_again(monkeypatch, **GOOD | fault)
    seen = found(asked, *NAMES)
    assert seen[name].level is level
    assert seen[name].to_type


def test_nothing_is_wrong_with_good_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = found(set_again(monkeypatch, **GOOD), *NAMES)
    assert {each.level for each in seen.values() if each.name != "settings.file"} == {Level.RIGHT}


def test_a_file_of_settings_that_everybody_can_read_is_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "koganei.env"
    file.touch(mode=0o644)
    monkeypatch.setattr("cli.doctor.groups.settings.env_files", lambda: [file])
    asked = set_again(monkeypatch, **GOOD)
    assert found(asked, "settings.file")["settings.file"].to_type == f"chmod o= {file}"
    file.chmod(0o640)
    assert found(asked, "settings.file")["settings.file"].level is Level.RIGHT


def test_every_secret_is_known_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = set_again(
        monkeypatch,
        **GOOD | {
            "DATABASE_URL": "postgresql://michi:p%40ss-1@127.0.0.1/michi",
            "REDIS_URL": "redis://michi:pass-2@127.0.0.1/0",
            "SMTP_URL": "smtp://michi:pass-3@127.0.0.1", "MAIL_FROM": "a@example.jp",
            "AWS_SECRET_ACCESS_KEY": "pass-4", "BACKUP_AWS_SECRET_ACCESS_KEY": "pass-5",
            "BACKUP_CLUSTER_URL": "postgresql://michi@127.0.0.1/michi?password=pass-6",
        },
    )  # fmt: skip
    known = {"p@ss-1", "p%40ss-1", "pass-2", "pass-3", "pass-4", GOOD["SECRET_KEY"]}
    known |= {"pass-5", "pass-6"}
    assert known <= secrets_of(asked.settings)


SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["format", "michi", "at", "level", "counts", "findings"],
    "properties": {
        "format": {"const": 1},
        "michi": {"type": "string", "minLength": 1},
        "at": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT[\d:]{8}\+00:00$"},
        "level": {"enum": ["right", "not_seen", "warning", "wrong"]},
        "counts": {
            "type": "object",
            "additionalProperties": False,
            "required": list(Level),
            "properties": {level: {"type": "integer", "minimum": 0} for level in Level},
        },
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["name", "group", "level", "ja", "en", "to_type", "details"],
                "properties": {
                    "name": {"type": "string", "pattern": r"^[a-z]+\.[A-Za-z_]+$"},
                    "group": {"enum": list(GROUPS)},
                    "level": {"enum": list(Level)},
                    "ja": {"type": "string", "minLength": 1},
                    "en": {"type": "string", "minLength": 1},
                    "to_type": {"type": "array", "items": {"type": "string"}},
                    "details": {"type": "object"},
                },
            },
        },
    },
}


@pytest.mark.long
def test_where_nothing_is_set_everything_is_still_told_as_json() -> None:
    secret = "s3cr3t-9f8e7d6c5b4a39281706f5e4d3c2b1a0"
    code = "from cli.app import app; app(prog_name='michi')"
    ran = subprocess.run(
        [sys.executable, "-c", code, "doctor", "--json"], cwd=ROOT, text=True, capture_output=True,
        env={"PATH": os.environ["PATH"], "HOME": "/tmp", "SECRET_KEY": secret,
             "REDIS_URL": f"redis://:{secret}@127.0.0.1:9/0"}, check=False,
    )  # fmt: skip
    assert ran.returncode == 1, ran.stderr
    told = json.loads(ran.stdout)
    jsonschema.validate(told, SCHEMA)
    assert secret not in ran.stdout + ran.stderr
    assert {each["group"] for each in told["findings"]} == set(GROUPS)
    levels = {each["name"]: each["level"] for each in told["findings"]}
    assert levels["settings.DATABASE_URL"] == levels["redis.connection"] == "wrong"
    assert levels["database.connection"] == levels["photos.use"] == "not_seen"


def test_the_looks_have_names_of_their_own_in_known_groups() -> None:
    names = [check.name for check in checks()]
    assert len(set(names)) == len(names)
    assert {check.group for check in checks()} == set(GROUPS)
