"""What is held of people, why and for how long, in Japanese: for staff and for the papers. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from reports.city.periods import FOR_EVER, PERIODS, RECORDS, Unit


class Held(NamedTuple):
    """Its name, what it is, why it is kept, from when its period counts, and in what it is counted;
    `due_unit`: what goes at once, where that is counted otherwise."""

    name: str
    what: str
    why: str
    since: str
    unit: str
    due_unit: str = ""


class Stays(NamedTuple):
    """What no period of the city ends: its name, how long it is there, and why."""

    name: str
    how_long: str
    why: str


_CLOSED: Final = "受付票が終わってから"
_OF_TICKETS: Final = "件の受付票の分"
HELD: Final[Mapping[str, Held]] = {
    "drafts": Held(
        "書きかけの通報",
        "LINE で書きかけた通報の言葉・場所・種類",
        "話の途中で間があいても、続きから通報できるように。",
        "書き始めてから",
        "人分",
    ),
    "draft_photos": Held(
        "書きかけの写真",
        "通報にならなかった写真",
        "話の途中で間があいても、続きから通報できるように。",
        "届いてから(1時間足します)",
        "枚",
    ),
    "inbox": Held(
        "LINE から届いたまま",
        "LINE が送ってきた一つ一つの内容と利用者の ID",
        "止まったあとに読み直し、同じものが二度届いても一度だけ扱うために。"
        "照合の記号(人を指さない)だけは30日残ります。",
        "読み終えてから",
        "件",
    ),
    "words": Held(
        "通報の言葉",
        "住民が書いた言葉、質問への答え、言葉でたずねた場所",
        "作業と、あとの問い合わせのために。",
        _CLOSED,
        "通",
        _OF_TICKETS,
    ),
    "people": Held(
        "だれが通報したか",
        "受付票と LINE の利用者 ID のつながり、送られた場所、電話の人の名前と番号、知らせる先、"
        "メモの写真",
        "進み具合を知らせ、たずね直すために。",
        _CLOSED,
        "件の通報",
        _OF_TICKETS,
    ),
    "originals": Held(
        "元の写真",
        "送られたままの写真(EXIF を含む)",
        "傷みの程度を、縮小しない写真で確かめるために。EXIF のない縮小版は受付票とともに残ります。",
        _CLOSED,
        "枚",
        _OF_TICKETS,
    ),
    "exif_places": Held(
        "写真の撮影場所",
        "写真の EXIF にあった位置と、カメラの向き",
        "送られた場所と違うところの写真に気づくために。",
        _CLOSED,
        "枚",
        _OF_TICKETS,
    ),
    "messages": Held(
        "住民に送った言葉",
        "LINE で住民に送った言葉と、送り先の ID",
        "届いたかを確かめ、同じことを二度送らないために。",
        "送ってから",
        "通",
    ),
    "silent": Held(
        "LINE の利用者",
        "LINE の利用者 ID・言語",
        "次に書いてきたとき、前のことばと言語で話すために。通報もつながりもない人だけが消えます。",
        "最後に話してから",
        "人",
    ),
    "mails": Held(
        "メール",
        "担当課・他の管理者・請負業者に送ったメールの宛先と内容",
        "だれに、いつ知らせたかを示すために。受付票や指示書が終わっていないうちは消えません。",
        "送ってから(受付票も終わってから)",
        "通",
    ),
    "exports": Held(
        "保存した一覧のファイル",
        "職員が作った一覧のファイル",
        "作った人が受け取るまでのために。",
        "作ってから",
        "件",
    ),
    "patrol_ways": Held(
        "巡回の軌跡",
        "巡回した人の電話がいた位置",
        "日誌の距離と、通った道を確かめるために。",
        "巡回を始めてから",
        "回分",
    ),
    "patrol_names": Held(
        "巡回した人",
        "巡回した人の名前と車",
        "日誌は道路を点検した証しなので、長く残します。",
        "巡回を始めてから",
        "回分",
    ),
    "browsers": Held(
        "覚えたブラウザー",
        "職員がサインインしたブラウザーの名前と照合の記号",
        "ほかの人の誤りで、本人が締め出されないように。",
        "最後に使ってから",
        "件",
    ),
    "invitations": Held(
        "招待のリンク",
        "だれに招待を出したか",
        "だれが、いつ、だれを入れたかを示すために。",
        "期限が切れてから",
        "件",
    ),
    "pauses": Held(
        "受付の停止の記録",
        "停止の理由と、人を指さない照合の記号",
        "止めたことを説明し、消去のあとも止め続けるために。",
        "停止が終わってから",
        "件",
    ),
    "keys": Held(
        "プログラムの鍵",
        "ほかのシステムの鍵の名前と範囲、担当した人、最後に使った日時とネットワーク(鍵そのものは持っていません)",
        "どのプログラムが読み書きできたかを示すために。使える鍵は消えません。",
        "取り消すか、期限が切れてから",
        "本",
    ),
    "tasks": Held(
        "終わった作業の控え",
        "送信・写真の取り込みなどの控え(LINE の利用者 ID を含むことがあります)",
        "止まったときに、どこまで済んだかを確かめるために。",
        "終わってから",
        "件",
    ),
    "clearings": Held(
        "消去の記録",
        "いつ、だれが、どれを何件消したか(中身は含みません)",
        "期間のとおりに消したことを示すために。",
        "消してから",
        "件",
    ),
    "public_events": Held(
        "公開した受付票の変化",
        "公開の地図とデータで、いつ、どの受付票がどう変わったか(人の情報はなく、取り消した言葉も残りません)",
        "写しを持つプログラムが、変わったところだけを受け取れるように。",
        "変わってから",
        "件",
    ),
}
"""By the key of its step."""

OTHER_PERIODS: Final[Mapping[str, Held]] = {
    "photo_links_days": Held(
        "写真のリンク",
        "LINE のカードに入る、サインインしないで開ける写真のアドレス",
        "人から人へ渡ったリンクが、いつまでも開けることがないように。",
        "カードを送ってから",
        "",
    ),
    RECORDS: Held(
        "受付票(公文書)",
        "受付票・経過・メモ・写真・作業・メール・経緯書のすべて",
        "市の文書の保存年限のとおりに残し、過ぎたら「廃棄」の画面で、人が確かめてから廃棄するために。",
        "終わった年度の次の年度の初めから",
        "件",
    ),
}
"""Periods by which nothing is cleared here: by their keys."""

STAYS: Final[Sequence[Stays]] = (
    Stays(
        "受付票",
        "公文書の保存期間のあと、人が廃棄するまで残ります",
        "番号・種類・場所・状態・経過・縮小した写真は、市の公文書です。ひとりでには消えません。"
        "「廃棄」の画面で、別の人が承認した一覧のものだけを廃棄します。廃棄しても、数字と金額と廃棄簿に番号が残ります。",
    ),
    Stays(
        "廃棄簿",
        "消えません",
        "どの番号を、いつ、だれの承認で廃棄したかの記録です。住民の言葉や名前は入っていません。",
    ),
    Stays(
        "職員と作業班の名前",
        "受付票・指示書・市の設定の版とともに残ります",
        "だれが決めたかを示すために。",
    ),
    Stays(
        "職員のメモの言葉", "受付票とともに残ります", "経緯の記録です。写真は上の期間で消えます。"
    ),
    Stays(
        "作業指示書・数量・金額",
        "指示書と金額は残ります",
        "契約の記録です。受付票を廃棄すると、その場所・数量・写真は指示書からも消え、金額は帳簿に残ります。写した住民の言葉は、もとの言葉とともに消えます。",
    ),
    Stays(
        "監査ログ",
        "サーバーの設定(AUDIT_YEARS)の年数がたつと消えます",
        "だれが、いつ、何を見て、変え、書き出したかの記録です。住民の言葉や名前は入っていません。"
        "サインインする人が自分の記録を短くできないよう、この画面では変えられません。",
    ),
    Stays(
        "利用者(サインインする人)",
        "管理者が止めても名前は残ります",
        "経過が名前を指すためです。LINE の連携と課の所属は、外すと消えます。",
    ),
    Stays(
        "サインイン",
        "使わないままサーバーの設定(IDLE_MINUTES)の分数がたつと終わり、次のサインインのときに消えます",
        "席を離れた画面を、ほかの人が使わないように。",
    ),
    Stays("間違えたサインインの回数", "長くて1日", "当てずっぽうを遅くするために。"),
    Stays(
        "担当課・他の管理者・請負業者の連絡先",
        "画面で消すまで",
        "仕事の連絡のために。",
    ),
    Stays(
        "データベースの控え(バックアップ)と WAL、機械のログ",
        "市が運用で決めた期間",
        "消したものも、控えが古くなって消えるまでは控えの中に残ります。",
    ),
)

_UNITS: Final = {Unit.HOURS: "時間", Unit.DAYS: "日", Unit.MONTHS: "か月", Unit.YEARS: "年"}
_YEAR: Final = 12


def name_of(period: str) -> str:
    """What a period is of: all that goes by it."""
    of_steps = [HELD[step].name for step, key in PERIOD_OF.items() if key == period]
    return "・".join(of_steps) or OTHER_PERIODS[period].name


def length_words(period: str, many: int) -> str:
    """24時間, 30日, 6か月, 1年, 期限なし."""
    unit = PERIODS[period].unit
    if unit is Unit.YEARS and many == FOR_EVER:
        return "期限なし"
    if unit is Unit.MONTHS and many % _YEAR == 0:
        return f"{many // _YEAR}年"
    return f"{many}{_UNITS[unit]}"


def unit_words(period: str) -> str:
    """時間, 日, か月 or 年."""
    return _UNITS[PERIODS[period].unit]


PERIOD_OF: Final[Mapping[str, str]] = {
    "drafts": "drafts_hours",
    "draft_photos": "drafts_hours",
    "inbox": "inbox_days",
    "words": "words_months",
    "people": "people_months",
    "originals": "originals_months",
    "exif_places": "exif_places_months",
    "messages": "messages_months",
    "silent": "silent_months",
    "mails": "mails_months",
    "exports": "exports_hours",
    "patrol_ways": "patrol_ways_months",
    "patrol_names": "patrol_names_months",
    "browsers": "browsers_days",
    "invitations": "invitations_days",
    "pauses": "pauses_months",
    "keys": "keys_months",
    "tasks": "tasks_days",
    "clearings": "clearings_months",
    "public_events": "public_events_months",
}
"""By which period each goes."""
