"""Settings are checked when they are read: one sentence for each that is missing or wrong."""

from collections.abc import Iterator

import pytest

from setting_words import WANTED
from settings import Settings, WrongSettings, needed, settings

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
    "MAIL_FROM": "",
    "TZ": "",
    "PORT": "",
    "TRUSTED_PROXIES": "",
    "OIDC_ISSUER": "https://login.example.jp/realms/city/",
    "OIDC_CLIENT_ID": "michi",
    "OIDC_CLIENT_SECRET": "a secret of the client's",
    "OIDC_GROUPS_CLAIM": "",
    "OIDC_SCOPES": "",
    "OIDC_NAME": "",
    "PASSWORDS_ONLY_FOR": "",
    "PUSH_GATHER_SECONDS": "",
    "PUSH_YEN": "3",
    "CREW_UNDO_SECONDS": "",
    "WEBHOOK_MAX_BYTES": "",
    "RESIDENT_PHOTOS_PER_HOUR": "",
    "RESIDENT_DRAFTS_PER_HOUR": "",
    "RESIDENT_TICKETS_PER_HOUR": "",
    "PUBLIC_PER_MINUTE": "",
    "EMBED_ORIGINS": "",
    "OPEN311_MEDIA_HOSTS": "photos.example.jp, http://10.0.0.5:8080",
}
WRONG: dict[str, tuple[str, ...]] = {
    "DATABASE_URL": (
        "", "mysql://there/michi", "michi", "postgresql://a:b@there:port/michi",
        "postgresql://michi:Geheim@wort@there/michi", "postgresql://a:b@there/michi\r",
        '"postgresql://a:b@there/michi"', "postgresql://michi:Ge/heim@there/michi",
        "postgresql://michi:Ge%heim@there/michi", "postgresql://michi@%2Frun%2Fpostgresql/michi",
        "postgresql://there:/michi", "postgresql://there:99999/michi", "postgresql://?sslmode=require",
        "postgresql:///", "postgres://there/michi", "postgresql+asyncpg://there/michi",
        "postgresql://there/michi?geheim=1", "postgresql://one:99999,other/michi",
        "postgresql://one:port,other:5432/michi", "postgresql://a:Geheim@wort@one:1,other:2/michi",
    ),
    "DATABASE_DIRECT_URL": ("mysql://there/michi",),
    "REDIS_URL": (
        "", "http://there", "redis://there:port", "redis://", "redis:///0", "redis:there",
        "REDIS://there", "redis+sentinel://there", "redis://:12/Geheim@there:6379/0",
        "redis://:12#Geheim@there:6379/0", "redis://:12?Geheim@there:6379/0",
        "redis+sentinel://there/0/geheim", "redis+sentinel://there/michi/0?geheim=1",
        "redis+sentinel://there:99999/michi", "redis+sentinel://a:Geheim@wort@there/michi",
        "rediss+sentinel://there/michi?ssl_cert_reqs=bogus", "redis+sentinel://one,,two/michi",
        "redis://michi#x:Geheim@there", "redis://there/geheim", "redis://there/0?protocol=9",
        "rediss://there/0?ssl_cert_reqs=bogus", "redis://there/0?geheim=1",
        "redis://there/0?socket_timeout=geheim", "unix://run/redis.sock", "unix:///",
        "unix://:Geheim#x@/run/redis.sock",
    ),
    "PHOTO_STORE_URL": (
        "", "/srv/photos", "file:///", "s3://", "https://there/photos", "file://srv/michi/photos",
        "file:photos", "file://./photos", "file:/srv/photos", "file:///srv/photos\r",
    ),
    "PUBLIC_URL": (
        "", "roads.example.jp", "ftp://roads.example.jp", "https://", "https://a:b",
        "https://roads.example.jp\r", " https://roads.example.jp", "https://roads example.jp",
        "https://roads.example.jp/?a=b", "https://roads.example.jp/#top", "https://https://a.jp",
        "https://user:pw@roads.example.jp", "https://roads..jp",
    ),
    "SECRET_KEY": ("", "x", "0" * 31, " " * 40, '"' + "0" * 40 + '"', "0" * 40 + "\r", "鍵" * 40),
    "LINE_CHANNEL_SECRET": ("", '"a-channel-secret"', "a channel secret ", "a secret\r", " "),
    "LINE_CHANNEL_ACCESS_TOKEN": ("", "'an-access-token'", "an access token\n", "トークン", "a\tb"),
    "LINE_API_URL": ("http://api.line.me", "api.line.me", "http://10.0.0.1:80"),
    "LINE_DATA_API_URL": ("http://there", "ftp://127.0.0.1"),
    "SMTP_URL": (
        "mail.example.jp:25", "smtp://", "http://mail.example.jp", "smtp://mail.example.jp:port",
        "smtp:mail.example.jp", "smtp://a:12/Geheim@mail.example.jp",
        "smtp://a:12#Geheim@mail.example.jp", "smtp://a:12?Geheim@mail.example.jp",
        "smtp://:Geheim@mail.example.jp", "smtp://mail.example.jp/geheim",
        "smtp://mail.example.jp?tls=require", "smtp://mail.example.jp?starttls",
    ),
    "MAIL_FROM": (
        "road", "道路管理課", '"road@example.jp"', "road@example.jp, b@example.jp", "a..b@x.jp",
        "Road <road@example.jp>\r",
    ),
    "TZ": ("Asia/Nowhere", "JST-9", "Asia", "../etc/passwd"),
    "PORT": ("80000", "web"),
    "TRUSTED_PROXIES": (
        "*", "proxy.example.jp", "10.0.0.5/8", "0.0.0.0/0", "10.0.0.1,::/0", "10.0.0.1:80", ",",
        "10.0.0.1\r",
    ),
    "OIDC_ISSUER": (
        "sso.example.jp", "http://sso.example.jp", "https://sso.example.jp/?tenant=geheim",
        "https://sso.example.jp/.well-known/openid-configuration", " https://sso.example.jp",
        "https://geheim@login.example.jp",
    ),
    "OIDC_CLIENT_SECRET": ("シークレット", '"a-secret"', "a secret\r"),
    "OIDC_CLIENT_ID": ("michi\r",),
    "OIDC_GROUPS_CLAIM": ("a..b", "groups\r"),
    "OIDC_SCOPES": ("profile mails",),
    "OIDC_NAME": ("x" * 41,),
    "PASSWORDS_ONLY_FOR": ("admin\r",),
    "PUSH_GATHER_SECONDS": ("-1", "soon"),
    "PUSH_YEN": ("-1", "free"),
    "CREW_UNDO_SECONDS": ("-1", "601"),
    "WEBHOOK_MAX_BYTES": ("0", "1 MB"),
    "IDLE_MINUTES": ("0", "2h"),
    "IDLE_MINUTES_OUTSIDE": ("4", "1000"),
    "SECOND_FACTOR_ROLES": ("boss", "staff,", "staff;crew"),
    "PROVE_AGAIN_MINUTES": ("0", "61"),
    "RESIDENT_PHOTOS_PER_HOUR": ("-1", "many"),
    "RESIDENT_DRAFTS_PER_HOUR": ("-1", "1.5"),
    "RESIDENT_TICKETS_PER_HOUR": ("-1", "none"),
    "PUBLIC_PER_MINUTE": ("-1", "many"),
    "WEBHOOK_HOSTS": ("0.0.0.0/0", "gis inside", "10.0.0.0/99", "*"),
    "EMBED_ORIGINS": (
        "roads.example.jp", "https://there.example.jp/roads", "https://a.example.jp,",
        "https://a.example.jp https://b.example.jp", "https://*.example.jp",
    ),
    "OPEN311_MEDIA_HOSTS": (
        "https://there/photos", "ftp://there", "a.example.jp,", "https://me@there", "there:port",
    ),
    "BACKUP_URL": ("/mnt/backup", "file:///srv/michi/photos/backups"),
    "BACKUP_PUBLIC_KEY": ("age1geheim", "AGE-SECRET-KEY-1GEHEIM"),
    "BACKUP_KEEP": ("0d", "14", "5w"),
    "BACKUP_ERASED_URL": ("https://there/erased",),
    "BACKUP_CLUSTER_URL": ("mysql://there/michi",),
    "BACKUP_WAL_FOLDER": ("wal", "/"),
}  # fmt: skip


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
        needed()
    (sentence,) = str(wrong.value).splitlines()
    assert sentence.startswith(f"✗ {name} ")
    japanese, _, english = sentence.partition(" / ")
    assert "必要なもの: " in japanese
    assert "Wanted: " in english
    assert ("is not set" in english) == (value == "")
    shown = value.strip("\"'\r\n ")
    assert len(shown) < 9 or shown not in sentence
    assert "geheim" not in sentence.casefold()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql://michi@/michi?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql+psycopg://a:p%2F%23@[::1]:5432/michi"),
        ("DATABASE_URL", "postgresql://a:b:c#d?e@there:5432/michi?sslmode=require"),
        ("DATABASE_URL", "postgresql://a@one,other/michi?target_session_attrs=read-write"),
        ("DATABASE_URL", "postgresql:///michi"),
        ("DATABASE_DIRECT_URL", "postgresql://a@/michi?host=one,other&port=5432,5433"),
        (
            "REDIS_URL",
            "redis+sentinel://a:p%40ss@one:26379,other,[::1]:5/michi/0?sentinel_password=x",
        ),
        ("REDIS_URL", "rediss+sentinel://one/michi?ssl_ca_certs=/etc/ssl/redis.pem"),
        ("REDIS_URL", "redis://there"),
        ("REDIS_URL", "redis://:p@ss@there:6379/0"),
        ("REDIS_URL", "rediss://michi:p%2F%23@there:6380/1?ssl_ca_certs=/etc/ssl/redis.pem"),
        ("REDIS_URL", "unix:///run/redis.sock?db=1"),
        ("REDIS_URL", "unix://michi:p%40ss@/run/redis.sock"),
        ("SMTP_URL", "smtp://a:p%2F%23@mail.example.jp:587?starttls=require"),
        ("SECRET_KEY", "four or five words that nobody guesses"),
        ("MAIL_FROM", "road@example.jp"),
        ("MAIL_FROM", "小金井市 道路管理課 <road@city.example.jp>"),
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


