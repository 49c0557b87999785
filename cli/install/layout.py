"""Where a city's parts lie on a machine, and what they are called: the same for all cities."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

OPT: Final = Path("/opt/michi")
RELEASES: Final = OPT / "releases"
"""A folder for each version: a venv made from the wheel; its `release/` has what it is made of."""
CITIES: Final = OPT / "cities"
"""A link for each city, to one of the releases."""
SETTINGS: Final = Path("/etc/michi")
STATE: Final = Path("/var/lib/michi")
UNITS: Final = Path("/etc/systemd/system")
BIN: Final = Path("/usr/local/bin")
CHALLENGES: Final = STATE / ".acme"
"""What a certificate authority asks for by plain HTTP."""

_NAME: Final = re.compile(r"[a-z](-?[a-z0-9]){0,25}")
LONGEST: Final = 26
"""Letters: a Linux user's name has 32 at the most."""


@dataclass(frozen=True)
class City:
    """One city of this machine, by its short name."""

    name: str

    @property
    def user(self) -> str:
        return f"michi-{self.name}"

    @property
    def database(self) -> str:
        """The database, and the role that owns it."""
        return f"michi_{self.name.replace('-', '_')}"

    @property
    def role(self) -> str:
        """The processes' own role."""
        return f"{self.database}_app"

    @property
    def settings(self) -> Path:
        return SETTINGS / f"{self.name}.env"

    @property
    def owner_settings(self) -> Path:
        """What root alone reads: the owner's way into the database."""
        return SETTINGS / f"{self.name}.owner.env"

    @property
    def certificates(self) -> Path:
        return SETTINGS / "tls" / self.name

    @property
    def state(self) -> Path:
        return STATE / self.name

    @property
    def photos(self) -> Path:
        return self.state / "photos"

    @property
    def program(self) -> Path:
        return CITIES / self.name

    @property
    def command(self) -> Path:
        return BIN / f"michi-{self.name}"

    @property
    def target(self) -> str:
        return f"michi@{self.name}.target"

    @property
    def redis(self) -> str:
        """The instance of Debian's redis-server@.service."""
        return f"michi-{self.name}"

    @property
    def redis_settings(self) -> Path:
        return Path(f"/etc/redis/redis-{self.redis}.conf")

    @property
    def redis_socket(self) -> Path:
        return Path(f"/run/redis-{self.redis}/redis.sock")

    @property
    def site(self) -> Path:
        return Path(f"/etc/nginx/sites-available/michi-{self.name}.conf")

    @property
    def site_in_use(self) -> Path:
        return Path(f"/etc/nginx/sites-enabled/michi-{self.name}.conf")


def city_of(name: str) -> City:
    """Raises ValueError: a user, a database, units and files are called by it."""
    if len(name) > LONGEST or not _NAME.fullmatch(name) or name.endswith("-app"):
        raise ValueError(
            f"市の短い名前は小文字で始め、小文字・数字・- で {LONGEST} 字まで(末尾の -app は不可)"
            f" / a city's short name begins with a-z, has a-z, 0-9 and single dashes,"
            f" {LONGEST} letters at the most, and does not end in -app"
        )
    return City(name)


def release_of(version: str) -> Path:
    return RELEASES / version


def cities_here() -> list[City]:
    """Those whose settings lie on this machine."""
    found = sorted(SETTINGS.glob("*.env"))
    return [City(file.stem) for file in found if not file.name.endswith(".owner.env")]
