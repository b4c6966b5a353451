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

# The key column. The state has dead@x.org; every list below names it and ann@x.org.

# lets_no_dead_pass OPTION...: filter with the options drops dead@x.org from the file `in`, and
# passes ann@x.org.
lets_no_dead_pass() {
    quarantine add dead@x.org
    quarantine filter "$@" <in >out
    not grep dead@x.org out
    grep ann@x.org out
}
# is_refused PATTERN OPTION...: filter with the options refuses the file `in` with one line on
# stderr, which has the pattern; nothing comes out, and the status is 65.
is_refused() {
    pattern=$1
    shift
    exits 65 quarantine filter "$@" <in >out 2>err
    cat err
    same '' "$(cat out)"
    has_lines 1 err
    grep -e "$pattern" err
}
for name in address Address ADDRESS email Email E-Mail e-mail 'Email Address' EmailAddress \
    email_address 'E-mail address' ' Email ' recipient Recipient Mail; do
    check "filter finds the key column by the name '$name'" <<\END
        rows Id "$name" 1 dead@x.org 2 ann@x.org >in
        lets_no_dead_pass
        same "$(rows Id "$name" 2 ann@x.org)" "$(cat out)"
END
done
check 'filter takes the column address as it is rather than another name for it' <<\END
    rows Email address ann@x.org dead@x.org x@x.org ann@x.org >in
    quarantine add dead@x.org
    quarantine filter <in >out
    same "$(rows Email address x@x.org ann@x.org)" "$(cat out)"
END
check 'filter takes Email rather than Address, which is a street in the exports of others' <<\END
    rows Address Email '1 High Street' dead@x.org '2 High Street' ann@x.org >in
    lets_no_dead_pass
END
for name in email EMAIL ' Email '; do
    check "filter -k '$name' finds the column Email" <<\END
        printf 'Name,Email\nDead,dead@x.org\nAnn,ann@x.org\n' >in
        lets_no_dead_pass -C -k "$name"
END
done
check 'filter -k finds a column with blanks around its name' <<\END
    rows Name ' Post ' Dead dead@x.org Ann ann@x.org >in
    lets_no_dead_pass -k post
END
check 'filter -k refuses an input without that column and names the columns that it has' <<\END
    printf 'Name,Email Address\nDead,dead@x.org\n' >in
    is_refused \
        '^quarantine: stdin:1: no column "email"; the columns are "Name", "Email Address"; .* -k' \
        -C -k email
END
check 'filter -k address refuses an input without a header' <<\END
    rows dead@x.org 1 ann@x.org 2 >in
    is_refused 'no column "address"; the columns are "dead@x.org", "1"' -k address
END
check 'filter -k takes a name that -c gives' <<\END
    rows dead@x.org 1 ann@x.org 2 >in
    lets_no_dead_pass -k to -c to,n
END
check 'filter -k -N refuses an unknown column too' <<\END
    rows Name Email Dead dead@x.org >in
    is_refused 'no column "mail"' -N -k mail
END
check 'filter escapes control characters in the column names that it reports' <<\END
    printf 'a\033b\tName\ndead@x.org\tx\n' >in
    is_refused 'the columns are "a.x1Bb", "Name"' -k Email
END
check 'every tool refuses -k with a column that the input does not have' <<\END
    rows address text dead@x.org full >in
    echo message >message
    for tool in 'quarantine filter' 'quarantine update' 'quarantine import' 'quarantine add' \
        'mxlookup --resolver 127.0.0.1:9' 'mxsend -f a@b.org -m message' bounceclass \
        'bounceclass --summary' 'bounceclass -x'; do
        exits 65 $tool -k nowhere <in >out 2>err
        cat err
        same '' "$(cat out)"
        grep 'stdin:1: no column "nowhere"; the columns are "address", "text"' err
    done
    same '' "$(quarantine list -N)"
END
check 'filter refuses an input whose first fields are no addresses' <<\END
    rows Dead dead@x.org Ann ann@x.org >in
    is_refused '^quarantine: stdin:1: no column "address".*the columns are "Dead", "dead@x.org"'
END
check 'filter refuses an input of 1,000 rows without an address before one with an address' <<\END
    { seq 1000; echo ann@x.org; } >in
    is_refused 'no column "address"'
END
check 'filter passes an input of 999 rows without an address before one with an address' <<\END
    { seq 999; echo ann@x.org; } >in
    quarantine filter --keep-invalid --annotate <in >out
    same 1001 "$(wc -l <out)"
    same "999${tab}-" "$(sed -n 1000p out)"
    same "ann@x.org${tab}ok" "$(tail -n 1 out)"
