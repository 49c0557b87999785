"""A person's menu follows their language."""

import structlog

from bot.line import client
from bot.line.setup import menus
from workers.retry import Retry

log = structlog.get_logger()


def show_menu(person: str, language: str | None) -> None:
    """Link the menu of this language to a person (a LINE user id), or unlink it for the first one.

    LINE refuses it for people who are gone: that ends it, for there is nobody to show it to.
    """
    try:
        menus.show(person, language)
    except client.Refused as refused:
        log.info("menu_not_shown", status=refused.status, request=refused.request_id)
    except client.LineError as away:
        raise Retry(30, str(away)) from away
