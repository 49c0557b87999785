"""What kinds of things stand in the audit log. Pure."""

from enum import StrEnum


class Kind(StrEnum):
    """Of what somebody did."""

    SIGN_IN = "sign in"
    REFUSAL = "refusal"
    CHANGE = "change"
    LOOK = "look"
    EXPORT = "export"
