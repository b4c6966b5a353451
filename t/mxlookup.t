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
gives cname-loop.lab.test 'nodata -' 'a loop of aliases ends'
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
finish
