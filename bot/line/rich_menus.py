"""The calls to LINE about rich menus: making them, naming them by aliases, showing them to people.

All of them raise client.LineError.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from bot.line.client import LineError, ask, call, found, request_id_of, told
from settings import settings

_MENUS: Final = "/v2/bot/richmenu"
_ALIAS: Final = f"{_MENUS}/alias"
_EVERYBODY: Final = "/v2/bot/user/all/richmenu"


def menus() -> Mapping[str, str]:
    """The name of every menu made through the API, by its id."""
    listed = ask(f"{_MENUS}/list").get("richmenus") or []
    return {menu["richMenuId"]: str(menu.get("name") or "") for menu in listed}


def make_menu(body: Mapping[str, Any], picture: bytes) -> str:
    """A menu with its PNG; gives its id. Nobody sees it yet. Without a picture it does not stay."""
    made = str(told(call("POST", _MENUS, json=dict(body)))["richMenuId"])
    path, base = f"{_MENUS}/{made}/content", settings().line_data_api_url
    try:
        call("POST", path, base=base, content=picture, headers={"Content-Type": "image/png"})
    except LineError:
        with suppress(LineError):
            delete_menu(made)
        raise
    return made


def delete_menu(menu_id: str) -> None:
    """Whoever was linked to it sees everybody's menu again."""
    call("DELETE", f"{_MENUS}/{menu_id}")


def everybodys_menu() -> str | None:
    """The id of the menu that is seen by who was linked to no other."""
    return (found(_EVERYBODY) or {}).get("richMenuId")


def set_everybodys_menu(menu_id: str) -> None:
    """Who was linked to no other sees this one from now on."""
    call("POST", f"{_EVERYBODY}/{menu_id}")


def aliases() -> Mapping[str, str]:
    """The id of the menu that each alias stands for."""
    listed = ask(f"{_ALIAS}/list").get("aliases") or []
    return {alias["richMenuAliasId"]: alias["richMenuId"] for alias in listed}


def menu_of_alias(alias: str) -> str | None:
    """The id of the menu that the alias stands for; None when there is no such alias."""
    return (found(f"{_ALIAS}/{alias}") or {}).get("richMenuId")


def make_alias(alias: str, menu_id: str) -> None:
    """A new alias for a menu that has its picture."""
    call("POST", _ALIAS, json={"richMenuAliasId": alias, "richMenuId": menu_id})


def turn_alias(alias: str, menu_id: str) -> None:
    """An alias that is there stands for this menu from now on."""
    call("POST", f"{_ALIAS}/{alias}", json={"richMenuId": menu_id})


def delete_alias(alias: str) -> None:
    """The alias is gone; its menu stays."""
    call("DELETE", f"{_ALIAS}/{alias}")


def link_menu(person: str, menu_id: str) -> None:
    """This person (a LINE user id) sees this menu from now on."""
    call("POST", f"/v2/bot/user/{quote(person, safe='')}/richmenu/{menu_id}")


def unlink_menu(person: str) -> None:
    """This person sees everybody's menu again."""
    call("DELETE", f"/v2/bot/user/{quote(person, safe='')}/richmenu")


def move_people(moves: Sequence[tuple[str, str]]) -> str:
    """Whoever is linked to the first menu of a pair gets the second; gives the id to ask by.

    LINE does it some time after it has answered, and takes three such orders in an hour.
    """
    operations = [{"type": "link", "from": old, "to": new} for old, new in moves]
    answer = call("POST", f"{_MENUS}/batch", json={"operations": operations})
    return request_id_of(answer) or ""


def phase_of_move(request_id: str) -> str:
    """How far `move_people` came: ongoing, succeeded or failed."""
    asked = quote(request_id, safe="")
    return str(ask(f"{_MENUS}/progress/batch?requestId={asked}").get("phase"))
