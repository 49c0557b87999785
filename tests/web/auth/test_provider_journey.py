"""A person comes and goes by a real provider, through its own forms."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urljoin

import httpx
from provider_fixtures import SITE, Running
from sqlalchemy import select, update
from starlette.testclient import TestClient
from web_scene import PAGE

from reports.actions.appoint import Post
from reports.actions.grant import grant
from reports.people.models import SignIn, User
from store.database import transaction

FORM = re.compile(r'<form[^>]* action="([^"]+)"')
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


class Walk:
    """One browser, which the application and the provider send to and fro."""

    def __init__(self, here: TestClient, there: httpx.Client) -> None:
        self.here, self.there, self.address = here, there, ""

    def go(self, address: str) -> str:
        """To this address and on, until a page comes; gives its text."""
        for _ in range(12):
            is_ours = address.startswith(SITE) or address.startswith("/")
            client = self.here if is_ours else self.there
            answer = client.get(address, headers=PAGE, follow_redirects=False)
            self.address = str(answer.url)
            if answer.status_code not in (302, 303):
                return str(answer.text)
            address = urljoin(self.address, answer.headers["location"])
        raise AssertionError("it never ends")

    def send(self, text: str, **fields: str) -> str:
        """The provider's form on this page."""
        found = FORM.search(text)
        assert found, text
        hidden = {name: unescape(value) for name, value in HIDDEN.findall(text)}
        address = urljoin(self.address, unescape(found[1]))
        answer = self.there.post(address, data=hidden | fields)
        return self.go(urljoin(address, answer.headers["location"]))

    def sign_in(self, next: str, login: str) -> str:
        text = self.go(f"/sign-in/provider?next={next}")
        return self.send(self.send(text, login=login, password="any"))

    def sign_out(self, csrf: str) -> None:
        """Here, and then there, where it is asked once more."""
        left = self.here.post("/sign-out", data={"csrf": csrf}, follow_redirects=False)
        self.send(self.go(left.headers["refresh"].removeprefix("0; url=")), logout="yes")


def test_somebody_comes_by_a_real_provider_and_is_signed_out_there_too(
    provider: Running, stranger: TestClient
) -> None:
    groups = ["道路 職員", "x"]
    provider.knows("8d1f", name="高橋 葵", preferred_username="takahashi", groups=groups)
    with transaction() as db:
        grant(db, "道路 職員", Post("department", ["road"]), None)
    with httpx.Client(trust_env=False) as there:
        walk = Walk(stranger, there)
        assert "「庁内アカウント」でサインイン" in walk.go("/sign-in")
        assert "高橋 葵" in walk.sign_in("/staff/due", "8d1f")
        assert walk.address == f"{SITE}/staff/due"
        with transaction() as db:
            person = db.scalars(select(User).where(User.name == "takahashi")).one()
            csrf = db.scalars(select(SignIn.csrf)).one()
        assert person.role == "department"
        with transaction() as db:
            db.execute(update(SignIn).values(proven_at=SignIn.created_at - timedelta(hours=1)))
        assert "本人の確認" in walk.go("/staff/table/file?form=csv")
        asked = walk.go("/again/provider?next=/staff/plan")
        walk.send(asked, login="8d1f", password="any")
        assert walk.address == f"{SITE}/staff/plan"
        assert walk.here.get("/staff/table/file?form=csv").status_code == 200
        walk.sign_out(csrf)
        assert walk.address == f"{SITE}/sign-in"
        assert stranger.get("/staff/", headers=PAGE, follow_redirects=False).status_code == 303
        assert 'name="password"' in walk.go("/sign-in/provider")
