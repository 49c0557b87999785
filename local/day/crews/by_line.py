"""A crew member on their own LINE: linked by a code, finishing a ticket there by a photo."""

import re
from collections.abc import Iterator
from typing import Final

from local.day.crews.rounds import Stop, claim, shot
from local.day.phone import NoAnswer, Phone
from local.day.spoken import is_said, words
from local.day.town import Town

_CODE: Final = re.compile(r'value="(つなぐ [^"]+)"')
_PAGE: Final = "/crew/line"


def by_line(place: Town, stop: Stop) -> Iterator[str]:
    """「完了」 and a photo, as the only one in their charge. Raises NoAnswer."""
    claim(place, "take", [stop])
    found = _CODE.search(place.crew.show(_PAGE, f"{_PAGE}/code"))
    if not found:
        raise NoAnswer("no code to be sent by LINE")
    phone = Phone(place.line, "作業班のスマートフォン", "ja")
    _say(phone, found[1], "crew.linked")
    if "あなたのLINEとつながっています" not in place.crew.read(_PAGE):
        yield "the page does not say that LINE is linked"
    _say(phone, words("ja", "button.crew_finish"), "crew.send_photo")
    phone.send_photos([shot(stop, 10)])
    _until_read(phone, "crew_did.done")
    _say(phone, words("ja", "button.crew_leave"), "crew.left")
    yield from phone.trouble_with_answers()
    kept = place.books.rows(_FINISHED, number=stop.number, line=phone.user_id)
    if kept != [_FINISHED_IS]:
        yield f"what was finished by LINE is kept as {kept}"
    if any(found[1].split()[-1] in said for said in _inbox(place)):
        yield "the code is kept in the inbox"


def _say(phone: Phone, said: str, key: str) -> None:
    phone.say(said)
    _until_read(phone, key)


def _until_read(phone: Phone, key: str) -> None:
    phone.until(lambda: any(is_said("ja", key, said) for said in phone.read()), f"“{key}”")


def _inbox(place: Town) -> list[str]:
    return [str(row["raw"]) for row in place.books.rows("SELECT raw FROM inbox")]


_FINISHED_IS: Final = {"status": "fixed", "moves": 1, "via": "line", "links": 0, "reports": 0}
_FINISHED: Final = """
    SELECT t.status, count(h.id) AS moves, min(h.details ->> 'via') AS via,
           (SELECT count(*) FROM crew_links) AS links,
           (SELECT count(*) FROM reports r JOIN residents u ON u.id = r.resident_id
            WHERE u.line_user_id = %(line)s) AS reports
    FROM tickets t JOIN history h ON h.ticket_id = t.id AND h.to_status = 'fixed'
    WHERE t.number = %(number)s GROUP BY t.id
"""
