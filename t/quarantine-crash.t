#!/bin/sh
# quarantine: kills, torn writes, several writers, full disks, planted files: nothing lost, nothing twice.
. "${0%/*}/lib.sh"

export MXKIT_NOW=2026-11-23T00:00:00Z
mkdir "$tmp/rules"
MXKIT_RULES=$tmp/rules
printf 'reason unreachable\nafter 1000\nforget 30d\n' >"$tmp/rules/quarantine.rules"
header="address${tab}reason${tab}at${tab}message_id"
fresh() { rm -rf "$MXKIT_STATE"; }

# rows FROM COUNT [ADDRESSES]: that many errors, each its own message.
rows() {
    awk -v from="$1" -v n="$2" -v of="${3:-10}" -v h="$header" 'BEGIN {
        print h
        for (i = from; i < from + n; i++)
            printf "a%d@x.org\tunreachable\t2026-11-%02dT00:00:%02dZ\tm%d\n", i % of, i % 20 + 1, i % 60, i
    }'
}
# The same in pieces with a pause (of a process that starts and ends) between, so that there are many batches.
dribble() { awk '{ print } NR % 7 == 0 { fflush(); system(":") }' "$1"; }
errors() { quarantine list -N | awk -F '\t' '{ n += $5 } END { print n + 0 }'; }

# SIGKILL at random moments. A round feeds 60 new rows again and again until it is let finish.
seed=${SEED:-$(date +%s)}
echo "# seed $seed"
awk -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < 50000; i++) printf "0.%04d\n", 25 + 120 * rand() }' >"$tmp/moments"
# in_state FILE: what the last whole row of each address says is in the state, or more.
in_state() {
    quarantine list -N >"$tmp/listed" && awk -F '\t' 'FNR == NR { n[$1] = $5; next } NF == 6 { want[$1] = $6 }
        END { for (a in want) if (n[a] + 0 < want[a]) { print a, n[a], "given out:", want[a]; bad = 1 } exit bad }' "$tmp/listed" "$1"
}
kills=$(often 200 10000)
to=$(often 10 1000) # addresses: of one, 1,000 events are remembered
kill_often() {
    fed=0
    killed=0
    halfway=0
    while [ "$killed" -lt "$kills" ] && read -r moment; do
        rows "$fed" 60 "$to" >"$tmp/in"
        : >"$tmp/out"
        # The shell waits for nobody but update itself; the feeder ends by SIGPIPE.
        dribble "$tmp/in" | timeout -s KILL "$moment" quarantine update -N >"$tmp/out" 2>>"$tmp/said"
        out=$(wc -l <"$tmp/out")
        [ "$out" -lt 60 ] && killed=$((killed + 1))
        [ "$out" -gt 0 ] && [ "$out" -lt 60 ] && halfway=$((halfway + 1))
        in_state "$tmp/out" || return 1
        # A rerun, after every third kill at once, else with the next rows.
        if [ $((killed % 3)) -eq 0 ]; then
            quarantine update "$tmp/in" >/dev/null 2>>"$tmp/said" || return 1
            quarantine expire || return 1
            fed=$((fed + 60))
            [ "$(errors)" -eq "$fed" ] || { echo "errors $(errors), fed $fed"; return 1; }
        fi
    done <"$tmp/moments"
    [ "$killed" -eq "$kills" ] || { echo "only $killed kills came in time"; return 1; }
    echo "$killed killed, $halfway of them between two batches" | tee "$tmp/kills"
    rows 0 $((fed + 60)) "$to" | quarantine update >/dev/null 2>>"$tmp/said"
    same $((fed + 60)) "$(errors)"
}
check "kill -9, $kills times at random moments (SEED=$seed): nothing lost, nothing twice" kill_often
sed 's/^/# /' "$tmp/kills"

