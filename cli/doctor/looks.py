"""Every look of the doctor: its group, what must be set and there for it, and its time."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding

Look = Callable[[Asked], Iterator[Finding]]
SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Check:
    """One look. `opens`: the part that this look tries first, for those that need it; `needs`: such
    parts, and names of settings. A look that finds something wrong with its part has it away."""

    name: str
    look: Look
    needs: tuple[str, ...] = ()
    opens: str = ""
    seconds: float = SECONDS

    @property
    def group(self) -> str:
        """The first half of its name."""
        return self.name.partition(".")[0]


def checks() -> list[Check]:
    """All of them, in the order in which they are shown."""
    from cli.doctor.groups import (
        backup,
        certificate,
        clocks,
        database,
        disk,
        fonts,
        line,
        mail,
        packages,
        papers,
        photos,
        processes,
        provider,
        proxy,
        redis,
        roles,
        settings,
        sizes,
        versions,
    )

    rooms = (
        settings, versions, database, roles, redis, photos, fonts, packages, disk, backup, clocks,
        proxy, certificate, sizes, line, mail, provider, papers,
        processes,
    )  # fmt: skip
    return [check for room in rooms for check in room.CHECKS]
