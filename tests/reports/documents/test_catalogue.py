"""The catalogue of open data is what the profile asks for, as an independent checker reads it."""

import json
from datetime import UTC, date, datetime

import pytest
from dcat_shapes import SHAPES
from pyshacl import validate

from reports.documents.open_data.catalogue import catalogue
from reports.documents.open_data.forms import FORMS
from reports.documents.open_data.shapes import File, Version

HERE = "https://michi.example.jp/open/data/"


def version(month: date, number: int) -> Version:
    files = {form: File(form, 1_000, "ab" * 32) for form in FORMS}
    made = datetime(2026, 12, 1, tzinfo=UTC)
    note = {"rows": (9, 9), "states": {}, "come": 2} if number > 1 else {}
    figures, rule = {"rows": 9, "left_out": 0}, {"licence": "CC-BY-4.0", "k": 5}
    return Version(number, month, number, made, figures, rule, note, "", files)


def said(told: object) -> tuple[bool, str]:
    """Whether it is right by the shapes, and what is not."""
    is_right, _, words = validate(
        json.dumps(told), shacl_graph=SHAPES,
        data_graph_format="json-ld", shacl_graph_format="turtle",
    )  # fmt: skip
    return is_right, words


@pytest.mark.filterwarnings(
    "ignore::DeprecationWarning:rdflib", "ignore::DeprecationWarning:pyshacl"
)
def test_the_catalogue_is_right_by_the_shapes_of_dcat_ap() -> None:
    months = [version(date(2026, 11, 1), 2), version(date(2026, 10, 1), 1)]
    told = catalogue(months, "小金井市", "Koganei City", HERE)
    assert said(told) == (True, "Validation Report\nConforms: True\n")
    for path in (("dct:publisher",), ("dcat:dataset", 1, "dct:title"), ("dct:license",)):
        spoilt = json.loads(json.dumps(told))
        *way, last = path
        at = spoilt
        for step in way:
            at = at[step]
        del at[last]
        is_right, words = said(spoilt)
        assert not is_right, path
        assert str(last).partition(":")[2] in words
