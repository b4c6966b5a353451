#!/bin/sh
# The lab itself (t/lab/README.md): it returns the command's exit status and leaves nothing running.
. "${0%/*}/lib.sh"
TMPDIR=$tmp
export TMPDIR

check 'the lab runs a command with both responders and exits with its status' <<\END
    exits 7 "$lab" -- sh -c '[ "$DNS" ] && [ "$SMTP_PORT" ] && exit 7'
END
check 'the lab exits with 69 and names the responder that does not start' <<\END
    MXKIT_BUILD=/nonexistent exits 69 "$lab" -- true 2>err
    grep 'lab: dnsd did not start' err
END
check 'the lab leaves no folder in TMPDIR' <<\END
    mkdir temporary
    TMPDIR=$PWD/temporary "$lab" -- sh -c 'ls temporary >during'
    grep mxkit-lab during
    same '' "$(ls temporary)"
END
# is_open PORT: succeeds if a server accepts connections on it.
is_open() {
    perl -MIO::Socket::INET -e '
        exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]")' "$1"
}
check 'the responders end when the lab is killed' <<\END
    mkfifo ready hold
    "$lab" -- sh -c 'echo "$DNS $SMTP_PORT" >ready; exec cat hold' &
    running=$!
    read -r _ port <ready
    is_open "$port"
    kill -KILL "$running"
    wait "$running" || true
    tries=0
    while is_open "$port" && [ "$tries" -lt 500 ]; do
        tries=$((tries + 1))
        perl -e 'select undef, undef, undef, 0.02'
    done
    not is_open "$port"
    : >hold # ends the command
END
finish
