#!/bin/sh
# bounceclass: verdicts, where code, status and host come from, errors of rule files.
. "${0%/*}/lib.sh"

# verdict TEXT: "type reason" of it.
verdict() { printf '%s\n' "$1" | bounceclass -N | cut -f 2,3 | tr '\t' ' '; }
# is TEXT VERDICT
is() { check "$2: $1" "same '$2' \"\$(verdict '$(printf '%s' "$1" | sed "s/'/'\\\\''/g")')\""; }

is '550 5.1.1 ... User is unknown' 'hard user-unknown'
is '550 5.2.2 User quota exceeded' 'soft mailbox-full'
is '550 5.7.1 : Recipient address rejected: Inactive MailBox, not poped for more than 6 months' 'soft inactive-user'
is "DNS query failed for 'ourdan.com'" 'soft invalid-domain'
is "Inbound email bounce (rule 'Feedback_loop_Hotmail' has matched this bounce)" 'soft refused'
is '421 4.16.55 [TS01] Messages from x.x.x.x temporarily deferred due to excessive user complaints' 'soft unreachable'

# The traps that cost good addresses.
is '450 4.1.1 <a@example.org>: Recipient address rejected: User unknown in relay recipient table' 'soft unreachable'
is '550 5.7.1 Access denied by our policy' 'soft refused'
is '550 5.1.1 Message rejected due to local policy' 'soft refused'
is '550 Sender verify failed: user unknown' 'soft refused'
is '550 5.7.26 Unauthenticated email from example.org is not accepted due to DMARC policy' 'soft refused'
is '550 Too many connections from your host' 'soft unreachable'
is '550 5.7.1 Greylisted, please try again later' 'soft unreachable'
is '450 Requested action not taken: mailbox unavailable' 'soft unreachable'
is 'nothing that anybody has said before' 'ignored not-defined'

# What no rule knows: the enhanced status, then the first digit.
is '550 5.1.1 zzzz' 'hard user-unknown'
is '450 4.1.1 zzzz' 'soft unreachable'
is '550 5.1.2 zzzz' 'soft invalid-domain'
is '550 5.2.2 zzzz' 'soft mailbox-full'
is '421 zzzz' 'soft unreachable'
is '550 zzzz' 'ignored not-defined'

check 'code and status come from their columns' \
    '[ "$(printf "text\tcode\tstatus\nzzzz\t550\t5.2.2\n" | bounceclass -N | cut -f 4,5)" = "soft${tab}mailbox-full" ]'
check 'a row that was delivered has no verdict' \
    '[ "$(printf "text\tresult\n250 ok\tsent\n" | bounceclass -N)" = "250 ok${tab}sent${tab}-${tab}-${tab}-${tab}-" ]'
check 'what mxlookup and mxsend say of a domain is understood' \
    'for t in "Domain x.org accepts no mail (null MX)" "Host or domain name not found: x.org" "No mail exchanger or address for x.org"; do
        [ "$(verdict "$t")" = "soft invalid-domain" ] || exit 1; done'
check 'a text with escapes in its field is read unescaped' \
    '[ "$(printf "text\n550-5.1.1 No such\\\\n550 5.1.1 user here\n" | bounceclass -N | cut -f 3)" = user-unknown ]'

mkdir "$tmp/rules"
rules() { cat >"$tmp/rules/bounce.rules"; }
wrong() { check "$1" "exits 78 'bounceclass -r \"\$tmp/rules\" </dev/null 2>\"\$tmp/err\"' && grep -q '$2' \"\$tmp/err\" || { cat \"\$tmp/err\"; false; }"; }
rules <<'R'
rule one
reason mailbox-full
match quota
yes 550 quota

