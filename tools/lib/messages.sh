# How the tools speak. Sourced, never run.

# Says what happens now, on standard error: standard output is for results.
say() { printf '%s\n' "$*" >&2; }

# Says what is wrong and what to do, and ends.
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    if [ $# -gt 0 ]; then printf '       %s\n' "$@" >&2; fi
    exit 1
}
