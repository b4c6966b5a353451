#!/bin/sh
# quarantine: the policy's table, the commands, and what is read from rows.
. "${0%/*}/lib.sh"

# event ADDRESS TYPE REASON DETAIL AT [RESULT [ID]]: one row through update.
header="address${tab}type${tab}reason${tab}detail${tab}at${tab}result${tab}message_id"
row() { printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "${6:-failed}" "${7:--}"; }
event() { { echo "$header"; row "$@"; } | quarantine update -N | cut -f 8-; }
fresh() { rm -rf "$MXKIT_STATE"; }
# events N ...: N different messages, a day apart from 2026-11-01 on, each as `event` has it.
events() {
    count=$1
    shift
    { echo "$header"; for i in $(seq 1 "$count"); do row "$1" "$2" "$3" "$4" "2026-11-$(printf %02d "$i")T00:00:00Z"; done; } |
        quarantine update -N | cut -f 8 | tail -n 1
}
passes() { [ -n "$(echo "$1" | quarantine filter -N)" ]; }
at() { at_time=$1; shift; (export MXKIT_NOW="$at_time"; "$@"); }

export MXKIT_NOW=2026-11-23T00:00:00Z

# The mission's table.
check 'user-unknown quarantines at the 1st error' 'same quarantined "$(events 1 a@x.org hard user-unknown -)"'
check 'and for good' '! at 2036-01-01T00:00:00Z passes a@x.org'
check 'account-disabled quarantines at the 1st error' 'same quarantined "$(events 1 b@x.org hard account-disabled -)"'
for reason in mailbox-full inactive-user invalid-domain; do
    check "$reason does not quarantine at the 2nd error" same erroneous "\"\$(events 2 $reason@x.org soft $reason -)\""
    check "$reason passes before" passes "$reason@x.org"
    fresh
    check "$reason quarantines at the 3rd" same quarantined "\"\$(events 3 $reason@x.org soft $reason -)\""
    check "$reason is dropped then" '!' passes "$reason@x.org"
done
fresh
check 'mailbox-full: 3 errors' 'same quarantined "$(events 3 full@x.org soft mailbox-full -)"'
check 'mailbox-full is not released after 29 days' '! at 2026-12-02T23:59:59Z passes full@x.org'
check 'mailbox-full is released after 30 days, before expire ran' at 2026-12-03T00:00:00Z passes full@x.org
check 'inactive-user: 3 errors' 'same quarantined "$(events 3 gone@x.org soft inactive-user -)"'
check 'inactive-user is never released' '! at 2030-01-01T00:00:00Z passes gone@x.org'
check 'expire releases nothing early' 'at 2026-12-02T23:59:59Z quarantine expire; ! at 2026-12-02T23:59:59Z passes full@x.org'
check 'expire releases what is due' 'at 2026-12-04T00:00:00Z quarantine expire; ! quarantine list | grep ^full@'
check 'and forgets it 30 days later' 'cp -a "$MXKIT_STATE" "$tmp/later"; at 2027-01-04T00:00:00Z quarantine expire -s "$tmp/later"; grep -q ^full@ "$MXKIT_STATE/quarantine.tsv" && ! grep -q ^full@ "$tmp/later/quarantine.tsv"'
check 'expire keeps what is not' 'grep -q ^gone@ "$MXKIT_STATE/quarantine.tsv"'
check 'after the release counting starts afresh' 'same "erroneous${tab}1" "$(event full@x.org soft mailbox-full - 2026-12-04T00:00:00Z)"'
check 'unreachable does not quarantine at the 4th' 'same erroneous "$(events 4 u@x.org soft unreachable timeout)"'
fresh
check 'unreachable quarantines at the 5th' 'same quarantined "$(events 5 u@x.org soft unreachable timeout)"'
seq 1 1000 | awk -v OFS='\t' -v h="$header" 'BEGIN { print h } { print "r@x.org", "soft", "refused", "spam", "2026-11-01T00:00:00Z", "failed", $1 }' >"$tmp/refused"
check 'refused never quarantines, 1,000 times' 'same ok "$(quarantine update -N "$tmp/refused" | cut -f 8 | sort -u)"'
check 'a complaint denies' 'same "denied${tab}1" "$(event c@x.org soft refused complaint 2026-11-01T00:00:00Z)"'
check 'for good' '! at 2036-01-01T00:00:00Z passes c@x.org'
check 'ignored types are never counted' 'same "ok${tab}0" "$(event v@x.org ignored auto-reply vacation 2026-11-01T00:00:00Z)"'
check 'nor is a row without a type' 'same "ok${tab}0" "$(event v@x.org - user-unknown - 2026-11-01T00:00:00Z)"'
check 'a deferred row is no error' 'same "ok${tab}0" "$(event d@x.org hard user-unknown - 2026-11-01T00:00:00Z deferred)"'
check 'errors' 'same "erroneous${tab}2" "$(events 1 s@x.org soft mailbox-full - >/dev/null; event s@x.org soft mailbox-full - 2026-11-02T00:00:00Z)"'
check 'a delivery clears them' 'same "ok${tab}0" "$(event s@x.org - - - 2026-11-03T00:00:00Z sent)"'
check 'but not a quarantine' 'same "quarantined${tab}5" "$(event u@x.org - - - 2026-11-20T00:00:00Z sent)"'
check 'an allowed address is never quarantined' 'same "ok${tab}0" "$(quarantine allow k@x.org; event k@x.org hard user-unknown - 2026-11-01T00:00:00Z | sed s/allowed/ok/)"'
check 'errors over 30 days apart are forgotten' 'same "erroneous${tab}1" "$(for d in 2026-08-01 2026-09-01 2026-10-05; do event f@x.org soft mailbox-full - ${d}T00:00:00Z; done | tail -n 1)"'
check 'errors exactly 30 days apart are not' 'same "quarantined${tab}3" "$(for d in 2026-09-20 2026-10-20 2026-11-19; do event g@x.org soft mailbox-full - ${d}T00:00:00Z; done | tail -n 1)"'

