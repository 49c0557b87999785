"""Administrators say what the provider's groups give, in the browser and at a terminal."""

from collections.abc import Callable

import pytest
from provider_fixtures import leads_to
from typer.testing import CliRunner
from web_scene import PASSWORD, Browser

from cli.app import app as michi
from cli.processes import _say_if_no_emergency
from reports.people import groups
from reports.people.accounts import create_user
from reports.people.groups import Given
from reports.people.permissions import Role
from store.database import transaction

ONE = "/staff/people/groups/one"


@pytest.fixture
def boss(come_in: Callable[[str], Browser]) -> Browser:
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    return come_in("kato")


def given(*names: str) -> Given | None:
    with transaction() as db:
        return groups.given(db, names)


def test_a_group_is_added_changed_and_taken_from_the_table(boss: Browser) -> None:
    crew = {"role": "crew", "department-road": "yes"}
    assert boss.post(ONE, group="/道路 1班", **crew).headers["location"].endswith("?done=kept")
    assert given("/道路 1班") == Given(Role.CREW, ["road"], None)
    assert "/道路 1班" in boss.get("/staff/people/groups").text
    shown = boss.get(f"{ONE}?name=/道路 1班").text
    assert 'value="crew" required checked' in shown
    boss.post(ONE, group="/道路 1班", **{"role": "department", "department-trees": "yes"})
    assert given("/道路 1班") == Given(Role.DEPARTMENT, ["trees"], None)
    for wrong in ({"role": "crew"}, {"role": "king"}, {"role": "contractor"}):
        assert boss.post(ONE, group="x", **wrong).status_code == 422
    for name in ("", " ", "x" * 201):
        assert boss.post(ONE, group=name, role="viewer").status_code == 422
    assert boss.get(f"{ONE}?name=x").status_code == 404
    boss.post("/staff/people/groups/end", group="/道路 1班")
    assert given("/道路 1班") is None


def test_of_several_groups_the_strongest_role_counts_with_all_its_departments(
    database_url: str,
) -> None:
    run = CliRunner()
    for words in (
        ["a", "department", "--department", "road"], ["b", "department", "--department", "trees"],
        ["c", "crew", "--department", "road"], ["d", "viewer"], ["e", "staff"],
    ):  # fmt: skip
        assert run.invoke(michi, ["people", "groups", "set", *words]).exit_code == 0
    assert run.invoke(michi, ["people", "groups", "set", "f", "crew"]).exit_code == 2
    assert given("d", "c", "b", "a", "x") == Given(Role.DEPARTMENT, ["road", "trees"], None)
    assert given("a", "e") == Given(Role.STAFF, [], None)
    assert "a\tdepartment\troad\n" in run.invoke(michi, ["people", "groups", "list"]).output
    assert run.invoke(michi, ["people", "groups", "remove", "e"]).exit_code == 0
    assert run.invoke(michi, ["people", "groups", "remove", "e"]).exit_code == 2
    assert given("e") is None


def test_an_emergency_administrator_who_is_not_there_is_missed_at_the_start(
    boss: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    leads_to("https://login.example.jp", monkeypatch, PASSWORDS_ONLY_FOR="kinkyu")
    _say_if_no_emergency()
    assert "「kinkyu」" in capsys.readouterr().err
    leads_to("https://login.example.jp", monkeypatch, PASSWORDS_ONLY_FOR="kato")
    _say_if_no_emergency()
    assert capsys.readouterr().err == ""
    refused = boss.post("/staff/people/new", name="new", role="viewer")
    assert refused.status_code == 422
    assert "庁内アカウント" in refused.text
