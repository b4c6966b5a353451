#!/bin/sh
# The week of a sender with a newsletter, t/week: no message is lost at the receivers, and none is
# doubled.
. "${0%/*}/lib.sh"

subscribers=$(often 1000 50000)
check "a week with $subscribers subscribers: kills, a full disk, runs at once, bad receivers" <<\END
    exits 0 "$top/t/week" "$subscribers" >table || {
        cat table
        exit 1
    }
    has_lines 9 table
END
finish
