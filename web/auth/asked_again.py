"""Before what people are asked again who they are, if they have not shown it for a while.

One table of routes with what they hear. It only asks: who may do it at all, doors.py says.
"""

from typing import Final

_RIGHTS: Final = "だれが何をできるかを変える前に"
_EXPORT: Final = "個人に関わるデータを書き出す前に"
_ERASE: Final = "個人に関わるデータを消す前に"
_DISCARD: Final = "受付票を廃棄する前に"
_TELLS: Final = "ほかのシステムへの通知を変える前に"
_FACTORS: Final = "サインインのしかたを変える前に"
_SIDES: Final = ("staff", "crew", "contractor")

ASKED_AGAIN: Final[dict[str, str]] = {
    "POST /staff/people/new": _RIGHTS,
    "POST /staff/people/groups/one": _RIGHTS,
    "POST /staff/people/groups/end": _RIGHTS,
    **{
        f"POST /staff/people/{{user_id}}{path}": _RIGHTS
        for path in (
            "/role",
            "/disable",
            "/enable",
            "/link",
            "/link/end",
            "/sessions/end",
            "/sessions/{session_id}/end",
            "/browsers/{browser_id}/forget",
            "/second/reset",
            "/provider/release",
        )
    },
    "GET /staff/tickets.csv": _EXPORT,
    "GET /staff/table/file": _EXPORT,
    "POST /staff/table/files": _EXPORT,
    "GET /staff/table/files/{file_id}/file": _EXPORT,
    "GET /staff/audit.csv": _EXPORT,
    "POST /staff/calls/{report_id}/forget": _ERASE,
    "POST /staff/keys/new": _RIGHTS,
    "POST /staff/keys/{key_id}/revoke": _RIGHTS,
    "POST /staff/keys/{key_id}/take": _RIGHTS,
    "POST /staff/webhooks/new": _TELLS,
    "POST /staff/webhooks/{webhook_id}/edit": _TELLS,
    "POST /staff/webhooks/{webhook_id}/secret": _TELLS,
    "POST /staff/privacy/people/{kind}/{person_id}/export": _EXPORT,
    "POST /staff/privacy/people/{kind}/{person_id}/erase": _ERASE,
    "POST /staff/privacy/periods": _ERASE,
    "POST /staff/privacy/clearing": _ERASE,
    "POST /staff/discard/lists/{list_id}/approve": _DISCARD,
    "GET /sign-in/provider/join": _FACTORS,
    **{
        f"{line[0]} /{side}/account/{line[1]}": _FACTORS
        for side in _SIDES
        for line in (
            ("GET", "app"),
            ("POST", "app"),
            ("POST", "app/off"),
            ("GET", "passkeys/new"),
            ("GET", "passkeys/make.json"),
            ("POST", "passkeys/new"),
            ("POST", "passkeys/{passkey_id}/remove"),
            ("POST", "recovery"),
        )
    },
}
SAVED: Final = frozenset(each for each, why in ASKED_AGAIN.items() if why is _EXPORT)
"""Those that a browser saves, and whose page stays open."""
