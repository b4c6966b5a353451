#!/bin/sh
# mxlookup against the lab's DNS responder: every status, every odd answer.
. "${0%/*}/lib.sh"
in_lab -z "$top/t/lab/demo.zone"

# look NAME: "mx_status mx" of it.
look() { printf '%s\n' "$1" | mxlookup -N --allow-private --resolver "$DNS" --timeout 1 --tries 1 --seed 1 | cut -f 2,3 | tr '\t' ' '; }
gives() { check "$3" "same '$2' \"\$(look '$1')\""; }

gives a@alpha.example 'ok 10:mx1.alpha.example=127.0.0.2 20:mx2.alpha.example=127.0.0.3' 'two exchanges in the order of preference'
gives alpha.example 'ok 10:mx1.alpha.example=127.0.0.2 20:mx2.alpha.example=127.0.0.3' 'a domain does as well as an address'
gives 'Ann <ANN@Alpha.Example.>' 'ok 10:mx1.alpha.example=127.0.0.2 20:mx2.alpha.example=127.0.0.3' 'upper case, a trailing dot and a display name do no harm'
gives web.example 'implicit 0:web.example=127.0.0.8' 'no MX but an address: implicit'
gives implicit.lab.test 'implicit 0:implicit.lab.test=192.0.2.1,2001:db8::1' 'implicit with IPv4 and IPv6'
gives null.example 'null -' 'null MX'
gives gone.example 'nxdomain -' 'a domain that does not exist'
gives none.lab.test 'nodata -' 'neither MX nor address'
gives noaddr.lab.test 'nodata -' 'an exchange without an address'
gives servfail.lab.test 'servfail -' 'SERVFAIL'
gives refused.lab.test 'refused -' 'REFUSED'
gives formerr.lab.test 'servfail -' 'FORMERR counts as SERVFAIL, not as no such domain'
gives drop.lab.test 'timeout -' 'no answer'
gives wrongid.m1.lab.test 'timeout -' 'an answer with another id is ignored'
gives wrongname.m1.lab.test 'timeout -' 'an answer to another question is ignored'
gives junk.m1.lab.test 'timeout -' 'what is no DNS packet is ignored'
gives trunc.m2.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1 20:mx2.hosts.lab.test=192.0.2.1,2001:db8::1' 'a truncated answer is asked for again over TCP'
gives trunc.m9.lab.test "ok $(for i in 1 2 3 4 5 6 7 8 9; do printf '%s0:mx%s.hosts.lab.test=192.0.2.1,2001:db8::1 ' $i $i; done | sed 's/ $//')" 'nine exchanges'
gives cname-3.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'a chain of aliases is followed'
gives cname-loop.lab.test 'servfail -' 'a loop of aliases ends'
gives step-3.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'aliases that the server does not follow are asked for'
gives step-20.lab.test 'servfail -' 'but not without end'
gives slow-300.m1.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'a slow answer is waited for'
for bad in '' '@' 'a@' '@b.org' 'a..b' '.org' 'a b.org' 'a@[192.0.2]' 'a@[IPv6:192.0.2.1]' 'a@[2001:db8::1]' 'a@[]' '-' "$(printf 'x\033y.org')" "$(head -c 300 /dev/zero | tr '\0' a)" "$(head -c 64 /dev/zero | tr '\0' a).org"; do
    gives "$bad" 'badname -' "badname: $(printf %.20s "$bad" | tr -cd ' -~')"
done
check 'one byte of every value is a name or a badname, never a lost row' \
    'perl -e "for (1..255) { print chr(\$_), \".org\\n\" if \$_ != 10 && \$_ != 9 }" >"$tmp/bytes"; [ "$(mxlookup -N --resolver "$DNS" <"$tmp/bytes" | wc -l)" = 253 ]'
check '-4 asks for IPv4 alone' '[ "$(echo m1.lab.test | mxlookup -4 -N --resolver "$DNS" | cut -f 3)" = "10:mx1.hosts.lab.test=192.0.2.1" ]'
check '-6 asks for IPv6 alone' '[ "$(echo m1.lab.test | mxlookup -6 -N --resolver "$DNS" | cut -f 3)" = "10:mx1.hosts.lab.test=2001:db8::1" ]'
check 'the columns of the row pass on, a second header is skipped' \
    '[ "$(printf "name\taddress\nAnn\ta@web.example\nname\taddress\nBob\tb@web.example\n" | mxlookup --allow-private --resolver "$DNS" | cut -f 1,2,3)" = "name${tab}address${tab}mx_status
