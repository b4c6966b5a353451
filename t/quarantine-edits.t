#!/bin/sh
# quarantine: the commands that change the state by hand: add, allow, deny, release, and import and
# export.
. "${0%/*}/lib.sh"
. "${0%/*}/sealed.sh"
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

check 'add changes a quarantine of 30 days into one for good' <<\END
    same quarantined "$(learn_days 3 full@x.org soft mailbox-full -)"
    quarantine add full@x.org
    MXKIT_NOW=2027-12-01T00:00:00Z
    is_dropped full@x.org
END
for command in add allow deny; do
    check "$command by rows changes an address when the rows pause" <<\END
        mkfifo to
        "$bin/quarantine" "$command" <to &
        edit=$!
        exec 3>to
        echo a@x.org >&3
        is_listed() { same a@x.org "$(quarantine list -N | cut -f 1)"; }
        wait_until is_listed
        exec 3>&-
        ends 0 "$edit"
END
done
check 'add by rows commits every 10,000 rows' <<\END
    awk 'BEGIN { for (i = 0; i < 25000; i++) print "a" i "@x.org" }' >in
    quarantine add <in
    same 3 "$(grep -c '^ batch' "$MXKIT_STATE/quarantine.journal")"
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
check 'release exits with 74 and releases nothing if it cannot print what the addresses were' <<\END
    add_outage
    quarantine list >before
    exits 74 quarantine release --domain other.org >/dev/full
    exits 74 quarantine release --domain other.org >&-
    quarantine list | cmp - before
END
for command in 'release -p' 'deny -p' 'add -p' 'allow -p'; do
    check "$command exits with 74 and changes nothing if it cannot print" <<\END
        quarantine add a@x.org
        quarantine allow b@x.org
        quarantine list >before
        # shellcheck disable=SC2086 # a command and its option
        exits 74 quarantine $command a@x.org b@x.org c@x.org >/dev/full
        printf 'address\na@x.org\nb@x.org\nc@x.org\n' |
            exits 74 quarantine $command >/dev/full
        quarantine list | cmp - before
END
done

check 'release releases nothing if there is no room, whatever it has printed' <<\END
    awk 'BEGIN { for (i = 0; i < 5000; i++) print "a" i "@x.org" }' | quarantine add
    exits 74 with_little_room "$bin/quarantine" release --domain x.org 2>err | cat >out
    same 5000 "$(quarantine list -N | wc -l)"
END
check 'release --text leaves an address alone if a match takes too long' <<\END
    learn_text a@x.org 2026-11-01T00:00:00Z "$(printf 'a%.0s' $(seq 150))b"
    quarantine release --text '^(a+)+$' >out
    same a@x.org "$(list_addresses)"
END
check 'list and release leave out a quarantine that has ended by itself' <<\END
    same quarantined "$(learn_days 3 full@x.org soft mailbox-full -)"
    export MXKIT_NOW=2026-12-04T00:00:00Z
    same '' "$(list_addresses)"
    quarantine release -N --domain x.org >out
    same '' "$(cat out)"
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
check 'release -p prints the rows of stdin as they were' <<\END
    quarantine deny u@x.org
    echo u@x.org | quarantine release -p -N >out
    same "u@x.org${tab}denied" "$(cut -f 1,2 out)"
    passes u@x.org
END

# learn_three: gives a@x.org two unreachable errors and a mailbox-full.
learn_three() {
    same erroneous "$(learn_days 2 a@x.org soft unreachable timeout)"
    same "erroneous${tab}3" "$(learn a@x.org soft mailbox-full - 2026-11-04T00:00:00Z)"
}
check 'import --exact gives back the errors of each reason after release -p' <<\END
    learn_three
    quarantine list >before
    quarantine release -p a@x.org >was
    quarantine import --exact was
    quarantine list | cmp before -
    quarantine show a@x.org >out
    grep 'unreachable: 2 errors' out
    grep 'mailbox-full: 1 error,' out
END
then_check 'after that, an error that is older than the release counts again' <<\END
    same "erroneous${tab}4" "$(learn a@x.org soft mailbox-full - 2026-11-06T00:00:00Z)"
END
check 'import of a list into an empty state keeps the errors of each reason' <<\END
    learn_three
    quarantine list >before
    MXKIT_STATE=$PWD/other quarantine import before
    MXKIT_STATE=$PWD/other quarantine list | cmp before -
