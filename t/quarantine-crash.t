#!/bin/sh
# quarantine: kills, torn writes, several writers, full disks and planted files. No row may be lost,
# and none counted twice.
. "${0%/*}/lib.sh"
. "${0%/*}/crash.sh"

# SIGKILL.

kills=$(often 200 10000)
addresses=$(often 10 1000) # the state remembers at most 1,000 events of an address
awk -v seed="$seed" 'BEGIN {
    srand(seed)
    for (i = 0; i < 50000; i++) printf "0.%04d\n", 25 + 120 * rand()
}' >"$tmp/moments"
: >"$tmp/kills"

# update_until MOMENT: runs update on the file `in`, and kills it after that many seconds.
update_until() {
    dribble in 7 | timeout -s KILL "$1" "$bin/quarantine" update -N >out 2>>err
}

check "update, killed $kills times at random moments, loses no row and counts none twice \
(SEED=$seed)" <<\END
    fed=0
    killed=0
    halfway=0
    trap 'echo "$killed killed, $fed rows fed"' EXIT
    while [ "$killed" -lt "$kills" ]; do
        read -r moment
        rows "$fed" 60 "$addresses" >in
        runs 0,137 update_until "$moment"
        printed=$(wc -l <out)
        if [ "$printed" -lt 60 ]; then
            same 137 "$status"
            killed=$((killed + 1))
            [ "$printed" -eq 0 ] || halfway=$((halfway + 1))
        fi
        counts_printed out
        # Run it again after every third kill; after the others go on feeding the same rows.
        if [ $((killed % 3)) -eq 0 ]; then
            "$bin/quarantine" update in >/dev/null 2>>err
            "$bin/quarantine" expire
            fed=$((fed + 60))
            same "$fed" "$(count_errors)"
        fi
    done <"$tmp/moments"
    rows 0 $((fed + 60)) "$addresses" | quarantine update >/dev/null 2>>err
    same $((fed + 60)) "$(count_errors)"
    echo "$killed killed, $halfway of them between two batches" >"$tmp/kills"
END
sed 's/^/# /' "$tmp/kills"

# A torn or damaged state.

# make_journal: makes a journal with an error of each of 5 addresses, and keeps a copy.
make_journal() {
    rows 0 5 5 | quarantine update >/dev/null
    cp "$MXKIT_STATE/quarantine.journal" journal
}

# make_snapshot: makes a snapshot with an error of each of 5 addresses.
make_snapshot() {
    rows 0 5 5 | quarantine update >/dev/null
    quarantine expire
}

# damage_journal: changes a letter in the third line of the journal.
damage_journal() {
    awk 'NR == 3 { sub("unreachable", "unreachablf") } { print }' journal \
        >"$MXKIT_STATE/quarantine.journal"
}

# damage_snapshot: changes the state of a2@x.org in the snapshot, without its checksum.
damage_snapshot() {
    sed "s/a2@x.org${tab}erroneous/a2@x.org${tab}erroneouz/" "$MXKIT_STATE/quarantine.tsv" >damaged
    not cmp -s damaged "$MXKIT_STATE/quarantine.tsv"
    cp damaged "$MXKIT_STATE/quarantine.tsv"
}

check 'list counts nothing of a batch whose closing line is cut, and update completes it' <<\END
    make_journal
    size=$(wc -c <journal)
    cut=$(head -n 1 journal | wc -c)
    trap 'echo "cut at byte $cut of $size"' EXIT
    while [ "$cut" -lt "$size" ]; do
        head -c "$cut" journal >torn
        cp torn "$MXKIT_STATE/quarantine.journal"
        same 0 "$(count_errors)"
        rows 0 5 5 | exits 0 "$bin/quarantine" update >/dev/null 2>>err
        same 5 "$(count_errors)"
        cut=$((cut + 7))
    done
END
check 'update reports that it cuts off the torn end of a journal' <<\END
    make_journal
    head -c -5 journal >"$MXKIT_STATE/quarantine.journal"
    rows 0 5 5 | quarantine update 2>err
    grep 'quarantine.journal: the last .* are cut' err
END
check 'update cuts off NULs at the end of a journal' <<\END
    make_journal
    { cat journal; head -c 500 /dev/zero; } >"$MXKIT_STATE/quarantine.journal"
    rows 0 6 6 | quarantine update 2>err
    grep 'the last 500 bytes' err
    same 6 "$(count_errors)"
    quarantine check
END
check 'list exits with 65 if the last lines of the journal are there twice' <<\END
    make_journal
    for lines in 1 2 6; do
        { cat journal; tail -n "$lines" journal; } >"$MXKIT_STATE/quarantine.journal"
        exits 65 quarantine list
    done
