#!/bin/sh
# mxlookup --cache: what is kept and for how long, damaged files, and runs that end early.
. "${0%/*}/lib.sh"
in_lab -z "$top/t/lab/demo.zone"
status=0

# use_cache TIME SERVER: looks up stdin at that time of 2026-11-23, with the cache in ./cache.
# mxlookup must exit with $status.
use_cache() {
    MXKIT_NOW=2026-11-23T$1Z exits "$status" \
        mxlookup -N --cache cache --resolver "$2" --timeout 1 --tries 1
}
check 'mxlookup --cache answers without a server until the TTL has passed' <<\END
    printf 'm1.lab.test\nmissing.lab.test\n' >in
    use_cache 00:00:00 "$DNS" <in >answered
    same 'ok nxdomain' "$(cut -f 2 answered | paste -sd ' ' -)"
    use_cache 00:00:59 127.0.0.1:9 <in >cached
    cmp answered cached
END
then_check 'mxlookup --cache keeps a negative answer for the time that the SOA gives' <<\END
    status=69
    use_cache 00:04:59 127.0.0.1:9 <in >out
    same 'ok timeout' "$(cut -f 2 out | paste -sd ' ' -)"
END
then_check 'mxlookup --cache keeps an answer for its TTL and no longer' <<\END
    status=69
    echo m1.lab.test | use_cache 00:05:00 127.0.0.1:9 >out
    same timeout "$(cut -f 2 out)"
END
prints 'mxlookup -l --cache writes the time that is left' '
    echo m1.lab.test >in
    MXKIT_NOW=2026-11-23T00:00:59Z mxlookup -N -4 -l --cache cache --resolver "$DNS" <in >out
    MXKIT_NOW=2026-11-23T00:01:59Z mxlookup -N -4 -l --cache cache --resolver 127.0.0.1:9 <in |
        cut -f 6
' <<\END
240
END
check 'mxlookup --cache does not keep SERVFAIL' <<\END
    echo servfail.lab.test | use_cache 00:00:00 "$DNS"
    grep '^mxkit-mx' cache
    not grep servfail cache
END
check 'mxlookup --cache does not keep an answer of which a part is SERVFAIL' <<\END
    printf 'half.test MX 10 mx1.hosts.lab.test\nhalf.test MX 20 servfail.lab.test\n' >zone
    echo half.test >in
    "$lab" -z zone -- sh -c 'mxlookup -N --cache cache --resolver "$DNS" <in' >out
    same "half.test${tab}ok${tab}10:mx1.hosts.lab.test=192.31.196.1,2001:4:112::1" \
        "$(cut -f 1-3 out)"
    same 1 "$(wc -l <cache)"
END
check 'mxlookup --cache takes no answer from a cache that was made with other options' <<\END
    echo m1.lab.test | use_cache 00:00:00 "$DNS"
    echo m1.lab.test |
        MXKIT_NOW=2026-11-23T00:00:00Z mxlookup -4 -N --cache cache --resolver "$DNS" >out
    same 10:mx1.hosts.lab.test=192.31.196.1 "$(cut -f 3 out)"
END
check 'mxlookup --cache reports a damaged line and takes the others' <<\END
    printf 'm1.lab.test\nm2.lab.test\n' >in
    use_cache 00:00:00 "$DNS" <in >answered
    perl -pi -e 's/=192/=193/ if $. == 2' cache
    use_cache 00:00:00 "$DNS" <in 2>err >out
    cmp answered out
    same 'mxlookup: cache:2: this line is damaged; its domain will be looked up again' "$(cat err)"
    perl -pi -e 's/=192/=193/ if $. == 2' cache
    status=69
    use_cache 00:00:00 127.0.0.1:9 <in >out
    same 1 "$(diff answered out | grep -c '^<')"
END
check 'mxlookup --cache reports a file that is not a cache and takes nothing from it' <<\END
    printf 'mxkit-mx 1\t46--\nm1.lab.test\tok\t99999999999\t0\t5:hello\t1\t-\n' >cache
    echo m1.lab.test | use_cache 00:00:00 "$DNS" 2>err >out
    grep 'mx1.hosts' out
    grep '^mxlookup: cache:1: ' err
END
check 'mxlookup -l --cache writes the true addresses, wherever the cache is cut or flipped' <<\END
    look_up() {
        echo m1.lab.test |
            MXKIT_NOW=1 mxlookup -l --cache cache --resolver "$DNS" 2>err
    }
    look_up >answered
    same 3 "$(wc -l <answered)"
    mv cache sound
    for i in $(seq 0 $(($(wc -c <sound) - 1))); do
        head -c "$i" sound >cache
        look_up | cmp answered -
        perl -0pe 'substr($_, '"$i"', 1) ^= chr(1 << '"$i"' % 8)' sound >cache
        look_up | cmp answered -
    done
END
# stops SIGNAL STATUS: stops a run while a row waits for an answer that never comes, and another one
# waits for that row. The first row is slow, so that the last one is answered when it is written.
stops() {
    mkfifo in
    perl -e '$SIG{INT} = "DEFAULT"; exec @ARGV' \
        "$bin/mxlookup" -N --cache cache --resolver "$DNS" --timeout 20 --tries 1 \
        <in >out &
    pid=$!
    exec 3>in
    printf '%s.lab.test\n' slow-100.m1 drop m2 >&3
    wait_until has_lines 1 out
    kill -s "$1" "$pid"
    exec 3>&-
    ends "$2" "$pid"
    same 'm2.lab.test slow-100.m1.lab.test' \
        "$(cut -f 1 cache | grep lab | sort | paste -sd ' ' -)"
}
check 'mxlookup --cache keeps what was answered if SIGTERM stops the run' 'stops TERM 143'
check 'mxlookup --cache keeps what was answered if SIGINT stops the run' 'stops INT 130'
check 'mxlookup --cache keeps what was answered if the reader of its rows goes away' <<\END
    seq -f 'm1.d%g.test' 3000 >in
    exits 74 mxlookup -N --cache cache --resolver "$DNS" <in | head -n 1 >out
    has_lines 1 out
    [ "$(grep -c 'mx1.hosts' cache)" -gt 100 ]
END
finish
