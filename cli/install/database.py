"""A city's database with PostGIS, and two roles: the processes' own may not change the schema."""

from typing import Final
from urllib.parse import urlsplit

from cli.install.given import Settings, password_in
from cli.install.layout import City
from cli.install.steps import Command, Failed, output, succeeds

_AS_POSTGRES: Final = ("runuser", "-u", "postgres", "--")
_HIDDEN: Final = "***"


def make(city: City, settings: Settings, owner_settings: Settings) -> Command:
    """Roles with the passwords of the settings file, and the database; said again, it changes only
    what is otherwise. A role that rests, for another one has its turn, stays as it is."""
    passwords = {city.database: password_in(owner_settings["DATABASE_OWNER_URL"])}
    if urlsplit(settings["DATABASE_URL"]).username == city.role:
        passwords[city.role] = password_in(settings["DATABASE_URL"])
    return Command(
        [*_AS_POSTGRES, "psql", "-qX", "-v", "ON_ERROR_STOP=1"],
        done=lambda: all(_lets_in(city, role, word) for role, word in passwords.items()),
        stdin=_statements(city, passwords),
        stdin_shown=_statements(city, dict.fromkeys(passwords, _HIDDEN)),
    )


def drop(city: City) -> Command:
    words = (
        f'DROP DATABASE IF EXISTS "{city.database}" WITH (FORCE);\n'
        f'DROP ROLE IF EXISTS "{city.role}";\nDROP ROLE IF EXISTS "{city.database}";\n'
    )
    return Command([*_AS_POSTGRES, "psql", "-qX", "-v", "ON_ERROR_STOP=1"], stdin=words)


def holds(city: City, query: str) -> bool:
    """Whether a query of the city's database finds a row; not where it cannot be asked."""
    words = [*_AS_POSTGRES, "psql", "-qXAt", "-d", city.database, "-c", query]
    try:
        return bool(output(words).strip())
    except Failed:
        return False


def _statements(city: City, passwords: dict[str, str]) -> str:
    """For psql, whose \\gexec runs what a query found."""
    roles = "".join(
        f"SELECT 'CREATE ROLE \"{role}\" LOGIN' WHERE NOT EXISTS"
        f" (SELECT FROM pg_roles WHERE rolname = '{role}') \\gexec\n"
        f'ALTER ROLE "{role}" PASSWORD {_quoted(password)};\n'
        for role, password in passwords.items()
    )
    return roles + (
        f'SELECT \'CREATE DATABASE "{city.database}" OWNER "{city.database}" TEMPLATE template0'
        f" ENCODING ''UTF8'' LOCALE ''C.UTF-8''' WHERE NOT EXISTS"
        f" (SELECT FROM pg_database WHERE datname = '{city.database}') \\gexec\n"
        f'REVOKE ALL ON DATABASE "{city.database}" FROM PUBLIC;\n'
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{city.database}" TO "{city.role}";\n'
        f'\\connect "{city.database}"\n'
        "CREATE EXTENSION IF NOT EXISTS postgis;\n"
    )


def _quoted(word: str) -> str:
    """Of a settings file, so that nothing in it is a statement or a command of psql."""
    return "'" + word.replace("'", "''") + "'"


def _lets_in(city: City, role: str, password: str) -> bool:
    """With PostGIS there."""
    words = ["psql", "-qXAtw", "-h", "127.0.0.1", "-U", role, "-d", city.database]
    return succeeds([*words, "-c", "SELECT postgis_version()"], {"PGPASSWORD": password})