END
check 'filter passes nothing if the journal has lost whole lines before its last batch' <<\END
    for n in 1 2 3; do quarantine deny "a$n@x.org" "b$n@x.org"; done
    cp "$MXKIT_STATE/quarantine.journal" whole
    for lines in 2 3 4 5,7 8 9; do
        sed "${lines}d" whole >"$MXKIT_STATE/quarantine.journal"
        cp "$MXKIT_STATE/quarantine.journal" damaged
        seq -f 'a%g@x.org' 3 | exits 65 quarantine filter -N >out 2>err
        same '' "$(cat out)"
        grep 'damaged at byte' err
        exits 65 quarantine check
        exits 65 quarantine deny c@x.org
        cmp damaged "$MXKIT_STATE/quarantine.journal"
    done
END
check 'list exits with 65 and names the byte if the journal is damaged before its end' <<\END
    make_journal
    damage_journal
    exits 65 quarantine list 2>err
    grep "damaged at byte $(head -n 2 journal | wc -c)" err
END
check 'update exits with 65 and changes nothing if the journal is damaged before its end' <<\END
    make_journal
    damage_journal
    cp "$MXKIT_STATE/quarantine.journal" damaged
    rows 0 5 | exits 65 quarantine update
    cmp damaged "$MXKIT_STATE/quarantine.journal"
END
check 'filter exits with 65 if the entry of its address is damaged' <<\END
    make_snapshot
    damage_snapshot
    echo a2@x.org | exits 65 quarantine filter
END
check 'expire and list exit with 65 if an entry is damaged' <<\END
    make_snapshot
    damage_snapshot
    exits 65 quarantine expire
    exits 65 quarantine list
END
check 'list exits with 65 if the header of the snapshot does not match its checksum' <<\END
    make_snapshot
    sed -i '1s/mxkit-state 3/mxkit-state 2/' "$MXKIT_STATE/quarantine.tsv"
    exits 65 quarantine list
END

check 'filter, list and check exit with 65 if the snapshot is cut at the end of a line' <<\END
    make_snapshot
    sed -i '$d' "$MXKIT_STATE/quarantine.tsv"
    echo a1@x.org | exits 65 quarantine filter -N >out 2>err
    same '' "$(cat out)"
    grep 'quarantine.tsv: has .* bytes instead of .*, so that entries are lost' err
    exits 65 quarantine list
    exits 65 quarantine check
END
then_check 'check --repair keeps the entries of a snapshot that was cut at the end of a line' <<\END
    exits 65 quarantine check --repair
    same 4 "$(quarantine list -N | wc -l)"
    quarantine check
    grep 'its end is not here' "$MXKIT_STATE/quarantine.damaged"
END

flips=$(often 500 100000)

# choose_flips: prints a file of the state, a byte and a bit, $flips times.
choose_flips() {
    awk -v seed="$seed" -v count="$flips" -v snapshot="$(wc -c <sound/quarantine.tsv)" \
        -v journal="$(wc -c <sound/quarantine.journal)" 'BEGIN {
            srand(seed)
            for (i = 0; i < count; i++)
                if (rand() < 0.5)
                    print "quarantine.tsv", int(rand() * snapshot), int(rand() * 8)
                else
                    print "quarantine.journal", int(rand() * journal), int(rand() * 8)
        }'
}

# flip FILE BYTE BIT: changes one bit in a file of the state, which is sound otherwise.
flip() {
    cp sound/quarantine.* "$MXKIT_STATE"
    perl -e '($file, $byte, $bit) = @ARGV; open F, "+<", $file or die;
        seek F, $byte, 0; read F, $c, 1; seek F, $byte, 0; print F chr(ord($c) ^ 1 << $bit)' \
        "$MXKIT_STATE/$1" "$2" "$3"
}

check "list notices each of $flips flipped bits, or prints the same as before (SEED=$seed)" <<\END
    rows 0 40 | quarantine update >/dev/null
    quarantine expire
    rows 40 20 20 | quarantine update >/dev/null
    cp -a "$MXKIT_STATE" sound
    quarantine list >want
    choose_flips >flips
    trap 'echo "flipped: $file, byte $byte, bit $bit"' EXIT
    while read -r file byte bit; do
        flip "$file" "$byte" "$bit"
        "$bin/quarantine" list >out 2>err && status=0 || status=$?
        if [ "$status" -ne 65 ]; then
            same 0 "$status"
            cmp want out
        fi
    done <flips
END
then_check 'filter prints no address as ok if one bit of the snapshot has flipped' <<\END
    grep -v '^ ' sound/quarantine.tsv | cut -f 1 >addresses
    same 10 "$(wc -l <addresses)"
    grep '^quarantine.tsv' flips >snapshot-flips
    trap 'echo "flipped: $file, byte $byte, bit $bit"' EXIT
    while read -r file byte bit; do
        flip "$file" "$byte" "$bit"
        "$bin/quarantine" filter -N --annotate addresses >out 2>err && status=0 || status=$?
        if [ "$status" -ne 65 ]; then same 0 "$status"; fi
        not grep 'ok$' out
    done <snapshot-flips
