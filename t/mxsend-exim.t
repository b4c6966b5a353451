#!/bin/sh
# mxsend against a real SMTP server, Exim: accepted, refused and deferred as Exim itself words it.
. "${0%/*}/lib.sh"
exim=$(PATH=$PATH:/usr/sbin command -v exim4) || { skip 'a real SMTP server' 'exim4 is not installed'; finish; exit 0; }
[ "$(id -u)" = 0 ] || { skip 'a real SMTP server' 'Exim takes a configuration of ours from root alone'; finish; exit 0; }

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
start() {
    port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport')
    "$exim" -C "$tmp/exim.conf" -bdf -oX "127.0.0.1.$port" >"$tmp/exim.log" 2>&1 &
    pid=$!
    tries=0
    until perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:'"$port"'")'; do
        tries=$((tries + 1))
        kill -0 $pid 2>/dev/null && [ $tries -lt 500 ] || return 1
        perl -e 'select undef, undef, undef, 0.02'
    done
}
at_exit() { kill "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; }
start || start || { cat "$tmp/exim.log"; check 'Exim starts' false; finish; exit 0; }

printf 'Subject: hi\n\nHello\n.\n..dots\n' >"$tmp/m.eml"
{
    printf 'address\tmx\n'
    for local in $(seq -f 'user%g' 1 20) unknown later; do printf '%s@exim.test\t10:exim.test=127.0.0.1\n' "$local"; done
    printf 'x@other.test\t10:exim.test=127.0.0.1\n'
} >"$tmp/rows"
mxsend --port "$port" -f s@sender.test -m "$tmp/m.eml" --helo me.test "$tmp/rows" >"$tmp/out"
result() { grep "^$1@" "$tmp/out" | cut -f 3,8,10 | tr '\t' ' '; }
check 'all twenty are sent, though Exim takes five on a connection' '[ "$(cut -f 3 "$tmp/out" | grep -c "^sent$")" = 20 ]'
check 'an unknown user fails' 'same "failed 550 550 Unknown user" "$(result unknown)"'
check 'a deferral is deferred' 'same "deferred 451 451 Try again later" "$(result later)"'
check 'a relay that is refused fails' 'same "failed 550 550 relay not permitted" "$(result x)"'
check 'bounceclass knows all three' '[ "$(grep -v sent "$tmp/out" | bounceclass | sort | cut -f 15 | tr "\n" " ")" = "reason unreachable user-unknown refused " ] || { grep -v sent "$tmp/out" | bounceclass; false; }'
# Exim keeps the body of a message in its spool as it came, behind a line with its id.
check 'the message arrives with its dots' \
    '[ "$(cat "$tmp"/spool/input/*-D | grep "^\." | sort | uniq -c | tr -s " \n" " ")" = " 20 . 20 ..dots " ]'
head -c 200000 /dev/zero | tr '\0' 'a' | fold -w 70 >"$tmp/big.eml"
check 'a message over SIZE is not even tried' '[ "$(head -n 2 "$tmp/rows" | mxsend --port "$port" -f s@x.test -m "$tmp/big.eml" -N | cut -f 3,8,9)" = "failed${tab}552${tab}5.3.4" ]'
finish