END
check 'list prints the counters as the state has them' <<\END
    learn_three
    quarantine list >out
    same counters "$(sed 1q out | cut -f 11)"
    same 'unreachable=2@1793491200,1793577600 mailbox-full=1@1793750400' \
        "$(sed 1d out | cut -f 11)"
END
for counters in x 'x=' 'x=1' 'x=1@' 'x=-1@5' 'x=1@99999999999999' 'cleared@' 'x=1@5,' \
    'x\tdenied=1@5' 'x\n=1@5' '=1@5'; do
    check "import rejects the counters '$counters'" <<\END
        printf 'address\tstate\tcounters\na@x.org\terroneous\t%s\n' "$counters" >in
        exits 65 quarantine import --exact in 2>err
        grep '^quarantine: in:2: the counters' err
END
done
# end_quarantine: a quarantine of full@x.org that has ended by itself, before expire has run.
end_quarantine() {
    same quarantined "$(learn_days 3 full@x.org soft mailbox-full -)"
    export MXKIT_NOW=2026-12-10T00:00:00Z
}
check 'import gives an address nothing of a quarantine that has ended' <<\END
    end_quarantine
    printf 'address\tstate\treason\terrors\nfull@x.org\terroneous\tmailbox-full\t1\n' |
        quarantine import
    quarantine list -N | cut -f 1,2,5 >out
    same "full@x.org${tab}erroneous${tab}1" "$(cat out)"
END
check 'allow keeps no errors of a quarantine that has ended' <<\END
    end_quarantine
    quarantine allow full@x.org
    quarantine list -N | cut -f 1-5 >out
    same "full@x.org${tab}allowed${tab}-${tab}-${tab}0" "$(cat out)"
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
    same 3 "$(wc -l <err)"
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
    grep '^email,reason,detail,state,created_at,until' out.csv
    MXKIT_STATE=$PWD/other
    quarantine import -C out.csv
    quarantine list >after
    cut -f 1-5 before >expected
    cut -f 1-5 after | cmp expected -
END
for option in '' --exact; do
    check "a quarantine that export wrote keeps its end after import $option" <<\END
        learn_days 3 full@x.org soft mailbox-full - >/dev/null
        learn for-good@x.org hard user-unknown - 2026-11-01T00:00:00Z
        quarantine deny denied@x.org
        quarantine list -N | cut -f 1-4,6,7 >before
        grep -q "${tab}2026-12-03T00:00:00Z\$" before
        quarantine export >out.csv
        MXKIT_STATE=$PWD/other
        # shellcheck disable=SC2086 # no option, or one
        quarantine import -C $option out.csv
        quarantine list -N | cut -f 1-4,6,7 | cmp before -
END
done
check 'export takes a selection' <<\END
    import_list
    quarantine export --only denied >out.csv
    same 2 "$(wc -l <out.csv)"
    grep '^c@x.org,' out.csv
END
check 'release drops an error that is held back' <<\END
    for n in $(seq 40); do
        printf 'u%d@big.example\tuser-unknown\thard\t2026-11-23T09:30:%02dZ\n' "$n" "$n"
    done >in
    quarantine update -c address,reason,type,at in >/dev/null 2>err
    quarantine release u4@big.example
    quarantine held >held
    same 0 "$(grep -c '^u4@' held || true)"
    quarantine release <held
    same '' "$(quarantine held -N)"
    quarantine held --confirm
    same '' "$(quarantine list -N)"
END
check 'allow refuses a whole domain, and its denial stays' <<\END
    quarantine deny @x.example
    exits 65 quarantine allow @x.example 2>err
    grep 'not an address that can be allowed' err
    echo '*@x.example' | exits 65 quarantine allow 2>err
    grep 'a whole domain cannot be allowed' err
    echo a@x.example | quarantine filter -N >out
    same '' "$(cat out)"
END
check 'show and update know that the whole domain is denied' <<\END
    quarantine deny @x.example
    quarantine show b@x.example >out
    grep 'its whole domain: denied since' out
    printf 'address\tresult\nb@x.example\tsent\nb@y.example\tsent\n' >in
    exits 1 quarantine update -e in >out
    same 'denied ok' "$(sed 1d out | cut -f 3 | paste -sd ' ' -)"
