# t/peers.sh: what the tests with real servers share (t/lab/README.md). A test file reads it after
# t/lib.sh.
# shellcheck shell=sh disable=SC2154 # lib.sh sets $top, $tmp and $tab

# start_peer NAME SENTENCE IS-READY: starts t/lab/peer NAME on a free port of 127.0.0.1 and waits
# until the command IS-READY succeeds. Sets $port and $root, the server's root directory. The file
# ends with SENTENCE as a skipped test if this machine cannot run the server, and as a failed one if
# the server does not start.
start_peer() {
    mkfifo "$tmp/life"
    exec 8<>"$tmp/life"
    # A second time in case somebody takes the port before the server does.
    for root in "$tmp/root1" "$tmp/root2"; do
        port=$(perl -MIO::Socket::INET -e '
            print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
        "$top/t/lab/peer" "$1" "$root" "$port" <"$tmp/life" 8>&- >"$tmp/peer.log" 2>&1 &
        peer=$!
        tries=0
        while kill -0 "$peer" 2>/dev/null && [ "$tries" -lt 500 ]; do
            if "$3" 2>/dev/null; then return; fi
            tries=$((tries + 1))
            pause
        done
        stop_peer
        [ "$peer_status" != 77 ] || {
            skip "$2" "$(tail -n 1 "$tmp/peer.log")"
            finish
            exit 0
        }
    done
    cp "$tmp/peer.log" "$tmp/output"
    report "$2" 1
    finish
    exit 0
}

# stop_peer: ends the server and waits for that. Sets $peer_status.
stop_peer() {
    kill "$peer" 2>/dev/null
    wait "$peer" && peer_status=0 || peer_status=$?
}
at_exit() {
    [ ! "${peer:-}" ] || stop_peer
}

pause() {
    perl -e 'select undef, undef, undef, 0.02'
}

# left_over: prints the processes in the server's root.
left_over() {
    find /proc -mindepth 2 -maxdepth 2 -name root -lname "$(cd "$root" && pwd -P)" 2>/dev/null
}

# accepts_connections: succeeds if the server does, at $port.
accepts_connections() {
    perl -MIO::Socket::INET -e '
        exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]")' "$port"
}

# start_mail_peer NAME SENTENCE: start_peer, then writes $tmp/news.eml and rows for it: user+1 to
# user+20, unknown, later, full, and x@other.test.
start_mail_peer() {
    start_peer "$@" accepts_connections
    {
        printf '%s\n' 'From: News <news@sender.test>' 'To: user@peer.test' 'Subject: hi' \
            'Date: Mon, 23 Nov 2026 09:00:00 +0000' 'Message-ID: <1@sender.test>' \
            'MIME-Version: 1.0' 'Content-Type: text/plain; charset=utf-8' \
            'Content-Transfer-Encoding: 8bit' '' \
            Hello . ..dots .dot 'blanks at the end  ' "a${tab}tab" 'From here' 'Grüße' ''
        awk 'BEGIN { while (n++ < 990) printf "x"; print "\n.\n\n" }'
    } >"$tmp/news.eml"
    {
        printf 'address\tmx\n'
        for local_part in $(seq -f 'user+%g' 20) unknown later full; do
            printf '%s@peer.test\t10:peer.test=127.0.0.1\n' "$local_part"
        done
        printf 'x@other.test\t10:peer.test=127.0.0.1\n'
    } >"$tmp/rows"
}

# send: runs mxsend on rows.
send() {
    mxsend --port "$port" -f news@sender.test --helo sender.test "$@"
}

# result LOCAL-PART: prints "result code text" of its row in `out`.
result() {
    grep "^$1@" out | cut -f 3,8,10 | tr '\t' ' '
}

# delivered COUNT: waits until COUNT messages are in the mailbox, for ten seconds at most. Succeeds
# if each of them is news.eml, byte for byte, after the header fields that the server put before it.
delivered() {
    tries=0
    until [ "$(find "$root/var/mail/user/new" -type f 2>/dev/null | wc -l)" = "$1" ]; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || break
        pause
    done
    found=0
    for mail in "$root"/var/mail/user/new/*; do
        tail -c "$(wc -c <"$tmp/news.eml")" "$mail" >end
        diff "$tmp/news.eml" end
        found=$((found + 1))
    done
    same "$1" "$found"
}

# reject_by_size: checks that mxsend does not try to send a message above the server's SIZE.
reject_by_size() {
    head -c 200000 /dev/zero | tr '\0' a | fold -w 70 >big.eml
    head -n 2 "$tmp/rows" >in
    send -m big.eml -N <in >out
    same "failed${tab}552${tab}5.3.4" "$(cut -f 3,8,9 out)"
}

# knows_the_words: succeeds if bounceclass finds the reason of each row in `out` that was not sent.
knows_the_words() {
    grep -v "${tab}sent${tab}" out >not-sent
    bounceclass <not-sent >classified
    cut -f 1,16 classified | tr '\t' ' ' >reasons
    grep '^unknown@peer.test user-unknown$' reasons
    grep '^full@peer.test mailbox-full$' reasons
    grep '^later@peer.test unreachable$' reasons
    grep '^x@other.test refused$' reasons
}