# A torn end.
fresh
rows 0 5 5 | quarantine update >/dev/null
cp "$MXKIT_STATE/quarantine.journal" "$tmp/journal"
size=$(wc -c <"$tmp/journal")
last=$((size - $(tail -n 3 "$tmp/journal" | wc -c)))
tear_everywhere() {
    cut=$last
    while [ "$cut" -lt "$size" ]; do
        head -c "$cut" "$tmp/journal" >"$MXKIT_STATE/quarantine.journal"
        whole=$({ head -c "$cut" "$tmp/journal"; echo x; } | sed "\$d" | grep -c "^a")
        same "$whole" "$(errors)" || return 1
        rows 0 5 5 | quarantine update >/dev/null 2>>"$tmp/said" || return 1
        same 5 "$(errors)" || return 1
        cut=$((cut + 3))
    done
}
check 'a journal cut anywhere in its last two lines: whole lines count, a rerun completes' tear_everywhere
check 'the cut was told' 'grep -q "quarantine.journal: the last .* are cut" "$tmp/said"'
check 'a tail of NULs is cut' '{ cat "$tmp/journal"; head -c 500 /dev/zero; } >"$MXKIT_STATE/quarantine.journal"; rows 0 6 6 | quarantine update >/dev/null && same 6 "$(errors)"'
check 'a last line that stands twice counts once' '{ cat "$tmp/journal"; tail -n 1 "$tmp/journal"; } >"$MXKIT_STATE/quarantine.journal"; same 5 "$(errors)"'
damage() { awk 'NR == 3 { sub("unreachable", "unreachablf") } { print }' "$tmp/journal" >"$MXKIT_STATE/quarantine.journal"; }
check 'damage before the end stops, with its place' 'damage; exits 65 "quarantine list" 2>"$tmp/err" && grep -q "damaged at byte $(head -n 2 "$tmp/journal" | wc -c)" "$tmp/err"'
check 'for update too, which changes nothing' 'damage; cp "$MXKIT_STATE/quarantine.journal" "$tmp/bad"; rows 0 5 | exits 65 "quarantine update" && cmp "$tmp/bad" "$MXKIT_STATE/quarantine.journal"'
fresh
rows 0 5 5 | quarantine update >/dev/null; quarantine expire
sed -i 's/a2@x.org\terroneous/a2@x.org\tallowed/' "$MXKIT_STATE/quarantine.tsv"
check 'a damaged entry lets nothing pass in silence' 'exits 65 "echo a2@x.org | quarantine filter" && exits 65 "quarantine expire" && exits 65 "quarantine list"'
sed -i '1s/mxkit-state 2/mxkit-state 3/' "$MXKIT_STATE/quarantine.tsv"
check 'a header that is not sealed is damage' exits 65 'quarantine list'

# A bit flipped anywhere: told, or without effect.
fresh
rows 0 40 | quarantine update >/dev/null
quarantine expire
rows 40 20 20 | quarantine update >/dev/null
cp -a "$MXKIT_STATE" "$tmp/sound"
quarantine list >"$tmp/want"
flips=$(often 500 100000)
flip_anywhere() {
    awk -v seed="$seed" -v n="$flips" -v a="$(wc -c <"$tmp/sound/quarantine.tsv")" -v b="$(wc -c <"$tmp/sound/quarantine.journal")" 'BEGIN {
        srand(seed)
        for (i = 0; i < n; i++) { f = rand() < 0.5; print f ? "quarantine.tsv" : "quarantine.journal", int(rand() * (f ? a : b)), int(rand() * 8) }
    }' >"$tmp/flips"
    while read -r file byte bit; do
        cp "$tmp/sound/$file" "$MXKIT_STATE/$file"
        perl -e 'open F, "+<", $ARGV[0]; seek F, $ARGV[1], 0; read F, $c, 1; seek F, $ARGV[1], 0; print F chr(ord($c) ^ 1 << $ARGV[2])' "$MXKIT_STATE/$file" "$byte" "$bit"
        if quarantine list >"$tmp/got" 2>/dev/null; then # the batch's end alone may be taken for a torn one
            cmp -s "$tmp/want" "$tmp/got" || { echo "accepted in silence: $file byte $byte bit $bit"; return 1; }
        fi
        cp "$tmp/sound/$file" "$MXKIT_STATE/$file"
    done <"$tmp/flips"
}
check "one bit flipped, $flips times (SEED=$seed): none accepted in silence" flip_anywhere
snapshot_flips() {
    grep -v '^ ' "$tmp/sound/quarantine.tsv" | cut -f 1 >"$tmp/addresses"
    while read -r file byte bit; do
        [ "$file" = quarantine.tsv ] || continue
        perl -e 'open F, "+<", $ARGV[0]; seek F, $ARGV[1], 0; read F, $c, 1; seek F, $ARGV[1], 0; print F chr(ord($c) ^ 1 << $ARGV[2])' "$MXKIT_STATE/$file" "$byte" "$bit"
        quarantine filter -N --annotate "$tmp/addresses" >"$tmp/got" 2>/dev/null
        ! grep -q 'ok$' "$tmp/got" || { echo "lookup passed in silence: $byte $bit"; return 1; }
        cp "$tmp/sound/$file" "$MXKIT_STATE/$file"
    done <"$tmp/flips"
}
check 'nor by a lookup' snapshot_flips
rm -rf "$tmp/sound"

