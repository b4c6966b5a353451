#!/bin/sh
# quarantine: entries of whole domains, and filter --once.
. "${0%/*}/lib.sh"

# filtered ADDRESS...: prints those that filter passes, on one line.
filtered() {
    { echo address; printf '%s\n' "$@"; } >list
    quarantine filter -N list | paste -sd ' ' -
}

check 'filter drops every address of a domain that was denied, and no other' <<\END
    quarantine deny @spam.example
    same 'a@example.org b@sub.spam.example c@spam.example.org' \
        "$(filtered a@example.org a@spam.example B@SPAM.example. b@sub.spam.example \
            c@spam.example.org)"
END
check 'a domain is denied in any of its spellings' <<\END
    quarantine deny '*@Straße.Example' @MÜNCHEN.example.
    same a@x.org "$(filtered a@straße.example b@xn--strae-oqa.example c@münchen.example a@x.org)"
    same '@xn--mnchen-3ya.example @xn--strae-oqa.example' \
        "$(quarantine list -N | cut -f 1 | paste -sd ' ' -)"
END
check 'an address that is allowed by hand does not pass if its domain is denied' <<\END
    quarantine allow a@spam.example
    quarantine deny @spam.example
    same '' "$(filtered a@spam.example)"
END
check 'filter --annotate shows the state of the domain' <<\END
    quarantine deny @spam.example
    printf 'address\na@spam.example\na@x.org\n' | quarantine filter --annotate -N >out
    same "denied ok" "$(cut -f 2 out | paste -sd ' ' -)"
END
check 'import reads whole domains as other systems write them' <<\END
    printf 'email\n*@spam.example\n@bad.domain.example\nann@x.org\n' >list.csv
    quarantine import -C list.csv
    same 'bob@x.org' "$(filtered a@spam.example b@bad.domain.example ann@x.org bob@x.org)"
END
check 'release of a domain lets its addresses pass again' <<\END
    quarantine deny @spam.example
    quarantine release @spam.example
    same a@spam.example "$(filtered a@spam.example)"
END
check 'show explains a domain' <<\END
    quarantine deny --reason abuse @spam.example
    quarantine show @spam.example >out
    grep '^@spam.example: denied' out
END
for text in @ '*@' '@spam..example' '@spam example' '*@*.example' 'a*@spam.example'; do
    check "deny exits with 65 for $text, which is not a domain" <<\END
        exits 65 quarantine deny "$text" "@x@y.example"
        same '' "$(quarantine list -N)"
END
done
check 'filter rejects a row that is only a domain' <<\END
    printf 'address\n@x.org\na@x.org\n' | exits 65 quarantine filter -N >out
    same a@x.org "$(cat out)"
END
check 'filter drops 40,000 addresses of 20,000 denied domains among others' <<\END
    awk 'BEGIN { print "address"; for (i = 0; i < 20000; i++) print "@d" i ".example" }' |
        quarantine deny
    awk 'BEGIN { print "address"
        for (i = 0; i < 100000; i++)
            print "u" i "@" (i % 5 < 2 ? "d" : "e") i % 20000 ".example" }' \
        >list
    same 60000 "$(quarantine filter -N list | wc -l)"
    same 0 "$(quarantine filter -N list | grep -c '@d')"
END
check 'mxqueue due drops a row whose domain was denied meanwhile' <<\END
    printf 'Subject: x\n\nx\n' >news.eml
    printf 'address\na@spam.example\nb@x.org\n' | mxqueue add -m news.eml
    quarantine deny @spam.example
    mxqueue due -N | cut -f 1 >out
    same b@x.org "$(cat out)"
    same dropped "$(mxqueue list -N --only ended | cut -f 4)"
END

check 'filter --once passes the first row of each address, however it is written' <<\END
    printf 'address\tn\n%s\t1\n%s\t2\n%s\t3\n%s\t4\n' jo@x.org JO@X.ORG '<jo@x.org.>' ann@x.org |
        quarantine filter -N --once >out
    same '1 4' "$(cut -f 2 out | paste -sd ' ' -)"
END
check 'filter --once passes each of 300,000 addresses once' <<\END
    awk 'BEGIN { print "address"
        for (i = 0; i < 600000; i++) print "u" i % 300000 "@x.org" }' >list
    quarantine filter -N --once list | sort -u | wc -l >out
    same 300000 "$(cat out)"
    same 300000 "$(quarantine filter -N --once list | wc -l)"
END
finish
