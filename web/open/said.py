"""What public pages say, in Japanese, やさしい日本語 and English. Pure."""

from collections.abc import Mapping
from typing import Final

from web.kit.public_states import PUBLIC_STATES

Said = tuple[str, str, str]
"""In the order of LANGUAGES."""
LANGUAGES: Final = ("ja", "easy_ja", "en")
_STATES: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("もらいました", "Received"),
    "in_progress": ("しごとを しています", "In progress"),
    "made_safe": ("あぶなくないように しました", "Made safe"),
    "fixed": ("なおしました", "Mended"),
    "not_ours": ("ほかの やくしょに 知らせました", "Passed on"),
    "closed": ("おわりました", "Closed"),
}
SAID: Final[Mapping[str, Said]] = {
    **{state: (PUBLIC_STATES[state], *others) for state, others in _STATES.items()},
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
        "例: ほんちょう、123-456-789",
        "For example Honcho or 123-456-789",
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
    "of_report": ("通報の写真", "こわれた ところの しゃしん", "Photo of the problem"),
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
    "to_use": ("ほかで使う", "ほかで つかう", "Use it elsewhere"),
    "data": ("月ごとのデータ", "データ(月ごと)", "Data, month by month"),
    "feed": ("更新の配信(Atom)", "あたらしい こと(Atom)", "News feed (Atom)"),
    "for_maps": ("地図ソフト用(OGC API)", "地図の ソフト(OGC API)", "For maps and GIS (OGC API)"),
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
    "ticket_title": ("受付番号 {number}", "うけつけの ばんごう {number}", "Report {number}"),
    "brand": ("道路の通報", "みちの こわれた ところ", "Road reports"),
    "all": ("地図と一覧へ", "地図を 見る", "Map and list"),
    "photos": ("写真", "しゃしん", "Photos"),
    "before_work": ("直す前", "なおす まえ", "Before"),
    "after_work": ("直した後", "なおした あと", "After"),
    "of_work": ("作業の写真", "しごとの しゃしん", "Photo of the work"),
    "photo_of": ("{kind}: {which}", "{kind}: {which}", "{kind}: {which}"),
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
    "received_on": ("受付", "もらった 日", "Received"),
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
    "was_recategorised": (
        "種類を変えました",
        "しゅるいを かえました",
        "The kind was changed",
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
    "small_map": (
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
    "to_report": ("道路の「困った」を知らせる", "みちの ことを 教える", "Report a problem"),
    "not_title": (
        "{number} は公開していません",
        "{number} は ここに ありません",
        "{number} is not shown",
    ),
    "not_shown_yet": (
        "職員が確認する前のものや、公開しないもの、番号が違うものは、ここに出ません。"
        "ご自分の通報の様子は、LINE のトークで受付番号を送ると分かります。",
        "市の 人が まだ 見ていないときは、出ません。ばんごうが ちがうかも しれません。"
        "LINE で ばんごうを おくると、今の ようすが わかります。",
        "It may not have been looked at yet, may not be public, or the number may be wrong."
        " Send the number in LINE to learn how your own report stands.",
    ),
}
