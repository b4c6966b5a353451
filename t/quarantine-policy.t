#!/bin/sh
# quarantine: which errors count, when they quarantine an address, and when a quarantine ends.
. "${0%/*}/lib.sh"
. "${0%/*}/quarantine.sh"

# quarantine_full_mailbox: quarantines full@x.org from 2026-11-03 to 2026-12-03.
quarantine_full_mailbox() {
    same quarantined "$(learn_days 3 full@x.org soft mailbox-full -)"
}

# The rules of rules/quarantine.rules.

for reason in user-unknown account-disabled; do
    check "the first hard $reason error quarantines an address" <<\END
        same quarantined "$(learn_days 1 a@x.org hard "$reason" -)"
        is_dropped a@x.org
END
    check "two soft $reason errors do not quarantine an address" <<\END
        same erroneous "$(learn_days 2 a@x.org soft "$reason" -)"
        passes a@x.org
END
    check "the third soft $reason error quarantines an address" <<\END
        same quarantined "$(learn_days 3 a@x.org soft "$reason" -)"
END
    check "expire forgets a soft $reason error after 30 days" <<\END
        same erroneous "$(learn_days 1 a@x.org soft "$reason" -)"
        MXKIT_NOW=2026-12-01T00:00:01Z quarantine expire
        quarantine list -N >out
        same '' "$(cat out)"
END
done
check 'bounceclass calls a Microsoft 550 5.4.1 soft, and it does not quarantine an address' <<\END
    text='550 5.4.1 Recipient address rejected: Access denied. [x.prod.protection.outlook.com]'
    printf 'address\tat\ttext\na@x.org\t2026-11-01T00:00:00Z\t%s\n' "$text" >in
    bounceclass in >classed
    grep "soft${tab}user-unknown" classed
    quarantine update -N classed >out
    same "erroneous${tab}1" "$(rev out | cut -f 1,2 | rev)"
END
check 'a hard error after a soft one of the same reason quarantines at once' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft user-unknown - 2026-11-01T00:00:00Z)"
    same "quarantined${tab}2" "$(learn a@x.org hard user-unknown - 2026-11-01T06:00:00Z)"
END
for reason in mailbox-full inactive-user invalid-domain unreachable user-unknown; do
    check "several soft $reason errors of one day count as one" <<\END
        echo "$header" >in
        for hour in 01 02 05 09 23; do
            row a@x.org soft "$reason" - "2026-11-01T$hour:00:00Z"
        done >>in
        quarantine update -N in | cut -f 8- >out
        same "erroneous${tab}1" "$(tail -n 1 out)"
END
done
check 'filter passes an unreachable address 30 days after its fifth error' <<\END
    same quarantined "$(learn_days 5 a@x.org soft unreachable timeout)"
    MXKIT_NOW=2026-12-04T23:59:59Z
    is_dropped a@x.org
    MXKIT_NOW=2026-12-05T00:00:00Z
    passes a@x.org
END
check 'filter drops an unknown user even ten years later' <<\END
    same quarantined "$(learn_days 1 a@x.org hard user-unknown -)"
    MXKIT_NOW=2036-01-01T00:00:00Z
    is_dropped a@x.org
END
for reason in mailbox-full inactive-user invalid-domain; do
    check "two $reason errors do not quarantine an address, and filter passes it" <<\END
        same erroneous "$(learn_days 2 a@x.org soft "$reason" -)"
        passes a@x.org
END
    check "the third $reason error quarantines an address, and filter drops it" <<\END
        same quarantined "$(learn_days 3 a@x.org soft "$reason" -)"
        is_dropped a@x.org
END
done
check 'four unreachable errors do not quarantine an address' <<\END
    same erroneous "$(learn_days 4 a@x.org soft unreachable timeout)"
END
check 'the fifth unreachable error quarantines an address' <<\END
    same quarantined "$(learn_days 5 a@x.org soft unreachable timeout)"
END
check 'a thousand refused messages do not quarantine an address' <<\END
    echo "$header" >in
    for message in $(seq 1 1000); do
        row a@x.org soft refused spam 2026-11-01T00:00:00Z failed "$message"
    done >>in
    quarantine update -N in >out
    same 1000 "$(wc -l <out)"
    same "ok${tab}0" "$(cut -f 8- out | sort -u)"
END
check 'the first complaint denies an address' <<\END
    same "denied${tab}1" "$(learn a@x.org soft refused complaint 2026-11-01T00:00:00Z)"
END
check 'filter drops an address that complained even ten years later' <<\END
    same "denied${tab}1" "$(learn a@x.org soft refused complaint 2026-11-01T00:00:00Z)"
    MXKIT_NOW=2036-01-01T00:00:00Z
    is_dropped a@x.org
END

# What update counts.