# A folding that was killed between its two renames, with an update running on both sides of it.
fresh
rows 0 10 | quarantine update >/dev/null
mkfifo "$tmp/fifo"
between() {
    quarantine update -N <"$tmp/fifo" >"$tmp/out" &
    exec 3>"$tmp/fifo"
    rows 10 1 >&3
    i=0
    until [ -s "$tmp/out" ] || [ $((i += 1)) -gt 100000 ]; do :; done
    cp -a "$MXKIT_STATE" "$tmp/copy"
    quarantine expire -s "$tmp/copy"
    mv "$tmp/copy/quarantine.tsv" "$MXKIT_STATE"
    rows 11 9 | tail -n +2 >&3
    exec 3>&-
    wait
    same 20 "$(errors)"
}
check 'an update that runs on sees a folding that was killed half-way' between

# Several writers.
writers() {
    fresh
    pids=
    for w in $(seq "$1"); do
        rows $((w * 1000)) 300 >"$tmp/w$w"
        dribble "$tmp/w$w" | quarantine update >/dev/null &
        pids="$pids $!"
    done
    for i in 1 2 3; do quarantine expire; done
    for pid in $pids; do wait "$pid" || return 1; done
    same $(($1 * 300)) "$(errors)"
}
runs=$(often 1 200)
writers_often() {
    for _ in $(seq "$runs"); do writers "$1" || return 1; done
}
check '2 writers at once: sums exact' writers_often 2
check '4 writers at once, expire beside them: sums exact' writers_often 4
check '32 writers at once' writers_often 32
clock_jumps() {
    fresh
    printf 'reason mailbox-full\nafter 3\nforget 30d\nrelease 30d\n' >"$tmp/rules/local.quarantine.rules"
    printf 'address\treason\tat\nf@x.org\tmailbox-full\t2026-11-01T00:00:00Z\nf@x.org\tmailbox-full\t2026-11-02T00:00:00Z\nf@x.org\tmailbox-full\t2026-11-03T00:00:00Z\n' | quarantine update >/dev/null
    for now in 2026-10-24T00:00:00Z 2026-11-02T23:59:59Z 2026-11-24T00:00:00Z 2026-12-02T23:59:59Z 2026-11-23T00:00:00Z; do
        MXKIT_NOW=$now quarantine expire || return 1
        same '' "$(echo f@x.org | MXKIT_NOW=$now quarantine filter -N)" || { echo "released at $now"; return 1; }
    done
    same f@x.org "$(echo f@x.org | MXKIT_NOW=2026-12-03T00:00:00Z quarantine filter -N)"
    rm "$tmp/rules/local.quarantine.rules"
}
check 'a clock that jumps releases nobody early' clock_jumps
fresh
check 'tools at both ends of a pipe do not wait for each other' '{ rows 0 50; } | timeout 10 quarantine update | cut -f 1 | timeout 10 quarantine release && same 0 "$(errors)"'

