#!/bin/sh
# quarantine: states of older versions are migrated, and whether the case of local parts counts is a
# property of the state.
. "${0%/*}/lib.sh"
. "${0%/*}/sealed.sh"
. "${0%/*}/quarantine.sh"

# append_entry FIELD...: adds a line to the snapshot, as if it had been written with it.
append_entry() {
    file=$MXKIT_STATE/quarantine.tsv
    entry "$@" | seal >added
    length=$(cat "$file" added | wc -c)
    {
        printf '%s\t%020d\n' "$(head -n 1 "$file" | cut -f -5)" "$length" | seal
        sed 1d "$file"
        cat added
    } >longer
    cat longer >"$file"
}

# start_with_version_2: makes a state of version 2, in which three addresses were three entries.
start_with_version_2() {
    {
        printf ' mxkit-state 2\tquarantine\t3\t0\n'
        entry Full@x.org erroneous - - 1 - - mailbox-full=1@1793491200 \
            0123456789abcdef@1793491200=mailbox-full - -
        entry JO@x.org quarantined user-unknown - 1 2026-11-02T00:00:00Z - \
            user-unknown=1@1793577600 - - -
        entry ann@straße.example denied - - 0 2026-11-02T00:00:00Z - - - - -
        entry full@x.org erroneous - - 1 - - mailbox-full=1@1793577600 \
            0123456789abcdee@1793577600=mailbox-full - -
    } | seal >"$MXKIT_STATE/quarantine.tsv"
    {
        printf ' mxkit-state 2\tjournal\t3\t0\n'
        entry jo@x.org allowed - - 0 2026-11-03T00:00:00Z - - - - -
    } | seal >"$MXKIT_STATE/quarantine.journal"
    chmod 600 "$MXKIT_STATE"/*
}

check 'filter refuses a state of version 2, in whose form keys would not be found' <<\END
    start_with_version_2
    printf 'address\nJO@x.org\n' | exits 78 quarantine filter -N >out 2>err
    same '' "$(cat out)"
    grep 'run quarantine expire once to migrate it' err
END
prints 'expire migrates a state of version 2: one entry an address, nothing that blocks is lost' '
    start_with_version_2
    MXKIT_NOW=2026-11-04T00:00:00Z quarantine expire
    quarantine list -N | cut -f 1,2,5
' <<END
ann@xn--strae-oqa.example${tab}denied${tab}0
full@x.org${tab}erroneous${tab}2
jo@x.org${tab}allowed${tab}1
END
then_check 'a migrated state is of version 3 and says that it ignores case' <<\END
    head -n 1 "$MXKIT_STATE/quarantine.tsv" | grep '^ mxkit-state 3.*fold'
    quarantine check
END
then_check 'filter finds addresses in any case in a migrated state' <<\END
    printf 'address\nANN@Straße.example\n' | quarantine filter -N >out
    same '' "$(cat out)"
END
prints 'expire --exact-case migrates a state of version 2 and keeps the case of local parts' '
    start_with_version_2
    MXKIT_NOW=2026-11-04T00:00:00Z quarantine expire --exact-case
    quarantine list -N | cut -f 1,2,5
' <<END
Full@x.org${tab}erroneous${tab}1
JO@x.org${tab}quarantined${tab}1
ann@xn--strae-oqa.example${tab}denied${tab}0
full@x.org${tab}erroneous${tab}1
jo@x.org${tab}allowed${tab}0
END
check 'a state of version 2 that is a journal alone is migrated' <<\END
    start_with_version_2
    rm "$MXKIT_STATE/quarantine.tsv"
    sed -e '1!d' -e 's/\tjournal\t3\t0.*/\tjournal\t0\t0/' "$MXKIT_STATE/quarantine.journal" |
        seal >journal
    entry JO@x.org denied - - 0 2026-11-03T00:00:00Z - - - - - | seal >>journal
    cp journal "$MXKIT_STATE/quarantine.journal"
    echo jo@x.org | exits 78 quarantine filter
    quarantine expire
    same "jo@x.org${tab}denied" "$(quarantine list -N | cut -f 1,2)"
    quarantine check
END
check 'check --repair takes out a line that has its checksum, but is not an entry' <<\END
    quarantine deny a@x.org c@x.org
    quarantine expire
    append_entry d@x.org denied for-good
    exits 65 quarantine list
    exits 65 quarantine check --repair 2>err
    grep 'not a sound entry' err
    same "a@x.org c@x.org" "$(quarantine list -N | cut -f 1 | paste -sd ' ' -)"
END
check 'filter passes no address after one whose line has its checksum, but is not an entry' <<\END
    quarantine deny a@x.org
    quarantine expire
    append_entry d@x.org deniee - - 0 2026-11-03T00:00:00Z - - - - -
    printf 'address\nd@x.org\n' | exits 65 quarantine filter -N >out 2>err
    same '' "$(cat out)"
    grep 'd@x.org' err
END
check 'by default the case of a local part does not matter' <<\END
    quarantine deny Jo@X.org
    printf 'address\njO@x.ORG\n' | quarantine filter -N >out
    same '' "$(cat out)"
END
check 'a state that was begun with --exact-case keeps to the case without the option' <<\END
    quarantine deny --exact-case Jo@X.org
    printf 'address\njo@x.org\nJo@x.org\n' | quarantine filter -N >out
    same jo@x.org "$(cat out)"
END
check 'deny refuses --exact-case for a state that ignores case, and changes nothing' <<\END
    quarantine deny a@x.org
    exits 64 quarantine deny --exact-case B@x.org 2>err
    grep -e '--exact-case begins a new state' err
    same a@x.org "$(quarantine list -N | cut -f 1)"
END
check 'filter and deny refuse --fold for a state in which case counts, and change nothing' <<\END
    quarantine deny --exact-case A@x.org
    echo b@x.org | exits 64 quarantine filter -N --fold >out 2>err
    same '' "$(cat out)"
    grep "$MXKIT_STATE: in the state, the case of local parts counts; leave out --fold" err
    exits 64 quarantine deny --fold B@x.org
    same A@x.org "$(quarantine list -N | cut -f 1)"
END
check 'deny refuses --fold and --exact-case together' <<\END
    exits 64 quarantine deny --fold --exact-case A@x.org 2>err
    grep 'contradict each other' err
    not test -e "$MXKIT_STATE/quarantine.journal"
END
check 'a filter that runs on stops when another run begins a state in which case counts' <<\END
    filter_stops 75 'quarantine deny --exact-case Jo@x.org' Jo@x.org
    grep 'the case of local parts counts; run this again' err
END
finish