check 'update does not count a row of type ignored' <<\END
    same "ok${tab}0" "$(learn a@x.org ignored auto-reply vacation 2026-11-01T00:00:00Z)"
END
check 'update does not count a row without a type' <<\END
    same "ok${tab}0" "$(learn a@x.org - user-unknown - 2026-11-01T00:00:00Z)"
END
check 'update does not count a deferred delivery as an error' <<\END
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z deferred)"
END
check 'update counts the errors of an address' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-01T00:00:00Z)"
    same "erroneous${tab}2" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z)"
END
check 'a delivery clears the errors of an erroneous address' <<\END
    same erroneous "$(learn_days 2 a@x.org soft mailbox-full -)"
    same "ok${tab}0" "$(learn a@x.org - - - 2026-11-03T00:00:00Z sent)"
END
check 'a delivery does not end a quarantine' <<\END
    same quarantined "$(learn_days 5 a@x.org soft unreachable timeout)"
    same "quarantined${tab}5" "$(learn a@x.org - - - 2026-11-20T00:00:00Z sent)"
END
check 'update never quarantines an allowed address' <<\END
    quarantine allow a@x.org
    same "allowed${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z)"
    passes a@x.org
END
check 'update forgets the errors of an address after more than 30 days without one' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-08-01T00:00:00Z)"
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-09-01T00:00:00Z)"
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-10-05T00:00:00Z)"
END
check 'update adds up errors that are exactly 30 days apart' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-09-20T00:00:00Z)"
    same "erroneous${tab}2" "$(learn a@x.org soft mailbox-full - 2026-10-20T00:00:00Z)"
    same "quarantined${tab}3" "$(learn a@x.org soft mailbox-full - 2026-11-19T00:00:00Z)"
END

# How a quarantine ends.

check 'filter drops a full mailbox until the last second of its 30 days' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-12-02T23:59:59Z
    is_dropped full@x.org
END
check 'filter passes a full mailbox after 30 days, even if expire has not run' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-12-03T00:00:00Z
    passes full@x.org
END
check 'filter drops an inactive user even after years' <<\END
    same quarantined "$(learn_days 3 gone@x.org soft inactive-user -)"
    MXKIT_NOW=2030-01-01T00:00:00Z
    is_dropped gone@x.org
END
check 'expire does not end a quarantine one second early' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-12-02T23:59:59Z
    quarantine expire
    is_dropped full@x.org
END
check 'expire ends a quarantine whose time is over' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-12-04T00:00:00Z
    quarantine expire
    # With the clock set back, only what expire has written can let the address pass.
    MXKIT_NOW=2026-11-23T00:00:00Z
    passes full@x.org
    quarantine list >out
    not grep '^full@' out
END
check 'expire forgets an address a year after its last event' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2027-11-03T00:00:00Z
    quarantine expire
    grep '^full@' "$MXKIT_STATE/quarantine.tsv"
    MXKIT_NOW=2027-11-05T00:00:00Z
    quarantine expire
    not grep '^full@' "$MXKIT_STATE/quarantine.tsv"
END
check 'expire keeps a quarantine that has no end' <<\END
    same quarantined "$(learn_days 3 gone@x.org soft inactive-user -)"
    MXKIT_NOW=2027-01-04T00:00:00Z
    quarantine expire
    grep '^gone@' "$MXKIT_STATE/quarantine.tsv"
    is_dropped gone@x.org
END
check 'after the end of a quarantine, update counts from 1 again' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-12-04T00:00:00Z
    quarantine expire
    same "erroneous${tab}1" "$(learn full@x.org soft mailbox-full - 2026-12-04T00:00:00Z)"
END

# Which events are the same.

check 'update counts a message_id once, even at two times' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-01T00:00:00Z failed m1)"
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z failed m1)"
END
check 'update counts two message_ids at the same time as two errors' <<\END
    use_own_rules 'reason mailbox-full\nafter 3\napart 0s\n'
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z failed m1)"
    same "erroneous${tab}2" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z failed m2)"
END
check 'two hard errors of one second are two errors if their message_ids differ' <<\END
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - 2026-11-02T00:00:00Z failed m1)"
    same "quarantined${tab}2" "$(learn a@x.org hard user-unknown - 2026-11-02T00:00:00Z failed m2)"
END
# learn_twice FIRST_ID FIRST_AT SECOND_ID SECOND_AT: runs update on two hard errors, and prints the
# number of errors.
learn_twice() {
    learn a@x.org hard user-unknown - "$2" failed "$1" >/dev/null
    learn a@x.org hard user-unknown - "$4" failed "$3" | cut -f 2
}
for other in 'm1@s' ' <m1@s> ' '<m1@s>' '< m1@s >'; do
    check "the message_ids <m1@s> and '$other' are one event" <<\END
        same 1 "$(learn_twice '<m1@s>' 2026-11-02T00:00:00Z "$other" 2026-11-03T00:00:00Z)"
