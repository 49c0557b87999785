"""A real SMTP server on loopback in this process: what it took, and how it answers."""

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

TAKEN = "250 kept"


@dataclass
class Letterbox:
    """`answers` are given to the next mails in turn; then all are taken."""

    url: str = ""
    answers: list[str] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else TAKEN
        if answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            read = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.mails.append(read)
        return answer

    def words(self) -> str:
        """What the newest mail says."""
        body = self.mails[-1].get_body(("plain",))
        assert body is not None
        return str(body.get_content())


@contextmanager
def letterbox(port: int, **more: Any) -> Iterator[Letterbox]:
    """Open for the block. `more`: of aiosmtpd's Controller, for encryption and passwords."""
    box = Letterbox(f"smtp://127.0.0.1:{port}")
    controller = Controller(box, hostname="127.0.0.1", port=port, **more)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()
