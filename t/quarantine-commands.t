#!/bin/sh
# quarantine: update's input, and the commands that read the state: filter, list, show, stats and
# check.
. "${0%/*}/lib.sh"
. "${0%/*}/quarantine.sh"

# The command line.

check 'quarantine exits with 64 if the command is unknown' <<\END
    exits 64 quarantine wash
END
check 'quarantine exits with 64 if there is no command' <<\END
    exits 64 quarantine
END
check 'filter exits with 64 if --only names an unknown state' <<\END
    exits 64 quarantine filter --only clean
END

# What update reads.

check 'update prints nothing if its input is empty' <<\END
    quarantine update </dev/null >out
    same '' "$(cat out)"
END
prints 'update adds its columns to a header without rows' \
    'printf "address\treason\n" | quarantine update' <<END
address${tab}reason${tab}state${tab}errors
END
prints 'update reads a last line without an LF' \
    'printf "address\treason\na@x.org\tuser-unknown" | quarantine update -N' <<END
a@x.org${tab}user-unknown${tab}quarantined${tab}1
END
check 'update overwrites the columns state and errors in their places' <<\END
    printf 'state\terrors\taddress\treason\n-\t-\to@x.org\tuser-unknown\n' >in
    quarantine update -N in >out
    same "quarantined${tab}1${tab}o@x.org${tab}user-unknown" "$(cat out)"
END
check 'update exits with 65 if a row has too few fields, and handles the other rows' <<\END
    printf 'address\treason\nx\nb@x.org\tuser-unknown\n' >in
    exits 65 quarantine update in >out
    grep '^b@x.org' out
    is_dropped b@x.org
END
check 'update exits with 64 if its input has neither a reason nor a result' <<\END
    echo a@x.org | exits 64 quarantine update
END

check 'update prints none of 5,000 rows if it cannot keep them' <<\END
    quarantine add first@x.org
    awk 'BEGIN { print "address\treason"
        for (i = 0; i < 5000; i++) print "a" i "@x.org\tmailbox-full" }' >in
    exits 74 with_little_room "$bin/quarantine" update in 2>err | cat >out
    same 0 "$(wc -c <out)"
    same first@x.org "$(list_addresses)"
END

# filter.

# add_each_state: adds an allowed, a denied and a quarantined address to the state.
add_each_state() {
    quarantine allow a@x.org
    quarantine deny d@y.org
    quarantine add --reason by-hand q@x.org
}
printf '%s\n' "email${tab}address" "1${tab}q@x.org" "2${tab}d@y.org" "3${tab}a@x.org" \
    "4${tab}o@x.org" >"$tmp/rows"

check 'filter passes rows with all their columns, and drops quarantined and denied addresses' <<\END
    add_each_state
    quarantine filter "$tmp/rows" >out
    sed '/q@x.org/d; /d@y.org/d' "$tmp/rows" | cmp - out
END
check 'filter --only passes only the rows of a state' <<\END
    add_each_state
    quarantine filter -N --only quarantined "$tmp/rows" >out
    same "1${tab}q@x.org" "$(cat out)"
END
check 'filter --annotate passes all rows and adds their states' <<\END
    add_each_state
    quarantine filter -N --annotate "$tmp/rows" >out
    same 'quarantined denied allowed ok' "$(cut -f 3 out | on_a_line)"
END
check 'filter -e exits with 1 if it dropped a row' <<\END
    add_each_state
    exits 1 quarantine filter -e "$tmp/rows"
END
for command in filter list show\ a@x.org stats export check expire release\ a@x.org; do
    check "$command exits with 66 if the state directory that was named does not exist" <<\END
        rmdir "$MXKIT_STATE"
        # shellcheck disable=SC2086 # a command and its operand
        echo a@x.org | exits 66 quarantine $command >out 2>err
        same '' "$(cat out)"
        grep "state directory $MXKIT_STATE does not exist; check -s and MXKIT_STATE" err
        not test -e "$MXKIT_STATE"
END
done
for command in update import add allow deny; do
    check "$command makes a state directory that does not exist" <<\END
        rmdir "$MXKIT_STATE"
        printf 'address\treason\na@x.org\tuser-unknown\n' | quarantine "$command"
        test -d "$MXKIT_STATE"
END
done
check 'filter and list treat an empty state directory as one without entries' <<\END
    passes a@x.org
    quarantine list -N >out
    same '' "$(cat out)"
END

