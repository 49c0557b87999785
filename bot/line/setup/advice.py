"""What to do about each thing that can be wrong with the channel at LINE. Pure."""

from collections.abc import Mapping
from typing import Final

TOKEN: Final = (
    "LINE Developers の「Messaging API設定」でチャネルアクセストークンを発行し、"
    "LINE_CHANNEL_ACCESS_TOKEN に設定してください\n"
    "Issue a channel access token at LINE Developers and set LINE_CHANNEL_ACCESS_TOKEN"
)
CHAT_MODE: Final = (
    "LINE Official Account Manager の「応答設定」でチャットをオフにしてください\n"
    "Switch chat off in LINE Official Account Manager, response settings"
)
NEEDS_HTTPS: Final = (
    "LINE は、インターネットから届く https のアドレスだけに送ります。"
    "PUBLIC_URL をそのアドレスにしてください\n"
    "LINE sends only to https addresses that the internet reaches: set PUBLIC_URL to one"
)
FIRST_PUBLIC_URL: Final = "先に PUBLIC_URL を直してください\nMend PUBLIC_URL first"
ENTER: Final = (
    "{ours} を設定してください(--set-webhook で設定できます)\nEnter {ours} (--set-webhook does it)"
)
SWITCH_ON: Final = (
    "LINE Developers の「Messaging API設定」で「Webhookの利用」をオンにしてください\n"
    "Switch “Use webhook” on at LINE Developers, Messaging API"
)
QUOTA_GONE: Final = (
    "今月はプッシュを送れません。プランを上げるか、来月まで待ってください。受付と返信は続きます\n"
    "No more pushes this month: change the plan or wait. Reports and replies go on"
)
LATER: Final = (
    "使っている人がいるので残しました。1時間後にもう一度実行してください\n"
    "They are in use and LINE could not move their people: run this again in an hour"
)
LINE_AWAY: Final = (
    "この機械から LINE_API_URL と LINE_DATA_API_URL に届くか確かめ、"
    "少し待ってからやり直してください\n"
    "See whether this machine reaches LINE_API_URL and LINE_DATA_API_URL, wait a little, try again"
)
ASK_LINE: Final = (
    "LINE の説明を読み、設定を確かめてください\nRead what LINE says and check the settings"
)
BY_WORDS: Final[Mapping[str, str]] = {
    "Invalid webhook endpoint URL": (
        "LINE はそのアドレスを使えません。"
        "PUBLIC_URL のつづりと、その名前が DNS にあるかを確かめてください\n"
        "LINE cannot use that address: check the spelling of PUBLIC_URL and that DNS knows its name"
    ),
}
"""By LINE's own words in a refusal."""
BY_REASON: Final[Mapping[str, str]] = {
    "COULD_NOT_CONNECT": (
        "つながりません。PUBLIC_URL、DNS、証明書、ファイアウォールを確かめてください\n"
        "LINE cannot connect: check PUBLIC_URL, DNS, the certificate and the firewall"
    ),
    "REQUEST_TIMEOUT": (
        "2秒以内に応答がありません。web とデータベースが動いているか確かめてください\n"
        "No answer within 2 seconds: see whether web and the database run"
    ),
    "ERROR_STATUS_CODE": (
        "エラーが返りました。web のログを見てください\nAn error came back: look at the log of web"
    ),
    "REDIRECT": (
        "別のアドレスへ転送されます。LINE は転送を追いません。"
        "PUBLIC_URL を転送先のアドレスにしてください\n"
        "It redirects, which LINE does not follow: set PUBLIC_URL to the address it leads to"
    ),
    "UNCLASSIFIED": (
        "原因が分かりません。web のログを見て、少し待ってからやり直してください\n"
        "LINE cannot say why: look at the log of web, wait a little, and try again"
    ),
}
BY_STATUS: Final[Mapping[int, str]] = {
    401: (
        "署名が合いません。LINE_CHANNEL_SECRET をこのチャネルのものにしてください\n"
        "The signature does not fit: set LINE_CHANNEL_SECRET to this channel's secret"
    ),
    404: (
        "そのアドレスに Michi がありません。PUBLIC_URL とプロキシの設定を確かめてください\n"
        "Michi is not at that address: check PUBLIC_URL and the proxy"
    ),
    502: (
        "プロキシから web に届きません。web が動いているか確かめてください\n"
        "The proxy does not reach web: see whether web runs"
    ),
    503: (
        "データベースに届きません。DATABASE_URL と /readyz を確かめてください\n"
        "The database is away: check DATABASE_URL and /readyz"
    ),
}
