# t/lib.sh: what the shell tests share. A test is a sentence and a command:
#
#     . "${0%/*}/lib.sh"
#     check 'an empty input gives an empty output' '[ -z "$(mxlookup </dev/null)" ]'
#     finish
#
# It gives: $top (the checkout), the tools on PATH, $tmp (a folder of the test's own, removed at its end), MXKIT_STATE in it,
# MXKIT_RULES (the checkout's), and no clock of its own: set MXKIT_NOW.
# shellcheck shell=sh

set -u
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
build=${MXKIT_BUILD:-$top/build}
lab=$top/t/lab/lab
PATH=${MXKIT_BIN:-$top/bin}:$PATH
tmp=$(mktemp -d "${TMPDIR:-/tmp}/mxkit-test.XXXXXX") || exit 1
MXKIT_STATE=$tmp/state
MXKIT_RULES=$top/rules
LC_ALL=C
export PATH MXKIT_STATE MXKIT_RULES LC_ALL
tab=$(printf '\t')
tests=0

# What a test started is stopped by its own at_exit, before the folder goes.
at_exit() { :; }
trap 'at_exit; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM

# check SENTENCE COMMAND: ok if the shell command succeeds; else its output is shown.
check() {
    tests=$((tests + 1))
    sentence=$1
    shift
    if (eval "$*") >"$tmp/check.out" 2>&1; then
        printf 'ok %d - %s\n' "$tests" "$sentence"
    else
        printf 'not ok %d - %s\n' "$tests" "$sentence"
        { printf 'command: %s\n' "$*"; head -c 4000 "$tmp/check.out"; } | sed 's/^/# /'
    fi
}

# exits STATUS COMMAND: succeeds if the command leaves with that status.
exits() {
    expected=$1
    shift
    (eval "$*")
    status=$?
    [ "$status" -eq "$expected" ] || { echo "exit status $status, expected $expected"; return 1; }
}

# same EXPECTED ACTUAL: succeeds if the two strings are equal, else shows both.
same() {
    [ "$1" = "$2" ] || { printf 'expected:\n%s\ngot:\n%s\n' "$1" "$2"; return 1; }
}

# often COUNT MORE: how many times, in make check and in make torture.
often() { echo "${MXKIT_TORTURE:+$2}" | grep . || echo "$1"; }

# skip SENTENCE WHY: a test that cannot be made on this machine.
skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

# in_lab OPTIONS: runs the test again with the lab around it (t/lab/README.md), unless it is there already.
in_lab() {
    [ "${DNS:-}" ] && return
    rm -rf "$tmp"
    exec "$lab" "$@" -- "$0"
}

finish() {
    echo "1..$tests"
}
