"""Which column is what, and whose road a city's words mean: given, known or asked."""

import pytest

from geo.gis_import.columns import demand, guessed, still_open, told
from geo.kinds import BadFile, kind_named
from geo.owners import owner_map, owner_of, tolerances

ROAD = kind_named("road")
OF_A_CITY = ("路線名", "路線番号", "道路種別", "幅員", "整理番号")


def test_columns_of_our_own_names_need_no_telling_and_what_is_given_goes_first() -> None:
    found = told(ROAD, {"name": "路線名"}, ("NAME", "Owner", "路線名"))
    assert found == {"name": "路線名", "owner": "Owner"}


def test_what_is_missing_is_named_with_the_columns_and_the_closest_guess() -> None:
    with pytest.raises(BadFile, match=r"--name か --ref\(路線名\?\)、--owner\(道路種別\?\).*幅員"):
        demand(still_open(ROAD, {}, OF_A_CITY), OF_A_CITY)
    demand(still_open(ROAD, {"ref": "路線番号"}, OF_A_CITY, answered=["owner"]), OF_A_CITY)


def test_a_column_that_is_not_there_is_refused_with_the_closest_one() -> None:
    with pytest.raises(BadFile, match=r"--name 路線各.*\(路線名\?\)"):
        told(ROAD, {"name": "路線各"}, OF_A_CITY)


def test_each_field_is_guessed_by_the_names_that_such_columns_have() -> None:
    guesses = {field: guessed(field, OF_A_CITY) for field in ROAD.fields}
    assert guesses == {
        "name": "路線名", "ref": "路線番号", "owner": "道路種別", "class": "道路種別",
        "id": "整理番号", "name_en": None,
    }  # fmt: skip


KNOWN = [
    ("国道", "national"), ("都道府県道", "prefecture"), ("都道", "prefecture"),
    ("県道", "prefecture"),
    ("市道", "city"), ("町道", "city"), ("村道", "city"), ("区道", "city"), ("私道", "other"),
    ("準市道", "other"), (" 市道 ", "city"), ("Private", "other"), ("CITY", "city"),
    ("補助国道", None), ("里道", None), ("", None), ("State", None),
]  # fmt: skip


@pytest.mark.parametrize(("value", "owner"), KNOWN)
def test_the_usual_words_are_known_and_others_are_not_guessed(
    value: str, owner: str | None
) -> None:
    assert owner_of(value, {}) == owner


def test_a_citys_own_mapping_goes_before_the_usual_words() -> None:
    given = owner_map(["里道=city, 1=national", '"State, old"=prefecture', "=other", "市道=other"])
    values = ("里道", "１", "state, old", "", "市道", "町道")
    assert [owner_of(value, given) for value in values] == [
        "city", "national", "prefecture", "other", "other", "city",
    ]  # fmt: skip


@pytest.mark.parametrize("wrong", ["国道", "国道=kuni", "国道:national"])
def test_a_mapping_that_cannot_be_read_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        owner_map([wrong])


def test_tolerances_are_metres_for_each_class() -> None:
    assert tolerances(["幹線=40,細街路=15.5", "1=20"]) == {"幹線": 40, "細街路": 15.5, "1": 20}
    for wrong in ("幹線", "幹線=", "幹線=-1", "幹線=nan", "幹線=2000"):
        with pytest.raises(ValueError, match="幹線"):
            tolerances([wrong])


@pytest.mark.parametrize(
    ("word", "name", "table"),
    [
        ("areas", "city", "areas"), ("towns", "town", "areas"), ("neighbour", "neighbour", "areas"),
        ("roads", "road", "roads"), ("streetlight", "streetlight", "assets"),
        ("mirrors", "mirror", "assets"),
    ],
)  # fmt: skip
def test_a_kind_has_the_name_of_its_command_too(word: str, name: str, table: str) -> None:
    kind = kind_named(word)
    assert (kind.name, kind.table) == (name, table)
    with pytest.raises(ValueError, match="word"):
        kind_named("Street light")
