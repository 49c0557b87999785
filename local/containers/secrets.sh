#!/usr/bin/env bash
# local/containers/secrets.sh [FOLDER]: makes every secret that compose.yaml names and that is not
# there yet, in FOLDER (./secrets). What comes from LINE and your mail server is asked for as
# LINE_CHANNEL_SECRET, LINE_CHANNEL_ACCESS_TOKEN and SMTP_URL in the environment; for a bucket of
# backups BACKUP_AWS_ACCESS_KEY_ID and BACKUP_AWS_SECRET_ACCESS_KEY.
set -euo pipefail
folder=${1:-secrets}
umask 022
mkdir -p "$folder"
chmod 0700 "$folder" # the files themselves can be read by the users in the containers
cd "$folder"

keep() { # keep NAME CONTENT: written once, never again
    [ -e "$1" ] || { printf '%s' "$2" >"$1.new" && mv "$1.new" "$1"; }
}
random() {
    openssl rand -hex 32
}
need() { # need NAME: a setting of the environment that nobody can make
    if [ ! -s "$(tr '[:upper:]' '[:lower:]' <<<"$1")" ] && [ -z "${!1:-}" ]; then
        echo "✗ $1 がありません。LINE Developers の値を入れてください / $1 is not set: it is on your channel's page at LINE" >&2
        exit 1
    fi
}
one_authority() { # TLS inside, for the photo store: an authority that signs once and is thrown away
    local made
    made=$(mktemp -d)
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -batch \
        -subj '/CN=Michi inside' -keyout "$made/ca.key" -out "$made/ca.crt" 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -batch \
        -subj '/CN=store' -keyout "$made/store.key" -out "$made/store.csr" 2>/dev/null
    openssl x509 -req -in "$made/store.csr" -CA "$made/ca.crt" -CAkey "$made/ca.key" -CAcreateserial \
        -days 3650 -out "$made/store.crt" 2>/dev/null \
        -extfile <(printf 'subjectAltName=DNS:store,DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n')
    keep inside_ca "$(cat "$made/ca.crt")"
    keep store_certificate "$(cat "$made/store.crt")"
    keep store_key "$(cat "$made/store.key")"
    rm -r "$made"
}

need LINE_CHANNEL_SECRET
need LINE_CHANNEL_ACCESS_TOKEN
keep line_channel_secret "${LINE_CHANNEL_SECRET:-}"
keep line_channel_access_token "${LINE_CHANNEL_ACCESS_TOKEN:-}"
keep smtp_url "${SMTP_URL:-}"
keep backup_aws_access_key_id "${BACKUP_AWS_ACCESS_KEY_ID:-}"
keep backup_aws_secret_access_key "${BACKUP_AWS_SECRET_ACCESS_KEY:-}"
for name in postgres_password database_owner_password database_password redis_password secret_key \
    aws_access_key_id aws_secret_access_key; do
    keep "$name" "$(random)"
done
keep database_owner_url "postgresql://michi:$(cat database_owner_password)@database:5432/michi"
keep database_url "postgresql://michi_app:$(cat database_password)@database:5432/michi"
keep redis_url "redis://michi:$(cat redis_password)@redis:6379/0"
keep redis_conf "dir /data
appendonly yes
save \"\"
maxmemory-policy noeviction
user default off
user michi on #$(printf %s "$(cat redis_password)" | sha256sum | cut -d ' ' -f 1) ~rq:* ~michi:* &rq:pubsub:* +@all -@dangerous -@scripting +info
"
keep store_identities "{\"identities\": [{\"name\": \"michi\", \"credentials\": [{\"accessKey\": \"$(cat aws_access_key_id)\", \"secretKey\": \"$(cat aws_secret_access_key)\"}], \"actions\": [\"Admin:michi\", \"Read:michi\", \"Write:michi\", \"List:michi\"]}]}
"
[ -e store_certificate ] || one_authority
echo "✓ $(ls | wc -l) 個 / secrets in $folder"
