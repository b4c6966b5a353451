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
check 'filter drops an address whose local part differs in case from a denied one' <<\END
    quarantine deny jo@x.org
    is_dropped Jo@X.org
    quarantine deny ANN@x.org
    is_dropped ann@x.org
END
check 'show of an address in another case prints what is known of it' <<\END
    quarantine deny jo@x.org
    quarantine show Jo@X.org >out
    grep '^jo@x.org: denied' out
END
check 'filter drops an address whose letters outside ASCII differ in case' <<\END
    quarantine deny JÖRG@x.org
    is_dropped jörg@x.org
END
check 'filter --exact-case passes an address whose local part differs in case' <<\END
    quarantine add --exact-case Jo.Do@Example.ORG
    echo jo.do@example.org >in
    same jo.do@example.org "$(quarantine filter -N --exact-case in)"
    echo Jo.Do@Example.org >in
    same '' "$(quarantine filter -N --exact-case in)"
END

# Dead addresses as lists have them.
for text in '\302\240jo@x.org' 'jo@x.org\302\240' '\357\273\277jo@x.org' 'jo@x.org\342\200\213' \
    '\302\255jo@x.org' 'jo@x.org\302\255' '\343\200\200jo@x.org' \
    '\342\200\252jo@x.org\342\200\254' \
    '\343\205\244jo@x.org' '\302\240<jo@x.org\342\201\240>' 'mailto:jo@x.org?subject=hi' \
    'mailto:jo%%40x.org' 'jo@x.org <jo@x.org>' '"Do, Jo" <jo@x.org.>'; do
    check "filter drops jo@x.org if it is written as $text" <<\END
        quarantine deny jo@x.org
        # shellcheck disable=SC2059 # the text has octal escapes
        printf "$text\n" >in
        same '' "$(quarantine filter -N in)"
END
done
check 'filter drops an address in NFD that was denied in NFC, and the other way round' <<\END
    printf 'j\303\266@x.org\n' >nfc
    printf 'jo\314\210@x.org\n' >nfd
    quarantine deny <nfc
    same '' "$(quarantine filter -N nfd)"
    rm -r "$MXKIT_STATE"
    quarantine deny <nfd
    same '' "$(quarantine filter -N nfc)"
END
for text in 'jo\302\255@x.org' 'jo@x\343\200\200.org' 'j\342\200\213o@x.org' 'j\302\240o@x.org' \
    'j\342\200\256o@x.org' 'jo@@x.org' 'jo@x.org, ann@x.org' '(jo) jo@x.org' 'jo@x.org:25' \
    'Jo <jo@x.org> Do' 'ann@x.org, Jo <jo@x.org>' 'jo@x..org' '.jo@x.org' 'jo@192.0.2.1' 'Jo'; do
    check "show exits with 65 for $text, which is not an address" <<\END
        # shellcheck disable=SC2059 # the text has octal escapes
        exits 65 quarantine show "$(printf "$text")"
END
done
# Rows without a valid address, and how filter reports them.
cat >"$tmp/invalid.tsv" <<\END
address
ann@x.org
jo@@x.org
a@x.org, b@x.org
Ann

bob@x.org
END
check 'filter reports the line of a row whose address is invalid and copies it to --rejects' <<\END
    exits 65 quarantine filter --rejects rejects <"$tmp/invalid.tsv" >out 2>err
    same 'address ann@x.org bob@x.org' "$(paste -sd ' ' out)"
    sed -n 3,6p "$tmp/invalid.tsv" | cmp - rejects
    same 'stdin:3: stdin:4: stdin:5: stdin:6:' "$(cut -d ' ' -f 2 err | paste -sd ' ' -)"
    grep -F 'quarantine: stdin:3: "jo@@x.org" is not a valid address' err
END
for options in --annotate '--only ok'; do
    check "filter $options rejects the rows whose address is invalid" <<\END
        exits 65 quarantine filter -N $options <"$tmp/invalid.tsv" >out
        same 'ann@x.org bob@x.org' "$(cut -f 1 out | paste -sd ' ' -)"
END
done
check 'filter --keep-invalid passes the rows whose address is invalid' <<\END
    quarantine filter --keep-invalid <"$tmp/invalid.tsv" >out
    cmp "$tmp/invalid.tsv" out
END
prints 'filter --keep-invalid --annotate sets the state of an invalid address to -' \
    'printf "address\nnobody\n" | quarantine filter -N --keep-invalid --annotate' <<END
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
check 'filter --exact-case compares local parts with their case at a domain outside ASCII' <<\END
    quarantine add --exact-case jo@MÜNCHEN.example
    echo JO@münchen.example >in
    same JO@münchen.example "$(quarantine filter -N --exact-case in)"
END
check 'filter takes a domain with a capital sharp s for the one with a small one' <<\END
    quarantine add jo@STRAẞE.example
    is_dropped jo@straße.example
    is_dropped jo@xn--strae-oqa.example
    passes jo@strasse.example
END
check 'filter knows a domain with an emoji as text and as an A-label' <<\END
    quarantine add jo@i❤.example
    is_dropped jo@xn--i-7iq.example
    rm -r "$MXKIT_STATE"
    quarantine add jo@xn--i-7iq.example
    is_dropped jo@I❤️.example
END
check 'filter and show accept --fold, which is the default' <<\END
    quarantine add MARY@x.org
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
