#!/bin/sh
# mxqueue: a kill, a failed call or a power cut at every call that changes the state, kills of any
# process of the pipeline, a full disk, several runs at once, a clock that jumps: no row is lost,
# and none is doubled.
. "${0%/*}/lib.sh"
# shellcheck source=t/mxqueue.sh
. "$top/t/mxqueue.sh"
. "${0%/*}/power_cut.sh"

fault=$build/lab/fault.so

# receive: stands for mxsend and the receivers. The rows go on with their result, and are noted in
# $tmp/received.rows.
receive() {
    # shellcheck disable=SC2119 # without a time
    deliver | tee -a "$tmp/received.rows"
}
# received: prints each address that got a message, once for each time, sorted.
received() {
    awk -F '\t' '$0 ~ /\tsent\t/ { print $1 }' "$tmp/received.rows" | sort
}
# drain: runs the pipeline until nothing is due.
drain() {
    until job 'mxqueue due' >rows && [ "$(wc -l <rows)" -eq 1 ]; do
        receive <rows | mxqueue 'done'
    done
}
# people COUNT: prints a list.
people() {
    echo address
    seq -f 'sent%g@x.org' "$1"
}
# each_once COUNT: succeeds if each of the people got the message once.
each_once() {
    people "$1" | tail -n +2 | sort >wanted
    received >got
    diff wanted got
}

# Faults: the state in $tmp/base, the command in $act, its input in $tmp/in.
# faulty FAULT [DISK [VARIABLE]]: runs the command with a fault (t/lab/fault/fault.c).
# shellcheck disable=SC2086 # $act is words
faulty() {
    set -- "FAULT=$1" ${2:+"FAULT_DISK=$2"} ${3:+"$3"}
    setsid -w env LD_PRELOAD="$fault" FAULT_DIR="$MXKIT_STATE" FAULT_COUNT="$tmp/count" "$@" \
        "$bin/mxqueue" $act <"$tmp/in" >"$tmp/out" 2>"$tmp/err"
}
begin() {
    rm -rf "$MXKIT_STATE" "$tmp/received.rows"
    cp -a "$tmp/base" "$MXKIT_STATE"
    : >"$tmp/received.rows"
}
# completes: what came out of the broken run is lost with its pipeline, or what went into it comes
# again; in the end each of the people has got the message once.
# shellcheck disable=SC2086
completes() {
    case $act in
    due*) ;;
    *) mxqueue $act <"$tmp/in" >/dev/null 2>"$tmp/err2" || { cat "$tmp/err2"; return 1; } ;;
    esac
    # What was in the queue, or is now, is sent once by the runs that follow.
    [ "${act%% *}" != 'done' ] || cat "$tmp/in" >>"$tmp/received.rows"
    drain 2>"$tmp/err2" || { cat "$tmp/err2"; return 1; }
    each_once 6 || return 1
    [ -z "$(find "$MXKIT_STATE" -name '*.new')" ] || { find "$MXKIT_STATE"; return 1; }
}
learn() {
    begin
    rm -f "$tmp/count"
    faulty none:0 || { cat "$tmp/err"; return 1; }
    count=$(cat "$tmp/count")
    echo "$count" >"$tmp/calls"
    [ "$count" -ge 2 ]
    completes
}
kills() {
    count=$(cat "$tmp/calls")
    n=0
    while [ $((n += 1)) -le "$count" ]; do
        begin
        ! faulty "kill:$n" || { echo "call $n was not met"; return 1; }
        completes || { echo "killed before call $n of $count"; return 1; }
    done
}
# fails KIND: one call fails; with a +, all from there on.
fails() {
    count=$(cat "$tmp/calls")
    n=0
    while [ $((n += 1)) -le "$count" ]; do
        begin
        status=0
        faulty "$1:$n" || status=$?
        case $status in
        0 | 73 | 74 | 75) ;;
        *) echo "status $status at call $n: $(cat "$tmp/err")"; return 1 ;;
        esac
        # Rows that a failed run printed would have to be leased: none may have come out.
        [ "$status" -eq 0 ] || [ "${act%% *}" != due ] || [ ! -s "$tmp/out" ] ||
            { echo "rows came out"; return 1; }
        completes || { echo "$1 at call $n of $count"; return 1; }
    done
}
# power_cut: what was not fsynced before call N is gone.
power_cut() {
    count=$(cat "$tmp/calls")
    n=0
    while [ $((n += 1)) -le "$count" ]; do
        begin
        rm -rf "$tmp/disk"
        sync_all "$tmp/disk"
        faulty "kill:$n" "$tmp/disk" || true
        after_power_cut || { echo "power cut before call $n of $count"; return 1; }
    done
}
after_power_cut() {
    cut_power "$tmp/disk" "$tmp/live"
    # The library follows the files of the state, not those of the folder in it: the copies of
    # messages are on the disk or, if the fault is an add, come again.
    [ ! -d "$tmp/live/queue.messages" ] || cp -a "$tmp/live/queue.messages" "$MXKIT_STATE"
    rm -rf "$tmp/live"
    completes
}
# starves: each allocation fails, one after the other: the exit status is 71, and nothing is lost.
starves() {
    begin
    faulty none:0 '' FAULT_ALLOCATION=0
    count=$(cat "$tmp/count")
    n=0
    while [ $((n += $(often 7 1))) -le "$count" ]; do
        begin
        status=0
        faulty none:0 '' "FAULT_ALLOCATION=$n" || status=$?
        case $status in
        0 | 71) ;;
        74) grep -q "Cannot allocate memory" "$tmp/err" || return 1 ;; # opendir(3) found none
        *) echo "status $status at allocation $n: $(cat "$tmp/err")"; return 1 ;;
        esac
        completes || { echo "allocation $n of $count"; return 1; }
    done
}
# matrix NAME COMMAND: all faults.
matrix() {
    act=$2
    check "$1: a clean run" learn
    check "$1: SIGKILL before every call that changes the state" kills
    for kind in ENOSPC EIO ENOSPC+ EIO+; do
        check "$1: $kind at every call" "fails $kind"
    done
    check "$1: a power cut before every call" power_cut
    check "$1: no memory" starves
}