Ann${tab}a@web.example${tab}implicit
Bob${tab}b@web.example${tab}implicit" ]'
check 'a row that was looked up before is overwritten in place' \
    '[ "$(echo web.example | mxlookup --resolver "$DNS" | mxlookup --resolver "$DNS" | head -n 1)" = "address${tab}mx_status${tab}mx${tab}text" ]'
check 'one row a row, in the order of the input' \
    'for i in $(seq 1 3000); do echo "u$i@m$((i % 3 + 1)).d$((i % 700)).test"; done >"$tmp/list"; [ "$(mxlookup -N --resolver "$DNS" <"$tmp/list" | cut -f 1 | cmp - "$tmp/list" && echo same)" = same ]'
check 'all of them are right, with a tenth of the answers lost' \
    '"$lab" -o "--loss 10" -- sh -c "mxlookup -N --resolver \$DNS --timeout 1 --tries 8 <\"$tmp/list\"" >"$tmp/lossy"; [ "$(wc -l <"$tmp/lossy")" = 3000 ] && [ "$(cut -f 2 "$tmp/lossy" | sort -u)" = ok ]'
check 'one of two servers that is dead delays, but loses nothing' \
    '[ "$(head -n 200 "$tmp/list" | mxlookup -N --resolver "127.0.0.1:9,$DNS" --timeout 1 | cut -f 2 | sort -u)" = ok ]'
check 'no server that answers: the rows come out as timeout, then exit status 69' \
    'exits 69 "printf \"a.org\\nb.org\\n\" | mxlookup -N --resolver 127.0.0.1:9 --timeout 1 --tries 1 >\"$tmp/out\" 2>/dev/null" && [ "$(cut -f 2 "$tmp/out" | tr "\n" " ")" = "timeout timeout " ]'
check '-e exits with 1 if a row has no exchange' 'exits 1 "echo gone.example | mxlookup -e --resolver $DNS >/dev/null" && exits 0 "echo web.example | mxlookup -e --allow-private --resolver $DNS >/dev/null"'
check 'a resolver that is none is exit status 64' 'exits 64 "mxlookup --resolver nonsense </dev/null 2>/dev/null" && exits 64 "mxlookup --resolver 1.2.3.4:99999 </dev/null 2>/dev/null"'

# MX semantics.
public() { printf '%s\n' "$1" | mxlookup -N --resolver "$DNS" --seed 1 --tries 1 --timeout 1 | cut -f 2,3 | tr '\t' ' '; }
all() { check "$3" "same '$2' \"\$(public '$1')\""; }
all g2.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1 20:mx2.hosts.lab.test=192.0.2.1,2001:db8::1' 'addresses that come along are taken'
all twonull.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'a null MX among others is none (RFC 7505 3)'
all odd.lab.test 'ok 20:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'localhost, an IP address and a host with private addresses are dropped'
all lame.lab.test 'servfail -' 'a referral is no answer'
all noedns.lab.test 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'FORMERR: asked again without EDNS0'
all private.lab.test 'nodata -' 'an implicit MX with private addresses alone is none'
all alpha.example 'nodata -' 'loopback addresses are dropped'
all 'u@[192.0.2.1]' 'ok 0:[192.0.2.1]=192.0.2.1' 'an address literal'
all 'u@[IPv6:2001:DB8::0:1]' 'ok 0:[IPv6:2001:db8::1]=2001:db8::1' 'an IPv6 literal, in its one form'
check 'a literal is no domain of digits' 'same "ok nxdomain" "$(printf "u@[192.0.2.1]\nu@192.0.2.1\n" | mxlookup -N --resolver "$DNS" | cut -f 2 | paste -sd " " -)"'
all 'u@[127.0.0.1]' 'nodata -' 'a literal that is private is dropped'
all 'u@m1.BÜCHER.example' 'ok 10:mx1.hosts.xn--bcher-kva.example=192.0.2.1,2001:db8::1' 'a U-label is asked for as an A-label'
all 'U@M1.LAB.TEST.' 'ok 10:mx1.hosts.lab.test=192.0.2.1,2001:db8::1' 'upper case and a final dot'
check '-v tells what is dropped, and why' 'echo odd.lab.test | mxlookup -v --resolver "$DNS" 2>"$tmp/err" >/dev/null; grep -q "odd.lab.test: localhost is this machine itself" "$tmp/err" && grep -q "192.0.2.77 is an address, not a host name" "$tmp/err" && grep -q "10.1.2.3 is a private address" "$tmp/err"'
check '-v tells of aliases' 'echo cname-3.lab.test | mxlookup -v --resolver "$DNS" 2>&1 >/dev/null | grep -q "is an alias"'
check 'without -v nothing is told' 'same "" "$(echo odd.lab.test | mxlookup --resolver "$DNS" 2>&1 >/dev/null)"'
order() { echo same.lab.test | mxlookup -N --resolver "$DNS" ${1:+--seed $1} | cut -f 3; }
check 'one preference: in random order' '[ "$(for i in 1 2 3 4 5 6 7 8 9 10 11 12; do order $i; done | sort -u | wc -l)" -gt 2 ]'
check 'which --seed repeats' 'same "$(order 7)" "$(order 7)"'

