"""The `michi` command as a city's engineer types it."""

import httpx
from neighbours import Town, michi

from settings import ROOT

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
