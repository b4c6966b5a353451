#!/bin/sh
# mxqueue: rows are added with their message, given out when they are due, and taken back.
. "${0%/*}/lib.sh"
# shellcheck source=t/mxqueue.sh
. "$top/t/mxqueue.sh"
# shellcheck source=t/sealed.sh
. "$top/t/sealed.sh"

# add

check 'add refuses a list with two columns of one name' <<\END
    message
    printf 'address\tn\tn\na@x.org\t1\t2\n' >in
    exits 65 mxqueue add -m news.eml in 2>err
    grep 'in:1: two columns are named "n"' err
    same '' "$(mxqueue list -N)"
END
check 'add keeps every column of a row, and due prints them with id and message' <<\END
    message
    hash=$(sha256sum news.eml | cut -c 1-32)
    printf 'name\taddress\tcity\nAnna\ta@x.org\tUlm\n' | mxqueue add -m news.eml
    job 'mxqueue due' >out
    same "name${tab}address${tab}city${tab}id${tab}message" "$(head -n 1 out)"
    copy=$MXKIT_STATE/queue.messages/$hash.eml
    same "Anna${tab}a@x.org${tab}Ulm${tab}$hash:a@x.org${tab}$copy" "$(tail -n 1 out)"
    cmp news.eml "$copy"
    same 600 "$(stat -c %a "$copy")"
END
check 'add does nothing for a row that is there already, and reports it with -v' <<\END
    message
    printf 'address\na@x.org\nb@x.org\n' >list
    mxqueue add -v -m news.eml list 2>err
    grep -q '2 rows added, 0 were in the queue already' err
    mxqueue add -v -m news.eml list 2>err
    grep -q '0 rows added, 2 were in the queue already' err
    same 'a@x.org b@x.org' "$(run_due)"
END
check 'add takes an address in several forms as one' <<\END
    add 'a@X.org' 'Anna <a@x.ORG>' 'mailto:a@x.org' 'a@x.org.'
    same a@x.org "$(mxqueue list | columns address)"
END
check 'add takes the same message in another file as the same' <<\END
    add a@x.org
    cp news.eml other.eml
    echo a@x.org | mxqueue add -m other.eml
    same 1 "$(mxqueue list -N | wc -l)"
END
check 'add takes another message to the same address as a row of its own' <<\END
    add a@x.org
    message second
    echo a@x.org | mxqueue add -m news.eml
    same 2 "$(mxqueue list -N | wc -l)"
END
check 'the copy of the message does not change when the file does' <<\END
    add a@x.org
    cp news.eml before.eml
    message second
    copy=$(job 'mxqueue due' | columns message)
    cmp before.eml "$copy"
END
check 'add without a message file adds nothing and exits with 66' <<\END
    echo a@x.org | exits 66 mxqueue add -m missing.eml 2>err
    grep -q 'no message file missing.eml' err
    same '' "$(mxqueue list -N)"
END
check 'add refuses an empty message' <<\END
    : >news.eml
    echo a@x.org | exits 65 mxqueue add -m news.eml 2>err
    grep -q 'news.eml is empty' err
END
check 'add refuses a message that is not a regular file' <<\END
    mkdir news.eml
    echo a@x.org | exits 65 mxqueue add -m news.eml
END
check 'add takes a message of 64 MiB, and none that is longer' <<\END
    truncate -s 64M news.eml
    echo a@x.org | mxqueue add -m news.eml
    same a@x.org "$(run_due)"
    truncate -s +1 news.eml
    echo b@x.org | exits 65 mxqueue add -m news.eml 2>err
    grep -q news.eml err
    same a@x.org "$(mxqueue list | columns address)"
END
check 'add stops when the message changes before it is copied' <<\END
    message
    mkfifo in
    "$bin/mxqueue" add -m news.eml in 2>err &
    exec 3>in # add opens its input when it has read the message
    message second
    echo a@x.org >&3
    exec 3>&-
    ends 65 $!
    grep -q 'the message news.eml has changed meanwhile' err
    same '' "$(mxqueue list -N)"
END
check 'add without -m needs a column message' <<\END
    echo a@x.org | exits 64 mxqueue add 2>err
    grep -q 'stdin:1: no column "message": name the message with -m FILE' err
END
check 'add takes the message that a row names in the column message' <<\END
    printf one >1.eml
    printf two >2.eml
    printf 'address\tmessage\na@x.org\t1.eml\nb@x.org\t2.eml\nc@x.org\t-\n' >list
    exits 65 mxqueue add list 2>err
    grep -q 'list:4: no message' err
    mxqueue add -m 1.eml list
    job 'mxqueue due -N' | while read -r address message _; do
        echo "$address $(cat "$message")"
    done >out
    same 'a@x.org one