# Identity.
fresh
check 'the same message id counts once' 'same "erroneous${tab}1" "$(for d in 1 2; do event i@x.org soft mailbox-full - 2026-11-0${d}T00:00:00Z failed m1; done | tail -n 1)"'
check 'another one counts' 'same "erroneous${tab}2" "$(event i@x.org soft mailbox-full - 2026-11-02T00:00:00Z failed m2)"'
check 'without one, time and text tell' 'same "erroneous${tab}1" "$(for i in 1 2; do event t@x.org soft mailbox-full - 2026-11-02T00:00:00Z; done | tail -n 1)"'
awk -v OFS='\t' -v h="$header" 'BEGIN { print h; for (i = 0; i < 3000; i++) printf "p%d@x.org\tsoft\tmailbox-full\t-\t2026-11-%02dT00:00:%02dZ\tfailed\t-\n", i % 20, i % 22 + 1, i % 60 }' >"$tmp/log"
check 'a log that is fed twice counts once' 'quarantine update "$tmp/log" >/dev/null; quarantine list >"$tmp/1"; quarantine update "$tmp/log" >/dev/null; quarantine list >"$tmp/2"; cmp "$tmp/1" "$tmp/2"'
check 'also after expire dropped old events' 'at 2027-03-01T00:00:00Z quarantine expire; at 2027-03-01T00:00:00Z quarantine list >"$tmp/1"; at 2027-03-01T00:00:00Z quarantine update "$tmp/log" >/dev/null; at 2027-03-01T00:00:00Z quarantine list | grep quarantined >"$tmp/2"; grep quarantined "$tmp/1" | cmp - "$tmp/2"'

# The clock.
fresh
events 3 full@x.org soft mailbox-full - >/dev/null
check 'a clock that jumps back releases nothing' '! at 2026-10-01T00:00:00Z passes full@x.org'
check 'and breaks nothing' 'at 2026-10-01T00:00:00Z quarantine expire && at 2026-10-01T00:00:00Z quarantine list | grep -q "^full@x.org.*quarantined"'
check 'errors in the wrong order count as in the right one' 'same "erroneous${tab}1" "$(event w@x.org soft mailbox-full - 2026-11-20T00:00:00Z >/dev/null; event w@x.org soft mailbox-full - 2026-08-20T00:00:00Z)"'
check 'the end of time is no damage' 'event e@x.org soft mailbox-full - 9999-12-31T23:59:59Z; events 3 e@x.org soft mailbox-full -; quarantine list | grep -q ^e@x.org'

