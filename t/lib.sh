# t/lib.sh: what the shell tests share. A test is a sentence and a body, which runs under `set -e`
# in a folder of its own, with a state directory of its own:
#
#     . "${0%/*}/lib.sh"
#     check 'a ragged row goes to --rejects, and the others pass' <<\END
#         exits 65 quarantine filter --rejects rejects <"$tmp/ragged.tsv" >out 2>err
#         same 3 "$(wc -l <out)"
#     END
#     prints 'list shows all addresses in order' 'quarantine list -N | cut -f 1' <<\END
#     a@x.org
#     END
#     finish
#
# Every tool on PATH is a wrapper that notes the tool's exit status. A test fails if one of its
# tools exits with a status that the test does not expect, also in the middle of a pipeline: 0, or
# what `exits` names. Write one command a line: `set -e` does not see the left side of `&&`, nor
# what follows a `!` (use `not`).
#
# The tests find: $top (the checkout), $bin (the tools themselves, for `kill`, strace and preloaded
# libraries), $build, $lab, $tab (a TAB), $tmp (a folder that all tests of the file share, removed
# at its end), MXKIT_STATE (in the test's own folder) and MXKIT_RULES (the checkout's). The clock is
# the machine's until a test sets MXKIT_NOW.
# shellcheck shell=sh

set -u
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
build=${MXKIT_BUILD:-$top/build}
bin=${MXKIT_BIN:-$top/bin}
lab=$top/t/lab/lab
tmp=$(mktemp -d "${TMPDIR:-/tmp}/mxkit-test.XXXXXX") || exit 1
MXKIT_STATE=$tmp/test/state
MXKIT_RULES=$top/rules
LC_ALL=C
export MXKIT_STATE MXKIT_RULES LC_ALL
tab=$(printf '\t')
newline='
'
tests=0
last_failed=0
mkdir -m 700 "$tmp/test" "$MXKIT_STATE" "$tmp/wrappers"
: >"$tmp/statuses"

# at_exit is called before the folder goes: a file that starts servers defines it to stop them.
at_exit() { :; }
trap 'at_exit; rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT PIPE TERM

# A wrapper notes `TOOL: exit status N, expected N`; what was expected comes from `exits`.
for tool in "$bin"/*; do
    name=${tool##*/}
    cat >"$tmp/wrappers/$name" <<END
#!/bin/sh
"$tool" "\$@"
status=\$?
echo "$name: exit status \$status, expected \${MXKIT_EXPECTS:-0}" >>"$tmp/statuses"
exit \$status
END
    chmod +x "$tmp/wrappers/$name"
done
PATH=$tmp/wrappers:$PATH
export PATH

# exits STATUS[,STATUS...] COMMAND: succeeds if the command exits with that status, or one of them.
exits() {
    (
        set +e
        MXKIT_EXPECTS=$1
        export MXKIT_EXPECTS
        shift
        "$@"
        note_status "$*" $?
    )
}

# ends STATUS[,STATUS...] PID: waits for a tool that was started as "$bin/TOOL" ... & in this shell.
ends() {
    MXKIT_EXPECTS=$1
    wait "$2" && ended=0 || ended=$?
    note_status 'the tool in the background' "$ended"
}

# runs STATUS[,STATUS...] COMMAND: as exits, for a tool that is started as "$bin/TOOL". It sets
# $status to the tool's exit status.
runs() {
    MXKIT_EXPECTS=$1
    shift
    "$@" && status=0 || status=$?
    note_status "$1" "$status"
}

# note_status NAME STATUS: what a wrapper notes, for what was not started by one.
note_status() {
    case $1 in
    *"$newline"*) set -- "$(printf %s "$1" | tr '\n' ' ')" "$2" ;;
    esac
    noted="$1: exit status $2, expected $MXKIT_EXPECTS"
    printf '%s\n' "$noted" >>"$tmp/statuses"
    case ,$MXKIT_EXPECTS, in
    *,"$2",*) ;;
    *)
        printf '%s\n' "$noted"
        return 1
        ;;
    esac
}

# not COMMAND: succeeds if the command fails. For grep, test and the like, never for a tool.
not() {
    if "$@"; then
        echo "succeeded, but should fail: $*"
        return 1
    fi
}