END
done
for other in 2026-11-02T01:00:00+01:00 '2026-11-02 01:00:00+0100' 1793577600 1793577600000 \
    2026-11-02 20261102 'Mon, 2 Nov 2026 01:00:00 +0100' '2 Nov 2026 00:00:00 GMT' \
    'Nov  2 00:00:00' 2026-11-01T16:00:00-0800 2026-11-02T00:00:00.25Z; do
    check "2026-11-02T00:00:00Z and $other are the same time" <<\END
        same 1 "$(learn_twice - 2026-11-02T00:00:00Z - "$other")"
        quarantine list -N >out
        same "2026-11-02T00:00:00Z" "$(cut -f 6 out)"
END
done
for other in yesterday 2026-13-01 2026-11-02T25:00:00Z 12:00 2 'Mon, 31 Feb 2026' \
    99999999999999999; do
    check "update rejects the time $other, and does not take it for now" <<\END
        { echo "$header" && row a@x.org hard user-unknown - "$other"; } >in
        exits 65 quarantine update --rejects rejects in >out 2>err
        sed 1d in | cmp - rejects
        grep '^quarantine: in:2: the time' err
        same "-${tab}-" "$(sed 1d out | cut -f 8-)"
        passes a@x.org
END
done
check 'without a time, an error happened when it is read' <<\END
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - -)"
    quarantine list -N >out
    same 2026-11-23T00:00:00Z "$(cut -f 6 out)"
END
check 'three bounces of three years do not quarantine a mailbox that is full' <<\END
    echo "$header" >in
    row a@x.org soft mailbox-full - '2023-03-01 09:00:00-0800' >>in
    row a@x.org soft mailbox-full - 'Fri, 1 Mar 2024 09:00:00 -0800' >>in
    row a@x.org soft mailbox-full - 1740848400 >>in
    quarantine update -N in >out
    same "erroneous${tab}1" "$(tail -n 1 out | cut -f 8-)"
END
check 'one message to an address in two spellings is one event if its texts quote them' <<\END
    printf 'address\ttype\treason\tat\ttext\n' >in
    for address in full.1@x.org full.1@X.ORG; do
        printf '%s\thard\tuser-unknown\t2026-11-02T00:00:00Z\t550 <%s>: who?\n' \
            "$address" "$address"
    done >>in
    quarantine update -N in >out
    same "quarantined${tab}1" "$(tail -n 1 out | cut -f 6-)"
END

# What an older error says.

check 'an error that is older than a release does not count' <<\END
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z failed m1)"
    quarantine release a@x.org
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-22T23:59:59Z failed m2)"
END
then_check 'an error that is newer than the release counts' <<\END
    MXKIT_NOW=2026-11-24T00:00:00Z
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - 2026-11-23T00:00:01Z failed m3)"
END
check 'the row that quarantined an address does not count after a release, even years later' <<\END
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z failed m1)"
    quarantine release a@x.org
    for MXKIT_NOW in 2026-12-24T00:00:00Z 2027-01-24T00:00:00Z 2029-12-24T00:00:00Z; do
        quarantine expire
        same "ok${tab}0" \
            "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z failed m1)"
    done
END
check 'a message_id without a time is known even after expire has run' <<\END
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - - failed m1)"
    quarantine release a@x.org
    MXKIT_NOW=2027-01-24T00:00:00Z
    quarantine expire
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - - failed m1)"
END
check 'an error that is older than an allow does not count after a release' <<\END
    quarantine allow a@x.org
    MXKIT_NOW=2026-11-25T00:00:00Z
    quarantine release a@x.org
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-22T00:00:00Z)"
END
check 'an error that is older than a delivery does not count, even for an unknown address' <<\END
    same "ok${tab}0" "$(learn a@x.org - - - 2026-11-03T00:00:00Z sent)"
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-02T23:59:59Z)"
    passes a@x.org
END
then_check 'an error that is newer than the delivery counts' <<\END
    same "quarantined${tab}1" "$(learn a@x.org hard user-unknown - 2026-11-03T00:00:01Z)"
END
check 'a complaint counts even if it is older than a delivery' <<\END
    same "ok${tab}0" "$(learn a@x.org - - - 2026-11-03T00:00:00Z sent)"
    same "denied${tab}1" "$(learn a@x.org soft refused complaint 2026-11-02T00:00:00Z)"
END
check 'expire forgets a delivery after a year' <<\END
    same "ok${tab}0" "$(learn a@x.org - - - 2026-11-03T00:00:00Z sent)"
    quarantine expire
    grep '^a@x.org' "$MXKIT_STATE/quarantine.tsv"
    MXKIT_NOW=2027-11-05T00:00:00Z quarantine expire
    not grep '^a@x.org' "$MXKIT_STATE/quarantine.tsv"
