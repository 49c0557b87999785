"""How it stands with a ticket, as the public reads it in Japanese. Pure."""

from collections.abc import Mapping
from typing import Final

PUBLIC_STATES: Final[Mapping[str, str]] = {
    "open": "受付",
    "in_progress": "対応中",
    "made_safe": "応急処置済",
    "fixed": "直りました",
    "not_ours": "他の管理者へ連絡済",
    "closed": "対応終了",
}
"""By the key of `reports.published.states.State`."""