# wait_until COMMAND...: waits until the command succeeds, $waits times 20 ms at most. Only what the
# last try printed is shown.
waits=500
wait_until() {
    tries=0
    until "$@" >"$tmp/try" 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt "$waits" ] || break
        perl -e 'select undef, undef, undef, 0.02'
    done
    cat "$tmp/try"
    [ "$tries" -lt "$waits" ]
}

# has_lines COUNT FILE: succeeds if the file has that number of lines.
has_lines() {
    same "$1" "$(wc -l <"$2")"
}

# same EXPECTED ACTUAL: succeeds if the two strings are equal, else shows both.
same() {
    [ "$1" = "$2" ] || {
        printf 'expected:\n%s\ngot:\n%s\n' "$1" "$2"
        return 1
    }
}

# unexpected_statuses: prints each noted exit status that was not expected; the others are dropped.
unexpected_statuses() {
    awk '{ n = split($NF, expected, ","); status = $(NF - 2) + 0
           for (i = 1; i <= n; i++) if (status == expected[i]) next
           print }' "$tmp/statuses"
}

# report SENTENCE STATUS: one line of TAP, and what the body printed if it failed.
report() {
    tests=$((tests + 1))
    unexpected_statuses >"$tmp/unexpected"
    last_failed=0
    if [ "$2" -eq 0 ] && [ ! -s "$tmp/unexpected" ]; then
        remark=
        [ -s "$tmp/statuses" ] || remark=${MXKIT_PROOF:+ # no tool ran}
        printf 'ok %d - %s%s\n' "$tests" "$1" "$remark"
    else
        last_failed=1
        printf 'not ok %d - %s\n' "$tests" "$1"
        { head -c 4000 "$tmp/output"; head -n 20 "$tmp/unexpected"; } | sed 's/^/# /'
    fi
    : >"$tmp/statuses"
}

# The body of a test runs in the test's folder, with nothing on stdin. It must not be the condition
# of an `if`, nor come before `||`: there `set -e` has no effect.
run_body() {
    (
        cd "$tmp/test" || exit 1
        set -e
        eval "$1"
    ) </dev/null
}

begin_test() {
    rm -rf "$tmp/test"
    mkdir -m 700 "$tmp/test" "$MXKIT_STATE"
    last_failed=0
}

# check SENTENCE [BODY]: ok if the body, given as an argument or on stdin, succeeds.
check() {
    begin_test
    then_check "$@"
}

# then_check SENTENCE [BODY]: goes on in the folder and the state that the test before has left, and
# fails if that test failed.
then_check() {
    body=${2-$(cat)}
    if [ "$last_failed" -eq 1 ]; then
        fail_after_last "$1"
        return
    fi
    run_body "$body" >"$tmp/output" 2>&1
    report "$1" $?
}

# prints SENTENCE COMMAND: ok if the command succeeds and prints what the test gets on stdin.
prints() {
    begin_test
    then_prints "$@"
}

# then_prints SENTENCE COMMAND: as then_check.
then_prints() {
    cat >"$tmp/expected"
    if [ "$last_failed" -eq 1 ]; then
        fail_after_last "$1"
        return
    fi
    run_body "$2" >"$tmp/printed" 2>"$tmp/output"
    set -- "$1" $?
    diff -u "$tmp/expected" "$tmp/printed" >>"$tmp/output" || set -- "$1" 1
    report "$@"
}

fail_after_last() {
    echo 'the test that this one goes on from failed' >"$tmp/output"
    report "$1" 1
}

# skip SENTENCE WHY: a test that this machine cannot run.
skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

# often COUNT MORE: how many rounds, in make check and in make torture.
often() {
    if [ "${MXKIT_TORTURE:-}" ]; then echo "$2"; else echo "$1"; fi
}

# in_lab OPTIONS: runs the test file again with the lab around it (t/lab/README.md), unless the lab
# is there already.
in_lab() {
    [ "${DNS:-}" ] && return
    rm -rf "$tmp"
    exec "$lab" "$@" -- "$0"
}

finish() {
    echo "1..$tests"
}
