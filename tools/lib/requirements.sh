# What this machine needs, checked and where possible installed. Sourced after messages.sh, never run.

# Debian's and Ubuntu's packages for building and running.
BUILD_PACKAGES=(
    libsqlite3-dev libssl-dev libzip-dev # the host links them
    libffi-dev                           # the worker links its archive
    zlib1g                               # runtime-config calls it, and libsqlite3 and libm, which are there anyway
    git ca-certificates pkg-config       # SwiftPM fetches with them, and finds libraries
    binutils gcc g++ libc6-dev           # the linker Swift calls, headers, and compilers for functions
    libncurses6 libxml2                  # Swift's own programs load them
    curl tzdata                          # what the README types, and the zones of provisionedSchedules
)
# Tests also look into programs and databases, and talk to the host with Python's AWS clients in a virtual environment.
# shellcheck disable=SC2034 # used by tools/test, tools/check-docs and tools/client-tests
TEST_PACKAGES=(python3 python3-venv binutils jq sqlite3)

SWIFT_MAJOR=6

require_linux() {
    [ "$(uname -s)" = Linux ] || fail "Brasa runs on Linux; this is $(uname -s)." \
        "It stands on futexes, sealed memfds, pidfds and control groups. A virtual machine or a container with Debian or Ubuntu will do."
    case $(uname -m) in x86_64 | aarch64) ;; *)
        fail "Brasa runs on x86-64 and arm64; this machine is $(uname -m)."
        ;;
    esac
}

# Finds Swift; whether it runs is for `require_swift`.
find_swift() {
    local candidate
    if ! command -v swift >/dev/null; then
        # Where Swift's own installer, swift.org's archives and Debian's packages put it.
        for candidate in "${HOME:-/root}/.local/share/swiftly/bin" /opt/swift/usr/bin /usr/local/swift/usr/bin /usr/libexec/swift/bin; do
            [ -x "$candidate/swift" ] || continue
            say "Swift is at $candidate but not on the PATH; taking it from there"
            PATH=$candidate:$PATH
            break
        done
    fi
    command -v swift >/dev/null ||
        fail "Swift $SWIFT_MAJOR is not installed, or not on the PATH." \
            "Get it at https://www.swift.org/install/linux/ (a toolchain of 6.0 or newer), then run this again."
}

require_swift() {
    local said version major
    find_swift
    said=$(swift --version 2>&1) || fail "$(command -v swift) does not run:" "$said"
    version=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$said" | head -n 1)
    major=${version%%.*}
    [ -n "$major" ] || fail "$(command -v swift) does not tell its version:" "$said"
    [ "$major" -ge "$SWIFT_MAJOR" ] || fail "Swift $version ($(command -v swift)) is too old; $SWIFT_MAJOR.0 is the least." \
        "Get a newer toolchain at https://www.swift.org/install/linux/, then run this again."
}

# Prints those of the packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
    done
}

# Installs packages of Debian or Ubuntu; does nothing when they are all there.
require_packages() {
    local missing elevate=() command
    if [ "${BRASA_SKIP_PACKAGES:-}" = 1 ]; then return; fi
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "This is not Debian or Ubuntu (no apt-get), so these cannot be installed for you: $*." \
            "Install what your system calls them, then run this again with BRASA_SKIP_PACKAGES=1."
    fi
    mapfile -t missing < <(missing_packages "$@")
    [ ${#missing[@]} -gt 0 ] || return 0

    command="apt-get update && apt-get install --yes --no-install-recommends ${missing[*]}"
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            fail "Packages are missing (${missing[*]}), and installing them takes root or sudo." "As root, type: $command"
        fi
        # Without a terminal nobody can type a password.
        if [ ! -t 0 ] && ! sudo -n true 2>/dev/null; then
            fail "Packages are missing (${missing[*]}), and sudo wants a password that nobody can type here." "As root, type: $command"
        fi
        elevate=(sudo)
    fi
    say "Installing ${missing[*]}"
    # Lists that cannot be refreshed may still do.
    "${elevate[@]}" apt-get update -qq >&2 || say "apt-get update failed; trying with the lists that are here"
    "${elevate[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 \
        install --yes -qq --no-install-recommends "${missing[@]}" >&2 ||
        fail "Packages could not be installed: ${missing[*]}." "What apt-get says above is why. By hand, as root: $command"
}

# What building and running takes.
require_build() {
    require_linux
    find_swift
    # Before Swift is run, which needs some of them itself.
    require_packages "${BUILD_PACKAGES[@]}"
    require_swift
}