# The text of what cannot be delivered.
said() { echo "$1" | mxlookup --resolver "$DNS" --tries 1 --timeout 1 2>/dev/null | bounceclass | awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i } NR == 2 { print $at["type"], $at["reason"], $at["detail"] }'; }
check 'NXDOMAIN is an invalid domain' 'same "soft invalid-domain nxdomain" "$(said missing.lab.test)"'
check 'null MX too' 'same "soft invalid-domain null-mx" "$(said null.lab.test)"'
check 'no MX and no address too' 'same "soft invalid-domain no-mx" "$(said none.lab.test)"'
for name in servfail refused drop; do
    check "$name says nothing about the address" "same 'soft unreachable dns' \"\$(said $name.lab.test)\""
done
check 'a bad name is bad syntax' 'same "hard user-unknown syntax" "$(said "a@b@c d")"'
check 'quarantine takes such rows straight on' 'echo a@missing.lab.test | mxlookup --resolver "$DNS" | bounceclass | quarantine update -N | grep -q "erroneous.1$"'
check 'a row that is over keeps its text' 'same "550 no" "$(printf "address\tresult\ttext\na@missing.lab.test\tfailed\t550 no\n" | mxlookup -N --resolver "$DNS" | cut -f 3)"'
check 'a row that can be delivered keeps its text' 'same "421 later" "$(printf "address\tresult\ttext\na@m1.lab.test\tdeferred\t421 later\n" | mxlookup -N --resolver "$DNS" | cut -f 3)"'
check 'a deferred row of a domain that is gone gets a new one' 'printf "address\tresult\ttext\na@missing.lab.test\tdeferred\t421 later\n" | mxlookup -N --resolver "$DNS" | cut -f 3 | grep -q NXDOMAIN'

# Lists, order, cache, DNSSEC.
check '-l: a row an exchange and address' 'same "address mx_status preference exchange ip ttl
m2.lab.test ok 10 mx1.hosts.lab.test 192.0.2.1 300
m2.lab.test ok 10 mx1.hosts.lab.test 2001:db8::1 300
m2.lab.test ok 20 mx2.hosts.lab.test 192.0.2.1 300
m2.lab.test ok 20 mx2.hosts.lab.test 2001:db8::1 300
null.lab.test null - - - -" "$(printf "m2.lab.test\nnull.lab.test\n" | mxlookup -l --resolver "$DNS" | tr "\t" " ")"'
check '-u: as they are answered' 'same "m1.lab.test slow-500.m1.lab.test" "$(printf "slow-500.m1.lab.test\nm1.lab.test\n" | mxlookup -u -N --resolver "$DNS" --timeout 3 --tries 1 | cut -f 1 | paste -sd " " -)"'
check '-u: all of them, with rows that wait for the same domain' 'mxlookup -u -N --resolver "$DNS" <"$tmp/list" | cut -f 1 | sort >"$tmp/1"; sort "$tmp/list" | cmp - "$tmp/1"'
now() { MXKIT_NOW=$1 mxlookup -N --cache "$tmp/cache" --resolver "$2" --timeout 1 --tries 1; }
check '--cache answers without a server while the TTL lasts' 'printf "m1.lab.test\nmissing.lab.test\n" | now 2026-11-23T00:00:00Z "$DNS" >"$tmp/1" && printf "m1.lab.test\nmissing.lab.test\n" | now 2026-11-23T00:00:59Z 127.0.0.1:9 | cmp - "$tmp/1"'
check 'not longer (negative answers for the SOA'"'"'s time)' 'same "ok timeout" "$(printf "m1.lab.test\nmissing.lab.test\n" | now 2026-11-23T00:04:59Z 127.0.0.1:9 2>/dev/null | cut -f 2 | paste -sd " " -)" && same timeout "$(echo m1.lab.test | now 2026-11-23T00:05:00Z 127.0.0.1:9 2>/dev/null | cut -f 2)"'
check 'what was no answer is not kept' 'rm -f "$tmp/cache"; echo servfail.lab.test | now 2026-11-23T00:00:00Z "$DNS" >/dev/null; ! grep servfail "$tmp/cache"'
check 'a cache of other options counts as empty' 'echo m1.lab.test | now 2026-11-23T00:00:00Z "$DNS" >/dev/null; same "10:mx1.hosts.lab.test=192.0.2.1" "$(echo m1.lab.test | MXKIT_NOW=2026-11-23T00:00:00Z mxlookup -4 -N --cache "$tmp/cache" --resolver "$DNS" | cut -f 3)"'
check 'a damaged cache line is passed over' 'printf "mxkit-mx 1\t46--\nm1.lab.test\tok\n\n\tx\nm2.lab.test\tok\t99999999999\t0\t5:hello\t1\t-\textra\n" >"$tmp/cache"; echo m1.lab.test | now 2026-11-23T00:00:00Z "$DNS" | grep -q mx1.hosts'
check '--dnssec: what is validated, with TLSA records' 'same "mx1.secure.hosts.lab.test=3:1:1:abcdef" "$(echo s1.lab.test | mxlookup --dnssec -N --resolver "$DNS" | cut -f 5)"'
check 'what is not validated is not secure' 'same "-" "$(echo m1.lab.test | mxlookup --dnssec -N --resolver "$DNS" | cut -f 5)"'

