"""What an order and each of its tickets can be, and the Japanese for it. Pure."""

from enum import StrEnum
from typing import Final


class OrderState(StrEnum):
    """draft → issued → done | cancelled; a draft may be cancelled too."""

    DRAFT = "draft"
    ISSUED = "issued"
    DONE = "done"
    CANCELLED = "cancelled"


class ItemState(StrEnum):
    """waiting → started → reported → done, or cannot, or taken_out."""

    WAITING = "waiting"
    STARTED = "started"
    REPORTED = "reported"
    DONE = "done"
    CANNOT = "cannot"
    TAKEN_OUT = "taken_out"


OPEN_ITEMS: Final = frozenset({ItemState.WAITING, ItemState.STARTED, ItemState.REPORTED})
"""As `models.ITEM_IS_OPEN`."""
TO_DO: Final = frozenset({ItemState.WAITING, ItemState.STARTED})
"""What waits for the contractor."""
ORDERS: Final = {
    OrderState.DRAFT: "作成中",
    OrderState.ISSUED: "発行済",
    OrderState.DONE: "完了",
    OrderState.CANCELLED: "取消",
}
ITEMS: Final = {
    ItemState.WAITING: "未着手",
    ItemState.STARTED: "着手",
    ItemState.REPORTED: "完了の報告あり(市の確認待ち)",
    ItemState.DONE: "完了",
    ItemState.CANNOT: "できない",
    ItemState.TAKEN_OUT: "取り外し",
}
REASONS: Final = (
    "現地に見つからない", "すでに直っている", "入れない・作業できない",
    "別の工事・大きな工事が要る", "材料・機材が足りない", "その他",
)  # fmt: skip
"""Why an item cannot be done, as the contractor chooses it."""


class OrderRefused(Exception):
    """The message says why, in Japanese."""


class OrderChanged(OrderRefused):
    """Somebody else has changed the draft since it was read."""

    def __init__(self) -> None:
        super().__init__(
            "ほかの人が、この下書きを先に変えました。まだ保存していません。"
            "あなたが書いたものは下に残っています。いまの内容と見比べて、もう一度保存してください。"
        )


class NoSuchOrder(Exception):
    """No order has this id, or it is not theirs to see."""
