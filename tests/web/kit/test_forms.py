"""What is posted is read as UTF-8 or refused, also from somebody who has not signed in."""

import pytest
from starlette.testclient import TestClient

BODY = '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\n{}\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("charset", "name"),
    [
        ("unicode_escape", "a\\ud800"),
        ("undefined", "a"),
        ("punycode", "a"),
        ("utf-16", "a"),
    ],
)
def test_another_charset_is_refused(stranger: TestClient, charset: str, name: str) -> None:
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    answer = stranger.post("/sign-in", content=BODY.format(name), headers={"content-type": kind})
    assert answer.status_code == 400
    assert "読み取れませんでした" in answer.text


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8"])
def test_utf_8_is_read(stranger: TestClient, charset: str) -> None:
    kind = f"multipart/form-data; boundary=x{charset}"
    answer = stranger.post("/sign-in", content=BODY.format("佐藤"), headers={"content-type": kind})
    assert answer.status_code == 401