if [ "${MXKIT_SANITISED:-}" ]; then
    skip 'faults at every call' 'a sanitiser must be loaded first'
else
    printf 'Subject: news\n\nHello\n' >"$tmp/news.eml"
    mkdir -m 700 "$tmp/base"
    people 6 >"$tmp/in"
    matrix 'add to an empty queue' "add -m $tmp/news.eml"
    MXKIT_STATE=$tmp/base
    people 3 | mxqueue add -m "$tmp/news.eml"
    MXKIT_STATE=$tmp/test/state
    matrix 'add to a queue that has some of the rows' "add -m $tmp/news.eml"
    MXKIT_STATE=$tmp/base
    people 6 | mxqueue add -m "$tmp/news.eml"
    MXKIT_STATE=$tmp/test/state
    : >"$tmp/in"
    matrix 'due' 'due -N'
    cp -a "$tmp/base" "$tmp/before"
    printf 'address\nout1@x.org\nout2@x.org\n' >"$tmp/list"
    mxqueue add -s "$tmp/base" -m "$tmp/news.eml" "$tmp/list"
    quarantine deny -s "$tmp/base" out1@x.org out2@x.org
    matrix 'due that drops rows' 'due -N'
    rm -rf "$tmp/base"
    mv "$tmp/before" "$tmp/base"
    MXKIT_STATE=$tmp/base
    # shellcheck disable=SC2119 # without a time
    job 'mxqueue due' | deliver >"$tmp/in"
    MXKIT_STATE=$tmp/test/state
    matrix 'done' 'done'
    : >"$tmp/in"
    matrix 'expire' 'expire'
fi

# Kills of processes of the pipeline. A process that was killed may still be there for a moment.
nothing_is_leased() {
    same '' "$(mxqueue list --only leased -N)"
}
check 'kill -9 of each process of a pipeline, one after another: no row is lost' <<\END
    message
    people 40 | mxqueue add -m news.eml
    for victim in due cut tee done; do
        MXKIT_EXPECTS=0,141,137
        mkfifo go
        exec 3<>go
        (
            exec 3>&-
            job 'echo $$ >group; "$bin/mxqueue" due | { echo $$ >due; cat; } |
                sh -c "echo \$\$ >cut; read -r line <go; exec cat" |
                sh -c "echo \$\$ >tee; exec tee through" |
                sh -c "echo \$\$ >done; exec \"$bin/mxqueue\" done"' 2>err
        ) &
        wait_until [ -s done ]
        wait_until [ -s cut ]
        wait_until [ -s tee ]
        if [ "$victim" != due ]; then kill -9 "$(cat "$victim")"; fi
        exec 3>&-
        wait
        rm -f go due cut tee done through
        same 40 "$(mxqueue list -N | wc -l)"
        wait_until nothing_is_leased
    done
    MXKIT_EXPECTS=0
    : >"$tmp/received.rows"
    drain
    each_once 40
END
check 'kill -9 of all processes of a pipeline: its rows are due at once' <<\END
    message
    people 40 | mxqueue add -m news.eml
    mkfifo go
    exec 3<>go
    (
        exec 3>&-
        MXKIT_EXPECTS=0,137
        job 'echo $$ >group; "$bin/mxqueue" due | { cat >first; cat <go; }' || true
    ) &
    wait_until [ -s first ]
    same 40 "$(mxqueue list --only leased -N | wc -l)"
    kill -9 "-$(cat group)"
    wait
    wait_until nothing_is_leased
    : >"$tmp/received.rows"
    drain
    each_once 40
END

runs=$(often 8 200)
check "$runs runs at once, and adds beside them: each row is sent once" <<\END
    message
    : >"$tmp/received.rows"
    people 200 >list
    mxqueue add -m news.eml list
    for run in $(seq "$runs"); do
        mxqueue add -m news.eml list &
        (
            job '. "$LIB"; mxqueue due | deliver | tee "rows.'"$run"'" | mxqueue done'
        ) &
    done
    wait
    cat rows.* >"$tmp/received.rows"
    drain
    each_once 200
