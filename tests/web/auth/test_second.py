"""The second step of coming in: one-time codes, recovery codes, roles that must, old proofs."""

import base64
import json
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from urllib.parse import unquote, urlsplit

import pyotp
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import FastAPI
from httpx2 import Response
from sqlalchemy import insert, select, update
from starlette.testclient import TestClient
from townsfolk import value
from typer.testing import CliRunner
from web_scene import PAGE, PASSWORD, Browser, sign_in
from webauthn.helpers import encode_cbor

import setting_checks
from cli.app import app as michi
from reports.people import rights
from reports.people.accounts import create_user
from reports.people.models import SignIn, SignInWait, User
from reports.people.second import challenges, code_app, factors, recovery, signing
from reports.people.second.models import CodeApp, Passkey, RecoveryCode
from settings import settings
from store.database import transaction
from web.auth.again import MOST_CARRIED
from web.auth.asked_again import ASKED_AGAIN
from web.auth.doors import lines
from web.auth.sessions import COOKIE

ComeIn = Callable[[str], Browser]
NEW = {"name": "yamada", "role": "crew", "department-road": "yes"}


def field(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, html
    return unescape(found[1])


def id_of(name: str) -> int:
    with transaction() as db:
        return db.scalars(select(User.id).where(User.name == name)).one()


def with_app(name: str = "sato") -> pyotp.TOTP:
    """This person has an app from now on; gives it. No code of it was taken yet."""
    secret = code_app.new_secret()
    with transaction() as db:
        assert code_app.turn_on(db, id_of(name), secret, pyotp.TOTP(secret).now())
        db.execute(update(CodeApp).values(last_step=0))
    return pyotp.TOTP(secret)


def another(app: FastAPI, name: str = "sato") -> TestClient:
    """A new browser in which the password was right."""
    client = TestClient(app, base_url="http://127.0.0.1:8000", headers=PAGE)
    form = {"name": name, "password": PASSWORD, "next": "/staff/due"}
    answer = client.post("/sign-in", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in/second")
    return client


def proves(client: TestClient, way: str, proof: str) -> Response:
    data = {"proof_way": way, "proof": proof}
    return client.post("/sign-in/second", data=data, follow_redirects=False)


def long_ago() -> None:
    """Nobody has shown for a while who they are."""
    with transaction() as db:
        hour = datetime.now(UTC) - timedelta(hours=1)
        db.execute(update(SignIn).values(created_at=hour, proven_at=None))


@pytest.fixture
def boss(come_in: ComeIn) -> Browser:
    with transaction() as db:
        create_user(db, name="kato", shown_name="加藤", password=PASSWORD, role="administrator")
    return come_in("kato")


def test_a_code_comes_after_the_password_and_is_taken_once(app: FastAPI, staff: Browser) -> None:
    page = staff.get("/staff/account/app").text
    secret = field(page, "secret")
    letters = re.search(r'class="letters"[^>]*>([^<]+)<', page)
    assert letters
    totp = pyotp.TOTP(letters[1].replace(" ", ""))
    wrong = staff.post("/staff/account/app", secret=secret, code="000")
    assert (wrong.status_code, field(wrong.text, "secret") != "") == (422, True)
    made = staff.post("/staff/account/app", secret=secret, code=totp.now())
    assert len(re.findall(r"<code>[a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4}</code>", made.text)) == 10
    with transaction() as db:
        db.execute(update(CodeApp).values(last_step=0))
        assert totp.secret.encode() not in db.scalars(select(CodeApp.secret)).one()

    client = another(app)
    assert COOKIE not in client.cookies
    assert client.get("/staff/", follow_redirects=False).status_code == 303
    assert "認証アプリの6桁のコード" in client.get("/sign-in/second").text
    assert proves(client, "app", "12345").status_code == 401
    code = totp.now()
    second = another(app)
    come = proves(client, "app", f"{code[:3]} {code[3:]}")
    assert (come.status_code, come.headers["location"]) == (303, "/staff/due")
    assert client.get("/staff/due").status_code == 200
    assert proves(second, "app", code).status_code == 401
    assert proves(client, "app", code).status_code == 401, "its first step is used up"


def test_codes_fit_a_clock_that_is_half_a_minute_wrong_and_no_other() -> None:
    secret, now = code_app.new_secret(), datetime(2026, 12, 1, tzinfo=UTC)
    this = int(now.timestamp()) // 30
    codes = {ahead: pyotp.TOTP(secret).at((this + ahead) * 30) for ahead in range(-2, 3)}
    steps = {
        ahead: code_app.step_of(secret, code, after=0, now=now) for ahead, code in codes.items()
    }
    assert steps == {-2: None, -1: this - 1, 0: this, 1: this + 1, 2: None}
    assert code_app.step_of(secret, codes[0], after=this, now=now) is None


WIDE = {ord(letter): ord(letter) + 0xFEE0 for letter in map(chr, range(0x21, 0x7F))}
TYPED: dict[str, Callable[[str], str]] = {
    "wide": lambda code: code.translate(WIDE),
    "wide and large": lambda code: code.upper().translate(WIDE),
    "with wide blanks": lambda code: "\u3000" + "\u3000".join((code[:3], code[3:])),
    "with the long mark of kana": lambda code: code[:4] + "ー" + code[4:],
    "copied from a document": lambda code: code[:3] + "\u2010" + code[3:] + "\u200b\n",
}


def test_codes_are_right_in_each_width_and_with_anything_between(staff: Browser) -> None:
    secret, now, me = code_app.new_secret(), datetime.now(UTC), id_of("sato")
    with transaction() as db:
        codes = [code.replace("-", "") for code in recovery.make(db, me)]
        for (how, typed), code in zip(TYPED.items(), codes, strict=False):
            digits = typed(pyotp.TOTP(secret).at(now))
            assert code_app.step_of(secret, digits, after=0, now=now), how
            assert recovery.use(db, me, typed(code)), how
            assert not recovery.use(db, me, code), how


def test_apps_read_who_and_where_whatever_both_are_called() -> None:
    made = code_app.address(code_app.new_secret(), "佐藤:道路", "michi.example.jp:8443")
    label = unquote(urlsplit(made).path.lstrip("/"))
    assert label == "Michi michi.example.jp 8443:佐藤 道路"
    assert pyotp.parse_uri(made).issuer == "Michi michi.example.jp 8443"


def test_a_challenge_is_for_one_purpose_and_five_minutes(app: FastAPI) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    made = challenges.new("again:1", now)
    assert challenges.is_ours(made, "again:1", now + timedelta(minutes=4))
    assert not challenges.is_ours(made, "again:2", now)
    assert not challenges.is_ours(made, "again:1", now + timedelta(minutes=6))
    with transaction() as db:
        assert [challenges.use(db, made) for _ in range(2)] == [True, False]
        waits = json.loads(signing.to_sign(db, "alone"))["timeout"]
    assert waits == challenges.LIFE.total_seconds() * 1000


def test_of_two_who_come_with_one_recovery_code_one_is_in(app: FastAPI, staff: Browser) -> None:
    with_app()
    with transaction() as db:
        codes = recovery.make(db, id_of("sato"))
    clients = [another(app) for _ in range(2)]
    with ThreadPoolExecutor(2) as both:
        come = both.map(lambda client: proves(client, "recovery", codes[0].upper()), clients)
        statuses = sorted(answer.status_code for answer in come)
    assert statuses in ([303, 401], [303, 429]), "who is a moment late may be told to wait"
    with transaction() as db:
        assert recovery.left(db, id_of("sato")) == 9
        assert codes[1].replace("-", "") not in "".join(db.scalars(select(RecoveryCode.code_hash)))


def test_wrong_codes_make_wait_and_a_right_password_ends_no_wait(
    app: FastAPI, staff: Browser
) -> None:
    totp = with_app()
    client = another(app)
    assert [proves(client, "app", "1").status_code for _ in range(5)] == [401] * 5
    assert value("SELECT count(*) FROM audit WHERE what = 'wrong proof'") == 5
    with transaction() as db:
        hour = datetime.now(UTC) + timedelta(hours=1)
        db.execute(update(SignInWait).where(SignInWait.wrong == 5).values(free_at=hour))
    client = another(app)
    waits = proves(client, "app", totp.now())
    assert waits.status_code == 429
    assert int(waits.headers["retry-after"]) >= 1
    known = staff.client
    known.cookies.delete(COOKIE)
    known.post("/sign-in", data={"name": "sato", "password": PASSWORD})
    assert proves(known, "app", totp.now()).status_code == 303, "a known browser does not wait"


def test_who_must_have_one_sets_it_up_before_anything_else(
    app: FastAPI, staff: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "administrator, staff")
    settings.cache_clear()
    client = another(app)
    page = client.get("/sign-in/second").text
    assert "二段階の確認を始める" in page
    assert "パスキーを作る" not in page, "an address of numbers has none"
    assert client.get("/staff/due", follow_redirects=False).status_code == 303
    secret = field(page, "secret")
    kept = code_app.carried_in(secret, id_of("sato"))
    assert kept
    form = {"what": "app", "secret": secret, "code": pyotp.TOTP(kept).now()}
    ready = client.post("/sign-in/second/new", data=form)
    assert 'href="/staff/due"' in ready.text
    assert client.get("/staff/due").status_code == 200
    assert client.post("/sign-in/second/new", data=form).status_code == 401, "only once"
    visitor = Browser(client, field(client.get("/staff/account").text, "csrf"))
    assert visitor.post("/staff/account/app/off").status_code == 409
    monkeypatch.setenv("SECOND_FACTOR_ROLES", "")
    settings.cache_clear()
    assert visitor.post("/staff/account/app/off").status_code == 303
    with transaction() as db:
        mine = factors.of(db, id_of("sato"))
    assert (bool(mine), mine.codes_left) == (False, 0)
    sign_in(TestClient(app, base_url="http://127.0.0.1:8000"), "sato")


def test_nobody_with_a_factor_sets_up_another_at_the_second_step(
    app: FastAPI, staff: Browser
) -> None:
    with_app()
    client = another(app)
    secret = code_app.new_secret()
    carried = code_app.carried(secret, id_of("sato"))
    form = {"what": "app", "secret": carried, "code": pyotp.TOTP(secret).now()}
    assert client.post("/sign-in/second/new", data=form).status_code == 401
    make = client.get("/sign-in/second/make.json", headers={"accept": "application/json"})
    assert make.status_code == 401


def test_an_old_proof_is_asked_for_again_and_what_was_typed_goes_on(boss: Browser) -> None:
    long_ago()
    page = boss.post("/staff/people/new", **NEW)
    assert page.status_code == 403
    assert "権限" not in page.text or "だれが何をできるかを変える前に" in page.text
    typed = {name: field(page.text, name) for name in (*NEW, "csrf", "proof_way")}
    assert {name: typed[name] for name in NEW} == NEW
    wrong = boss.post("/staff/people/new", **typed, proof="wrong")
    assert (wrong.status_code, field(wrong.text, "name")) == (401, "yamada")
    stranger = boss.post("/staff/people/new", **typed | {"csrf": "x"}, proof=PASSWORD)
    assert stranger.status_code == 403
    assert boss.post("/staff/people/new", **NEW).status_code == 403
    right = boss.post("/staff/people/new", **typed, proof=PASSWORD)
    assert (right.status_code, 'id="link"' in right.text) == (200, True)
    assert boss.post("/staff/people/new", **NEW | {"name": "suzuki"}).status_code == 200


def test_a_program_hears_why_and_a_file_is_saved_after_the_proof(boss: Browser) -> None:
    long_ago()
    token = {"x-csrf-token": boss.csrf}
    told = boss.client.post("/staff/people/new", data=NEW, headers=token)
    assert (told.status_code, told.json()["reason"]) == (403, "proof")
    big = boss.post("/staff/people/new", **NEW, words="x" * MOST_CARRIED)
    assert 'action="/again"' in big.text
    asked = boss.get("/staff/tickets.csv?words=a")
    assert asked.status_code == 403
    form = {name: field(asked.text, name) for name in ("next", "saves", "proof_way")}
    saved = boss.post("/again", **form, proof=PASSWORD)
    assert 'href="/staff/tickets.csv?words=a"' in saved.text
    assert boss.get("/staff/tickets.csv?words=a").status_code == 200


def test_whoever_may_not_do_it_is_not_asked_who_they_are(staff: Browser) -> None:
    long_ago()
    page = staff.post("/staff/people/new", **NEW)
    assert (page.status_code, "proof" in page.text) == (403, False)


def test_an_administrator_takes_what_somebody_has_lost(app: FastAPI, boss: Browser) -> None:
    with_app()
    page = f"/staff/people/{id_of('sato')}"
    assert "認証アプリ" in boss.get(page).text
    assert boss.post(f"{page}/second/reset").status_code == 303
    assert "まだありません" in boss.get(page).text
    sign_in(TestClient(app, base_url="http://127.0.0.1:8000"), "sato")
    with_app()
    done = CliRunner().invoke(michi, ["people", "reset-second", "sato"])
    assert done.exit_code == 0, done.output
    with transaction() as db:
        assert not factors.of(db, id_of("sato"))
        assert not db.scalars(select(SignIn).where(SignIn.user_id == id_of("sato"))).all()


def test_the_roles_of_the_setting_are_those_of_people() -> None:
    assert {role for role in rights.ROLES if role != "program"} == setting_checks.ROLES


def test_every_line_that_is_asked_again_is_of_a_route(app: FastAPI) -> None:
    assert set(ASKED_AGAIN) <= {f"{line.method} {line.path}" for line in lines(app)}


def test_a_strange_passkey_lets_nobody_in(stranger: TestClient) -> None:
    row = {"credential": b"key", "public_key": b"none", "sign_count": 0, "transports": []}
    with transaction() as db:
        db.execute(insert(Passkey).values(user_id=id_of("sato"), name="電話", **row))
        told = json.loads(signing.to_sign(db, "alone"))
    client = letters(json.dumps({"type": "webauthn.get", "challenge": told["challenge"]}).encode())
    response = {"clientDataJSON": client, "authenticatorData": client, "signature": client}
    answers: list[object] = ["[" * 4_000, "", [], {}, {"response": 1}, {"response": response}]
    for id in (letters(b"key"), letters(b"other"), 1, None, [], "é"):
        for each in (response, response | {"authenticatorData": ""}, response | {"signature": 1}):
            key = {"id": id, "rawId": id, "type": "public-key", "response": each}
            answers.append(key)
    for answer in answers:
        proof = answer if isinstance(answer, str) else json.dumps(answer)
        come = stranger.post("/sign-in/passkey", data={"proof": proof}, follow_redirects=False)
        assert come.status_code == 401, proof[:200]


@pytest.mark.parametrize(
    ("flags", "counts", "taken"),
    [
        (0x05, (0, 0), True),
        (0x05, (7, 8), True),
        (0x05, (7, 7), False),
        (0x05, (7, 0), False),
        (0x1D, (7, 3), True),
        (0x1D, (7, 0), True),
        (0x0D, (7, 7), True),
    ],
    ids=["counts nothing", "counts", "copied", "forgot", "synced", "moved", "to be synced"],
)
def test_a_key_of_several_devices_may_count_as_it_likes(
    database_url: str, flags: int, counts: tuple[int, int], taken: bool
) -> None:
    """`flags`: there and verified (0x05), may be synced (0x08), is (0x10)."""
    own = ec.generate_private_key(ec.SECP256R1())
    point = own.public_key().public_numbers()
    public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}
    row = {"credential": b"key", "public_key": encode_cbor(public), "transports": []}
    with transaction() as db:
        create_user(db, name="mori", shown_name="森", password=PASSWORD, role="staff")
    me = id_of("mori")
    with transaction() as db:
        db.execute(insert(Passkey).values(user_id=me, name="電話", sign_count=counts[0], **row))
        told = json.loads(signing.to_sign(db, "alone"))
        client = {"type": "webauthn.get", "challenge": told["challenge"]}
        plain = json.dumps(client | {"origin": "http://127.0.0.1:8000"}).encode()
        data = sha256(b"127.0.0.1").digest() + bytes([flags]) + counts[1].to_bytes(4)
        sign = own.sign(data + sha256(plain).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": plain, "authenticatorData": data, "signature": sign}
        key = {"id": letters(b"key"), "rawId": letters(b"key"), "type": "public-key"}
        key["response"] = {name: letters(part) for name, part in response.items()}  # type: ignore[assignment]
        assert signing.signed_by(db, "alone", json.dumps(key)) == (me if taken else None)


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ([], None),
        (["usb", "nfc"], ["nfc", "usb"]),
        (["internal"], ["hybrid", "internal"]),
        (["hybrid", "internal"], ["hybrid", "internal"]),
    ],
)
def test_a_key_in_a_device_is_looked_for_in_phones_too(
    database_url: str, told: list[str], asked: list[str] | None
) -> None:
    row = {"credential": b"key", "public_key": b"none", "sign_count": 0, "transports": told}
    with transaction() as db:
        create_user(db, name="mori", shown_name="森", password=PASSWORD, role="staff")
    with transaction() as db:
        db.execute(insert(Passkey).values(user_id=id_of("mori"), name="電話", **row))
        (key,) = json.loads(signing.to_sign(db, "again", id_of("mori")))["allowCredentials"]
    assert key.get("transports") == asked


def letters(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")
