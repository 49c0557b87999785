"""The ticket's page of paper from the desk and from a crew's phone."""

from collections.abc import Callable

import pypdfium2
from starlette.testclient import TestClient
from web_scene import Browser, filed


def test_staff_and_the_crew_whose_it_is_get_one_page(
    staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    one = filed(words="穴があります", pictures=2)
    for browser, home in ((staff, "staff"), (come_in("roads"), "crew")):
        page = browser.get(f"/{home}/tickets/{one.number}").text
        address = f"/staff/tickets/{one.number}/sheet.pdf"
        assert f'href="{address}"' in page
        answer = browser.get(address)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == f'inline; filename="{one.number}.pdf"'
        assert answer.headers["cache-control"] == "private, no-cache"
        with pypdfium2.PdfDocument(answer.content) as document:
            assert len(document) == 1
            assert one.number in document[0].get_textpage().get_text_bounded()


def test_nobody_else_does(come_in: Callable[[str], Browser], stranger: TestClient) -> None:
    address = f"/staff/tickets/{filed().number}/sheet.pdf"
    assert come_in("trees").get(address).status_code == 404
    assert come_in("sato").get("/staff/tickets/000-000-000/sheet.pdf").status_code == 404
    assert stranger.get(address).status_code == 401
