# t/quarantine.sh: what the tests of quarantine share. A test file reads it after t/lib.sh.
# shellcheck shell=sh

export MXKIT_NOW=2026-11-23T00:00:00Z
# shellcheck disable=SC2154 # lib.sh sets $tab
header="address${tab}type${tab}reason${tab}detail${tab}at${tab}result${tab}message_id"

# row ADDRESS TYPE REASON DETAIL AT [RESULT [MESSAGE_ID]]: prints a row with the columns of $header.
row() {
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$4" "$5" "${6:-failed}" "${7:--}"
}

# use_own_rules FORMAT [VALUE...]: puts local.quarantine.rules, which printf writes, before the
# rules of the checkout.
# shellcheck disable=SC2059,SC2154 # the format is the caller's; lib.sh sets $top
use_own_rules() {
    mkdir rules
    cp "$top/rules/quarantine.rules" rules
    printf "$@" >rules/local.quarantine.rules
    export MXKIT_RULES="$PWD/rules"
}

# learn ROW: runs update on a row (see row), and prints the state and the number of errors that
# update adds to it.
learn() {
    { echo "$header" && row "$@"; } | quarantine update -N | cut -f 8-
}

# learn_days COUNT ADDRESS TYPE REASON DETAIL: runs update on COUNT errors, the first one on
# 2026-11-01 and the others a day apart. Prints the state after the last one.
learn_days() {
    days=$1
    shift
    {
        echo "$header"
        for day in $(seq 1 "$days"); do
            row "$@" "2026-11-$(printf %02d "$day")T00:00:00Z"
        done
    } | quarantine update -N | cut -f 8 | tail -n 1
}

# passes ADDRESS: succeeds if filter passes the address.
passes() {
    same "$1" "$(printf '%s\n' "$1" | quarantine filter -N)"
}

# is_dropped ADDRESS: succeeds if filter drops the address.
is_dropped() {
    same '' "$(printf '%s\n' "$1" | quarantine filter -N)"
}

# on_a_line: joins the lines of stdin with blanks.
on_a_line() {
    paste -sd ' ' -
}

# learn_text ADDRESS AT TEXT: runs update on a full mailbox whose error has a text.
learn_text() {
    {
        printf 'address\ttype\treason\tdetail\tat\ttext\n'
        printf '%s\tsoft\tmailbox-full\t-\t%s\t%s\n' "$1" "$2" "$3"
    } | quarantine update -N >/dev/null
}

long_text() {
    printf '550'
    for word in $(seq 1 100); do
        printf ' word%d' "$word"
    done
}

# add_texts: gives two addresses errors with texts, t1@x.org two and t2@x.org a long one.
add_texts() {
    learn_text t1@x.org 2026-11-01T00:00:00Z '452 4.2.2 over quota'
    learn_text t1@x.org 2026-11-02T00:00:00Z '451 internal error (#4.3.0)'
    learn_text t2@x.org 2026-11-02T00:00:00Z "$(long_text)"
}

# add_outage: quarantines o1@out.org, o2@out.org and o3@out.org on November 11, 12 and 13, and
# k@other.org on November 12.
add_outage() {
    {
        echo "$header"
        for day in 1 2 3; do
            row "o$day@out.org" hard user-unknown - "2026-11-1${day}T00:00:00Z"
        done
        row k@other.org hard user-unknown - 2026-11-12T00:00:00Z
    } | quarantine update >/dev/null
}

# list_addresses OPTIONS: prints the addresses that list prints, on one line.
list_addresses() {
    quarantine list -N "$@" | cut -f 1 | on_a_line
}

# with_little_room COMMAND: no file that the command writes can be longer than 2 KiB.
with_little_room() {
    (
        ulimit -f 4
        exec "$@"
    )
}

# filter_stops STATUS COMMAND ADDRESS: succeeds if a filter that runs on does not pass the address
# after the command, and exits with that status.
# shellcheck disable=SC2154 # lib.sh sets $bin
filter_stops() {
    mkfifo to from
    "$bin/quarantine" filter -N <to >from 2>err &
    filter=$!
    exec 3>to 4<from
    echo ok@x.org >&3
    read -r row <&4
    eval "$2"
    echo "$3" >&3
    exec 3>&-
    cat <&4 >rest
    ends "$1" "$filter"
    same '' "$(cat rest)"
}
