#!/bin/sh
# Installs this release on Debian 12/13 or Ubuntu 22.04/24.04: sh install.sh NAME --address https://…
# It brings the system's Python, which `michi install` itself needs, and hands all words on to it.
# With --dry-run nothing at all is changed.
set -eu
here=$(dirname "$(readlink -f "$0")")
(cd "$here" && sha256sum --quiet -c SHA256SUMS) || {
    echo '✗ 配布物が壊れています。もう一度取り寄せてください / this release is damaged: fetch it again' >&2
    exit 1
}
if ! command -v python3 >/dev/null; then
    case " $* " in *' --dry-run '*)
        echo '✗ 先に / first: apt-get install --no-install-recommends python3' >&2
        exit 1
        ;;
    esac
    apt-get -q update
    DEBIAN_FRONTEND=noninteractive apt-get -q -y install --no-install-recommends python3
fi
PYTHONPATH=$(echo "$here"/michi-*.whl) PYTHONDONTWRITEBYTECODE=1 \
    exec python3 -m cli.install "$@" --release "$here"
