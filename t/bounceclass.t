#!/bin/sh
# bounceclass: verdicts, where it finds code, status and host, and errors in rule files.
. "${0%/*}/lib.sh"

# verdict TEXT: prints "type reason" of it.
verdict() {
    printf '%s\n' "$1" | bounceclass -N | cut -f 2,3 | tr '\t' ' '
}
# is TEXT VERDICT: a test that `verdict TEXT` prints VERDICT.
is() {
    text=$1 wanted=$2
    check "bounceclass gives the verdict $2 to: $1" <<\END
        same "$wanted" "$(verdict "$text")"
END
}

is '550 5.1.1 ... User is unknown' 'hard user-unknown'
is '550 5.2.2 User quota exceeded' 'soft mailbox-full'
is '550 5.7.1 : Recipient address rejected: Inactive MailBox, not poped for more than 6 months' \
    'soft inactive-user'
is "DNS query failed for 'ourdan.com'" 'soft invalid-domain'
is "Inbound email bounce (rule 'Feedback_loop_Hotmail' has matched this bounce)" 'soft refused'
is "421 4.16.55 [TS01] Messages from x.x.x.x temporarily deferred \
due to excessive user complaints" 'soft unreachable'

# Texts whose words or codes mislead: a wrong verdict would cost good addresses.
is '450 4.1.1 <a@example.org>: Recipient address rejected: User unknown in relay recipient table' \
    'soft unreachable'
is '550 5.7.1 Access denied by our policy' 'soft refused'
is '550 5.1.1 Message rejected due to local policy' 'soft refused'
is '550 Sender verify failed: user unknown' 'soft refused'
is '550 5.7.26 Unauthenticated email from example.org is not accepted due to DMARC policy' \
    'soft refused'
is '550 Too many connections from your host' 'soft unreachable'
is '550 5.7.1 Greylisted, please try again later' 'soft unreachable'
is '450 Requested action not taken: mailbox unavailable' 'soft unreachable'
is 'nothing that anybody has said before' 'ignored not-defined'

# If no rule matches, the enhanced status decides, then the first digit. Neither is ever hard.
is '550 5.1.1 zzzz' 'soft user-unknown'
is '550 5.1.1' 'soft user-unknown'
is '550 5.1.1 zzzz of the originator' 'soft refused'
is '550 5.1.1 zzzz, wait 5 minutes' 'soft unreachable'
is '450 4.1.1 zzzz' 'soft unreachable'
is '550 5.1.2 zzzz' 'soft invalid-domain'
is '550 5.2.2 zzzz' 'soft mailbox-full'
is '421 zzzz' 'soft unreachable'
is '550 zzzz' 'ignored not-defined'

# What mxlookup and mxsend write about a domain.
is 'Domain x.org accepts no mail (null MX)' 'soft invalid-domain'
is 'Host or domain name not found: x.org' 'soft invalid-domain'
is 'No mail exchanger or address for x.org' 'soft invalid-domain'

# Columns and bytes of the input.

prints 'bounceclass reads the code and the status from their columns' \
    'printf "text\tcode\tstatus\nzzzz\t550\t5.2.2\n" | bounceclass -N | cut -f 4,5' <<END
soft${tab}mailbox-full
END
prints 'bounceclass believes a 5.1.1 without a text if the receiver is known to mean it' \
    'printf "text\thost\n550 5.1.1\tmx.google.com\n550 5.1.1\tmx.x.org\n" | bounceclass -N |
    cut -f 3,4' <<END
hard${tab}user-unknown
soft${tab}user-unknown
END
prints 'bounceclass gives no verdict to a row whose result is sent' \
    'printf "text\tresult\n250 ok\tsent\n" | bounceclass -N' <<END
250 ok${tab}sent${tab}-${tab}-${tab}-${tab}-
END
check 'bounceclass decodes the escapes in a field before the rules see its text' <<\END
    printf 'text\n550-5.1.1 No such\\n550 5.1.1 user here\n' >in
    grep -F 'such\n550' in
    bounceclass -N <in >out
    same user-unknown "$(cut -f 3 out)"
END
# The line with three TABs is a row of four fields.
check 'bounceclass writes a row for a text with any byte but TAB, even if it is not UTF-8' <<\END
    perl -e 'for (1 .. 255) {
        next if $_ == 10;
        print chr($_) x 3, " 550 5.1.1 user unknown\n";
    }' >in
    exits 65 bounceclass -N <in >out 2>err
    has_lines 253 out
    has_lines 1 err
    grep '^bounceclass: stdin:9: 4 fields' err
END

# Rule files.

# refuses SENTENCE MESSAGE <RULES: a test that bounceclass exits with 78 and reports the message if
# these are its rules.
refuses() {
    cat >"$tmp/bounce.rules"
    message=$2
    check "$1" <<\END
        mkdir rules
        cp "$tmp/bounce.rules" rules
        exits 78 bounceclass -r rules 2>err
        cat err
        grep -F "$message" err
END
}
refuses 'bounceclass reports an unknown reason in a rule with its line and column' \
    'bounce.rules:7:8: unknown reason' <<\END
rule one
reason mailbox-full
match quota
yes 550 quota

rule two
reason nonsense
match x
yes x
END
refuses 'bounceclass reports an invalid pattern in a rule at the column of the error' \
    'bounce.rules:3:10: ' <<\END