END
check 'adds of the same list at once add each row once' <<\END
    message
    people 1000 >list
    for run in 1 2 3 4; do
        mxqueue add -m news.eml list &
    done
    wait
    same 1000 "$(mxqueue list -N | wc -l)"
END

# A file size limit (in units of 512 bytes) acts as a full disk.
check 'a full disk: add fails, adds all when there is room again, and nothing is sent twice' <<\END
    message
    people 200 >list
    (
        ulimit -f 4
        exits 74 mxqueue add -m news.eml list 2>err
    )
    grep -q queue.journal err
    : >"$tmp/received.rows"
    mxqueue add -m news.eml list
    drain
    each_once 200
END
if [ ! "${MXKIT_SANITISED:-}" ]; then
    check 'due gives out nothing if the ends of the rows may not fit on the disk' <<\END
        message
        people 40 | mxqueue add -m news.eml
        quarantine deny out@x.org
        mib=1048576
        export LD_PRELOAD="$fault" FAULT_ROOM="$((16 * mib))"
        exits 75 "$bin/mxqueue" due -N >rows 2>err
        same '' "$(cat rows)"
        grep 'has room for 16 MiB' err
        used=$(cat "$MXKIT_STATE"/queue.tsv "$MXKIT_STATE"/queue.recent.tsv \
            "$MXKIT_STATE"/queue.journal 2>cat.err | wc -c)
        entries=$(wc -c <"$MXKIT_STATE/quarantine.journal")
        FAULT_ROOM=$((16 * mib + 2 * used + entries - 1)) exits 75 "$bin/mxqueue" due -N 2>err
        FAULT_ROOM=$((16 * mib + 2 * used + entries)) "$bin/mxqueue" due -N >rows
        same 40 "$(wc -l <rows)"
END
fi
check 'a full disk: due gives out nothing' <<\END
    message
    people 5 | mxqueue add -m news.eml
    MXKIT_EXPECTS=74
    size=$(stat -c %s "$MXKIT_STATE/queue.journal")
    job "ulimit -f $((size / 512)); mxqueue due -N || true" >out
    same '' "$(cat out)"
    MXKIT_EXPECTS=0
    : >"$tmp/received.rows"
    drain
    each_once 5
END
check 'a full disk: rows that done could not keep are not lost' <<\END
    message
    people 20 | mxqueue add -m news.eml
    job 'mxqueue due' | deliver >rows
    (
        ulimit -f 4
        exits 74 mxqueue done --print rows >out
    )
    same '' "$(cat out)"
    same 20 "$(mxqueue list -N | wc -l)"
    same '' "$(mxqueue list -N --only ended)"
    mxqueue done rows
    same 20 "$(mxqueue list --only ended -N | wc -l)"
END
check 'due into a full disk leaves its rows in the queue' <<\END
    message
    people 5 | mxqueue add -m news.eml
    MXKIT_EXPECTS=74
    job 'mxqueue due >/dev/full || true'
    MXKIT_EXPECTS=0
    : >"$tmp/received.rows"
    drain
    each_once 5
END

check 'a clock that jumps forward and back loses and doubles nothing' <<\END
    message
    people 30 | mxqueue add -m news.eml
    : >"$tmp/received.rows"
    for now in 2026-11-23T00:00:00Z 2036-01-01T00:00:00Z 1971-01-01T00:00:00Z \
        2026-11-24T00:00:00Z 2026-11-22T00:00:00Z; do
        MXKIT_NOW=$now
        job 'mxqueue due' | awk 'NR == 1 || NR < 8' | receive | mxqueue done
        people 30 | mxqueue add -m news.eml
        same 30 "$(mxqueue list -N | wc -l)"
    done
    drain
    each_once 30
END
check 'a lease holds though the clock jumps' <<\END
    message
    people 5 | mxqueue add -m news.eml
    mkfifo go
    exec 3<>go
    (
        exec 3>&-
        job 'mxqueue due | { cat >first; cat <go; }'
    ) &
    wait_until [ -s first ]
    for now in 2036-01-01T00:00:00Z 1971-01-01T00:00:00Z; do
        MXKIT_NOW=$now
        same '' "$(job 'mxqueue due -N')"
    done
END
check 'a symbolic link in place of a copy is refused' <<\END
    message
    people 1 | mxqueue add -m news.eml
    for copy in "$MXKIT_STATE"/queue.messages/*; do
        mv "$copy" moved
        ln -s "$PWD/moved" "$copy"
    done
    MXKIT_EXPECTS=77
    job 'mxqueue due -N || true' >out 2>err
    same '' "$(cat out)"
END
check 'the queue is ours alone under any umask' <<\END
    message
    umask 000
    people 1 | mxqueue add -m news.eml
    find "$MXKIT_STATE" -perm /077 >open
    same '' "$(cat open)"
END
finish
