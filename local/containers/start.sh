#!/bin/sh
# The first program in a container of ours: settings that are secrets come as files, one for each,
# named as the setting in small letters (/run/secrets/secret_key is SECRET_KEY); an empty one sets
# nothing. The owner's way into the database is no part of the environment: it comes as an open file.
# `--bucket NAME` makes the bucket of the photo store instead of starting anything.
set -eu

for file in /run/secrets/*; do
    name=$(basename "$file" | tr '[:lower:]' '[:upper:]')
    if [ ! -s "$file" ] || [ "$name" = INSIDE_CA ]; then
        continue
    fi
    if [ "$name" = DATABASE_OWNER_URL ]; then
        exec 3<<END
DATABASE_OWNER_URL=$(cat "$file")
END
        export MICHI_OWNER_FD=3
    else
        export "$name=$(cat "$file")"
    fi
done

if [ -s /run/secrets/inside_ca ]; then # the store's certificate is of our own authority
    cat /etc/ssl/certs/ca-certificates.crt /run/secrets/inside_ca >/tmp/authorities.crt
    export SSL_CERT_FILE=/tmp/authorities.crt
fi

if [ "${1:-}" = --bucket ]; then
    exec python -m store.photo_files.new_bucket "$2"
fi
exec "$@"