# Addresses.
fresh
quarantine add 'Jo.Do@Example.ORG'
for a in 'Jo.Do@example.org' '<Jo.Do@EXAMPLE.org>' '"Jo.Do"@example.org' 'Jo Do <Jo.Do@example.org>' 'mailto:Jo.Do@example.org' ' Jo.Do@example.org. '; do
    check "$a is dropped" '!' passes "'$a'"
done
check 'the local part is exact' passes jo.do@example.org
check 'what is no address passes' passes nobody
check 'with an unset state' 'same "nobody${tab}-" "$(echo nobody | quarantine filter -N --annotate)"'
check 'words from outside cannot forge a row' 'event h@x.org hard user-unknown "a\\tb\\nc@x.org\\tdenied" 2026-11-01T00:00:00Z; same 2 "$(quarantine list -N | wc -l)"; quarantine expire'

# filter, list, edits.
fresh
quarantine add --reason by-hand q@x.org; quarantine deny d@y.org; quarantine allow a@x.org
printf 'email\taddress\n1\tq@x.org\n2\td@y.org\n3\ta@x.org\n4\to@x.org\n' >"$tmp/rows"
check 'filter keeps rows and their columns' 'same "email${tab}address
3${tab}a@x.org
4${tab}o@x.org" "$(quarantine filter "$tmp/rows")"'
check '--only turns it round' 'same "1${tab}q@x.org" "$(quarantine filter -N --only quarantined "$tmp/rows")"'
check '--annotate keeps all' 'same "quarantined denied allowed ok" "$(quarantine filter -N --annotate "$tmp/rows" | cut -f 3 | paste -sd " " -)"'
check '-e says that a row was dropped' exits 1 'quarantine filter -e "$tmp/rows"'
check 'list shows all in order' 'same "a@x.org d@y.org q@x.org" "$(quarantine list -N | cut -f 1 | paste -sd " " -)"'
check 'list by state' 'same d@y.org "$(quarantine list -N --only denied | cut -f 1)"'
check 'list by reason' 'same q@x.org "$(quarantine list -N --reason by-hand | cut -f 1)"'
check 'list by domain' 'same "a@x.org q@x.org" "$(quarantine list -N --domain "x.*" | cut -f 1 | paste -sd " " -)"'
check 'release frees' 'quarantine release q@x.org && passes q@x.org'
check 'rows on stdin are edited' 'quarantine list --only denied | quarantine release && passes d@y.org'
check 'one that is no address is rejected, the others go on' 'printf "bad\nz@x.org\n" >"$tmp/z"; exits 65 "quarantine add <\"$tmp/z\"" && ! passes z@x.org'
check 'operands: all or none' 'exits 65 "quarantine add y1@x.org bad" && passes y1@x.org'
check 'a reason is a word' 'exits 64 "quarantine add --reason a/b y@x.org"'
fresh
events 2 s@x.org soft mailbox-full - >/dev/null
event u@y.org hard user-unknown - 2026-11-01T00:00:00Z >/dev/null
check 'show tells what the next error would do' 'quarantine show s@x.org >"$tmp/out" && grep -q "^s@x.org: erroneous$" "$tmp/out" && grep -q "mailbox-full: 2 errors, from 2026-11-01T00:00:00Z to 2026-11-02" "$tmp/out" && grep -q "the next mailbox-full: quarantined until 2026-12-23T00:00:00Z" "$tmp/out" && grep -q "the next inactive-user: erroneous, 1 of 3 errors" "$tmp/out" && grep -q "the next refused: not counted" "$tmp/out"'
check 'show tells since when and why' 'quarantine show "<U@Y.org>" u@y.org | grep -q "^u@y.org: quarantined since 2026-11-01T00:00:00Z, for good, because of user-unknown$"'
check 'show knows what it does not know' 'quarantine show n@x.org | grep -q "^n@x.org: ok$"'
check 'show of no address is exit status 65, the others are shown' 'exits 65 "quarantine show nobody s@x.org >\"$tmp/out\"" && grep -q ^s@x.org: "$tmp/out"'
check 'show changes nothing' '! quarantine show n@x.org | grep -q quarantined: && same 2 "$(quarantine list -N | wc -l)"'
check 'stats counts by state, reason, domain and day' 'same "state${tab}erroneous${tab}1
state${tab}quarantined${tab}1
reason${tab}erroneous mailbox-full${tab}1
reason${tab}quarantined user-unknown${tab}1
domain${tab}x.org${tab}1
domain${tab}y.org${tab}1
day${tab}2026-11-01${tab}1
day${tab}2026-11-02${tab}1" "$(quarantine stats -N)"'
check 'stats --top' 'same 1 "$(quarantine stats -N --top 1 | grep -c ^domain)"'
check 'check finds a sound state sound' 'same "sound: 2 addresses, 1 erroneous, 1 quarantined" "$(quarantine check)"'
check 'check finds a changed byte' 'quarantine expire; cp -r "$MXKIT_STATE" "$tmp/sound"; sed -i s/user-unknown/user-unknowm/ "$MXKIT_STATE/quarantine.tsv"; exits 65 "quarantine check 2>\"$tmp/err\"" && grep -q "damaged at byte" "$tmp/err"'
check 'check finds an address in the wrong place' 'cp "$tmp/sound/quarantine.tsv" "$MXKIT_STATE"; { sed -n 1p "$tmp/sound/quarantine.tsv"; sed 1d "$tmp/sound/quarantine.tsv" | sort -r; } >"$MXKIT_STATE/quarantine.tsv"; exits 65 "quarantine check 2>\"$tmp/err\"" && grep -q "damaged at byte" "$tmp/err"'
rm -rf "$tmp/sound"; fresh
for i in 1 2 3; do event "o$i@out.org" hard user-unknown - "2026-11-1${i}T00:00:00Z" >/dev/null; done
event k@other.org hard user-unknown - 2026-11-12T00:00:00Z >/dev/null
check 'list --since and --until' 'same "k@other.org o2@out.org" "$(quarantine list -N --since 2026-11-12 --until 2026-11-13T00:00:00Z | cut -f 1 | paste -sd " " -)"'
check 'a wrong --since is said' exits 64 'quarantine list --since yesterday'
check 'release -n shows what it would free, and frees nothing' 'same "o2@out.org o3@out.org" "$(quarantine release -nN --domain out.org --reason user-unknown --since 2026-11-12 | cut -f 1 | paste -sd " " -)" && ! passes o2@out.org'
check 'release by selection frees those, and tells what they were' 'quarantine release --domain out.org --since 2026-11-12 >"$tmp/freed" && same 2 "$(grep -c "quarantined${tab}user-unknown" "$tmp/freed")" && passes o2@out.org && passes o3@out.org && ! passes o1@out.org && ! passes k@other.org'
check 'addresses and a selection at once are refused' exits 64 'quarantine release --domain out.org o1@out.org'
check '-n without a selection too' exits 64 'quarantine release -n o1@out.org'
check 'import takes back what release printed' 'quarantine import "$tmp/freed" && ! passes o2@out.org && ! passes o3@out.org && quarantine list -N --domain out.org | cut -f 1-6,8- | sort >"$tmp/1" && sed 1d "$tmp/freed" | cut -f 1-6,8- | cat - "$tmp/1" | sort | uniq -u | grep -v ^o1@ | wc -l | grep -q "^0$"'
check 'a full disk says so, and what it says is true' 'exits 74 "quarantine release --domain other.org >/dev/full" && passes k@other.org'
check 'release reads CSV, as before' 'quarantine add c@x.org && printf "Email\nc@x.org\n" | quarantine release -C -k Email && passes c@x.org'
fresh
check 'check of a state that is not there' 'same "sound: 0 addresses" "$(quarantine check)"'
check 'an unknown command is a usage error' exits 64 quarantine wash
check 'no command too' exits 64 quarantine
check 'a wrong --only too' exits 64 quarantine filter --only clean
check 'look(1) order: the snapshot is sorted' 'quarantine expire && sort -c "$MXKIT_STATE/quarantine.tsv"'

