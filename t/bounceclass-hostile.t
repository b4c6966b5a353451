#!/bin/sh
# bounceclass: hostile texts cost little, and the verdicts are the same with and without JIT.
. "${0%/*}/lib.sh"

# write_lines COUNT TEXT...: for each text prints COUNT lines of 60,000 bytes that repeat it.
write_lines() {
    perl -e '
        my $count = shift;
        for my $text (@ARGV) {
            print substr($text x 60000, 0, 60000), "!\n" for 1 .. $count;
        }' "$@"
}
write_lines 1 a ' ' '(' '[' '<' 5 '5.1.1 ' 'user ' 550- 'not found ' 'mailbox full ' \
    '(450 B ' '451;' '[550:' "$(printf '\303\244')" a. @ "$(printf '\377')" \
    'recipient address rejected ' >"$tmp/hostile"
lines=19
write_lines "$lines" 'the quick brown fox jumps ' >"$tmp/ordinary"
awk '
    /^(yes|no) / {
        sub(/^(yes|no) /, "")
        print
        print $0 " " $0
        print "x " $0
    }' "$top/rules/bounce.rules" >"$tmp/examples"

# cpu_ms COMMAND...: runs it, and prints the milliseconds of CPU time that it took. Fails if the
# command does.
cpu_ms() {
    perl -e '
        system(@ARGV) == 0 or exit 1;
        my (undef, undef, $user, $system) = times;
        open my $result, ">&=", 3 or die;
        printf $result "%d\n", 1000 * ($user + $system)' "$@" 3>&1 >out
}
# hundred FILE: prints the name of the file a hundred times.
hundred() {
    yes "$1" | head -n 100
}
# Measured: a hostile line takes about as long as seven ordinary lines of the same length.
for jit in '' --no-jit; do
    title='takes less time for a hostile line than for 100 ordinary lines of its length'
    check "bounceclass${jit:+ }$jit $title" <<\END
        cp "$tmp/hostile" "$tmp/ordinary" .
        ordinary=$(cpu_ms bounceclass $jit -N $(hundred ordinary))
        hostile=$(cpu_ms bounceclass $jit -N $(hundred hostile))
        echo "CPU time: ordinary lines $ordinary ms, hostile lines $hostile ms"
        [ "$hostile" -lt $((100 * ordinary)) ]
END
done
check 'bounceclass writes one row for each hostile line' <<\END
    bounceclass -N <"$tmp/hostile" >out
    has_lines "$lines" out
END
check 'bounceclass hits no limit of a shipped rule on hostile lines' <<\END
    bounceclass -N <"$tmp/hostile" >out 2>err
    same '' "$(cat err)"
END
check 'bounceclass gives hostile lines the same verdicts with --no-jit' <<\END
    bounceclass -N <"$tmp/hostile" >expected
    bounceclass --no-jit -N <"$tmp/hostile" >out
    [ -s out ]
    cmp expected out
END
check 'bounceclass rejects a line of 1 MiB once, and reads the next row' <<\END
    head -c 1048576 /dev/zero | tr '\0' a >in
    printf '\n550 5.1.1 User unknown\n' >>in
    exits 65 bounceclass -N <in >out 2>err
    same user-unknown "$(cut -f 3 out)"
    has_lines 1 err
END
check 'bounceclass gives all examples and their doubles the same verdicts with --no-jit' <<\END
    bounceclass -N <"$tmp/examples" >expected 2>err
    bounceclass --no-jit -N <"$tmp/examples" >out 2>>err
    [ -s out ]
    cmp expected out
    same '' "$(cat err)"
END
finish