b@x.org two
c@x.org one' "$(sort out)"
END
check 'add rejects a row whose message is missing, and adds the others' <<\END
    message
    printf 'address\tmessage\na@x.org\tmissing.eml\nb@x.org\tnews.eml\n' |
        exits 65 mxqueue add 2>err
    grep -q 'stdin:2: its message cannot be read' err
    same 'b@x.org' "$(run_due)"
END
check 'add rejects a row without a valid address, with its line, and adds the others' <<\END
    message
    printf 'address\na@x.org\nnot an address\n-\nb@x.org\n' |
        exits 65 mxqueue add -m news.eml --rejects rejects 2>err
    grep -q 'stdin:3: not a valid address' err
    grep -q 'stdin:4: not a valid address' err
    same 'not an address -' "$(paste -sd ' ' rejects)"
    same 'a@x.org b@x.org' "$(run_due)"
END
check 'add rejects a row of more than 32 KiB' <<\END
    message
    { printf 'address\tx\na@x.org\t' && head -c 33000 /dev/zero | tr '\0' x && echo; } |
        exits 65 mxqueue add -m news.eml 2>err
    grep -q 'stdin:2: longer than 32 KiB' err
END
check 'add takes a row of 32 KiB' <<\END
    message
    { printf 'address\tx\na@x.org\t' && head -c 32760 /dev/zero | tr '\0' x && echo; } |
        mxqueue add -m news.eml
    same a@x.org "$(run_due)"
END
check 'lists with other columns share the queue: due has the columns of all' <<\END
    message
    printf 'address\tname\na@x.org\tAnna\n' | mxqueue add -m news.eml
    printf 'city\taddress\nUlm\tb@x.org\n' | mxqueue add -m news.eml
    job 'mxqueue due -N' | cut -f 1-3 >out
    same "a@x.org${tab}Anna${tab}-
b@x.org${tab}-${tab}Ulm" "$(cat out)"
END
check 'a list with another key column gets a column address' <<\END
    message
    printf 'Email\tname\na@x.org\tAnna\n' | mxqueue add -k Email -m news.eml
    same a@x.org "$(run_due)"
END
check 'a row that was sent before it was added is not sent, and that is reported' <<\END
    message
    printf 'address\tresult\na@x.org\tsent\nb@x.org\t-\n' | mxqueue add -m news.eml 2>err
    grep -q '1 of the rows that were added have ended already' err
    same b@x.org "$(run_due)"
END
check 'a row that was deferred before it was added waits until next_at, and has not ended' <<\END
    message
    printf 'address\tresult\tnext_at\na@x.org\tdeferred\t2026-11-23T00:15:00Z\n' |
        mxqueue add -m news.eml 2>err
    same '' "$(cat err)"
    same '' "$(run_due)"
    MXKIT_NOW=2026-11-23T00:15:00Z
    same a@x.org "$(run_due)"
END
check 'add rejects a result that it does not know' <<\END
    message
    printf 'address\tresult\na@x.org\tlost\n' | exits 65 mxqueue add -m news.eml 2>err
    grep -q 'stdin:2: unknown result' err
END
check 'add rejects a next_at that is not a time' <<\END
    message
    printf 'address\tresult\tnext_at\na@x.org\tdeferred\tsoon\n' |
        exits 65 mxqueue add -m news.eml 2>err
    grep -q 'stdin:2: next_at, first_at or at is not a time' err
END

# due

check 'due of an empty queue prints the header alone' <<\END
    same "address${tab}id${tab}message" "$(mxqueue due)"
END
check 'due -N prints no header' <<\END
    add a@x.org
    same a@x.org "$(job 'mxqueue due -N' | cut -f 1)"
END
check 'due leaves out a row whose address was denied since: it ends as dropped' <<\END
    add a@x.org b@x.org
    quarantine deny b@x.org
    same a@x.org "$(run_due)"
    same 'a@x.org=waiting b@x.org=dropped' "$(states)"
END
check 'due leaves out a row whose address was quarantined since' <<\END
    add a@x.org b@x.org
    printf 'address\ttype\treason\nb@x.org\thard\tuser-unknown\n' |
        quarantine update >/dev/null
    same a@x.org "$(run_due)"
