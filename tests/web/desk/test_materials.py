"""Staff edit what crews use; each change is a version, and crews see it at once."""

import re
from pathlib import Path

import pytest
from townsfolk import rows
from web_scene import Browser, filed

from geo.kinds import BadFile
from reports.city import profile
from reports.load_city import load_materials
from store.database import transaction

LIST, FORM = "/staff/materials", "/staff/materials/one"


def seen_on(staff: Browser, path: str) -> dict[str, str]:
    """The hidden fields of its first form."""
    page = staff.get(path).text.partition("<main")[2]
    return dict(re.findall(r'name="(new_key|seen)" value="([^"]*)"', page))


def known() -> list[tuple[str, str]]:
    with transaction() as db:
        return [(one.name, one.unit) for one in profile.materials(db)]


def test_a_new_material_is_shown_before_it_is_saved_and_comes_to_the_crew(
    staff: Browser, crew: Browser
) -> None:
    one, before = filed(), known()
    new = {"name": "全天候型合材", "unit": "袋", "category_pothole": "yes", "after": "first"}
    new |= seen_on(staff, FORM)
    looked = staff.post(FORM, **new, do="look")
    assert "新しい材料" in looked.text
    assert known() == before
    assert staff.post(FORM, **new, do="save").headers["location"] == f"{LIST}?saved=1"
    assert known() == [("全天候型合材", "袋"), *before]
    page = crew.get(f"/crew/tickets/{one.number}").text
    assert page.index("全天候型合材") < page.index("常温合材")
    assert "全天候型合材" in staff.get(f"{LIST}?saved=1").text
    (made_by,) = rows("SELECT made_by FROM city_versions ORDER BY id DESC LIMIT 1")[0]
    assert made_by == "佐藤 恵"
    versions = staff.get("/staff/city/versions").text
    assert "材料" in versions
    (first, last) = rows("SELECT min(id), max(id) FROM city_versions WHERE part = 'materials'")[0]
    path = f"/staff/city/versions/{last - 1 if last - 1 > first else first}"
    assert staff.get(path).status_code == 200


def test_one_is_renamed_moved_and_removed_and_comes_back(staff: Browser) -> None:
    (version,) = rows("SELECT max(id) FROM city_versions WHERE part = 'materials'")[0]
    changed = {"material": "tape", "name": "バリケードテープ", "unit": "巻", "after": "cold_mix"}
    changed |= seen_on(staff, f"{FORM}?key=tape")
    assert staff.post(FORM, **changed, do="save").status_code == 303
    assert known()[1] == ("バリケードテープ", "巻")
    gone = {"material": "tape", "seen": seen_on(staff, f"{FORM}?key=tape")["seen"]}
    assert staff.post(f"{LIST}/remove", **gone, do="save").status_code == 303
    assert "バリケードテープ" not in staff.get(LIST).text
    seen = str(rows("SELECT max(id) FROM city_versions")[0][0])
    back = staff.post(f"/staff/city/versions/{version}", seen=seen, do="save")
    assert back.status_code == 303
    assert known()[-1] == ("規制テープ", "巻")


def test_what_cannot_be_is_named_beside_its_field(staff: Browser) -> None:
    new = {"name": "常温合材", "unit": "袋", "after": "cone"} | seen_on(staff, FORM)
    answer = staff.post(FORM, **new, do="look")
    assert answer.status_code == 422
    assert "名前と単位が同じ材料があります" in answer.text
    answer = staff.post(FORM, **new | {"name": "砂", "category_gold": "yes"}, do="look")
    assert "種類「gold」はありません" in answer.text
    assert staff.post(FORM, **new | {"new_key": "?", "name": "砂"}).status_code == 422
    assert staff.get(f"{FORM}?key=gold").status_code == 404


@pytest.mark.usefixtures("database_url")
def test_a_file_is_checked_by_line_and_takes_the_place_of_the_list(tmp_path: Path) -> None:
    file = tmp_path / "materials.toml"
    entry = '[[materials]]\nkey = "sand"\nname = "砂"\nunit = "袋"\n'
    for wrong, told in (
        (entry + 'categories = ["gold"]\n', "5行目"),
        (entry + entry.replace("sand", "sand2"), "名前と単位が同じ"),
        (entry.replace("unit", "unot"), "unit ですか"),
        (
            "".join(entry.replace("sand", f"s{n}").replace("砂", f"砂{n}") for n in range(61)),
            "60 件まで",
        ),
    ):
        file.write_text(wrong, "utf-8")
        with pytest.raises(BadFile, match=told), transaction() as db:
            load_materials(db, file)
    file.write_text(entry, "utf-8")
    with transaction() as db:
        assert load_materials(db, file).count == 1
    assert known() == [("砂", "袋")]
