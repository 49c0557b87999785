"""Why there is no connection to PostgreSQL, by what libpq says, and what to type."""

from collections.abc import Mapping
from typing import Final

from psycopg.conninfo import conninfo_to_dict

from cli.doctor.asked import Asked
from cli.doctor.findings import Finding, wrong


def no_connection(asked: Asked, said: str) -> Finding:
    """`said`: libpq's own words."""
    known = next((words for part, words in _SAID.items() if part in said), _UNKNOWN)
    ja, en, to_type = known
    parts = conninfo_to_dict(
        asked.settings.database_url.replace("postgresql+psycopg:", "postgresql:")
    )
    names = {name: str(parts.get(name) or "") for name in ("host", "port", "user", "dbname")}
    names["port"] = names["port"] or "5432"
    return wrong(
        "database.connection",
        ja.format(**names),
        en.format(**names),
        to_type.format(**names),
        host=names["host"],
        database=names["dbname"],
    )


_SAID: Final[Mapping[str, tuple[str, str, str]]] = {
    "password authentication failed": (
        "データベースが利用者 {user} のパスワードを受け付けません",
        "the database refuses the password of {user}",
        "sudo -u postgres psql -c '\\password {user}'",
    ),
    "fe_sendauth: no password supplied": (
        "データベースはパスワードを求めます。DATABASE_URL にありません",
        "the database wants a password, and DATABASE_URL has none",
        "DATABASE_URL=postgresql://{user}:…@{host}:{port}/{dbname}",
    ),
    "no pg_hba.conf entry": (
        "データベースのサーバーが、この機械からの {user} の接続を許していません(pg_hba.conf)",
        "the server's pg_hba.conf does not let {user} in from this machine",
        "hostssl {dbname} {user} ADDRESS scram-sha-256    # pg_hba.conf\nSELECT pg_reload_conf();",
    ),
    "does not exist": (
        "データベース {dbname} か利用者 {user} がありません",
        "there is no database {dbname}, or no user {user}",
        "sudo -u postgres createuser --pwprompt {user}\n"
        "sudo -u postgres createdb --owner {user} {dbname}",
    ),
    "too many connections": (
        "データベースの接続が足りません",
        "the database has no connection left",
        "ALTER SYSTEM SET max_connections = 200;    # then restart PostgreSQL",
    ),
    "remaining connection slots": (
        "データベースの接続が足りません",
        "the database has no connection left",
        "ALTER SYSTEM SET max_connections = 200;    # then restart PostgreSQL",
    ),
    "Connection refused": (
        "{host}:{port} でデータベースが動いていません",
        "no database listens at {host}:{port}",
        "systemctl status postgresql\npg_isready -h {host} -p {port}",
    ),
    "No such file or directory": (
        "ソケット {host} にデータベースがありません",
        "there is no database at the socket {host}",
        "systemctl status postgresql",
    ),
    "resolve": (
        "{host} という名前が見つかりません",
        "the name {host} cannot be found",
        "getent hosts {host}",
    ),
    "certificate": (
        "データベースの証明書を確かめられません",
        "the certificate of the database cannot be verified",
        "openssl s_client -starttls postgres -connect {host}:{port}",
    ),
}
"""By what libpq says: Japanese, English, and what to type."""
_UNKNOWN: Final = (
    "データベースにつながりません({host}:{port})",
    "the database cannot be reached ({host}:{port})",
    "pg_isready -h {host} -p {port}",
)
