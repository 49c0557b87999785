"""Roles, what they may do, and with whose, in Japanese. Pure."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from reports.people.permissions import Do, Role, Whose


class RoleWords(NamedTuple):
    """Its name, and what it is in a sentence."""

    name: str
    what: str


ROLES: Final[Mapping[Role, RoleWords]] = {
    Role.VIEWER: RoleWords("閲覧", "見るだけの人。何も変えられません。"),
    Role.DEPARTMENT: RoleWords(
        "所属の職員",
        "1つまたは複数の課の職員。自分の課と担当課未定の受付票を扱い、ほかの課のものは見るだけです。",
    ),
    Role.STAFF: RoleWords("全課の職員", "すべての課の受付票と、市のデータを扱います。"),
    Role.ADMINISTRATOR: RoleWords(
        "管理者",
        "全課の職員にできることに加えて、だれが入れるか、何をできるか、個人情報をいつまで持つかを決めます。",
    ),
    Role.CREW: RoleWords("作業班", "現場の人。自分の班の課の受付票だけを見て、作業を報告します。"),
    Role.CONTRACTOR: RoleWords("請負業者", "自分に出された作業指示書だけを見て、報告します。"),
    Role.RESIDENT: RoleWords("通報した人", "LINE で通報した人。サインインはしません。"),
}
"""In the order in which they are shown; what programs may do is in their keys."""

WHOSE: Final[Mapping[Whose | None, str]] = {
    Whose.ANYBODYS: "すべて",
    Whose.THEIRS_OR_NOBODYS: "自分の課・未定",
    Whose.THEIR_DEPARTMENTS: "自分の課",
    Whose.THEIR_ORDERS: "指示書の分",
    Whose.THEIR_OWN: "自分の通報",
    Whose.THE_KEYS: "鍵の課、なければすべて",
    None: "",
}
GROUPS: Final[Sequence[tuple[str, Mapping[Do, str]]]] = (
    (
        "受付票",
        {
            Do.SEE: "見る",
            Do.SEE_ORIGINALS: "元の写真を保存する",
            Do.FILE: "電話・窓口の通報を入れる",
            Do.MOVE: "状態を変える",
            Do.ASSIGN: "担当課を変える",
            Do.NOT_OURS: "担当ではないと言う",
            Do.PUT_IN_CHARGE: "担当者を決める",
            Do.SET_DEADLINE: "期限を変える",
            Do.RELOCATE: "場所を直す",
            Do.RECATEGORISE: "種類を直す",
            Do.MERGE: "同じ通報としてまとめる",
            Do.ASK: "通報した人に質問する",
            Do.NOTE: "メモを書く",
            Do.CALL: "連絡先を見て、折り返し電話する",
            Do.BULK: "まとめて変える",
            Do.RELEASE: "写真の一部を隠し、公開を決め、写真を隠す",
            Do.ORDER: "作業指示書を書く",
            Do.AUTHORITIES: "他の管理者に引き継ぐ",
            Do.ISSUE_RECORD: "経緯書を発行する",
            Do.RECORD_PERSONAL: "通報者の名前や言葉を含む経緯書を発行する",
            Do.HOLD: "保存期間を過ぎても廃棄しない(保留)",
        },
    ),
    (
        "現場",
        {
            Do.WORKLIST: "作業班の画面を使う",
            Do.PATROL: "巡回する",
            Do.SEE_PATROLS: "巡回の記録と日誌を見る",
            Do.DO_ITEMS: "作業指示書の作業を報告する",
        },
    ),
    (
        "職員の画面",
        {
            Do.DESK: "地図・一覧・期限の画面を使う",
            Do.WHERE: "場所を調べる",
            Do.VIEWS: "一覧の条件を保存する",
            Do.EXPORT: "一覧をファイルに保存する",
            Do.SEE_MONEY: "金額と予算の残りを見る",
            Do.SEE_NUMBERS: "数字を見る",
            Do.WRITE_REPORTS: "月報の言葉・写真・宛先を決め、作る",
            Do.EXPORT_WORDS: "通報した人の言葉も、ファイルに保存する",
            Do.RIGHTS: "この表を見る",
        },
    ),
    (
        "市のデータ",
        {
            Do.CITY: "市の設定・種類・定型文・材料を変える",
            Do.RULES: "振り分け規則を変える",
            Do.DEPARTMENTS: "担当課と管理者の連絡先を変える",
            Do.CONTRACTORS: "請負業者と単価を変える",
            Do.TERMS: "データの説明を変える",
            Do.EDIT_BUDGET: "予算・単価・財務会計用 CSV の列を変える",
            Do.PAUSE: "迷惑な送信者の受付を止める",
        },
    ),
    (
        "人とプログラム",
        {
            Do.PEOPLE: "利用者と権限を決める",
            Do.AUDIT: "監査ログを見る",
            Do.KEYS: "プログラムの鍵を作り、取り消す",
            Do.WEBHOOKS: "外部への通知(Webhook)の送信先を決める",
            Do.PRIVACY: "個人情報の保存期間を決め、開示し、消去する",
            Do.DISCARD: "保存期間を過ぎた受付票の廃棄を起案し、承認する",
            Do.PUBLISH: "公開データを作り直す",
        },
    ),
)
"""Everything that people may do, by what it is done to."""
OF_PROGRAMS: Final[Mapping[Do, str]] = {
    Do.OPEN_DATA: "個人に関わることのない一覧を読む",
    Do.SEE: "言葉と写真のある一覧を読む",
    Do.FILE: "通報を届ける(Open311)",
    Do.MOVE: "状態を変える",
    Do.NOT_OURS: "引き継がれたものを、担当ではないと返す",
    Do.NOTE: "メモを書く",
}
"""Everything that keys open."""
