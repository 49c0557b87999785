"""What each number means, in Japanese, as the pages show it beside the number. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple


class Definition(NamedTuple):
    """Its name, and what counts."""

    name: str
    what: str


DEFINITIONS: Final[Mapping[str, Definition]] = {
    "received": Definition(
        "受付",
        "期間中に受け付けた受付票の数。あとで同じ通報としてまとめたものも、取り下げられたものも数えます。",
    ),
    "closed": Definition(
        "完了",
        "期間中に「補修完了」または「対応しない」になった回数。"
        "再開して、また完了した受付票は 2 回です。",
    ),
    "merged": Definition(
        "重複",
        "期間中に、ほかの受付票と同じ通報としてまとめた数。同じ月のうちに分けたものは数えません。",
    ),
    "reopened": Definition("再開", "期間中に、完了した受付票が「再開」に戻った回数。"),
    "looked": Definition(
        "最初の対応まで",
        "受付から、職員・作業班・請負業者のだれかが最初に何かをするまで。"
        "電話などを職員が入れたときは 0 日です。"
        "2 日までは時間、それからは日で、端数を切り捨てます。"
        "中央値は、半分がその日数までに済んだ日数です。",
    ),
    "made_safe": Definition(
        "応急処置まで", "受付(再開したものは再開)から、最初に「応急処置済み」になるまで。"
    ),
    "fixed": Definition("補修まで", "受付(再開したものは再開)から「補修完了」になるまで。"),
    "kept": Definition(
        "期限内",
        "期限の日まで(その日を含む)に完了した数。完了した日に数えます。期限は、待っていた日数だけ延びた、いまの期限です。",
    ),
    "missed": Definition(
        "期限切れ",
        "期限の日までに完了しなかった数。期限の日に数えます。期限が止まっている間は数えません。",
    ),
    "overdue": Definition(
        "期限を過ぎた未完了",
        "期間の最後の日(今日までの期間では、いま)に、完了しておらず、期限を過ぎている数。",
    ),
    "rated": Definition("評価", "期間中に、通報した人が付けた星の数。"),
    "satisfied": Definition("満足", "評価のうち、星 4 つ以上のもの。"),
    "open": Definition(
        "未完了",
        "期間の最後の日の終わり(今日までの期間では、いま)に完了していない数。他の管理者に引き継いだものも、返事があるまで含みます。",
    ),
    "open_by_age": Definition("未完了の古さ", "未完了を、受付からの日数で分けたもの。"),
    "by_channel": Definition("受付の方法", "受付を、最初の通報の届き方で分けたもの。"),
    "pushes": Definition(
        "プッシュ", "期間中に LINE へプッシュで送り、届けられた通数。返信は数えません。"
    ),
    "push_yen": Definition(
        "プッシュの費用",
        "プッシュの数に、設定 PUSH_YEN(1 通の円)を掛けたもの。送った日の設定で数えます。",
    ),
}
"""By the names of `reports.stats.reading.Numbers`."""
