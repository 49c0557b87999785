"""A Michi whose LINE is the platform: its settings, its menus, and what a set-up finds."""

import io

import pytest
from line_account import SECRET, TOKEN, Door, Platform
from PIL import Image
from typer.testing import CliRunner

from bot.line.setup import checkup
from bot.line.setup.menu import Menu, menu
from bot.wording import languages
from cli.app import app
from settings import settings


def settings_of(platform: Platform, door: Door) -> dict[str, str]:
    """The environment in which the platform is LINE and the listening bot is Michi's door."""
    return {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9",
        "PHOTO_STORE_URL": "file:///nowhere",
        "PUBLIC_URL": door.url.removesuffix("/line/webhook"),
        "SECRET_KEY": "a key for tests, and long enough for it",
        "LINE_CHANNEL_SECRET": SECRET,
        "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
        "LINE_API_URL": platform.addresses["api"],
        "LINE_DATA_API_URL": platform.addresses["data"],
    }


def set_again(monkeypatch: pytest.MonkeyPatch, **changed: str) -> None:
    """Other settings from now on."""
    for name, value in changed.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()


def turned_over(made: Menu) -> Menu:
    """The same menu after its picture was changed."""
    with Image.open(io.BytesIO(made.picture)) as picture:
        out = io.BytesIO()
        picture.transpose(Image.Transpose.FLIP_TOP_BOTTOM).save(out, "PNG")
    return menu(languages()[made.language], out.getvalue())


def set_up(*words: str) -> tuple[int, str]:
    """The command as it is typed: its status and what it says."""
    result = CliRunner().invoke(app, ["line", "setup", *words])
    return result.exit_code, result.output


def found(wanted: list[Menu], *, set_webhook: bool = False) -> dict[str, checkup.Finding]:
    """Every finding of a set-up, by the English name of what it is about."""
    steps = checkup.steps(wanted, set_webhook=set_webhook)
    findings = [finding for step in steps for finding in checkup.look(step)]
    return {finding.what.split("\n")[-1]: finding for finding in findings}


def named(platform: Platform) -> list[str]:
    """The names of all menus that the account has."""
    listed = platform.line("GET", "/v2/bot/richmenu/list").json()["richmenus"]
    return sorted(menu["name"] for menu in listed)


def names(menus: list[Menu]) -> list[str]:
    """The names that these menus give."""
    return sorted(made.name for made in menus)


def hang(platform: Platform, menus: list[Menu], *, everybodys: str) -> dict[str, str]:
    """Put these menus up by LINE's own calls; gives their ids by language."""
    ids = {}
    for made in menus:
        created = platform.line("POST", "/v2/bot/richmenu", dict(made.body)).json()
        ids[made.language] = created["richMenuId"]
        url = f"{platform.addresses['data']}/v2/bot/richmenu/{ids[made.language]}/content"
        headers = {"authorization": f"Bearer {TOKEN}", "content-type": "image/png"}
        platform.http.post(url, content=made.picture, headers=headers).raise_for_status()
    platform.line("POST", f"/v2/bot/user/all/richmenu/{ids[everybodys]}").raise_for_status()
    return ids
