"""The backups that were made, as a table: the newest good one tells its age."""

from datetime import datetime

from sqlalchemy import BigInteger, func
from sqlalchemy.orm import Mapped, mapped_column

from store.base import Base


class BackupRow(Base):
    """One that was written whole and signed. `id`: as in the target; `moment`: of the data;
    `verified_at`: when all of it was last read and found as it was written."""

    __tablename__ = "backups"

    id: Mapped[str] = mapped_column(primary_key=True)
    moment: Mapped[datetime]
    ended_at: Mapped[datetime] = mapped_column(server_default=func.now())
    bytes: Mapped[int] = mapped_column(BigInteger)
    photos: Mapped[int]
    copied: Mapped[int]
    missing: Mapped[int]
    verified_at: Mapped[datetime | None]