rule two
reason nonsense
match x
yes x
R
wrong 'an unknown reason is said with line and column' 'bounce.rules:7:8: an unknown reason'
printf 'rule a\nreason refused\nmatch a(b\nyes ab\n' | rules
wrong 'a bad pattern is said where it is bad' 'bounce.rules:3:10: '
printf 'rule a\nreason refused\nmatch ab\n' | rules
wrong 'a rule without an example is refused' 'has no example'
printf 'rule a\nreason refused\nyes ab\n' | rules
wrong 'a rule without a condition is refused' 'has no condition'
printf 'rule a\nreason refused\ncolour red\nmatch ab\nyes ab\n' | rules
wrong 'an unknown word is refused' 'bounce.rules:3:8: unknown word "colour"'
printf 'rule a\nreason refused\nmatch ab\nyes ab\n\nrule a\nreason refused\nmatch b\nyes b\n' | rules
wrong 'two rules of one name are refused' 'bounce.rules:6:6: another rule has this name'
printf 'rule a\nreason refused\ndetail quota\nmatch ab\nyes ab\n' | rules
wrong 'a detail of another reason is refused' 'no detail of this reason'
printf 'rule a\nreason refused\nmatch a\033b\nyes ab\n' | rules
wrong 'a control byte is refused' 'bounce.rules:3:8: a control byte'

printf 'rule a\nreason refused\nmatch abc\nyes abc\nno abcd\nyes zzz\n' | rules
check 'bounceclass -t tells which example fails, as TAP' \
    'exits 1 "bounceclass -t \"$tmp/rules/bounce.rules\" >\"$tmp/out\"" && grep -q "^ok 1" "$tmp/out" && grep -q "^not ok 2" "$tmp/out" && grep -q "^not ok 3" "$tmp/out" && grep -q "^1..3" "$tmp/out"'
printf 'rule mine\nreason mailbox-full\nmatch abc\nyes abc\n' >"$tmp/rules/local.bounce.rules"
check 'local.bounce.rules is read first' '[ "$(echo abc | bounceclass -N -r "$tmp/rules")" = "abc${tab}soft${tab}mailbox-full${tab}-${tab}mine" ]'
rm "$tmp/rules/local.bounce.rules"
printf 'rule c\nreason refused\ncode 55x\nstatus 5.*.9\nhost *.example.org\nmatch foo\nnot bar\nyes host mx.example.org[192.0.2.1] said: 550 5.7.9 foo\nno 550 5.7.9 foo\nno host mx.example.org[192.0.2.1] said: 450 5.7.9 foo\nno host mx.example.org[192.0.2.1] said: 550 5.7.9 foo bar\nno host mx.example.org[192.0.2.1] said: 550 5.7.8 foo\n' | rules
check 'code, status, host, match and not must all hold' 'bounceclass -t "$tmp/rules/bounce.rules"'
printf 'rule slow\nreason refused\nmatch (a+)+$\nyes a\n\nrule next\nreason mailbox-full\nmatch b\nyes b\n' | rules
check 'a pattern that hits its limit is said once and counted, and the other rules are tried' \
    'for jit in "" --no-jit; do (yes "$(head -c 3000 /dev/zero | tr "\0" a)b" | head -n 3) | bounceclass $jit -N -r "$tmp/rules" 2>"$tmp/err" | cut -f 3 | sort -u >"$tmp/out"
        [ "$(cat "$tmp/out")" = mailbox-full ] && [ "$(wc -l <"$tmp/err")" = 2 ] && grep -q "3 matches hit a limit" "$tmp/err" || exit 1; done'
check 'the same verdicts without JIT' \
    'for t in "550 5.1.1 User unknown" "552 mailbox full" "xyz" "421 too busy"; do [ "$(echo "$t" | bounceclass)" = "$(echo "$t" | bounceclass --no-jit)" ] || exit 1; done'
check 'every byte value and bad UTF-8 in a text gives one row each' \
    'perl -e "for (1..255) { next if \$_ == 10; print chr(\$_) x 3, \" 550 5.1.1 user unknown\\n\" }" >"$tmp/bytes"; [ "$(bounceclass -N -c text,c2 <"$tmp/bytes" 2>/dev/null | wc -l)" -ge 250 ]'
finish
