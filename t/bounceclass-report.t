#!/bin/sh
# bounceclass: -x, --summary, --mask, -u and -j.
. "${0%/*}/lib.sh"
MXKIT_NOW=2026-11-23T10:00:00Z
export MXKIT_NOW

# What the tests read: one text that a rule knows; rows with addresses; four texts that no rule
# knows, three of them the same but for their numbers and addresses; and 20 variants of each
# example of the shipped rules.
echo '550 5.1.1 <a@x.org>: User unknown' >"$tmp/one"
cat >"$tmp/rows" <<END
text${tab}address${tab}result
550 5.1.1 user unknown${tab}a@one.org${tab}failed
host mx.two.co.uk[192.0.2.1] said: 552 5.2.2 mailbox full${tab}b@x.org${tab}failed
550 5.1.1 user unknown${tab}c@one.org${tab}failed
250 ok${tab}d@one.org${tab}sent
END
{
    for i in 1 2 3; do echo "550 strange thing number $i$i$i happened to u$i@x.org"; done
    echo '550 5.4.3 something else'
} >"$tmp/strange"
awk '/^yes / { sub(/^yes /, ""); print }' "$top/rules/bounce.rules" >"$tmp/examples"
for i in $(seq 20); do sed "s/\$/ $i/" "$tmp/examples"; done >"$tmp/many"

# -x, --summary and --mask.

check 'bounceclass -x names the codes, verdict, rule, match and other rules that match' <<\END
    bounceclass -x <"$tmp/one" >out
    cat out
    grep 'code 550, status 5.1.1, host -' out
    grep 'hard user-unknown (no-such-user)' out
    grep 'by user-unknown, .*bounce.rules:[0-9]*$' out
    grep 'found "User unknown" at 22' out
    grep 'else by' out
END
check 'bounceclass -x tells if the code alone decided' <<\END
    echo '550 5.4.3 zzzz' | bounceclass -x >out
    cat out
    grep 'no rule knows this text; by its code alone: \*.4.3' out
END
check 'bounceclass -x tells if neither a rule nor a code decided' <<\END
    echo zzzz | bounceclass -x >out
    cat out
    grep 'nor does a code tell' out
END
check 'bounceclass -x prints a question mark in place of a control character' <<\END
    printf 'text\n\\x1b[2J 550 zzzz\n' | bounceclass -x >out
    same '?[2J 550 zzzz' "$(head -n 1 out)"
    same '' "$(tr -d '\n -~' <out)"
END
prints 'bounceclass --summary counts rows by type, reason, detail and receiver' \
    'bounceclass --summary "$tmp/rows"' <<END
count${tab}type${tab}reason${tab}detail${tab}receiver
2${tab}hard${tab}user-unknown${tab}no-such-user${tab}one.org
1${tab}soft${tab}mailbox-full${tab}-${tab}two.co.uk
END
bars='bounceclass --summary draws bars on a terminal'
if command -v script >/dev/null; then
    check "$bars" <<\END
        cp "$tmp/rows" rows
        script -qec 'bounceclass --summary rows' /dev/null >terminal
        tr -d '\r' <terminal >out
        cat out
        grep '^reason$' out
        grep -E '  user-unknown +2 +66.7 %  #{26}$' out
        grep '^3 rows' out
END
else
    skip "$bars" 'script(1) is missing'
fi
prints 'bounceclass --mask adds the masked text as a column' \
    'bounceclass --mask -N "$tmp/one" | cut -f 6' <<\END
550 5.1.1 <*>: User unknown
END

# -u.

# count_strange: counts the texts that no rule knows in the list `u`.
count_strange() {
    bounceclass -u u "$tmp/strange" >out
}
prints 'bounceclass -u counts the masked texts that no rule knows, the most frequent first' '
    bounceclass -u u "$tmp/strange" "$tmp/one" >out
    cut -f 1,4 u' <<END
count${tab}masked
3${tab}550 strange thing number # happened to *
1${tab}550 5.4.3 something else
END
then_prints 'bounceclass -u writes the first text that has a mask' 'cut -f 5- u' <<\END
text
550 strange thing number 111 happened to u1@x.org
550 5.4.3 something else
END
then_prints 'bounceclass -u sets the first and the last time of a new text to the present time' \
    'cut -f 1-3 u' <<END
count${tab}first${tab}last
3${tab}2026-11-23T10:00:00Z${tab}2026-11-23T10:00:00Z
1${tab}2026-11-23T10:00:00Z${tab}2026-11-23T10:00:00Z
END
check 'bounceclass -u adds to the counts of the run before and moves only the last time' <<\END
    count_strange
    MXKIT_NOW=2026-11-24T00:00:00Z bounceclass -u u "$tmp/strange" >out
    same "6${tab}2026-11-23T10:00:00Z${tab}2026-11-24T00:00:00Z" "$(sed -n 2p u | cut -f 1-3)"
END
check 'bounceclass reads a list that -u wrote' <<\END
    count_strange
    bounceclass -N u >out
    has_lines 2 out
