#!/bin/sh
# bounceclass: -x, --summary, --mask, -u and -j.
. "${0%/*}/lib.sh"
MXKIT_NOW=2026-11-23T10:00:00Z
export MXKIT_NOW

printf '%s\n' '550 5.1.1 <a@x.org>: User unknown' >"$tmp/one"
check '-x names the rule, its place, what matched where, and what else would have' \
    'bounceclass -x <"$tmp/one" >"$tmp/out" && grep -q "code 550, status 5.1.1, host -" "$tmp/out" && grep -q "hard user-unknown (no-such-user)" "$tmp/out" &&
        grep -q "by user-unknown, .*bounce.rules:[0-9]*$" "$tmp/out" && grep -q "found \"User unknown\" at 22" "$tmp/out" && grep -q "else by" "$tmp/out"'
check '-x says where the codes alone decided' 'echo "550 5.4.3 zzzz" | bounceclass -x | grep -q "no rule knows this text; by its code alone: \*.4.3"'
check '-x says that nothing is known' 'echo "zzzz" | bounceclass -x | grep -q "nor does a code tell"'
check '-x escapes what is no text' '[ "$(printf "text\n\\\\x1b[2J 550 zzzz\n" | bounceclass -x | tr -d "\n -~")" = "" ]'

printf 'text\taddress\tresult\n550 5.1.1 user unknown\ta@one.org\tfailed\nhost mx.two.co.uk[192.0.2.1] said: 552 5.2.2 mailbox full\tb@x.org\tfailed\n550 5.1.1 user unknown\tc@one.org\tfailed\n250 ok\td@one.org\tsent\n' >"$tmp/rows"
check '--summary counts by type, reason, detail and receiver' \
    'same "count${tab}type${tab}reason${tab}detail${tab}receiver
2${tab}hard${tab}user-unknown${tab}no-such-user${tab}one.org
1${tab}soft${tab}mailbox-full${tab}-${tab}two.co.uk" "$(bounceclass --summary "$tmp/rows")"'
if command -v script >/dev/null; then
    check '--summary draws bars on a terminal' \
        'script -qec "bounceclass --summary $tmp/rows" /dev/null | tr -d "\r" >"$tmp/out" && grep -q "^reason$" "$tmp/out" && grep -Eq "  user-unknown +2 +66.7 %  #{26}$" "$tmp/out" && grep -q "^3 rows" "$tmp/out"'
else
    skip '--summary draws bars on a terminal' 'script(1) is not there'
fi
check '--mask adds a column' \
    '[ "$(bounceclass --mask -N "$tmp/one" | cut -f 6)" = "550 5.1.1 <*>: User unknown" ]'

for i in 1 2 3; do echo "550 strange thing number $i$i$i happened to u$i@x.org"; done >"$tmp/strange"
echo '550 5.4.3 something else' >>"$tmp/strange"
check '-u counts what no rule knows, masked' \
    'bounceclass -u "$tmp/u" "$tmp/strange" "$tmp/one" >/dev/null && same "count${tab}first${tab}last${tab}masked${tab}text
3${tab}2026-11-23T10:00:00Z${tab}2026-11-23T10:00:00Z${tab}550 strange thing number # happened to *${tab}550 strange thing number 111 happened to u1@x.org
1${tab}2026-11-23T10:00:00Z${tab}2026-11-23T10:00:00Z${tab}550 5.4.3 something else${tab}550 5.4.3 something else" "$(cat "$tmp/u")"'
check '-u goes on counting in another run, and knows the first and the last time' \
    'MXKIT_NOW=2026-11-24T00:00:00Z bounceclass -u "$tmp/u" "$tmp/strange" >/dev/null && [ "$(sed -n 2p "$tmp/u" | cut -f 1-3)" = "6${tab}2026-11-23T10:00:00Z${tab}2026-11-24T00:00:00Z" ]'
check '-u: the list can be read by bounceclass itself' '[ "$(bounceclass -N "$tmp/u" | wc -l)" = 2 ]'
check '-u: eight runs at once lose no count' \
    'rm -f "$tmp/u"; for i in 1 2 3 4 5 6 7 8; do bounceclass -u "$tmp/u" "$tmp/strange" >/dev/null & done; wait; [ "$(sed -n 2p "$tmp/u" | cut -f 1)" = 24 ]'
check '-u: a file that is no such list is left alone' \
    'cp "$tmp/rows" "$tmp/mine"; exits 65 "bounceclass -u \"$tmp/mine\" \"$tmp/one\"" && cmp "$tmp/rows" "$tmp/mine"'
check '-u: a folder that is not there is said' 'exits 73 "bounceclass -u \"$tmp/no/u\" \"$tmp/strange\" >/dev/null"'
check '-u: where the disk is full the list stays as it was, rows come out, exit status 74' \
    'cp "$tmp/u" "$tmp/before"; for i in 1 2 3 4 5 6 7 8 9; do echo "550 another strange thing, of its own kind: $i$i$i$i$i $(printf "x%.0s" $(seq 200)) q$i"; done >"$tmp/wide"
     (ulimit -f 1; exits 74 "bounceclass -N -u \"$tmp/u\" \"$tmp/wide\" | cat >/dev/null; bounceclass -N -u \"$tmp/u\" \"$tmp/wide\" 2>\"$tmp/err\" >/dev/null") && cmp "$tmp/u" "$tmp/before" && [ ! -e "$tmp/u.new" ]'
check '-u: what was counted is saved when the input pauses' \
    '{ cat "$tmp/strange"; for i in $(seq 200); do [ -s "$tmp/v" ] && break; sleep 0.05; done; } | bounceclass -u "$tmp/v" >/dev/null & wait; [ "$(wc -l <"$tmp/v")" = 3 ]'

awk '/^yes / { sub(/^yes /, ""); print }' "$top/rules/bounce.rules" >"$tmp/examples"
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do sed "s/\$/ $i/" "$tmp/examples"; done >"$tmp/many"
for mode in '' --mask --summary -x; do
    check "the same bytes with -j 1, 2 and 5: ${mode:-rows}" \
        "bounceclass $mode \"\$tmp/many\" >\"\$tmp/j1\" && for j in 2 5; do bounceclass $mode -j \$j \"\$tmp/many\" | cmp - \"\$tmp/j1\" || exit 1; done"
done
check 'the same list of unknown texts with -j 1 and 4' \
    'awk "{ print \$0, NR % 700 }" "$tmp/strange" "$tmp/many" >"$tmp/more"; bounceclass -u "$tmp/w1" "$tmp/more" >/dev/null && bounceclass -j 4 -u "$tmp/w4" "$tmp/more" >/dev/null && cmp "$tmp/w1" "$tmp/w4"'
check 'with -j 3 a row that waits comes out at a pause' \
    '{ cat "$tmp/one"; for i in $(seq 200); do [ "$(wc -l <"$tmp/p" 2>/dev/null)" = 2 ] && break; sleep 0.05; done; [ "$i" -lt 200 ] && echo >"$tmp/came"; } | bounceclass -j 3 >"$tmp/p"; [ -e "$tmp/came" ]'
check 'a full disk is said with -j 3 too' 'exits 74 "bounceclass -j 3 \"$tmp/many\" >/dev/full"'
check 'options that exclude each other are refused' 'exits 64 "bounceclass -x --summary" && exits 64 "bounceclass --summary -u \"$tmp/u\"" && exits 64 "bounceclass -j 0" && exits 64 "bounceclass -j 65"'
finish
