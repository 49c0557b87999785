#!/bin/bash
# Runs once, when the database server's volume is new: the database, and two roles, of which the
# processes' own owns nothing (docs/audit.md).
set -euo pipefail

# psql reads the passwords itself: among the words of a command the whole machine sees them
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres <<'SQL'
\set owner_password `cat /run/secrets/database_owner_password`
\set password `cat /run/secrets/database_password`
CREATE ROLE michi LOGIN PASSWORD :'owner_password';
CREATE ROLE michi_app LOGIN PASSWORD :'password';
CREATE DATABASE michi OWNER michi;
REVOKE ALL ON DATABASE michi FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE michi TO michi_app;
SQL
psql --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=michi \
    --command='CREATE EXTENSION IF NOT EXISTS postgis'
