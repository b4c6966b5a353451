#!/bin/sh
# mxsend against the lab's SMTP servers: results, backups, limits, what a hostile server can do.
. "${0%/*}/lib.sh"
in_lab -s "$top/t/lab/mxsend.smtp"

printf 'Subject: hi\n\nHello\n.dot\n..dots\nend' >"$tmp/m.eml"
MXKIT_NOW=2026-11-02T09:00:00Z
export MXKIT_NOW
# send ROWS-FILE OPTIONS...: the rows with a header `address mx`.
send() {
    rows=$1
    shift
    mxsend --port "$SMTP_PORT" -f s@sender.example -m "$tmp/m.eml" --helo me.example "$@" <"$rows"
}
# rows IP ADDRESS...: rows to one server.
rows() {
    ip=$1
    shift
    printf 'address\tmx\n'
    for address; do printf '%s\t10:mx.example.org=%s\n' "$address" "$ip"; done
}
# field NAME: that column of the rows on stdin, in the order of addresses.
field() { awk -F '\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next } { print $1 FS $c[name] }' | sort | cut -f 2-; }
# try LOCAL-PART: "result code status" of it.
try() {
    rows 127.0.0.2 "$1@example.org" >"$tmp/try.tsv"
    timeout 60 mxsend -N --port "$SMTP_PORT" -f s@sender.example -m "$tmp/m.eml" --helo me.example <"$tmp/try.tsv" >"$tmp/tried.tsv"
    cut -f 3,8,9 "$tmp/tried.tsv" | tr '\t' ' '
}
gives() { check "$1: $2" "same '$2' \"\$(try '$1')\""; }

