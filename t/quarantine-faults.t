#!/bin/sh
# quarantine: each call that changes the state fails, or is the last one before a kill or a power
# cut. No row may be lost, and none counted twice.
. "${0%/*}/lib.sh"
. "${0%/*}/sealed.sh"

if [ "${MXKIT_SANITISED:-}" ]; then
    skip 'quarantine survives a fault at every call' 'a sanitiser must be loaded before fault.so'
    finish
    exit
fi
. "${0%/*}/crash.sh"
. "${0%/*}/power_cut.sh"
fault=$build/lab/fault.so
given=$tmp/given # what the tests of a matrix share: base/, in, want, count (see `matrix`)

# restore_state: makes the state that the command of the matrix finds.
restore_state() {
    rm -rf "$MXKIT_STATE"
    cp -a "$given/base" "$MXKIT_STATE"
}

# run_faulty FAULT: runs the command of the matrix with that fault (see t/lab/fault/fault.c). If
# $pieces is a number, the rows come in pieces of that number, each after the rows before it have
# come out.
pieces=
run_faulty() {
    if [ "$pieces" ]; then
        rm -f ended
        : >out
        feed | run_to_end "$1"
    else
        run_preloaded "$1" <"$given/in"
    fi
}

feed() {
    fed=0
    while [ ! -e ended ] && [ "$fed" -lt "$(wc -l <"$given/in")" ]; do
        tail -n +$((fed + 1)) "$given/in" | head -n "$pieces" 2>feed.err
        fed=$((fed + pieces))
        wait_until has_come_out "$fed" >feed.out
    done
}

# has_come_out LINES: succeeds if that number of lines has come out, or nothing more will.
has_come_out() {
    [ -e ended ] || [ "$(wc -l <out)" -ge "$1" ] || [ "$1" -ge "$(wc -l <"$given/in")" ]
}

run_to_end() {
    run_preloaded "$1" && ended=0 || ended=$?
    : >ended
    return "$ended"
}

# run_preloaded FAULT: runs the command on stdin.
# shellcheck disable=SC2086 # $action is a command and its operands
run_preloaded() {
    LD_PRELOAD=$fault FAULT_DIR=$MXKIT_STATE FAULT=$1 FAULT_COUNT=$PWD/count \
        "$bin/quarantine" $action >out 2>err
}