# Lists of other senders, and back.
fresh
printf 'email,reason,created\r\nh@x.org,bounce,2026-11-01T00:00:00Z\r\nc@x.org,Complaint,2026-11-02T00:00:00Z\r\nbad,bounce,\r\n"q,r"@x.org,Invalid,\r\n' >"$tmp/list.csv"
check 'import reads a suppression list in CSV, a bad row is rejected' 'exits 65 "quarantine import -C \"$tmp/list.csv\" 2>\"$tmp/err\"" && grep -q "list.csv:4: no address" "$tmp/err"'
check 'bounces are quarantined, complaints denied' 'same "c@x.org denied refused complaint 2026-11-02T00:00:00Z
h@x.org quarantined user-unknown - 2026-11-01T00:00:00Z" "$(quarantine list -N | grep -v q,r | cut -f 1-4,6 | tr "\t" " ")"'
check 'export writes CSV that import reads' 'quarantine list >"$tmp/1" && quarantine export >"$tmp/out.csv" && grep -q "^email,reason,detail,state,created_at" "$tmp/out.csv" && fresh && quarantine import -C "$tmp/out.csv" && quarantine list | cut -f 1-5 | cmp - "$(cut -f 1-5 "$tmp/1" >"$tmp/2"; echo "$tmp/2")"'
check 'import loosens nothing' 'quarantine allow k@x.org && printf "address\tstate\nk@x.org\tquarantined\nc@x.org\tquarantined\nh@x.org\tok\n" | quarantine import && passes k@x.org && same denied "$(quarantine list -N | grep ^c@ | cut -f 2)" && ! passes h@x.org'
check 'a state that is none is rejected' 'exits 65 "printf \"address\\tstate\\nz@x.org\\twashed\\n\" | quarantine import"'
check 'export takes a selection' 'same 2 "$(quarantine export --only denied | wc -l)"'
fresh