END
check 'filter rejects rows that it held back with their own lines' <<\END
    printf 'Ann\nragged\tx\nBob\nann@x.org\n' >in
    exits 65 quarantine filter -N --rejects rejects <in >out 2>err
    same ann@x.org "$(cat out)"
    same 'Ann Bob ragged' "$(cut -f 1 rejects | sort | paste -sd ' ' -)"
    grep '^quarantine: stdin:1: "Ann" is not' err
    grep '^quarantine: stdin:3: "Bob" is not' err
END
check 'filter holds rows without an address back in 64 MiB of memory' <<\END
    [ "${MXKIT_SANITISED:-}" ] || ulimit -v 65536
    perl -e 'print "x" x 60000, "\n" for 1 .. 999; print "a\@b.org\n"' >in
    is_refused 'no column "address"'
END
check 'filter refuses an input without an address when it pauses' <<\END
    mkfifo input
    "$bin/quarantine" filter <input >out 2>err &
    started=$!
    exec 3>input
    echo nobody >&3
    ends 65 "$started"
    exec 3>&-
    same '' "$(cat out)"
    grep 'no column "address"' err
END
check 'quarantine update, import, add, deny and allow refuse an input without an address' <<\END
    rows 1 dead@x.org 2 ann@x.org >in
    for command in update import add deny allow; do
        exits 65 quarantine $command <in >out 2>err
        cat err
        same '' "$(cat out)"
        grep 'stdin:1: no column "address"' err
    done
    same '' "$(quarantine list -N)"
END
check 'mxlookup refuses an input of first names' <<\END
    rows Ann a@x.org Bob b@x.org >in
    exits 65 mxlookup --resolver 127.0.0.1:9 <in >out 2>err
    same '' "$(cat out)"
    grep 'no address or domain in 2 rows' err
END
check 'bounceclass takes lines without a header as texts' <<\END
    printf 'mailbox full\nwhatever\n' | bounceclass -N >out
    has_lines 2 out
END

# Several files.

check 'filter maps the columns of a second file by name to those of the first' <<\END
    rows address n ann@x.org 1 >first
    rows N EMail 2 dead@x.org 3 bob@x.org >second
    rows n address 4 dead@x.org 5 eve@x.org >third
    quarantine add dead@x.org
    quarantine filter first second third >out
    same "$(rows address n ann@x.org 1 bob@x.org 3 eve@x.org 5)" "$(cat out)"
END
check 'update counts the errors of a second file whose columns are in another order' <<\END
    rows address reason ann@x.org user-unknown >first
    rows reason address user-unknown bob@x.org >second
    quarantine update first second >out
    same 'ann@x.org bob@x.org' "$(quarantine list -N | cut -f 1 | paste -sd ' ' -)"
END
check 'filter rejects a row of a mapped file with its line and its bytes' <<\END
    rows address n ann@x.org 1 >first
    printf 'n\taddress\n2\tbob\n3\n' >second
    exits 65 quarantine filter --rejects rejects first second >out 2>err
    same "$(printf '2\tbob\n3')" "$(cat rejects)"
    grep '^quarantine: second:2: "bob" is not a valid address' err
    grep '^quarantine: second:3: 1 field, but' err
END
check 'filter maps columns of the same name from the left' <<\END
    printf 'address\tx\tx\na@x.org\t1\t2\n' >first
    printf 'x\taddress\tx\n3\tb@x.org\t4\n' >second
    quarantine filter first second >out
    same "b@x.org${tab}3${tab}4" "$(tail -n 1 out)"
END
check 'filter maps the columns of a second CSV by name' <<\END
    printf 'address,n\nann@x.org,1\n' >first
    printf 'n,address\n"2,5",bob@x.org\n' >second
    quarantine filter -C first second >out
    same "bob@x.org${tab}2,5" "$(tail -n 1 out)"
END
check 'filter leaves a file out that lacks a column of the first, and reads the others' <<\END
    rows address n ann@x.org 1 >first
    rows address m dead@x.org 2 >second
    rows address n bob@x.org 3 >third
    exits 65 quarantine filter first second third >out 2>err
    same "$(rows address n ann@x.org 1 bob@x.org 3)" "$(cat out)"
    grep '^quarantine: second:1: .*missing: "n"; not in the first file: "m"; the file is left' err
END
check 'filter leaves a file out that has a column more than the first' <<\END
    echo address >first
    rows address n bob@x.org 3 >second
    exits 65 quarantine filter first second >out 2>err
    same address "$(cat out)"
    grep 'second:1: .*not in the first file: "n"' err
