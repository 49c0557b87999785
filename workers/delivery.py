"""Pushes, and whatever a web process could not say in time."""

from bot.delivery import send_due


def send_messages() -> None:
    """Say everything that is due; each message keeps its own fate, so nothing is left to write."""
    send_due()
