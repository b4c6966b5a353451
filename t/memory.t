#!/bin/sh
# Each tool, if one allocation after the other finds no memory; and, in make torture, the memory
# that a tool uses for 10,000,000 rows.
. "${0%/*}/lib.sh"
in_lab -z "$top/t/lab/demo.zone"

if [ "${MXKIT_SANITISED:-}" ]; then
    skip 'each tool survives a lack of memory' 'a sanitiser has an allocator of its own'
    finish
    exit
fi
export MXKIT_NOW=2026-11-23T00:00:00Z

# make_errors: writes two errors to the file `in`.
make_errors() {
    {
        printf 'address\treason\tat\tresult\tcode\ttext\n'
        printf 'ann@web.example\tmailbox-full\t2026-11-01T00:00:00Z\tfailed\t552\t'
        printf '552 5.2.2 mailbox full\n'
        printf 'bob@gone.example\tuser-unknown\t2026-11-01T00:00:00Z\tfailed\t550\t'
        printf '550 5.1.1 no such user\n'
    } >in
}

# make_routes: writes two addresses that mxlookup has looked up to the file `in`.
make_routes() {
    {
        printf 'address\tmx\n'
        printf 'ann@web.example\t0:web.example=127.0.0.8\n'
        printf 'unknown@web.example\t0:web.example=127.0.0.8\n'
    } >in
}

# A test may define these for starve: what to do before each run, and what to check after it.
prepare() { :; }
inspect() { :; }

# starve STATUSES STEP COMMAND: runs the command on the file `in`, once for each STEPth allocation,
# which fails. The command must exit with 0 after the usual rows (mxsend prints them in any order)
# and no message, or else with one of STATUSES and a message. It must not print a part of a row.
starve() {
    statuses=$1
    step=$2
    shift 2
    prepare
    runs 0 run_starved 0 "$@"
    sort out >want
    fields=$(head -n 1 out | awk -F '\t' '{ print NF }')
    count=$(cat count)
    trap 'echo "allocation $n of $count: status $status"; cat err out' EXIT
    n=1
    while [ "$n" -le "$count" ]; do
        prepare
        runs "0,$statuses" run_starved "$n" "$@"
        if [ "$status" -eq 0 ]; then
            sort out >sorted
            cmp want sorted
            [ ! -s err ]
        else
            [ -s err ]
            has_whole_rows out "$fields"
        fi
        inspect
        n=$((n + step))
    done
}

# run_starved N COMMAND: the Nth allocation of the command fails; none if N is 0.
run_starved() {
    failing=$1
    shift
    LD_PRELOAD=$build/lab/fault.so FAULT_ALLOCATION=$failing FAULT_COUNT=$PWD/count \
        "$@" <in >out 2>err
}

# has_whole_rows FILE FIELDS: succeeds if each line of the file ends in LF and has that many fields.
has_whole_rows() {
    if [ -s "$1" ]; then
        awk -F '\t' -v fields="$2" 'NF != fields { bad = 1 } END { exit bad }' "$1"
        same '' "$(tail -c 1 "$1")"
    fi
}

# The first run of starve fills the cache, from which the others answer.
check 'mxlookup reports each allocation that fails, and prints whole rows only' <<\END
    make_errors
    starve 66,71 1 "$bin/mxlookup" --resolver "$DNS" --cache cache
END
check 'mxsend reports each allocation that fails, and prints whole rows only' <<\END
    make_routes
    printf 'From: a@web.example\nTo: b@web.example\nSubject: x\n\nx\n' >mail
    starve 71 1 "$bin/mxsend" --port "$SMTP_PORT" -f me@example.org -m mail
END
check 'bounceclass reports each allocation that fails, and prints whole rows only' <<\END
    make_errors
    starve 71,78 "$(often 151 1)" "$bin/bounceclass"
END
check 'bounceclass -u reports each allocation that fails, and prints whole rows only' <<\END
    make_errors
    starve 71,78 "$(often 151 1)" "$bin/bounceclass" -u unknown
END
check 'quarantine update reports each allocation that fails, and leaves a sound state' <<\END
    make_errors
    prepare() {
        rm -rf "$MXKIT_STATE"
        mkdir -m 700 "$MXKIT_STATE"
    }
    inspect() {
        "$bin/quarantine" check >/dev/null
        "$bin/quarantine" list -N >listed
        [ "$(wc -l <listed)" -le 2 ]
    }
    starve 71 1 "$bin/quarantine" update
END
check 'quarantine update reports each allocation that fails if it knows the errors' <<\END
    make_errors
    quarantine update in >/dev/null
    inspect() { "$bin/quarantine" check >/dev/null; }
    starve 71 1 "$bin/quarantine" update
    quarantine list -N >listed
    same 2 "$(wc -l <listed)"
END
check 'quarantine filter reports each allocation that fails, and prints whole rows only' <<\END
    make_errors
    quarantine update in >/dev/null
    starve 71 1 "$bin/quarantine" filter
END
check 'quarantine expire reports each allocation that fails, and leaves a sound state' <<\END
    make_errors
    quarantine update in >/dev/null
    cp -a "$MXKIT_STATE" given
    quarantine list >want.list
    prepare() {
        rm -rf "$MXKIT_STATE"
        cp -a given "$MXKIT_STATE"
    }
    inspect() {
        "$bin/quarantine" list >listed
        cmp want.list listed
    }
    starve 71 1 "$bin/quarantine" expire
END

# peak ROWS COMMAND: prints the most memory, in KiB, that the command uses for that many rows.
peak() {
    awk -v count="$1" 'BEGIN {
        print "address\ttext"
        for (i = 0; i < count; i++)
            printf "u%d@null.d%d.test\t550 5.1.1 no user u%d\n", i, i % 1000, i
    }' >rows
    shift
    exits 0 /usr/bin/time -o time -f %M "$@" <rows >/dev/null
    cat time
}

# is_flat COMMAND: succeeds if ten times the rows take at most a hundredth more memory. Half a MiB
# is for what the kernel rounds.
is_flat() {
    few=$(peak 1000000 "$@")
    many=$(peak 10000000 "$@")
    echo "$few KiB, $many KiB"
    [ "$many" -le $((few + few / 100 + 512)) ]
}

if [ "${MXKIT_TORTURE:-}" ]; then
    check 'mxlookup needs no more memory for 10,000,000 rows than for 1,000,000' \
        'is_flat "$bin/mxlookup" --resolver "$DNS"'
    check 'bounceclass needs no more memory for 10,000,000 rows than for 1,000,000' \
        'is_flat "$bin/bounceclass"'
    check 'quarantine filter needs no more memory for 10,000,000 rows than for 1,000,000' \
        'is_flat "$bin/quarantine" filter'
fi
finish
