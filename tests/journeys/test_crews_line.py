"""A crew member on their own LINE: linked by a code, told of what is urgent, finishing it there.

With MICHI_PICTURES set to a folder, a picture of every station is made there.
"""

import re
from pathlib import Path

import pytest
from browsing import chat_of, reads
from neighbours import Neighbour, Office, Town, repaired, until
from playwright.sync_api import Browser

pytestmark = pytest.mark.long


def code_for(crew: Office) -> str:
    """What the crew's page says is to be sent."""
    page = crew.submits("/crew/line", "/crew/line/code")
    found = re.search(r'value="(つなぐ [^"]+)"', page)
    assert found
    return found[1]


def test_a_crew_member_is_linked_hears_of_an_urgent_ticket_and_finishes_it_by_a_photo(
    town: Town, haruka: Neighbour, crew: Office, browser: Browser, pictures: Path
) -> None:
    told = haruka.answered(lambda: haruka.says(code_for(crew)))
    assert "つながりました" in told
    ichiro = town.somebody("いちろう", "ja")
    number = ichiro.reports()
    ichiro.answered(lambda: ichiro.says("危険です。自転車が転びました"))
    haruka.hears(2)
    assert haruka.number() == number
    assert haruka.pictures()
    told = haruka.answered(lambda: haruka.taps("完了"))
    assert "直した場所の写真" in told
    told = haruka.answered(lambda: haruka.sends_photos(repaired()))
    assert "完了にしました" in told
    until(lambda: "作業が終わりました" in ichiro.reads())
    assert "LINEから" in crew.page(f"/crew/tickets/{number}")
    haruka.answered(lambda: haruka.says("一覧"))
    chat = chat_of(browser, town, haruka)
    reads(chat, "完了にしました")
    chat.screenshot(path=pictures / "crews-line.png")
    assert "やめました" in haruka.answered(lambda: haruka.says("作業班の連絡をやめる"))
    assert "コードを出す" in crew.page("/crew/line")