END
check 'a rejects file in the state directory is refused' <<\END
    quarantine deny d@x.example
    cp "$MXKIT_STATE/quarantine.journal" before
    for name in quarantine.journal new; do
        printf 'address\nbad\n' |
            exits 64 quarantine filter --rejects "$MXKIT_STATE/$name" >out 2>err
        grep 'is in the state directory' err
    done
    cmp before "$MXKIT_STATE/quarantine.journal"
    [ ! -e "$MXKIT_STATE/new" ]
END
check 'import leaves an address alone whose bounce was transient' <<\END
    for word in Transient temporary Deferred delayed; do
        printf 'email,type\ng@x.example,%s\n' "$word" | quarantine import -C
    done
    same '' "$(quarantine list -N)"
END
check 'import keeps the text of each of many rows' <<\END
    awk 'BEGIN {
        print "address\tstate\ttext"
        for (i = 10000; i < 80000; i++) printf "a%d@x.org\tquarantined\ttext of %d\n", i, i
    }' >in
    quarantine import in
    quarantine list >out
    awk -F '\t' 'NR == 1 { for (i = 1; i <= NF; i++) c[$i] = i; next }
        { print $c["address"] "\t" $c["state"] "\t" $c["text"] }' out | sort >got
    sed 1d in | cmp - got
END
check 'import exits with 65 and takes nothing if an entry is damaged' <<\END
    quarantine deny k@x.org
    quarantine expire
    sed -i 's/denied/danied/' "$MXKIT_STATE/quarantine.tsv"
    printf 'address\tstate\na@x.org\tdenied\nk@x.org\tdenied\n' |
        exits 65 quarantine import 2>err
    grep 'damaged at byte' err
    not grep imported err
END
check 'filter exits with 65 if an entry with the right checksum is none' <<\END
    quarantine deny k@x.org
    quarantine expire
    {
        printf ' mxkit-state 3\tquarantine\t1\t0\tfold\n'
        entry k@x.org quarantined - - 0 2026-11-02T00:00:00Z someday - - - -
    } | seal >snapshot
    cp snapshot "$MXKIT_STATE/quarantine.tsv"
    echo k@x.org | exits 65 quarantine filter >out 2>err
    grep 'the entry of "k@x.org" is damaged' err
    not grep k@x.org out
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
check 'import tells in one line what it took as what' <<\END
    import_list
    taken='imported: 2 quarantined user-unknown, 1 denied refused/complaint, 0 left as they were'
    same "quarantine: $taken" "$(tail -n 1 err)"
    exits 65 quarantine import -C "$tmp/list.csv" 2>err
    same 'quarantine: imported: 3 left as they were' "$(tail -n 1 err)"
END
check 'import leaves the subscribers of a listmonk export alone, and denies the blocklisted' <<\END
    printf 'email,name,status\n%s,A,enabled\n%s,B,blocklisted\n%s,C,Unsubscribed\n' \
        a@x.org b@x.org c@x.org >in
    quarantine import -C in
    passes a@x.org
    quarantine list -N | cut -f 1-3 >out
    printf 'b@x.org\tdenied\tby-hand\nc@x.org\tdenied\tunsubscribed\n' | cmp - out
END
for word in enabled Subscribed active ACTIVE confirmed Unconfirmed pending 'Soft bounced'; do
    check "import leaves an address with the status $word alone" <<\END
        quarantine add q@x.org
        printf 'email,status\na@x.org,%s\nq@x.org,%s\n' "$word" "$word" |
            quarantine import -C --exact
        passes a@x.org
        is_dropped q@x.org
END
done
for word in Bounced cleaned 'Hard bounce' invalid; do
    check "import quarantines an address with the status $word" <<\END
        printf 'email,status\na@x.org,%s\n' "$word" | quarantine import -C
        same a@x.org "$(list_addresses --only quarantined)"
END
done
for column in STATUS 'Status ' sTATUS ' status' Subscription_Status STATE; do
    check "import reads the column '$column' as status" <<\END
        printf 'email,%s\na@x.org,unsubscribed\nb@x.org,active\n' "$column" | quarantine import -C
        same 'a@x.org' "$(list_addresses --only denied)"
        same 'a@x.org' "$(list_addresses)"
