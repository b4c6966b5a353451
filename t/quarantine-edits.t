#!/bin/sh
# quarantine: the commands that change the state by hand: add, allow, deny, release, and import and
# export.
. "${0%/*}/lib.sh"
. "${0%/*}/quarantine.sh"

# add, allow and deny.

check 'add reads addresses from stdin, and exits with 65 if one is invalid' <<\END
    printf 'bad\nz@x.org\n' | exits 65 quarantine add
    is_dropped z@x.org
END
check 'add changes nothing if one of its operands is not an address' <<\END
    exits 65 quarantine add y1@x.org bad
    passes y1@x.org
END
check 'add exits with 64 if --reason is not a word' <<\END
    exits 64 quarantine add --reason a/b y@x.org
    passes y@x.org
END

# release of addresses.

check 'release lets an address pass' <<\END
    quarantine add q@x.org
    is_dropped q@x.org
    quarantine release q@x.org
    passes q@x.org
END
check 'release reads the rows that list prints' <<\END
    quarantine add q@x.org
    quarantine deny d@y.org
    quarantine list --only denied | quarantine release
    passes d@y.org
    is_dropped q@x.org
END
check 'release reads CSV' <<\END
    quarantine add c@x.org
    is_dropped c@x.org
    printf 'Email\nc@x.org\n' | quarantine release -C -k Email
    passes c@x.org
END

# release of a selection.

check 'release -n prints the selected addresses and releases none' <<\END
    add_outage
    quarantine release -nN --domain out.org --reason user-unknown --since 2026-11-12 >out
    same 'o2@out.org o3@out.org' "$(cut -f 1 out | on_a_line)"
    is_dropped o2@out.org
    is_dropped o3@out.org
END
check 'release frees the selected addresses only' <<\END
    add_outage
    quarantine list >before
    quarantine release --domain out.org --since 2026-11-12 >freed
    passes o2@out.org
    passes o3@out.org
    is_dropped o1@out.org
    is_dropped k@other.org
END
then_check 'release prints what list printed of the addresses that it freed' <<\END
    sed '/^k@/d; /^o1@/d' before | cmp - freed
    same 2 "$(grep -c "quarantined${tab}user-unknown" freed)"
END
then_check 'import undoes a release with what release printed' <<\END
    quarantine import freed
    is_dropped o2@out.org
    is_dropped o3@out.org
    quarantine list | cmp before -
END
check 'release --text frees the addresses with this text only' <<\END
    add_texts
    quarantine list >before
    quarantine release --text 'internal error' >freed
    same t2@x.org "$(list_addresses)"
END
then_check 'show prints in the history that an address was released' <<\END
    quarantine show t1@x.org >out
    grep 'Z released' out
END
then_check 'import takes back the text of the last error, too' <<\END
    quarantine import freed
    quarantine list | cmp before -
    same t1@x.org "$(list_addresses --text internal)"
END
check 'release exits with 64 if it is given addresses and a selection' <<\END
    exits 64 quarantine release --domain out.org o1@out.org
END
check 'release exits with 64 if it is given -n and addresses' <<\END
    exits 64 quarantine release -n o1@out.org
END
check 'release exits with 74 if it cannot print the addresses, which it has released' <<\END
    add_outage
    exits 74 quarantine release --domain other.org >/dev/full
    passes k@other.org
END

# Undoing.

# edit_two: quarantines u@x.org, which has an error, and new@x.org, which the state does not know.
# Leaves what they were in `was` and what list printed before in `before`.
edit_two() {
    learn_text u@x.org 2026-11-01T00:00:00Z x
    quarantine list >before
    quarantine add -p u@x.org new@x.org >was
}
check 'add -p prints the addresses as they were' <<\END
    edit_two
    same 'address u@x.org new@x.org' "$(cut -f 1 was | on_a_line)"
    same 'state erroneous ok' "$(cut -f 2 was | on_a_line)"
    same 'new@x.org u@x.org' "$(list_addresses --only quarantined)"
END
then_check 'import --exact undoes add from what -p printed' <<\END
    quarantine import --exact was
    quarantine list | cmp before -
END
check 'import without --exact does not undo deny' <<\END
    learn_text u@x.org 2026-11-01T00:00:00Z x
    quarantine deny -p u@x.org >was
    quarantine import was
    same u@x.org "$(list_addresses --only denied)"
END
# release exits with 74 here, because it closes stdout twice.
check 'release -p prints the rows of stdin as they were' <<\END
    quarantine deny u@x.org
    echo u@x.org | exits 0,74 quarantine release -p -N >out
    same "u@x.org${tab}denied" "$(cut -f 1,2 out)"
    passes u@x.org
END

# import and export.

{
    printf 'email,reason,created\r\n'
    printf 'h@x.org,bounce,2026-11-01T00:00:00Z\r\n'
    printf 'c@x.org,Complaint,2026-11-02T00:00:00Z\r\n'
    printf 'bad,bounce,\r\n'
    printf '"q,r"@x.org,Invalid,\r\n'
    printf '"""s,t""@x.org",Invalid,2026-11-03T00:00:00Z\r\n'
} >"$tmp/list.csv"
# import_list: imports the suppression list of another sender. Two of its five rows are invalid.
import_list() {
    exits 65 quarantine import -C "$tmp/list.csv" 2>err
}
check 'import reads a suppression list in CSV, and exits with 65 if rows are invalid' <<\END
    import_list
    same 2 "$(wc -l <err)"
    grep 'list.csv:4: not a valid address; write it as user@example.org' err
    grep 'list.csv:5: a quote' err
END
prints 'import denies addresses that complained, and quarantines all others' '
    import_list
    quarantine list -N | cut -f 1-4,6 | tr "\t" " "' <<\END
"s,t"@x.org quarantined user-unknown - 2026-11-03T00:00:00Z
c@x.org denied refused complaint 2026-11-02T00:00:00Z
h@x.org quarantined user-unknown - 2026-11-01T00:00:00Z
END
check 'export writes CSV that import reads into another state' <<\END
    import_list
    quarantine list >before
    quarantine export >out.csv
    grep '^email,reason,detail,state,created_at' out.csv
    MXKIT_STATE=$PWD/other
    quarantine import -C out.csv
    quarantine list >after
    cut -f 1-5 before >expected
    cut -f 1-5 after | cmp expected -
END
check 'export takes a selection' <<\END
    import_list
    quarantine export --only denied >out.csv
    same 2 "$(wc -l <out.csv)"
    grep '^c@x.org,' out.csv
END
check 'import does not quarantine an allowed address' <<\END
    quarantine allow k@x.org
    printf 'address\tstate\nk@x.org\tquarantined\n' | quarantine import
    passes k@x.org
END
check 'import leaves a denied address denied if the list quarantines it' <<\END
    quarantine deny c@x.org
    printf 'address\tstate\nc@x.org\tquarantined\n' | quarantine import
    same c@x.org "$(list_addresses --only denied)"
END
check 'import does not end a quarantine if the list says ok' <<\END
    quarantine add h@x.org
    printf 'address\tstate\nh@x.org\tok\n' | quarantine import
    is_dropped h@x.org
END
check 'import exits with 65 if a state is unknown' <<\END
    printf 'address\tstate\nz@x.org\twashed\n' | exits 65 quarantine import
    passes z@x.org
END
finish
