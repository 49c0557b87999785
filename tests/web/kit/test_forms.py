"""What is posted is read as UTF-8 or refused, also from somebody who has not signed in."""

import pytest
from starlette.testclient import TestClient

from web.kit.forms import Posted

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


@pytest.mark.parametrize("left", ["", "--", "--x", "--x-", "-"])
def test_a_form_of_which_the_end_is_missing_is_not_taken_for_whole(
    stranger: TestClient, left: str
) -> None:
    """The part that was cut in two, a crew's photo perhaps, would be left out without a word."""
    body = BODY.format("佐藤").removesuffix("--x--\r\n") + left
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert stranger.post("/sign-in", content=body, headers=kind).status_code == 400


@pytest.mark.parametrize("behind", ["--x--", "--x--\r\n", "--x--\r\nan epilogue"])
def test_a_form_ends_with_its_last_mark(stranger: TestClient, behind: str) -> None:
    body = BODY.format("佐藤").removesuffix("--x--\r\n") + behind
    kind = {"content-type": "multipart/form-data; boundary=x"}
    assert stranger.post("/sign-in", content=body, headers=kind).status_code == 401


@pytest.mark.parametrize(
    "words",
    [
        "本町六丁目　市役所前",
        "10\u00a0cm",
        "一\n\t二",
        "👨\u200d👩\u200d👧",
        "①か\u3099",
        "葛\U000e0100城",
    ],
)
def test_words_stay_as_people_write_them(words: str) -> None:
    assert Posted({"note": words}, []).words("note") == words


@pytest.mark.parametrize(
    "hidden", ["\0", "\r", "\x1b", "\x7f", "\u202e", "\u2066", "\ufeff", "\ue000"]
)
def test_what_steers_or_cannot_be_seen_is_left_out(hidden: str) -> None:
    assert Posted({"note": f"一{hidden}二"}, []).words("note") == "一二"
