"""What LINE shows of a person."""

from dataclasses import dataclass
from urllib.parse import quote

from bot.line import client


@dataclass(frozen=True, slots=True)
class Profile:
    """Nothing is shown when they block us, are gone or gave no consent."""

    is_shown: bool
    language: str = ""


def profile_of(user_id: str) -> Profile | None:
    """What LINE shows of this person (a LINE user id); None when it does not say clearly."""
    try:
        found = client.ask(f"/v2/bot/profile/{quote(user_id, safe='')}", timeout=client.ASKING)
    except client.Gone:
        return Profile(is_shown=False)
    except client.LineError:
        return None
    return Profile(is_shown=True, language=str(found.get("language") or ""))
