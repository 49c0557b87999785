"""The calls to LINE about the account itself: who it is, its webhook, its quota, its menus.

By httpx and not by LINE's SDK, which takes seconds to import and refuses answers it does not know.
"""

import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote

import httpx

from settings import settings

Json = dict[str, Any]

TIMEOUT: Final = httpx.Timeout(10, connect=3)
TEST_TIMEOUT: Final = httpx.Timeout(30, connect=3)
_ALIAS: Final = "/v2/bot/richmenu/alias"
_EVERYBODY: Final = "/v2/bot/user/all/richmenu"


class Refused(Exception):
    """LINE said no (4xx); its words, and its request id for its support."""

    def __init__(self, status: int, said: str, request_id: str | None) -> None:
        super().__init__(f"{status} {said}"[:500])
        self.status, self.said, self.request_id = status, said, request_id


class Away(Exception):
    """LINE cannot be reached, has trouble of its own (5xx), or has heard too much of us (429)."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where LINE sends events, if anywhere, and whether it does so at all."""

    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Tested:
    """How LINE's own test of the webhook went; `status` is 0 without an answer."""

    success: bool
    status: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Quota:
    """Pushes of this month; `most` is None where the plan has no limit."""

    most: int | None
    used: int


def info() -> Json:
    """Names and modes of the account (`displayName`, `basicId`, `chatMode`, …)."""
    return _json("GET", "/v2/bot/info")


def webhook() -> Webhook:
    """Where events go; an empty address when none was ever set."""
    known = _found("/v2/bot/channel/webhook/endpoint") or {}
    return Webhook(str(known.get("endpoint") or ""), bool(known.get("active")))


def set_webhook(url: str) -> None:
    """Events go there from now on; LINE may take a minute to follow."""
    _call("PUT", "/v2/bot/channel/webhook/endpoint", json={"endpoint": url})


def test_webhook(url: str) -> Tested:
    """Let LINE send an empty, signed request there. It allows 60 of these in an hour."""
    path, body = "/v2/bot/channel/webhook/test", {"endpoint": url}
    told = _object(_call("POST", path, json=body, timeout=TEST_TIMEOUT))
    return Tested(
        bool(told.get("success")),
        int(told.get("statusCode") or 0),
        str(told.get("reason") or ""),
        str(told.get("detail") or ""),
    )


def quota() -> Quota:
    """The month's limit for pushes and how many were sent, as far as LINE has counted."""
    limit = _json("GET", "/v2/bot/message/quota")
    used = _json("GET", "/v2/bot/message/quota/consumption").get("totalUsage")
    return Quota(limit.get("value") if limit.get("type") == "limited" else None, int(used or 0))


def menus() -> Mapping[str, str]:
    """The name of every menu made through the API, by its id."""
    listed = _json("GET", "/v2/bot/richmenu/list").get("richmenus") or []
    return {menu["richMenuId"]: str(menu.get("name") or "") for menu in listed}


def make_menu(body: Mapping[str, Any], picture: bytes) -> str:
    """A menu with its PNG; gives its id. Nobody sees it yet. Without a picture it does not stay."""
    made = str(_object(_call("POST", "/v2/bot/richmenu", json=dict(body)))["richMenuId"])
    path, base = f"/v2/bot/richmenu/{made}/content", settings().line_data_api_url
    try:
        _call("POST", path, base=base, content=picture, headers={"Content-Type": "image/png"})
    except (Refused, Away):
        with suppress(Refused, Away):
            delete_menu(made)
        raise
    return made


def delete_menu(menu_id: str) -> None:
    """Whoever was linked to it sees everybody's menu again."""
    _call("DELETE", f"/v2/bot/richmenu/{menu_id}")


def everybodys_menu() -> str | None:
    """The id of the menu that is seen by who was linked to no other."""
    return (_found(_EVERYBODY) or {}).get("richMenuId")


def set_everybodys_menu(menu_id: str) -> None:
    """Who was linked to no other sees this one from now on."""
    _call("POST", f"{_EVERYBODY}/{menu_id}")


