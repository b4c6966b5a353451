#!/bin/sh
# The stream that all tools share (mxkit(7)): headers, columns by name, escapes, CSV, rejects, exit statuses.
. "${0%/*}/lib.sh"

row() { printf '%s\t%s\n' "$@"; }
row address name a@b.org Ann c@d.org Bob >"$tmp/a.tsv"
row address name e@f.org Eve >"$tmp/b.tsv"

check 'a header is known by its key column and passes on' \
    '[ "$(quarantine filter --annotate <"$tmp/a.tsv" | head -n 1)" = "address${tab}name${tab}state" ]'
check 'columns of the input pass on untouched and in order' \
    '[ "$(quarantine filter <"$tmp/a.tsv")" = "$(cat "$tmp/a.tsv")" ]'
check 'a second header equal to the first is skipped' \
    '[ "$(cat "$tmp/a.tsv" "$tmp/b.tsv" | quarantine filter | grep -c address)" = 1 ]'
check 'files are read one after the other, as cat would give them' \
    'same "$(cat "$tmp/a.tsv" "$tmp/b.tsv" | quarantine filter)" "$(quarantine filter "$tmp/a.tsv" "$tmp/b.tsv")"'
check 'without a header the first field is the key and the others are c2, c3' \
    '[ "$(printf "a@b.org\tx\ty\n" | quarantine filter | head -n 1)" = "address${tab}c2${tab}c3" ]'
check '-c names the columns of an input without a header' \
    '[ "$(printf "x\ta@b.org\n" | quarantine filter --annotate -c list,address | sed -n 2p)" = "x${tab}a@b.org${tab}ok" ]'
check '-k takes another column as the key' \
    '[ "$(row Name Email Ann a@b.org | quarantine filter --annotate -k Email | tail -n 1)" = "Ann${tab}a@b.org${tab}ok" ]'
check '-N leaves the header out' '[ "$(quarantine filter -N <"$tmp/a.tsv" | wc -l)" = 2 ]'
check 'an own column that is there already is overwritten in place' \
    'same "state${tab}address${tab}z
ok${tab}a@b.org${tab}1" "$(printf "state\taddress\tz\nold\ta@b.org\t1\n" | quarantine filter --annotate)"'

check 'the last line may have no LF' '[ "$(printf "address\na@b.org\nc@d.org" | quarantine filter | wc -l)" = 3 ]'
check 'an empty input gives an empty output and exit status 0' 'exits 0 "quarantine filter </dev/null" && [ -z "$(quarantine filter </dev/null)" ]'
check 'every tool takes an empty input' \
    'mxlookup --resolver 127.0.0.1:9 </dev/null && bounceclass </dev/null && quarantine update </dev/null &&
     mxsend -f a@b.org -m /dev/null </dev/null 2>/dev/null; mxsend -f a@b.org -m "$tmp/a.tsv" </dev/null'
check 'a header alone gives a header alone' '[ "$(printf "address\n" | quarantine filter --annotate)" = "address${tab}state" ]'
check 'CRLF ends a line' '[ "$(printf "address\r\na@b.org\r\n" | quarantine filter --annotate | tail -n 1)" = "a@b.org${tab}ok" ]'
check 'a byte order mark is left out' '[ "$(printf "\357\273\277address\na@b.org\n" | quarantine filter --annotate | head -n 1)" = "address${tab}state" ]'

printf 'address\tx\na@b.org\t1\nragged\nc@d.org\t2\t3\ne@f.org\t4\n' >"$tmp/ragged.tsv"
check 'a ragged row goes to --rejects, the others go on, exit status 65' \
    'exits 65 "quarantine filter --rejects \"$tmp/rejects\" <\"$tmp/ragged.tsv\" >\"$tmp/out\" 2>\"$tmp/err\"" &&
     [ "$(wc -l <"$tmp/out")" = 3 ] && same "ragged
c@d.org${tab}2${tab}3" "$(cat "$tmp/rejects")"'
check 'a reject is said with file and line' 'grep -q "^quarantine: stdin:3: 1 field, where the first line has 2$" "$tmp/err"'
check 'a NUL byte rejects its line alone' \
    '[ "$(printf "address\na\0b@c.org\nd@e.org\n" | quarantine filter 2>/dev/null)" = "address
d@e.org" ]'
long=$(head -c 65537 /dev/zero | tr '\0' a)
check 'a line of 64 KiB and one byte is one reject, and the next row is right' \
    '[ "$( (echo address; echo "$long"; echo d@e.org) | quarantine filter 2>"$tmp/err")" = "address