END
check 'filter leaves a file without a header out if the first has one' <<\END
    rows address n ann@x.org 1 >first
    rows dead@x.org 2 >second
    exits 65 quarantine filter first second >out 2>err
    cmp first out
    grep '^quarantine: second:1: no header' err
END
check 'filter reads files without a header by position if they have as many fields' <<\END
    rows ann@x.org 1 >first
    rows bob@x.org 2 >second
    echo eve@x.org >third
    exits 65 quarantine filter -N first second third >out 2>err
    cat first second | cmp - out
    grep '^quarantine: third:1: no header, and 1 field instead of the first file.s 2' err
END
check 'filter leaves a second file out whose first fields are no addresses' <<\END
    rows ann@x.org 1 >first
    rows 2 dead@x.org >second
    rows bob@x.org 3 >third
    exits 65 quarantine filter -N first second third >out 2>err
    cat first third | cmp - out
    grep '^quarantine: second:1: no column "address"' err
END
check 'filter writes nothing if the first of several files has no key column' <<\END
    rows Ann 1 >first
    rows ann@x.org 1 >second
    exits 65 quarantine filter first second >out
    same '' "$(cat out)"
END
check 'filter writes nothing if the first of several files has an unknown separator' <<\END
    printf 'n;email\n1;dead@x.org\n' >first
    printf 'n,email\n1,ann@x.org\n' >second
    exits 65 quarantine filter -C first second >out 2>err
    same '' "$(cat out)"
    has_lines 1 err
END
check 'filter leaves a second file out that has an unknown separator' <<\END
    printf 'n,email\n1,ann@x.org\n' >first
    printf 'n;email\n1;dead@x.org\n' >second
    printf 'n,email\n1,bob@x.org\n' >third
    exits 65 quarantine filter -C first second third >out 2>err
    same "$(rows n email 1 ann@x.org 1 bob@x.org)" "$(cat out)"
    has_lines 1 err
END
check 'update names the line of the first row that it held back' <<\END
    rows nobody 1 ann@x.org 2 >in
    exits 64 quarantine update <in 2>err
    grep '^quarantine: stdin:1: .*no column "reason"' err
END
check 'filter -k leaves a second file out that lacks the column' <<\END
    rows to n ann@x.org 1 >first
    rows address n dead@x.org 2 >second
    exits 65 quarantine filter -k to first second >out 2>err
    cmp first out
    grep '^quarantine: second:1: no column "to"; the columns are "address", "n"' err
END
check 'filter skips a second header after a byte order mark, as cat makes it' <<\END
    printf '\357\273\277address,n\r\nann@x.org,1\r\n' >in
    cat in in | quarantine filter -C >out
    same "$(rows address n ann@x.org 1 ann@x.org 1)" "$(cat out)"
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
    { printf 'address\tx\na@b.org\t'; letters 65528; echo; } >in
    quarantine filter <in >out
    cmp in out
END
check 'filter rejects a line of 100 MB without an end once, in 64 MiB of memory' <<\END
    [ "${MXKIT_SANITISED:-}" ] || ulimit -v 65536
    letters 100000000 | exits 65 quarantine filter >out 2>err
    same '' "$(cat out)"
    has_lines 1 err
END

check 'filter refuses a --rejects file that is an input, and leaves it as it is' <<\END
    cp "$tmp/a.tsv" in
    ln -s in link
    ln in name
    for rejects in in link ./name; do
        exits 64 quarantine filter --rejects $rejects "$tmp/b.tsv" in >out 2>err
        same '' "$(cat out)"
        grep "the rejects file $rejects is an input" err
        exits 64 quarantine filter --rejects $rejects <in >out
        exits 64 quarantine filter --rejects $rejects "$tmp/b.tsv" - <in >out
    done
    cmp "$tmp/a.tsv" in
END
check 'filter accepts /dev/null as both the input and the --rejects file' <<\END
    quarantine filter --rejects /dev/null </dev/null
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

# Other separators and encodings.

# write_list SEPARATOR: prints a list whose fields have that separator.
write_list() {
    printf 'Name%sEmail\r\nDead%sdead@x.org\r\n"Ann%sA"%sann@x.org\r\n' "$1" "$1" "$1" "$1"
}
for separator in ';' '|' '\t' ':'; do
    check "filter --separator '$separator' reads CSV with that separator" <<\END
        write_list "$(printf "$separator")" >in
        lets_no_dead_pass --separator "$separator"
        has_lines 2 out
