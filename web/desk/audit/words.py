"""What stands in the audit log, in Japanese."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from reports.audit.kinds import Kind
from reports.tickets.words import EVENTS
from web.desk.audit.fields import name_of, plain

KINDS: Final[Mapping[Kind, str]] = {
    Kind.SIGN_IN: "サインイン",
    Kind.REFUSAL: "拒否",
    Kind.CHANGE: "変更",
    Kind.LOOK: "閲覧",
    Kind.EXPORT: "書き出し",
}
TABLES: Final[Mapping[str, str]] = {
    "users": "利用者",
    "user_departments": "利用者の担当課",
    "sign_ins": "サインイン",
    "known_devices": "知っている端末",
    "invitations": "招待のリンク",
    "crew_links": "作業班の LINE",
    "crew_link_codes": "作業班の LINE のコード",
    "api_tokens": "プログラムの鍵",
    "pauses": "受付の停止",
    "residents": "通報者",
    "callers": "電話した人の連絡先",
    "notes": "メモ",
    "plan_stops": "一日の予定",
    "saved_views": "保存した一覧",
    "start_views": "最初の一覧",
    "bulk_runs": "まとめた操作",
    "work_orders": "作業指示書",
    "work_order_items": "作業指示書の場所",
    "work_order_quantities": "作業指示書の数量",
    "work_order_photos": "作業指示書の写真",
    "work_order_links": "作業指示書のリンク",
    "work_order_mails": "作業指示書のメール",
    "patrols": "巡回",
    "patrol_finds": "巡回で見つけたもの",
    "departments": "担当課・管理者",
    "contractors": "請負業者",
    "unit_prices": "単価",
    "terms": "データの説明",
    "city_versions": "市のデータの版",
    "rule_tables": "振り分け規則の版",
    "trial_runs": "振り分け規則の試行",
    "layers": "地図データの版",
    "exports": "一覧のファイル",
    "export_choices": "一覧のファイルの列",
    "history": "受付票の記録",
    "tickets": "受付票",
    "reports": "通報",
    "photos": "写真",
    "remarks": "通報の言葉",
    "followers": "知らせを受ける人",
    "passkeys": "パスキー",
    "code_apps": "認証アプリ",
    "recovery_codes": "回復コード",
    "provider_people": "シングルサインオンの人",
    "provider_groups": "シングルサインオンのグループ",
    "provider_group_departments": "グループの担当課",
    "clearings": "データの整理",
    "webhooks": "外部への通知",
    "open_data_versions": "公開データの版",
    "issued_records": "経緯書",
    "ticket_holds": "保留",
    "discard_lists": "廃棄予定一覧",
    "discarded": "廃棄簿",
    "record_keys": "経緯書の鍵",
    "budgets": "予算",
    "cost_prices": "直営の単価",
    "account_files": "財務会計用 CSV の列",
    "monthly_reports": "月報の版",
    "monthly_words": "月報の言葉",
    "monthly_readers": "月報の宛先",
}
"""Tables that triggers watch; a change's first word."""
DONE: Final[Mapping[str, str]] = {"added": "を追加", "changed": "を変更", "removed": "を削除"}
SAYS: Final[Mapping[str, str]] = {
    "ticket": "受付票",
    "callers": "折り返しの一覧",
    "mails to authorities": "他の管理者への文面",
    "senders": "受付を止めた人の一覧",
    "sender": "通報者のページ",
    "people": "利用者の一覧",
    "person": "利用者のページ",
    "patrols": "巡回の記録",
    "order": "作業指示書",
    "original photo": "元の写真",
    "list": "一覧のファイル",
    "monthly report": "月報",
    "list with words": "通報した人の言葉のある一覧",
    "patrol log": "巡回日誌",
    "record": "経緯書",
    "records": "経緯書のページ",
    "holds": "保留のページ",
    "discard list": "廃棄予定一覧",
    "discard book": "廃棄簿",
    "spendings": "財務会計用 CSV",
    "sums of orders": "作業指示書の集計",
    "rules": "振り分け規則",
    "audit": "監査ログ",
    "photo to decide on": "公開を決める写真",
    "person's data": "ひとりのデータ",
    "all data": "すべてのデータ",
    "tickets with words": "言葉のある受付票(プログラム)",
    "data of a person": "ひとりのデータ(開示)",
    "data erased": "ひとりのデータの消去",
    "data cleared": "期間の過ぎたデータの整理",
    "backup restored": "バックアップからの復元",
    "not allowed": "権限がない操作",
    "form of another page": "古い画面・ほかのサイトからの送信",
    "wrong password": "パスワードの間違い",
    "wrong proof": "本人の確認の間違い",
    "not let in": "シングルサインオンの拒否",
}
"""What was looked at, taken along or refused."""
THINGS: Final[Mapping[str, tuple[str, str]]] = {
    "ticket": ("受付票", "/staff/tickets/"),
    "user": ("利用者", "/staff/people/"),
    "order": ("作業指示書", "/staff/orders/"),
    "resident": ("通報者", "/staff/senders/"),
    "patrol": ("巡回", "/staff/patrols/"),
    "photo": ("写真", ""),
    "key": ("プログラムの鍵", ""),
    "webhook": ("外部への通知", "/staff/webhooks/"),
    "group": ("グループ", ""),
    "clearing": ("データの整理", ""),
    "open data": ("公開データ", ""),
    "budget": ("予算", ""),
    "price": ("単価", ""),
    "accounts": ("財務会計用 CSV", ""),
    "caller": ("電話した人", ""),
    "pause": ("受付の停止", ""),
    "report": ("通報", ""),
    "view": ("保存した一覧", ""),
    "run": ("まとめた操作", ""),
    "item": ("指示書の場所", ""),
    "department": ("担当課", ""),
    "contractor": ("請負業者", ""),
    "terms": ("データの説明", ""),
    "city": ("市のデータの版", ""),
    "rules": ("規則の版", ""),
    "layer": ("地図データ", ""),
    "file": ("ファイル", ""),
    "record": ("経緯書", ""),
    "discard list": ("廃棄予定一覧", "/staff/discard/lists/"),
    "discarded": ("廃棄した受付票", ""),
    "record key": ("経緯書の鍵", ""),
}
"""What a row is about: its name, and where it is looked at, if anywhere."""
_VIA: Final = {
    "resident": "通報した人",
    "michi": "Michi(自動)",
    "contractor": "請負業者",
    "link": "作業指示書のリンク",
    "key": "プログラムの鍵",
    "command": "コマンド",
    "db": "データベース",
}
_SIGNED: Final = {"sign_ins added": "サインイン", "sign_ins removed": "サインアウト・終了"}


