"""What roles are called, in the order in which they are offered."""

from collections.abc import Mapping
from typing import Final

from reports.people.permissions import Role, Scope

NAMES: Final[Mapping[Role, str]] = {
    Role.CREW: "作業班",
    Role.CONTRACTOR: "請負業者",
    Role.VIEWER: "閲覧",
    Role.DEPARTMENT: "所属の職員",
    Role.STAFF: "全課の職員",
    Role.ADMINISTRATOR: "管理者",
}
WHAT: Final[Mapping[Role, str]] = {
    Role.CREW: "自分の班の受付票だけを、スマートフォンで見て完了にします。",
    Role.CONTRACTOR: "自分の会社に出された作業指示書だけを見て報告します。",
    Role.VIEWER: "見るだけで、何も変えられません。",
    Role.DEPARTMENT: "自分の課と担当課未定の受付票を扱います。",
    Role.STAFF: "すべての課の受付票と、市のデータを扱います。",
    Role.ADMINISTRATOR: "全課の職員にできることに加えて、だれが入れるかを決めます。",
}
SCOPES: Final[Mapping[Scope, str]] = {
    Scope.OPEN: "公開データ",
    Scope.PERSONAL: "個人に関わるデータ",
    Scope.WRITE: "書き込み",
}
"""What programs' keys open, by name, in the order in which they are shown."""
OPENS: Final[Mapping[Scope, str]] = {
    Scope.OPEN: "個人に関わることのない受付票の一覧と地図を読みます。",
    Scope.PERSONAL: "通報した人の言葉と写真のある受付票も読みます。名前や ID は含みません。",
    Scope.WRITE: "通報を届け、受付票の状態を変え、メモを書きます。通報した人に知らせが届きます。",
}
"""The same in a sentence."""