check 'filter judges each row by what is known when it comes, however long it runs' <<\END
    mkfifo to from
    quarantine add first@x.org
    "$bin/quarantine" filter -N <to >from &
    filter=$!
    exec 3>to 4<from
    for i in 1 2 3 4 5; do
        echo "ok$i@x.org" >&3
        read -r row <&4
        same "ok$i@x.org" "$row"
        quarantine deny "ok$i@x.org"
        echo "ok$i@x.org" >&3
    done
    exec 3>&-
    cat <&4 >rest
    ends 0 "$filter"
    same '' "$(cat rest)"
END
# stops_without_state COMMAND: succeeds if a filter that runs on passes no row after the command,
# which removes the state, and exits with 66.
stops_without_state() {
    filter_stops 66 "$1" dead@x.org
    grep "$MXKIT_STATE: the files of the state were removed" err
}
for removal in 'rm "$MXKIT_STATE"/*' \
    'truncate -s -20 "$MXKIT_STATE"/quarantine.journal' 'rm -r "$MXKIT_STATE"' \
    'rm "$MXKIT_STATE"/*; quarantine add other@x.org' \
    'quarantine expire; echo ok2@x.org >&3; read -r row <&4; rm "$MXKIT_STATE"/*'; do
    check "a filter that runs on passes no row after: $removal" <<\END
        quarantine deny dead@x.org
        stops_without_state "$removal"
END
done
check 'a filter that runs on passes no row after older files are copied over the state' <<\END
    quarantine deny ok@y.org
    cp -a "$MXKIT_STATE" older
    quarantine deny dead@x.org
    stops_without_state 'cp older/* "$MXKIT_STATE"'
END
check 'a filter that runs on passes no row after its snapshot, all of its state, is removed' <<\END
    quarantine deny dead@x.org
    quarantine expire
    rm "$MXKIT_STATE/quarantine.journal"
    stops_without_state 'rm "$MXKIT_STATE/quarantine.tsv"'
