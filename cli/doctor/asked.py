"""What is known of this installation before anything is looked at: its settings, read one by one,
and what somebody has to type here."""

import getpass
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import SecretStr, ValidationError

from cli.doctor.findings import Words
from settings import HANDED_OVER, ROOT, Settings, WrongSettings, settings

_OUT_OF_THE_WAY: Final = {
    "DATABASE_URL": "postgresql:///none",
    "REDIS_URL": "unix:///none",
    "PHOTO_STORE_URL": "file:///none",
    "PUBLIC_URL": "http://none.invalid",
    "SECRET_KEY": "-" * 32,
    "LINE_CHANNEL_SECRET": "-",
    "LINE_CHANNEL_ACCESS_TOKEN": "-",
}
"""What stands in this process for settings that have no default; nothing is done with it."""
_TOGETHER: Final = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PASSWORDS_ONLY_FOR")


@dataclass(frozen=True)
class Asked:
    """`wrong`: the settings that are missing or wrong, with what is wanted; what stands for them in
    `settings` is of no use. `mail_to`: whom to send a mail, if anybody."""

    settings: Settings
    wrong: Mapping[str, Words] = field(default_factory=dict)
    mail_to: str = ""
    known: dict[str, Any] = field(default_factory=dict)
    """What a first look has found out for the others."""

    @property
    def city(self) -> str:
        """The name of this city on a machine that `michi install` has set up; "" elsewhere."""
        user = getpass.getuser()
        return user.removeprefix("michi-") if user.startswith("michi-") else ""

    @property
    def file(self) -> str:
        """Where settings are written."""
        read = os.environ.get("MICHI_ENV_FILE")
        return f"/etc/michi/{self.city}.env" if self.city else read or str(ROOT / ".env")

    @property
    def michi(self) -> str:
        """How the command is called here."""
        return f"michi-{self.city}" if self.city else "michi"

    def to_set(self, *lines: str) -> str:
        """Lines of settings to write, and what makes them count."""
        again = f"systemctl restart michi@{self.city}.target" if self.city else ""
        return "\n".join(filter(None, [*(f"{line}    # {self.file}" for line in lines), again]))

    def to_start(self, process: str) -> str:
        """A process of the Procfile."""
        if self.city:
            unit = f"michi-{process}@{self.city}"
            return f"systemctl restart {unit}\njournalctl -u {unit}"
        return f"michi {process if process in ('web', 'clock') else f'worker {process}'}"

    def to_back_up(self) -> str:
        """One backup now, as the timer has it made."""
        unit = f"michi-backup@{self.city}"
        return f"systemctl start {unit}\njournalctl -u {unit}" if self.city else "michi backup"

    def lacks(self, *names: str) -> bool:
        """Whether one of these settings is of no use."""
        return any(name in self.wrong for name in names)


@contextmanager
def one_by_one(mail_to: str = "") -> Iterator[Asked]:
    """As `read`; after the block this process's settings are what they were."""
    before = dict(os.environ), dict(HANDED_OVER)
    try:
        yield read(mail_to)
    finally:
        for settled, was in zip((os.environ, HANDED_OVER), before, strict=True):
            settled.clear()
            settled.update(was)
        settings.cache_clear()


def read(mail_to: str = "") -> Asked:
    """Each setting by itself: what is missing or wrong is told, and put out of this process's way.

    From then on `settings()` answers here.
    """
    wrong: dict[str, Words] = {}
    for _ in range(_ROUNDS):
        settings.cache_clear()
        try:
            Settings()  # type: ignore[call-arg]  # the environment gives them
        except ValidationError as refused:
            found = dict(_sentences(str(error["loc"][0]) for error in refused.errors()))
        else:
            return Asked(settings(), wrong, mail_to)
        wrong = wrong or found
        for name in found:
            _put_away(name)
    raise AssertionError(sorted(wrong))


_ROUNDS: Final = 3
"""What goes together may be wrong once more when one of it is put away."""


def _sentences(fields: Iterable[str]) -> Iterator[tuple[str, Words]]:
    """What is said to whoever asks for these settings, which are missing or wrong; by their names
    in the environment."""
    for each in fields:
        try:
            getattr(settings(), each if each in Settings.model_fields else "trusted_proxies")
        except WrongSettings as refused:
            yield from map(_told, str(refused.code).splitlines())


def _told(line: str) -> tuple[str, Words]:
    """A sentence of WrongSettings: ✗ NAME, Japanese / English."""
    name, _, said = line.removeprefix("✗ ").partition(" ")
    ja, *en = _BETWEEN.split(said, maxsplit=1)
    return name, (ja, "".join(en))


_BETWEEN: Final = re.compile(r" / (?=is not set|cannot be used)")


def _put_away(name: str) -> None:
    for each in _TOGETHER if name in _TOGETHER else (name,):
        os.environ[each] = _OUT_OF_THE_WAY.get(each, "")
        HANDED_OVER.pop(each.lower(), None)


_OF_A_BUCKET: Final = ("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")


def secrets_of(given: Settings) -> set[str]:
    """All that must stand in no answer."""
    kept = [each for each in vars(given).values() if isinstance(each, SecretStr)]
    words = {word for each in kept for word in each.get_secret_value().split(",")}
    words |= {each.get_secret_value() for each in kept}
    urls = [given.database_url, given.database_owner_url, given.database_direct_url]
    urls += [given.redis_url, given.backup_cluster_url]
    for url in [*urls, given.smtp_url.get_secret_value()]:
        parts = urlsplit(url)
        in_query = [word for name, word in parse_qsl(parts.query) if name.endswith("password")]
        for password in (parts.password, *in_query):
            if password:
                words |= {password, unquote(password), url}
    words |= {os.environ.get(f"{of}{name}", "") for of in ("", "BACKUP_") for name in _OF_A_BUCKET}
    return {word for word in words if len(word) >= _SHORTEST_SECRET and set(word) != {"-"}}


_SHORTEST_SECRET: Final = 4
"""Whoever has a shorter one is not helped by … in every second word."""


def env_files() -> list[Path]:
    """Files with settings that lie where they are looked for."""
    return [file for file in (ROOT / ".env", ROOT / ".data" / "env") if file.is_file()]