# Under load.
check '100,000 forged answers (id, question, class, opcode, no answer, port, address) are ignored' 'for i in $(seq 1500); do echo "m1.f$i.test"; done >"$tmp/names"; "$lab" -o "--forge 25" -- sh -c "mxlookup -N --window 50 --resolver \$DNS <\"$tmp/names\"" >"$tmp/out"; same 1500 "$(grep -c "10:mx1.hosts.f[0-9]*.test=192.0.2.1,2001:db8::1" "$tmp/out")" && ! grep -q -e 6.6.6 -e 666: -e forged "$tmp/out"'
names=$(often 10000 100000)
"$top/t/lab/names" "$names" 7 >"$tmp/expected"
check "every kind of answer, early and late, a hundredth lost: $names rows, each right and in its place" '"$lab" -o "--loss 1" -- sh -c "cut -f 1 \"$tmp/expected\" | mxlookup -N --resolver \$DNS | cut -f 1-3" >"$tmp/out"; cmp "$tmp/expected" "$tmp/out"'
"$top/t/lab/names" 300 7 m2 null drop wrongid wrongname junk missing >"$tmp/expected"
check 'nothing of one row comes out in the next where none answers' 'cut -f 1 "$tmp/expected" | mxlookup -N --resolver "$DNS" --timeout 1 --tries 2 | cut -f 1-3 | cmp "$tmp/expected" -'
check 'no bytes of a server come out that could harm a terminal or a stream' 'echo weird.lab.test | mxlookup -v --resolver "$DNS" >"$tmp/out" 2>&1; same 6 "$(wc -l <"$tmp/out")" && ! tr -d "\t\n -~" <"$tmp/out" | grep -q .'
for i in $(seq 6000); do echo "null.d$i.test"; done >"$tmp/names"
check 'a server that drops above a rate: all right' '"$lab" -o "--rate 3000" -- sh -c "mxlookup -N --resolver \$DNS <\"$tmp/names\"" >"$tmp/out"; same "6000 null" "$(cut -f 2 "$tmp/out" | sort | uniq -c | tr -s " " | cut -c 2-)"'
check 'a server that refuses above a rate: 99.8 % right' '"$lab" -o "--rate 3000 --refuse" -- sh -c "mxlookup -N --resolver \$DNS <\"$tmp/names\"" >"$tmp/out"; [ "$(cut -f 2 "$tmp/out" | grep -c null)" -ge 5988 ]'
check '40,000 domains and then the same: none is asked twice' 'for i in $(seq 40000); do echo "null.d$i.test"; done >"$tmp/many"; cat "$tmp/many" "$tmp/many" | mxlookup -N --resolver "$DNS" >"$tmp/out"; same 80000 "$(grep -c null "$tmp/out")"'
check '--rate holds' 'start=$(date +%s%N); head -n 300 "$tmp/names" | mxlookup --rate 300 --resolver "$DNS" >/dev/null; [ $(($(date +%s%N) - start)) -gt 800000000 ]'
finish
