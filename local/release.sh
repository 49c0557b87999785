#!/usr/bin/env bash
# local/release.sh [--wheels] FOLDER: makes FOLDER/michi-VERSION/ and FOLDER/michi-VERSION.tar.gz of
# what is committed, from which a server is installed or an image is built (docs/running/install.md,
# docs/running/containers.md). With --wheels all packages of the lock lie in it as well, for servers
# without the internet; they are those of this machine's Python and processor.
set -euo pipefail
words=()
for word in "$@"; do # a folder is meant from where this was typed
    case $word in
    --*) words+=("$word") ;;
    *) words+=(--to "$(readlink -f "$word")") ;;
    esac
done
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
python=.venv/bin/python
[ -x "$python" ] || python=python3
if ! "$python" -c 'import cyclonedx' 2>/dev/null; then
    echo '✗ 先に ./test を一度実行してください / run ./test once before: it brings what a release is made with' >&2
    exit 1
fi
exec "$python" -m local.release "${words[@]}"
