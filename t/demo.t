#!/bin/sh
# The whole pipeline, as `make demo` shows it: who is in quarantine on which day.
. "${0%/*}/lib.sh"

"$top/t/demo" >"$tmp/demo" 2>"$tmp/err"
check 'the demo runs without a word on stderr' '[ ! -s "$tmp/err" ] || { cat "$tmp/err"; false; }'
quarantined() { awk -v n="$1" '/in quarantine:/ && ++seen == n { print $3 }' "$tmp/demo"; }
check 'after day 1 the unknown users are in quarantine' '[ "$(quarantined 1)" = 8 ]'
check 'after day 2 nobody else is: two errors are not three' '[ "$(quarantined 2)" = 8 ]'
check 'after day 3 the full, the inactive and the dead domains are' '[ "$(quarantined 3)" = 23 ]'
check 'on day 33 the full ones are released, and not a second earlier' '[ "$(quarantined 4)" = 17 ] && grep -q "at 08:59:59.* 6 full" "$tmp/demo"'
check 'the greylisting server has all its mail after the second try' '[ "$(grep -c "^    sent        175 " "$tmp/demo")" = 5 ]'
finish