END

# Lookups that failed before they left this machine.

lookup_header=$(echo address type reason detail at mx_status host code text | tr ' ' '\t')
# lookup_rows MX_STATUS HOST CODE TEXT: prints five rows of a@x.org, a day apart.
lookup_rows() {
    echo "$lookup_header"
    for day in 1 2 3 4 5; do
        printf 'a@x.org\tsoft\tunreachable\tdns\t2026-11-0%dT00:00:00Z\t%s\t%s\t%s\t%s\n' \
            "$day" "$@"
    done
}
for status in timeout servfail refused; do
    check "five lookups that end in $status say nothing about an address" <<\END
        lookup_rows "$status" - - 'Temporary DNS failure' | quarantine update -N >out
        same "ok${tab}0" "$(tail -n 1 out | cut -f 10-)"
END
    check "neither do they if the row has the host and the code of an earlier try ($status)" <<\END
        lookup_rows "$status" mx.x.org 450 'Temporary DNS failure' | quarantine update -N >out
        same "ok${tab}0" "$(tail -n 1 out | cut -f 10-)"
END
done
check 'a DNS failure without a host or a reply says nothing about an address' <<\END
    lookup_rows - - - 'Host or domain name not found. Name service error' |
        quarantine update -N >out
    same "ok${tab}0" "$(tail -n 1 out | cut -f 10-)"
END
for row in 'mx.x.org - -' '- 450 -' '- - 450 4.4.312 DNS query failed'; do
    check "a DNS failure that a receiver reports counts ($row)" <<\END
        lookup_rows - "${row%% *}" "$(echo "$row" | cut -d ' ' -f 2)" \
            "$(echo "$row" | cut -d ' ' -f 3-)" | quarantine update -N >out
        same "quarantined${tab}5" "$(tail -n 1 out | cut -f 10-)"
END
done
check 'five nights with a dead resolver quarantine no address' <<\END
    printf 'address\tmx_status\ttext\n' >in
    printf "a@x.org\ttimeout\tTemporary DNS failure for 'x.org': no DNS server answered in time\n" \
        >>in
    for day in 01 02 03 04 05; do
        export MXKIT_NOW="2026-11-${day}T02:30:00Z"
        bounceclass in | quarantine update -N >out
    done
    grep "soft${tab}unreachable${tab}dns" out
    grep "ok${tab}0\$" out
END

# Words that update does not know.

for word in User-Unknown USER-UNKNOWN; do
    check "update knows the reason $word" <<\END
        same "quarantined${tab}1" "$(learn a@x.org hard $word - 2026-11-01T00:00:00Z)"
        same a@x.org "$(list_addresses --reason user-unknown)"
END
done
# rejects_row ADDRESS TYPE REASON DETAIL AT [RESULT]: succeeds if update rejects the row.
rejects_row() {
    { echo "$header" && row "$@"; } | exits 65 quarantine update -N 2>err >out
    grep '^quarantine: stdin:2: ' err
    same "-${tab}-" "$(cut -f 8- out)"
    quarantine list -N >listed
    same '' "$(cat listed)"
}
check 'update rejects an unknown reason' <<\END
    rejects_row a@x.org hard user-unknwon - 2026-11-01T00:00:00Z
    grep 'unknown reason' err
END
check 'update rejects an unknown type' <<\END
    rejects_row a@x.org permanent user-unknown - 2026-11-01T00:00:00Z
    grep 'unknown type' err
END
check 'update rejects an unknown result' <<\END
    rejects_row a@x.org hard user-unknown - 2026-11-01T00:00:00Z queued
    grep 'unknown result' err
END
check 'update rejects an unknown detail of refused, by which a rule decides' <<\END
    rejects_row a@x.org soft refused complaints 2026-11-01T00:00:00Z
    grep 'unknown detail' err
END
check 'update rejects a row without a valid address' <<\END
    rejects_row nobody hard user-unknown - 2026-11-01T00:00:00Z
    grep 'not a valid address' err
END
check 'update counts the rows before and after one that it rejects' <<\END
    {
        echo "$header"
        row a@x.org hard user-unknown - 2026-11-01T00:00:00Z
        row b@x.org permanent user-unknown - 2026-11-01T00:00:00Z
        row c@x.org hard user-unknown - 2026-11-01T00:00:00Z
    } | exits 65 quarantine update >/dev/null 2>err
    same 'a@x.org c@x.org' "$(quarantine list -N | cut -f 1 | paste -sd ' ' -)"
