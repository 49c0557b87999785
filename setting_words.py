"""What is wanted of each setting, in Japanese and in English."""

from typing import Final

import setting_checks

TOLD_IN: Final = (
    ".env.example と docs/running/commands.md を見てください",
    "see .env.example and docs/running/commands.md",
)
_KEY_LETTERS: Final = setting_checks.SHORTEST_KEY
CANNOT_BE: Final = ("は使えません", "cannot be used")
WRAPPED: Final = (
    "。引用符や空白が付いていませんか",
    "; are there quotes or blanks around it?",
)
_ENCODED: Final = (
    "(パスワードの @ : / ? # % は %40 のような形にします)",
    " (percent-encode @ : / ? # % of the password)",
)
_SO_MANY: Final = ("0 以上の整数(0 なら制限なし)", "a whole number, 0 for no limit")
_OF_OIDC: Final = (
    "認証サーバーに登録したもの。OIDC_ISSUER と一緒に、3 つとも設定するか、3 つとも空にします",
    "as registered with the provider: OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET are set"
    " together, or none of them",
)
_BACKUPS: Final = (
    "file:///フォルダー(/ から始まる絶対パス)か s3://バケット/接頭辞 の形。写真の置き場の外",
    "file:///folder (an absolute path) or s3://bucket/prefix, not where photos are kept",
)
_LINE_ADDRESS: Final = (
    "https:// で始まるアドレス(この機械の中なら http:// でも可)",
    "an https:// address, or http:// on this machine",
)
_SECRET_OF_LINE: Final = (
    "LINE のチャネルシークレット(半角の英数字)",
    "the LINE channel's secret, in plain ASCII",
)
_TOKEN_OF_LINE: Final = (
    "LINE のチャネルアクセストークン(半角の英数字)",
    "the LINE channel's access token, in plain ASCII",
)
_IDLE: Final = ("5〜720 の整数(分)", "a whole number of minutes from 5 to 720")
_DATABASE: Final = (
    "postgresql://利用者:パスワード@ホスト:5432/michi の形" + _ENCODED[0],
    "postgresql://user:password@host:5432/michi or the like" + _ENCODED[1],
)
WANTED: Final = {
    "database_url": _DATABASE,
    "database_owner_url": _DATABASE,
    "database_direct_url": _DATABASE,
    "redis_url": (
        "redis://ホスト:6379/0 か rediss://利用者:パスワード@ホスト:6380/0 か unix:///ソケット か"
        " redis+sentinel://ホスト:26379,ホスト:26379/名前/0 の形" + _ENCODED[0],
        "redis://host:6379/0, rediss://user:password@host:6380/0, unix:///socket or"
        " redis+sentinel://host:26379,host:26379/name/0" + _ENCODED[1],
    ),
    "photo_store_url": (
        "file:///フォルダー(/ から始まる絶対パス)か s3://バケット/接頭辞 の形",
        "file:///folder (an absolute path) or s3://bucket/prefix",
    ),
    "public_url": (
        "https://michi.example.jp のような、このサイトのアドレス",
        "this site's address, such as https://michi.example.jp",
    ),
    "trusted_proxies": (
        "プロキシのアドレスか範囲をコンマで区切ったもの"
        "(例: 10.0.0.5,172.18.0.0/16。すべてを表す * と /0 は使えません)",
        "addresses or networks of proxies with commas between, such as 10.0.0.5,172.18.0.0/16"
        " (* and a network of /0 are everybody)",
    ),
    "idle_minutes": _IDLE,
    "idle_minutes_outside": _IDLE,
    "second_factor_roles": (
        "役割をコンマで区切ったもの(viewer, department, staff, administrator, crew, contractor)",
        "roles with commas between: viewer, department, staff, administrator, crew, contractor",
    ),
    "prove_again_minutes": ("1〜60 の整数(分)", "a whole number of minutes from 1 to 60"),
    "port": ("0 から 65535 までの整数", "a whole number from 0 to 65535"),
    "secret_key": (
        f"{_KEY_LETTERS}文字以上の、推測できない半角の文字列(例: openssl rand -hex 32)",
        f"{_KEY_LETTERS} ASCII characters or more that nobody can guess (openssl rand -hex 32)",
    ),
    "secret_keys_also": (
        "ほかにも読める鍵。SECRET_KEY と同じ条件のものを、コンマで区切ります"
        "(鍵の中の , と % は %2C と %25)",
        "keys that are read as well, each as SECRET_KEY, with commas between"
        " (%2C and %25 for , and % of a key)",
    ),
    "oidc_issuer": (
        "https:// で始まる、認証サーバーの issuer(例: https://login.example.jp/realms/city)。"
        "/.well-known/… は付けません",
        "the provider's issuer, https:// as it names itself, without /.well-known/…",
    ),
    "oidc_client_id": _OF_OIDC,
    "oidc_client_secret": _OF_OIDC,
    "oidc_groups_claim": (
        "クレームの名前(例: groups、realm_access.roles)",
        "the name of a claim, such as groups or realm_access.roles",
    ),
    "oidc_scopes": (
        "空白で区切ったスコープ。openid を含みます(例: openid profile email)",
        "scopes with blanks between, openid among them",
    ),
    "oidc_name": ("40 文字までの言葉", "words of 40 letters at the most"),
    "passwords_only_for": (
        "緊急用の管理者の、サインインの名前(OIDC_ISSUER があるときだけ)",
        "the name by which the emergency administrator signs in; only with OIDC_ISSUER",
    ),
    "line_channel_secret": _SECRET_OF_LINE,
    "line_channel_secret_also": _SECRET_OF_LINE,
    "line_channel_access_token": _TOKEN_OF_LINE,
    "line_channel_access_token_also": _TOKEN_OF_LINE,
    "line_api_url": _LINE_ADDRESS,
    "line_data_api_url": _LINE_ADDRESS,
    "smtp_url": (
        "smtp://利用者:パスワード@ホスト:25 か smtps://… の形(空欄なら送りません)" + _ENCODED[0],
        "smtp://user:password@host:25 or smtps://… (empty sends no mail)" + _ENCODED[1],
    ),
    "mail_from": (
        "ひとつのアドレス(例: 道路管理課 <road@city.example.jp>)",
        "one address, such as Road division <road@city.example.jp>",
    ),
    "open311_media_hosts": (
        "コンマで区切ったホスト名(例: photos.example.jp)か http://10.0.0.5:8080 の形",
        "hosts such as photos.example.jp, or http://10.0.0.5:8080, with commas between",
    ),
    "tz": ("Asia/Tokyo のような時間帯の名前", "the name of a time zone such as Asia/Tokyo"),
    "push_yen": ("0 から 1000 の数(円)", "a number of yen, 0 to 1000"),
    "push_gather_seconds": ("0 以上の整数(秒)", "a whole number of seconds, 0 or more"),
    "crew_undo_seconds": ("0 から 600 の整数(秒)", "a whole number of seconds, 0 to 600"),
    "webhook_max_bytes": ("1 以上の整数(バイト)", "a whole number of bytes, 1 or more"),
    "webhook_hosts": (
        "ホストの名前・アドレス・範囲をコンマで区切ったもの(例: gis.city.example.jp,10.1.0.0/16)",
        "names of hosts, addresses and networks with commas between, such as"
        " gis.city.example.jp,10.1.0.0/16",
    ),
    "resident_photos_per_hour": _SO_MANY,
    "resident_drafts_per_hour": _SO_MANY,
    "resident_tickets_per_hour": _SO_MANY,
    "public_per_minute": _SO_MANY,
    "embed_origins": (
        "https://www.city.example.jp のようなサイトをコンマで区切ったもの、または *(すべて)",
        "sites such as https://www.city.example.jp with commas between, or * for every site",
    ),
    "phone_accuracy_m": ("0〜1000(メートル)", "metres, from 0 to 1000"),
    "metrics_token": (
        f"{setting_checks.SHORTEST_TOKEN}文字以上の、推測できない半角の文字列"
        "(例: openssl rand -hex 32)",
        f"{setting_checks.SHORTEST_TOKEN} ASCII characters or more that nobody can guess"
        " (openssl rand -hex 32)",
    ),
    "metrics_networks": (
        "アドレスか範囲をコンマで区切ったもの"
        "(例: 127.0.0.1,10.0.0.0/24。すべてを表す /0 は使えません)",
        "addresses or networks with commas between, such as 127.0.0.1,10.0.0.0/24 (a network of /0"
        " is everybody)",
    ),
    "otel_exporter_otlp_endpoint": (
        "OpenTelemetry コレクターの OTLP/HTTP のアドレス(例: http://127.0.0.1:4318)",
        "the address of an OpenTelemetry collector's OTLP/HTTP, such as http://127.0.0.1:4318",
    ),
    "audit_years": ("1〜100 の整数(年)", "a whole number of years from 1 to 100"),
    "backup_url": _BACKUPS,
    "backup_public_key": (
        "age の公開鍵(age1… 、いくつかあればコンマで区切る。BACKUP_URL と一緒に)",
        "public keys of age (age1…), with commas between; together with BACKUP_URL",
    ),
    "backup_keep": (
        "残す日・週・月の数(例: 14d 5w 3m)",
        "how many days, weeks and months to keep, such as 14d 5w 3m",
    ),
    "backup_erased_url": _BACKUPS,
    "backup_cluster_url": _DATABASE,
    "backup_wal_folder": (
        "フォルダーの絶対パス(例: /var/lib/postgresql/wal-out)",
        "the absolute path of a folder",
    ),
}
"""What is wanted of each setting that can be missing or wrong."""