END
    check "filter -C reads CSV that begins with a line sep= and '$separator'" <<\END
        { printf "sep=$separator\r\n"; write_list "$(printf "$separator")"; } >in
        lets_no_dead_pass -C
        has_lines 2 out
END
done
for separator in '' ';;' a '"' 'ä'; do
    check "filter exits with 64 if --separator is '$separator'" <<\END
        exits 64 quarantine filter --separator "$separator" <"$tmp/a.tsv" >out
        same '' "$(cat out)"
END
done
check 'filter counts a line sep= as a line in what it reports' <<\END
    printf 'sep=;\nemail;n\nbob;1\nann@x.org;2\n' | exits 65 quarantine filter -C >out 2>err
    grep '^quarantine: stdin:3: "bob"' err
END
check 'filter -C refuses semicolons without --separator' <<\END
    write_list ';' >in
    is_refused "^quarantine: stdin:1: .*semicolons.*--separator ';'" -C
END
check 'filter -C refuses semicolons and quotes without --separator' <<\END
    printf '"Name";"Email"\n"Dead";"dead@x.org"\n' >in
    is_refused "^quarantine: stdin:1: .*semicolons.*--separator ';'" -C
END
check 'filter -C reads a quoted name with a semicolon' <<\END
    printf '"n;m",email\n1,dead@x.org\n2,ann@x.org\n' >in
    lets_no_dead_pass -C
END
check 'filter -C refuses a line sep= that names no separator' <<\END
    printf 'sep=\nemail\nann@x.org\n' >in
    is_refused 'stdin:1: the line sep=' -C
END
check 'filter refuses a line sep= without -C' <<\END
    printf 'sep=,\nann@x.org\n' >in
    is_refused 'stdin:1: .*sep=.* -C'
END
check 'filter refuses CSV without -C if its header names the key' <<\END
    printf 'id,Email\n1,dead@x.org\n' >in
    is_refused '^quarantine: stdin:1: the first line is a header with ",".* -C'
END
check 'filter refuses CSV without -C if its header does not name the key' <<\END
    printf 'Nr,Kunde\n1,dead@x.org\n' >in
    is_refused '^quarantine: stdin:1: no column "address".*-C'
END
check 'filter refuses fields that are separated by bars' <<\END
    printf 'Name|Email\nDead|dead@x.org\n' >in
    is_refused "stdin:1: .*--separator '|'"
END
check 'filter refuses a TSV that is read with -C' <<\END
    rows Name Email Dead dead@x.org >in
    is_refused 'stdin:1: no column "address"' -C
END
check 'bounceclass refuses CSV without -C if its header names the text' <<\END
    printf 'id,text\n1,mailbox full\n' | exits 65 bounceclass >out 2>err
    same '' "$(cat out)"
    grep 'stdin:1: .* -C' err
END
check 'filter -C rejects a line with a NUL byte, and no other line' <<\END
    printf 'address,n\na\0b@c.org,1\n"d@e.org","x\0"\nf@g.org,2\n' >in
    exits 65 quarantine filter -C --rejects rejects <in >out
    same "$(rows address n f@g.org 2)" "$(cat out)"
    sed -n 2,3p in | cmp - rejects
END
for order in LE BE; do
    mark='\377\376'
    [ "$order" = LE ] || mark='\376\377'
    check "filter reads UTF-16$order that begins with a byte order mark" <<\END
        rows Name Email Dead dead@x.org Änn😀 ann@x.org >utf8
        { printf "$mark"; iconv -f UTF-8 -t "UTF-16$order" utf8; } >in
        lets_no_dead_pass
        sed 2d utf8 | cmp - out
END
    check "filter -C reads UTF-16$order with semicolons and a line sep=" <<\END
        { echo 'sep=;' && write_list ';'; } >utf8
        { printf "$mark"; iconv -f UTF-8 -t "UTF-16$order" utf8; } >in
        lets_no_dead_pass -C
        has_lines 2 out
END
    # This text is half as long again in UTF-8.
    check "filter reads 30,000 rows of UTF-16$order from a file and from a pipe" <<\END
        han=漢字漢字漢字漢字漢字漢字
        { rows address x; seq -f "a%.0f@x.org$tab$han$han$han" 30000; } >utf8
        { printf "$mark"; iconv -f UTF-8 -t "UTF-16$order" utf8; } >in
        quarantine filter in >out
        cmp utf8 out
        cat in | quarantine filter >out
        cmp utf8 out
