"""Administrators say which systems are told of what, and see what did not arrive."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from receiver import receiving
from townsfolk import rows, value
from web_scene import PASSWORD, Browser

from reports.people.accounts import create_user
from settings import ROOT, settings
from store.database import transaction
from store.outside import Outside
from store.public_addresses import Allowed
from web.desk.webhooks.words import why
from workers.webhooks import send, write_calls

PAGE = "/staff/webhooks"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def boss(come_in: Callable[[str], Browser], monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    monkeypatch.setenv("WEBHOOK_HOSTS", "127.0.0.1")
    settings.cache_clear()
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    yield come_in("kato")
    settings.cache_clear()


def form(url: str = "https://gis.example.jp/hook", **more: str) -> dict[str, str]:
    return {"name": "府中市 道路GIS", "url": url, "kind-moved": "yes", "category-pothole": "yes",
            "department-0": "yes", "towns": ""} | more  # fmt: skip


def secret_in(text: str) -> str:
    (secret,) = set(SECRET.findall(text.replace("&#43;", "+").replace("&#61;", "=")))
    return secret


def example() -> Callable[[str, dict[str, str], bytes], bool]:
    """What docs/open.md tells receivers to do."""
    book = Path(ROOT / "docs" / "open.md").read_text(encoding="utf-8")
    (code,) = [
        each for each in re.findall(r"```python\n(.*?)```", book, re.DOTALL) if "whsec" in each
    ]
    names: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    exec(code, names)
    return names["is_from_the_city"]


def test_a_system_is_told_and_knows_who_tells_it(boss: Browser) -> None:
    is_from_the_city = example()
    with receiving() as there:
        made = boss.post(f"{PAGE}/new", **form(there.url))
        first = secret_in(made.text)
        assert made.headers["cache-control"] == "no-store"
        id = value("SELECT id FROM webhooks")
        page = boss.get(f"{PAGE}/{id}").text
        assert first not in page
        for words in ("状態が変わった", "道路管理課", "舗装の穴", there.url, "加藤"):
            assert words in page
        second = secret_in(boss.post(f"{PAGE}/{id}/secret").text)
        assert boss.post(f"{PAGE}/{id}/test").status_code == 303
        write_calls()
        send(Outside(Allowed("127.0.0.1"), seconds=60))
        (call,) = there.taken
        for secret in (first, second):
            assert is_from_the_city(secret, call.headers, call.body)
            assert not is_from_the_city(secret, call.headers, call.body + b" ")
        assert not is_from_the_city(first.lower(), call.headers, call.body)
    page = boss.get(f"{PAGE}/{id}").text
    assert "試し送り" in page
    assert "届いた" in page
    assert "前の秘密の値でも" in page
    log = rows("SELECT what, new FROM audit WHERE what LIKE 'webhooks%' ORDER BY id")
    assert [row.what for row in log][:1] == ["webhooks added"]
    assert not SECRET.search(str(log))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": " "}, "名前を"),
        ({"url": "ftp://gis.example.jp/"}, "https://"),
        ({"url": "https://10.0.0.1/"}, "公開されていません"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "公開されていません"),
        ({"url": "https://a:b@gis.example.jp/"}, "パスワード"),
        ({"towns": "月町"}, "月町"),
    ],
)
def test_what_cannot_be_is_said_so(boss: Browser, more: dict[str, str], words: str) -> None:
    answer = boss.post(f"{PAGE}/new", **form(**more))
    assert answer.status_code == 422
    assert words in answer.text
    assert value("SELECT count(*) FROM webhooks") == 0


def test_what_nobody_took_is_seen_in_the_menu_and_sent_again(boss: Browser) -> None:
    boss.post(f"{PAGE}/new", **form())
    id = value("SELECT id FROM webhooks")
    rows("INSERT INTO webhook_calls (webhook_id, message_id, kind, seq, number, state, done_at,"
         " error) SELECT :id, 'msg_' || n, 'moved', n, '482-913-70' || n, 'dead', now(),"
         " 'not reached: TLS' FROM generate_series(1, 3) n", id=id)  # fmt: skip
    assert boss.get("/staff/menu.json").json()["badges"][PAGE] == 1
    page = boss.get(f"{PAGE}/{id}").text
    assert "482-913-703" in page
    assert "つながりません(TLS)" in page
    one = str(value("SELECT min(id) FROM webhook_calls"))
    boss.post(f"{PAGE}/{id}/again", call=one)
    assert value("SELECT count(*) FROM webhook_calls WHERE state = 'dead'") == 2
    boss.post(f"{PAGE}/{id}/again")
    assert boss.get("/staff/menu.json").json()["badges"][PAGE] == 0
    assert "待ち 3件" in boss.get(f"{PAGE}/{id}").text


def test_each_number_in_the_menu_says_what_waits(boss: Browser) -> None:
    script = (ROOT / "web" / "kit" / "menu.js").read_text("utf-8")
    (waits,) = re.findall(r"const WAITS = {(.+)};", script)
    badges = boss.get("/staff/menu.json").json()["badges"]
    assert set(badges) == set(re.findall(r'"(/staff/\w+)": "', waits))


def test_why_a_call_did_not_arrive_is_told_in_japanese() -> None:
    assert why("not reached: no answer within 2 s") == "つながりません(2秒のうちに答えがありません)"
    inside = why("not allowed: gis.example.jp leads to 10.0.0.5, which is not public")
    assert inside.endswith("(gis.example.jp の行き先 10.0.0.5 は、公開されていません)")
    assert why("secret: no key of this installation opens it") == (
        "秘密の値が開けません。作り直してください"
    )
    assert (why("answered 503"), why("odd")) == ("相手の答え: 503", "odd")


def test_an_endpoint_is_changed_let_rest_and_taken_out(boss: Browser) -> None:
    boss.post(f"{PAGE}/new", **form())
    id = value("SELECT id FROM webhooks")
    edit = boss.get(f"{PAGE}/{id}/edit").text
    assert 'name="kind-moved" value="yes" checked' in edit
    assert 'name="department-0" value="yes" checked' in edit
    assert boss.post(f"{PAGE}/{id}/edit", **form(with_page="yes", towns="本町六丁目、緑町一丁目")
                     ).status_code == 303  # fmt: skip
    assert value("SELECT towns FROM webhooks") == ["本町六丁目", "緑町一丁目"]
    boss.post(f"{PAGE}/{id}/pause")
    assert "停止中" in boss.get(PAGE).text
    boss.post(f"{PAGE}/{id}/resume")
    assert "送っています" in boss.get(PAGE).text
    assert boss.post(f"{PAGE}/new", **form()).status_code == 422
    assert boss.post(f"{PAGE}/{id}/remove").status_code == 303
    for path in ("", "/edit"):
        assert boss.get(f"{PAGE}/{id}{path}").status_code == 404
    for act in ("pause", "secret", "again", "edit", "moon"):
        assert boss.post(f"{PAGE}/{id}/{act}", **form()).status_code == 404
