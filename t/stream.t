#!/bin/sh
# The stream that all tools share (mxkit(7)): headers, columns by name, escapes, CSV, rejects, exit
# statuses, progress. Most tests use quarantine filter, which passes rows on.
. "${0%/*}/lib.sh"

# rows FIELD FIELD...: prints rows of two fields.
rows() {
    printf '%s\t%s\n' "$@"
}
# letters COUNT: prints the letter a that many times, without an LF.
letters() {
    head -c "$1" /dev/zero | tr '\0' a
}
rows address name a@b.org Ann c@d.org Bob >"$tmp/a.tsv"
rows address name e@f.org Eve >"$tmp/b.tsv"
printf 'address\tx\na@b.org\t1\nragged\nc@d.org\t2\t3\ne@f.org\t4\n' >"$tmp/ragged.tsv"

# Headers and columns.

prints 'filter --annotate finds the header by its key column and adds its own column to it' \
    'quarantine filter --annotate <"$tmp/a.tsv"' <<END
address${tab}name${tab}state
a@b.org${tab}Ann${tab}ok
c@d.org${tab}Bob${tab}ok
END
check 'filter passes the columns of its input on untouched and in order' <<\END
    quarantine filter <"$tmp/a.tsv" >out
    cmp "$tmp/a.tsv" out
END
prints 'filter skips a second header that is equal to the first' \
    'cat "$tmp/a.tsv" "$tmp/b.tsv" | quarantine filter | cut -f 1' <<\END
address
a@b.org
c@d.org
e@f.org
END
check 'filter reads several files one after the other, as cat would give them' <<\END
    cat "$tmp/a.tsv" "$tmp/b.tsv" | quarantine filter >expected
    quarantine filter "$tmp/a.tsv" "$tmp/b.tsv" >out
    [ -s out ]
    cmp expected out
END
prints 'filter calls the fields of an input without a header address, c2 and c3' \
    'printf "a@b.org\tx\ty\n" | quarantine filter' <<END
address${tab}c2${tab}c3
a@b.org${tab}x${tab}y
END
prints 'filter -c names the columns of an input without a header' \
    'printf "x\ta@b.org\n" | quarantine filter --annotate -c list,address' <<END
list${tab}address${tab}state
x${tab}a@b.org${tab}ok
END
prints 'filter -k takes another column as the key' \
    'rows Name Email Ann a@b.org | quarantine filter --annotate -k Email' <<END
Name${tab}Email${tab}state
Ann${tab}a@b.org${tab}ok
END
prints 'filter -N leaves the header out' 'quarantine filter -N <"$tmp/a.tsv"' <<END
a@b.org${tab}Ann
c@d.org${tab}Bob
END
prints 'filter --annotate overwrites its own column in place if the input has it' \
    'printf "state\taddress\tz\nold\ta@b.org\t1\n" | quarantine filter --annotate' <<END
state${tab}address${tab}z
ok${tab}a@b.org${tab}1
END

# Lines.

prints 'filter reads a last line without an LF' \
    'printf "address\na@b.org\nc@d.org" | quarantine filter' <<\END
address
a@b.org
c@d.org
END
check 'filter prints nothing and exits with 0 if its input is empty' <<\END
    quarantine filter </dev/null >out
    same '' "$(cat out)"
END
check 'mxlookup accepts an empty input' 'mxlookup --resolver 127.0.0.1:9 </dev/null'
check 'bounceclass accepts an empty input' 'bounceclass </dev/null'
check 'quarantine update accepts an empty input' 'quarantine update </dev/null'
check 'mxsend accepts an empty input' 'mxsend -f a@b.org -m "$tmp/a.tsv" </dev/null'
check 'mxsend exits with 65 if the message is not a regular file, even if its input is empty' <<\END
    exits 65 mxsend -f a@b.org -m /dev/null </dev/null
END
prints 'filter --annotate prints a header alone if the input is a header alone' \
    'printf "address\n" | quarantine filter --annotate' <<END
address${tab}state
END
prints 'filter accepts CRLF at the end of a line' \
    'printf "address\r\na@b.org\r\n" | quarantine filter --annotate' <<END
address${tab}state
a@b.org${tab}ok
END
prints 'filter leaves a byte order mark out' \
    'printf "\357\273\277address\na@b.org\n" | quarantine filter --annotate' <<END
address${tab}state
a@b.org${tab}ok
END

# Malformed lines.

check 'filter copies ragged rows to --rejects, passes the others on and exits with 65' <<\END
    exits 65 quarantine filter --rejects rejects <"$tmp/ragged.tsv" >out
    same "address${tab}x a@b.org${tab}1 e@f.org${tab}4" "$(paste -sd ' ' out)"
    same "ragged c@d.org${tab}2${tab}3" "$(paste -sd ' ' rejects)"
END
check 'filter reports a ragged row with its file and line' <<\END
    exits 65 quarantine filter <"$tmp/ragged.tsv" 2>err
    cat err
    grep '^quarantine: stdin:3: 1 field, but the first line has 2$' err
END
check 'filter rejects a line with a NUL byte, and no other line' <<\END
    printf 'address\na\0b@c.org\nd@e.org\n' >in
    exits 65 quarantine filter <in >out
    same 'address d@e.org' "$(paste -sd ' ' out)"
