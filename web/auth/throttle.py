"""Wrong passwords make who tries them wait, and nobody else: docs/decisions/0038.

A stranger's turn is of their network and the name together, so that nobody can use up another's.
Wrong tries from the network, and for the name from anywhere, make its wait longer.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, NamedTuple

from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from reports.people import waits
from reports.people.models import SignInWait
from store import sql
from store.keyed import mac

_NONE: Final = timedelta(0)
_PACES: Final = {
    "device": waits.DEVICE, "pair": waits.PAIR, "network": waits.NETWORK, "name": waits.NAME,
}  # fmt: skip


class Kept(NamedTuple):
    """What still counts; no moments where nothing is kept."""

    wrong: int
    last_at: datetime | None
    free_at: datetime | None


class _Row(NamedTuple):
    who: str
    wrong: int
    last_at: datetime
    free_at: datetime
    gone_at: datetime


class Try(NamedTuple):
    """A try that is not looked at before `wait` has passed, or at once where that is nothing.

    `who`: the name as the log may have it; `network`: from where; `keys`: by kind, what counts it.
    """

    wait: timedelta
    who: str
    network: str
    keys: dict[str, str]

    @property
    def seconds(self) -> int:
        return max(1, -(-self.wait // timedelta(seconds=1)))


def begin(
    db: Session, *, name: str, address: str, device: int | None, now: datetime | None = None
) -> Try:
    """Count this try as wrong until `forgive` says otherwise, unless it has to wait: that counts
    nothing. To be committed before the password is looked at.

    Counting before looking keeps a hundred tries at once from all being looked at; the locks make
    tries that count together wait for one another. `device`: of somebody who is known there.
    """
    network = network_of(address)
    who = _hidden(f"name:{_plain(name)}")
    strangers = {"name": who, "network": _hidden(network), "pair": _hidden(f"{who}{network}")}
    keys = {"device": str(device)} if device else strangers
    keys = {kind: f"{kind}:{key}" for kind, key in keys.items()}
    own = "device" if device else "pair"
    return _begin(db, keys, own=own, who=who, network=network, now=now)


def _begin(
    db: Session, keys: dict[str, str], *, own: str, who: str, network: str, now: datetime | None
) -> Try:
    now = now or datetime.now(UTC)
    db.execute(delete(SignInWait).where(SignInWait.gone_at < now))
    sql.run(db, _LOCK, keys=sorted(keys.values()))
    kept = _kept(db, keys, now)
    others = [_PACES[kind].wait(one.wrong) for kind, one in kept.items() if kind != own]
    longer = max(others, default=_NONE)
    if longer and not kept[own].last_at:
        _keep(db, [_Row(keys[own], 0, now, now + longer, now + longer + waits.PLACE_KEPT)])
        return Try(longer, who, network, keys)
    wait = max(kept[kind].free_at or now for kind in kept if kind != "name") - now
    if wait <= _NONE:
        _count(db, keys, kept, own, now)
    return Try(max(wait, _NONE), who, network, keys)


def begin_code(
    db: Session, *, user_id: int, address: str, device: int | None, now: datetime | None = None
) -> Try:
    """The same for the second step, which only who has the password comes to: from wherever they
    do so, they share one turn, but in a browser that is known. A right password does not end it."""
    who = _hidden(f"code:{user_id}")
    kind = "device" if device else "pair"
    keys = {kind: f"{kind}:{_hidden(f'code:{device}') if device else who}"}
    return _begin(db, keys, own=kind, who=who, network=network_of(address), now=now)


def forgive(db: Session, tried: Try) -> None:
    """The password was right: this turn starts anew, and the others lose this one try."""
    for kind, key in sorted(tried.keys.items(), key=lambda item: item[1]):
        if kind in ("device", "pair"):
            db.execute(delete(SignInWait).where(SignInWait.who == key))
        else:
            less = {"wrong": func.greatest(SignInWait.wrong - 1, 0)}
            db.execute(update(SignInWait).where(SignInWait.who == key).values(less))


def _count(
    db: Session, keys: Mapping[str, str], kept: Mapping[str, Kept], own: str, now: datetime
) -> None:
    wrong = {kind: one.wrong + 1 for kind, one in kept.items()}
    waited = {
        own: max(_PACES[kind].wait(many) for kind, many in wrong.items()),
        "network": waits.RUSH if wrong.get("network", 0) > waits.NETWORK.free else _NONE,
    }
    rows = []
    for kind, key in keys.items():
        free_at = now + waited.get(kind, _NONE)
        gone_at = max(free_at, now + wrong[kind] * _PACES[kind].leak)
        rows.append(_Row(key, wrong[kind], now, free_at, gone_at))
    _keep(db, rows)


def _kept(db: Session, keys: Mapping[str, str], now: datetime) -> dict[str, Kept]:
    rows = {row.who: row for row in db.scalars(_ROWS, {"keys": list(keys.values())})}

    def of(kind: str, row: SignInWait | None) -> Kept:
        if row is None:
            return Kept(0, None, None)
        return Kept(_PACES[kind].left(row.wrong, now - row.last_at), row.last_at, row.free_at)

    return {kind: of(kind, rows.get(key)) for kind, key in keys.items()}


def _keep(db: Session, rows: Sequence[_Row]) -> None:
    new = insert(SignInWait).values([row._asdict() for row in rows])
    facts = {name: new.excluded[name] for name in _Row._fields if name != "who"}
    db.execute(new.on_conflict_do_update(index_elements=[SignInWait.who], set_=facts))


def _hidden(told: str) -> str:
    """Names and addresses are not kept: people type passwords into the wrong field."""
    return mac(told).hex()[:32]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()


def network_of(address: str) -> str:
    """An IPv6 customer has a whole /64; anything else is itself.

    All of IPv4 is one /64 where a socket for both kinds writes it as IPv6 (RFC 4291, 2.5.5.2).
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address[:60]
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)


_LOCK: Final = """
    SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest(%(keys)s::text[]) AS key
"""
_ROWS: Final = select(SignInWait).where(SignInWait.who.in_(bindparam("keys", expanding=True)))
