#!/bin/sh
# The whole pipeline, as `make demo` shows it: which addresses are in quarantine on which day.
. "${0%/*}/lib.sh"

# quarantined N: prints the Nth count of quarantined addresses.
quarantined() { awk -v n="$1" '/in quarantine:/ && ++seen == n { print $3 }' demo; }

check 'the demo exits with 0 and prints nothing on stderr' <<\END
    exits 0 "$top/t/demo" >demo 2>err
    same '' "$(cat err)"
END
then_check 'the demo has 8 unknown users in quarantine after day 1' <<\END
    same 8 "$(quarantined 1)"
    grep '^ *8 *user-unknown *for good' demo
END
then_check 'the demo quarantines nobody else on day 2, since two errors are not three' <<\END
    same 8 "$(quarantined 2)"
END
then_check 'the demo has full, inactive and dead addresses in quarantine after day 3' <<\END
    same 23 "$(quarantined 3)"
END
then_check 'the demo releases the 6 full mailboxes on day 33, and not a second earlier' <<\END
    same 17 "$(quarantined 4)"
    grep 'at 08:59:59.* 6 full' demo
END
then_check 'the demo has sent all mail to the greylisting server after each second try' <<\END
    same 5 "$(grep -c '^    sent        175 ' demo)"
END
finish