END

# Several processes at once.

check 'update goes on correctly after an expire that was killed between its two renames' <<\END
    rows 0 10 | quarantine update >/dev/null
    mkfifo to from
    quarantine update -N <to >from &
    update=$!
    exec 3>to 4<from
    rows 10 1 >&3
    read -r row <&4
    cp -a "$MXKIT_STATE" copy
    quarantine expire -s copy
    mv copy/quarantine.tsv "$MXKIT_STATE"
    rows 11 9 | tail -n +2 >&3
    exec 3>&-
    cat <&4 >rest
    ends 0 "$update"
    same 20 "$(count_errors)"
END

repeats=$(often 1 200)

# update_at_once COUNT: runs that many updates of 300 rows each, and three expires at the same time.
update_at_once() {
    for _ in $(seq "$repeats"); do
        rm -rf "$MXKIT_STATE"
        mkdir -m 700 "$MXKIT_STATE" # expire may be the first of them
        pids=
        for writer in $(seq "$1"); do
            rows $((writer * 1000)) 300 >"in$writer"
            dribble "in$writer" 7 | "$bin/quarantine" update >/dev/null &
            pids="$pids $!"
        done
        for _ in 1 2 3; do quarantine expire; done
        for pid in $pids; do ends 0 "$pid"; done
        same $(($1 * 300)) "$(count_errors)"
    done
}
for writers in 2 4 32; do
    check "$writers updates at once, and expire at the same time, count each row once" <<\END
    update_at_once "$writers"
END
done

check 'filter drops a quarantined address until its time is over, even if the clock jumps' <<\END
    for day in 1 2 3; do
        printf 'f@x.org\tmailbox-full\t2026-11-%02dT00:00:00Z\n' "$day"
    done >errors
    quarantine update -c address,reason,at errors >/dev/null
    for MXKIT_NOW in 2026-10-24T00:00:00Z 2026-11-02T23:59:59Z 2026-11-24T00:00:00Z \
        2026-12-02T23:59:59Z 2026-11-23T00:00:00Z; do
        echo "$MXKIT_NOW"
        quarantine expire
        echo f@x.org | quarantine filter -N >out
        same '' "$(cat out)"
    done
    MXKIT_NOW=2026-12-03T00:00:00Z
    echo f@x.org | quarantine filter -N >out
    same f@x.org "$(cat out)"
END
check 'update and release at both ends of a pipe do not wait for each other' <<\END
    rows 0 50 | exits 0 timeout 10 quarantine update | cut -f 1 |
        exits 0 timeout 10 quarantine release
    same 0 "$(count_errors)"
    quarantine show a9@x.org >out
    grep 'Z released' out
END

# Locks.

# hold_lock: holds the lock of the state until the test ends.
hold_lock() {
    exec 3<"$MXKIT_STATE/quarantine.lock"
    flock 3
}

check 'update --no-wait exits with 75 and prints no row while another process holds the lock' <<\END
    quarantine add b@x.org
    hold_lock
    rows 0 1 | exits 75 quarantine update -N --no-wait >out
    same '' "$(cat out)"
END
check 'list and filter do not wait for the lock' <<\END
    quarantine add b@x.org
    hold_lock
    exits 0 timeout 5 quarantine list
    echo a@x.org | exits 0 timeout 5 quarantine filter
END
check 'only the owner can read and write the lock file' <<\END
    quarantine add b@x.org
    same 600 "$(stat -c %a "$MXKIT_STATE/quarantine.lock")"
END

# No room. A limit on the size of files, in units of 512 bytes, is like a full disk.

# with_little_room COMMAND: no file that the command writes can be longer than 2 KiB.
with_little_room() {
    (
        ulimit -f 4
        exec "$@"
    )
}

check 'update exits with 74, prints nothing and keeps the journal if there is no room' <<\END
    make_journal
    rows 5 200 200 >in
    exits 74 with_little_room "$bin/quarantine" update -N in | cat >out
    same '' "$(cat out)"
    cmp journal "$MXKIT_STATE/quarantine.journal"
END
then_check 'update completes when there is room again' <<\END
    quarantine update in >/dev/null
    same 205 "$(count_errors)"
END
check 'expire exits with 74 and leaves the old snapshot if there is no room for a new one' <<\END
    make_snapshot
    cp "$MXKIT_STATE/quarantine.tsv" snapshot
    rows 5 200 200 | quarantine update >/dev/null
    exits 74 with_little_room "$bin/quarantine" expire
    cmp snapshot "$MXKIT_STATE/quarantine.tsv"
    [ ! -e "$MXKIT_STATE/quarantine.tsv.new" ]
    same 205 "$(count_errors)"
