"""The channel at LINE, and the web hook: called as LINE calls it, and by LINE itself."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from typing import Final

from bot.line import account, rich_menus
from bot.line.client import LineError, Refused
from bot.line.setup import advice, checkup
from bot.line.setup.menu import alias_of
from bot.wording import languages
from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, not_seen, right, warning, wrong
from cli.doctor.groups.proxy import http
from cli.doctor.looks import Check

_EMPTY: Final = b'{"destination":"","events":[]}'
_SET_UP: Final = "{} line setup --set-webhook"


def _token(asked: Asked) -> Iterator[Finding]:
    try:
        known = account.info()
    except Refused as refused:
        if refused.status not in (401, 403):
            raise
        yield wrong(
            "line.token",
            "LINE がアクセストークンを受け付けません",
            "LINE refuses the access token",
            asked.to_set("LINE_CHANNEL_ACCESS_TOKEN=…    # LINE Developers → Messaging API設定"),
            status=refused.status,
        )
        return
    except LineError as away:
        yield wrong(
            "line.token",
            f"LINE に届きません({away})",
            f"LINE cannot be reached ({away})",
            f"curl -sv {asked.settings.line_api_url}/v2/bot/info    # or: HTTPS_PROXY=http://…",
            status=away.status,
        )
        return
    asked.known["chat_mode"] = known.chat_mode
    yield right(
        "line.token", f"アカウントは {known.name}({known.basic_id})",
        f"the account is {known.basic_id}",
        account=known.name, basic_id=known.basic_id,
    )  # fmt: skip


def _chat_mode(asked: Asked) -> Iterator[Finding]:
    mode = str(asked.known.get("chat_mode", ""))
    if mode == "bot":
        yield right(
            "line.chat_mode", "応答するのは Michi だけです", "only Michi answers", mode=mode
        )
    else:
        ja, en = advice.CHAT_MODE.split("\n")
        yield warning(
            "line.chat_mode",
            f"応答モードが {mode} です",
            f"chat mode is {mode}",
            f"# {ja} / {en}",
            mode=mode,
        )


def _webhook(asked: Asked) -> Iterator[Finding]:
    ours, known = checkup.our_webhook(), account.webhook()
    to_type = _SET_UP.format(asked.michi)
    if not known.url:
        yield wrong(
            "line.webhook", "Webhook URL が未設定です", "no webhook address is set", to_type
        )
    elif known.url != ours:
        yield wrong(
            "line.webhook",
            f"Webhook URL が {known.url} です(この Michi は {ours})",
            f"the webhook address is {known.url}, and ours is {ours}",
            to_type,
            there=known.url,
            ours=ours,
        )
    else:
        yield right(
            "line.webhook", f"Webhook URL は {ours}", f"the webhook address is {ours}", ours=ours
        )
    if known.url and not known.active:
        yield wrong(
            "line.webhook_active",
            "「Webhookの利用」がオフです",
            "“Use webhook” is off",
            "# LINE Developers → Messaging API設定 → Webhookの利用",
        )


def _test(asked: Asked) -> Iterator[Finding]:
    """LINE's own, which it signs with the secret that it knows."""
    ours = checkup.our_webhook()
    if not checkup.is_reachable_by_line(ours):
        yield not_seen(
            "line.test", "LINE から届くアドレスではありません", "LINE does not reach this address"
        )
        return
    tested = account.test_webhook(ours)
    if tested.success:
        yield right(
            "line.test", f"LINE からの試験が届きます({tested.status})", "LINE's own test arrives"
        )
        return
    told = advice.BY_STATUS.get(tested.status) or advice.BY_REASON.get(tested.reason.upper())
    ja, en = (told or advice.BY_REASON["UNCLASSIFIED"]).split("\n")
    yield wrong(
        "line.test",
        f"LINE からの試験が届きません({tested.reason})。{ja}",
        f"LINE's own test does not arrive ({tested.reason}): {en}",
        asked.to_set("LINE_CHANNEL_SECRET=…") if tested.status == 401 else f"curl -si {ours} -d ''",
        status=tested.status,
        reason=tested.reason,
    )


