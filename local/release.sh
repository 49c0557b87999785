#!/usr/bin/env bash
# local/release.sh FOLDER: makes FOLDER/michi-VERSION/ and FOLDER/michi-VERSION.tar.gz, from which a
# server is installed (docs/running/install.md). With --wheels all packages of the lock lie in it as
# well, for servers without the internet; they are those of this machine's Python and processor.
set -euo pipefail
wheels=
[ "${1:-}" != --wheels ] || { wheels=yes && shift; }
out=$(readlink -f "${1:?local/release.sh [--wheels] FOLDER}")
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."
source local/setup.sh
step_log=$(mktemp)
trap clean_up EXIT
no_cluster=/nonexistent

python=$PWD/.venv/bin/python
[ -x "$python" ] || python=$(find_python)
version=$("$python" -c 'import tomllib; print(tomllib.load(open("pyproject.toml", "rb"))["project"]["version"])')
made=$out/michi-$version
rm -rf "$made" && mkdir -p "$made"

[ -e web/node_modules/maplibre-gl/dist/maplibre-gl.mjs ] ||
    npm_packages "画面の部品 / front-end packages" web

isolation=()
"$python" -c 'import setuptools; raise SystemExit(int(setuptools.__version__.split(".")[0]) < 80)' \
    2>/dev/null && isolation=(--no-build-isolation)
build_wheel() { # in a copy: setuptools leaves folders behind where it builds
    local copy
    copy=$(mktemp -d)
    git archive HEAD | tar -x -C "$copy" && ln -s "$PWD/web/node_modules" "$copy/web/node_modules" &&
        "$python" -m pip --disable-pip-version-check wheel --no-deps "${isolation[@]}" \
            -w "$made" "$copy"
    local failed=$?
    rm -rf "$copy"
    return "$failed"
}
step "wheel" build_wheel
cp requirements.lock CHANGELOG.md .env.example "$made/"
cp local/install.sh "$made/"
cp -r local/sample_city docs "$made/"
if [ -n "$wheels" ]; then
    step "Python の部品 / Python packages" "$python" -m pip --disable-pip-version-check download \
        --only-binary :all: --require-hashes -r requirements.lock -d "$made/wheels"
fi
(cd "$made" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' sha256sum >SHA256SUMS)
tar -C "$out" --sort=name --owner=0 --group=0 --numeric-owner -czf "$made.tar.gz" "michi-$version"
(cd "$out" && sha256sum "michi-$version.tar.gz" | tee "michi-$version.tar.gz.sha256")
