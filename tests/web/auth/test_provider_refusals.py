"""What a provider may say that is not so: each is refused with a reason, and none is a fault."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey
from provider_fixtures import SECRET, leads_to
from sqlalchemy import select, update
from starlette.testclient import TestClient
from townsfolk import value
from web_scene import PAGE, PASSWORD, Browser

from reports.actions.appoint import Post
from reports.actions.disable import disable
from reports.actions.grant import grant, take_away
from reports.actions.invite import Refused, give_link
from reports.people import accounts
from reports.people.models import SignIn, User
from reports.people.provider_models import ProviderPerson
from settings import settings
from store.database import transaction
from web.auth.oidc import claims, provider, trips

BACK = "/sign-in/provider/back"
KEYS = {name: ECKey.generate_key("P-256", {"kid": name, "use": "sig"}) for name in ("one", "two")}


@dataclass
class Spoken:
    """A provider that says what a test has it say."""

    issuer: str = ""
    keys: tuple[str, ...] = ("one",)
    token: Any = None
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def says(self, path: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if path in self.answers:
            return self.answers[path]
        told: Any = {"id_token": self.token, "access_token": "x"}
        if path == "/.well-known/openid-configuration":
            told = {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/in"}
            told |= {"token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys"}
            told |= {"userinfo_endpoint": f"{self.issuer}/more"} if "/more" in self.answers else {}
        elif path == "/keys":
            told = {"keys": [KEYS[name].as_dict(private=False) for name in self.keys]}
        return 200, json.dumps(told).encode()


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Iterator[Spoken]:
    it = Spoken()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if length := int(self.headers.get("content-length", 0)):
                self.rfile.read(length)
            status, body = it.says(urlsplit(self.path).path)
            self.send_response(status)
            kind = "jwt" if body.startswith(b"ey") else "json"
            self.send_header("Content-Type", f"application/{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        it.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        leads_to(it.issuer, monkeypatch)
        with transaction() as db:
            grant(db, "roads", Post("crew", ["road"]), None)
            grant(db, "trees", Post("crew", ["trees"]), None)
            grant(db, "bosses", Post("administrator"), None)
        yield it
        server.shutdown()
        thread.join()


def left(client: TestClient, next: str = "", door: str = "sign-in", to: str = "") -> dict[str, str]:
    """What the provider hears when somebody is sent to it."""
    answer = client.get(f"/{door}/provider{to}?next={next}", headers=PAGE, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    return {name: values[0] for name, values in query.items()}


def signed(spoken: Spoken, asked: dict[str, str], key: Any = None, **claims: Any) -> str:
    """An ID token as it should be, but for these claims (None: without it)."""
    now = int(time.time())
    right = {"iss": spoken.issuer, "aud": "michi", "sub": "8d1f", "nonce": asked["nonce"]}
    right |= {"iat": now, "exp": now + 300, "name": "高橋 葵", "groups": ["roads"]}
    told = {name: value for name, value in (right | claims).items() if value is not None}
    used = key or KEYS["one"]
    alg = "HS256" if isinstance(used, OctKey) else "ES256"
    header = {"alg": alg, "kid": used.kid or "one"}
    return jws.serialize_compact(header, json.dumps(told), used, [alg])


def comes(client: TestClient, spoken: Spoken, key: Any = None, **claims: Any) -> Any:
    """Back from the provider with such a token; the answer to a program."""
    return back(client, spoken, left(client), key, **claims)


def joins(client: TestClient, spoken: Spoken, **claims: Any) -> Any:
    """The same, for who is in by a password."""
    return back(client, spoken, left(client, to="/join"), **claims)


def back(
    client: TestClient, spoken: Spoken, asked: dict[str, str], key: Any = None, **claims: Any
) -> Any:
    spoken.token = signed(spoken, asked, key, **claims)
    query = {"state": asked["state"], "code": "c"}
    return client.get(BACK, params=query, follow_redirects=False)


def role() -> Any:
    with transaction() as db:
        return db.scalar(select(User.role).where(User.shown_name.startswith("高橋")))


UNTRUE: dict[str, Callable[[Spoken], dict[str, Any]]] = {
    "wrong nonce": lambda _: {"nonce": "another"},
    "no nonce": lambda _: {"nonce": None},
    "another audience": lambda _: {"aud": "others"},
    "other audiences and no party": lambda _: {"aud": ["michi", "others"]},
    "for another party": lambda _: {"azp": "others"},
    "another issuer": lambda it: {"iss": it.issuer + "/"},
    "over": lambda _: {"exp": int(time.time()) - 600},
    "from the future": lambda _: {"iat": int(time.time()) + 600},
    "nobody": lambda _: {"sub": None},
    "no string": lambda _: {"sub": 7},
    "what no database keeps": lambda _: {"sub": "8d\0"},
    "half a letter": lambda _: {"sid": "\ud800"},
    "another access token": lambda _: {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    "times that are words": lambda _: {"exp": "tomorrow"},
    "our own secret": lambda _: {"key": OctKey.import_key(SECRET)},
    "another's key": lambda _: {"key": KEYS["two"]},
}


def test_a_token_that_is_not_about_this_sign_in_is_not_believed(
    spoken: Spoken, stranger: TestClient
) -> None:
    for name, wrong in UNTRUE.items():
        answer = comes(stranger, spoken, **wrong(spoken))
        told = answer.status_code, answer.json()["reason"]
        assert told == (400, "token_not_believed"), name
    for token in ("", "x.y.z", 7, None, "eyJhbGciOiJub25lIn0.e30.", "eyJhbGciOiJub25lIn0.W10."):
        asked = left(stranger)
        spoken.token = token
        query = {"state": asked["state"], "code": "c"}
        answer = stranger.get(BACK, params=query, headers=PAGE)
        assert answer.status_code == 400, token
        assert "証明を確かめられませんでした" in answer.text
    assert value("SELECT count(*) FROM sign_ins") == 0
    odd = {"groups": ["\0", "\ud800", 7, "roads"], "name": "\ud800\0", "preferred_username": 7}
    assert comes(stranger, spoken, **odd).headers["location"] == "/crew/"


def test_a_new_key_is_asked_for_once(spoken: Spoken, stranger: TestClient) -> None:
    assert comes(stranger, spoken).status_code == 303
    spoken.keys = ("two",)
    spoken.asked.clear()
    assert comes(stranger, spoken, KEYS["two"]).status_code == 303
    assert spoken.asked.count("/keys") == 1
    assert comes(stranger, spoken).json()["reason"] == "token_not_believed"
    assert spoken.asked.count("/keys") == 2


def test_keys_and_tokens_need_no_names(spoken: Spoken, stranger: TestClient) -> None:
    named = [KEYS[name].as_dict(private=False) for name in ("two", "one")]
    nameless = [{name: told for name, told in key.items() if name != "kid"} for key in named]
    for keys, header in product((named, nameless), ({}, {"kid": "one"})):
        spoken.answers = {"/keys": (200, json.dumps({"keys": keys}).encode())}
        provider.forget()
        asked = left(stranger)
        told = jws.extract_compact(signed(spoken, asked).encode()).payload
        spoken.token = jws.serialize_compact({"alg": "ES256"} | header, told, KEYS["one"])
        back = {"state": asked["state"], "code": "c"}
        answer = stranger.get(BACK, params=back, follow_redirects=False)
        assert answer.status_code == 303, (keys, header)
        spoken.answers = {"/keys": (200, json.dumps({"keys": keys[:1]}).encode())}
        provider.forget()
        assert comes(stranger, spoken).json()["reason"] == "token_not_believed"


MORE: dict[str, tuple[dict[str, Any], int, Any, int]] = {
    "a token of its own": ({"groups": None}, 200, {"groups": ["roads"]}, 303),
    "of another client": ({"groups": None}, 200, {"groups": ["roads"], "aud": ["x"]}, 400),
    "of another issuer": ({"groups": None}, 200, {"groups": ["roads"], "iss": "x"}, 400),
    "of somebody else": ({"groups": None}, 200, {"groups": ["roads"], "sub": "x"}, 400),
    "of another key": ({"groups": None, "key": "two"}, 200, {"groups": ["roads"]}, 400),
    "odd times": ({"groups": None}, 200, {"groups": ["roads"], "auth_time": [], "sid": "\0"}, 303),
    "groups in vain": ({"groups": {}}, 200, {"groups": ["roads"]}, 303),
    "away": ({"groups": None}, 500, {}, 503),
    "away, for a name": ({"name": None}, 500, {}, 303),
    "forbidden, for a name": ({"name": None}, 403, {}, 303),
}


def test_what_is_told_beside_the_token_may_be_signed_and_may_fail(
    spoken: Spoken, stranger: TestClient
) -> None:
    nothing = {"iat": None, "exp": None, "nonce": None}
    for how, (lacks, status, more, code) in MORE.items():
        key = KEYS[lacks.get("key", "one")]
        lacking = {name: told for name, told in lacks.items() if name != "key"}
        body = signed(spoken, {"nonce": ""}, key, **(nothing | more))
        spoken.answers = {"/more": (status, body.encode())}
        stranger.cookies.clear()
        assert comes(stranger, spoken, **lacking).status_code == code, how


def test_groups_may_have_blanks_of_any_width(spoken: Spoken, stranger: TestClient) -> None:
    with transaction() as db:
        grant(db, "道路\u3000管理課", Post("crew", ["road"]), None)
        with pytest.raises(Refused):
            grant(db, "道路\u202e管理課", Post("crew", ["road"]), None)
    assert comes(stranger, spoken, groups=["道路\u3000管理課"]).status_code == 303


@pytest.mark.parametrize(
    ("told", "path", "said"),
    [
        ({"_claim_names": {"groups": "src1"}}, "groups", True),
        ({"hasgroups": True}, "groups", True),
        ({"hasgroups": "true"}, "groups", True),
        ({"hasgroups": False}, "groups", False),
        ({"hasgroups": True}, "roles", False),
        ({"_claim_names": {"roles": "src1"}}, "groups", False),
    ],
)
def test_the_provider_may_say_that_groups_are_too_many(
    told: dict[str, Any], path: str, said: bool
) -> None:
    assert claims.are_too_many(told, path) is said


def test_who_is_in_and_goes_back_to_the_way_in_is_home(
    spoken: Spoken, stranger: TestClient
) -> None:
    asked = left(stranger, "/crew/line")
    spoken.token = signed(spoken, asked)
    query = {"state": asked["state"], "code": "c"}
    went = [stranger.get(BACK, params=query, follow_redirects=False) for _ in range(2)]
    assert [answer.headers["location"] for answer in went] == ["/crew/line", "/crew/"]
    assert spoken.asked.count("/token") == 1
    assert stranger.get("/crew/").status_code == 200
    stranger.cookies.clear()
    assert stranger.get(BACK, params=query).json()["reason"] == "no_such_sign_in"


BROKEN = {
    "away": ("/.well-known/openid-configuration", 502, b"", 503, "provider_away"),
    "a page": ("/.well-known/openid-configuration", 200, b"<html>", 503, "provider_wrong"),
    "a list": ("/.well-known/openid-configuration", 200, b"[]", 503, "provider_wrong"),
    "other": ("/.well-known/openid-configuration", 200, b'{"issuer": "x"}', 503, "provider_wrong"),
    "secret": ("/token", 401, b'{"error": "invalid_client"}', 503, "provider_wrong"),
    "code": ("/token", 400, b'{"error": "invalid_grant"}', 400, "refused_by_provider"),
    "late": ("/token", 500, b"", 503, "provider_away"),
    "odd keys": (
        "/keys",
        200,
        b'{"keys": [{"kty": "AKP"}, {"kty": "RSA"}, {}]}',
        400,
        "token_not_believed",
    ),
    "keys": ("/keys", 200, b'{"keys": [7]}', 400, "token_not_believed"),
    "no keys": ("/keys", 200, b"{}", 400, "token_not_believed"),
}


def test_a_broken_answer_is_said_and_never_an_error_of_ours(
    spoken: Spoken, stranger: TestClient
) -> None:
    for name, (path, status, body, code, reason) in BROKEN.items():
        provider.forget()
        spoken.answers = {path: (status, body)}
        if path.startswith("/.well"):
            answer = stranger.get("/sign-in/provider", follow_redirects=False)
        else:
            answer = comes(stranger, spoken)
        assert (answer.status_code, answer.json()["reason"]) == (code, reason), name
        assert ("retry-after" in answer.headers) == (code == 503)


def test_only_the_browser_that_left_comes_back_once_and_in_time(
    spoken: Spoken, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = left(stranger, "/crew/line")
    spoken.token = signed(spoken, asked)
    query = {"state": asked["state"], "code": "c"}
    wrong = [{"code": "c"}, {"state": "x", "code": "c"}, {"state": "é", "code": "c"}]
    for one in wrong:
        assert stranger.get(BACK, params=one).json()["reason"] == "no_such_sign_in"
    elsewhere = stranger.get(BACK, params=query | {"iss": "https://evil.example"})
    assert elsewhere.json()["reason"] == "token_not_believed"
    assert stranger.get(BACK, params=query).json()["reason"] == "no_such_sign_in"
    for error, code in (("access_denied", 403), ("server_error", 503), ("login_required", 400)):
        back = {"state": left(stranger)["state"], "error": error}
        assert stranger.get(BACK, params=back).status_code == code
    asked = left(stranger, "//evil.example/staff/")
    spoken.token = signed(spoken, asked)
    query = {"state": asked["state"], "code": "c"}
    monkeypatch.setattr(trips, "LIFE_SECONDS", -1)
    late = left(stranger)["state"]
    assert stranger.get(BACK, params={"state": late}).json()["reason"] == "no_such_sign_in"
    assert stranger.get(BACK, params=query, follow_redirects=False).headers["location"] == "/crew/"


def test_the_groups_of_each_sign_in_decide_and_the_last_administrator_stays(
    spoken: Spoken, stranger: TestClient
) -> None:
    refused = comes(stranger, spoken, groups=["others"])
    assert (refused.status_code, refused.json()["reason"], role()) == (403, "no_role", None)
    assert value("SELECT count(*) FROM audit WHERE what = 'not let in'") == 1
    assert comes(stranger, spoken, groups=["roads", "trees"]).headers["location"] == "/crew/"
    first = Browser(stranger, "")
    assert first.get("/crew/").status_code == 200
    assert value("SELECT count(*) FROM user_departments d JOIN users u ON u.id = user_id "
                 "WHERE shown_name = '高橋 葵'") == 2  # fmt: skip
    assert comes(stranger, spoken, groups="bosses", name="高橋 花").headers["location"] == "/staff/"
    assert value("SELECT count(*) FROM users WHERE shown_name LIKE '高橋%'") == 1
    assert comes(stranger, spoken, groups=["roads"]).headers["location"] == "/staff/"
    assert role() == "administrator"
    assert comes(stranger, spoken, groups=[]).json()["reason"] == "no_role"
    assert value("SELECT count(*) FROM sign_ins") == 0
    with transaction() as db:
        take_away(db, "bosses", None)
        db.execute(update(User).where(User.name == "sato").values(role="administrator"))
    assert comes(stranger, spoken).headers["location"] == "/crew/"
    with transaction() as db:
        disable(db, db.scalars(select(User.name).where(User.shown_name == "高橋 葵")).one())
    assert comes(stranger, spoken).json()["reason"] == "stopped"


def test_nobody_is_known_by_a_name_or_a_mail_address(spoken: Spoken, stranger: TestClient) -> None:
    who = {"preferred_username": "sato@city.example.jp", "email": "sato@city.example.jp"}
    assert comes(stranger, spoken, **who).status_code == 303
    assert comes(stranger, spoken, **who, sub="77").status_code == 303
    with transaction() as db:
        names = set(db.scalars(select(User.name).join(ProviderPerson)))
    assert names == {"sato-2", "sato-3"}


def ended(client: TestClient, token: str) -> int:
    answer = client.post("/sign-in/provider/ended", data={"logout_token": token})
    return answer.status_code


def test_the_provider_ends_its_sessions_here_too(spoken: Spoken, stranger: TestClient) -> None:
    event = {"http://schemas.openid.net/event/backchannel-logout": {}}
    comes(stranger, spoken, sid="s1")
    asked = {"nonce": ""}
    wrong = [
        signed(spoken, asked, nonce=None, sid="s1"),
        signed(spoken, asked, nonce="n", sid="s1", events=event),
        signed(spoken, asked, nonce=None, sid="s1", events=event, iat=1, exp=int(9e9)),
        signed(spoken, asked, KEYS["two"], nonce=None, sid="s1", events=event),
        signed(spoken, asked, nonce=None, sub=None, events=event),
        "x",
    ]
    for token in wrong:
        assert ended(stranger, token) == 400
    other = signed(spoken, asked, nonce=None, sid="s2", events=event)
    mine = signed(spoken, asked, nonce=None, sub=None, sid="s1", events=event)
    for token, left_over in ((other, 1), (mine, 0)):
        assert ended(stranger, token) == 200
        with transaction() as db:
            assert len(db.scalars(select(SignIn)).all()) == left_over


def test_passwords_can_be_left_to_one_administrator(
    spoken: Spoken, stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    leads_to(spoken.issuer, monkeypatch, PASSWORDS_ONLY_FOR="roads")
    shown = stranger.get("/sign-in", headers=PAGE).text
    assert "庁内アカウント" in shown
    assert 'name="password"' not in shown
    assert 'name="password"' in stranger.get("/sign-in?emergency=1", headers=PAGE).text
    for name, code in (("sato", 401), ("roads", 303)):
        form = {"name": name, "password": PASSWORD}
        assert stranger.post("/sign-in", data=form, follow_redirects=False).status_code == code


def test_whom_the_provider_knows_comes_by_nothing_else(
    spoken: Spoken, stranger: TestClient
) -> None:
    comes(stranger, spoken)
    with transaction() as db:
        person = db.scalars(select(User).where(User.shown_name == "高橋 葵")).one()
        person.password = accounts.password_hash(PASSWORD)
        with pytest.raises(Refused, match="庁内アカウント"):
            give_link(db, person.id, None)
    form = {"name": person.name, "password": PASSWORD}
    answer = stranger.post("/sign-in", data=form, headers=PAGE)
    assert answer.status_code == 401
    assert "上のボタンから" in answer.text


def test_who_proves_themselves_is_who_is_in_and_was_asked_just_now(
    spoken: Spoken, stranger: TestClient
) -> None:
    long_ago = int(time.time()) - 3600
    comes(stranger, spoken, auth_time=long_ago)
    for told, code in (
        ({"auth_time": long_ago}, 400),
        ({"auth_time": "now"}, 400),
        ({"auth_time": 10**20}, 400),
        ({"sub": "77"}, 403),
        ({"auth_time": int(time.time())}, 303),
    ):
        assert not proven()
        asked = left(stranger, "/crew/line", "again")
        assert (asked["prompt"], asked["max_age"]) == ("login", "0")
        spoken.token = signed(spoken, asked, **told)
        query = {"state": asked["state"], "code": "c"}
        assert stranger.get(BACK, params=query, follow_redirects=False).status_code == code
    assert proven()


def proven() -> bool:
    """Whether whoever is in has shown lately who they are."""
    return bool(value("SELECT proven_at > now() - interval '5 minutes' FROM sign_ins"))


def test_who_has_a_password_may_come_by_the_provider_from_then_on(
    spoken: Spoken, stranger: TestClient, staff: Browser, come_in: Callable[[str], Browser]
) -> None:
    assert "庁内アカウントとつなぐ" in staff.get("/staff/account").text
    assert comes(stranger, spoken, preferred_username="sato").status_code == 303  # a second account
    refused = joins(staff.client, spoken)
    assert (refused.status_code, refused.json()["reason"]) == (409, "belongs_to_another")
    assert joins(staff.client, spoken, sub="77", groups=[]).json()["reason"] == "no_role"
    with transaction() as db:
        second = disable(db, "sato-2")
        accounts.create_user(
            db, name="kanri", shown_name="管理", password=PASSWORD, role="administrator"
        )
    assert joins(staff.client, spoken).json()["reason"] == "belongs_to_another"
    boss, page = come_in("kanri"), f"/staff/people/{second}"
    assert "つながりを外す" in boss.get(page).text
    assert staff.post(f"{page}/provider/release").status_code == 403
    assert boss.post(f"{page}/provider/release").status_code == 303
    assert "つながりを外す" not in boss.get(page).text
    assert boss.post(f"{page}/provider/release").status_code == 409
    me = value("SELECT id FROM users WHERE name = 'kanri'")
    assert (
        value(
            "SELECT user_id FROM audit WHERE what = 'provider_people removed'"
            f" AND about = 'user:{second}'"
        )
        == me
    )
    asked_nobody = joins(staff.client, spoken, auth_time=int(time.time()) - 3600)
    assert asked_nobody.json()["reason"] == "token_not_believed"
    answer = joins(staff.client, spoken, groups=["bosses"])
    assert answer.headers["location"] == "/staff/account?done=provider"
    assert "つなぎました" in staff.get("/staff/account?done=provider").text
    assert value("SELECT role FROM users WHERE name = 'sato'") == "administrator"
    assert value("SELECT name FROM users JOIN provider_people ON user_id = users.id") == "sato"
    assert staff.get("/sign-in/provider/join").status_code == 403
    form = {"name": "sato", "password": PASSWORD}
    assert stranger.post("/sign-in", data=form).status_code == 401


def test_a_trip_joins_only_who_began_it(
    spoken: Spoken, staff: Browser, come_in: Callable[[str], Browser], monkeypatch: Any
) -> None:
    other = come_in("roads")
    asked = left(staff.client, to="/join")
    for cookie in staff.client.cookies.jar:
        if cookie.name.startswith("michi_trip_"):
            other.client.cookies.jar.set_cookie(cookie)
    assert back(other.client, spoken, asked).json()["reason"] == "somebody_else"
    monkeypatch.setenv("PASSWORDS_ONLY_FOR", "sato")
    settings.cache_clear()
    assert "つなぐ" not in staff.get("/staff/account").text
    assert staff.get("/sign-in/provider/join").status_code == 403