# rerun_completes: succeeds if the state has all that the command has printed, and if the command,
# run again without a fault, leads to the state that it leads to without any fault.
# shellcheck disable=SC2086 # as above
rerun_completes() {
    case $action in
    update*) counts_printed out ;;
    esac
    "$bin/quarantine" $action <"$given/in" >rerun.out 2>rerun.err
    is_as_wanted
    set -- "$MXKIT_STATE"/*.new
    not test -e "$1"
}

# is_as_wanted: succeeds if the state is sound and as it is without a fault.
is_as_wanted() {
    "$bin/quarantine" list >got
    "$bin/quarantine" held >>got
    cmp "$given/want" got
    "$bin/quarantine" check >/dev/null
}

# learn SET_UP: makes what the tests of a matrix share.
learn() {
    rm -rf "$given"
    mkdir "$given"
    : >"$given/in"
    "$1"
    cp -a "$MXKIT_STATE" "$given/base"
    runs 0 run_faulty none:0
    cp count "$given"
    [ "$(cat count)" -ge 2 ]
    quarantine list >"$given/want"
    quarantine held >>"$given/want"
}

# at_every_call TEST [ARGUMENT]: runs the test with the number n of each call, on a fresh state.
at_every_call() {
    count=$(cat "$given/count")
    trap 'echo "call $n of $count"' EXIT
    n=1
    while [ "$n" -le "$count" ]; do
        restore_state
        "$@"
        n=$((n + 1))
    done
}

# after_every_call TEST [ARGUMENT]: as at_every_call, and once more after the last call.
after_every_call() {
    at_every_call "$@"
    restore_state
    "$@"
}

# between_batches TEST [ARGUMENT]: as after_every_call, with rows that come in several batches.
between_batches() {
    pieces=$((($(wc -l <"$given/in") + 2) / 3))
    restore_state
    runs 0 run_faulty none:0
    count=$(cat count)
    [ "$count" -gt "$(cat "$given/count")" ]
    trap 'echo "call $n of $count, in batches"' EXIT
    n=1
    while [ "$n" -le $((count + 1)) ]; do
        restore_state
        "$@"
        n=$((n + 1))
    done
}

survives_kill() {
    runs 137 run_faulty "kill:$n"
    rerun_completes
}

# survives_error ERROR: the call fails with that error; if it has a +, all later calls fail too.
survives_error() {
    runs 0,73,74,75 run_faulty "$1:$n"
    if [ "$status" -ne 0 ]; then grep "$MXKIT_STATE" err; fi
    rerun_completes
}

survives_short_writes() {
    restore_state
    runs 0 run_faulty short:1
    is_as_wanted
}

# survives_power_cut JOURNAL: what was not fsynced before the call is gone. JOURNAL is a command
# that then changes the journal of the state, given the journal that was in memory and that one. If
# the cut comes after the last call, the state is as it is without a cut.
survives_power_cut() {
    sync_all disk
    FAULT_DISK=$PWD/disk
    export FAULT_DISK
    if [ "$n" -le "$count" ] && [ ! "$pieces" ]; then
        runs 137 run_faulty "kill:$n"
    else
        runs 0,137 run_faulty "kill:$n"
    fi
    unset FAULT_DISK
    cut_power disk memory
    journal=quarantine.journal
    if [ -f "$MXKIT_STATE/$journal" ] && [ -f "memory/$journal" ]; then
        "$1" "memory/$journal" "$MXKIT_STATE/$journal"
    fi
    rm -rf disk memory
    if [ "$status" -eq 0 ]; then is_as_wanted; fi
    rerun_completes
}

# leave MEMORY DISK: the journal has only what was fsynced.
leave() { :; }

# tear MEMORY DISK: the disk has more of the journal than what was fsynced, but not all of it.
tear() {
    synced=$(wc -c <"$2")
    written=$(wc -c <"$1")
    if [ "$written" -gt "$synced" ]; then
        head -c $((synced + (written - synced) * n / (count + 1))) "$1" >"$2"
    fi
}

# pierce MEMORY DISK: the disk has all of the journal, except for a block of 512 bytes.
pierce() {
    synced=$(wc -c <"$2")
    written=$(wc -c <"$1")
    if [ "$written" -gt $((synced + 600)) ]; then
        cp "$1" "$2"
        head -c 512 /dev/zero | dd of="$2" bs=1 conv=notrunc status=none \
            seek=$((synced + (written - synced - 512) * n / (count + 1)))
    fi
}

# matrix NAME COMMAND SET_UP: tests the command with each fault. SET_UP makes the state that the
# command finds, and the file "$given/in" that it reads. The command survives a fault if the state
# has all that it printed, and if running it again completes it (see rerun_completes).
matrix() {
    action=$2
    set_up=$3
    check "$1 succeeds without a fault" 'learn "$set_up"'
    [ ! -f "$given/count" ] || echo "# $(cat "$given/count") calls"
    check "$1 survives SIGKILL before each of its calls" 'at_every_call survives_kill'
    for error in ENOSPC EIO; do
        check "$1 survives $error at each of its calls" 'at_every_call survives_error $error'
        check "$1 survives $error at each of its calls and at all later ones" \
            'at_every_call survives_error $error+'
    done
    check "$1 survives short writes and EINTR at all of its calls" survives_short_writes
    check "$1 survives a power cut that loses all that was not synced" \
        'after_every_call survives_power_cut leave'
    check "$1 survives a power cut that tears the end of the journal" \
        'after_every_call survives_power_cut tear'
    check "$1 survives a power cut that leaves a hole in the journal" \
        'after_every_call survives_power_cut pierce'
    case $2 in
    update)
        check "$1 survives a power cut between its batches and after its last row" \
            'between_batches survives_power_cut leave'
        ;;
    esac
}

start_empty() {
    rows 0 12 5 >"$given/in"
}
matrix 'the first update' update start_empty

start_with_journal() {
    rows 0 5 5 | quarantine update >/dev/null
    rows 3 30 7 >"$given/in"
}
matrix 'a further update' update start_with_journal

# dead FROM COUNT: prints a header and the errors of that many addresses that do not exist.
dead() {
    awk -v from="$1" -v count="$2" 'BEGIN {
        print "address\treason\tat\tmessage_id"
        for (i = from; i < from + count; i++)
            printf "d%d@x.org\tuser-unknown\t2026-11-01T00:00:%02dZ\td%d\n", i, i, i
    }'
}

start_outage() {
    dead 0 3 | quarantine update >/dev/null
    dead 3 4 >"$given/in"
}
matrix 'an update that takes errors back' update start_outage

start_held() {
    dead 0 7 | quarantine update >/dev/null
}
matrix 'a confirmation of errors that are held back' 'held --confirm' start_held

size_of_journal() {
    wc -c <"$MXKIT_STATE/quarantine.journal"
}

# import_addresses NUMBER: imports 300 addresses that have nothing but a name.
import_addresses() {
    awk -v number="$1" 'BEGIN {
        print "address"
        for (i = 0; i < 300; i++)
            printf "b%d.%d@y.org\n", number, i
    }' | quarantine import
}

# start_almost_full: makes a journal that the next update compacts into a recent file. It is long,
# but it has few addresses, with 1,000 events each.
start_almost_full() {
    limit=4194304
    rows 0 5000 5 | quarantine update >/dev/null
    before=$(size_of_journal)
    rows 5000 5 5 | quarantine update >/dev/null
    size=$(($(size_of_journal) - before))
    n=5005
    while [ "$(size_of_journal)" -lt $((limit - size)) ]; do
        rows $n 5 5 | quarantine update >/dev/null
        n=$((n + 5))
    done
    while [ "$(size_of_journal)" -lt $((limit - size / 2)) ]; do
        import_addresses $n
        n=$((n + 1))
    done
    [ ! -e "$MXKIT_STATE/quarantine.recent.tsv" ]
    rows $n 12 7 >"$given/in"
}
matrix 'an update that compacts the journal into the recent file' update start_almost_full
check 'update compacts a full journal into the recent file' <<\END
    restore_state
    quarantine update "$given/in" >/dev/null
    [ -f "$MXKIT_STATE/quarantine.recent.tsv" ]
END

# start_with_all_files: makes a snapshot, a recent file and a journal, or copies those that it made.
start_with_all_files() {
    if [ -d "$tmp/all-files" ]; then
        cp -a "$tmp/all-files/." "$MXKIT_STATE"
        return
    fi
    rows 0 5000 5 | quarantine update >/dev/null
    import_addresses 0
    quarantine expire
    n=5000
    while [ ! -e "$MXKIT_STATE/quarantine.recent.tsv" ]; do
        rows $n 5 5 | quarantine update >/dev/null
        n=$((n + 5))
    done
    rows $n 9 9 | quarantine update >/dev/null
    cp -a "$MXKIT_STATE" "$tmp/all-files"
}
matrix 'an expire that makes a snapshot of all files' expire start_with_all_files
matrix 'a release by domain' 'release --domain x.*' start_with_all_files

start_import() {
    start_with_all_files
    printf 'address\tstate\nb@x.org\tdenied\nc@x.org\tquarantined\n' >"$given/in"
}
matrix 'an import' import start_import

# start_with_version_1: makes a snapshot and a journal of version 1.
start_with_version_1() {
    {
        printf ' mxkit-state 1\tquarantine\t3\n'
        entry a0@x.org erroneous - - 1 - - unreachable=1@1793491200,1793491200 \
            0123456789abcdef@1793491200 -
        entry b0@x.org quarantined mailbox-full - 3 2026-11-02T00:00:00Z 2026-12-02T00:00:00Z \
            mailbox-full=3@1793491200,1793577600 - -
    } | seal >"$MXKIT_STATE/quarantine.tsv"
    {
        printf ' mxkit-state 1\tjournal\t3\n'
        entry a1@x.org erroneous - - 2 - - unreachable=2@1793491200,1793577600 - -
    } | seal >"$MXKIT_STATE/quarantine.journal"
    chmod 600 "$MXKIT_STATE"/*
    rows 0 5 5 >"$given/in"
}
matrix 'an update that migrates a state of version 1' update start_with_version_1
prints 'list reads a state of version 1' 'restore_state; quarantine list -N | cut -f 1,2,5' <<END
a0@x.org${tab}erroneous${tab}1
a1@x.org${tab}erroneous${tab}2
b0@x.org${tab}quarantined${tab}3
END
then_check 'list leaves a state of version 1 as it is' <<\END
    grep 'mxkit-state 1' "$MXKIT_STATE/quarantine.tsv"
END
check 'update migrates a state of version 1 and counts on' <<\END
    restore_state
    quarantine update "$given/in" >/dev/null
    not grep 'mxkit-state 1' "$MXKIT_STATE"/*
    quarantine list -N | grep '^a[01]@' | cut -f 1,5 >out
    same "a0@x.org${tab}2 a1@x.org${tab}3" "$(paste -sd ' ' out)"
END

# Several updates at once, each killed before one of its first 12 calls.

wanted=$(often 1000 10000)
addresses=$(often 80 4000) # the state remembers at most 1,000 events of an address
awk -v seed="$seed" 'BEGIN {
    srand(seed)
    for (i = 0; i < 40000; i++) print int(1 + 12 * rand())
}' >"$tmp/moments"

# start_updates ROUND: starts four updates, and sets $pids. Writer W reads inW and prints outW.
start_updates() {
    pids=
    for writer in 1 2 3 4; do
        read -r moment
        rows $((writer * 1000000 + $1 * 20)) 20 "$addresses" >"in$writer"
        : >"out$writer"
        dribble "in$writer" 4 |
            LD_PRELOAD=$fault FAULT_DIR=$MXKIT_STATE FAULT=kill:$moment \
                "$bin/quarantine" update >"out$writer" 2>/dev/null &
        pids="$pids $!"
    done
}

# wait_for_updates: waits for the four updates, and adds to $killed. An update that was not killed
# must have printed all of its rows.
wait_for_updates() {
    writer=0
    for pid in $pids; do
        writer=$((writer + 1))
        wait "$pid" && status=0 || status=$?
        if [ "$status" -eq 137 ]; then
            killed=$((killed + 1))
        else
            same 0 "$status"
            same 21 "$(wc -l <"out$writer")"
        fi
    done
}

check "update loses no row and counts none twice if 4 run at once and $wanted are killed \
(SEED=$seed)" <<\END
    round=0
    killed=0
    fed=0
    trap 'echo "$killed killed in $round rounds"' EXIT
    while [ "$killed" -lt "$wanted" ]; do
        start_updates "$round"
        wait_for_updates
        round=$((round + 1))
        cat out[1-4] >out
        counts_printed out
        for writer in 1 2 3 4; do
            "$bin/quarantine" update "in$writer" >/dev/null 2>err
        done
        fed=$((fed + 80))
        if [ $((round % 10)) -eq 0 ]; then
            "$bin/quarantine" expire
            same "$fed" "$(count_errors)"
        fi
    done <"$tmp/moments"
    same "$fed" "$(count_errors)"
    quarantine check
END
finish