def aliases() -> Mapping[str, str]:
    """The id of the menu that each alias stands for."""
    listed = _json("GET", f"{_ALIAS}/list").get("aliases") or []
    return {alias["richMenuAliasId"]: alias["richMenuId"] for alias in listed}


def menu_of_alias(alias: str) -> str | None:
    """The id of the menu that the alias stands for; None when there is no such alias."""
    return (_found(f"{_ALIAS}/{alias}") or {}).get("richMenuId")


def make_alias(alias: str, menu_id: str) -> None:
    """A new alias for a menu that has its picture."""
    _call("POST", _ALIAS, json={"richMenuAliasId": alias, "richMenuId": menu_id})


def turn_alias(alias: str, menu_id: str) -> None:
    """An alias that is there stands for this menu from now on."""
    _call("POST", f"{_ALIAS}/{alias}", json={"richMenuId": menu_id})


def delete_alias(alias: str) -> None:
    """The alias is gone; its menu stays."""
    _call("DELETE", f"{_ALIAS}/{alias}")


def link_menu(person: str, menu_id: str) -> None:
    """This person (a LINE user id) sees this menu from now on."""
    _call("POST", f"/v2/bot/user/{quote(person, safe='')}/richmenu/{menu_id}")


def unlink_menu(person: str) -> None:
    """This person sees everybody's menu again."""
    _call("DELETE", f"/v2/bot/user/{quote(person, safe='')}/richmenu")


def move_people(moves: Sequence[tuple[str, str]]) -> str:
    """Whoever is linked to the first menu of a pair gets the second; gives the id to ask by.

    LINE does it some time after it has answered, and takes three such orders in an hour.
    """
    operations = [{"type": "link", "from": old, "to": new} for old, new in moves]
    answer = _call("POST", "/v2/bot/richmenu/batch", json={"operations": operations})
    return str(answer.headers.get("x-line-request-id") or "")


def phase_of_move(request_id: str) -> str:
    """How far `move_people` came: ongoing, succeeded or failed."""
    asked = quote(request_id, safe="")
    return str(_json("GET", f"/v2/bot/richmenu/progress/batch?requestId={asked}").get("phase"))


def _found(path: str) -> Json | None:
    """The answer, or None where LINE knows nothing of the kind (404)."""
    try:
        return _json("GET", path)
    except Refused as refused:
        if refused.status != 404:
            raise
        return None


def _json(method: str, path: str) -> Json:
    return _object(_call(method, path))


def _object(answer: httpx.Response) -> Json:
    """What LINE told; something else on the way may have answered in its place."""
    try:
        told = answer.json()
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Away("the answer is not LINE's")
    return told


def _call(
    method: str,
    path: str,
    *,
    base: str | None = None,
    headers: Mapping[str, str] | None = None,
    timeout: httpx.Timeout = TIMEOUT,
    **body: Any,
) -> httpx.Response:
    """One call with our token. Raises Refused, Away."""
    given = settings()
    token = given.line_channel_access_token.get_secret_value()
    url = f"{(base or given.line_api_url).rstrip('/')}{path}"
    signed = {**(headers or {}), "Authorization": f"Bearer {token}"}
    try:
        answer = httpx.request(
            method, url, headers=signed, timeout=timeout, verify=_trust(), **body
        )
    except httpx.HTTPError as away:
        raise Away(type(away).__name__) from away
    if answer.status_code == 429 or answer.status_code >= 500:
        raise Away(f"{answer.status_code} {_said(answer)}")
    if not answer.is_success:
        request_id = answer.headers.get("x-line-request-id")
        raise Refused(answer.status_code, _said(answer), request_id)
    return answer


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    """Made once: reading all the certificates takes longer than most calls."""
    return httpx.create_ssl_context()


def _said(answer: httpx.Response) -> str:
    try:
        told = answer.json()
        return f"{told.get('message', '')} {told.get('details') or ''}".strip()[:300]
    except (ValueError, AttributeError):
        return answer.text[:200]