class About(NamedTuple):
    """What a row is about in words, and the address of its page, "" for none."""

    words: str
    address: str


class Value(NamedTuple):
    """One value that is different, or new."""

    name: str
    old: str
    new: str


def happened(what: str) -> str:
    """What somebody did: 利用者を変更."""
    if what in _SIGNED:
        return _SIGNED[what]
    if what in SAYS:
        return SAYS[what]
    first, _, last = what.partition(" ")
    if first == "ticket":
        return EVENTS.get(last, last)
    return TABLES.get(first, first) + DONE.get(last, f" {last}")


def about(told: str, names: Mapping[int, str]) -> About:
    """`names`: of people by id."""
    thing, _, number = told.partition(":")
    name, page = THINGS.get(thing, (thing, ""))
    if thing == "user" and number.isdecimal():
        number = f"{names.get(int(number), '(いない人)')} ({number})"
        return About(f"{name} {number}", f"{page}{told.partition(':')[2]}")
    return About(f"{name} {number}".strip(), f"{page}{number}" if page and number else "")


def via(told: str) -> str:
    """By what it came where nobody has signed in, or beside them; "" for a page."""
    kind, _, which = told.partition(":")
    return f"{_VIA.get(kind, kind)} {which}".strip()


def values(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Iterator[Value]:
    """One after the other, as they were and as they are."""
    was, becomes = old or {}, new or {}
    for name in {**was, **becomes}:
        value = Value(name_of(name), plain(name, was.get(name)), plain(name, becomes.get(name)))
        if value.old or value.new:
            yield value
