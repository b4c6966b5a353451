#!/bin/sh
# mxsend against a real SMTP server, Exim: what Exim accepts, refuses and defers.
. "${0%/*}/lib.sh"
# skip_all WHY: ends the file.
skip_all() {
    skip 'mxsend sends to Exim' "$1"
    finish
    exit 0
}
exim=$(PATH=$PATH:/usr/sbin command -v exim4) || skip_all 'exim4 is not installed'
[ "$(id -u)" = 0 ] || skip_all 'Exim accepts a configuration of ours only from root'

mkdir "$tmp/spool"
chmod 755 "$tmp"
owner=$("$exim" -C /dev/null -bP exim_user 2>/dev/null | sed 's/.*= *//')
chown -R "${owner:-Debian-exim}" "$tmp/spool"
cat >"$tmp/exim.conf" <<C
primary_hostname = exim.test
spool_directory = $tmp/spool
log_file_path = $tmp/spool/%slog
pid_file_path = $tmp/spool/pid
queue_only = true
domainlist local_domains = exim.test
acl_smtp_rcpt = rcpt
acl_smtp_data = data
smtp_accept_max_per_connection = 5
message_size_limit = 100K
tls_advertise_hosts =
host_lookup =
rfc1413_query_timeout = 0s
begin acl
rcpt:
  deny  local_parts = unknown
        message = Unknown user
  defer local_parts = later
        message = Try again later
  accept domains = +local_domains
  deny  message = relay not permitted
data:
  accept
C
free_port() {
    perl -MIO::Socket::INET -e '
        print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'
}
accepts_connections() {
    perl -MIO::Socket::INET -e '
        exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:$ARGV[0]")' "$port"
}
# start_exim: starts Exim on a port that was free a moment ago. It fails if somebody else has taken
# the port meanwhile.
start_exim() {
    port=$(free_port)
    "$exim" -C "$tmp/exim.conf" -bdf -oX "127.0.0.1.$port" >"$tmp/exim.log" 2>&1 &
    pid=$!
    tries=0
    until accepts_connections; do
        tries=$((tries + 1))
        kill -0 "$pid" 2>/dev/null && [ "$tries" -lt 500 ] || return 1
        perl -e 'select undef, undef, undef, 0.02'
    done
}
stop_exim() {
    kill "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
}
at_exit() { stop_exim; }
start_exim || { stop_exim; start_exim; } || {
    cat "$tmp/exim.log"
    check 'Exim starts' false
    finish
    exit 0
}

printf 'Subject: hi\n\nHello\n.\n..dots\n' >"$tmp/m.eml"
{
    printf 'address\tmx\n'
    for local_part in $(seq -f 'user%g' 20) unknown later; do
        printf '%s@exim.test\t10:exim.test=127.0.0.1\n' "$local_part"
    done
    printf 'x@other.test\t10:exim.test=127.0.0.1\n'
} >"$tmp/rows"
# result LOCAL-PART: prints "result code text" of its row in `out`.
result() { grep "^$1@" out | cut -f 3,8,10 | tr '\t' ' '; }

check 'mxsend sends twenty messages though Exim accepts five on a connection' <<\END
    mxsend --port "$port" -f s@sender.test -m "$tmp/m.eml" --helo me.test "$tmp/rows" >out
    same 20 "$(cut -f 3 out | grep -c '^sent$')"
END
then_prints 'mxsend reports a user whom Exim does not know as failed' 'result unknown' <<\END
failed 550 550 Unknown user
END
then_prints 'mxsend reports a user whom Exim defers as deferred' 'result later' <<\END
deferred 451 451 Try again later
END
then_prints 'mxsend reports a domain for which Exim does not relay as failed' 'result x' <<\END
failed 550 550 relay not permitted
END
then_check 'bounceclass knows how Exim words a refusal, a deferral and an unknown user' <<\END
    grep -v "${tab}sent${tab}" out >not-sent
    bounceclass <not-sent >classified
    sort classified | cut -f 15 >reasons
    same 'reason unreachable user-unknown refused' "$(paste -sd ' ' reasons)"
END
# Exim keeps the body of a message in its spool as it came, after a line with its id.
then_check 'mxsend transmits the dots of a message to Exim' <<\END
    cat "$tmp"/spool/input/*-D | grep '^\.' | sort | uniq -c | sed 's/^ *//' >dots
    same '20 . 20 ..dots' "$(paste -sd ' ' dots)"
END
check 'mxsend does not try to send a message above the SIZE of Exim' <<\END
    head -c 200000 /dev/zero | tr '\0' a | fold -w 70 >big.eml
    head -n 2 "$tmp/rows" >in
    mxsend --port "$port" -f s@x.test -m big.eml -N <in >out
    same "failed${tab}552${tab}5.3.4" "$(cut -f 3,8,9 out)"
END
finish
