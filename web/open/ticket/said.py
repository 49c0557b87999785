"""What the page of a public ticket says, in Japanese, やさしい日本語 and English. Pure."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from web.kit import languages

LANGUAGES: Final = ("ja", "easy_ja", "en")
_TABLE: Final[Mapping[str, tuple[str, str, str]]] = {
    "title": ("受付番号 {number}", "うけつけの ばんごう {number}", "Report {number}"),
    "brand": ("道路の通報", "みちの こわれた ところ", "Road reports"),
    "skip": ("本文へ進む", "本文へ 行く", "Skip to content"),
    "languages": ("言語", "ことば", "Language"),
    "all": ("地図と一覧へ", "地図を 見る", "Map and list"),
    "photos": ("写真", "しゃしん", "Photos"),
    "before": ("直す前", "なおす まえ", "Before"),
    "after": ("直した後", "なおした あと", "After"),
    "of_report": ("通報の写真", "こわれた ところの しゃしん", "Photo of the problem"),
    "of_work": ("作業の写真", "しごとの しゃしん", "Photo of the work"),
    "photo_of": ("{kind}: {which}", "{kind}: {which}", "{kind}: {which}"),
    "kind": ("種類", "しゅるい", "Kind"),
    "place": ("場所", "ばしょ", "Place"),
    "near": ("{place}付近", "{place}の ちかく", "near {place}"),
    "nowhere": ("町名なし", "町の 名前は わかりません", "no name of a town"),
    "road": ("道路", "みち", "Road"),
    "owner": ("道路の管理者", "みちを なおす ところ", "Who looks after the road"),
    "owner_national": ("国", "国", "the state"),
    "owner_prefecture": ("都道府県", "都道府県(とどうふけん)", "the prefecture"),
    "owner_city": ("市", "市", "the city"),
    "owner_other": ("市以外(私道など)", "市では ない 人", "others (private roads)"),
    "department": ("担当", "しごとを する ところ", "In charge"),
    "received": ("受付", "もらった 日", "Received"),
    "fixed_on": ("直った日", "なおした 日", "Mended"),
    "safe_on": ("応急処置の日", "あぶなくないように した 日", "Made safe"),
    "words": ("通報した人の言葉", "教えてくれた 人の ことば", "In the reporter's words"),
    "words_note": (
        "職員が公開を決めた部分です。",
        "市の 人が「いい」と 言った ところです。",
        "The part that staff have released, as it was written.",
    ),
    "happened": ("これまでの経過", "いままでの こと", "What happened"),
    "filed": ("通報を受け付けました", "知らせを もらいました", "The report was received"),
    "recategorised": (
        "種類を「{before}」から「{to}」に変えました",
        "しゅるいを「{before}」から「{to}」に かえました",
        "The kind was changed from “{before}” to “{to}”",
    ),
    "merged": (
        "同じ場所のほかの通報と、まとめました",
        "おなじ ところの 知らせを まとめました",
        "Another report of the same place was put together with it",
    ),
    "parted": (
        "まとめていた通報を、また分けました",
        "まとめた 知らせを また わけました",
        "A report that had been put together with it goes on alone",
    ),
    "was_received": ("受け付けました", "もらいました", "Received"),
    "was_inspecting": ("現場を確認しています", "ようすを しらべています", "Being inspected"),
    "was_scheduled": ("工事の予定を立てました", "なおす 日を きめました", "Repair scheduled"),
    "was_in_progress": ("作業をしています", "なおしています", "Repair in progress"),
    "was_made_safe": ("応急処置をしました", "あぶなくないように しました", "Made safe for now"),
    "was_fixed": ("直りました", "なおりました", "Mended"),
    "was_monitoring": ("経過を見ています", "ようすを 見ています", "Being watched"),
    "was_forwarded": (
        "ほかの管理者に伝えました",
        "ほかの やくしょに 知らせました",
        "Passed on to who looks after the road",
    ),
    "was_declined": ("対応を終えました", "おわりました", "Closed without work"),
    "was_reopened": ("もう一度確かめています", "もう一度 しらべています", "Opened again"),
    "was_other": ("状態が変わりました", "かわりました", "The state changed"),
    "map": (
        "地図: {place}。場所は道路に沿って10メートルごとに丸めています。",
        "地図: {place}。ばしょは だいたいです。",
        "Map: {place}. The place is rounded to the nearest ten metres along the road.",
    ),
    "about_place": (
        "場所は道路に沿って10メートルごとに丸めています。",
        "ばしょは だいたいです。",
        "The place is rounded to the nearest ten metres along the road.",
    ),
    "about": (
        "ここに出るのは、職員が公開を決めたことだけです。通報した人のことは出ません。",
        "ここには、だれが 教えてくれたかは 出ません。",
        "Only what the city has decided to show is here; who reported it never is.",
    ),
    "report": ("道路の「困った」を知らせる", "みちの ことを 教える", "Report a problem"),
    "terms": ("情報の取り扱い", "じょうほうの あつかい", "How data is used"),
    "not_title": (
        "{number} は公開していません",
        "{number} は ここに ありません",
        "{number} is not shown",
    ),
    "not_public": (
        "職員が確認する前のものや、公開しないもの、番号が違うものは、ここに出ません。"
        "ご自分の通報の様子は、LINE のトークで受付番号を送ると分かります。",
        "市の 人が まだ 見ていないときは、出ません。ばんごうが ちがうかも しれません。"
        "LINE で ばんごうを おくると、今の ようすが わかります。",
        "It may not have been looked at yet, may not be public, or the number may be wrong."
        " Send the number in LINE to learn how your own report stands.",
    ),
    "open": ("受付", "もらいました", "Received"),
    "in_progress": ("対応中", "しごとを しています", "In progress"),
    "made_safe": ("応急処置済", "あぶなくないように しました", "Made safe"),
    "fixed": ("直りました", "なおしました", "Mended"),
    "not_ours": ("他の管理者へ連絡済", "ほかの やくしょに 知らせました", "Passed on"),
    "closed": ("対応終了", "おわりました", "Closed"),
}
LOOKS: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("inbox", "new"),
    "in_progress": ("cone", "work"),
    "made_safe": ("shield", "safe"),
    "fixed": ("check", "done"),
    "not_ours": ("forward", "end"),
    "closed": ("stop", "end"),
}
"""Of each state a drawing in icons.svg and a colour family of the CSS."""
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


class Words:
    """Of one language: `words("near", place="本町")`."""

    def __init__(self, language: str) -> None:
        self.language, self.tag = language, languages.tag(language)
        self._at = LANGUAGES.index(language)

    def __call__(self, name: str, **facts: object) -> str:
        """With what stands in its braces. Raises KeyError."""
        return _TABLE[name][self._at].format(**facts)

    def day(self, moment: date | datetime) -> str:
        """2026年11月21日, 21 November 2026; `moment` is on the city's clocks."""
        if self.language == "en":
            return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"
        return f"{moment.year}年{moment.month}月{moment.day}日"

    def line(self, told: Mapping[str, Any], kinds: Mapping[str, str]) -> str:
        """One line of what happened, as of `reports.published.lines`; `kinds`: names by key."""
        what = str(told["what"])
        if what == "moved":
            name = f"was_{told.get('to_status')}"
            return self(name if name in _TABLE else "was_other")
        if what == "recategorised":
            before, to = (str(told.get(name) or "") for name in ("before", "to"))
            return self(what, before=kinds.get(before, before), to=kinds.get(to, to))
        return self(what if what in _TABLE else "was_other")


_WORDS: Final = {language: Words(language) for language in LANGUAGES}


def words_in(language: str, accept: str = "") -> Words:
    """In this language, or else in the one that a browser asks for (Accept-Language)."""
    if language not in _WORDS:
        language = languages.preferred(accept, LANGUAGES) or LANGUAGES[0]
    return _WORDS[language]


def said() -> Mapping[str, tuple[str, str, str]]:
    """All that it says, in each of LANGUAGES."""
    return _TABLE
