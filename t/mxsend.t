#!/bin/sh
# mxsend against the lab's SMTP servers (t/lab/mxsend.smtp): results, backups, limits, and what a
# hostile server can do. All tests share the records of the lab, so that each sends to addresses of
# its own.
. "${0%/*}/lib.sh"
in_lab -s "$top/t/lab/mxsend.smtp"

printf 'Subject: hi\n\nHello\n.dot\n..dots\nend' >"$tmp/m.eml"
MXKIT_NOW=2026-11-02T09:00:00Z
export MXKIT_NOW
# send ROWS-FILE OPTION...: sends the message to these rows.
send() {
    file=$1
    shift
    mxsend --port "$SMTP_PORT" -f s@sender.example -m "$tmp/m.eml" --helo me.example "$@" <"$file"
}
# rows IP ADDRESS...: prints rows to one server, with a header.
rows() {
    ip=$1
    shift
    printf 'address\tmx\n'
    for address; do
        printf '%s\t10:mx.example.org=%s\n' "$address" "$ip"
    done
}
# many_rows IP NAME COUNT: prints rows to NAME1@b.org, NAME2@b.org and so on.
many_rows() {
    printf 'address\tmx\n'
    seq -f "$2%g@b.org${tab}10:mx.example.org=$1" "$3"
}
# field NAME: prints that column of the rows on stdin, in the order of the addresses.
field() {
    awk -F '\t' -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
        { print $1 FS $at[name] }' |
        sort |
        cut -f 2-
}
# try LOCAL-PART: sends to it and writes the row to `tried`.
try() {
    rows 127.0.0.2 "$1@example.org" >in
    timeout 60 mxsend -N --port "$SMTP_PORT" -f s@sender.example -m "$tmp/m.eml" \
        --helo me.example <in >tried
}
# gives SENTENCE LOCAL-PART EXPECTED: a test that sending to it gives "result code status".
gives() {
    local_part=$2 answer=$3
    check "$1" <<\END
        try "$local_part"
        same "$answer" "$(cut -f 3,8,9 tried | tr '\t' ' ')"
END
}
# wait_until COMMAND...: waits ten seconds at most until it succeeds.
wait_until() {
    tries=0
    until "$@"; do
        tries=$((tries + 1))
        [ "$tries" -lt 500 ] || return 1
        perl -e 'select undef, undef, undef, 0.02'
    done
}

gives 'mxsend reports an accepted message as sent' ok 'sent 250 2.0.0'
gives 'mxsend reports an unknown user as failed' unknown 'failed 550 5.1.1'
gives 'mxsend reports a full mailbox (552) as failed' full 'failed 552 5.2.2'
gives 'mxsend reports a refusal after the message as failed' spam 'failed 554 5.7.1'
gives 'mxsend reports a busy mailbox as deferred' busy 'deferred 450 4.3.2'
gives 'mxsend reports a rate limit as deferred' ratelimit 'deferred 421 4.7.28'
gives 'mxsend reports a 421 because of complaints as deferred' complaints 'deferred 421 4.16.55'
gives 'mxsend reads a reply of several lines' multi 'failed 550 5.1.1'
gives 'mxsend defers if the server closes the connection at RCPT' drop 'deferred - -'
gives 'mxsend defers if the server resets the connection at RCPT' reset 'deferred - -'
gives 'mxsend defers if the server closes the connection after DATA' dropdata 'deferred - -'
gives 'mxsend defers if the server closes the connection after the final dot' \
    dropdot 'deferred - -'