END
check 'list and update exit with 74 if there is no room for their output' <<\END
    make_journal
    exits 74 quarantine list >/dev/full
    rows 0 5 | exits 74 quarantine update >/dev/full
END

# What others have planted.

# refuses_planted COMMAND: succeeds if expire refuses each file of the state that is what COMMAND
# makes: its last argument is the name. The file `target`, if used, must not change.
refuses_planted() {
    echo untouched >target
    chmod 600 target
    for name in quarantine.journal quarantine.tsv quarantine.lock quarantine.tsv.new; do
        rm -rf "$MXKIT_STATE"
        make_snapshot
        rm -f "$MXKIT_STATE/$name"
        "$@" "$MXKIT_STATE/$name"
        exits 77 quarantine expire
        same untouched "$(cat target)"
    done
}

check 'expire exits with 77 if a file of the state is a symbolic link' <<\END
    refuses_planted ln -s "$PWD/target"
END
check 'expire exits with 77 if a file of the state has a second name' <<\END
    refuses_planted ln target
END
check 'expire exits with 77 if a file of the state is a FIFO' <<\END
    refuses_planted mkfifo -m 600
END
check 'expire exits with 77 if others can write to a file of the state' <<\END
    refuses_planted install -m 666 /dev/null
END
check 'expire exits with 77 if others can write to the state directory' <<\END
    chmod 777 "$MXKIT_STATE"
    exits 77 quarantine expire
END
check 'expire exits with 77 if the state directory is a symbolic link' <<\END
    mv "$MXKIT_STATE" real
    ln -s "$PWD/real" "$MXKIT_STATE"
    exits 77 quarantine expire
    exits 77 quarantine expire -s "$MXKIT_STATE/"
END
# as_nobody ARGUMENT...: runs quarantine as a user who may not write, even if root runs the tests.
# What runs is a copy: others may not be let into the folder of the checkout.
as_nobody() {
    cp "$bin/quarantine" copy-of-quarantine
    if [ "$(id -u)" = 0 ]; then
        set -- setpriv --reuid=65534 --regid=65534 --clear-groups ./copy-of-quarantine "$@"
    else
        set -- ./copy-of-quarantine "$@"
    fi
    env MXKIT_STATE="$PWD/shared" "$@"
}
check 'filter and list read a state that they may not write' <<\END
    quarantine deny a@x.org
    cp -r "$MXKIT_STATE" shared
    chmod 755 . "$tmp"
    [ "$(id -u)" != 0 ] || chown -R 65534:65534 shared
    chmod 400 shared/*
    chmod 500 shared
    echo a@x.org | as_nobody filter -N >out
    same '' "$(cat out)"
    same denied "$(as_nobody list -N | cut -f 2)"
    as_nobody add b@x.org && status=0 || status=$?
    same 77 "$status"
    chmod 700 shared
END
if [ "$(id -u)" = 0 ]; then
    check 'filter reads the state of another user who lets the group read' <<\END
        quarantine deny a@x.org
        cp -r "$MXKIT_STATE" shared
        chmod 755 . "$tmp"
        chown -R 0:65534 shared
        chmod 640 shared/quarantine.journal
        chmod 750 shared
        echo a@x.org | as_nobody filter -N >out
        same '' "$(cat out)"
        as_nobody add b@x.org 2>err && status=0 || status=$?
        same 77 "$status"
        grep 'belongs to another user' err
END
    check 'root reads the state of another user, and exits with 77 if it would change it' <<\END
        quarantine deny a@x.org
        chown -R 65534:65534 "$MXKIT_STATE"
        echo a@x.org | quarantine filter -N >out
        same '' "$(cat out)"
        same denied "$(quarantine list -N | cut -f 2)"
        for command in expire check 'add b@x.org' 'release a@x.org'; do
            # shellcheck disable=SC2086 # a command and its operand
            exits 77 quarantine $command 2>err
            grep 'belongs to another user' err
        done
END
fi
check 'two updates do not both hold the lock if somebody removes the lock file' <<\END
    quarantine add a@x.org
    exec 8<>"$MXKIT_STATE/quarantine.lock"
    flock 8
    "$bin/quarantine" add b@x.org 8>&- &
    first=$!
    rm "$MXKIT_STATE/quarantine.lock"
    exits 0 quarantine add c@x.org 8>&-
    exec 8>&-
    ends 0 "$first"
    same 3 "$(quarantine list -N | wc -l)"
END
check 'add makes the state for its owner only, under any umask' <<\END
    umask 000
    rmdir "$MXKIT_STATE"
    quarantine add b@x.org
    same '700 600 600' "$(stat -c %a "$MXKIT_STATE" "$MXKIT_STATE/quarantine.journal" \
        "$MXKIT_STATE/quarantine.lock" | paste -sd ' ' -)"
END
finish
