#!/bin/sh
# quarantine: each call that changes the state fails, or is the last before a kill or a power cut: nothing lost, nothing twice.
. "${0%/*}/lib.sh"

if [ "${MXKIT_SANITISED:-}" ]; then
    skip 'faults at every call' 'a sanitiser must be loaded first'
    finish
    exit
fi
export MXKIT_NOW=2026-11-23T00:00:00Z
fault=$build/lab/fault.so
mkdir "$tmp/rules" "$tmp/disk"
MXKIT_RULES=$tmp/rules
printf 'reason unreachable\nafter 1000\nforget 30d\n\nreason mailbox-full\nafter 3\nforget 30d\nrelease 30d\n' >"$tmp/rules/quarantine.rules"
header="address${tab}reason${tab}at${tab}message_id"

# rows FROM COUNT ADDRESSES: that many errors, each its own message.
rows() {
    awk -v from="$1" -v n="$2" -v of="$3" -v h="$header" 'BEGIN {
        print h
        for (i = from; i < from + n; i++)
            printf "a%d@x.org\tunreachable\t2026-11-%02dT00:00:%02dZ\tm%d\n", i % of, i % 20 + 1, i % 60, i
    }'
}
# seal: adds the checksum to each line of a state file that is made here (CRC32C).
seal() {
    perl -ne 'chomp; $c = 0xffffffff; for $b (unpack "C*", $_) { $c ^= $b; $c = $c & 1 ? $c >> 1 ^ 0x82f63b78 : $c >> 1 for 1 .. 8 }
        printf "%s\t%08x\n", $_, $c ^ 0xffffffff'
}
# shellcheck disable=SC2086 # what is done is words
faulty() { LD_PRELOAD=$fault FAULT_DIR=$MXKIT_STATE FAULT=$1 FAULT_COUNT=$tmp/count quarantine $act <"$tmp/in" >"$tmp/out" 2>"$tmp/err"; }
begin() {
    rm -rf "$MXKIT_STATE"
    cp -a "$tmp/base" "$MXKIT_STATE"
}
# What came out is in the state, of an update at least.
given_out_is_safe() {
    case $act in update*) ;; *) return 0 ;; esac
    quarantine list -N >"$tmp/listed" && awk -F '\t' 'FNR == NR { n[$1] = $5; next } NF == 6 && $6 != "errors" { want[$1] = $6 }
        END { for (a in want) if (n[a] + 0 < want[a]) { print a, n[a], "given out:", want[a]; bad = 1 } exit bad }' "$tmp/listed" "$tmp/out"
}
# A clean run brings the state to where it would have been, and leaves nothing over.
# shellcheck disable=SC2086
rerun_completes() {
    given_out_is_safe || return 1
    quarantine $act <"$tmp/in" >/dev/null 2>"$tmp/err2" || { cat "$tmp/err2"; return 1; }
    quarantine list >"$tmp/got"
    cmp "$tmp/want" "$tmp/got" || { diff "$tmp/want" "$tmp/got" | head -n 5; return 1; }
    quarantine check >/dev/null && [ -z "$(find "$MXKIT_STATE" -name '*.new')" ]
}
learn() {
    begin
    faulty none:0 || { cat "$tmp/err"; return 1; }
    count=$(cat "$tmp/count")
    [ "$count" -ge 2 ] && quarantine list >"$tmp/want"
}
kills() {
    n=0
    while [ $((n += 1)) -le "$count" ]; do
        begin
        faulty "kill:$n" && { echo "call $n was not met"; return 1; }
        rerun_completes || { echo "killed before call $n of $count"; return 1; }
    done
}
# fails KIND: one call fails; with a +, all from there on.
fails() {
    n=0
    while [ $((n += 1)) -le "$count" ]; do
        begin
        faulty "$1:$n"
        status=$?
        case $status in 0 | 73 | 74 | 75) ;; *) echo "status $status at call $n: $(cat "$tmp/err")"; return 1 ;; esac
        [ "$status" -eq 0 ] || grep -q "$MXKIT_STATE" "$tmp/err" || { echo "call $n: no file is named: $(cat "$tmp/err")"; return 1; }
        rerun_completes || { echo "$1 at call $n of $count"; return 1; }
    done
}
short() { begin && faulty short:1 && quarantine list >"$tmp/got" && cmp "$tmp/want" "$tmp/got" && quarantine check >/dev/null; }

