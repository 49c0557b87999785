"""Settings are checked when they are read: one sentence for each that is missing or wrong."""

from collections.abc import Iterator

import pytest

from settings import _WANTED, Settings, WrongSettings, settings

RIGHT = {
    "DATABASE_URL": "postgresql://michi:p%40ss@db.example.jp:5432/michi",
    "REDIS_URL": "redis://127.0.0.1:6379/0",
    "PHOTO_STORE_URL": "file:///srv/michi/photos",
    "PUBLIC_URL": "https://michi.example.jp",
    "SECRET_KEY": "0123456789abcdef" * 2,
    "LINE_CHANNEL_SECRET": "a secret",
    "LINE_CHANNEL_ACCESS_TOKEN": "a token",
    "LINE_API_URL": "",
    "LINE_DATA_API_URL": "",
    "SMTP_URL": "",
    "TZ": "",
    "PORT": "",
    "PUSH_GATHER_SECONDS": "",
    "WEBHOOK_MAX_BYTES": "",
}
WRONG = {
    "DATABASE_URL": ("", "mysql://there/michi", "michi"),
    "REDIS_URL": ("", "http://there", "redis://there:port"),
    "PHOTO_STORE_URL": ("", "/srv/photos", "file:///", "s3://", "https://there/photos"),
    "PUBLIC_URL": ("", "roads.example.jp", "ftp://roads.example.jp", "https://", "https://a:b"),
    "SECRET_KEY": ("", "x", "0" * 31),
    "LINE_CHANNEL_SECRET": ("",),
    "LINE_CHANNEL_ACCESS_TOKEN": ("",),
    "LINE_API_URL": ("http://api.line.me", "api.line.me", "http://10.0.0.1:80"),
    "LINE_DATA_API_URL": ("http://there", "ftp://127.0.0.1"),
    "SMTP_URL": ("mail.example.jp:25", "smtp://", "http://mail.example.jp"),
    "TZ": ("Asia/Nowhere", "JST-9", "Asia", "../etc/passwd"),
    "PORT": ("80000", "web"),
    "PUSH_GATHER_SECONDS": ("-1", "soon"),
    "WEBHOOK_MAX_BYTES": ("0", "1 MB"),
}


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in RIGHT.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.parametrize(("name", "value"), [(n, v) for n, vs in WRONG.items() for v in vs])
def test_a_wrong_setting_is_named_in_both_languages_and_never_shown(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as wrong:
        settings()
    (sentence,) = str(wrong.value).splitlines()
    assert sentence.startswith(f"✗ {name} ")
    japanese, _, english = sentence.partition(" / ")
    assert "必要なもの: " in japanese
    assert "Wanted: " in english
    assert ("is not set" in english) == (value == "")
    assert len(value) < 9 or value not in sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://michi@/michi?host=/run/postgresql"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("PHOTO_STORE_URL", "s3://bucket/prefix"),
        ("PUBLIC_URL", "http://127.0.0.1:8000"),
        ("LINE_API_URL", "http://[::1]:8100"),
        ("LINE_DATA_API_URL", "http://localhost:8101"),
        ("SMTP_URL", "smtps://user:p%40ss@mail.example.jp"),
        ("TZ", "America/New_York"),
    ],
)
def test_what_may_be_set_is_taken_as_it_is(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    taken = getattr(settings(), name.lower())
    assert (taken if isinstance(taken, str) else taken.get_secret_value()) == value


def test_every_setting_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RIGHT:
        monkeypatch.delenv(name)
    with pytest.raises(WrongSettings) as wrong:
        settings()
    assert len(str(wrong.value).splitlines()) == 7


def test_whatever_can_be_wrong_has_a_sentence() -> None:
    anything_goes = {"host", "mail_from", "map_tiles_url", "map_tiles_attribution"}
    assert set(_WANTED) == set(Settings.model_fields) - anything_goes