rule a
reason refused
match a(b
yes ab
END
refuses 'bounceclass refuses a rule without an example' 'has no example' <<\END
rule a
reason refused
match ab
END
refuses 'bounceclass refuses a rule without a condition' 'has no condition' <<\END
rule a
reason refused
yes ab
END
refuses 'bounceclass refuses an unknown word in a rule' \
    'bounce.rules:3:8: unknown keyword "colour"' <<\END
rule a
reason refused
colour red
match ab
yes ab
END
refuses 'bounceclass refuses two rules with the same name' \
    'bounce.rules:6:6: another rule has this name' <<\END
rule a
reason refused
match ab
yes ab

rule a
reason refused
match b
yes b
END
refuses 'bounceclass refuses a rule with a detail of another reason' \
    'not a detail of this reason' <<\END
rule a
reason refused
detail quota
match ab
yes ab
END
refuses 'bounceclass refuses a hard rule that no guard can hold back' \
    'bounce.rules:6:6: no guard holds this hard rule back' <<\END
rule soft
reason refused
match a
yes a

rule hard
reason user-unknown
match b
yes b
END
refuses 'bounceclass refuses a rule whose guard does not exist, at the column of its name' \
    'bounce.rules:8:14: no guard has this name' <<\END
guard known
match a
yes a

rule b
reason refused
match b
unless known other
yes b
END
printf 'rule a\nreason refused\nmatch a\033b\nyes ab\n' >"$tmp/control.rules"
refuses 'bounceclass refuses a control byte in a rule' \
    'bounce.rules:3:8: a control byte' <"$tmp/control.rules"

check 'bounceclass -t exits with 1 and reports as TAP which examples fail' <<\END
    printf 'rule a\nreason refused\nmatch abc\nyes abc\nno abcd\nyes zzz\n' >bounce.rules
    exits 1 bounceclass -t bounce.rules >out
    cat out
    grep '^ok 1' out
    grep '^not ok 2' out
    grep '^not ok 3' out
    grep '^1\.\.3' out
END
check 'bounceclass -t FILE guards the hard rules of a file without guards by those shipped' <<\END
    printf 'rule a\nreason user-unknown\nmatch zork\nyes 550 zork\nno 550 zork, sender\n' >my.rules
    bounceclass -t my.rules >out
    cat out
    same 2 "$(grep -c '^ok ' out)"
END
check 'bounceclass -t names the guard that holds a rule back' <<\END
    printf 'rule a\nreason user-unknown\nmatch zork\nyes 550 zork, sender\n' >my.rules
    exits 1 bounceclass -t my.rules >out
    cat out
    grep 'it ends at no rule; guard about-sender holds back a' out
END
check 'bounceclass -x names the hard rule that a guard held back, and the words' <<\END
    echo '550 No such user, said the remote originator' | bounceclass -x >out
    cat out
    grep 'not hard user-unknown (no-such-user) by user-unknown, ' out
    grep 'because of guard about-sender, ' out
    grep 'found "originator"' out
END
check 'bounceclass reads local.bounce.rules before bounce.rules' <<\END
    mkdir rules
    printf 'rule shipped\nreason refused\nmatch abc\nyes abc\n' >rules/bounce.rules
    printf 'rule mine\nreason mailbox-full\nmatch abc\nyes abc\n' >rules/local.bounce.rules
    echo abc | bounceclass -N -r rules >out
    same "abc${tab}soft${tab}mailbox-full${tab}-${tab}mine" "$(cat out)"
END
check 'bounceclass applies a rule only if its code, status, host, match and not all hold' <<\END
    cat >bounce.rules <<\RULES
rule c
reason refused
code 55x
status 5.*.9
host *.example.org
match foo
not bar
yes host mx.example.org[192.0.2.1] said: 550 5.7.9 foo
no 550 5.7.9 foo
no host mx.example.org[192.0.2.1] said: 450 5.7.9 foo
no host mx.example.org[192.0.2.1] said: 550 5.7.9 foo bar
no host mx.example.org[192.0.2.1] said: 550 5.7.8 foo
no host mx.example.org[192.0.2.1] said: 550 5.7.9 other
RULES
    bounceclass -t bounce.rules >out
    cat out
    same 6 "$(grep -c '^ok ' out)"
END
for jit in '' --no-jit; do
    title='reports a pattern that hits its limit once, counts its texts, and tries the next rules'
    check "bounceclass${jit:+ }$jit $title" <<\END
        mkdir rules
        printf 'rule slow\nreason refused\nmatch (a+)+$\nyes a\n\n' >rules/bounce.rules
        printf 'rule next\nreason mailbox-full\nmatch b\nyes b\n' >>rules/bounce.rules
        yes "$(head -c 900 /dev/zero | tr '\0' a)b" | head -n 3 >in
        bounceclass $jit -N -r rules <in >out 2>err
        same 'mailbox-full mailbox-full mailbox-full' "$(cut -f 3 out | paste -sd ' ' -)"
        cat err
        has_lines 2 err
        grep '3 matches hit a limit' err
END
done
check 'bounceclass gives the same verdicts with --no-jit' <<\END
    printf '550 5.1.1 User unknown\n552 mailbox full\nxyz\n421 too busy\n' >in
    bounceclass <in >expected
    bounceclass --no-jit <in >out
    has_lines 5 out
    cmp expected out
END
finish
