"""What one installation may set, read from the environment once (see .env.example)."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

import setting_checks

ROOT = Path(__file__).parent
_PROXIES_OTHER_NAME: Final = "forwarded_allow_ips"
"""Uvicorn's own."""


class WrongSettings(SystemExit):
    """A process whose settings are wrong ends where it reads them, with status 1. `code` holds a
    sentence for each of them, in Japanese and in English; never what was set."""


class Settings(BaseSettings):
    """Secrets have no defaults: a process without them does not start. Empty means not set."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: Annotated[str, AfterValidator(setting_checks.database)]
    database_owner_url: Annotated[str, AfterValidator(setting_checks.other_database)] = ""
    database_direct_url: Annotated[str, AfterValidator(setting_checks.other_database)] = ""
    redis_url: Annotated[str, AfterValidator(setting_checks.redis)]
    photo_store_url: Annotated[str, AfterValidator(setting_checks.photo_store)]
    public_url: Annotated[str, AfterValidator(setting_checks.site)]
    host: str = "0.0.0.0"
    port: int = Field(default=8000, ge=0, le=65_535)
    trusted_proxies: Annotated[
        str,
        AfterValidator(setting_checks.proxies),
        Field(validation_alias=AliasChoices("trusted_proxies", _PROXIES_OTHER_NAME)),
    ] = ""
    idle_minutes: int = Field(default=120, ge=5, le=720)
    idle_minutes_outside: int = Field(default=720, ge=5, le=720)
    second_factor_roles: Annotated[str, AfterValidator(setting_checks.roles)] = ""
    prove_again_minutes: int = Field(default=10, ge=1, le=60)
    secret_key: Annotated[
        SecretStr,
        AfterValidator(setting_checks.secret),
        AfterValidator(setting_checks.hard_to_guess),
    ]
    oidc_issuer: Annotated[str, AfterValidator(setting_checks.issuer)] = ""
    oidc_client_id: Annotated[
        str, AfterValidator(setting_checks.of_the_provider), Field(validate_default=True)
    ] = ""
    oidc_client_secret: Annotated[
        SecretStr,
        AfterValidator(setting_checks.secret_of_the_provider),
        Field(validate_default=True),
    ] = SecretStr("")
    oidc_groups_claim: Annotated[str, AfterValidator(setting_checks.claim)] = "groups"
    oidc_scopes: Annotated[str, AfterValidator(setting_checks.scopes)] = "openid profile email"
    oidc_name: str = Field(default="職員アカウント", max_length=40)
    passwords_only_for: Annotated[str, AfterValidator(setting_checks.with_a_provider)] = ""
    line_channel_secret: Annotated[SecretStr, AfterValidator(setting_checks.secret)]
    line_channel_access_token: Annotated[SecretStr, AfterValidator(setting_checks.secret)]
    line_api_url: Annotated[str, AfterValidator(setting_checks.not_overheard)] = (
        "https://api.line.me"
    )
    line_data_api_url: Annotated[str, AfterValidator(setting_checks.not_overheard)] = (
        "https://api-data.line.me"
    )
    smtp_url: Annotated[SecretStr, AfterValidator(setting_checks.mail_server)] = SecretStr("")
    mail_from: Annotated[str, AfterValidator(setting_checks.sender)] = ""
    tz: Annotated[str, AfterValidator(setting_checks.zone)] = "Asia/Tokyo"
    map_tiles_url: str = ""
    map_tiles_attribution: str = ""
    push_gather_seconds: int = Field(default=120, ge=0)
    crew_undo_seconds: int = Field(default=60, ge=0, le=600)
    webhook_max_bytes: int = Field(default=1_048_576, gt=0)
    resident_photos_per_hour: int = Field(default=60, ge=0)
    resident_drafts_per_hour: int = Field(default=30, ge=0)
    resident_tickets_per_hour: int = Field(default=20, ge=0)
    phone_accuracy_m: float = Field(default=20.0, ge=0, le=1000)
    audit_years: int = Field(default=5, ge=1, le=100)

    @property
    def base(self) -> str:
        """What each address of ours begins with, before its "/"."""
        return self.public_url.rstrip("/")

    @property
    def origin(self) -> str:
        """This site as browsers name it: https://michi.example.jp."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def redis_sentinels(self) -> setting_checks.Sentinels | None:
        """Who says where Redis is; none where the address itself does."""
        return setting_checks.sentinels(self.redis_url)

    @property
    def is_secure(self) -> bool:
        """Whether people reach this site by https."""
        return self.public_url.startswith("https://")


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Raises WrongSettings naming every setting that is missing or wrong, and what is wanted."""
    try:
        return Settings()  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as wrong:
        raise WrongSettings("\n".join(_sentences(wrong))) from None


def _sentences(wrong: ValidationError) -> Iterator[str]:
    for error in wrong.errors(include_context=False):
        name = str(error["loc"][0])
        ja, en = ("がありません", "is not set") if error["type"] == "missing" else _CANNOT_BE
        japanese, english = _WANTED[name]
        if error["type"] != "missing" and setting_checks.is_wrapped(str(error["input"])):
            japanese, english = japanese + _WRAPPED[0], english + _WRAPPED[1]
        if name == "trusted_proxies" and not os.environ.get(name.upper()):
            name = _PROXIES_OTHER_NAME
        yield f"✗ {name.upper()} {ja}。必要なもの: {japanese} / {en}. Wanted: {english}"


_KEY_LETTERS: Final = setting_checks.SHORTEST_KEY
_CANNOT_BE: Final = ("は使えません", "cannot be used")
_WRAPPED: Final = (
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
_LINE_ADDRESS: Final = (
    "https:// で始まるアドレス(この機械の中なら http:// でも可)",
    "an https:// address, or http:// on this machine",
)
_IDLE: Final = ("5〜720 の整数(分)", "a whole number of minutes from 5 to 720")
_DATABASE: Final = (
    "postgresql://利用者:パスワード@ホスト:5432/michi の形" + _ENCODED[0],
    "postgresql://user:password@host:5432/michi or the like" + _ENCODED[1],
)
_WANTED: Final = {
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
    "line_channel_secret": (
        "LINE のチャネルシークレット(半角の英数字)",
        "the LINE channel's secret, in plain ASCII",
    ),
    "line_channel_access_token": (
        "LINE のチャネルアクセストークン(半角の英数字)",
        "the LINE channel's access token, in plain ASCII",
    ),
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
    "tz": ("Asia/Tokyo のような時間帯の名前", "the name of a time zone such as Asia/Tokyo"),
    "push_gather_seconds": ("0 以上の整数(秒)", "a whole number of seconds, 0 or more"),
    "crew_undo_seconds": ("0 から 600 の整数(秒)", "a whole number of seconds, 0 to 600"),
    "webhook_max_bytes": ("1 以上の整数(バイト)", "a whole number of bytes, 1 or more"),
    "resident_photos_per_hour": _SO_MANY,
    "resident_drafts_per_hour": _SO_MANY,
    "resident_tickets_per_hour": _SO_MANY,
    "phone_accuracy_m": ("0〜1000(メートル)", "metres, from 0 to 1000"),
    "audit_years": ("1〜100 の整数(年)", "a whole number of years from 1 to 100"),
}
"""What is wanted of each setting that can be missing or wrong."""