# A power cut before each call: what was not fsynced is gone; or cut somewhere; or has a hole of a disk block.
power_cut() {
    n=0
    while [ $((n += 1)) -le "$count" ]; do
        begin
        rm -rf "$tmp/disk"
        mkdir "$tmp/disk"
        # What the base has is on the disk.
        for f in "$MXKIT_STATE"/*; do
            [ -f "$f" ] || continue
            inode=$(stat -c %i "$f")
            cp "$f" "$tmp/disk/$inode"
            echo "${f##*/} $inode"
        done >"$tmp/names"
        mv "$tmp/names" "$tmp/disk/names"
        export FAULT_DISK="$tmp/disk"
        faulty "kill:$n"
        unset FAULT_DISK
        after_power_cut "$1" || { echo "power cut before call $n of $count"; return 1; }
    done
}
after_power_cut() {
    mv "$MXKIT_STATE" "$tmp/live"
    mkdir -m 700 "$MXKIT_STATE"
    while read -r name inode; do
        [ -f "$tmp/disk/$inode" ] || : >"$tmp/disk/$inode"
        cp "$tmp/disk/$inode" "$MXKIT_STATE/$name"
        [ "$1" = dropped ] || [ "$name" != quarantine.journal ] || [ ! -f "$tmp/live/$name" ] || "$1" "$tmp/live/$name" "$MXKIT_STATE/$name"
        chmod 600 "$MXKIT_STATE/$name"
    done <"$tmp/disk/names"
    rm -rf "$tmp/live"
    rerun_completes
}
# torn LIVE SAFE: more of the journal has come to the disk than is safe, but not all.
torn() {
    safe=$(wc -c <"$2")
    live=$(wc -c <"$1")
    [ "$live" -le "$safe" ] || head -c $((safe + (live - safe) * n / (count + 1))) "$1" >"$2"
}
holed() {
    safe=$(wc -c <"$2")
    live=$(wc -c <"$1")
    [ "$live" -gt $((safe + 600)) ] || return 0
    at=$((safe + (live - safe - 512) * n / (count + 1)))
    cp "$1" "$2"
    head -c 512 /dev/zero | dd of="$2" bs=1 seek="$at" conv=notrunc status=none
}

# matrix NAME COMMAND: all faults, on $tmp/base.
matrix() {
    name=$1
    act=$2
    check "$name: a clean run" learn
    echo "# $(cat "$tmp/count") calls"
    count=$(cat "$tmp/count")
    check "$name: SIGKILL before every call" kills
    for kind in ENOSPC EIO ENOSPC+ EIO+; do
        check "$name: $kind at every call" fails "$kind"
    done
    check "$name: short writes and EINTR at every call" short
    check "$name: power cut before every call, what was not safe is gone" power_cut dropped
    check "$name: power cut, the end is torn" power_cut torn
    check "$name: power cut, a block is missing" power_cut holed
}

mkdir -m 700 "$tmp/base"
rows 0 12 5 >"$tmp/in"
matrix 'the first update' update
MXKIT_STATE=$tmp/base
rows 0 5 5 | quarantine update >/dev/null
MXKIT_STATE=$tmp/state
rows 3 30 7 >"$tmp/in"
matrix 'a further update' update

# A journal that is about to be folded into a recent file: long, but of few addresses, with 1,000 events each.
MXKIT_STATE=$tmp/base
rows 0 5000 5 | quarantine update >/dev/null
before=$(wc -c <"$tmp/base/quarantine.journal")
rows 5000 5 5 | quarantine update >/dev/null
size=$(($(wc -c <"$tmp/base/quarantine.journal") - before))
n=5005
while [ "$(wc -c <"$tmp/base/quarantine.journal")" -lt $((4194304 - size)) ]; do
    rows $n 5 5 | quarantine update >/dev/null
    n=$((n + 5))
done
while [ "$(wc -c <"$tmp/base/quarantine.journal")" -lt $((4194304 - size / 2)) ]; do
    awk -v n=$n 'BEGIN { print "address"; for (i = 0; i < 300; i++) printf "b%d.%d@y.org\n", n, i }' | quarantine import
    n=$((n + 1))
done
MXKIT_STATE=$tmp/state
rows $n 12 7 >"$tmp/in"
[ ! -f "$tmp/base/quarantine.recent.tsv" ] || echo "Bail out! a recent file was made too early"
matrix 'a folding into the recent file' update
check 'it was one' '[ -f "$MXKIT_STATE/quarantine.recent.tsv" ]'

# From snapshot, recent file and journal into a new snapshot.
begin
quarantine expire
rm -rf "$tmp/base"
mv "$MXKIT_STATE" "$tmp/base"
MXKIT_STATE=$tmp/base
n=$((n + 100))
while [ ! -f "$tmp/base/quarantine.recent.tsv" ]; do
    rows $n 5 5 | quarantine update >/dev/null
    n=$((n + 5))
