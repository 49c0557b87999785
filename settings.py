"""What one installation may set, read from the environment once (see .env.example)."""

from functools import lru_cache
from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parent


class Settings(BaseSettings):
    """Secrets have no defaults: a process without them does not start. Empty means not set."""

    model_config = SettingsConfigDict(extra="ignore", env_ignore_empty=True)

    database_url: str
    redis_url: str
    photo_store_url: str
    public_url: str
    host: str = "0.0.0.0"
    port: int = 8000
    secret_key: SecretStr
    line_channel_secret: SecretStr
    line_channel_access_token: SecretStr
    line_api_url: str = "https://api.line.me"
    line_data_api_url: str = "https://api-data.line.me"
    smtp_url: SecretStr = SecretStr("")
    mail_from: str = ""
    tz: str = "Asia/Tokyo"
    map_tiles_url: str = ""
    map_tiles_attribution: str = ""
    push_gather_seconds: int = Field(default=120, ge=0)
    webhook_max_bytes: int = Field(default=1_048_576, gt=0)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Raises pydantic's ValidationError naming every setting that is missing or wrong."""
    return Settings()  # type: ignore[call-arg]  # the environment gives them
