"""The desk's menu: what waits behind its entries."""

import re

from settings import ROOT
from web.desk import menu


def test_each_number_of_the_menu_is_told_in_words() -> None:
    script = (ROOT / "web/kit/menu.js").read_text(encoding="utf-8")
    told = re.findall(r'"(/staff/[^"]+)": "[^"]+"', script)
    assert {*told} == {*menu._WAITS}
