"""JSON that somebody else wrote: read, or refused with its line. Pure."""

import json
from collections.abc import Callable
from typing import Any

from geo.gis_import.faults import Fault
from geo.kinds import BadFile


def parsed(
    text: str, name: str, *, of_object: Callable[[list[tuple[str, Any]]], object] | None = None
) -> Any:
    """What stands in it. `of_object`: what becomes of each object's members. Raises BadFile."""
    try:
        return json.loads(text, object_pairs_hook=of_object)
    except json.JSONDecodeError as wrong:
        words = ("JSON として読めません。書き方を確かめてください", f"not JSON ({wrong.msg})")
        raise BadFile(str(Fault(name, *words, line=wrong.lineno))) from wrong
    except ValueError as long:
        words = ("数が長すぎます", f"a number that is too long ({long})")
        raise BadFile(str(Fault(name, *words))) from long
    except RecursionError as deep:
        words = ("JSON のかっこが深すぎます", "brackets in brackets too deep for JSON")
        raise BadFile(str(Fault(name, *words))) from deep
