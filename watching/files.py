"""The alert rules and the dashboard as files, for Prometheus and Grafana of whoever watches."""

from pathlib import Path
from typing import Final

BOOK: Final = "docs/running/alerts.md"
_HERE: Final = Path(__file__).parent
_NAMES: Final = {"alerts.yml": "michi-alerts.yml", "dashboard.json": "michi-dashboard.json"}


def write(folder: Path, book: str = BOOK) -> list[Path]:
    """Both into `folder`, over those of a version before; the alerts' links lead to `book`. Raises
    OSError."""
    written = []
    for ours, theirs in _NAMES.items():
        content = (_HERE / ours).read_text(encoding="utf-8").replace(BOOK, book)
        (folder / theirs).write_text(content, encoding="utf-8")
        written.append(folder / theirs)
    return written