END
check 'bounceclass -u loses no count if eight runs write the same list at once' <<\END
    for i in 1 2 3 4 5 6 7 8; do
        bounceclass -u u "$tmp/strange" >"out$i" &
    done
    wait
    same 24 "$(sed -n 2p u | cut -f 1)"
END
check 'bounceclass -u exits with 65 and changes nothing if the file is not a list of texts' <<\END
    cp "$tmp/rows" mine
    exits 65 bounceclass -u mine "$tmp/one"
    cmp "$tmp/rows" mine
END
check 'bounceclass -u exits with 73 if the folder of the list is missing' <<\END
    exits 73 bounceclass -u no/u "$tmp/strange" >out
END

# on_a_full_disk COMMAND...: runs it with a limit of one block on each file that it writes.
on_a_full_disk() {
    (
        ulimit -f 1
        exec "$@"
    )
}
check 'bounceclass -u exits with 74, writes all rows and keeps its list if the disk is full' <<\END
    count_strange
    cp u before
    filler=$(head -c 200 /dev/zero | tr '\0' x)
    for i in 1 2 3 4 5 6 7 8 9; do
        echo "550 another strange thing, of its own kind: $i$i$i$i$i $filler q$i"
    done >in
    exits 74 on_a_full_disk "$bin/bounceclass" -N -u u in 2>err | cat >out
    has_lines 9 out
    cmp before u
    [ ! -e u.new ]
END
check 'bounceclass -u saves its counts when the input pauses' <<\END
    mkfifo input
    "$bin/bounceclass" -u u <input >out &
    started=$!
    exec 3>input
    cat "$tmp/strange" >&3
    wait_until has_lines 3 u
    exec 3>&-
    ends 0 "$started"
END

# Failures that come again, whose verdicts are kept (memo.h).

# alone COMMAND...: prints what the command prints for each row of the file `in`, run by itself.
alone() {
    head -n 1 in >header
    sed 1d in | while IFS= read -r row; do
        { cat header && printf '%s\n' "$row"; } >one_row
        "$@" <one_row | sed 1d
    done
}

for mode in '' --mask; do
    title='judges a text anew if only its code, status or host column differs'
    check "bounceclass${mode:+ }$mode $title" <<\END
        mkdir rules
        printf 'rule here\nreason refused\nhost *.one.org\nmatch foo\nyes foo\n' \
            >rules/bounce.rules
        printf 'text\tcode\tstatus\thost\n' >in
        for _ in 1 2; do
            for columns in '\t\t' '450\t\t' '550\t\t' '550\t5.2.2\t' '550\t5.1.2\t' \
                '550\t5.1.2\tmx.one.org' '550\t5.1.2\tmx.two.org'; do
                printf "foo\\t$columns\\nbar u1@x.org\\t$columns\\n" >>in
            done
        done
        alone bounceclass $mode -r rules >expected
        [ "$(cut -f 5-8 expected | sort -u | wc -l)" -ge 5 ]
        bounceclass $mode -r rules <in | sed 1d >out
        cmp expected out
END
done
check 'bounceclass -u and --summary count a row that comes again by its own text and host' <<\END
    for _ in 1 2 3; do
        echo 'host mx.two.co.uk[192.0.2.1] said: 550 strange thing 1111'
        echo 'host mx.one.org[192.0.2.1] said: 550 other matter'
    done >in
    bounceclass --summary <in >out
    cat out
    same '3 one.org 3 two.co.uk' "$(sed 1d out | cut -f 1,5 | sort -k 2 | xargs)"
    bounceclass -u u <in >out
    cat u
    same '3 3' "$(sed 1d u | cut -f 1 | xargs)"
END

# -j.

for mode in '' --mask --summary -x; do
    check "bounceclass${mode:+ }$mode prints the same bytes with -j 1, -j 2 and -j 5" <<\END
        bounceclass $mode "$tmp/many" >expected
        [ -s expected ]
        for jobs in 1 2 5; do
            bounceclass $mode -j "$jobs" "$tmp/many" >out
            cmp expected out
        done
END
done
check 'bounceclass -u writes the same list with -j 1 and -j 4' <<\END
    awk '{ print $0, NR % 700 }' "$tmp/strange" "$tmp/many" >in
    bounceclass -j 1 -u one in >out
    bounceclass -j 4 -u four in >out
    cmp one four
END
check 'bounceclass -j 3 writes a row that waits when the input pauses' <<\END
    mkfifo input
    "$bin/bounceclass" -j 3 <input >out &
    started=$!
    exec 3>input
    cat "$tmp/one" >&3
    wait_until has_lines 2 out
    exec 3>&-
    ends 0 "$started"
END
check 'bounceclass -j 3 exits with 74 if stdout is a full disk' <<\END
    exits 74 bounceclass -j 3 "$tmp/many" >/dev/full
END
for options in '-x --summary' '--summary -u u' '-j 0' '-j 65'; do
    check "bounceclass refuses $options and exits with 64" <<\END
        exits 64 bounceclass $options
END
done
finish
