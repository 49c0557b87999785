"""What people are to Michi, and how they sign what they do. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who moves a ticket. Staff may do what a crew may."""

    STAFF = "staff"
    CREW = "crew"
    RESIDENT = "resident"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does it, as the history keeps it; `user_id` of those who sign in."""

    role: Role
    name: str = ""
    user_id: int | None = None


RESIDENT = Actor(Role.RESIDENT)