d@e.org" ] && [ "$(wc -l <"$tmp/err")" = 1 ]'
check 'a line of 64 KiB is a row' '[ "$( (echo address; echo "${long%a}") | quarantine filter | wc -c)" = 65545 ]'
check 'a line of 100 MB without an end is one reject, in little memory' \
    'head -c 100000000 /dev/zero | tr "\0" a | ([ "${MXKIT_SANITISED:-}" ] || ulimit -v 65536; exits 65 quarantine filter)'

check 'CSV: quoted fields with commas, quotes and line ends become one row' \
    'same "address${tab}name
a@b.org${tab}x, \"y\"\\nz
c@d.org${tab}-" "$(printf "address,name\r\n\"a@b.org\",\"x, \"\"y\"\"\nz\"\r\nc@d.org,\r\n" | quarantine filter -C)"'
check 'CSV: a stray quote costs its line alone' \
    '[ "$(printf "address,n\na@b.org,\"x\"y\nc@d.org,1\n\"open,2\ne@f.org,3\n" | quarantine filter -C 2>/dev/null | cut -f 1 | tr "\n" " ")" = "address c@d.org e@f.org " ]'
check 'CSV: TAB and backslash are escaped' \
    '[ "$(printf "address,n\na@b.org,\"x\ty\\\\z\"\n" | quarantine filter -C | tail -n 1)" = "a@b.org${tab}x\\ty\\\\z" ]'

check '/dev/full is exit status 74' 'exits 74 "quarantine filter <\"$tmp/a.tsv\" >/dev/full 2>\"$tmp/err\"" && grep -q "cannot write stdout" "$tmp/err"'
check 'a closed stdout is exit status 74' 'exits 74 "quarantine filter <\"$tmp/a.tsv\" >&- 2>/dev/null"'
check 'a closed stdin is said, and no crash' 'exits 74 "quarantine filter <&- 2>/dev/null"'
check '-h on a full disk is exit status 74' 'exits 74 "mxlookup -h >/dev/full 2>/dev/null"'
check 'a reader that goes away ends the tool' '! (yes a@b.org | quarantine filter; echo $? >"$tmp/status") | head -n 1 >/dev/null; [ "$(cat "$tmp/status")" != 0 ]'
check 'a missing file is exit status 66, and the rest is still done' \
    'exits 66 "quarantine filter \"$tmp/none\" \"$tmp/a.tsv\" >\"$tmp/out\" 2>/dev/null" && [ "$(wc -l <"$tmp/out")" = 3 ]'
check 'names such as -froot and --, behind --, are operands' 'cp "$tmp/a.tsv" "$tmp/-froot" && (cd "$tmp" && quarantine filter -- -froot >/dev/null)'
check 'file names cannot write to the terminal' 'quarantine filter "$(printf "\033[31mx")" 2>&1 | grep -q "\\\\x1B"'

for tool in mxlookup mxsend bounceclass quarantine; do
    check "$tool -h prints its usage, -V its version, on stdout" "$tool -h 2>&1 >/dev/null | wc -c | grep -qx 0 && $tool -V | grep -q '^$tool (mxkit) [0-9]'"
    check "$tool says an unknown option in one line, exit status 64" "exits 64 '$tool --nonsense </dev/null 2>\"\$tmp/err\"' && [ \$(wc -l <\"\$tmp/err\") = 1 ]"
done
check 'a wrong MXKIT_NOW is exit status 64' 'exits 64 "MXKIT_NOW=tomorrow quarantine filter </dev/null 2>/dev/null"'
check 'a number out of bounds is exit status 64' 'exits 64 "mxlookup --tries 0 </dev/null 2>/dev/null"'
# until COMMAND: waits up to ten seconds for it to succeed.
until_true() {
    tries=0
    until eval "$1"; do
        tries=$((tries + 1))
        [ $tries -lt 500 ] || return 1
        perl -e 'select undef, undef, undef, 0.02'
    done
}
mkfifo "$tmp/fifo"
bounceclass <"$tmp/fifo" >"$tmp/flushed" 2>"$tmp/progress" &
waiting=$!
exec 3>"$tmp/fifo"
echo 'mailbox full' >&3
check 'a row is out as soon as the input pauses' 'until_true "[ \$(wc -l <\"$tmp/flushed\") = 2 ]"'
kill -USR1 "$waiting"
check 'SIGUSR1 shows the progress once' 'until_true "grep -q \"^bounceclass: 1 rows\" \"$tmp/progress\""'
exec 3>&-
wait "$waiting"
check '-v shows the rows at the end' 'bounceclass -v </dev/null 2>&1 | grep -q "^bounceclass: 0 rows"'
finish