END
check 'update does not count a row that mxqueue dropped' <<\END
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z dropped)"
END
check 'update takes Hard, Soft and Complaint in capitals' <<\END
    same "quarantined${tab}1" "$(learn a@x.org Hard user-unknown - 2026-11-01T00:00:00Z)"
    same "denied${tab}1" "$(learn b@x.org Soft Refused Complaint 2026-11-01T00:00:00Z)"
END
check 'a complaint has one spelling, however it was given' <<\END
    same "denied${tab}1" "$(learn a@x.org soft complaint - 2026-11-01T00:00:00Z)"
    same "denied${tab}1" "$(learn b@x.org soft refused complaint 2026-11-01T00:00:00Z)"
    quarantine deny --reason complaint c@x.org
    quarantine list -N | cut -f 2-4 | sort -u >out
    same "denied${tab}refused${tab}complaint" "$(cat out)"
    same 'a@x.org b@x.org c@x.org' "$(list_addresses --reason complaint)"
    same 'a@x.org b@x.org c@x.org' "$(list_addresses --reason refused)"
END
check 'without a message_id, update counts the same time and text once' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z)"
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z)"
END

# make_log REASON: prints 3,000 errors of 20 addresses, spread over November 1 to 22.
make_log() {
    echo "$header"
    awk -v reason="$1" 'BEGIN {
        for (i = 0; i < 3000; i++)
            printf "p%d@x.org\tsoft\t%s\t-\t2026-11-%02dT00:00:%02dZ\tfailed\t-\n",
                i % 20, reason, i % 22 + 1, i % 60
    }'
}
check 'update counts each event of a log once, even if it reads the log twice' <<\END
    make_log mailbox-full >log
    quarantine update log >out
    quarantine list >before
    same 21 "$(wc -l <before)"
    quarantine update log >out
    quarantine list | cmp before -
END
check 'expire does not make update count the events of an endless quarantine again' <<\END
    make_log inactive-user >log
    quarantine update log >out
    MXKIT_NOW=2027-03-01T00:00:00Z
    quarantine expire
    quarantine list >before
    same 20 "$(grep -c quarantined before)"
    quarantine update log >out
    quarantine list | cmp before -
END
check 'after expire has forgotten addresses, an old log does not quarantine them again' <<\END
    make_log mailbox-full >log
    quarantine update log >out
    MXKIT_NOW=2027-03-01T00:00:00Z
    quarantine expire
    quarantine list -N >before
    same '' "$(cat before)"
    quarantine update -N log >out
    same 3000 "$(wc -l <out)"
    not grep quarantined out
    quarantine list -N >after
    same '' "$(cat after)"
END

# The clock.

check 'a clock that jumps back does not end a quarantine' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-10-01T00:00:00Z
    is_dropped full@x.org
END
check 'expire keeps a quarantine if the clock has jumped back' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-10-01T00:00:00Z
    quarantine expire
    quarantine list >out
    grep '^full@x.org.*quarantined' out
END
check 'update does not add an error to one that is months later' <<\END
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-20T00:00:00Z)"
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-08-20T00:00:00Z)"
END
check 'an event in the last second of the year 9999 does not damage the state' <<\END
    MXKIT_NOW=9999-12-31T00:00:00Z
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 9999-12-31T23:59:59Z)"
    MXKIT_NOW=2026-11-23T00:00:00Z
    same quarantined "$(learn_days 3 a@x.org soft mailbox-full -)"
    quarantine list >out
    grep '^a@x.org' out
END
check 'a quarantine ends as its latest error says, in whichever order the errors are read' <<\END
    for order in '1 2 3' '3 2 1' '2 3 1' '3 1 2'; do
        for day in $order; do
            learn "a@x.org" soft mailbox-full - "2026-11-0${day}T00:00:00Z" >out
        done
        quarantine list -N | cut -f 6,7 >>ends
        rm -r "$MXKIT_STATE"
    done
    same "2026-11-03T00:00:00Z${tab}2026-12-03T00:00:00Z" "$(uniq ends)"
    has_lines 4 ends
END
check 'update rejects an event that is more than a day in the future, with its line' <<\END
    {
        echo "$header"
        row a@x.org hard user-unknown - 2026-11-24T00:00:01Z
        row b@x.org hard user-unknown - 2026-11-24T00:00:00Z
        row c@x.org - - - 2030-01-01T00:00:00Z sent
    } >in
    exits 65 quarantine update -N in 2>err | cut -f 1,8 | on_a_line >out
    same "a@x.org${tab}- b@x.org${tab}quarantined c@x.org${tab}-" "$(cat out)"
    grep 'in:2: the time in the column at is more than a day in the future; correct it' err
    grep 'in:4: the time in the column at is more than a day in the future; correct it' err
    learn c@x.org hard user-unknown - 2026-11-20T00:00:00Z >out
    is_dropped c@x.org
