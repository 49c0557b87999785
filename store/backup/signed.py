"""Small pieces that are signed with our key: what others wrote there is not believed."""

import hmac
import json
from collections.abc import Mapping
from typing import Any

from store import keyed
from store.backup import Damaged

Facts = Mapping[str, Any]


def signed(purpose: str, facts: Facts) -> bytes:
    """`purpose`: what it is, so that none stands for another."""
    body = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return json.dumps(
        {"told": body, "mac": keyed.mac(_claimed(purpose, body)).hex()}, indent=1
    ).encode()


def told(purpose: str, name: str, data: bytes) -> dict[str, Any]:
    """The way back; `name`: of the piece. Raises Damaged."""
    try:
        found = json.loads(data)
        body, mac = found["told"], found["mac"]
        if not keyed.is_ours(mac, _claimed(purpose, body)):
            raise Damaged(name)
        facts: dict[str, Any] = json.loads(body)
    except (ValueError, KeyError, TypeError) as wrong:
        raise Damaged(name) from wrong
    return facts


def is_of_another_key(purpose: str, data: bytes) -> bool:
    """Whether it is right, and a key that is only read has signed it."""
    try:
        told(purpose, "", data)
    except Damaged:
        return False
    found = json.loads(data)
    right = keyed.mac(_claimed(purpose, found["told"])).hex()
    return not hmac.compare_digest(found["mac"], right)


def _claimed(purpose: str, body: str) -> str:
    return f"backup {purpose} {body}"
