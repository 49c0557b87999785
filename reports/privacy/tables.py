"""Where people's data lies: every table that names a person or holds their words. Pure.

A table that is not here, and refers to people, fails a test: whoever adds one says where it stands.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Place(NamedTuple):
    """Of a resident, or whoever called: whether a disclosure has it, and what erasing does to it:
    "goes", "emptied" (the row stays, nobody's), "stays", or "" where it holds none of theirs.
    `why`: it stays or is not disclosed."""

    told: bool
    erased: str
    why: str = ""


def _staffs(why: str) -> Place:
    return Place(told=False, erased="", why=why)


_BY_STAFF: Final = "who of those who sign in did it; no resident's"
PLACES: Final[Mapping[str, Place]] = {
    "residents": Place(told=True, erased="goes"),
    "callers": Place(told=True, erased="goes"),
    "answer_mails": Place(told=False, erased="goes", why="that answers were sent; with callers"),
    "reports": Place(told=True, erased="emptied"),
    "remarks": Place(told=True, erased="goes"),
    "photos": Place(told=True, erased="emptied"),
    "followers": Place(told=True, erased="goes"),
    "messages": Place(told=True, erased="goes"),
    "inbox": Place(told=True, erased="emptied"),
    "unsent_messages": Place(told=True, erased="goes"),
    "tasks": Place(told=True, erased="goes"),
    "history": Place(told=True, erased="emptied"),
    "pauses": Place(
        told=True, erased="stays", why="erasing would end a pause; a hash names nobody"
    ),
    "crew_links": Place(told=True, erased="stays", why="a crew's own, taken away at its account"),
    "crew_link_tries": Place(told=True, erased="stays", why="gone within the hour"),
    "work_order_items": Place(told=True, erased="emptied"),
    "notes": Place(told=True, erased="stays", why="staff's own words about the ticket"),
    "tickets": Place(told=False, erased="stays", why="the hole; what is theirs hangs on reports"),
    "ticket_texts": Place(told=False, erased="goes", why="a copy for searching"),
    "published_tickets": Place(
        told=False, erased="goes", why="what is public; words that are erased go within seconds"
    ),
    "published_events": Place(
        told=False, erased="goes", why="what became of it; erased words go from it as well"
    ),
    "exports": Place(told=False, erased="goes", why="copies that staff saved, for a day at most"),
    "facts": Place(
        told=False, erased="stays", why="counts by day and place; nobody's name or words"
    ),
    "patrol_finds": Place(told=False, erased="", why="reports of crews, not of residents"),
    "issued_records": Place(
        told=False, erased="goes", why="files of records; that one was issued, and why, stays"
    ),
    "erasings": Place(told=False, erased="stays", why="that somebody was erased, by numbers alone"),
    "mails": _staffs("to departments and firms; drawn of the ticket when they leave"),
    "users": _staffs("people who sign in"),
    "user_departments": _staffs("people who sign in"),
    "export_choices": _staffs("people who sign in: by which columns they save lists"),
    "sign_ins": _staffs("people who sign in"),
    "known_devices": _staffs("people who sign in"),
    "invitations": _staffs("people who sign in"),
    "passkeys": _staffs("people who sign in"),
    "code_apps": _staffs("people who sign in"),
    "recovery_codes": _staffs("people who sign in"),
    "sign_in_steps": _staffs("people who sign in; gone within minutes"),
    "provider_people": _staffs("people who sign in, as the city's provider calls them"),
    "provider_sessions": _staffs("people who sign in, as long as they are"),
    "api_tokens": _staffs("keys of programs; who answers for and revoked them"),
    "webhooks": _staffs("systems that are told; who made them"),
    "audit": _staffs("what people who sign in did; of residents ids alone, never their words"),
    "phone_names": _staffs("people of crews; by which name their phones know them"),
    "secret_keys": _staffs("nobody's: which key is in use, by a mark of it"),
    "sign_in_waits": _staffs("hidden by the installation's key"),
    "sign_in_failures": _staffs("names that were typed; gone within the hour"),
    "crew_link_codes": _staffs("people who sign in"),
    "saved_views": _staffs("people who sign in"),
    "start_views": _staffs("people who sign in"),
    "plan_stops": _staffs("people who sign in"),
    "bulk_runs": _staffs(_BY_STAFF),
    "works": _staffs(_BY_STAFF),
    "patrols": _staffs(_BY_STAFF),
    "patrol_points": _staffs("where crews were"),
    "work_orders": _staffs(_BY_STAFF),
    "work_order_links": _staffs(_BY_STAFF),
    "clearings": _staffs(_BY_STAFF),
    "open_data_versions": _staffs(_BY_STAFF),
    "account_files": _staffs(_BY_STAFF),
    "budgets": _staffs(_BY_STAFF),
    "cost_prices": _staffs(_BY_STAFF),
    "monthly_reports": _staffs("who had them made; photos in them go when they are erased"),
    "monthly_words": _staffs(_BY_STAFF),
    "ticket_holds": _staffs(_BY_STAFF),
    "discard_lists": _staffs(_BY_STAFF),
    "discard_items": _staffs("numbers of tickets; nobody's"),
    "discarded": _staffs("numbers of tickets, and who approved"),
    "monthly_readers": _staffs("people who sign in, with an address"),
    "departments": _staffs("addresses of offices"),
    "contractors": _staffs("addresses of firms"),
    "city_versions": _staffs(_BY_STAFF),
    "rule_tables": _staffs(_BY_STAFF),
    "trial_runs": _staffs(_BY_STAFF),
    "terms": _staffs(_BY_STAFF),
    "layers": _staffs(_BY_STAFF),
}
