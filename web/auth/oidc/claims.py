"""What a provider's claims say of somebody: their name, and their groups. Pure."""

from collections.abc import Mapping
from typing import Any, Final

from reports.people.group_names import is_name

Claims = dict[str, Any]
_LONGEST_NAME: Final = 60
_OVERAGE: Final = "_claim_names"
"""Entra ID has put aside what was too long for a token, such as more than 200 groups."""
_HAS_GROUPS: Final = "hasgroups"
"""Its word for the same in short tokens."""


class Untrue(Exception):
    """A token is not what it says, or not for us; the argument says why, for the log."""


def groups_in(claims: Mapping[str, Any], path: str) -> list[str] | None:
    """The names of groups in the claim of this name, or at the end of this way (with dots between);
    None where there is no such claim. One word is one group."""
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for step in path.split("."):
            found = found.get(step) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        found = [found]
    if isinstance(found, list):
        return [one for one in found if isinstance(one, str) and is_name(one)]
    return None


def are_too_many(claims: Mapping[str, Any], path: str) -> bool:
    """Whether the provider says that there are groups, and does not say which."""
    aside = claims.get(_OVERAGE)
    is_said = claims.get(_HAS_GROUPS) in (True, "true") and path == "groups"
    return is_said or (isinstance(aside, Mapping) and path in aside)


def shown_name_in(claims: Mapping[str, Any]) -> str:
    """As they are called; "" where nothing tells."""
    whole = _words(claims, "name")
    parts = f"{_words(claims, 'family_name')} {_words(claims, 'given_name')}".strip()
    return (whole or parts or sign_in_name_in(claims))[:_LONGEST_NAME]


def sign_in_name_in(claims: Mapping[str, Any]) -> str:
    """What they type at the provider, without what comes after an @."""
    told = _words(claims, "preferred_username") or _words(claims, "email")
    return told.partition("@")[0]


def _words(claims: Mapping[str, Any], name: str) -> str:
    told = claims.get(name)
    if not isinstance(told, str):
        return ""
    seen = "".join(letter if letter.isprintable() else " " for letter in told)
    return " ".join(seen.split())
