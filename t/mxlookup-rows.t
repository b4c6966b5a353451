#!/bin/sh
# mxlookup: what it writes into a row that has a result and a text already.
. "${0%/*}/lib.sh"
in_lab -z "$top/t/lab/demo.zone"

printf 'address\tresult\ttext\n' >"$tmp/header"
# texts DOMAIN ROW...: looks the rows up, each RESULT:TEXT of that domain, and prints their texts.
texts() {
    domain=$1
    shift
    {
        cat "$tmp/header"
        for row; do printf 'a@%s\t%s\t%s\n' "$domain" "${row%%:*}" "${row#*:}"; done
    } | mxlookup -N --resolver "$DNS" | cut -f 3
}
gone="DNS query failed for 'gone.example': no such domain (NXDOMAIN)"

prints 'mxlookup gives a deferred row and a row without a result the text of its dead domain' '
    texts gone.example "deferred:421 later" -:- "deferred:450 later"
' <<END
$gone
$gone
$gone
END
prints 'mxlookup keeps the text of each row that is over, though its domain is dead' '
    texts gone.example "failed:550 one" "expired:451 two" "sent:250 three" "failed:550 four"
' <<END
550 one
451 two
250 three
550 four
END
prints 'mxlookup keeps apart the texts of rows of one dead domain' '
    texts gone.example deferred:x "failed:550 one" deferred:y "failed:550 two" -:-
' <<END
$gone
550 one
$gone
550 two
$gone
END
prints 'mxlookup keeps the text of each row whose domain has an exchange' '
    texts m1.lab.test "deferred:421 one" "failed:550 two" -:- "deferred:421 three"
' <<END
421 one
550 two
-
421 three
END
prints 'mxlookup writes no text into rows that are over, if the input has no column text' '
    printf "address\tresult\na@gone.example\tfailed\nb@gone.example\tdeferred\n" >in
    printf "c@gone.example\tfailed\nd@gone.example\tdeferred\n" >>in
    mxlookup -N --resolver "$DNS" <in | cut -f 1,5
' <<END
a@gone.example${tab}-
b@gone.example${tab}$gone
c@gone.example${tab}-
d@gone.example${tab}$gone
END
prints 'mxlookup without a column result writes the same text into each row of a dead domain' '
    printf "a@gone.example\nb@gone.example\nc@gone.example\n" |
        mxlookup -N --resolver "$DNS" | cut -f 1,4
' <<END
a@gone.example${tab}$gone
b@gone.example${tab}$gone
c@gone.example${tab}$gone
END
finish