# Locks.
hold() { flock "$MXKIT_STATE/quarantine.lock" sh -c "$1"; }
check '--no-wait gives 75 while a lock is held' 'hold "rows() { :; }; printf \"address\\treason\\na@x.org\\tunreachable\\n\" | quarantine update --no-wait; [ \$? -eq 75 ]"'
check 'and nothing came out' 'same "" "$(hold "printf \"address\\treason\\na@x.org\\tunreachable\\n\" | quarantine update --no-wait")"'
check 'readers wait for no lock' 'hold "timeout 5 quarantine list && echo a@x.org | timeout 5 quarantine filter"'
check 'the lock file is for us alone' 'same 600 "$(stat -c %a "$MXKIT_STATE/quarantine.lock")"'

# No room: a file size limit stands in for a full disk (in units of 512 bytes).
fresh
rows 0 5 | quarantine update >/dev/null
no_room() {
    cp "$MXKIT_STATE/quarantine.journal" "$tmp/before"
    rows 5 200 200 >"$tmp/in"
    (ulimit -f 4; quarantine update "$tmp/in" | cat >"$tmp/out")
    cmp "$tmp/before" "$MXKIT_STATE/quarantine.journal" || return 1
    same '' "$(cat "$tmp/out")" || return 1
    (ulimit -f 4; exits 74 'quarantine update "$tmp/in" >/dev/null') || return 1
    quarantine update "$tmp/in" >/dev/null && same 205 "$(errors)"
}
check 'no room: nothing comes out, the journal is as before, a rerun completes' no_room
check 'no room for a snapshot: the old one stands, nothing is left over' '(ulimit -f 4; exits 74 quarantine expire) && [ ! -e "$MXKIT_STATE/quarantine.tsv.new" ] && same 205 "$(errors)"'
check 'a full stdout' 'exits 74 "quarantine list >/dev/full" && rows 0 5 | exits 74 "quarantine update >/dev/full"'

# What others planted.
plant() {
    for name in quarantine.journal quarantine.tsv quarantine.lock quarantine.tsv.new; do
        fresh
        rows 0 5 | quarantine update >/dev/null
        quarantine expire
        rm -f "${MXKIT_STATE:?}/$name"
        eval "$1"
        exits 77 'quarantine expire' || { echo "$name"; return 1; }
        same untouched "$(cat "$tmp/target")" || return 1
    done
}
echo untouched >"$tmp/target"
chmod 600 "$tmp/target"
check 'a symbolic link is refused' plant "'ln -s \"\$tmp/target\" \"\$MXKIT_STATE/\$name\"'"
check 'a hard link is refused' plant "'ln \"\$tmp/target\" \"\$MXKIT_STATE/\$name\"'"
check 'a FIFO is refused' plant "'mkfifo -m 600 \"\$MXKIT_STATE/\$name\"'"
check 'a file that others can write is refused' plant "'touch \"\$MXKIT_STATE/\$name\"; chmod 666 \"\$MXKIT_STATE/\$name\"'"
fresh
check 'an open folder is refused' 'mkdir -m 777 "$MXKIT_STATE" && exits 77 "quarantine expire"'
fresh
check 'a folder behind a link is refused' 'mkdir -m 700 "$tmp/real" && ln -s "$tmp/real" "$MXKIT_STATE" && exits 77 "quarantine expire"'
rm -f "$MXKIT_STATE"
check 'the state is ours alone under any umask' '(umask 000; quarantine add a@x.org); same "700 600 600" "$(stat -c %a "$MXKIT_STATE" "$MXKIT_STATE/quarantine.journal" "$MXKIT_STATE/quarantine.lock" | paste -sd " " -)"'
finish
