#!/usr/bin/env bash
# A container engine for the tests, beside whatever the machine has.
#
#     eval "$(scripts/container_engine.sh start)"   # sets DOCKER_HOST; says why where it cannot
#     scripts/container_engine.sh stop              # ends the engine, with all that it ran
#
# Debian's packages are unpacked under .peers/engine, not installed. The engine has a socket and a
# data folder of its own and leaves the machine's firewall and routing alone, so that its containers
# reach each other and this machine, and nothing else. Its bridge and addresses are its own too: on
# docker0 the containers of two engines, or what is left of one that was killed, get the same ones.
set -euo pipefail

home=$(cd "$(dirname "$0")/.." && pwd)/.peers/engine
programs=$home/programs
running=$home/running   # a link to a short path: that of a socket may have 107 bytes

say() { echo "container engine: $*" >&2; }

start() {
    if docker version >/dev/null 2>&1; then
        say "the tests use the one that answers here"
        return
    fi
    if [ "$(uname)" != Linux ] || [ "$(id -u)" != 0 ]; then
        say "none answers, and only root on Linux can start one"
        return 1
    fi
    command -v dockerd >/dev/null || unpack || return 1
    use_programs
    launch || return 1
    echo "export DOCKER_HOST='unix://$(readlink "$running")/docker.sock'"
    echo "export PATH='$home/bin':\"\$PATH\""
    # No registry is reached, so that Ryuk's image cannot be pulled; and the ports that it publishes
    # are on this machine, even where that looks like a container itself.
    echo "export TESTCONTAINERS_RYUK_DISABLED=true TESTCONTAINERS_CONNECTION_MODE=docker_host"
    echo "export MCP_PROOF_ENGINE_REQUIRED=1"
}

unpack() {
    [ -d "$programs" ] && return
    if ! { command -v apt-get && command -v dpkg-deb; } >/dev/null; then
        say "no dockerd, and no apt-get to get one with"
        return 1
    fi
    rm -rf "$programs.part" && mkdir -p "$home/packages/partial" "$home/lists/partial"
    if ! download 2>/dev/null; then
        apt-get -qq -o Dir::State::lists="$home/lists" update >&2 || true
        download -o Dir::State::lists="$home/lists" || { say "cannot get docker.io"; return 1; }
    fi
    for package in "$home"/packages/*.deb; do dpkg-deb -x "$package" "$programs.part"; done
    # What an installation would have made.
    ln -sf iptables-nft "$programs.part/usr/sbin/iptables"
    ln -sf ip6tables-nft "$programs.part/usr/sbin/ip6tables"
    rm -rf "$home/packages" "$home/lists"
    mv "$programs.part" "$programs"
}

download() {
    apt-get install --download-only --no-install-recommends --yes -qq "$@" \
        -o Dir::Cache::archives="$home/packages" -o Debug::NoLocking=1 \
        docker.io docker-compose >&2
}

use_programs() {
    mkdir -p "$home/bin"
    [ -d "$programs" ] || return 0
    ln -sf "$programs/usr/bin/docker" "$home/bin/docker"
    cat >"$home/bin/docker-compose" <<SCRIPT
#!/bin/sh
PYTHONPATH='$programs/usr/lib/python3/dist-packages' \\
    exec /usr/bin/python3 -W ignore '$programs/usr/bin/docker-compose' "\$@"
SCRIPT
    chmod +x "$home/bin/docker-compose"
}

launch() {
    stop
    ln -s "$(mktemp -d /tmp/mcp-proof-engine.XXXXXX)" "$running"
    [ -e /run/docker ] || touch "$running/alone"
    make_bridge || { say "no network bridge of its own can be made"; stop; return 1; }
    printf '{"deprecated-key-path": "%s"}' "$running/key.json" >"$running/daemon.json"
    daemon >"$running/log" 2>&1 </dev/null &
    for _ in $(seq 150); do
        if client version >/dev/null 2>&1; then break; fi
        if ! kill -0 $! 2>/dev/null; then
            say "dockerd does not start. Its last line:"
            tail -n 1 "$running/log" >&2
            stop
            return 1
        fi
        sleep 0.2
    done
    if ! runs_containers; then
        say "dockerd has started, but can run no container here"
        stop
        return 1
    fi
}

make_bridge() {
    local name=mcp-proof-$RANDOM third
    command -v ip >/dev/null && ip link add "$name" type bridge || return 1
    echo "$name" >"$running/bridge"
    for third in $(seq 0 255); do
        [ -z "$(ip route show "10.213.$third.0/24")" ] || continue
        ip address add "10.213.$third.1/24" dev "$name" && ip link set "$name" up
        return
    done
    return 1
}

# Many a machine that is a container itself lets dockerd start, and no container.
runs_containers() {
    # shellcheck disable=SC2046  # each library is a word
    tar --create --dereference --absolute-names /bin/true $(ldd /bin/true | grep -o '/[^ ]*') |
        client import - mcp-proof-test/true >/dev/null &&
        client run --rm --network none mcp-proof-test/true /bin/true >/dev/null
}

daemon() {
    local libraries
    libraries=$(echo "$programs"/usr/lib/*-linux-gnu*)
    export PATH="$programs/usr/sbin:$programs/usr/bin:$PATH" LD_LIBRARY_PATH="$libraries"
    export XTABLES_LIBDIR="$libraries/xtables"
    exec setsid dockerd --config-file "$running/daemon.json" \
        --host "unix://$running/docker.sock" --data-root "$home/data" \
        --exec-root "$running/exec" --pidfile "$running/docker.pid" --bridge "$(cat "$running/bridge")" \
        --iptables=false --ip-masq=false --ip-forward=false
}

client() { PATH="$home/bin:$PATH" docker --host "unix://$running/docker.sock" "$@"; }

stop() {
    [ -L "$running" ] || return 0
    if alive; then
        client ps --all --quiet | while read -r container; do
            client rm --force --volumes "$container" >/dev/null || true
        done
        client network prune --force >/dev/null || true
        kill "$(pid)"
        for _ in $(seq 100); do
            alive || break
            sleep 0.1
        done
        if alive; then
            kill -KILL "$(pid)"
            if mountpoint -q "$home/data"; then umount "$home/data"; fi  # not where / is shared
        fi
    fi
    if [ -e "$running/bridge" ]; then ip link delete "$(cat "$running/bridge")"; fi
    if [ -e "$running/alone" ]; then sweep; fi
    rm -rf "$(readlink "$running")" "$running" "$home/data"
}

# What dockerd leaves behind, on a machine where no other engine has made it.
sweep() {
    rmdir /run/containerd/s /run/containerd /run/docker/plugins /run/docker \
        /sys/fs/cgroup/docker /sys/fs/cgroup/*/docker 2>/dev/null || true
}

pid() { cat "$running/docker.pid" 2>/dev/null || echo none; }

# Whether the number is still that of our engine: another process can have it by now.
alive() { grep -qF "$running/docker.sock" "/proc/$(pid)/cmdline" 2>/dev/null; }

case ${1:-} in
    start | stop) "$1" ;;
    *) say "usage: $0 start|stop"; exit 2 ;;
esac
