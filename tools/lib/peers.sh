# Servers of others that tools/benchmark compares tables with. Sourced after messages.sh and requirements.sh, never run.

MOTO_ENVIRONMENT=.build/moto

# Fills PEERS with what brasa-benchmark is told of them. One that cannot be had is left out, and so are the lines about it.
find_peers() {
    local redis
    PEERS=()
    if make_moto; then PEERS+=(--moto "$PWD/$MOTO_ENVIRONMENT/bin/moto_server"); else say "Without moto_server"; fi
    if redis=$(make_redis); then PEERS+=(--redis "$redis"); else say "Without Redis"; fi
}

# Installs moto_server from PyPI, in an environment of its own: it brings a great deal.
make_moto() {
    [ -x "$MOTO_ENVIRONMENT/bin/moto_server" ] && return
    (require_packages python3 python3-venv) || return 1
    say "Making $MOTO_ENVIRONMENT with moto from PyPI"
    /usr/bin/python3 -m venv --clear "$MOTO_ENVIRONMENT" >&2 &&
        "$MOTO_ENVIRONMENT/bin/python" -m pip install --quiet --disable-pip-version-check 'moto[server,dynamodb]' >&2
}

# Prints the path of redis-server.
make_redis() {
    command -v redis-server && return
    # The package redis-server would start one as a service. The program itself is in redis-tools, and goes by its name.
    (require_packages redis-tools) || return 1
    [ -x /usr/bin/redis-check-rdb ] || return 1
    ln -sf /usr/bin/redis-check-rdb .build/redis-server
    .build/redis-server --version | grep -q '^Redis server' || return 1
    printf '%s\n' "$PWD/.build/redis-server"
}