def test_several_database_servers_are_written_as_libpq_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a:b@[::1]:5433,other/michi?sslmode=require")
    kept = "postgresql://a:b@/michi?host=::1,other&port=5433,5432&sslmode=require"
    assert settings().database_url == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("HTTPS://Michi.Example.jp", "https://michi.example.jp"),
        ("https://michi.example.jp:443/roads", "https://michi.example.jp/roads"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("https://みち.example.jp", "https://xn--h9jzc.example.jp"),
    ],
)
def test_the_sites_address_is_kept_as_browsers_name_it(
    given: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", given)
    assert settings().public_url == kept


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("", ""),
        ("10.0.0.5", "10.0.0.5/32"),
        ("10.0.0.5, 172.18.0.0/16,fd00::/8", "10.0.0.5/32,172.18.0.0/16,fd00::/8"),
    ],
)
def test_whose_word_counts_is_kept_as_networks(
    given: str, kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRUSTED_PROXIES", given)
    assert settings().trusted_proxies == kept


def test_uvicorns_own_name_for_it_is_taken_and_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.5")
    assert settings().trusted_proxies == "10.0.0.5/32"
    settings.cache_clear()
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    with pytest.raises(WrongSettings) as wrong:
        needed()
    (sentence,) = str(wrong.value).splitlines()
    assert sentence.startswith("✗ FORWARDED_ALLOW_IPS は使えません")


def test_a_provider_is_set_whole_and_nobody_is_left_without_a_way_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for missing in ("OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET"):
        with monkeypatch.context() as without:
            without.setenv(missing, "")
            settings.cache_clear()
            with pytest.raises(WrongSettings, match=f"✗ {missing} "):
                needed()
    settings.cache_clear()
    monkeypatch.setenv("PASSWORDS_ONLY_FOR", "Kanri")
    assert settings().passwords_only_for == "kanri"
    settings.cache_clear()
    monkeypatch.setenv("OIDC_ISSUER", "")
    with pytest.raises(WrongSettings) as wrong:
        needed()
    named = [line.split()[1] for line in str(wrong.value).splitlines()]
    assert named == ["OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "PASSWORDS_ONLY_FOR"]


@pytest.mark.parametrize(
    ("value", "hinted"), [('"a-token"', True), ("a-token\r", True), ("トークン", False)]
)
def test_quotes_and_blanks_around_a_value_are_asked_about(
    value: str, hinted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LINE_CHANNEL_ACCESS_TOKEN", value)
    with pytest.raises(WrongSettings) as wrong:
        needed()
    for hint in ("引用符や空白が付いていませんか", "are there quotes or blanks around it?"):
        assert (hint in str(wrong.value)) == hinted


def test_every_setting_that_is_missing_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in RIGHT:
        monkeypatch.delenv(name)
    with pytest.raises(WrongSettings) as wrong:
        needed()
    assert len(str(wrong.value).splitlines()) == 7


def test_whatever_can_be_wrong_has_a_sentence() -> None:
    anything_goes = {"host", "map_tiles_url", "map_tiles_attribution"}
    assert set(WANTED) == set(Settings.model_fields) - anything_goes