END
done
for column in reason Reason TYPE source; do
    for word in 'soft bounce' Soft soft_bounced SoftBounce 'Soft Bounce (mailbox full)'; do
        check "import leaves an address alone whose $column is $word, and counts it" <<\END
            printf 'email,%s\na@x.org,%s\n' "$column" "$word" | quarantine import -C 2>err
            passes a@x.org
            grep 'imported: 1 left as they were' err
END
    done
done
check 'import does not take software, or soft and hard bounces, for a soft bounce' <<\END
    printf 'email,source\na@x.org,software\nb@x.org,soft and hard\n' | quarantine import -C
    same 'a@x.org b@x.org' "$(list_addresses --only quarantined)"
END
for word in 'Marked as spam' complained; do
    check "import denies an address with the status $word as a complaint" <<\END
        printf 'email,status\na@x.org,%s\n' "$word" | quarantine import -C
        same a@x.org "$(list_addresses --only denied --reason complaint)"
END
done
check 'import rejects a status that is a word of a reason' <<\END
    printf 'email,status\na@x.org,manual\n' | exits 65 quarantine import -C
    same '' "$(quarantine list -N)"
END
check 'import rejects an unknown status' <<\END
    printf 'email,status\na@x.org,sleeping\n' | exits 65 quarantine import -C
    passes a@x.org
END
check 'import does not find active in inactive' <<\END
    quarantine add q@x.org
    printf 'email,status\nq@x.org,inactive\n' | exits 65 quarantine import -C
    is_dropped q@x.org
END
check 'import takes the beginning of a reason for its meaning, not words of a reply in it' <<\END
    printf 'email,reason\na@x.org,bounce: 550 spam complaint\nb@x.org,550 spam\n' |
        quarantine import -C
    quarantine list -N | cut -f 1,2 >out
    printf 'a@x.org\tquarantined\nb@x.org\tquarantined\n' | cmp - out
END
check 'import takes a status such as 5.1.1 for that of a reply' <<\END
    printf 'email,status,reason\na@x.org,5.1.1,550 unknown\n' | quarantine import -C
    is_dropped a@x.org
END
check 'import denies the complaints of SparkPost, and quarantines its bounces' <<\END
    {
        echo 'recipient,type,source,description,created'
        echo 'a@x.org,non_transactional,Spam Complaint,,2026-11-01T00:00:00Z'
        echo 'b@x.org,transactional,Bounce Rule,,2026-11-01T00:00:00Z'
        echo 'c@x.org,non_transactional,List Unsubscribe,,2026-11-01T00:00:00Z'
    } >in
    quarantine import -C in
    quarantine list -N | cut -f 1-4 | tr '\t' ' ' >out
    printf '%s\n' 'a@x.org denied refused complaint' 'b@x.org quarantined user-unknown -' \
        'c@x.org denied unsubscribed -' | cmp - out
END
for errors in abc 1e9 9223372036854775807 99999999999999999999 -1 1.5 '1 2'; do
    check "import rejects $errors as the number of errors" <<\END
        printf 'address\tstate\treason\terrors\na@x.org\terroneous\tmailbox-full\t%s\n' \
            "$errors" >in
        exits 65 quarantine import in 2>err
        grep '^quarantine: in:2: the number of errors' err
        quarantine list -N >out
        same '' "$(cat out)"
END
done
for column in since until first last created_at timestamp; do
    check "import rejects a row whose $column is not a time" <<\END
        printf 'address\t%s\na@x.org\tyesterday\n' "$column" >in
        exits 65 quarantine import in 2>err
        grep '^quarantine: in:2: a time' err
        passes a@x.org
END
done
for time in '2023-03-01 09:00:00-0800' 'Wed, 1 Mar 2023 09:00:00 -0800' 1677690000 1677690000000; do
    check "import reads the time $time" <<\END
        printf 'email,created_at\na@x.org,"%s"\n' "$time" | quarantine import -C
        quarantine list -N >out
        same 2023-03-01T17:00:00Z "$(cut -f 6 out)"
END
done
check 'list --since reads a time with an offset without a colon, and a day' <<\END
    add_outage
    same k@other.org "$(list_addresses --since '2026-11-12 01:00:00+0100' --domain 'other.*')"
    same 'k@other.org o2@out.org o3@out.org' "$(list_addresses --since 20261112)"
END
check 'import exits with 65 if a state is unknown' <<\END
    printf 'address\tstate\nz@x.org\twashed\n' | exits 65 quarantine import
    passes z@x.org
END
finish