END
done
check 'filter rejects a line of UTF-16 with half a character, and no other line' <<\END
    printf '\377\376a\0d\0d\0r\0e\0s\0s\0\n\0' >in
    printf 'a\0@\0x\0.\0y\0\075\330\n\0b\0@\0x\0.\0y\0\n\0' >>in
    exits 65 quarantine filter <in >out 2>err
    same 'address b@x.y' "$(paste -sd ' ' out)"
    grep '^quarantine: stdin:2: .*UTF-16' err
END
check 'filter rejects a last line of UTF-16 that ends within a character' <<\END
    printf '\377\376a\0d\0d\0r\0e\0s\0s\0\n\0a\0@\0x\0.\0y\0z' >in
    exits 65 quarantine filter <in >out
    same address "$(cat out)"
END
check 'filter rejects all lines of UTF-16 without a byte order mark' <<\END
    rows Name address Dead dead@x.org | iconv -f UTF-8 -t UTF-16LE >in
    exits 65 quarantine filter <in >out
    same '' "$(cat out)"
    exits 65 quarantine filter -C <in >out
    same '' "$(cat out)"
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
check 'filter has written its rejects when its input pauses' <<\END
    mkfifo input
    "$bin/quarantine" filter --rejects rejects <input >out 2>err &
    started=$!
    exec 3>input
    printf 'address\na@b.org\nragged\tx\nbob\n' >&3
    wait_until has_lines 2 rejects
    exec 3>&-
    ends 65 "$started"
END
check 'filter judges a row that comes after a pause by the state of that moment' <<\END
    mkfifo input
    "$bin/quarantine" filter <input >out 2>err &
    started=$!
    exec 3>input
    printf 'address\na@x.org\n' >&3
    wait_until has_lines 2 out
    quarantine add b@x.org
    printf 'b@x.org\nc@x.org\n' >&3
    wait_until grep c@x.org out
    exec 3>&-
    ends 0 "$started"
    not grep b@x.org out
END
# The output of filter is full after the first of eight batches: it waits there until the state has
# changed and a second has gone by, and has looked up three batches by then.
check 'filter judges rows by a state of the last second if its input never pauses' <<\END
    { seq -f 'a%.0f@x.org' 524288; echo b@x.org; } >in
    awk 'NR % 2 == 0' in | quarantine add
    quarantine expire
    mkfifo output
    "$bin/quarantine" filter -N <in >output 2>err &
    started=$!
    exec 3<output
    read -r first <&3
    quarantine add b@x.org
    quarantine expire
    perl -e 'select undef, undef, undef, 1.1'
    { echo "$first" && cat <&3; } >out
    ends 0 "$started"
    awk 'NR % 2 == 1' in | grep -v b@x.org | cmp - out
END
# has_open PID FILE: succeeds if the process has the file open.
has_open() {
    readlink /proc/"$1"/fd/* | grep "/$2\$"
}
check 'filter that waits for the writer of a FIFO shows its progress and still reads it' <<\END
    mkfifo input
    "$bin/quarantine" filter input >out 2>err &
    started=$!
    wait_until has_open "$started" input
    kill -USR1 "$started"
    wait_until grep '^quarantine: 0 rows' err
    cat "$tmp/a.tsv" >input
    ends 0 "$started"
    cmp "$tmp/a.tsv" out
END
check 'a tool without a stream goes on if it gets a SIGUSR1' <<\END
    quarantine add a@x.org
    mkfifo locked
    perl -e 'open L, "<", $ARGV[0]; flock L, 2; open F, ">", "locked"; close F;
        open F, "<", "locked"' "$MXKIT_STATE/quarantine.lock" &
    cat locked
    "$bin/quarantine" expire >out 2>err &
    started=$!
    wait_until grep -e "-> FLOCK.* $started " /proc/locks
    kill -USR1 "$started"
    : >locked
    ends 0 "$started"
END
check 'filter sleeps while a non-blocking stdin has nothing to read' <<\END
    mkfifo input
    perl -MFcntl -e 'fcntl STDIN, F_SETFL, O_NONBLOCK or die; exec @ARGV' \
        "$bin/quarantine" filter <input >out 2>err &
    started=$!
    exec 3>input
    printf 'address\na@x.org\n' >&3
    wait_until has_lines 2 out
    wait_until grep '^State:.*S' /proc/"$started"/status
    echo b@x.org >&3
    wait_until has_lines 3 out
    exec 3>&-
    ends 0 "$started"
END
check 'bounceclass -v shows the number of rows at the end' <<\END
    bounceclass -v 2>err
    grep '^bounceclass: 0 rows' err
END
finish
