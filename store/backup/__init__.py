"""Copies of the whole that lie elsewhere: the database as pg_dump writes it, and all pictures.

BackupError
├── NoBackups     BACKUP_URL or BACKUP_PUBLIC_KEY is not set
├── TargetAway    the place of the backups does not answer, or refuses
├── NoPiece       it answers, and this piece is not there
├── Damaged       a piece is there and is not what was written
├── WrongKey      the private key does not open it, or is none
├── Busy          another backup of this database is being made
├── ToolFailed    a program of PostgreSQL has failed, or is not there
└── NotEmpty      something is there already: nothing is put back over it
"""


class BackupError(Exception):
    """Something about backups; its words are Japanese and English, and name no secret."""

    def __init__(self, japanese: str, english: str) -> None:
        super().__init__(f"{japanese} / {english}")


class NoBackups(BackupError):
    """A setting is missing."""

    def __init__(self) -> None:
        super().__init__(
            "BACKUP_URL と BACKUP_PUBLIC_KEY を設定してください(docs/running/backup.md)",
            "set BACKUP_URL and BACKUP_PUBLIC_KEY (docs/running/backup.md)",
        )


class TargetAway(BackupError):
    """Nothing is said about the pieces."""


class NoPiece(BackupError):
    """It was not written, or is gone."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} がありません", f"{name} is missing")


class Damaged(BackupError):
    """Somebody or something has changed it."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} の中身が変わっています", f"{name} was changed")


class WrongKey(BackupError):
    """Not this private key."""


class Busy(BackupError):
    """One at a time."""

    def __init__(self) -> None:
        super().__init__(
            "別のバックアップが動いています。終わってからもう一度実行してください",
            "another backup is being made: try again when it has ended",
        )


class ToolFailed(BackupError):
    """What it said is in the words."""


class NotEmpty(BackupError):
    """Of the machine on which it was to be put back."""
