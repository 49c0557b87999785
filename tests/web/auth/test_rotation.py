"""SECRET_KEY, and the keys of programs, are changed while what was given out before still holds."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select, update
from starlette.testclient import TestClient
from townsfolk import rows
from typer.testing import CliRunner
from web_scene import Browser, filed

from cli.app import app as michi
from reports.actions import give_key
from reports.actions.give_key import NewKey
from reports.audit import seal
from reports.audit.verify import verify
from reports.city.clock import today
from reports.people import crew_links, devices, invitations, phones
from reports.people.models import User
from reports.people.permissions import Scope
from reports.people.second import challenges, code_app, recovery
from reports.people.second.models import CodeApp
from reports.photos.links import last_day, photo_link
from settings import settings
from store.database import transaction

BEFORE = "a key for tests, and long enough for it"
NOW = "another key, 100% as long, and with a comma"
Keys = Callable[..., None]


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch, database_url: str) -> Keys:
    """From now on the installation has this key, and reads these others."""

    def change(key: str, *others: str) -> None:
        monkeypatch.setenv("SECRET_KEY", key)
        written = [one.replace("%", "%25").replace(",", "%2C") for one in others]
        monkeypatch.setenv("SECRET_KEYS_ALSO", ",".join(written))
        settings.cache_clear()

    return change


def id_of(name: str) -> int:
    with transaction() as db:
        return db.scalars(select(User.id).where(User.name == name)).one()


def enters(user_id: int, totp: pyotp.TOTP) -> bool:
    with transaction() as db:
        db.execute(update(CodeApp).values(last_step=0))
        return code_app.is_right(db, user_id, totp.now())


def test_what_was_given_out_holds_beside_the_new_key_and_may_be_sealed_anew(
    keys: Keys, crew: Browser, staff: Browser, stranger: TestClient
) -> None:
    one, who, worker = filed(pictures=1), id_of("sato"), id_of("roads")
    assert one.photo_id is not None
    picture = photo_link(one.photo_id, "small", last_day(datetime.now(UTC), 30))
    challenge, cookie = challenges.new("make:1"), devices.cookie_of("a browser")
    phone = crew.get("/crew/offline/pack").json()["person"]
    with transaction() as db:
        secret = code_app.new_secret()
        assert code_app.turn_on(db, who, secret, pyotp.TOTP(secret).now())
        first, second, *_ = recovery.make(db, who)
        link = crew_links.new_code(db, worker)
        invited = invitations.make(db, who, None, "kato@example.jp")
        while seal.seal(db):
            pass
    keys(NOW, BEFORE)
    assert staff.get("/staff/").status_code == 200
    assert stranger.get(picture.removeprefix(settings().base)).status_code == 200
    assert challenges.is_ours(challenge, "make:1")
    assert devices.token_in(cookie) == "a browser"
    assert devices.cookie_of("a browser") != cookie
    assert crew.get("/crew/offline/pack").json()["person"] == phone
    with transaction() as db:
        assert link is not None
        assert crew_links.try_code(db, "U1", link.code) == (crew_links.Fate.FITS, worker)
        waiting = invitations.waiting(db, invited.id)
        assert waiting is not None
        assert waiting.address == invited.address
        assert recovery.use(db, who, first)
        assert verify(db).faults == ()
    assert enters(who, pyotp.TOTP(secret))

    told = CliRunner().invoke(michi, ["secrets", "reseal"])
    assert told.exit_code == 3, told.output
    assert "apps' secrets sealed anew: 1" in told.output
    for words in ("photos' addresses", "new recovery codes: 佐藤", "mails with a link"):
        assert words in told.output
    assert "sealed anew: 0" in CliRunner().invoke(michi, ["secrets", "reseal"]).output

    keys(NOW)
    assert enters(who, pyotp.TOTP(secret))
    assert staff.get("/staff/").status_code == 200
    assert crew.get("/crew/offline/pack").json()["person"] == phone
    assert stranger.get(picture.removeprefix(settings().base)).status_code == 404
    with transaction() as db:
        assert phones.whose(db, phone) == worker
        assert not recovery.use(db, who, second)
        assert verify(db).faults == ()


def test_a_program_has_two_keys_until_the_former_one_ends(app: FastAPI, staff: Browser) -> None:
    client = TestClient(app)

    def status(secret: str) -> int:
        headers = {"authorization": f"Bearer {secret}"}
        return client.get("/api/tickets", headers=headers).status_code

    with transaction() as db:
        wanted = NewKey("gis", [Scope.OPEN], today() + timedelta(days=30))
        former = give_key.give_key(db, wanted, None)
    assert status(former) == 200
    renewed = CliRunner().invoke(michi, ["keys", "renew", "gis", "--former-days", "3"])
    new = renewed.stdout.strip()
    assert (renewed.exit_code, status(former), status(new)) == (0, 200, 200)
    ((until, used, hidden),) = rows(
        "SELECT former_until - now() < interval '3 days 1 minute', former_used_at IS NOT NULL,"
        " (SELECT new ->> 'former_hash' FROM audit WHERE what = 'api_tokens changed'"
        " AND new ? 'former_hash' ORDER BY id DESC LIMIT 1) FROM api_tokens"
    )
    assert (until, used, hidden) == (True, True, "…")
    with transaction() as db:
        db.execute(update(give_key.ApiToken).values(former_until=datetime.now(UTC)))
    assert (status(former), status(new)) == (401, 200)
    again = CliRunner().invoke(michi, ["keys", "renew", "gis"])
    assert (status(former), status(new), status(again.stdout.strip())) == (401, 200, 200)
    assert CliRunner().invoke(michi, ["keys", "revoke", "gis"]).exit_code == 0
    assert (status(new), status(again.stdout.strip())) == (401, 401)
    assert CliRunner().invoke(michi, ["keys", "renew", "gis"]).exit_code == 2
