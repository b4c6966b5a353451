#!/bin/sh
# mxlookup against a real DNS server, Knot.
. "${0%/*}/lib.sh"
knotd=$(PATH=$PATH:/usr/sbin command -v knotd) || {
    skip 'mxlookup understands the answers of Knot' 'knotd is not installed'
    finish
    exit 0
}

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
for i in $(seq -w 2 60); do
    echo "big MX $i host-with-a-rather-long-name-number-$i"
    echo "host-with-a-rather-long-name-number-$i A 192.0.2.4"
done >>"$tmp/zone"

free_port() {
    perl -MIO::Socket::INET -e '
        print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}
# answers: succeeds if the server on $port answers a query for the TXT record of txt.knot.test
# within 0.1 seconds.
answers() {
    perl -MIO::Socket::INET -e '
        my $server = IO::Socket::INET->new(Proto => "udp", PeerAddr => "127.0.0.1:$ARGV[0]");
        my $name = join "", map { chr(length) . $_ } qw(txt knot test), "";
        $server->send(pack("n6", 1, 0, 1, 0, 0, 0) . $name . pack("n2", 16, 1));
        vec(my $readable = "", fileno($server), 1) = 1;
        select($readable, undef, undef, 0.1) and $server->recv(my $answer, 512);
        exit ($answer !~ /none/)' "$port"
}
# start_knot: starts knotd on a port that was free a moment ago. It fails if somebody else has taken
# the port meanwhile.
start_knot() {
    port=$(free_port)
    cat >"$tmp/knot.conf" <<END
server:
    rundir: "$tmp"
    listen: 127.0.0.1@$port
database:
    storage: "$tmp"
zone:
  - domain: knot.test
    file: "$tmp/zone"
END
    "$knotd" -c "$tmp/knot.conf" >"$tmp/knot.log" 2>&1 &
    knot=$!
    tries=0
    until answers 2>/dev/null; do
        tries=$((tries + 1))
        kill -0 "$knot" 2>/dev/null && [ "$tries" -lt 300 ] || return 1
    done
}
stop_knot() {
    kill "$knot" 2>/dev/null
    wait "$knot" 2>/dev/null
}
at_exit() { stop_knot; }
start_knot || { stop_knot; start_knot; } || {
    cat "$tmp/knot.log"
    check 'Knot starts' false
    finish
    exit 0
}

# look NAME: prints "mx_status mx" of it.
look() {
    echo "$1" | mxlookup -N --resolver "127.0.0.1:$port" | cut -f 2,3 | tr '\t' ' '
}
# reports SENTENCE NAME EXPECTED: a test that `look NAME` prints EXPECTED.
reports() {
    name=$2 answer=$3
    check "$1" <<\END
        same "$answer" "$(look "$name")"
END
}
both='ok 10:mx1.knot.test=192.0.2.1,2001:db8::1 20:mx2.knot.test=192.0.2.2'
reports 'mxlookup finds both exchanges of a domain of Knot' knot.test "$both"
reports 'mxlookup finds the exchanges to which an alias of Knot leads' alias.knot.test "$both"
reports 'mxlookup reports a null MX of Knot as null' null.knot.test 'null -'
reports 'mxlookup reports a domain of Knot with an address but no MX as implicit' \
    web.knot.test 'implicit 0:web.knot.test=192.0.2.3'
reports 'mxlookup reports a domain of Knot with a TXT record only as nodata' \
    txt.knot.test 'nodata -'
reports 'mxlookup reports a name that Knot does not have as nxdomain' none.knot.test 'nxdomain -'
reports 'mxlookup reports a zone that Knot does not serve as refused' elsewhere.test 'refused -'
check 'mxlookup finds 59 exchanges with an address in an answer of Knot that needs TCP' <<\END
    look big.knot.test | tr ' ' '\n' >out
    same 59 "$(grep -c ':host-with' out)"
END
finish