gives ok 'sent 250 2.0.0'
gives unknown 'failed 550 5.1.1'
gives full 'failed 552 5.2.2'
gives spam 'failed 554 5.7.1'
gives busy 'deferred 450 4.3.2'
gives ratelimit 'deferred 421 4.7.28'
gives complaints 'deferred 421 4.16.55'
gives multi 'failed 550 5.1.1'
gives drop 'deferred - -'
gives reset 'deferred - -'
gives dropdata 'deferred - -'
gives dropdot 'deferred - -'
gives slow 'sent 250 2.0.0'
gives badcode 'deferred 999 -'
gives nocode 'deferred - -'
gives silent 'failed 550 -'
gives endless 'deferred - -'
for bytes in 550_=09tab 550_a=0D=0A550_b 550_=1B[31m=07 550_nul=00nul '550_=E2=80=AE=C2=9B=FF' '550-5.1.1_a=0D=0A550_5.1.1_b=0Cc'; do
    try "x-$bytes" >/dev/null
    check "one row with the same fields, no control byte, from a reply with $bytes" \
        '[ "$(wc -l <"$tmp/tried.tsv")" = 1 ] && [ "$(tr -cd "\t" <"$tmp/tried.tsv" | wc -c)" = 12 ] && ! LC_ALL=C tr -d "\t\n" <"$tmp/tried.tsv" | LC_ALL=C grep -q "[[:cntrl:]]"'
done

printf 'address\tmx\na@b.org\t10:one=127.0.0.99 20:two=127.0.0.3\n' >"$tmp/backup.tsv"
check 'a dead first MX: the backup takes the message' 'send "$tmp/backup.tsv" >"$tmp/out"; [ "$(field result <"$tmp/out") $(field host <"$tmp/out") $(field ip <"$tmp/out")" = "sent two 127.0.0.3" ]'
printf 'address\tmx\na@b.org\t10:one=127.0.0.4 20:two=127.0.0.3\n' >"$tmp/busy.tsv"
check 'a first MX that is busy: the backup takes the message' '[ "$(send "$tmp/busy.tsv" | field host)" = two ]'
printf 'address\tmx\nunknown@b.org\t10:one=127.0.0.2 20:two=127.0.0.3\n' >"$tmp/final.tsv"
check 'a 550 to RCPT is final: no backup is asked' '[ "$(send "$tmp/final.tsv" | field host)" = one ]'
check 'a refusal in the greeting, and no other host: failed' 'rows 127.0.0.7 a@b.org >"$tmp/r"; [ "$(send "$tmp/r" | field result)" = failed ]'
check 'who does not know EHLO gets HELO' 'rows 127.0.0.5 a@b.org >"$tmp/r"; [ "$(send "$tmp/r" | field result)" = sent ] && grep -q "HELO me.example" "$RECORDS/commands.tsv"'
check 'a server that offers STARTTLS is sent to in the clear, for now' 'rows 127.0.0.8 a@b.org >"$tmp/r"; [ "$(send "$tmp/r" | field result)" = sent ]'
check 'an endless reply to EHLO ends' 'rows 127.0.0.10 a@b.org >"$tmp/r"; [ "$(send "$tmp/r" | field result)" = deferred ]'

check 'what came in is the message, dots and all, in CRLF' \
    'f=$(awk -F "\t" "\$5 == \"ok@example.org\" { print \$7 }" "$RECORDS/messages.tsv"); [ "$(tr -d "\r" <"$RECORDS/$f")" = "$(cat "$tmp/m.eml")" ] && [ "$(grep -c "$(printf "\r")\$" "$RECORDS/$f")" = 6 ]'
check 'no bare CR or LF came in' '[ "$(cut -f 8,9 "$RECORDS/messages.tsv" | sort -u | wc -l)" = 2 ]'
check 'the dialogue ends with QUIT' 'tail -n 1 "$RECORDS/commands.tsv" | grep -q QUIT || grep -c QUIT "$RECORDS/commands.tsv" | grep -qv "^0"'

rows 127.0.0.6 $(seq -f 'u%g@b.org' 1 30) >"$tmp/many.tsv"
check 'a server with 2 sessions and 3 messages a connection: all 30 are sent' \
    'send "$tmp/many.tsv" --level boost >"$tmp/out"; [ "$(field result <"$tmp/out" | sort | uniq -c | tr -d " ")" = 30sent ]'
rows 127.0.0.2 $(seq -f 'm%g@b.org' 1 60) >"$tmp/sixty.tsv"
mkdir "$tmp/rules"
printf 'mx *\nlevel slow normal\nconnections 2 3\nmessages 10 5\nhourly - -\n' >"$tmp/rules/mx.rules"
check 'messages on one connection and connections at once keep to the level' \
    'send "$tmp/sixty.tsv" -r "$tmp/rules" --level slow >/dev/null
     awk -F "\t" "\$2 == \"127.0.0.2\" && \$3 ~ /^RCPT TO:<m/ { n[\$1]++ } END { for (s in n) if (n[s] > 10) exit 1; exit length(n) < 6 }" "$RECORDS/commands.tsv" &&
     awk -F "\t" "\$3 ~ /^RCPT TO:<m/ { mine[\$1] } \$3 ~ /^CONNECT/ { split(\$3, p, \"=\"); at[\$1] = p[2] } END { for (s in mine) if (at[s] > 4) exit 1 }" "$RECORDS/commands.tsv"'
rows 127.0.0.3 $(seq -f 'h%g@b.org' 1 25) >"$tmp/hour.tsv"
printf 'mx *\nlevel normal custom\nconnections 1 3\nmessages 5 -\nhourly - -\n' >"$tmp/rules/mx.rules"
printf 'mx *\nconnections 3\nmessages 7\nhourly -\n' >"$tmp/rules/custom.rules"
check 'level custom reads custom.rules' 'send "$tmp/hour.tsv" -r "$tmp/rules" --level custom | field result | sort -u | grep -qx sent'
printf 'mx *\nlevel normal\nconnections x\n' >"$tmp/rules/mx.rules"
check 'a wrong mx.rules is exit status 78, with its place' 'exits 78 "send \"$tmp/hour.tsv\" -r \"$tmp/rules\" 2>\"$tmp/err\"" && grep -q "mx.rules:3:13: a limit is a number" "$tmp/err"'

rows 127.0.0.2 greylist.1@b.org ok.9@b.org unknown.9@b.org >"$tmp/q0"
send "$tmp/q0" >"$tmp/q1"
check 'greylisted: deferred, next_at in 15 minutes, attempts 1' '[ "$(grep ^greylist "$tmp/q1" | cut -f 3,12,13)" = "deferred${tab}1${tab}2026-11-02T09:15:00Z" ]'
check 'before next_at the same command changes nothing' 'send "$tmp/q1" >"$tmp/q2"; [ "$(sort "$tmp/q1")" = "$(sort "$tmp/q2")" ]'
check 'after next_at it sends the deferred one, and it alone' \
    'n=$(wc -l <"$RECORDS/messages.tsv"); MXKIT_NOW=2026-11-02T09:15:00Z send "$tmp/q1" >"$tmp/q3"; [ "$(grep ^greylist "$tmp/q3" | cut -f 3,12,13)" = "sent${tab}2${tab}-" ] && [ $(($(wc -l <"$RECORDS/messages.tsv") - n)) = 1 ]'
check 'who was tried for too long is expired' \
    'printf "address\tmx\tattempts\nbusy@b.org\t10:x.org=127.0.0.2\t60\n" >"$tmp/r"; [ "$(send "$tmp/r" | field result)" = expired ]'

nobody() { printf 'address\tmx_status\tmx\na@b.org\t%s\t-\n' "$1" >"$tmp/r"; send "$tmp/r" -N | cut -f 4,9,10,11 | tr '\t' ' '; }
check 'null MX fails with 556 5.1.10' '[ "$(nobody null)" = "failed 556 5.1.10 Domain b.org accepts no mail (null MX)" ]'
check 'nxdomain fails with 550 5.1.2' '[ "$(nobody nxdomain)" = "failed 550 5.1.2 Host or domain name not found: b.org" ]'
check 'servfail is deferred with 451 4.4.3' '[ "$(nobody servfail)" = "deferred 451 4.4.3 The mail exchangers of b.org could not be looked up" ]'

for address in 'a b@c.org' 'a@b.org> SIZE=1' 'a\nRCPT TO:<x@y.org>@b.org' 'a\r\nDATA@b.org' '<a@b.org' 'a' '"a\n"@b.org' '-froot' '@b.org'; do
    rows 127.0.0.2 "$address" >"$tmp/r"
    check "no command is injected by $address" '[ "$(send "$tmp/r" | field result)" = failed ] && ! grep -q "RCPT TO:<x@y.org>" "$RECORDS/commands.tsv"'
done
check 'a sender column counts more than -f, <> is the null sender' \
    'printf "address\tmx\tsender\nns@b.org\t1:x.org=127.0.0.2\t<>\n" >"$tmp/r"; send "$tmp/r" >/dev/null; grep -q "MAIL FROM:<>" "$RECORDS/commands.tsv"'
check 'a message column counts more than -m' \
    'echo other >"$tmp/other.eml"; printf "address\tmx\tmessage\nother@b.org\t1:x.org=127.0.0.2\t%s\n" "$tmp/other.eml" >"$tmp/r"; send "$tmp/r" >/dev/null; f=$(awk -F "\t" "\$5 == \"other@b.org\" { print \$7 }" "$RECORDS/messages.tsv"); grep -q other "$RECORDS/$f"'
check 'no mx column is said, exit status 64' 'exits 64 "echo a@b.org | mxsend -f a@b.org -m \"$tmp/m.eml\" 2>\"$tmp/err\"" && grep -q mxlookup "$tmp/err"'
check 'no message is said, exit status 64' 'exits 64 "mxsend -f a@b.org <\"$tmp/backup.tsv\" 2>\"$tmp/err\"" && grep -q "no column \"message\"" "$tmp/err"'
check 'a message that is not there is exit status 66' 'exits 66 "mxsend -f a@b.org -m \"$tmp/none\" <\"$tmp/backup.tsv\" 2>/dev/null"'

rows 127.0.0.2 stalldot.1@b.org ok.50@b.org >"$tmp/stall.tsv"
check 'SIGTERM: what is under way is ended, the rest passes on untouched, exit status 75' \
    'mkfifo "$tmp/in" && (mxsend --port "$SMTP_PORT" -f a@b.org -m "$tmp/m.eml" <"$tmp/in" >"$tmp/stopped" 2>/dev/null & pid=$!
      exec 3>"$tmp/in"; head -n 3 "$tmp/stall.tsv" >&3
      tries=0; until grep -q "^ok.50" "$tmp/stopped" || [ $tries -gt 500 ]; do tries=$((tries + 1)); perl -e "select undef,undef,undef,0.02"; done
      kill -TERM $pid; printf "late@b.org\t1:x.org=127.0.0.2\n" >&3; exec 3>&-; wait $pid; [ $? = 75 ]) &&
     [ "$(grep ^late "$tmp/stopped" | cut -f 3)" = "-" ] && [ "$(grep ^stalldot "$tmp/stopped" | cut -f 3)" = deferred ]'
check 'stdout that is full ends the run with 74' 'exits 74 "send \"$tmp/many.tsv\" >/dev/full 2>/dev/null"'
finish
