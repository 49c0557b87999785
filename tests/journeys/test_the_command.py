"""The `michi` command as a city's engineer types it."""

import os
import re
import shlex
import subprocess
import sys

import httpx
import pytest
from neighbours import Town, michi

from settings import ENV_FILE, ROOT

PASSWORD = "a long enough password"


def test_a_token_made_by_the_command_opens_the_api(town: Town) -> None:
    token = michi(town, "api-token", "gis").stdout.strip()
    address = f"{town.michi.web}/api/tickets"
    assert httpx.get(address).status_code == 401
    known = httpx.get(address, headers={"Authorization": f"Bearer {token}"})
    assert known.status_code == 200


def test_a_person_added_by_the_command_can_sign_in(town: Town) -> None:
    added = michi(
        town, "add-user", "tanaka", "--role=staff", "--shown-name=田中", f"--password={PASSWORD}"
    )
    assert added.returncode == 0, added.stderr
    answer = httpx.post(
        f"{town.michi.web}/sign-in",
        data={"name": "tanaka", "password": PASSWORD},
        headers={"Origin": town.michi.web},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/")


def test_a_crew_without_a_department_is_refused_with_the_reason(town: Town) -> None:
    refused = michi(
        town, "add-user", "suzuki", "--role=crew", "--shown-name=鈴木", f"--password={PASSWORD}"
    )
    assert refused.returncode == 2
    assert "a crew needs a department" in refused.stderr


def test_a_folder_without_a_city_is_refused_and_changes_nothing(town: Town) -> None:
    before = town.rows("SELECT count(*) FROM roads")
    refused = michi(town, "load-city", str(ROOT / "docs"))
    assert refused.returncode == 1
    assert "city.toml" in refused.stdout
    assert town.rows("SELECT count(*) FROM roads") == before


@pytest.mark.long
def test_the_readmes_own_commands_work_beside_a_running_michi(town: Town) -> None:
    said = (ROOT / "README.md").read_text(encoding="utf-8")
    typed = re.findall(r"^\.venv/bin/michi (.*?)(?:  +#.*)?$", said, re.MULTILINE)
    assert len(typed) == 5
    file = town.michi.data / "env"
    assert file.stat().st_mode & 0o777 == 0o600
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), ENV_FILE: str(file)}
    for words in typed:
        code = "from cli.app import app; app(prog_name='michi')"
        ran = subprocess.run(
            [sys.executable, "-c", code, *shlex.split(words)], cwd=ROOT, env=env, input="y\n",
            text=True, capture_output=True, check=False, timeout=120,
        )  # fmt: skip
        assert ran.returncode == 0, (words, ran.stdout, ran.stderr)