END
check 'an update that runs on begins no new state after the files of the old one are removed' <<\END
    mkfifo to from
    quarantine deny dead@x.org
    "$bin/quarantine" update -N -c address,reason <to >from 2>err &
    update=$!
    exec 3>to 4<from
    printf 'a@x.org\tuser-unknown\n' >&3
    read -r row <&4
    rm "$MXKIT_STATE"/*
    printf 'b@x.org\tuser-unknown\n' >&3
    exec 3>&-
    cat <&4 >rest
    ends 66 "$update"
    same '' "$(cat rest)"
    not test -e "$MXKIT_STATE/quarantine.journal"
END
check 'with -v, update tells once for which process it waits; without, it waits in silence' <<\END
    quarantine add b@x.org
    { echo "$header" && row a@x.org hard user-unknown - 2026-11-01T00:00:00Z; } >in
    exec 3<"$MXKIT_STATE/quarantine.lock"
    flock 3
    "$bin/quarantine" update in >out 2>silent 3>&- &
    first=$!
    "$bin/quarantine" update -v in >told.out 2>told 3>&- &
    second=$!
    wait_until grep "^quarantine: $MXKIT_STATE: waits for .*process.*, which holds" told
    exec 3<&-
    ends 0 "$first"
    ends 0 "$second"
    same 1 "$(grep -c waits told)"
    same '' "$(cat silent)"
END

# list.

check 'list prints the addresses in order' <<\END
    add_each_state
    same 'a@x.org d@y.org q@x.org' "$(list_addresses)"
END
check 'list --only prints the addresses of a state' <<\END
    add_each_state
    same d@y.org "$(list_addresses --only denied)"
END
check 'list --reason prints the addresses with a reason' <<\END
    add_each_state
    same q@x.org "$(list_addresses --reason by-hand)"
END
check 'list --domain prints the addresses whose domain matches a mask' <<\END
    add_each_state
    same 'a@x.org q@x.org' "$(list_addresses --domain 'x.*')"
END
check 'list prints the addresses from --since on and before --until' <<\END
    add_outage
    from_12_to_13=$(list_addresses --since 2026-11-12 --until 2026-11-13T00:00:00Z)
    same 'k@other.org o2@out.org' "$from_12_to_13"
END
check 'list exits with 64 if --since is not a time' <<\END
    exits 64 quarantine list --since yesterday
END
check 'list prints the text of the last error' <<\END
    add_texts
    quarantine list -N >out
    same '451 internal error (#4.3.0)' "$(grep '^t1@' out | cut -f 10)"
END
check 'list prints the first 160 bytes of a long text' <<\END
    add_texts
    quarantine list -N >out
    same 160 "$(grep '^t2@' out | cut -f 10 | tr -d '\n' | wc -c)"
    same "$(long_text | cut -c -160)" "$(grep '^t2@' out | cut -f 10)"
END
check 'list --text prints the addresses whose text matches a regular expression' <<\END
    add_texts
    same t1@x.org "$(list_addresses --text 'INTERNAL error.*#4')"
END
check 'list exits with 64 and names the character if --text is not a regular expression' <<\END
    exits 64 quarantine list --text 'a(b' 2>err
    grep 'text: character 4' err
END

# show.

# add_two: gives s@x.org two errors and quarantines u@y.org.
add_two() {
    same erroneous "$(learn_days 2 s@x.org soft mailbox-full -)"
    same quarantined "$(learn_days 1 u@y.org hard user-unknown -)"
}

check 'show prints the errors of an address and what its next error would do' <<\END
    add_two
    quarantine show s@x.org >out
    grep '^s@x.org: erroneous$' out
    grep 'mailbox-full: 2 errors, from 2026-11-01T00:00:00Z to 2026-11-02' out
    grep 'the next mailbox-full: quarantined until 2026-12-23T00:00:00Z' out
    grep 'the next inactive-user: erroneous, 1 of 3 errors' out
    grep 'the next refused: not counted' out
END
check 'show prints since when and why an address is quarantined' <<\END
    add_two
    quarantine show '<u@Y.org>' >out
    since='since 2026-11-01T00:00:00Z, for good, because of user-unknown'
    grep "^u@y.org: quarantined $since\$" out
END
check 'show prints each address that it is given' <<\END
    add_two
    quarantine show '<U@Y.org>' u@y.org >out
    same 'u@y.org u@y.org' "$(grep '^[^ ]' out | cut -d : -f 1 | on_a_line)"
END
check 'show prints that an unknown address is ok' <<\END
    add_two
    quarantine show n@x.org >out
    grep '^n@x.org: ok$' out
END
check 'show exits with 65 if an address is invalid, and shows the others' <<\END
    add_two
    exits 65 quarantine show nobody s@x.org >out
    grep '^s@x.org:' out
END
check 'show does not change the state' <<\END
    add_two
    quarantine list >before
    same 3 "$(wc -l <before)"
    quarantine show n@x.org s@x.org u@y.org >out
    quarantine list | cmp before -
END
check 'show prints the history and the text of the last error' <<\END
    add_texts
    quarantine show t1@x.org >out
    grep '2026-11-01T00:00:00Z error mailbox-full' out
    grep '2026-11-02T00:00:00Z error mailbox-full' out
    grep 'said: 451 internal' out
END

# stats.

prints 'stats counts the addresses by state, reason, domain and day' '
    add_two
    quarantine stats -N | tr "\t" " "' <<\END
state erroneous 1
state quarantined 1
reason erroneous mailbox-full 1
reason quarantined user-unknown 1
domain x.org 1
domain y.org 1
day 2026-11-01 1
day 2026-11-02 1
END
check 'stats --top prints at most that number of domains' <<\END
    add_two
    quarantine stats -N --top 1 >out
    same 1 "$(grep -c '^domain' out)"
END

# check.

prints 'check finds a missing state sound' 'quarantine check' <<\END
sound: 0 addresses
END
check 'check counts the addresses of a sound state' <<\END
    add_two
    quarantine check >out
    same 'sound: 2 addresses, 1 erroneous, 1 quarantined' "$(cat out)"
END
check 'check exits with 65 if a byte of the snapshot has changed' <<\END
    add_two
    quarantine expire
    sed -i s/user-unknown/user-unknowm/ "$MXKIT_STATE/quarantine.tsv"
    exits 65 quarantine check 2>err
    grep 'damaged at byte' err
END
check 'check exits with 65 if an address is in the wrong place' <<\END
    add_two
    quarantine expire
    snapshot=$MXKIT_STATE/quarantine.tsv
    cp "$snapshot" sorted
    sed -n 1p sorted >"$snapshot"
    sed 1d sorted | sort -r >>"$snapshot"
    not cmp sorted "$snapshot"
    exits 65 quarantine check 2>err
    grep 'damaged at byte' err
END
check 'expire sorts the snapshot as look(1) needs it' <<\END
    quarantine add c@x.org a@y.org
    quarantine expire
    quarantine add b@x.org aa@x.org
    quarantine expire
    same 5 "$(wc -l <"$MXKIT_STATE/quarantine.tsv")"
    sort -c "$MXKIT_STATE/quarantine.tsv"
END

# damage_state: adds five addresses, and damages b@ in the snapshot and d@ in the journal.
damage_state() {
    quarantine add a@x.org b@x.org c@x.org
    quarantine expire
    quarantine add d@x.org e@x.org
    sed -i 's/^b@/B@/' "$MXKIT_STATE/quarantine.tsv"
    sed -i 's/^d@/D@/' "$MXKIT_STATE/quarantine.journal"
}
check 'check exits with 65 and names check --repair if the state is damaged' <<\END
    damage_state
    exits 65 quarantine check 2>err
    grep 'check --repair' err
END
check 'filter exits with 65 if it looks for an address near the damage' <<\END
    damage_state
    echo b@x.org | exits 65 quarantine filter
END
check 'check --repair keeps the sound entries' <<\END
    damage_state
    exits 65 quarantine check --repair 2>err
    same 'a@x.org c@x.org e@x.org' "$(list_addresses)"
END
then_check 'check --repair reports each damaged line' <<\END
    same 2 "$(grep -c 'byte .* taken out' err)"
END
then_check 'check --repair moves the damaged lines to quarantine.damaged' <<\END
    grep 'B@x.org' "$MXKIT_STATE/quarantine.damaged"
    grep 'D@x.org' "$MXKIT_STATE/quarantine.damaged"
END
then_check 'after check --repair, the state is sound and takes new addresses' <<\END
    quarantine check
    quarantine add f@x.org
    same 'a@x.org c@x.org e@x.org f@x.org' "$(list_addresses)"
END
# release_and_keep FILE: releases a@x.org into a new snapshot, and puts the file of before back,
# as a kill between two renames leaves it. Then damages b@ in the snapshot.
release_and_keep() {
    cp "$MXKIT_STATE/$1" "$1"
    quarantine release --domain x.org >out
    quarantine expire
    cp "$1" "$MXKIT_STATE"
    same 'b@y.org c@y.org' "$(quarantine list -N | cut -f 1 | on_a_line)"
    sed -i 's/^b@/B@/' "$MXKIT_STATE/quarantine.tsv"
    exits 65 quarantine check --repair
    same c@y.org "$(quarantine list -N | cut -f 1 | on_a_line)"
}
check 'check --repair does not take a journal that is in the snapshot already' <<\END
    quarantine add b@y.org c@y.org
    quarantine expire
    quarantine add a@x.org
    release_and_keep quarantine.journal
END
check 'check --repair leaves a sound state if it is killed before it has emptied the journal' <<\END
    damage_state
    cp "$MXKIT_STATE/quarantine.journal" damaged
    exits 65 quarantine check --repair
    cp damaged "$MXKIT_STATE/quarantine.journal"
    same 'a@x.org c@x.org e@x.org' "$(list_addresses)"
    quarantine check
END
check 'check --repair keeps all entries of a snapshot whose header is lost' <<\END
    quarantine add a@x.org c@x.org e@x.org f@x.org
    quarantine expire
    sed -i 1d "$MXKIT_STATE/quarantine.tsv"
    exits 65 quarantine list
    exits 65 quarantine check --repair
    same 'a@x.org c@x.org e@x.org f@x.org' "$(list_addresses)"
    quarantine check
END
check 'check --repair moves a header that is damaged to quarantine.damaged' <<\END
    quarantine add a@x.org c@x.org
    quarantine expire
    sed -i 1s/fold/fald/ "$MXKIT_STATE/quarantine.tsv"
    exits 65 quarantine check --repair
    same 'a@x.org c@x.org' "$(list_addresses)"
    grep 'mxkit-state.*fald' "$MXKIT_STATE/quarantine.damaged"
END
for file in quarantine.tsv quarantine.journal; do
    check "an empty $file is damage, and check --repair keeps what the other file has" <<\END
        quarantine add quarantine.journal@x.org
        quarantine expire
        quarantine add quarantine.tsv@x.org
        : >"$MXKIT_STATE/$file"
        echo a@x.org | exits 65 quarantine filter -N >out 2>err
        same '' "$(cat out)"
        exits 65 quarantine check
        exits 65 quarantine check --repair
        same "$file@x.org" "$(list_addresses)"
        quarantine check
END
done
finish
