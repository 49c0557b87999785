"""What one installation may set, read from the environment once (see .env.example)."""

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    AliasChoices,
    Field,
    PrivateAttr,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

import setting_checks
import setting_servers
import setting_words

ROOT = Path(__file__).parent
ENV_FILE: Final = "MICHI_ENV_FILE"
"""The variable that names a file of settings; empty: none is read."""
_PROXIES_OTHER_NAME: Final = "forwarded_allow_ips"
"""Uvicorn's own."""
HANDED_OVER: Final[dict[str, str]] = {}
"""Settings by their fields that came past the environment, which others of this user can read in
/proc (cli/env_file.py); the environment wins."""


class WrongSettings(SystemExit):
    """A process whose settings are wrong ends where it reads them, with status 1. `code` holds a
    sentence for each of them, in Japanese and in English; never what was set."""


class Settings(BaseSettings):
    """Secrets have no defaults: a process without them does not start. Empty means not set."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)
    _wrong: dict[str, str] = PrivateAttr(default_factory=dict)

    database_url: Annotated[str, AfterValidator(setting_servers.database)]
    database_owner_url: Annotated[str, AfterValidator(setting_servers.other_database)] = ""
    database_direct_url: Annotated[str, AfterValidator(setting_servers.other_database)] = ""
    redis_url: Annotated[str, AfterValidator(setting_servers.redis)]
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
    secret_keys_also: Annotated[SecretStr, AfterValidator(setting_checks.other_keys)] = SecretStr(
        ""
    )
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
    line_channel_secret_also: Annotated[SecretStr, AfterValidator(setting_checks.other_secret)] = (
        SecretStr("")
    )
    line_channel_access_token: Annotated[SecretStr, AfterValidator(setting_checks.secret)]
    line_channel_access_token_also: Annotated[
        SecretStr, AfterValidator(setting_checks.other_secret)
    ] = SecretStr("")
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
    push_yen: float = Field(default=0.0, ge=0, le=1000)
    crew_undo_seconds: int = Field(default=60, ge=0, le=600)
    webhook_max_bytes: int = Field(default=1_048_576, gt=0)
    webhook_hosts: Annotated[str, AfterValidator(setting_checks.hosts)] = ""
    resident_photos_per_hour: int = Field(default=60, ge=0)
    resident_drafts_per_hour: int = Field(default=30, ge=0)
    resident_tickets_per_hour: int = Field(default=20, ge=0)
    open311_media_hosts: Annotated[str, AfterValidator(setting_checks.media_hosts)] = ""
    public_per_minute: int = Field(default=600, ge=0)
    embed_origins: Annotated[str, AfterValidator(setting_checks.origins)] = ""
    phone_accuracy_m: float = Field(default=20.0, ge=0, le=1000)
    audit_years: int = Field(default=5, ge=1, le=100)
    metrics_token: Annotated[SecretStr, AfterValidator(setting_checks.token_or_none)] = SecretStr(
        ""
    )
    metrics_networks: Annotated[str, AfterValidator(setting_checks.proxies)] = "127.0.0.0/8,::1"
    otel_exporter_otlp_endpoint: Annotated[str, AfterValidator(setting_checks.collector)] = ""
    backup_url: Annotated[str, AfterValidator(setting_checks.other_store)] = ""
    backup_public_key: Annotated[
        str, AfterValidator(setting_checks.public_keys), Field(validate_default=True)
    ] = ""
    backup_keep: Annotated[str, AfterValidator(setting_checks.keep)] = setting_checks.USUAL_KEEP
    backup_erased_url: Annotated[str, AfterValidator(setting_checks.other_store)] = ""
    backup_cluster_url: Annotated[str, AfterValidator(setting_servers.other_database)] = ""
    backup_wal_folder: Annotated[str, AfterValidator(setting_checks.folder)] = ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment, then what was handed over past it."""
        return init_settings, env_settings, InitSettingsSource(settings_cls, HANDED_OVER)

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
    def redis_sentinels(self) -> setting_servers.Sentinels | None:
        """Who says where Redis is; none where the address itself does."""
        return setting_servers.sentinels(self.redis_url)

    @property
    def is_secure(self) -> bool:
        """Whether people reach this site by https."""
        return self.public_url.startswith("https://")

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """SECRET_KEY, with which all is signed and sealed, then those that are only read."""
        others = setting_checks.keys_in(self.secret_keys_also)
        return (self.secret_key.get_secret_value(), *others)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            if name in Settings.model_fields and name in self._wrong:
                raise WrongSettings(self._wrong[name])
            return super().__getattr__(name)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Whoever asks for one that is missing or wrong gets WrongSettings, which names it."""
    made, wrong = _read()
    made._wrong = wrong
    return made


def needed(*names: str) -> Settings:
    """Before something begins that needs these, or all where none is named, as what serves others
    does. Raises WrongSettings naming every one that is missing or wrong, and what is wanted."""
    wrong = settings()._wrong
    if lacks := [why for name, why in wrong.items() if not names or name in names]:
        raise WrongSettings("\n".join(lacks))
    return settings()


def _read() -> tuple[Settings, dict[str, str]]:
    """What may be used, and a sentence for each that may not."""
    try:
        return Settings(), {}  # type: ignore[call-arg]  # the environment gives them
    except ValidationError as found:
        wrong = dict(_sentences(found))
    made = Settings.model_construct()
    for name in wrong:
        made.__dict__.pop(name, None)
    for named, value in (HANDED_OVER | EnvSettingsSource(Settings)()).items():
        if (name := _field_of(named)) in Settings.model_fields and name not in wrong:
            Settings.__pydantic_validator__.validate_assignment(made, name, value)
    return made, wrong


def _sentences(wrong: ValidationError) -> Iterator[tuple[str, str]]:
    """By its field."""
    for error in wrong.errors(include_context=False):
        field = name = _field_of(str(error["loc"][0]))
        is_missing = error["type"] == "missing"
        ja, en = ("がありません", "is not set") if is_missing else setting_words.CANNOT_BE
        japanese, english = setting_words.WANTED[field]
        if is_missing:
            japanese, english = map(str.__add__, (japanese, english), _where())
        elif setting_checks.is_wrapped(str(error["input"])):
            japanese, english = map(str.__add__, (japanese, english), setting_words.WRAPPED)
        if field == "trusted_proxies" and not os.environ.get(field.upper()):
            name = _PROXIES_OTHER_NAME
        yield field, f"✗ {name.upper()} {ja}。必要なもの: {japanese} / {en}. Wanted: {english}"


def _field_of(named: str) -> str:
    return "trusted_proxies" if named == _PROXIES_OTHER_NAME else named


def _where() -> tuple[str, str]:
    """From where settings were read, and where they are told."""
    file = os.environ.get(ENV_FILE)
    ja = f"{file} と環境変数" if file else "環境変数だけ"
    en = f"{file} and the environment" if file else "the environment alone"
    return (
        f"(読んだもの: {ja}。{setting_words.TOLD_IN[0]})",
        f" (read: {en}; {setting_words.TOLD_IN[1]})",
    )
