#!/bin/sh
# No memory at every allocation; and no more of it for ten million rows than for one.
. "${0%/*}/lib.sh"
in_lab -z "$top/t/lab/demo.zone"

if [ "${MXKIT_SANITISED:-}" ]; then
    skip 'memory' 'a sanitiser has an allocator of its own'
    finish
    exit
fi
export MXKIT_NOW=2026-11-23T00:00:00Z
printf 'address\treason\tat\tresult\tcode\ttext\nann@web.example\tmailbox-full\t2026-11-01T00:00:00Z\tfailed\t552\t552 5.2.2 mailbox full\nbob@gone.example\tuser-unknown\t2026-11-01T00:00:00Z\tfailed\t550\t550 5.1.1 no such user\n' >"$tmp/in"
printf 'From: a@web.example\nTo: b@web.example\nSubject: x\n\nx\n' >"$tmp/mail"

# starved STEP COMMAND: each STEPth allocation fails once. Never a signal, never a part of a row, nothing said where all is well.
starved() {
    step=$1
    shift
    LD_PRELOAD=$build/lab/fault.so FAULT_ALLOCATION=0 FAULT_COUNT=$tmp/count "$@" <"$tmp/in" >"$tmp/want" || return 1
    count=$(cat "$tmp/count")
    fields=$(head -n 1 "$tmp/want" | awk -F '\t' '{ print NF }')
    n=1
    while [ "$n" -le "$count" ]; do
        LD_PRELOAD=$build/lab/fault.so FAULT_ALLOCATION=$n "$@" <"$tmp/in" >"$tmp/out" 2>"$tmp/err"
        status=$?
        { [ "$status" -eq 0 ] || { [ "$status" -lt 128 ] && [ -s "$tmp/err" ]; }; } || { echo "allocation $n of $count: status $status: $(cat "$tmp/err")"; return 1; }
        awk -F '\t' -v want="$fields" 'NF != want { bad = 1 } END { exit bad }' "$tmp/out" || { echo "allocation $n: a part of a row: $(cat "$tmp/out")"; return 1; }
        [ -z "$(tail -c 1 "$tmp/out")" ] || { echo "allocation $n: no LF at the end: $(cat "$tmp/out")"; return 1; }
        n=$((n + step))
    done
}
check 'mxlookup without memory' 'starved 1 mxlookup --resolver "$DNS" --cache "$tmp/cache"'
cp "$tmp/in" "$tmp/errors"
printf 'address\tmx\nann@web.example\t0:web.example=127.0.0.8\nunknown@web.example\t0:web.example=127.0.0.8\n' >"$tmp/in"
check 'mxsend without memory' 'starved 1 mxsend --port "$SMTP_PORT" -f me@example.org -m "$tmp/mail"'
mv "$tmp/errors" "$tmp/in"
check 'bounceclass without memory' 'starved "$(often 151 1)" bounceclass'
check 'bounceclass -u without memory' 'starved "$(often 151 1)" bounceclass -u "$tmp/unknown"'
check 'quarantine update without memory' 'starved 1 quarantine update'
check 'and its state is sound behind that' 'quarantine check >/dev/null && [ "$(quarantine list -N | wc -l)" -le 2 ]'
check 'quarantine filter without memory' 'starved 1 quarantine filter'
check 'quarantine expire without memory' 'starved 1 quarantine expire'

# Resident memory (KiB) at the end of that many rows.
resident() {
    rows=$1
    shift
    awk -v n="$rows" 'BEGIN { print "address\ttext"; for (i = 0; i < n; i++) printf "u%d@null.d%d.test\t550 5.1.1 no user u%d\n", i, i % 1000, i }' >"$tmp/rows"
    /usr/bin/time -o "$tmp/time" -f %M "$@" <"$tmp/rows" >/dev/null && cat "$tmp/time"
}
# flat COMMAND: ten times the rows take a hundredth more, and half a MiB for who rounds.
flat() {
    few=$(resident 1000000 "$@") && many=$(resident 10000000 "$@") && echo "$few KiB, $many KiB" && [ "$many" -le $((few + few / 100 + 512)) ]
}
if [ "${MXKIT_TORTURE:-}" ]; then
    check 'mxlookup: 10,000,000 rows take no more memory than 1,000,000' 'flat mxlookup --resolver "$DNS"'
    check 'bounceclass too' flat bounceclass
    check 'quarantine filter too' flat quarantine filter
fi
finish
