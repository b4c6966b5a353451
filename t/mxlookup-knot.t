#!/bin/sh
# mxlookup against a real DNS server, Knot.
. "${0%/*}/lib.sh"
knotd=$(PATH=$PATH:/usr/sbin command -v knotd) || { skip 'a real DNS server' 'knotd is not installed'; finish; exit 0; }

cat >"$tmp/zone" <<'Z'
$ORIGIN knot.test.
@ 300 SOA ns. admin. 1 60 60 60 60
@ NS ns
ns A 192.0.2.53
@ MX 20 mx2
@ MX 10 mx1
mx1 A 192.0.2.1
mx1 AAAA 2001:db8::1
mx2 A 192.0.2.2
null MX 0 .
web A 192.0.2.3
alias CNAME knot.test.
txt TXT none
big MX 1 host-with-a-rather-long-name-number-01
Z
for i in $(seq -w 2 60); do echo "big MX $i host-with-a-rather-long-name-number-$i"; echo "host-with-a-rather-long-name-number-$i A 192.0.2.4"; done >>"$tmp/zone"

# A free port: one that was free a moment ago; another if it is not any more.
start() {
    port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
    cat >"$tmp/knot.conf" <<C
server:
    rundir: "$tmp"
    listen: 127.0.0.1@$port
database:
    storage: "$tmp"
zone:
  - domain: knot.test
    file: "$tmp/zone"
C
    "$knotd" -c "$tmp/knot.conf" >"$tmp/knot.log" 2>&1 &
    knot=$!
    tries=0
    until echo txt.knot.test | mxlookup --resolver "127.0.0.1:$port" --timeout 1 --tries 1 2>/dev/null | grep -q nodata; do
        tries=$((tries + 1))
        kill -0 $knot 2>/dev/null && [ $tries -lt 30 ] || return 1
    done
}
at_exit() { kill "$knot" 2>/dev/null; wait "$knot" 2>/dev/null; }
start || start || { cat "$tmp/knot.log"; check 'knotd starts' false; finish; exit 0; }

look() { echo "$1" | mxlookup -N --resolver "127.0.0.1:$port" | cut -f 2,3 | tr '\t' ' '; }
gives() { check "$1: $2" "same '$2' \"\$(look '$1')\""; }
gives knot.test 'ok 10:mx1.knot.test=192.0.2.1,2001:db8::1 20:mx2.knot.test=192.0.2.2'
gives alias.knot.test 'ok 10:mx1.knot.test=192.0.2.1,2001:db8::1 20:mx2.knot.test=192.0.2.2'
gives null.knot.test 'null -'
gives web.knot.test 'implicit 0:web.knot.test=192.0.2.3'
gives txt.knot.test 'nodata -'
gives none.knot.test 'nxdomain -'
gives elsewhere.test 'refused -'
check 'an answer that needs TCP: all 59 exchanges that have an address' '[ "$(look big.knot.test | tr " " "\n" | grep -c ":host-with")" = 59 ]'
finish
