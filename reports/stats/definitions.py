"""How each number is counted, in words for whoever reads it. Pure."""

from collections.abc import Mapping
from typing import Final

from reports.stats.kinds import SATISFIED

_DURATION: Final = (
    "2日までは1時間、それより長いものは1日の単位で数えます。半分がその日数までに済み(中央値)、"
    "4分の1から4分の3までがかっこの中(四分位)です。"
)
DEFINITIONS: Final[Mapping[str, str]] = {
    "received": "この期間に受け付けた受付票の数です。あとで重複としてまとめたものも数えます。",
    "closed": "この期間に終わった受付票の数です。修繕済み、対応しないなど、終わり方は問いません。"
    "重複としてまとめたものは数えません。",
    "open": "期間の最後の日の終わりに、まだ終わっていなかった受付票の数です。",
    "overdue": "期間の最後の日の終わりに、期限を過ぎてまだ終わっていなかった受付票の数です。"
    "期限が止まっているものは数えません。",
    "looked": "この期間に、職員・作業班・請負業者がはじめて手を付けた受付票の、受付からの日数です。"
    + _DURATION,
    "made_safe": "この期間に応急の手当てをした受付票の、受付からの日数です。再び開いたものは、"
    "開いた時から数えます。" + _DURATION,
    "fixed": "この期間に修繕済みになった受付票の、受付からの日数です。再び開いたものは、"
    "開いた時から数えます。" + _DURATION,
    "kept": "この期間に、期限内に終わったもの(終わった日)と、期限を過ぎたもの(期限の日)のうち、"
    "期限内だったものの割合です。期限のない受付票と、重複としてまとめたものは数えません。",
    "reopened": "終わったあと、この期間に再び開いた回数です。"
    "まとめた重複を分けたものは数えません。",
    "satisfied": f"この期間に通報した人が付けた評価のうち、星{SATISFIED}つ以上の割合です。",
    "merged": "この期間に重複としてまとめた受付票を、この期間に受け付けた受付票で割った割合です。",
    "pushes": "この期間に LINE の通知として送り、料金の対象になった通数と、その料金です。",
}
"""By the names of `reports.stats.reading.Numbers`."""
