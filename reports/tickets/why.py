"""Why a ticket went where it went, as its row keeps it, whichever version wrote it. Pure."""

from collections.abc import Mapping
from typing import Any, Final

_NUMBER: Final = (int, float)
_ROAD: Final = {"metres": _NUMBER, "id": int, "owner": str, "name": str, "ref": str}
_ASSET: Final = {"metres": _NUMBER, "kind": str, "key": str, "name": str, "owner": str}
_WHY: Final = {"reason": str, "rule": int, "road": _ROAD, "runner_up": _ROAD, "asset": _ASSET}


def why_of(kept: Any) -> dict[str, Any]:
    """What `Routing.why()` kept, without the parts that are not what they should be."""
    why = _read(kept, _WHY) or {}
    departments = why.get("departments")
    if isinstance(departments, list):
        return why | {"departments": [key for key in departments if isinstance(key, str)]}
    return why | {"departments": []} if "departments" in why else why


def _read(part: Any, shape: Any) -> Any:
    """None for what is not of this shape: a class, or the shapes of the named parts."""
    if not isinstance(shape, Mapping):
        return part if isinstance(part, shape) else None
    if not isinstance(part, dict):
        return None
    read = {name: _read(one, shape.get(name, object)) for name, one in part.items()}
    return {name: one for name, one in read.items() if one is not None or part[name] is None}
