#!/bin/sh
# quarantine: which ways of writing an address name the same one.
. "${0%/*}/lib.sh"
. "${0%/*}/quarantine.sh"

for address in 'Jo.Do@example.org' '<Jo.Do@EXAMPLE.org>' '"Jo.Do"@example.org' \
    'Jo Do <Jo.Do@example.org>' 'mailto:Jo.Do@example.org' ' Jo.Do@example.org. '; do
    check "filter drops Jo.Do@Example.ORG if it is written as '$address'" <<\END
        quarantine add Jo.Do@Example.ORG
        is_dropped "$address"
END
done
check 'filter passes an address whose local part differs in case' <<\END
    quarantine add Jo.Do@Example.ORG
    passes jo.do@example.org
END
check 'filter passes a row whose address is invalid' <<\END
    passes nobody
END
prints 'filter --annotate sets the state of an invalid address to -' \
    'echo nobody | quarantine filter -N --annotate' <<END
nobody${tab}-
END
check 'a TAB or LF in a detail cannot add a row to the state' <<\END
    learn h@x.org hard user-unknown 'a\tb\nc@x.org\tdenied' 2026-11-01T00:00:00Z
    quarantine list -N | cut -f 1 >out
    same h@x.org "$(cat out)"
    quarantine expire
    quarantine list -N | cut -f 1 | cmp out -
END
check 'filter knows a domain in upper case, in lower case and as A-labels' <<\END
    quarantine add jo@MÜNCHEN.example
    is_dropped jo@xn--mnchen-3ya.example
    is_dropped jo@münchen.example
END
check 'filter compares local parts with their case even at a domain that is not ASCII' <<\END
    quarantine add jo@MÜNCHEN.example
    passes JO@münchen.example
END
check 'filter and show with --fold ignore the case of a local part' <<\END
    quarantine add --fold MARY@x.org
    echo Mary@x.org | quarantine filter -N --fold >out
    same '' "$(cat out)"
    quarantine show --fold mARY@x.org >out
    grep '^mary@x.org: quarantined' out
END
check 'filter ignores quotes and backslashes that a local part does not need' <<\END
    quarantine add '"j.d"@x.org'
    is_dropped j.d@x.org
    is_dropped '"j\.d"@x.org'
END
finish
