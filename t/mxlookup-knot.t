#!/bin/sh
# mxlookup against a real DNS server, Knot. Its zone is t/lab/peers.d/knot.zone.
. "${0%/*}/lib.sh"
. "${0%/*}/peers.sh"

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
start_peer knot 'mxlookup understands the answers of Knot' answers

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
both='ok 10:mx1.knot.test=192.31.196.1,2001:4:112::1 20:mx2.knot.test=192.31.196.2'
reports 'mxlookup finds both exchanges of a domain of Knot' knot.test "$both"
reports 'mxlookup finds the exchanges to which an alias of Knot leads' alias.knot.test "$both"
reports 'mxlookup reports a null MX of Knot as null' null.knot.test 'null -'
reports 'mxlookup reports a domain of Knot with an address but no MX as implicit' \
    web.knot.test 'implicit 0:web.knot.test=192.31.196.3'
reports 'mxlookup reports a domain of Knot with a TXT record only as nodata' \
    txt.knot.test 'nodata -'
reports 'mxlookup reports a name that Knot does not have as nxdomain' none.knot.test 'nxdomain -'
reports 'mxlookup reports a zone that Knot does not serve as refused' elsewhere.test 'refused -'
check 'mxlookup finds 59 exchanges with an address in an answer of Knot that needs TCP' <<\END
    look big.knot.test | tr ' ' '\n' >out
    same 59 "$(grep -c ':host-with' out)"
END
stop_peer
check 'no process of Knot is left' 'same "" "$(left_over)"'
finish
