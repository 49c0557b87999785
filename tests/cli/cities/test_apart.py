"""Cities of one machine have nothing in common that is one city's own."""

import subprocess

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from cli.cities.apart import lacking, shared, taken_over
from cli.cities.waves import waves
from cli.install import database, given
from cli.install.layout import City

KOGANEI, CHOFU = City("koganei"), City("chofu")
OTHERS = {
    "koganei": {
        "PUBLIC_URL": "https://michi.koganei.example",
        "DATABASE_URL": "postgresql://michi_koganei_app:a@127.0.0.1:5432/michi_koganei",
        "REDIS_URL": "rediss://michi:a@redis.example:6380/1",
        "PHOTO_STORE_URL": "s3://photos/koganei",
        "LINE_CHANNEL_SECRET": "of koganei",
        "BACKUP_URL": "s3://copies/koganei",
    }
}


@pytest.mark.parametrize(
    ("mine", "found"),
    [
        ({}, []),
        ({"PUBLIC_URL": "https://michi.chofu.example"}, []),
        ({"PUBLIC_URL": "https://MICHI.koganei.example/"}, ["PUBLIC_URL = koganei"]),
        (
            {"DATABASE_URL": "postgresql://somebody:b@127.0.0.1:5432/michi_koganei"},
            ["DATABASE_URL = koganei"],
        ),
        ({"DATABASE_URL": "postgresql://michi:a@127.0.0.1:5432/michi_chofu"}, []),
        ({"REDIS_URL": "rediss://other:b@redis.example:6380/1"}, ["REDIS_URL = koganei"]),
        ({"REDIS_URL": "rediss://michi:a@redis.example:6380/2"}, []),
        ({"PHOTO_STORE_URL": "s3://photos/koganei/inside"}, ["PHOTO_STORE_URL = koganei"]),
        ({"PHOTO_STORE_URL": "s3://photos"}, ["PHOTO_STORE_URL = koganei"]),
        ({"PHOTO_STORE_URL": "s3://photos/koganei2"}, []),
        ({"BACKUP_URL": "s3://copies"}, ["BACKUP_URL = koganei"]),
        ({"BACKUP_URL": "s3://copies/chofu"}, []),
        ({"LINE_CHANNEL_SECRET": "of koganei"}, ["LINE_CHANNEL_SECRET = koganei"]),
    ],
)
def test_what_another_city_has_already_is_found(mine: dict[str, str], found: list[str]) -> None:
    assert list(shared(mine, OTHERS)) == found


def test_a_new_city_takes_over_what_all_have_and_nobodys_own() -> None:
    settings = OTHERS["koganei"] | {
        "SMTP_URL": "smtp://mail.example:25", "MAIL_FROM": "road@koganei.example",
        "SECRET_KEY": "k" * 32, "OIDC_ISSUER": "https://login.koganei.example",
        "AWS_REGION": "ap-northeast-1", "PORT": "8001", "BACKUP_PUBLIC_KEY": "age1…",
        "METRICS_TOKEN": "t" * 16, "AWS_ACCESS_KEY_ID": "AKIAK", "AWS_SECRET_ACCESS_KEY": "k" * 40,
    }  # fmt: skip
    assert taken_over(settings, CHOFU) == {
        "SMTP_URL": "smtp://mail.example:25",
        "AWS_REGION": "ap-northeast-1",
        "PHOTO_STORE_URL": "s3://photos/chofu",
    }


def test_keys_of_a_store_are_one_citys_alone() -> None:
    """They open the whole bucket, or at least the other's folder in it."""
    koganei = OTHERS["koganei"] | {"AWS_ACCESS_KEY_ID": "AKIAK", "AWS_SECRET_ACCESS_KEY": "k" * 40}
    mine = taken_over(koganei, CHOFU)
    assert lacking(mine, koganei) == ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
    assert lacking({"PHOTO_STORE_URL": "file:///srv/chofu"}, koganei) == []
    assert lacking(mine, OTHERS["koganei"]) == []  # the machine itself is let in
    own = mine | {"AWS_ACCESS_KEY_ID": "AKIAC", "AWS_SECRET_ACCESS_KEY": "c" * 40}
    assert lacking(own, koganei) == []
    assert list(shared(own, {"koganei": koganei})) == []
    borrowed = own | {"AWS_ACCESS_KEY_ID": "AKIAK"}
    assert list(shared(borrowed, {"koganei": koganei})) == ["AWS_ACCESS_KEY_ID = koganei"]


def test_waves_begin_with_one_city_alone() -> None:
    cities = [City(name) for name in "abcde"]

    def named(first: str, many: int) -> list[str]:
        return ["".join(city.name for city in wave) for wave in waves(cities, first, many)]

    assert named("", 0) == ["a", "bcde"]
    assert named("c", 2) == ["c", "ab", "de"]
    assert waves([], "", 1) == []
    with pytest.raises(ValueError, match="--first z"):
        waves(cities, "z", 1)


def test_no_role_of_one_city_comes_into_the_database_of_another(
    servers: tuple[str, str],
) -> None:
    """By the very statements of `michi install`, on a server that lets in whoever has a role."""
    postgres = servers[0]
    for city in (KOGANEI, CHOFU):
        known = given.settings_of(city, {}, {}, 8001)
        owner = given.owner_settings_of(city, {})
        statements = database.make(city, known, owner).stdin
        _psql(postgres, statements.partition("CREATE EXTENSION")[0])  # which takes a second
    try:
        for mine, other in ((KOGANEI, CHOFU), (CHOFU, KOGANEI)):
            for role in (mine.role, mine.database):
                at_home = make_conninfo(postgres, user=role, dbname=mine.database)
                psycopg.connect(at_home).close()
                with pytest.raises(psycopg.OperationalError, match="permission denied"):
                    psycopg.connect(make_conninfo(postgres, user=role, dbname=other.database))
    finally:
        for city in (KOGANEI, CHOFU):
            _psql(postgres, database.drop(city).stdin)


def _psql(url: str, words: str) -> None:
    subprocess.run(
        ["psql", "-qX", "-v", "ON_ERROR_STOP=1", make_conninfo(url, dbname="postgres")],
        input=words, text=True, check=True, capture_output=True,
    )  # fmt: skip
