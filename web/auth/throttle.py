"""Wrong passwords, counted by name and by address, so that nobody can try many of them."""

import hashlib
import hmac
import unicodedata
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from reports.people.models import SignInFailure
from settings import settings
from web.kit.errors import TooMany

WINDOW: Final = timedelta(minutes=15)
MOST: Final = {"name": 5, "address": 20}


def begin(db: Session, *, name: str, address: str) -> dict[str, str]:
    """Count this try as wrong until `forgive` says otherwise. Raises TooMany.

    Counting before looking keeps a hundred tries at once from all being looked at; the lock
    makes tries for one name or from one address wait for one another. Returns what `forgive` takes.
    """
    who = {"name": _hidden("name", name), "address": _hidden("address", _network(address))}
    db.execute(delete(SignInFailure).where(SignInFailure.at < datetime.now(UTC) - WINDOW))
    for key in sorted(who.values()):
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))
    for kind, most in MOST.items():
        if _count(db, who[kind]) >= most:
            minutes = int(WINDOW.total_seconds()) // 60
            raise TooMany(
                f"サインインの失敗が続いたため、しばらく受け付けられません。"
                f"{minutes} 分ほどたってから、もう一度お試しください。"
            )
    db.execute(insert(SignInFailure), [{"who": key} for key in who.values()])
    return who


def forgive(db: Session, who: dict[str, str]) -> None:
    """The password was right: the name starts anew, and the address loses this one try."""
    db.execute(delete(SignInFailure).where(SignInFailure.who == who["name"]))
    latest = select(func.max(SignInFailure.id)).where(SignInFailure.who == who["address"])
    db.execute(delete(SignInFailure).where(SignInFailure.id == latest.scalar_subquery()))


def _count(db: Session, who: str) -> int:
    counted = select(func.count()).select_from(SignInFailure).where(SignInFailure.who == who)
    return db.execute(counted).scalar_one()


def _hidden(kind: str, value: str) -> str:
    """Names and addresses are not kept: people type passwords into the wrong field."""
    key = settings().secret_key.get_secret_value().encode()
    plain = unicodedata.normalize("NFKC", value).strip().casefold()
    told = f"{kind}:{plain}".encode("utf-8", "replace")
    return f"{kind}:{hmac.new(key, told, hashlib.sha256).hexdigest()[:32]}"


def _network(address: str) -> str:
    """An IPv6 customer has a whole /64; anything else is itself.

    All of IPv4 is one /64 where a socket for both kinds writes it as IPv6 (RFC 4291, 2.5.5.2).
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)
