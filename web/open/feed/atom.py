"""A feed as Atom has it (RFC 4287), with each place as a point of GeoRSS. Pure.

An entry's id stays the same through all that becomes of its ticket; its `updated` says when.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from reports.published.shape import PublicTicket

_ATOM: Final = "http://www.w3.org/2005/Atom"
_GEORSS: Final = "http://www.georss.org/georss"
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TAGGED_IN: Final = "2026"
"""Of tag URIs (RFC 4151): the year in which ids were begun; never another."""

ET.register_namespace("", _ATOM)
ET.register_namespace("georss", _GEORSS)


class Feed(NamedTuple):
    """`site`: what our addresses begin with; `query`: of the feed's own address, with its "?";
    `city`: its name; `since`: when nothing is in it, the moment that it is said to be of."""

    site: str
    query: str
    city: str
    about: str
    since: datetime
    categories: Mapping[str, str]
    states: Mapping[str, str]


def written(feed: Feed, tickets: Sequence[PublicTicket]) -> bytes:
    """UTF-8, the last changed first."""
    root = ET.Element(f"{{{_ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "ja"})
    here = f"{feed.site}/open/feed.atom{feed.query}"
    about = f"({feed.about})" if feed.about else ""
    _add(root, "id", _tag(feed.site, f"open/feed.atom{feed.query}"))
    _add(root, "title", f"{feed.city}の道路の通報{about}")
    _add(
        root, "subtitle", "道路の通報と、その対応の様子。場所は道路に沿って10mごとに丸めています。"
    )
    _add(root, "updated", _moment(max((t.changed_at for t in tickets), default=feed.since)))
    _add(root, "link", rel="self", type="application/atom+xml", href=here)
    _add(root, "link", rel="alternate", type="text/html", href=f"{feed.site}/open")
    _add(_add(root, "author"), "name", feed.city)
    _add(root, "generator", "Michi")
    for ticket in tickets:
        _entry(root, feed, ticket)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _entry(root: ET.Element, feed: Feed, ticket: PublicTicket) -> None:
    entry = _add(root, "entry")
    kind = feed.categories.get(ticket.category, ticket.category)
    state = feed.states.get(ticket.state, ticket.state)
    _add(entry, "id", _tag(feed.site, f"open/tickets/{ticket.number}"))
    _add(entry, "title", " ".join(filter(None, (f"【{state}】{kind}", ticket.town, ticket.road))))
    _add(entry, "updated", _moment(ticket.changed_at))
    _add(entry, "published", _moment(ticket.received_at))
    page = f"{feed.site}/open/tickets/{ticket.number}"
    _add(entry, "link", rel="alternate", type="text/html", href=page)
    for photo in (ticket.before_photo, ticket.after_photo):
        if photo:
            there = f"{feed.site}/open/photos/{photo}.jpg"
            _add(entry, "link", rel="enclosure", type="image/jpeg", href=there)
    _add(entry, "category", term=ticket.category, scheme=f"{feed.site}/open#kind", label=kind)
    _add(entry, "category", term=ticket.state, scheme=f"{feed.site}/open#state", label=state)
    _add(entry, "content", _words(ticket, kind, state), type="text")
    point = ET.SubElement(entry, f"{{{_GEORSS}}}point")
    point.text = f"{ticket.lat:.6f} {ticket.lon:.6f}"


def _words(ticket: PublicTicket, kind: str, state: str) -> str:
    lines = (
        ("受付番号", ticket.number),
        ("種類", kind),
        ("状態", state),
        ("場所", " ".join(filter(None, (ticket.town, ticket.road)))),
        ("担当", ticket.department),
        ("通報の言葉", ticket.words),
    )
    return "\n".join(f"{name}: {value}" for name, value in lines if value)


def _add(parent: ET.Element, name: str, text: str | None = None, **facts: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{_ATOM}}}{name}", facts)
    made.text = _NO_XML.sub("", text) if text else None
    return made


def _tag(site: str, what: str) -> str:
    return f"tag:{urlsplit(site).hostname},{TAGGED_IN}:{what}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
