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
    check "the first $reason error quarantines an address" <<\END
        same quarantined "$(learn_days 1 a@x.org hard "$reason" -)"
        is_dropped a@x.org
END
done
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
check 'expire forgets an address 30 days after the end of its quarantine' <<\END
    quarantine_full_mailbox
    MXKIT_NOW=2026-12-04T00:00:00Z
    quarantine expire
    grep '^full@' "$MXKIT_STATE/quarantine.tsv"
    MXKIT_NOW=2027-01-04T00:00:00Z
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
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z failed m1)"
    same "erroneous${tab}2" "$(learn a@x.org soft mailbox-full - 2026-11-02T00:00:00Z failed m2)"
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
    same "erroneous${tab}1" "$(learn a@x.org soft mailbox-full - 9999-12-31T23:59:59Z)"
    same quarantined "$(learn_days 3 a@x.org soft mailbox-full -)"
    quarantine list >out
    grep '^a@x.org' out
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
check 'update exits with 78 and names the place of an invalid rule' <<\END
    mkdir rules
    cp "$top/rules/quarantine.rules" rules
    printf 'reason unreachable\nafter soon\n' >rules/local.quarantine.rules
    MXKIT_RULES=$PWD/rules
    exits 78 quarantine update </dev/null 2>err
    grep 'local.quarantine.rules:2:7: ' err
END
finish