# Rules.
mkdir "$tmp/rules"
cp "$top/rules/quarantine.rules" "$tmp/rules"
printf 'reason unreachable\ndetail dns\nafter 2\napart 24h\nforget never\n\nreason user-unknown\nafter never\n' >"$tmp/rules/local.quarantine.rules"
MXKIT_RULES=$tmp/rules
fresh
check 'the local file comes first' 'same "ok${tab}0" "$(event l@x.org hard user-unknown - 2026-11-01T00:00:00Z)"'
check 'a detail is counted by itself' 'same erroneous "$(events 3 n@x.org soft unreachable timeout >/dev/null; event n@x.org soft unreachable dns 2026-11-05T00:00:00Z | cut -f 1)"'
check 'apart: an error too soon does not count' 'same "erroneous${tab}4" "$(event n@x.org soft unreachable dns 2026-11-05T23:59:59Z)"'
check 'apart: a later one does' 'same "quarantined${tab}5" "$(event n@x.org soft unreachable dns 2026-11-06T00:00:00Z)"'
printf 'reason unreachable\nafter soon\n' >"$tmp/rules/local.quarantine.rules"
check 'a wrong rule is told with its place' 'exits 78 "quarantine update </dev/null" && quarantine update </dev/null 2>&1 | grep -q "local.quarantine.rules:2:7: "'
MXKIT_RULES=$top/rules

# Input.
fresh
check 'an empty input' 'same "" "$(quarantine update </dev/null)"'
check 'a header alone' 'same "address${tab}reason${tab}state${tab}errors" "$(printf "address\treason\n" | quarantine update)"'
check 'a last line without LF' 'same "a@x.org${tab}user-unknown${tab}quarantined${tab}1" "$(printf "address\treason\na@x.org\tuser-unknown" | quarantine update -N)"'
check 'state and errors are overwritten in place' 'same "quarantined${tab}1${tab}o@x.org${tab}user-unknown" "$(printf "state\terrors\taddress\treason\n-\t-\to@x.org\tuser-unknown\n" | quarantine update -N)"'
check 'a ragged row is rejected, the others go on' 'printf "address\treason\nx\nb@x.org\tuser-unknown\n" >"$tmp/ragged"; exits 65 "quarantine update \"$tmp/ragged\" >\"$tmp/out\"" && grep -q ^b@x.org "$tmp/out"'
check 'without a reason or result it is a usage error' 'exits 64 "echo a@x.org | quarantine update"'
check 'no state is an empty one, and filter and list make none' 'MXKIT_STATE=$tmp/none; passes a@x.org && quarantine list && [ ! -e "$tmp/none" ]'
# What the errors said, and the history.
fresh
said() { printf 'address\ttype\treason\tdetail\tat\ttext\n%s\tsoft\tmailbox-full\t-\t%s\t%s\n' "$1" "$2" "$3" | quarantine update -N >/dev/null; }
said t1@x.org 2026-11-01T00:00:00Z '452 4.2.2 over quota'
said t1@x.org 2026-11-02T00:00:00Z '451 internal error (#4.3.0)'
said t2@x.org 2026-11-02T00:00:00Z "550 $(printf 'long %.0s' $(seq 100))"
check 'the text of the last error is kept' 'same "451 internal error (#4.3.0)" "$(quarantine list -N | grep ^t1@ | cut -f 10)"'
check 'the first 160 bytes of it' 'same 160 "$(quarantine list -N | grep ^t2@ | cut -f 10 | tr -d "\n" | wc -c)"'
check 'list --text takes a regular expression' 'same t1@x.org "$(quarantine list -N --text "INTERNAL error.*#4" | cut -f 1)"'
check 'a wrong one is said' 'exits 64 "quarantine list --text \"a(b\" 2>\"$tmp/err\"" && grep -q "text: character 4" "$tmp/err"'
check 'show tells the history' 'quarantine show t1@x.org >"$tmp/shown" && grep -q "2026-11-01T00:00:00Z error mailbox-full" "$tmp/shown" && grep -q "2026-11-02T00:00:00Z error mailbox-full" "$tmp/shown" && grep -q "said: 451 internal" "$tmp/shown"'
check 'release --text frees those alone' 'quarantine release --text "internal error" >"$tmp/freed" && same t2@x.org "$(quarantine list -N | cut -f 1)"'
check 'which the history tells, too' 'quarantine show t1@x.org | grep -q "Z released"'
check 'import takes text and all back' 'quarantine import "$tmp/freed" && quarantine list -N --text internal | { cut -f 1-9 >"$tmp/1"; sed 1d "$tmp/freed" | cut -f 1-9 | cmp - "$tmp/1"; }' 

