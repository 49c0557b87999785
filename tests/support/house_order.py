"""Who stands on whom: the rooms, each with those that it may import, from the ground up."""

_BASE = ("settings", "store", "geo", "reports.audit")
_REPORTS = (
    "reports.city", "reports.people", "reports.tickets", "reports.routing", "reports.outbox",
    "reports.photos", "reports.orders", "reports.actions",
    "reports.patrols",
)  # fmt: skip
_TALK = (
    "bot.wording",
    "bot.small_talk",
    "bot.models",
    "bot.line",
    "bot.dialogue",
    "bot.inbox",
    "bot.drafts",
)

MAY_IMPORT: dict[str, tuple[str, ...]] = {
    "setting_checks": (),
    "setting_words": ("setting_checks",),
    "setting_servers": ("setting_checks",),
    "settings": ("setting_checks", "setting_servers", "setting_words"),
    "store": ("settings",),
    "geo": ("settings", "store"),
    "reports.audit": ("settings", "store"),
    "reports.city": _BASE,
    "reports.people": (*_BASE, *_REPORTS[:1]),
    "reports.tickets": (*_BASE, *_REPORTS[:2]),
    "reports.routing": (*_BASE, *_REPORTS[:3]),
    "reports.outbox": (*_BASE, *_REPORTS[:3]),
    "reports.photos": (*_BASE, *_REPORTS[:3], "reports.outbox"),
    "reports.orders": (*_BASE, *_REPORTS[:3]),
    "reports.patrols": (*_BASE, *_REPORTS[:3]),
    "reports.published": (*_BASE, *_REPORTS[:3]),
    "reports.records": (*_BASE, *_REPORTS[:3]),
    "reports.webhooks": (*_BASE, *_REPORTS[:2], "reports.published"),
    "reports.actions": (
        *_BASE,
        *_REPORTS[:7],
        "reports.patrols",
        "reports.webhooks",
        "reports.records",
    ),
    "reports.privacy": (*_BASE, *_REPORTS, "reports.published"),
    "reports.backup": (*_BASE, *_REPORTS, "reports.privacy"),
    "reports.stats": (*_BASE, *_REPORTS),
    "reports.documents": (
        *_BASE,
        *_REPORTS,
        "reports.published",
        "reports.records",
        "reports.stats",
    ),
    "reports.discard": (
        *_BASE,
        *_REPORTS,
        "reports.published",
        "reports.records",
        "reports.webhooks",
        "reports.stats",
        "reports.privacy",
        "reports.documents",
    ),
    "reports.load_city": (*_BASE, *_REPORTS),
    "bot.wording": (),
    "bot.small_talk": ("bot.wording",),
    "bot.models": ("store",),
    "bot.dialogue": ("geo", "reports", "bot.wording", "bot.small_talk"),
    "bot.line": (*_BASE, "reports", "bot.wording", "bot.models"),
    "bot.inbox": (*_BASE, "reports", "bot.models"),
    "bot.render": (*_BASE, "reports", "bot.wording", "bot.line", "bot.dialogue"),
    "bot.drafts": (*_BASE, "reports", "bot.dialogue"),
    "bot.spent": (*_BASE, "reports", "bot.dialogue"),
    "bot.paused": (*_BASE, "reports", *_TALK),
    "bot.ticket_meant": (*_BASE, "reports", *_TALK),
    "bot.on_screen": (*_BASE, "reports", *_TALK),
    "bot.typed_answers": (*_BASE, "reports", *_TALK),
    "bot.place_meant": (*_BASE, "reports", *_TALK),
    "bot.context": (*_BASE, "reports", *_TALK, "bot.typed_answers", "bot.place_meant"),
    "bot.effects": (*_BASE, "reports", *_TALK),
    "bot.crew_work": (*_BASE, "reports", *_TALK),
    "bot.crew_standing": (*_BASE, "reports", *_TALK),
    "bot.crew": (*_BASE, "reports", *_TALK, "bot.crew_work", "bot.crew_standing"),
    "bot.one_event": (
        *_BASE,
        "reports",
        *_TALK,
        "bot.crew",
        "bot.paused",
        "bot.spent",
        "bot.ticket_meant",
        "bot.on_screen",
        "bot.context",
        "bot.effects",
    ),
    "bot.hearing": (*_BASE, "reports", "bot.inbox", "bot.one_event"),
    "bot.leases": (*_BASE, "reports", "bot.models"),
    "bot.reach": (*_BASE, "reports", "bot.models", "bot.line"),
    "bot.fates": (*_BASE, "reports", "bot.line", "bot.render", "bot.leases"),
    "bot.speech": (*_BASE, "reports", "bot.line", "bot.render", "bot.leases", "bot.drafts"),
    "bot.delivery": (
        *_BASE,
        "reports",
        "bot.line",
        "bot.leases",
        "bot.reach",
        "bot.fates",
        "bot.speech",
    ),
    "bot.webhook": (*_BASE, "bot.line", "bot.models"),
    "bot.threads": (*_BASE, "bot.line", "bot.hearing", "bot.delivery"),
    "bot.line.setup": (*_BASE, "bot.line", "bot.render", "bot.wording", "bot.webhook"),
    "web.kit": (*_BASE, "reports"),
    "web.auth": (*_BASE, "reports", "web.kit"),
    "web.maps": (*_BASE, "reports", "web.kit", "web.auth"),
    "web.desk": (*_BASE, "reports", "web.kit", "web.auth", "web.maps"),
    "web.crew": (*_BASE, "reports", "web.kit", "web.auth", "web.maps"),
    "web.contractor": (*_BASE, "reports", "web.kit", "web.auth", "web.maps"),
    "web.open": (*_BASE, "reports", "web.kit", "web.auth", "web.maps"),
    "workers": (*_BASE, "reports", "bot"),
    "watching": (*_BASE, "reports", "bot", "web.kit", "web.auth"),
    "main": (*_BASE, "reports", "bot", "web", "workers", "watching"),
    "cli": (
        *_BASE,
        "reports",
        "bot",
        "workers",
        "migrations",
        "web.kit",
        "web.auth",
        "watching",
    ),
    "migrations": (*_BASE, "reports", "bot"),
    "local": ("settings",),
    "line_platform": (),
    "bench": (
        *_BASE,
        "reports",
        "bot",
        "web",
        "workers",
        "main",
        "local",
        "migrations",
        "watching",
    ),
}
SCREENS = ("web.desk", "web.crew", "web.contractor", "web.open")
"""Rooms whose folders are screens, none of which imports another."""


def room_of(module: str) -> str:
    """The innermost room of the table that a dotted module name lies in; else its first part."""
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        if (room := ".".join(parts[:length])) in MAY_IMPORT:
            return room
    return parts[0]


def may(room: str, other: str) -> bool:
    """Whether one room may know of another: itself, or one that stands below it."""
    return room == other or any(
        other == below or other.startswith(f"{below}.") for below in MAY_IMPORT[room]
    )
