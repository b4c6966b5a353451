#!/bin/sh
# The lab itself: it gives back the command's status, and leaves nothing behind.
. "${0%/*}/lib.sh"
TMPDIR=$tmp
export TMPDIR

check 'the command runs with both responders, and its exit status comes back' 'exits 7 "\"$lab\" -- sh -c \"[ \\\"\\\$DNS\\\" ] && [ \\\"\\\$SMTP_PORT\\\" ] && exit 7\""'
check 'a responder that is missing is said, exit status 69' 'exits 69 "MXKIT_BUILD=/nonexistent \"$lab\" -- true 2>/dev/null"'
check 'nothing lies about afterwards' '[ -z "$(ls -d "$tmp"/mxkit-lab.* 2>/dev/null)" ]'
mkfifo "$tmp/ready" "$tmp/hold"
"$lab" -- sh -c "echo \"\$DNS \$SMTP_PORT\" >\"$tmp/ready\"; exec cat \"$tmp/hold\"" &
running=$!
read -r _ port <"$tmp/ready"
kill -KILL "$running"
wait "$running" 2>/dev/null
gone() { ! perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1:'"$port"'")'; }
check 'the responders end when the lab is killed' \
    'tries=0; until gone || [ $tries -gt 500 ]; do tries=$((tries + 1)); perl -e "select undef,undef,undef,0.02"; done; gone'
: >"$tmp/hold" # ends the command
finish