gives 'mxsend reads a reply that comes byte by byte' slow 'sent 250 2.0.0'
gives 'mxsend defers if the reply code is 999' badcode 'deferred 999 -'
gives 'mxsend defers if the reply has no code' nocode 'deferred - -'
gives 'mxsend defers if the server answers DATA with 250' y-250_ok 'deferred - -'
gives 'mxsend accepts a reply that is only a code' silent 'failed 550 -'
gives 'mxsend defers if the reply to RCPT never ends' endless 'deferred - -'
for bytes in 550_=09tab 550_a=0D=0A550_b 550_=1B[31m=07 550_nul=00nul '550_=E2=80=AE=C2=9B=FF' \
    '550-5.1.1_a=0D=0A550_5.1.1_b=0Cc'; do
    check "mxsend writes one row of 14 fields without control bytes for the reply $bytes" <<\END
        try "x-$bytes"
        same 1 "$(wc -l <tried)"
        same 13 "$(tr -cd '\t' <tried | wc -c)"
        tr -d '\t\n' <tried >bytes
        [ -s bytes ]
        not grep -q '[[:cntrl:]]' bytes
END
done

check 'mxsend sends to the backup if the first exchange is dead' <<\END
    printf 'address\tmx\nbackup@b.org\t10:one=127.0.0.99 20:two=127.0.0.3\n' >in
    send in >out
    same 'sent two 127.0.0.3' "$(field result <out) $(field host <out) $(field ip <out)"
END
check 'mxsend sends to the backup if the first exchange is busy' <<\END
    printf 'address\tmx\nbusier@b.org\t10:one=127.0.0.4 20:two=127.0.0.3\n' >in
    send in >out
    same 'sent two' "$(field result <out) $(field host <out)"
END
check 'mxsend does not ask the backup after a 550 to RCPT' <<\END
    printf 'address\tmx\nunknown.one@b.org\t10:one=127.0.0.2 20:two=127.0.0.3\n' >in
    send in >out
    same 'failed one' "$(field result <out) $(field host <out)"
    grep 'RCPT TO:<unknown.one@b.org>' "$RECORDS/commands.tsv" >asked
    same 127.0.0.2 "$(cut -f 2 asked)"
END
check 'mxsend sends to the backup if the first exchange closes the connection at RCPT' <<\END
    printf 'address\tmx\nlost@b.org\t10:one=127.0.0.11 20:two=127.0.0.3\n' >in
    send in >out
    same 'sent two' "$(field result <out) $(field host <out)"
END
check 'mxsend does not ask the backup if the first exchange may have accepted the message' <<\END
    printf 'address\tmx\ndropdot.one@b.org\t10:one=127.0.0.2 20:two=127.0.0.3\n' >in
    send in >out
    same 'deferred one' "$(field result <out) $(field host <out)"
    grep 'RCPT TO:<dropdot.one@b.org>' "$RECORDS/commands.tsv" >asked
    same 127.0.0.2 "$(cut -f 2 asked)"
END
check 'mxsend defers if one exchange is busy, although the last one refuses' <<\END
    printf 'address\tmx\nboth@b.org\t10:one=127.0.0.4 20:two=127.0.0.7\n' >in
    send in >out
    same 'deferred one 421' "$(field result <out) $(field host <out) $(field code <out)"
END
# connections_to IP: prints how often mxsend has connected to this address.
connections_to() {
    awk -F '\t' -v ip="$1" '$2 == ip && $3 ~ /^CONNECT/' "$RECORDS/commands.tsv" | wc -l
}
check 'mxsend connects once to an address that two exchanges have, and that refuses' <<\END
    before=$(connections_to 127.0.0.7)
    printf 'address\tmx\nalias@b.org\t10:one=127.0.0.7 20:two=127.0.0.7\n' >in
    send in >out
    same failed "$(field result <out)"
    after=$(connections_to 127.0.0.7)
    same 1 $((after - before))
END
check 'mxsend opens no more connections than a server has accepted at once' <<\END
    rows 127.0.0.12 slow.1@b.org slow.2@b.org >in
    send in >out
    same 'sent sent' "$(field result <out | paste -sd ' ' -)"
    same 2 "$(connections_to 127.0.0.12)"
END
check 'mxsend reports failed if the only exchange refuses in its greeting' <<\END
    rows 127.0.0.7 refused-greeting@b.org >in
    send in >out
    same failed "$(field result <out)"
END
check 'mxsend sends HELO to a server that does not know EHLO' <<\END
    rows 127.0.0.5 helo@b.org >in
    send in >out
    same sent "$(field result <out)"
    grep '127.0.0.5.*HELO me.example' "$RECORDS/commands.tsv"
END
check 'mxsend sends in the clear to a server that offers STARTTLS, for now' <<\END
    rows 127.0.0.8 clear@b.org >in
    send in >out
    same sent "$(field result <out)"
END
check 'mxsend defers if the reply to EHLO never ends' <<\END
    rows 127.0.0.10 endless-ehlo@b.org >in
    send in >out
    same deferred "$(field result <out)"
END

# message_to ADDRESS: prints the path of the message that the lab has received for it.
message_to() {
    name=$(awk -F '\t' -v to="$1" '$5 == to { print $7 }' "$RECORDS/messages.tsv")
    echo "$RECORDS/$name"
}
check 'mxsend transmits the message with its dots, each line ended by CRLF' <<\END
    rows 127.0.0.2 whole@b.org >in
    send in
    message=$(message_to whole@b.org)
    same "$(cat "$tmp/m.eml")" "$(tr -d '\r' <"$message")"
    same 6 "$(grep -c "$(printf '\r')\$" "$message")"
END
then_check 'mxsend transmits no bare CR or LF' <<\END
    sed 1d "$RECORDS/messages.tsv" | cut -f 8,9 | sort -u >counts
    same "0${tab}0" "$(cat counts)"
END
# last_command: prints what the session that got the message to whole@b.org ended with.
last_command() {
    awk -F '\t' '
        $3 == "RCPT TO:<whole@b.org>" { session = $1 }
        { last[$1] = $3 } END { print last[session] }' "$RECORDS/commands.tsv"
}
has_quit() { [ "$(last_command)" = QUIT ]; }
then_check 'mxsend ends the dialogue with QUIT' <<\END
    wait_until has_quit
END

check 'mxsend sends 30 messages to a server that allows 2 sessions and 3 messages in each' <<\END
    many_rows 127.0.0.6 u 30 >in
    send in --level boost >out
    same '30 sent' "$(field result <out | uniq -c | sed 's/^ *//')"
END
check 'mxsend --level keeps to the messages and the connections of mx.rules' <<\END
    mkdir rules
    printf 'mx *\nlevel slow normal\nconnections 2 3\n' >rules/mx.rules
    printf 'messages 10 5\nhourly - -\n' >>rules/mx.rules
    many_rows 127.0.0.2 m 60 >in
    send in -r rules --level slow
    # At most ten messages in a session, and so six sessions at least.
    awk -F '\t' '
        $2 == "127.0.0.2" && $3 ~ /^RCPT TO:<m[0-9]/ { messages[$1]++ } END {
            for (session in messages) if (messages[session] > 10) exit 1
            exit length(messages) < 6
        }' "$RECORDS/commands.tsv"
    # Sessions that are just being closed count, too: four at once are two that are in use.
    awk -F '\t' '
        $3 ~ /^RCPT TO:<m[0-9]/ { mine[$1] }
        $3 ~ /^CONNECT/ { split($3, part, "="); sessions[$1] = part[2] } END {
            for (session in mine) if (sessions[session] > 4) exit 1
        }' "$RECORDS/commands.tsv"
END
check 'mxsend --level custom takes its limits from custom.rules' <<\END
    mkdir rules
    printf 'mx *\nlevel normal custom\nconnections 1 3\n' >rules/mx.rules
    printf 'messages 5 -\nhourly - -\n' >>rules/mx.rules
    printf 'mx *\nconnections 1\nmessages 7\nhourly -\n' >rules/custom.rules
    many_rows 127.0.0.3 h 25 >in
    send in -r rules --level custom >out
    same '25 sent' "$(field result <out | uniq -c | sed 's/^ *//')"
    awk -F '\t' '
        $3 ~ /^RCPT TO:<h[0-9]/ { messages[$1]++ } END {
            for (session in messages) print messages[session]
        }' "$RECORDS/commands.tsv" >counts
    same '4 7 7 7' "$(sort counts | paste -sd ' ' -)"
END
check 'mxsend exits with 78 and reports the place of an error in mx.rules' <<\END
    mkdir rules
    printf 'mx *\nlevel normal\nconnections x\n' >rules/mx.rules
    rows 127.0.0.3 wrong-rules@b.org >in
    exits 78 send in -r rules 2>err
    grep 'mx.rules:3:13: a limit is a whole number' err
END

check 'mxsend defers a greylisted row by 15 minutes, with one attempt' <<\END
    rows 127.0.0.2 greylist.1@b.org ok.9@b.org unknown.9@b.org >in
    send in >first
    same "deferred${tab}1${tab}2026-11-02T09:15:00Z" "$(grep ^greylist first | cut -f 3,12,13)"
END
then_check 'mxsend changes nothing before the next_at of a deferred row' <<\END
    send first >second
    sort first >sorted
    sort second | diff sorted -
END
then_check 'mxsend sends the deferred row at its next_at, and no other row' <<\END
    before=$(wc -l <"$RECORDS/messages.tsv")
    MXKIT_NOW=2026-11-02T09:15:00Z
    send first >third
    same "sent${tab}2${tab}-" "$(grep ^greylist third | cut -f 3,12,13)"
    after=$(wc -l <"$RECORDS/messages.tsv")
    same 1 $((after - before))
END
# With 15 minutes at first and 5 days in all, as mxsend(1) says: the delays are 7,185 minutes after
# 33 tries, and 7,425 after 34; 5 days are 7,200.
check 'mxsend reports a row as expired after its 34th try, and not after its 33rd' <<\END
    printf 'address\tmx\tattempts\n' >in
    printf 'busy.32@b.org\t10:x.org=127.0.0.2\t32\n' >>in
    printf 'busy.33@b.org\t10:x.org=127.0.0.2\t33\n' >>in
    send in >out
    same 'deferred expired' "$(field result <out | paste -sd ' ' -)"
END
check 'mxsend passes sent, failed and expired rows through and does not send them again' <<\END
    printf 'address\tmx\tresult\n' >in
    for result in sent failed expired; do
        printf '%s.before@b.org\t10:x.org=127.0.0.2\t%s\n' "$result" "$result" >>in
    done
    send in >out
    same "$(sed 1d in | cut -f 3)" "$(sed 1d out | cut -f 3)"
    not grep '[.]before@b.org' "$RECORDS/commands.tsv"
END
check 'mxsend -e exits with 1 if a message is deferred, and with 0 if all are sent' <<\END
    rows 127.0.0.2 busy.e@b.org >in
    exits 1 send in -e
    rows 127.0.0.2 ok.e@b.org >in
    exits 0 send in -e
END

# send_without_mx STATUS: sends a row that mxlookup gave that status, and no exchange.
send_without_mx() {
    printf 'address\tmx_status\tmx\na@b.org\t%s\t-\n' "$1" >in
    send in -N >out
    cut -f 4,9-11 out | tr '\t' ' '
}
prints 'mxsend reports a domain with a null MX as failed with 556 5.1.10' \
    'send_without_mx null' <<\END
failed 556 5.1.10 Domain b.org accepts no mail (null MX)
END
prints 'mxsend reports a domain that does not exist as failed with 550 5.1.2' \
    'send_without_mx nxdomain' <<\END
failed 550 5.1.2 Host or domain name not found: b.org
END
prints 'mxsend reports a domain without MX and address as failed with 550 5.1.2' \
    'send_without_mx nodata' <<\END
failed 550 5.1.2 No mail exchanger or address for b.org
END
prints 'mxsend reports a domain with servfail as deferred with 451 4.4.3' \
    'send_without_mx servfail' <<\END
deferred 451 4.4.3 The mail exchangers of b.org could not be looked up
END

# The rows are TSV: \n is LF, \r is CR.
for address in 'a b@c.org' 'a@b.org> SIZE=1' 'a\nRCPT TO:<x@y.org>@b.org' 'a\r\nDATA@b.org' \
    '<a@b.org' 'a' '"a\n"@b.org' '-froot' '@b.org'; do
    check "mxsend reports the address $address as failed and sends no command made of it" <<\END
        rows 127.0.0.2 "$address" good@b.org >in
        send in >out
        same 'failed sent' "$(field result <out | sort | paste -sd ' ' -)"
        grep 'RCPT TO:<good@b.org>' "$RECORDS/commands.tsv"
        not grep -e 'RCPT TO:<x@y.org>' -e 'DATA@b.org' "$RECORDS/commands.tsv"
END
done
# The address that mxsend delivers to is the one under which quarantine knows the row.
for pair in 'final@b.org. final@b.org' '\302\240blank@B.org\342\200\213 blank@b.org' \
    'mailto:To@b.org?subject=hi To@b.org' '"quoted"@b.org quoted@b.org' \
    'Jo_<Name@b.org> Name@b.org' 'u@Bücher.example u@xn--bcher-kva.example' \
    'u@STRAẞE.example u@xn--strae-oqa.example' 'u@i❤.example u@xn--i-7iq.example' \
    'Jo@[192.0.2.77] Jo@[192.0.2.77]'; do
    text=${pair% *} wanted=${pair#* }
    check "mxsend and quarantine read $text as $wanted" <<\END
        # shellcheck disable=SC2059 # the text has octal escapes
        rows 127.0.0.2 "$(printf "$text")" >in
        send in >out
        same sent "$(field result <out)"
        grep -F "RCPT TO:<$wanted>" "$RECORDS/commands.tsv"
        quarantine add --exact-case <in
        same "$wanted" "$(quarantine list -N | cut -f 1)"
END
done
check 'mxsend sends an address in NFD as NFC' <<\END
    printf 'address\tmx\njo\314\210@b.org\t1:x.org=127.0.0.2\n' >in
    send in >out
    same sent "$(field result <out)"
    grep "$(printf 'RCPT TO:<j\303\266@b.org>')" "$RECORDS/commands.tsv"
END
check 'mxsend exits with 64 if -f is not an address' <<\END
    rows 127.0.0.2 wrong-from@b.org >in
    exits 64 mxsend -f 'jo@@b.org' -m "$tmp/m.eml" <in 2>err
    grep -- '--from is "jo@@b.org"' err
END
check 'mxsend exits with 64 if --helo is not a host name' <<\END
    rows 127.0.0.2 wrong-helo@b.org >in
    for name in 'me example' "me$newline" "me${newline}DATA" 'me>' ''; do
        exits 64 send in --helo "$name" 2>err
        grep 'is not a host name' err
    done
    not grep 'wrong-helo@b.org' "$RECORDS/commands.tsv"
END
check 'mxsend exits with 64 if --source is not an IP address of this machine' <<\END
    rows 127.0.0.2 wrong-source@b.org >in
    for name in 192.0.2.1 2001:db8::1 999.1.1.1 localhost ''; do
        exits 64 send in --source "$name" 2>err
        grep 'is not an IP address of this machine' err
    done
    not grep 'wrong-source@b.org' "$RECORDS/commands.tsv"
END
check 'mxsend defers a row without a message and exits with 64 if there is no -m' <<\END
    printf 'address\tmx\tmessage\nnm1@b.org\t1:x.org=127.0.0.2\t-\n' >in
    printf 'nm2@b.org\t1:x.org=127.0.0.2\t%s\n' "$tmp/m.eml" >>in
    exits 64 mxsend --port "$SMTP_PORT" -f s@b.org <in >out
    same 'deferred sent' "$(field result <out | paste -sd ' ' -)"
    not grep 'nm1@b.org' "$RECORDS/commands.tsv"
END
check 'mxsend reports a row with an invalid sender as failed with 501 5.1.7' <<\END
    printf 'address\tmx\tsender\nns3@b.org\t1:x.org=127.0.0.2\tjo@@b.org\n' >in
    send in >out
    same 'failed 501 5.1.7' "$(field result <out) $(field code <out) $(field status <out)"
END
check 'mxsend defers a row without a sender and exits with 64 if there is no -f' <<\END
    printf 'address\tmx\tsender\nns1@b.org\t1:x.org=127.0.0.2\t-\n' >in
    printf 'ns2@b.org\t1:x.org=127.0.0.2\ts@b.org.\n' >>in
    exits 64 mxsend --port "$SMTP_PORT" -m "$tmp/m.eml" <in >out
    same 'deferred sent' "$(field result <out | paste -sd ' ' -)"
    grep -F 'MAIL FROM:<s@b.org>' "$RECORDS/commands.tsv"
END
check 'mxsend prefers the sender column to -f, and <> in it is the null sender' <<\END
    printf 'address\tmx\tsender\nns@b.org\t1:x.org=127.0.0.2\t<>\n' >in
    send in
    grep 'MAIL FROM:<>' "$RECORDS/commands.tsv"
END
check 'mxsend prefers the message column to -m' <<\END
    echo other >other.eml
    printf 'address\tmx\tmessage\nother@b.org\t1:x.org=127.0.0.2\tother.eml\n' >in
    send in
    grep other "$(message_to other@b.org)"
END
# letter ID [FORMAT]: makes ID.eml, a message with that id. printf writes the field.
# shellcheck disable=SC2059 # the format is the caller's
letter() {
    { printf "${2:-Message-ID: <%s@s.org>\n}" "$1" && printf 'Subject: hi\n\nHello\n'; } >"$1.eml"
}
# letters_to ADDRESS ID...: prints a row for each message to this address.
letters_to() {
    address=$1
    shift
    printf 'address\tmx\tmessage\n'
    printf "$address\\t10:mx.example.org=127.0.0.2\\t%s.eml\\n" "$@"
}
# message_ids ID...: prints the ids that mxsend writes for these messages, on one line.
message_ids() {
    letters_to ok.7@b.org "$@" >in
    send in >out
    field message_id <out | paste -sd ' ' -
}
check 'mxsend writes the Message-ID of each row'\''s message' <<\END
    letter 1
    letter 2 'MESSAGE-ID:\r\n\t(a comment) <%s@s.org>\r\n'
    same '<1@s.org> <2@s.org>' "$(message_ids 1 2)"
END
check 'mxsend writes - if a message has no Message-ID, or one that is not an id' <<\END
    letter 1 '\nMessage-ID: <%s@s.org>\n'
    letter 2 'Message-ID: %s@s.org\n'
    letter 3 'Message-ID: <%s\033@s.org>\n'
    same '- - -' "$(message_ids 1 2 3)"
END
check 'mxsend adds no Message-ID to a message that has none' <<\END
    rows 127.0.0.2 no-id@b.org >in
    send in >out
    same - "$(field message_id <out)"
    not grep -i message-id "$(message_to no-id@b.org)"
END
check 'the Message-ID of the message replaces the message_id of a row' <<\END
    letter 1
    letter 2 'To: ok.8@b.org\n'
    letters_to ok.8@b.org 1 2 | sed '1s/$/\tmessage_id/; 2,3s/$/\t<old\\\\@s.org>/' >in
    send in >out
    same '<1@s.org> <old\\@s.org>' "$(field message_id <out | paste -sd ' ' -)"
    same 1 "$(head -n 1 out | tr '\t' '\n' | grep -c message_id)"
END
check 'a row that mxsend does not send keeps its message_id' <<\END
    letter 1
    letters_to ok.8@b.org 1 | sed '1s/$/\tresult\tmessage_id/; 2s/$/\tsent\t<old@s.org>/' >in
    send in >out
    same '<old@s.org>' "$(field message_id <out)"
END
check 'mxsend writes the Message-ID also if it asks no host' <<\END
    letter 1
    printf 'address\tmx_status\tmx\tmessage\na@b.org\tnull\t-\t1.eml\n' >in
    send in >out
    same 'failed <1@s.org>' "$(field result <out) $(field message_id <out)"
END

# learn: runs update on the rows of `sent`, and prints how many errors each address has then, on one
# line.
learn() {
    bounceclass sent | quarantine update | field errors | paste -sd ' ' -
}
check 'two messages that fail in the same second with the same text are two errors' <<\END
    letter 1
    letter 2
    letters_to unknown.21@b.org 1 2 >in
    send in >sent
    same 1 "$(field text <sent | sort -u | wc -l)"
    same 1 "$(field at <sent | sort -u | wc -l)"
    same '1 2' "$(learn)"
END
then_check 'a row that update reads again is the same error' <<\END
    same '2 2' "$(learn)"
END
check 'one message to two spellings of an address is one error, even a second later' <<\END
    letter 1
    letters_to Unknown.22@b.org 1 >in
    send in >sent
    same 1 "$(learn)"
    letters_to unknown.22@B.ORG 1 >in
    MXKIT_NOW=2026-11-02T09:00:01Z
    send in >sent
    same 1 "$(learn)"
END
check 'a message that is deferred twice and then expires is one error' <<\END
    letter 1
    letters_to busy.23@b.org 1 >sent
    for try in 09:00,deferred,0 09:15,deferred,0 09:45,expired,1; do
        cp sent in
        MXKIT_NOW=2026-11-02T${try%%,*}:00Z
        send in --expire 45m >sent
        same "${try#*,},<1@s.org>" "$(field result <sent),$(learn),$(field message_id <sent)"
    done
    same 1 "$(learn)"
END
check 'mxqueue keeps the message_id of a deferred row for the next try' <<\END
    letter 1
    letters_to busy.24@b.org 1 | mxqueue add
    mxqueue due >in
    send in >sent
    mxqueue done sent
    letters_to busy.25@b.org 1 | mxqueue add
    MXKIT_NOW=2026-11-02T09:15:00Z
    mxqueue due >in
    same '<1@s.org> -' "$(field message_id <in | paste -sd ' ' -)"
    send in --expire 15m >sent
    mxqueue done sent
    same 1 "$(head -n 1 sent | tr '\t' '\n' | grep -c message_id)"
    mxqueue log >log
    same '<1@s.org>' "$(field message_id <log)"
END

check 'mxsend defers a row whose message is missing, sends the others and exits with 66' <<\END
    printf 'address\tmx\tmessage\ngone@b.org\t1:x.org=127.0.0.2\tmissing.eml\n' >in
    printf 'there@b.org\t1:x.org=127.0.0.2\t-\n' >>in
    exits 66 send in >out 2>err
    same 'deferred sent' "$(field result <out | paste -sd ' ' -)"
    grep 'missing.eml' err
END
check 'mxsend exits with 64 and names mxlookup if there is no column mx' <<\END
    echo a@b.org >in
    exits 64 mxsend -f a@b.org -m "$tmp/m.eml" <in 2>err
    grep mxlookup err
END
check 'mxsend exits with 64 if there is neither -m nor a column message' <<\END
    rows 127.0.0.3 no-message@b.org >in
    exits 64 mxsend -f a@b.org <in 2>err
    grep 'no column "message"' err
END
check 'mxsend exits with 66 if the message does not exist' <<\END
    rows 127.0.0.3 no-message@b.org >in
    exits 66 mxsend -f a@b.org -m missing.eml <in
END

check 'mxsend ends its messages after SIGTERM, passes on the other rows and exits with 75' <<\END
    mkfifo in
    "$bin/mxsend" --port "$SMTP_PORT" -f a@b.org -m "$tmp/m.eml" <in >out 2>err &
    mxsend=$!
    exec 3>in
    rows 127.0.0.2 stalldot.1@b.org ok.50@b.org >&3
    wait_until grep -q '^ok.50' out
    kill -TERM "$mxsend"
    printf 'late@b.org\t1:x.org=127.0.0.2\n' >&3
    exec 3>&-
    ends 75 "$mxsend"
    same - "$(grep ^late out | cut -f 3)"
    same deferred "$(grep ^stalldot out | cut -f 3)"
END
check 'mxsend exits with 74 if stdout is full' <<\END
    many_rows 127.0.0.6 full-stdout 30 >in
    exits 74 send in >/dev/full
END
finish