END
for order in '1 2' '2 1'; do
    check "an error in the same second as a delivery stays, in the order $order" <<\END
        {
            echo "$header"
            {
                row a@x.org soft mailbox-full - 2026-11-20T00:00:00Z
                row a@x.org - - - 2026-11-20T00:00:00Z sent
            } >events
            for line in $order; do sed -n "${line}p" events; done
        } | quarantine update >out
        same erroneous "$(quarantine list -N | cut -f 2)"
END
done

# The guard.

guard_header="address${tab}type${tab}reason${tab}at${tab}result${tab}host${tab}text"
# outage FIRST LAST [HOST]: prints errors of u FIRST to LAST @out.example, one a second from 02:00,
# as a receiver sends them whose user database is down.
outage() {
    echo "$guard_header"
    awk -v first="$1" -v last="$2" -v host="${3:-mx1.out.example}" 'BEGIN {
        for (i = first; i <= last; i++)
            printf "u%d@out.example\thard\tuser-unknown\t2026-11-22T02:%02d:%02dZ\t%s\t%s\t%s\n",
                i, i / 60, i % 60, "failed", host, "550 5.1.1 internal error"
    }'
}
# delivered DOMAIN COUNT: prints deliveries to d1 to dCOUNT of the domain, at 02:00.
delivered() {
    awk -v domain="$1" -v count="$2" 'BEGIN {
        for (i = 1; i <= count; i++)
            printf "d%d@%s\t-\t-\t2026-11-22T02:00:00Z\tsent\t-\t-\n", i, domain
    }'
}
# count_states: prints how many addresses list shows, and how many errors are held back.
count_states() {
    echo "$(quarantine list -N | wc -l) $(quarantine held -N | wc -l)"
}
check 'an outage at a receiver costs none of 401 good addresses' <<\END
    outage 1 401 >in
    quarantine update -N in >out 2>err
    same "ok${tab}0" "$(cut -f 8- out | sort -u)"
    same '0 401' "$(count_states)"
    passes u1@out.example
    passes u401@out.example
END
then_check 'update tells in one line that it holds the errors back' <<\END
    said='401 errors are held back: at out.example, most addresses failed as if they did not exist'
    same "quarantine: $said; see quarantine held" "$(cat err)"
END
then_check 'held prints each error that is held back' <<\END
    quarantine held >out
    same "address at type reason detail receiver text" "$(sed 1q out | tr '\t' ' ')"
    same 'u7@out.example 2026-11-22T02:00:07Z hard user-unknown - out.example' \
        "$(grep '^u7@' out | cut -f 1-6 | tr '\t' ' ')"
    same '550 5.1.1 internal error' "$(cut -f 7 out | sed 1d | sort -u)"
END
then_check 'show prints that an error is held back' <<\END
    quarantine show u7@out.example >out
    grep 'held back: user-unknown at 2026-11-22T02:00:07Z' out
END
then_check 'an error that is held back is known when it is read again' <<\END
    quarantine update -N in >out 2>err
    same '0 401' "$(count_states)"
    same '' "$(cat err)"
END
then_check 'expire keeps the errors that are held back' <<\END
    quarantine expire
    quarantine check
    same '0 401' "$(count_states)"
END
then_check 'held --confirm counts them, and update does not take them back' <<\END
    quarantine held -N --confirm >out
    same 401 "$(wc -l <out)"
    same '401 0' "$(count_states)"
    quarantine list -N >listed
    same "quarantined${tab}user-unknown" "$(cut -f 2,3 listed | sort -u)"
    quarantine show u7@out.example >shown
    same 1 "$(grep -c 'Z error user-unknown' shown)"
    outage 402 480 >more
    quarantine update more >out 2>err
    same '401 79' "$(count_states)"
END
check 'held --drop forgets the errors, and they are known when they are read again' <<\END
    outage 1 30 >in
    quarantine update in >out 2>err
    quarantine held --drop >dropped
    same 31 "$(wc -l <dropped)"
    same '0 0' "$(count_states)"
    quarantine update in >out
    same '0 0' "$(count_states)"
END
then_check 'import of what held --drop printed quarantines the addresses after all' <<\END
    quarantine import dropped
    same '30 0' "$(count_states)"
    same 30 "$(list_addresses --only quarantined --reason user-unknown | wc -w)"
END
check 'release of what held --confirm printed makes the addresses ok again' <<\END
    outage 1 30 >in
    quarantine update in >out 2>err
    quarantine held --confirm >confirmed
    same '30 0' "$(count_states)"
    quarantine release <confirmed
    quarantine update in >out
    same '0 0' "$(count_states)"
    passes u1@out.example