END
check 'due gives a row out when the quarantine of its address is over' <<\END
    add a@x.org
    printf 'address\treason\tat\n' >errors
    printf 'a@x.org\tmailbox-full\t2026-11-%sT00:00:00Z\n' 20 21 22 >>errors
    quarantine update errors >/dev/null
    same a@x.org "$(quarantine list --only quarantined | columns address)"
    MXKIT_NOW=2026-12-22T00:00:00Z
    same a@x.org "$(run_due)"
END
check 'due leaves out the rows of a domain that was denied since' <<\END
    add a@x.org b@y.org
    quarantine deny @y.org
    same a@x.org "$(run_due)"
    same 'a@x.org=waiting b@y.org=dropped' "$(states)"
END
check 'a deferred row is dropped, too, when its address is denied' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver | mxqueue done
    quarantine deny deferred@x.org
    same '' "$(run_due)"
    same 'deferred@x.org=dropped' "$(states)"
END
check 'due stops when what the quarantine knows of an address is damaged' <<\END
    add a@x.org
    quarantine deny a@x.org
    quarantine expire
    sed -i 's/denied/deniee/' "$MXKIT_STATE/quarantine.tsv"
    MXKIT_EXPECTS=65
    job 'mxqueue due -N || true' >out
    same '' "$(cat out)"
END
check 'due ends a row 5 days after its first try as expired, not a second earlier' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver 2026-11-24T00:00:00Z | mxqueue done
    MXKIT_NOW=2026-11-28T00:00:00Z
    same deferred@x.org "$(run_due)"
    MXKIT_NOW=2026-11-28T00:00:01Z
    same '' "$(run_due)"
    same 'deferred@x.org=expired' "$(states)"
END
then_check 'a row that has expired has no next_at' <<\END
    same - "$(mxqueue list | columns next_at)"
END
check 'due -v reports how many rows it gave out, dropped and ended as expired' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver | mxqueue done
    add a@x.org b@x.org c@x.org d@x.org e@x.org
    quarantine deny a@x.org b@x.org
    MXKIT_NOW=2026-11-28T00:00:01Z
    job 'mxqueue due -v' >out 2>err
    grep -q '3 rows given out, 2 dropped, 1 expired' err
END
check 'due --expire takes another time' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver 2026-11-23T01:00:00Z | mxqueue done
    MXKIT_NOW=2026-11-23T02:00:01Z
    same '' "$(job 'mxqueue due --expire 2h' | columns address)"
END
check 'a row that was never tried does not expire' <<\END
    add a@x.org
    MXKIT_NOW=2027-11-23T00:00:00Z
    same a@x.org "$(run_due)"
END
check 'due gives the time of the first try in first_at' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver - 2026-11-22T23:59:00Z | mxqueue done
    same 2026-11-22T23:59:00Z "$(job 'mxqueue due' | columns first_at)"
END
check 'due has first_at though its last row was never tried' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver | mxqueue done
    add z@x.org
    same "$MXKIT_NOW -" "$(job 'mxqueue due' | columns first_at)"