def _signed(asked: Asked) -> Iterator[Finding]:
    """Our own call with our secret is taken, and one with another is not."""
    secret = asked.settings.line_channel_secret.get_secret_value().encode()
    statuses = [_called(asked, key) for key in (secret, secret + b"x")]
    if statuses == [200, 401]:
        yield right(
            "line.signature", "署名した呼び出しだけを受け取ります", "only signed calls are taken",
            statuses=statuses,
        )  # fmt: skip
    elif statuses[0] == 200:
        yield wrong(
            "line.signature",
            "Webhook が署名を確かめていません。PUBLIC_URL の先は Michi ですか",
            "the webhook takes any signature: is that Michi at PUBLIC_URL?",
            f"curl -si {checkup.our_webhook()} -d ''",
            statuses=statuses,
        )
    elif statuses[0] == 401:
        yield wrong(
            "line.signature",
            "動いている web の LINE_CHANNEL_SECRET が、この設定と違います",
            "the web that runs has another LINE_CHANNEL_SECRET than these settings",
            asked.to_start("web"),
            statuses=statuses,
        )
    else:
        ja, en = (advice.BY_STATUS.get(statuses[0]) or advice.BY_REASON["ERROR_STATUS_CODE"]).split(
            "\n"
        )
        yield wrong(
            "line.signature",
            f"Webhook が {statuses[0]} と答えます。{ja}",
            f"the webhook answers {statuses[0]}: {en}",
            f"curl -si {checkup.our_webhook()} -d ''",
            statuses=statuses,
        )


def _called(asked: Asked, secret: bytes) -> int:
    signed = base64.b64encode(hmac.digest(secret, _EMPTY, hashlib.sha256)).decode()
    headers = {"x-line-signature": signed, "content-type": "application/json"}
    with http() as client:
        return client.post(checkup.our_webhook(), content=_EMPTY, headers=headers).status_code


def _quota(asked: Asked) -> Iterator[Finding]:
    quota = account.quota()
    shown = f"{quota.used:,}" + ("" if quota.limit is None else f" / {quota.limit:,}")
    ja, en = f"今月のプッシュ {shown}", f"pushes this month {shown}"
    details = {"used": quota.used, "limit": quota.limit}
    to_type = "# LINE Official Account Manager → 設定 → お支払い(プラン / plan)"
    if quota.is_used_up:
        yield wrong(
            "line.quota", f"{ja}。もう送れません", f"{en}: none is left", to_type, **details
        )
    elif quota.is_nearly_used:
        yield warning("line.quota", ja, en, to_type, **details)
    else:
        yield right("line.quota", ja, en, **details)


def _menu(asked: Asked) -> Iterator[Finding]:
    there = rich_menus.aliases()
    lacking = [language for language in languages() if alias_of(language) not in there]
    if lacking:
        yield warning(
            "line.menu",
            f"リッチメニューがありません({', '.join(lacking)})",
            f"there is no rich menu for {', '.join(lacking)}",
            f"{asked.michi} line setup",
            languages=lacking,
        )
    else:
        yield right("line.menu", "リッチメニューがあります", "the rich menus are up")


_LINE: Final = ("LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_URL", "line")
CHECKS: Final = (
    Check(
        "line.token",
        _token,
        ("LINE_CHANNEL_ACCESS_TOKEN", "LINE_API_URL"),
        opens="line",
        seconds=15,
    ),
    Check("line.chat_mode", _chat_mode, _LINE),
    Check("line.webhook", _webhook, (*_LINE, "PUBLIC_URL")),
    Check("line.signature", _signed, ("LINE_CHANNEL_SECRET", "PUBLIC_URL", "web"), seconds=20),
    Check("line.test", _test, (*_LINE, "PUBLIC_URL"), seconds=35),
    Check("line.quota", _quota, _LINE),
    Check("line.menu", _menu, _LINE),
)
