"""What public pages say, in Japanese, やさしい日本語 and English. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Final

from web.kit import languages

LANGUAGES: Final = ("ja", "easy_ja", "en")
_TABLE: Final[Mapping[str, tuple[str, str, str]]] = {
    "title": ("道路の通報の地図", "みちの 地図", "Road reports"),
    "title_of": ("{city}の道路の通報", "{city}の みちの 地図", "Road reports in {city}"),
    "lead": (
        "市民のみなさんから届いた道路の通報と、いまの様子です。",
        "みんなが 教えてくれた みちの こわれた ところです。今 どうなっているか 見ることが"
        " できます。",
        "Problems on the road that residents have reported, and how they stand now.",
    ),
    "skip": ("本文へ進む", "本文へ 行く", "Skip to content"),
    "languages": ("言語", "ことば", "Language"),
    "find": ("町名・受付番号で探す", "町の 名前・受付番号で さがす", "Search by town or number"),
    "find_hint": (
        "例: 本町、123-456-789",
        "例: 本町、123-456-789",
        "For example 本町 or 123-456-789",
    ),
    "go": ("探す", "さがす", "Search"),
    "kind": ("種類", "しゅるい", "Kind"),
    "state": ("状態", "今の ようす", "State"),
    "month": ("月", "月", "Month"),
    "any": ("すべて", "ぜんぶ", "All"),
    "received_in": ("受け付けた月", "もらった 月", "Received in"),
    "fixed_in": ("直した月", "なおした 月", "Mended in"),
    "now": ("まだ直っていないもの", "まだ なおっていない", "Not mended yet"),
    "every": ("すべての状態", "ぜんぶ", "Every state"),
    "open": ("受付", "もらいました", "Received"),
    "in_progress": ("対応中", "しごとを しています", "In progress"),
    "made_safe": ("応急処置済", "あぶなくないように しました", "Made safe"),
    "fixed": ("直りました", "なおしました", "Mended"),
    "not_ours": ("他の管理者へ連絡済", "ほかの やくしょに 知らせました", "Passed on"),
    "closed": ("対応終了", "おわりました", "Closed"),
    "narrow": ("絞り込む", "えらぶ", "Filter"),
    "reset": ("条件をすべて外す", "さいしょに もどる", "Remove all filters"),
    "map": ("地図", "地図", "Map"),
    "list": ("一覧", "一覧", "List"),
    "to_list": ("一覧へ進む", "一覧へ 行く", "Skip to the list"),
    "found": ("{count}件", "{count}こ", "{count} found"),
    "found_one": ("1件", "1こ", "1 found"),
    "nothing": (
        "この条件に合う受付票はありません。",
        "ありません。ほかの ことばで さがしてください。",
        "Nothing fits. Try other words or fewer filters.",
    ),
    "not_public": (
        "{number} は公開していません。職員が確認する前のものや、公開しない種類のものは、ここに"
        "出ません。ご自分の通報の様子は、LINE のトークで受付番号を送ると分かります。",
        "{number} は ここに ありません。市の 人が まだ 見ていないときは 出ません。LINE で"
        " 受付番号を 送ると、今の ようすが わかります。",
        "{number} is not shown here. Reports appear once staff have looked at them. Send the number"
        " in LINE to learn how your own report stands.",
    ),
    "goes_on": (
        "{number} は、同じ場所のこの受付票にまとめて対応しています。",
        "{number} は 同じ ところなので、これと いっしょに なおします。",
        "{number} is dealt with together with this one, at the same place.",
    ),
    "received": ("受付 {day}", "{day}に もらいました", "Received {day}"),
    "mended": ("{day}に直りました", "{day}に なおしました", "Mended {day}"),
    "took": ("({days}日)", "({days}日 かかりました)", "({days} days)"),
    "took_one": ("(1日)", "(1日 かかりました)", "(1 day)"),
    "took_none": ("(その日のうちに)", "(その日に なおしました)", "(the same day)"),
    "before": ("直す前の写真", "なおす まえの しゃしん", "Photo before the repair"),
    "after": ("直した後の写真", "なおした あとの しゃしん", "Photo after the repair"),
    "of_report": ("通報の写真", "みちの しゃしん", "Photo of the problem"),
    "before_short": ("前", "まえ", "Before"),
    "after_short": ("後", "あと", "After"),
    "somewhere": ("場所の名前なし", "なまえの ない ところ", "Unnamed place"),
    "more": ("続きを見る", "もっと 見る", "Show more"),
    "first": ("最初のページへ", "さいしょの ページ", "Back to the first page"),
    "open_one": ("くわしく見る", "くわしく 見る", "Details"),
    "too_many": (
        "地図には新しい {count}件を出しています。条件で絞り込めます。",
        "地図には 新しい {count}こが あります。",
        "The map shows the newest {count}. Use the filters to narrow them.",
    ),
    "no_map": (
        "この端末では地図を描けません。一覧をご利用ください。",
        "地図が 出ません。一覧を 見てください。",
        "This device cannot draw the map. Please use the list.",
    ),
    "zoom_in": ("拡大", "大きく", "Zoom in"),
    "zoom_out": ("縮小", "小さく", "Zoom out"),
    "close": ("閉じる", "とじる", "Close"),
    "two_fingers": (
        "地図は2本の指で動かします",
        "2本の ゆびで うごかして ください",
        "Use two fingers to move the map",
    ),
    "with_ctrl": (
        "Ctrl を押しながらスクロールすると、地図が拡大します",
        "Ctrl を おしながら うごかして ください",
        "Hold Ctrl and scroll to zoom the map",
    ),
    "with_cmd": (
        "⌘ を押しながらスクロールすると、地図が拡大します",
        "⌘ を おしながら うごかして ください",
        "Hold ⌘ and scroll to zoom the map",
    ),
    "no_points": (
        "地図の印を読み込めませんでした。一覧をご利用ください。",
        "地図の しるしが 出ません。一覧を 見てください。",
        "The marks could not be loaded. Please use the list.",
    ),
    "legend": ("地図の印", "地図の しるし", "Marks on the map"),
    "place_note": (
        "場所は道路に沿って10メートルごとに丸めて示しています。写真と言葉は、職員が公開を決めた"
        "ものだけです。",
        "ばしょは だいたいです。しゃしんと ことばは、市の 人が「いい」と 言った ものだけです。",
        "Places are rounded to the nearest ten metres along the road. Photos and words are shown"
        " only where staff have released them.",
    ),
    "figures": ("{month}のまとめ", "{month}の まとめ", "{month} in figures"),
    "said_received": (
        "{count}件を受け付けました。",
        "{count}この 知らせを もらいました。",
        "{count} reports were received.",
    ),
    "said_fixed": (
        "{count}件を直しました。",
        "{count}こ なおしました。",
        "{count} were mended.",
    ),
    "said_none_fixed": (
        "直したものはありません。",
        "なおした ものは ありません。",
        "None were mended.",
    ),
    "said_days": (
        "受け付けから直るまで、半分は{days}日以内でした。",
        "半分は {days}日で なおりました。",
        "Half of them were mended within {days} days of being reported.",
    ),
    "said_days_one": (
        "受け付けから直るまで、半分は1日以内でした。",
        "半分は 1日で なおりました。",
        "Half of them were mended within a day of being reported.",
    ),
    "said_now": (
        "いま、まだ直っていないものは{count}件です。",
        "今 まだ なおっていない ところは {count}こです。",
        "{count} are not mended yet.",
    ),
    "chart": (
        "月ごとの、受け付けた数と直した数",
        "月ごとの もらった 数と なおした 数",
        "Received and mended, month by month",
    ),
    "chart_received": ("受け付けた数", "もらった 数", "Received"),
    "chart_fixed": ("直した数", "なおした 数", "Mended"),
    "table": ("数を表で見る", "数の 表を 見る", "Show the numbers as a table"),
    "only_public": (
        "ここに公開しているものだけを数えています。",
        "ここに ある ものだけの 数です。",
        "Only what is shown here is counted.",
    ),
    "see_fixed": (
        "{month}に直したものを見る",
        "{month}に なおした ものを 見る",
        "See what was mended in {month}",
    ),
    "report": (
        "道路の「困った」を見つけたら、市の LINE 公式アカウントへ",
        "みちが こわれているのを 見たら、LINE で 教えてください",
        "Found a problem? Report it on the city's LINE account",
    ),
    "home": ("通報のしかた", "教えかた", "How to report"),
    "terms": ("情報の取り扱い", "じょうほうの あつかい", "How data is used"),
    "whole_map": ("大きな地図と一覧", "大きな 地図と 一覧", "Map and list"),
    "badge_now": ("対応が必要", "まだ なおっていない", "to mend"),
    "badge_fixed": ("{month}に直した", "{month}に なおした", "mended in {month}"),
    "badge": (
        "{city}の道路の通報: まだ直っていないもの {now}件、{month}に直したもの {fixed}件",
        "{city}の みちの 地図: まだ {now}こ、{month}に なおした ものは {fixed}こ",
        "Road reports in {city}: {now} not mended yet, {fixed} mended in {month}",
    ),
}
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Words:
    """Of one language: `words.go`, `words("found", count=3)`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.tag = languages.tag(language)
        self._at = LANGUAGES.index(language)

    def __call__(self, name: str, /, **facts: object) -> str:
        """With what stands in its braces. Raises KeyError."""
        return self.plain(name).format(**facts)

    def __getattr__(self, name: str) -> str:
        if name.startswith("_") or name not in _TABLE:
            raise AttributeError(name)
        return _TABLE[name][self._at]

    def plain(self, name: str) -> str:
        """With its braces. Raises KeyError."""
        return _TABLE[name][self._at]

    def many(self, name: str, count: int, /, **facts: object) -> str:
        """Of so many: English has a sentence of its own for one."""
        if count == 1 and f"{name}_one" in _TABLE:
            return self(f"{name}_one", **facts)
        return self(name, **facts)

    def day(self, moment: date | datetime, today: date) -> str:
        """11月21日, 21 November; with the year where it is not this one. `moment` is local."""
        is_now = moment.year == today.year
        if self.language == "en":
            return (
                f"{moment.day} {_MONTHS_EN[moment.month - 1]}{'' if is_now else f' {moment.year}'}"
            )
        return f"{'' if is_now else f'{moment.year}年'}{moment.month}月{moment.day}日"

    def month_of(self, day: date, today: date | None = None) -> str:
        """2026年11月, November 2026; without the year where it is `today`'s."""
        is_now = today is not None and day.year == today.year
        if self.language == "en":
            return f"{_MONTHS_EN[day.month - 1]}{'' if is_now else f' {day.year}'}"
        return f"{'' if is_now else f'{day.year}年'}{day.month}月"


_WORDS: Final = {language: Words(language) for language in LANGUAGES}


def words_in(language: str, accept: str = "") -> Words:
    """In this language, or else in the one that a browser asks for (Accept-Language)."""
    if language not in _WORDS:
        language = languages.preferred(accept, LANGUAGES) or LANGUAGES[0]
    return _WORDS[language]


def names() -> Iterable[str]:
    """Of all that is said."""
    return _TABLE.keys()