END
check 'a missing copy of a message keeps its rows back, and the others go out' <<\END
    add a@x.org
    rm "$MXKIT_STATE"/queue.messages/*
    message second
    echo b@x.org | mxqueue add -m news.eml
    MXKIT_EXPECTS=66
    job 'mxqueue due || true' >out 2>err
    same b@x.org "$(columns address <out)"
    grep -q 'is missing: its rows wait' err
END
then_check 'adding the message again makes the rows due' <<\END
    message
    echo c@x.org | mxqueue add -m news.eml
    same 'a@x.org b@x.org c@x.org' "$(run_due | tr ' ' '\n' | sort | paste -sd ' ' -)"
END
check 'a copy that somebody changed is not sent, and add mends it' <<\END
    add a@x.org
    for copy in "$MXKIT_STATE"/queue.messages/*; do echo changed >>"$copy"; done
    MXKIT_EXPECTS=65
    job 'mxqueue due -N || true' >out 2>err
    same '' "$(cat out)"
    grep -q 'is not as mxqueue wrote it' err
    MXKIT_EXPECTS=0
    echo a@x.org | mxqueue add -m news.eml 2>err
    same a@x.org "$(run_due)"
END
check 'due needs no copy to drop or expire a row' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver | mxqueue done
    rm "$MXKIT_STATE"/queue.messages/*
    MXKIT_NOW=2026-12-23T00:00:00Z
    same '' "$(run_due)"
    same 'deferred@x.org=expired' "$(states)"
END
# damage SUBSTITUTION: changes the lines of the queue's snapshot by a substitution of perl, and
# gives each the checksum that is right then. LENGTH 0 is not checked.
damage() {
    mxqueue expire
    sed "s/${tab}[0-9a-f]*\$//; 1s/${tab}[0-9]*\$/${tab}0/" "$MXKIT_STATE/queue.tsv" |
        perl -pe "$1" | seal >damaged
    cp damaged "$MXKIT_STATE/queue.tsv"
}
check 'due, list, stats and done exit with 65 at a row that is damaged' <<\END
    add a@x.org
    job 'mxqueue due' | deliver >rows
    damage 's/\t-\t-\t-\t0\t/\tlost\t-\t-\t0\t/'
    MXKIT_EXPECTS=65
    job 'mxqueue due -N || true' >out 2>err
    same '' "$(cat out)"
    grep -q "the queue's row \".*:a@x.org\" is damaged" err
    exits 65 mxqueue list
    exits 65 mxqueue stats
    exits 65 mxqueue done rows
END
check 'due and log do not print a row with more fields than its header, and exit with 65' <<\END
    add a@x.org sent@x.org
    job 'mxqueue due' | deliver | grep -v ^a@ | mxqueue done
    damage 's/\t(a|sent)\@x.org\K/\tmore/'
    MXKIT_EXPECTS=65
    job 'mxqueue due -N || true' >out 2>err
    same '' "$(cat out)"
    grep -q 'a@x.org" does not have its columns' err
    exits 65 mxqueue log -N >out 2>err
    same '' "$(cat out)"
    grep -q 'sent@x.org" does not have its columns' err
END
check 'the path of a message does not depend on the folder in which due runs' <<\END
    MXKIT_STATE=state
    add a@x.org
    path=$(job 'mxqueue due' | columns message)
    cd /
    grep -q '^Subject: news' "$path"
END

# done

check 'done ends a sent and a failed row, and keeps a deferred one until next_at' <<\END
    add sent@x.org failed@x.org deferred@x.org
    job 'mxqueue due' | deliver 2026-11-23T00:15:00Z | mxqueue done
    same 'deferred@x.org=deferred failed@x.org=failed sent@x.org=sent' "$(states)"
    same '' "$(run_due)"
    MXKIT_NOW=2026-11-23T00:14:59Z
    same '' "$(run_due)"
    MXKIT_NOW=2026-11-23T00:15:00Z
    same deferred@x.org "$(run_due)"
END
check 'rows may come back in any order' <<\END
    add sent1@x.org sent2@x.org sent3@x.org
    job 'mxqueue due' | deliver >rows
    { head -n 1 rows && tail -n +2 rows | sort -r; } | mxqueue done
    same 'sent1@x.org=sent sent2@x.org=sent sent3@x.org=sent' "$(states)"
END
check 'a row that does not come back is due again' <<\END
    add sent1@x.org sent2@x.org
    job 'mxqueue due' | deliver | grep -v sent2 | mxqueue done
    same sent2@x.org "$(run_due)"
END
check 'a row that comes back untried waits as before' <<\END
    add a@x.org
    job 'mxqueue due' | deliver | mxqueue done
    same 'a@x.org=waiting' "$(states)"
    same a@x.org "$(run_due)"
END
check 'a row that its own script gives back untried is due before the script ends' <<\END
    add a@x.org
    job '. "$LIB"; mxqueue due >rows; deliver <rows | mxqueue done; mxqueue due -N' >out
    same a@x.org "$(cut -f 1 out)"
END
check 'done keeps the columns that came back, and those that did not' <<\END
    message
    printf 'name\taddress\tcity\nAnna\tsent@x.org\tUlm\n' | mxqueue add -m news.eml
    job 'mxqueue due' | deliver | cut -f 4,6- | sed 's/$/\tnew/; 1s/new/reason/' | mxqueue done
    mxqueue log >log
    same Anna "$(columns name <log)"
    same sent@x.org "$(columns address <log)"
    same Ulm "$(columns city <log)"
    same new "$(columns reason <log)"
END
check 'rows of several lists come back together, and each keeps the columns of its list' <<\END
    message
    printf 'address\tname\nsent1@x.org\tAnna\n' | mxqueue add -m news.eml
    printf 'address\tcity\nsent2@x.org\tUlm\n' | mxqueue add -m news.eml
    mxqueue list | cut -f 2 | sed 's/$/\tsent/; 1s/sent/result/' | mxqueue done
    mxqueue log >log
    same 'sent1@x.org sent2@x.org' "$(columns address <log)"
    same 'Anna -' "$(columns name <log)"
    same '- Ulm' "$(columns city <log)"
END
check 'done rejects an id that is not in the queue, and takes the others' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver >rows
    sed -n '2s/sent@/lost@/gp' rows >>rows
    exits 65 mxqueue done rows 2>err
    grep -q 'rows:3: its id is not in the queue' err
    same 'sent@x.org=sent' "$(states)"
END
check 'done without a column id exits with 64 or 65 and takes nothing' <<\END
    add sent@x.org
    printf 'address\tresult\nsent@x.org\tsent\n' | exits 64,65 mxqueue done
    same 'sent@x.org=waiting' "$(states)"
END
check 'done without a column result takes nothing' <<\END
    add sent@x.org
    job 'mxqueue due' | exits 64 mxqueue done 2>err
    grep -q 'no column "result"' err
    same 'sent@x.org=waiting' "$(states)"
END
check 'done rejects an unknown result, and the row stays' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver | sed 's/\tsent\t/\tgone\t/' | exits 65 mxqueue done 2>err
    grep -q 'stdin:2: unknown result' err
    same 'sent@x.org=waiting' "$(states)"
END
check 'done rejects a next_at that is not a time' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver tomorrow | exits 65 mxqueue done 2>err
    grep -q 'is not a time' err
    same 'deferred@x.org=waiting' "$(states)"
END
check 'a row that has ended stays so when it comes back a second time' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver >rows
    mxqueue done rows
    sed 's/\tsent\t/\tdeferred\t/' rows >again
    mxqueue done again
    same 'sent@x.org=sent' "$(states)"
END
check 'a message that was sent after all is noted' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver >rows
    quarantine deny sent@x.org
    run_due >none
    same 'sent@x.org=dropped' "$(states)"
    mxqueue done rows
    same 'sent@x.org=sent' "$(states)"
END
check 'done prints nothing, and with --print the rows' <<\END
    add sent1@x.org sent2@x.org
    job 'mxqueue due' | deliver >rows
    same '' "$(mxqueue done rows)"
    mxqueue done --print rows >out
    cmp rows out
END
check 'done -e exits with 1 if a message was not sent' <<\END
    add sent@x.org failed@x.org deferred@x.org untried@x.org
    job 'mxqueue due' | deliver >rows
    grep -E '^(address|sent)' rows | mxqueue done -e
    for result in failed deferred untried; do
        grep -E "^(address|$result)" rows | exits 1 mxqueue done -e
    done
END
check 'done takes an empty input' <<\END
    exits 0 mxqueue done </dev/null
END
check 'a sent row is not sent again when its list is added again' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver | mxqueue done
    add sent@x.org
    same '' "$(run_due)"
END
check 'a row goes round with the columns of its last try' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver | mxqueue done
    job 'mxqueue due' | deliver | mxqueue done
    same 2 "$(job 'mxqueue due' | columns attempts)"
END

# list, stats, log, expire

check 'list prints a row with its state and times' <<\END
    add deferred@x.org
    MXKIT_NOW=2026-11-23T00:05:00Z
    job 'mxqueue due' | deliver 2026-11-23T00:15:00Z | mxqueue done
    hash=$(sha256sum news.eml | cut -c 1-32)
    mxqueue list -N | tr '\t' '\n' >out
    same "deferred@x.org
$hash:deferred@x.org
waiting
deferred
1
2026-11-23T00:15:00Z
2026-11-23T00:05:00Z
2026-11-23T00:00:00Z
-" "$(cat out)"
END
check 'list --only chooses rows by their state' <<\END
    add sent@x.org a@x.org
    job 'mxqueue due' | deliver | mxqueue done
    same sent@x.org "$(mxqueue list --only ended | columns address)"
    same a@x.org "$(mxqueue list --only waiting | columns address)"
    same '' "$(mxqueue list --only leased | columns address)"
END
check 'list --only refuses another word' <<\END
    exits 64 mxqueue list --only lost 2>err
    grep -q 'use waiting, leased or ended' err
END
check 'list --message takes a file or the first digits of an id' <<\END
    add a@x.org
    message second
    echo b@x.org | mxqueue add -m news.eml
    same b@x.org "$(mxqueue list --message news.eml | columns address)"
    for n in 4 8 32; do
        digits=$(sha256sum news.eml | cut -c "1-$n")
        same b@x.org "$(mxqueue list --message "$digits" | columns address)"
    done
    exits 66 mxqueue list --message "$(sha256sum news.eml | cut -c 1-3)"
    exits 66 mxqueue list --message missing.eml
END
check 'stats counts by state, result and message' <<\END
    add sent@x.org deferred@x.org a@x.org
    job 'mxqueue due' | deliver | mxqueue done
    hash=$(sha256sum news.eml | cut -c 1-32)
    mxqueue stats -N | tr '\t' ' ' >out
    same "state waiting 2
state ended 1
result - 1
result deferred 1
result sent 1
message $hash ended news.eml 1
message $hash waiting news.eml 2" "$(cat out)"
END
check 'stats --message counts the rows of one message' <<\END
    add a@x.org b@x.org
    message second
    echo c@x.org | mxqueue add -m news.eml
    mxqueue stats -N --message news.eml | tr '\t' ' ' >out
    same "state waiting 1
result - 1
message $(sha256sum news.eml | cut -c 1-32) waiting news.eml 1" "$(cat out)"
END
check 'log --since prints the rows that ended from then on' <<\END
    add sent1@x.org
    job 'mxqueue due' | deliver | mxqueue done
    add sent2@x.org
    MXKIT_NOW=2026-11-24T00:00:00Z
    job 'mxqueue due' | deliver | mxqueue done
    same 'sent1@x.org sent2@x.org' "$(mxqueue log | columns address)"
    same sent2@x.org "$(mxqueue log --since 2026-11-24 | columns address)"
    exits 64 mxqueue log --since soon
END
check 'log --message prints the rows of one message' <<\END
    add sent1@x.org
    message second
    echo sent2@x.org | mxqueue add -m news.eml
    job 'mxqueue due' | deliver | mxqueue done
    same sent2@x.org "$(mxqueue log --message news.eml | columns address)"
END
check 'log tells when a row was added, first tried and ended' <<\END
    add deferred@x.org
    MXKIT_NOW=2026-11-23T01:00:00Z
    job 'mxqueue due' | deliver | mxqueue done
    MXKIT_NOW=2026-11-23T02:00:00Z
    job 'mxqueue due' | sed s/^deferred/failed/ | deliver | mxqueue done
    mxqueue log >log
    same 2026-11-23T00:00:00Z "$(columns added_at <log)"
    same 2026-11-23T01:00:00Z "$(columns first_at <log)"
    same 2026-11-23T02:00:00Z "$(columns ended_at <log)"
END
check 'log shows a dropped row with its columns' <<\END
    message
    printf 'address\tname\na@x.org\tAnna\n' | mxqueue add -m news.eml
    quarantine deny a@x.org
    run_due >none
    same Anna "$(mxqueue log | columns name)"
    same dropped "$(mxqueue log | columns result)"
    same "$MXKIT_NOW" "$(mxqueue log | columns ended_at)"
END
check 'expire forgets a row 30 days after its end, not a second earlier, and its message' <<\END
    add sent@x.org a@x.org
    message second
    echo sent2@x.org | mxqueue add -m news.eml
    job 'mxqueue due' | deliver | mxqueue done
    MXKIT_NOW=2026-12-23T00:00:00Z
    mxqueue expire
    same 3 "$(mxqueue list -N | wc -l)"
    same 2 "$(find "$MXKIT_STATE/queue.messages" -type f | wc -l)"
    MXKIT_NOW=2026-12-23T00:00:01Z
    mxqueue expire
    same a@x.org "$(mxqueue list | columns address)"
    same 1 "$(find "$MXKIT_STATE/queue.messages" -type f | wc -l)"
    same a@x.org "$(run_due)"
END
check 'expire removes the record of a message and the header that no row needs' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver | mxqueue done
    grep -q ^message: "$MXKIT_STATE/queue.journal"
    MXKIT_NOW=2026-12-23T00:00:01Z
    mxqueue expire
    cat "$MXKIT_STATE/queue.tsv" "$MXKIT_STATE/queue.journal" >lines
    not grep -E '^(message|schema):' lines
END
check 'expire --keep takes another time' <<\END
    add sent@x.org
    job 'mxqueue due' | deliver | mxqueue done
    MXKIT_NOW=2026-11-23T01:00:01Z
    mxqueue expire --keep 1h
    same '' "$(mxqueue list -N)"
END
check 'expire leaves no temporary files' <<\END
    add a@x.org
    hash=$(sha256sum news.eml | cut -c 1-32)
    touch "$MXKIT_STATE/queue.messages/$hash.eml.new"
    mxqueue expire
    same "$hash.eml" "$(ls "$MXKIT_STATE/queue.messages")"
END
check 'the commands read an empty queue' <<\END
    same 1 "$(mxqueue list | wc -l)"
    same 1 "$(mxqueue stats | wc -l)"
    same 1 "$(mxqueue log | wc -l)"
    mxqueue expire
END

# leases

# hold FIFO [FD]: opens a FIFO, so that a pipeline that reads it lives until the descriptor is
# closed: by the test, or because the test has ended.
hold() {
    mkfifo "$1"
    eval "exec ${2:-3}<>$1"
}
# start SCRIPT: runs a job in the background, without the FIFOs of `hold`.
start() {
    (
        exec 3>&- 4>&-
        job "$1"
    ) &
}
# gets ADDRESSES: succeeds if a run of its own gets the rows of these addresses.
gets() {
    same "$1" "$(run_due)"
}
# leased ADDRESSES: succeeds if the rows of these addresses are leased, and no others.
leased() {
    same "$1" "$(mxqueue list --only leased | columns address)"
}

check 'a second run gets none of the rows of a pipeline that lives' <<\END
    add a@x.org
    hold go
    start 'mxqueue due | { cat; cat <go; }' >out
    wait_until leased a@x.org
    gets ''
    exec 3>&-
    wait
    gets a@x.org
END
check 'stats counts leased rows' <<\END
    add a@x.org
    hold go
    start 'mxqueue due | { cat; cat <go; }' >out
    wait_until leased a@x.org
    same 'leased 1' "$(mxqueue stats -N | sed -n 's/^state\t//p' | tr '\t' ' ')"
END
check 'a row that is added while others are leased is given out' <<\END
    add a@x.org
    hold go
    start 'mxqueue due | { cat; cat <go; }' >out
    wait_until leased a@x.org
    add b@x.org
    gets b@x.org
END
check 'the rows of a killed pipeline come back, though a later one still lives' <<\END
    add a@x.org
    hold go1 3
    hold go2 4
    start 'mxqueue due | { cat; cat <go1; }' >out1
    wait_until leased a@x.org
    add b@x.org
    start 'mxqueue due | { cat; cat <go2; }' >out2
    wait_until leased 'a@x.org b@x.org'
    exec 3>&-
    wait_until leased b@x.org
    gets a@x.org
END
check 'a row is leased as long as any process of the pipeline lives, whichever is killed' <<\END
    add a@x.org
    hold go
    start 'mxqueue due | sh -c "cat; kill -9 \$\$" | cat <go' >out
    wait_until leased a@x.org
    gets ''
    exec 3>&-
    wait
    gets a@x.org
END
check 'a lease ends with its pipeline when the shell was killed first' <<\END
    add a@x.org
    hold go
    start 'echo $$ >pid; mxqueue due | { cat; cat <go; }' >out 2>&1
    wait_until leased a@x.org
    kill -9 "$(cat pid)"
    wait
    gets ''
    exec 3>&-
    wait_until gets a@x.org
END
check 'a row that is on its way does not end when its address is denied or its time is over' <<\END
    add deferred@x.org b@x.org
    job 'mxqueue due' | deliver | mxqueue done
    hold go
    start 'mxqueue due | { cat; cat <go; }' >out
    wait_until leased 'b@x.org deferred@x.org'
    quarantine deny b@x.org
    MXKIT_NOW=2026-12-24T00:00:00Z
    gets ''
    same 'b@x.org=leased deferred@x.org=leased' "$(states)"
    exec 3>&-
    wait
    gets ''
    same 'b@x.org=dropped deferred@x.org=expired' "$(states)"
END
check 'an old copy of a row does not end the lease of a pipeline that lives' <<\END
    add deferred@x.org
    job 'mxqueue due' | deliver >old
    mxqueue done old
    hold go
    start 'mxqueue due | { cat; cat <go; }' >out
    wait_until leased deferred@x.org
    job 'mxqueue done old'
    gets ''
END
check 'due into a file leases its rows until the script ends' <<\END
    add a@x.org
    job 'mxqueue due -N >rows; mxqueue due -N; sleep 0.3; mxqueue due -N; wc -l <rows' >out
    same 1 "$(cat out)"
    gets a@x.org
END
check 'due into a variable leases its rows until the script ends' <<\END
    add a@x.org
    job 'rows=$(mxqueue due); sleep 0.3; mxqueue due -N | cat; echo "$rows" | wc -l' >out
    same 2 "$(cat out)"
    gets a@x.org
END
check 'the same if the shell has started due itself, without a wrapper' <<\END
    add a@x.org
    job 'rows=$("$bin/mxqueue" due); sleep 0.3; mxqueue due -N | cat; echo "$rows" | wc -l' >out
    same 2 "$(cat out)"
    gets a@x.org
END
# In a script of several pipelines, a later due gets what a failed pipeline has left.
later_pipeline='
    mxqueue due | { read -r header; exit 1; }
    tries=0
    until mxqueue due -N | cut -f 1 | grep .; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || exit 1
    done'
check 'in a script, the rows of a failed pipeline are due in a later one' <<\END
    add a@x.org
    job "$later_pipeline" >out
    same a@x.org "$(cat out)"
END
check 'the same in a script of bash' <<\END
    add a@x.org
    JOB_SHELL=/bin/bash
    job "$later_pipeline" >out
    same a@x.org "$(cat out)"
END
check 'the same in a subshell, where due follows a command' <<\END
    add a@x.org
    job "mxqueue due | head -n 1 >/dev/null
        tries=0
        until (cd . && mxqueue due -N) | cut -f 1 | grep .; do
            tries=\$((tries + 1))
            [ \$tries -lt 500 ] || exit 1
        done" >out
    same a@x.org "$(cat out)"
END
check 'in a script, a pipeline in the background keeps its rows from a later one' <<\END
    add a@x.org
    hold go
    start 'mxqueue due | { cat >first; cat <go; } & until [ -s first ]; do sleep 0.1; done
        sleep 0.3; mxqueue due -N | cat; mxqueue due -N | cat; : >ready; wait' >out
    wait_until [ -e ready ]
    exec 3>&-
    wait
    same '' "$(cat out)"
END
check 'a due in the pipeline of another gets none of its rows' <<\END
    add a@x.org
    job 'mxqueue due | { cat >first; sleep 0.3; mxqueue due -N; }' >out
    same '' "$(cat out)"
END
check 'in an interactive shell, a lease ends with its pipeline' <<\END
    add a@x.org
    cat >script <<X
set -m
mxqueue due | sh -c 'cat >/dev/null; kill -9 \$\$'
mxqueue due >/dev/null
mxqueue due -N | cut -f 1
exit
X
    job 'script -qec "/bin/bash --norc -i" /dev/null <script' >out 2>&1
    grep -q '^a@x.org' out
END
check 'with set -m, each pipeline of a script is a group of its own' <<\END
    add a@x.org
    JOB_SHELL=/bin/bash
    job 'set -m; mxqueue due | cat >/dev/null; mxqueue due -N | cut -f 1' >out
    same a@x.org "$(cat out)"
END
if [ -d /run/systemd/system ]; then
    check 'under systemd, a lease ends with its unit' <<\END
    add a@x.org
    run() { systemd-run -q --wait --pipe -E MXKIT_STATE="$MXKIT_STATE" "$bin/mxqueue" due -N; }
    run | cut -f 1 >out
    run | cut -f 1 >>out
    same 'a@x.org a@x.org' "$(paste -sd ' ' out)"
END
else
    skip 'under systemd, a lease ends with its unit' 'systemd does not run here'
fi
# Found by somebody who had only read the page.
check 'due drops a row that was denied in a state that keeps to the case of local parts' <<\END
    printf 'Subject: x\n\nx\n' >news.eml
    quarantine deny --exact-case Jo@x.org
    printf 'address\nJo@x.org\njo@x.org\n' | mxqueue add -m news.eml
    same jo@x.org "$(mxqueue due -N | cut -f 1)"
END
check 'due prints the address that the quarantine was asked about, whatever the columns say' <<\END
    printf 'Subject: x\n\nx\n' >news.eml
    quarantine deny evil@x.org
    printf 'address\temail\nevil@x.org\treal@x.org\n' |
        mxqueue add -m news.eml -k email
    printf 'address\n%s\n%s\n' 'Ann <Ann@x.org>' bob@x.org | mxqueue add -m news.eml
    mxqueue list -N | cut -f 1 >ids
    sed -n 's/:bob@x.org$/:bob@x.org\tevil@x.org\tdeferred/p' ids >changed
    { printf 'id\taddress\tresult\n'; cat changed; } | mxqueue done
    mxqueue due >due
    column=$(head -n 1 due | tr '\t' '\n' | grep -n '^address$' | cut -d : -f 1)
    same 'Ann <Ann@x.org> bob@x.org real@x.org' \
        "$(sed 1d due | cut -f "$column" | sort | paste -sd ' ' -)"
END
if unshare -pf --mount-proc true 2>/dev/null; then
    check 'due in a PID namespace without its process group leader leases nothing' <<\END
        printf 'Subject: x\n\nx\n' >news.eml
        echo jo@x.org | mxqueue add -m news.eml
        unshare -pf --mount-proc sh -c "'$bin/mxqueue' due | cat" >out 2>err
        same '' "$(cat out)"
        grep 'start it with setsid' err
        same 1 "$(mxqueue list -N --only waiting | wc -l)"
END
else
    skip 'due in a PID namespace' 'this user may not make one'
fi
finish
