"""What the values in the audit log are called, and how they are read, in Japanese."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from reports.city.clock import local
from reports.people.permissions import Role, Scope
from reports.tickets.status import Status
from web.desk.audit import by_hand
from web.kit.labels import ACTORS, STATUSES
from web.kit.roles import NAMES, SCOPES

FIELDS: Final[Mapping[str, str]] = {
    **by_hand.COLUMNS,
    "act": "操作",
    "actor": "した人の立場",
    "actor_id": "利用者番号",
    "actor_name": "した人",
    "actual": "実際の数量",
    "after": "後",
    "again": "再発",
    "asked": "条件",
    "asked_at": "頼んだ日時",
    "at": "日時",
    "back": "戻した先",
    "before": "前",
    "began_at": "開始",
    "by": "した人",
    "by_id": "利用者番号",
    "by_name": "した人",
    "bytes": "大きさ(バイト)",
    "call_back": "折り返しの電話",
    "called_at": "電話した日時",
    "called_by": "電話した職員",
    "car": "車",
    "checked": "確認済み",
    "chief": "監督員",
    "chosen": "選んだ場所",
    "city_checks": "市の検査",
    "city_closed": "市の休みの日",
    "clerk": "担当の職員",
    "closed_at": "終わった日時",
    "closed_note": "終わりの言葉",
    "code_hash": "秘密の値",
    "contact": "連絡先",
    "contract": "契約",
    "contractor": "請負業者",
    "contractor_id": "請負業者番号",
    "credential": "秘密の値",
    "day": "日",
    "days": "日数",
    "deadline": "期限",
    "department": "担当課",
    "department_id": "担当課番号",
    "departments": "担当課",
    "device": "端末",
    "digest": "ハッシュ",
    "disabled": "停止",
    "done": "済み",
    "done_at": "済んだ日時",
    "done_by": "済ませた人",
    "door": "操作",
    "due_since": "折り返し待ちの始まり",
    "edited_at": "直した日時",
    "edited_by": "直した人",
    "email": "メール",
    "ended_at": "終わり",
    "ended_by": "終わらせた人",
    "ends_at": "期限",
    "expires_at": "期限",
    "former_hash": "前の鍵",
    "former_ends_at": "前の鍵の期限",
    "facts": "内容",
    "fiscal_year": "年度",
    "from": "前",
    "from_file": "ファイルから",
    "from_status": "前の状態",
    "group_id": "グループ番号",
    "handed": "渡した先",
    "id": "番号",
    "in_a_minute": "1分間の回数",
    "ids": "受付票",
    "inside": "市の課",
    "into": "まとめた先",
    "is_fixed": "その場で直した",
    "issued_at": "出した日時",
    "issuer": "認証サーバー",
    "item_id": "場所の番号",
    "key": "記号",
    "kind": "種類",
    "km": "距離(km)",
    "known_device_id": "端末番号",
    "language": "言語",
    "left_out": "外した",
    "line": "記録の行",
    "line_user_id": "LINE の利用者 ID",
    "linked_at": "つないだ日時",
    "live_at": "使い始めた日時",
    "live_by": "使い始めた人",
    "loaded_at": "取り込んだ日時",
    "loaded_by": "取り込んだ人",
    "made_at": "作った日時",
    "made_by": "作った人",
    "mail": "メール",
    "mail_id": "メール番号",
    "mail_pdf": "メールに PDF",
    "members": "同行者",
    "meter_from": "メーター(始め)",
    "meter_to": "メーター(終わり)",
    "metres": "距離(m)",
    "minutes": "作業時間(分)",
    "month": "月",
    "moved_by": "変えた人",
    "name": "名前",
    "name_en": "英語の名前",
    "network": "接続元",
    "nonce": "秘密の値",
    "note": "書いた言葉",
    "number": "受付番号",
    "options": "設定",
    "order": "作業指示書",
    "order_id": "作業指示書番号",
    "outcome": "結果",
    "part": "部分",
    "parts": "部分",
    "password": "パスワード",
    "patches": "隠した範囲",
    "patrol_id": "巡回番号",
    "paused_until": "停止の終わり",
    "per_minute": "1分間の回数",
    "person": "担当の人",
    "phone": "電話",
    "photo": "写真番号",
    "photo_id": "写真番号",
    "photo_ids": "写真番号",
    "photos": "写真",
    "place": "場所",
    "planned": "予定の数量",
    "proven_at": "本人を確かめた日時",
    "public_key": "公開鍵",
    "query": "条件",
    "question": "質問",
    "quotes": "通報の言葉を載せる",
    "reached": "つながった",
    "reason": "理由",
    "released": "公開",
    "remark": "言葉の番号",
    "remarks": "備考",
    "report_id": "通報番号",
    "reports": "通報番号",
    "retired": "使わなくなった",
    "revoked_at": "取り消した日時",
    "revoked_by": "取り消した人",
    "road": "道路",
    "role": "役割",
    "routes": "経路",
    "rows": "件数",
    "rule": "規則",
    "rules": "規則",
    "runner_up": "次に近い道路",
    "said": "報告の言葉",
    "scopes": "できること",
    "secret": "秘密の値",
    "seen_again": "前からある通報",
    "sent_back": "差し戻しの言葉",
    "serial": "指示書の番号",
    "shortened": "一部をけずった",
    "shown": "見せた",
    "shown_name": "表示名",
    "silent_days": "返事を待つ日数",
    "since": "いつから",
    "source": "出どころ",
    "stars": "評価",
    "start_on": "着手の日",
    "started_at": "着手",
    "state": "状態",
    "status": "状態",
    "stays": "そのまま",
    "stopped": "止まった",
    "subject": "認証サーバーでの ID",
    "table_id": "規則の版",
    "tell_by": "知らせ方",
    "ticket_id": "受付票の番号",
    "to": "後",
    "to_status": "後の状態",
    "token_hash": "秘密の値",
    "told": "知らせた",
    "told_at": "知らせた日時",
    "told_name": "認証サーバーでの名前",
    "total": "全部の件数",
    "traffic": "交通の規制",
    "transports": "つなぎ方",
    "turn": "順番",
    "undo_of": "取り消した操作",
    "unit": "単位",
    "until": "期限",
    "urgent": "緊急",
    "url": "アドレス",
    "used": "使った材料",
    "used_at": "使った日時",
    "user_id": "利用者番号",
    "version": "版",
    "via": "経路",
    "view_id": "一覧の番号",
    "was_released": "公開していた",
    "way_gone_at": "軌跡を消した日時",
    "weather": "天気",
    "what": "内容",
    "why": "理由",
    "why_far": "離れている理由",
    "words": "言葉",
    "work": "作業",
    "yen": "金額(円)",
}
"""Columns, and what lines of a ticket's history keep beside them."""
_STATUS: Final = {str(status): STATUSES[status].text for status in Status}
_VALUES: Final[Mapping[str, Mapping[str, str]]] = {
    "actor": ACTORS,
    "role": {str(role): NAMES[role] for role in Role if role in NAMES},
    "scopes": {str(scope): SCOPES[scope] for scope in Scope},
    "status": _STATUS,
    "from_status": _STATUS,
    "to_status": _STATUS,
}
"""What else a value is called, by its column."""


def name_of(field: str) -> str:
    """In Japanese, where it is known."""
    return FIELDS.get(field, field)


def plain(field: str, value: Any) -> str:
    """One value of that column as people read it; a moment on the city's clock."""
    match value:
        case None:
            return ""
        case bool():
            return "はい" if value else "いいえ"
        case list():
            return "、".join(plain(field, one) for one in value)
        case dict():
            return "、".join(f"{name_of(name)} {plain(name, one)}" for name, one in value.items())
        case str() if value.startswith("sha256:"):
            return f"{value[:19]}…"
        case str() if field.endswith("_at") or field == "at":
            return _moment(value)
        case _:
            return _VALUES.get(field, {}).get(str(value), str(value))


def _moment(told: str) -> str:
    try:
        at = datetime.fromisoformat(told)
    except ValueError:
        return told
    return f"{local(at):%Y-%m-%d %H:%M}" if at.tzinfo else told