# Undoing.
fresh
said u@x.org 2026-11-01T00:00:00Z 'x'
quarantine list >"$tmp/before"
check 'add -p prints what it was' 'quarantine add -p u@x.org new@x.org >"$tmp/was" && same "address u@x.org new@x.org" "$(cut -f 1 "$tmp/was" | paste -sd " " -)"'
check 'import --exact takes it back' 'quarantine import --exact "$tmp/was" && quarantine list | cmp - "$tmp/before"'
check 'import alone would not' 'quarantine deny -p u@x.org >"$tmp/was" && quarantine import "$tmp/was" && same denied "$(quarantine list -N | cut -f 2)"'
check 'release -p by rows' 'echo u@x.org | quarantine release -p -N | cut -f 1,2 | grep -q "^u@x.org.denied$"'

# Addresses.
fresh
quarantine add jo@MÜNCHEN.example
check 'a domain is known by its A-labels' '! passes jo@xn--mnchen-3ya.example && ! passes jo@münchen.example'
check 'the local part is exact' 'passes JO@münchen.example'
check 'with --fold it is caseless' 'quarantine add --fold MARY@x.org && same "" "$(echo Mary@x.org | quarantine filter -N --fold)" && quarantine show --fold mARY@x.org | grep -q quarantined'
check 'quotes make no difference' 'quarantine add "\"j.d\"@x.org" && ! passes j.d@x.org && ! passes "\"j\.d\"@x.org"'

# check --repair.
fresh
quarantine add a@x.org b@x.org c@x.org
quarantine expire
quarantine add d@x.org e@x.org
sed -i 's/^b@/B@/' "$MXKIT_STATE/quarantine.tsv"
sed -i 's/^d@/D@/' "$MXKIT_STATE/quarantine.journal"
check 'a damaged state is told' 'exits 65 "quarantine check 2>\"$tmp/err\"" && grep -q "check --repair" "$tmp/err"'
check 'a lookup near the damage is told' 'exits 65 "echo b@x.org | quarantine filter"'
check 'check --repair keeps what is sound' 'exits 65 "quarantine check --repair 2>\"$tmp/err\"" && same "a@x.org c@x.org e@x.org" "$(quarantine list -N | cut -f 1 | paste -sd " " -)"'
check 'tells each line that is not' 'same 2 "$(grep -c "byte .* taken out" "$tmp/err")"'
check 'and keeps that aside' 'grep -q "B@x.org" "$MXKIT_STATE/quarantine.damaged" && grep -q "D@x.org" "$MXKIT_STATE/quarantine.damaged"'
check 'then the state is sound' 'quarantine check && quarantine add f@x.org && same 4 "$(quarantine list -N | wc -l)"'
check 'a snapshot without its header too' 'quarantine expire && sed -i 1d "$MXKIT_STATE/quarantine.tsv"; exits 65 "quarantine list" && quarantine check --repair; same 3 "$(quarantine list -N | wc -l)"'
finish