END
check 'filter rejects a line of 64 KiB and one byte once, and reads the next row' <<\END
    { echo address; letters 65537; printf '\nd@e.org\n'; } >in
    exits 65 quarantine filter <in >out 2>err
    same 'address d@e.org' "$(paste -sd ' ' out)"
    has_lines 1 err
END
check 'filter passes a row of 64 KiB on' <<\END
    { echo address; letters 65536; echo; } >in
    quarantine filter <in >out
    cmp in out
END
check 'filter rejects a line of 100 MB without an end once, in 64 MiB of memory' <<\END
    [ "${MXKIT_SANITISED:-}" ] || ulimit -v 65536
    letters 100000000 | exits 65 quarantine filter >out 2>err
    same '' "$(cat out)"
    has_lines 1 err
END

# CSV.

prints 'filter -C reads a last row without a line end' '
    printf "address,x\na@b.org,1\ncccccc@d.org,22222" | quarantine filter -C
' <<END
address${tab}x
a@b.org${tab}1
cccccc@d.org${tab}22222
END

# write_quoted: prints CSV with a comma, quotes and a line end in a field, and an empty field.
write_quoted() {
    printf 'address,name\r\n"a@b.org","x, ""y""\nz"\r\nc@d.org,\r\n'
}
prints 'filter -C makes one row of quoted fields with commas, quotes and line ends' \
    'write_quoted | quarantine filter -C' <<END
address${tab}name
a@b.org${tab}x, "y"\\nz
c@d.org${tab}-
END
check 'filter -C rejects only the line that has a stray quote' <<\END
    printf 'address,n\na@b.org,"x"y\nc@d.org,1\n"open,2\ne@f.org,3\n' >in
    exits 65 quarantine filter -C <in >out
    same 'address c@d.org e@f.org' "$(cut -f 1 out | paste -sd ' ' -)"
END
check 'filter -C escapes TAB and backslash' <<\END
    printf 'address,n\na@b.org,"x\ty\\z"\n' | quarantine filter -CN >out
    same "a@b.org${tab}x\\ty\\\\z" "$(cat out)"
END

# Exit statuses.

check 'filter exits with 74 and reports it if stdout is a full disk' <<\END
    exits 74 quarantine filter <"$tmp/a.tsv" >/dev/full 2>err
    grep 'cannot write stdout' err
END
check 'filter exits with 74 if stdout is closed' <<\END
    exits 74 quarantine filter <"$tmp/a.tsv" >&-
END
check 'filter exits with 74 and reports it if stdin is closed' <<\END
    exits 74 quarantine filter <&- 2>err
    grep '^quarantine: .*stdin' err
END
check 'mxlookup -h exits with 74 if stdout is a full disk' 'exits 74 mxlookup -h >/dev/full'
# The status is 74 if SIGPIPE was ignored when the test began.
check 'filter stops if the reader of its output goes away' <<\END
    yes a@b.org | exits 141,74 "$bin/quarantine" filter | head -n 1
END
check 'filter exits with 66 if an input file is missing, and still reads the others' <<\END
    exits 66 quarantine filter none "$tmp/a.tsv" >out
    cmp "$tmp/a.tsv" out
END
for name in -froot --; do
    check "filter -- reads a file whose name is $name" <<\END
        cp "$tmp/a.tsv" "./$name"
        quarantine filter -- "$name" >out
        cmp "$tmp/a.tsv" out
END
done
check 'filter escapes control characters in the file names that it reports' <<\END
    exits 66 quarantine filter "$(printf '\033[31mx')" 2>err
    grep -F '\x1B[31mx' err
    not grep "$(printf '\033')" err
END
for tool in mxlookup mxsend bounceclass quarantine; do
    check "$tool -h prints the usage on stdout and nothing on stderr" <<\END
        "$tool" -h >out 2>err
        grep "^usage: $tool" out
        same '' "$(cat err)"
END
    check "$tool -V prints the version on stdout" <<\END
        "$tool" -V >out
        grep "^$tool (mxkit) [0-9]" out
END
    check "$tool exits with 64 and prints one line on stderr if an option is unknown" <<\END
        exits 64 "$tool" --nonsense 2>err
        has_lines 1 err
END
done
check 'filter exits with 64 if MXKIT_NOW is not a time' <<\END
    exits 64 env MXKIT_NOW=tomorrow quarantine filter
END
check 'mxlookup exits with 64 if a number is out of bounds' 'exits 64 mxlookup --tries 0'

# Pauses and progress.

# start_with_a_row: starts bounceclass on an input that stays open after one row ($started is its
# id), and waits until the row is out.
start_with_a_row() {
    mkfifo input
    "$bin/bounceclass" <input >out 2>err &
    started=$!
    exec 3>input
    echo 'mailbox full' >&3
    wait_until has_lines 2 out
}
check 'bounceclass writes a row as soon as the input pauses' <<\END
    start_with_a_row
    exec 3>&-
    ends 0 "$started"
END
check 'bounceclass shows its progress once if it gets a SIGUSR1' <<\END
    start_with_a_row
    kill -USR1 "$started"
    wait_until grep '^bounceclass: 1 rows' err
    exec 3>&-
    ends 0 "$started"
    has_lines 1 err
END
check 'bounceclass -v shows the number of rows at the end' <<\END
    bounceclass -v 2>err
    grep '^bounceclass: 0 rows' err
END
finish