done
rows $n 9 9 | quarantine update >/dev/null
MXKIT_STATE=$tmp/state
: >"$tmp/in"
matrix 'a folding into the snapshot' expire
matrix 'a release by domain' 'release --domain x.*'
printf 'address\tstate\nb@x.org\tdenied\nc@x.org\tquarantined\n' >"$tmp/in"
matrix 'an import' import

# A state of version 1.
rm -rf "$tmp/base"
mkdir -m 700 "$tmp/base"
{
    printf ' mxkit-state 1\tquarantine\t3\n'
    printf 'a0@x.org\terroneous\t-\t-\t1\t-\t-\tunreachable=1@1793491200,1793491200\t0123456789abcdef@1793491200\t-\n'
    printf 'b0@x.org\tquarantined\tmailbox-full\t-\t3\t2026-11-02T00:00:00Z\t2026-12-02T00:00:00Z\tmailbox-full=3@1793491200,1793577600\t-\t-\n'
} | seal >"$tmp/base/quarantine.tsv"
{
    printf ' mxkit-state 1\tjournal\t3\n'
    printf 'a1@x.org\terroneous\t-\t-\t2\t-\t-\tunreachable=2@1793491200,1793577600\t-\t-\n'
} | seal >"$tmp/base/quarantine.journal"
chmod 600 "$tmp/base"/*
rows 0 5 5 >"$tmp/in"
begin
check 'a state of version 1 is read' 'same "a0@x.org erroneous 1
a1@x.org erroneous 2
b0@x.org quarantined 3" "$(quarantine list -N | cut -f 1,2,5 | tr "\t" " ")" && grep -q "mxkit-state 1" "$MXKIT_STATE/quarantine.tsv"'
check 'and migrated by who writes' 'quarantine update "$tmp/in" >/dev/null && ! grep -q "mxkit-state 1" "$MXKIT_STATE"/* && same "a0@x.org 2
a1@x.org 3" "$(quarantine list -N | grep "^a[01]@" | cut -f 1,5 | tr "\t" " ")"'
matrix 'a migration' update

# Several at once, each killed before a random call, 1,000 times in all.
rm -rf "$MXKIT_STATE" "$tmp/base"
mkdir -m 700 "$tmp/base"
begin
seed=${SEED:-$(date +%s)}
awk -v seed="$seed" 'BEGIN { srand(seed); for (i = 0; i < 40000; i++) print int(1 + 12 * rand()) }' >"$tmp/moments"
pieces() { awk '{ print } NR % 4 == 0 { fflush(); system(":") }' "$1"; }
wanted=$(often 1000 10000)
to=$(often 80 4000) # addresses: of one, 1,000 events are remembered
kill_four() {
    round=0
    killed=0
    fed=0
    while [ "$killed" -lt "$wanted" ] && read -r m1 && read -r m2 && read -r m3 && read -r m4; do
        w=0
        for moment in "$m1" "$m2" "$m3" "$m4"; do
            w=$((w + 1))
            rows $((w * 1000000 + round * 20)) 20 "$to" >"$tmp/in$w"
            : >"$tmp/out$w"
            pieces "$tmp/in$w" | LD_PRELOAD=$fault FAULT_DIR=$MXKIT_STATE FAULT=kill:$moment quarantine update >"$tmp/out$w" 2>/dev/null &
        done
        wait
        round=$((round + 1))
        cat "$tmp"/out[1-4] >"$tmp/out"
        for w in 1 2 3 4; do
            [ "$(wc -l <"$tmp/out$w")" -gt 20 ] || killed=$((killed + 1))
        done
        act=update
        given_out_is_safe || return 1
        for w in 1 2 3 4; do
            quarantine update "$tmp/in$w" >/dev/null 2>"$tmp/err" || { cat "$tmp/err"; return 1; }
        done
        fed=$((fed + 80))
        if [ $((round % 10)) -eq 0 ]; then
            quarantine expire || return 1
            same "$fed" "$(quarantine list -N | awk -F '\t' '{ n += $5 } END { print n + 0 }')" || return 1
        fi
    done <"$tmp/moments"
    same "$fed" "$(quarantine list -N | awk -F '\t' '{ n += $5 } END { print n + 0 }')" || return 1
    [ "$killed" -ge "$wanted" ] || { echo "only $killed kills"; return 1; }
    quarantine check
}
check "4 updates at once, $wanted killed before random calls (SEED=$seed): what came out is counted, a rerun counts all once" kill_four
finish
