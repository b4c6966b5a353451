#!/bin/sh
# bounceclass: hostile texts cost little, and JIT or not gives the same verdicts.
. "${0%/*}/lib.sh"

# Twelve kinds of pumping, each a line of 60,000 bytes.
perl -e '
    my @pumps = ("a", " ", "(", "[", "<", "5", "5.1.1 ", "user ", "550-", "not found ", "mailbox full ", "\xc3\xa4", "a.", "@", "\xff", "recipient address rejected ");
    print substr($_ x 60000, 0, 60000), "!\n" for @pumps' >"$tmp/pumps"
lines=$(wc -l <"$tmp/pumps")
# milliseconds COMMAND: the best of three, of the whole process.
milliseconds() {
    for _ in 1 2 3; do
        start=$(date +%s%N)
        eval "$1" >/dev/null 2>&1
        echo $((($(date +%s%N) - start) / 1000000))
    done | sort -n | head -n 1
}
if [ -n "${MXKIT_SANITISED:-}" ]; then
    skip 'a hostile line costs less than 100 ms' 'sanitised programs are slow'
else
    for jit in '' --no-jit; do
        check "a hostile line costs less than 100 ms${jit:+ without JIT}" \
            "base=\$(milliseconds 'bounceclass $jit </dev/null'); all=\$(milliseconds 'bounceclass $jit -N <\"\$tmp/pumps\"'); echo \"\$base \$all\"; [ \$((all - base)) -lt \$((100 * lines)) ]"
    done
fi
check 'each hostile line gives one row' '[ "$(bounceclass -N <"$tmp/pumps" 2>/dev/null | wc -l)" = "$lines" ]'
check 'no shipped rule hits a limit on them' 'bounceclass -N <"$tmp/pumps" 2>"$tmp/err" >/dev/null; [ ! -s "$tmp/err" ] || { cat "$tmp/err"; false; }'
check 'JIT or not, the verdicts on them are the same' \
    'bounceclass -N <"$tmp/pumps" >"$tmp/jit" 2>/dev/null; bounceclass --no-jit -N <"$tmp/pumps" 2>/dev/null | cmp - "$tmp/jit"'
check 'a line of 1 MiB is one reject, and the next row is right' \
    '{ head -c 1048576 /dev/zero | tr "\0" a; echo; echo "550 5.1.1 User unknown"; } | bounceclass -N >"$tmp/out" 2>"$tmp/err"; [ $? = 65 ] && [ "$(cut -f 3 "$tmp/out")" = user-unknown ] && [ "$(wc -l <"$tmp/err")" = 1 ]'

awk '/^(yes|no) / { sub(/^(yes|no) /, ""); print; print $0 " " $0; print "x " $0 }' "$top/rules/bounce.rules" >"$tmp/texts"
check 'JIT or not, the verdicts on all examples and their doubles are the same' \
    'bounceclass -N <"$tmp/texts" >"$tmp/jit" 2>"$tmp/err" && bounceclass --no-jit -N <"$tmp/texts" 2>>"$tmp/err" | cmp - "$tmp/jit" && [ ! -s "$tmp/err" ]'
finish