END
check 'held takes --domain and --receiver' <<\END
    outage 1 30 >in
    outage 1 30 | sed 1d | sed 's/out\.example/other.example/g' >>in
    quarantine update in >out 2>err
    same '0 60' "$(count_states)"
    quarantine held -N --domain 'o*.example' --receiver 'other.*' >out
    same other.example "$(cut -f 1 out | cut -d @ -f 2 | sort -u)"
    quarantine held -N --receiver 'other.*' >out
    same other.example "$(cut -f 1 out | cut -d @ -f 2 | sort -u)"
    quarantine held --confirm --domain other.example >out
    same '30 30' "$(count_states)"
    quarantine held --drop --receiver out.example >out
    same '30 0' "$(count_states)"
END
check 'held exits with 64 if it is to confirm and to drop' <<\END
    exits 64 quarantine held --confirm --drop
END
check 'held --confirm changes nothing if it cannot print' <<\END
    outage 1 30 >in
    quarantine update in >out 2>err
    exits 74 quarantine held --confirm >/dev/full
    same '0 30' "$(count_states)"
END
check 'update takes back what it had counted, in runs of one row each' <<\END
    outage 1 30 >in
    for row in $(seq 2 31); do
        { sed 1q in && sed -n "${row}p" in; } | quarantine update 2>>err
    done >out
    same '0 30' "$(count_states)"
    same 1 "$(grep -c '21 errors are held back, 20 of which had been counted' err)"
    quarantine check
END
check 'twenty addresses are not enough for the guard' <<\END
    outage 1 20 | quarantine update >out
    same '20 0' "$(count_states)"
END
check 'the guard holds back the errors of many domains at one receiver' <<\END
    outage 1 60 mx.mail.hoster.example | sed 's/@out/@out&/; s/@out@out/@out/' |
        awk -F '\t' -v OFS='\t' 'NR > 1 { sub(/@.*/, "@d" NR % 30 ".example", $1) } { print }' >in
    quarantine update in >out 2>err
    same '0 60' "$(count_states)"
    grep 'at hoster.example, most' err
END
check 'one dead address among 1,000 at a receiver counts at once' <<\END
    { outage 1 1 && delivered out.example 999; } >in
    quarantine update in >out
    same '1 0' "$(count_states)"
END
check 'thirty dead addresses among 100 at a domain count' <<\END
    { outage 1 30 && delivered out.example 70; } >in
    quarantine update in >out
    same '30 0' "$(count_states)"
END
check 'sixty dead addresses among 100 at a domain are held back' <<\END
    { outage 1 59 && delivered out.example 41; } >in
    quarantine update in >out 2>err
    same '0 59' "$(count_states)"
END
check 'half of the addresses of a domain are not more than 50%' <<\END
    { outage 1 50 && delivered out.example 50; } >in
    quarantine update in >out
    same '50 0' "$(count_states)"
END
check 'twenty addresses in an hour are not enough, even if others fail hours later' <<\END
    { outage 1 20 && outage 21 35 | sed 1d | sed 's/T02/T09/'; } >in
    quarantine update in >out
    same '35 0' "$(count_states)"
END
for hour in 'T01:30:00 before' 'T02:30:00 after'; do
    check "an outage is one even if the domain took mail half an hour ${hour#* } it" <<\END
        { outage 1 30 && delivered out.example 100 | sed "s/T02:00:00/${hour% *}/"; } >in
        quarantine update in >out 2>err
        same '0 30' "$(count_states)"
END
done
check 'deliveries of an earlier run in the same hour count for the share' <<\END
    { echo "$guard_header" && delivered out.example 70; } | quarantine update >out
    outage 1 30 | quarantine update >out
    same '30 0' "$(count_states)"
END
check 'an address that two newsletters went to within an hour counts once for the share' <<\END
    { outage 1 0 && delivered out.example 30; } | quarantine update >out
    outage 1 30 | sed 's/^u/d/' | quarantine update >out 2>err
    same '0 30' "$(count_states)"
END
check 'errors that are spread over days are not held back' <<\END
    outage 1 28 | awk -F '\t' -v OFS='\t' \
        'NR > 1 { $4 = sprintf("2026-10-%02dT02:00:00Z", NR - 1) } { print }' >in
    quarantine update in >out
    same '28 0' "$(count_states)"
END
check 'the guard finds an outage in a log that is not in the order of time' <<\END
    { outage 1 0 && outage 1 40 | sed 1d | sort -r; } >in
    quarantine update in >out 2>err
    same '0 40' "$(count_states)"
END
check 'soft errors are none of the guard'\''s business' <<\END
    outage 1 40 | sed 's/hard/soft/' | quarantine update >out
    same '40 0' "$(count_states)"
END
check 'what was known of an address before comes back when its error is taken back' <<\END
    same erroneous "$(learn_days 2 u5@out.example soft mailbox-full -)"
    quarantine list -N | cut -f 1-5,11 >before
    outage 1 20 | quarantine update >out
    outage 21 21 | quarantine update >out 2>err
    quarantine list -N | cut -f 1-5,11 | cmp before -
