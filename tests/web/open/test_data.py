"""The page of the open data, its files, dictionary and catalogue, as strangers get them."""

import csv
import hashlib
import json
import re
import tomllib
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from published_life import DECEMBER, mend, publish, tickets, turn
from sqlalchemy import text
from starlette.testclient import TestClient
from web_scene import PASSWORD, Browser

from reports.city import profile
from reports.city.open_data import checked, open_data
from reports.documents.open_data.columns import COLUMNS
from reports.documents.open_data.forms import FORMS
from reports.documents.open_data.months import later
from reports.people.accounts import create_user
from settings import ROOT, settings
from store.database import transaction
from web.desk import proposal
from web.open import answers

HERE = "/open/data/"
FILE = f"{HERE}tickets-2026-11"


@pytest.fixture
def published(database_url: str) -> None:
    """November has two versions, December none of its own tickets."""
    life = [*tickets(60)]
    publish(life)
    turn(DECEMBER)
    mended = datetime(2026, 12, 9, tzinfo=UTC)
    publish([mend(one, mended) for one in life])
    turn(later(DECEMBER, 1))


@pytest.mark.usefixtures("published")
def test_a_file_has_an_address_that_stays_and_its_versions_too(stranger: TestClient) -> None:
    for form, kind in FORMS.items():
        newest, first = stranger.get(f"{FILE}.{form}"), stranger.get(f"{FILE}.{form}?version=1")
        assert newest.status_code == first.status_code == 200
        assert newest.content != first.content
        assert newest.headers["content-type"].startswith(kind.media_type)
        assert newest.headers["etag"] == f'"{hashlib.sha256(newest.content).hexdigest()}"'
        assert newest.headers["content-location"] == f"{FILE}.{form}?version=2"
        assert f"tickets-2026-11-v2.{form}" in newest.headers["content-disposition"]
        assert newest.headers["cache-control"] == "public, max-age=300"
        assert first.headers["cache-control"].endswith("immutable")
        assert "set-cookie" not in newest.headers
        known = stranger.get(f"{FILE}.{form}", headers={"if-none-match": newest.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
        head = stranger.head(f"{FILE}.{form}")
        assert head.headers["content-length"] == str(len(newest.content))
    for path in (
        f"{FILE}.csv?version=3", f"{FILE}.csv?version=0", f"{FILE}.csv?version=x",
        f"{FILE}.csv?version={'9' * 30}", f"{FILE}.xlsx", f"{HERE}tickets-2026-13.csv",
        f"{HERE}tickets-2019-11.csv", f"{HERE}tickets-x.csv",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404, path


@pytest.mark.usefixtures("published")
def test_the_page_names_months_files_rule_and_licence_in_two_languages(
    stranger: TestClient,
) -> None:
    japanese = stranger.get(HERE)
    english = stranger.get(HERE, headers={"accept-language": "en"})
    assert 'lang="ja"' in japanese.text
    known = {"if-none-match": japanese.headers["etag"]}
    assert stranger.get(HERE, headers=known).status_code == 304
    assert 'lang="en"' in english.text
    for page in (japanese.text, english.text):
        assert 'href="/open/data/tickets-2026-11.csv"' in page
        assert 'href="/open/data/tickets-2026-11.parquet?version=1"' in page
        assert "https://creativecommons.org/licenses/by/4.0/" in page
    assert "種類と町字の両方が同じ受付票が5件以上" in japanese.text
    assert "5 reports or more" in english.text
    assert "変わった行・新しい行" in japanese.text
    assert stranger.get("/open/data", follow_redirects=False).headers["location"] == HERE
    columns = stranger.get(f"{HERE}columns?lang=en").text
    assert all(f"<code>{column.key}</code>" in columns for column in COLUMNS)


@pytest.mark.usefixtures("published")
def test_the_dictionary_tells_of_every_column(stranger: TestClient) -> None:
    told = stranger.get(f"{HERE}columns.csv").content.decode("utf-8-sig")
    rows = [*csv.DictReader(StringIO(told, newline=""))]
    head = next(csv.reader(StringIO(stranger.get(f"{FILE}.csv").content.decode("utf-8-sig"))))
    assert [row["項目名"] for row in rows] == head
    assert all(row["説明"] and row["Description"] and row["形式"] for row in rows)


@pytest.mark.usefixtures("published")
def test_the_catalogue_has_a_dataset_for_each_month_and_the_checksum_of_each_file(
    stranger: TestClient,
) -> None:
    answer = stranger.get(f"{HERE}catalog.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    told = json.loads(answer.text)
    series, *months = told["dcat:dataset"]
    assert series["@type"] == "dcat:DatasetSeries"
    assert [one["dct:identifier"] for one in months] == [
        "tickets-2026-12", "tickets-2026-11", "tickets-2026-10",
    ]  # fmt: skip
    assert [one["dcat:version"] for one in months] == ["1", "2", "2"]
    here = settings().base
    for one in months:
        assert one["dcat:inSeries"] == {"@id": series["@id"]}
        assert {
            each["dcat:mediaType"]["@id"].partition("media-types/")[2]
            for each in one["dcat:distribution"]
        } == {form.media_type for form in FORMS.values()}
        for each in one["dcat:distribution"]:
            address = each["dcat:downloadURL"]["@id"].removeprefix(here)
            data = stranger.get(address).content
            sha = each["spdx:checksum"]["spdx:checksumValue"]["@value"]
            assert hashlib.sha256(data).hexdigest() == sha
            assert int(each["dcat:byteSize"]["@value"]) == len(data)
            assert each["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"


def test_a_city_that_is_not_open_has_no_data(stranger: TestClient) -> None:
    assert "まだデータはありません" in stranger.get(HERE).text
    catalogue = json.loads(stranger.get(f"{HERE}catalog.jsonld").text)
    assert [one["@type"] for one in catalogue["dcat:dataset"]] == ["dcat:DatasetSeries"]
    with transaction() as db:
        db.execute(text("UPDATE city SET facts = facts - 'open'"))
    answers.forget()
    for path in ("", "columns", "columns.csv", "catalog.jsonld", "tickets-2026-11.csv"):
        assert stranger.get(f"{HERE}{path}").status_code == 404


def test_an_administrator_makes_a_month_anew_and_nobody_else(
    come_in: Callable[[str], Browser], staff: Browser
) -> None:
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
    boss = come_in("kanri")
    publish([*tickets(30)])
    turn(DECEMBER)
    assert staff.get("/staff/open-data").status_code == 403
    assert "第1版" in boss.get("/staff/open-data").text
    press = {"month": "2026-11", "key": "once"}
    assert staff.post("/staff/open-data", **press).status_code == 403
    pressed = boss.post("/staff/open-data", **press)
    page = pressed.headers["location"]
    assert boss.post("/staff/open-data", **press).headers["location"] == page
    assert 'id="bar"' in boss.get(page).text
    assert boss.get(f"{page}/progress").json() == {"state": "waiting", "done": 0, "total": 0}
    publish([mend(one, datetime(2026, 12, 9, tzinfo=UTC)) for one in tickets(30)])
    turn(DECEMBER)
    assert "第2版ができました" in boss.get(page).text
    for month in ("2026-13", "", "2999-01"):
        assert boss.post("/staff/open-data", month=month, key="x").status_code == 422
    assert boss.get("/staff/open-data/999").status_code == 404


def test_an_administrator_says_how_the_data_is_published(
    come_in: Callable[[str], Browser],
) -> None:
    with transaction() as db:
        create_user(db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator")
    boss, here = come_in("kanri"), "/staff/open-data/settings"
    with transaction() as db:
        seen = str(proposal.newest(db, "facts").id)
    form = {"seen": seen, "code": "１３２１０１", "licence": "CC0-1.0", "k": "10", "months": "0"}
    look = boss.post(here, **form, do="look").text
    assert "公開データの匿名化の k" in look
    assert "次に作る公開データから変わります" in look
    wrong = boss.post(here, **form | {"code": "132102"}, do="look")
    assert wrong.status_code == 422
    assert "検査数字" in wrong.text
    assert boss.post(here, **form, do="save").status_code == 303
    with transaction() as db:
        now = open_data(profile.profile(db))
    assert now == ("132101", "CC0-1.0", 10, 0)


@pytest.mark.usefixtures("published")
def test_what_the_docs_show_is_so(stranger: TestClient, tmp_path: Path) -> None:
    told = (ROOT / "docs/open.md").read_text("utf-8")
    addresses = set(re.findall(r"/open/data/[a-z0-9.?=-]*", told))
    assert len(addresses) > 4
    assert [one for one in sorted(addresses) if stranger.get(one).status_code != 200] == []
    (asked,) = re.findall(r'duckdb -c "(.+)"', told)
    path = tmp_path / "tickets-2026-11.parquet"
    path.write_bytes(stranger.get(f"{FILE}.parquet").content)
    found = duckdb.sql(asked.replace(path.name, str(path))).fetchall()
    rows = stranger.get(f"{FILE}.csv").text.count("\r\n") - 1
    assert sum(many for _, many in found) == rows
    (table,) = re.findall(r"```toml\n(\[open_data\].+?)```", told, re.S)
    assert checked(tomllib.loads(table)["open_data"])["code"] == "132101"
