"""What every template may use."""

import pytest

from settings import ROOT
from web.kit.pages import dial


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("#9910", '<a href="tel:%239910">#9910</a>'),
        ("042-000-0101(内線2345)", '<a href="tel:0420000101">042-000-0101(内線2345)</a>'),
        ("<b>042-000-0101", '<a href="tel:0420000101">&lt;b&gt;042-000-0101</a>'),
        ("内線 110", "内線 110"),
    ],
)
def test_a_tap_on_a_number_calls_what_can_be_called(phone: str, shown: str) -> None:
    assert dial(phone) == shown


def test_no_template_makes_a_telephone_link_of_its_own() -> None:
    pages = [page for page in (ROOT / "web").rglob("*.html") if "node_modules" not in page.parts]
    assert len(pages) > 10
    assert [page.name for page in pages if "tel:" in page.read_text(encoding="utf-8")] == []