END
check 'what somebody changed by hand is not taken back' <<\END
    outage 1 20 | quarantine update >out
    quarantine deny u5@out.example
    outage 21 21 | quarantine update >out 2>err
    same 'u5@out.example' "$(list_addresses --only denied)"
    same '1 20' "$(count_states)"
END
check 'a later delivery drops the error that was held back' <<\END
    outage 1 30 | quarantine update >out 2>err
    same "ok${tab}0" "$(learn u5@out.example - - - 2026-11-22T05:00:00Z sent)"
    same '0 29' "$(count_states)"
END
check 'deny drops the error that was held back' <<\END
    outage 1 30 | quarantine update >out 2>err
    quarantine deny u5@out.example
    same '1 29' "$(count_states)"
END
check 'a guard with addresses never is off' <<\END
    use_own_rules 'guard domain\naddresses never\n\nguard receiver\naddresses never\n'
    outage 1 40 | quarantine update >out
    same '40 0' "$(count_states)"
END
check 'a damaged guard file is reported, and update goes on' <<\END
    outage 1 20 | quarantine update >out
    echo garbage >>"$MXKIT_STATE/quarantine.guard.tsv"
    outage 21 21 | quarantine update >out 2>err
    grep '1 lines of quarantine.guard.tsv are damaged' err
    same '0 21' "$(count_states)"
END

# Rules of one's own.

mkdir "$tmp/rules"
cp "$top/rules/quarantine.rules" "$tmp/rules"
cat >"$tmp/rules/local.quarantine.rules" <<\END
reason unreachable
detail dns
after 2
apart 24h
forget never

reason user-unknown
after never
END
check 'update reads local.quarantine.rules before quarantine.rules' <<\END
    MXKIT_RULES=$tmp/rules
    same "ok${tab}0" "$(learn a@x.org hard user-unknown - 2026-11-01T00:00:00Z)"
END
check 'update counts the errors of a detail that a rule names separately' <<\END
    MXKIT_RULES=$tmp/rules
    same erroneous "$(learn_days 3 a@x.org soft unreachable timeout)"
    same "erroneous${tab}4" "$(learn a@x.org soft unreachable dns 2026-11-05T00:00:00Z)"
END
then_check 'update does not count an error that is closer to the last one than the rule says' <<\END
    MXKIT_RULES=$tmp/rules
    same "erroneous${tab}4" "$(learn a@x.org soft unreachable dns 2026-11-05T23:59:59Z)"
END
then_check 'update counts an error that is as far from the last one as the rule says' <<\END
    MXKIT_RULES=$tmp/rules
    same "quarantined${tab}5" "$(learn a@x.org soft unreachable dns 2026-11-06T00:00:00Z)"
END
check 'update counts a type by the first block that names it' <<\END
    use_own_rules '%s\n' 'reason user-unknown' 'type soft' 'after never' '' 'reason auto-reply' \
        'type ignored' 'after 1'
    same ok "$(learn_days 3 a@x.org soft user-unknown -)"
    same quarantined "$(learn_days 1 b@x.org hard user-unknown -)"
    same quarantined "$(learn_days 1 c@x.org ignored auto-reply -)"
    same ok "$(learn_days 3 d@x.org ignored mailbox-full -)"
END
check 'soft errors are a day apart in a block that does not say so' <<\END
    use_own_rules 'reason unreachable\nafter 2\n'
    same "erroneous${tab}1" "$(learn a@x.org soft unreachable - 2026-11-01T00:00:00Z)"
    same "erroneous${tab}1" "$(learn a@x.org soft unreachable - 2026-11-01T23:59:59Z)"
    same "quarantined${tab}2" "$(learn a@x.org soft unreachable - 2026-11-02T00:00:00Z)"
END
for line in 'type firm' 'guard town' 'share 50' 'within 2d'; do
    check "update exits with 78 if a rule has the line $line" <<\END
        case $line in
        type*) use_own_rules 'reason unreachable\nafter 2\n%s\n' "$line" ;;
        guard*) use_own_rules '%s\naddresses 3\nshare 50%%\n' "$line" ;;
        *) use_own_rules 'guard domain\naddresses 3\nshare 50%%\n%s\n' "$line" ;;
        esac
        exits 78 quarantine update </dev/null 2>err
        grep 'local.quarantine.rules:[134]:' err
END
done
check 'update exits with 78 and names the place of an invalid rule' <<\END
    use_own_rules 'reason unreachable\nafter soon\n'
    exits 78 quarantine update </dev/null 2>err
    grep 'local.quarantine.rules:2:7: ' err
END
finish
