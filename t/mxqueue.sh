# t/mxqueue.sh: what the tests of mxqueue share. A test file reads it after t/lib.sh.
# shellcheck shell=sh
# shellcheck disable=SC2154 # lib.sh sets $tmp
# shellcheck disable=SC2119,SC2120 # arguments that may be left out

export MXKIT_NOW=2026-11-23T00:00:00Z

# message [TEXT]: makes a message, news.eml.
message() {
    printf 'Subject: %s\n\nHello\n' "${1:-news}" >news.eml
}

# add ADDRESS...: adds a row for each address to the queue, with the message news.eml.
add() {
    [ -e news.eml ] || message
    { echo address && printf '%s\n' "$@"; } | mxqueue add -m news.eml
}

# deliver [NEXT_AT [AT]]: stands for mxsend. The first letters of a row's address name its result,
# `sent` in sent1@x.org; a deferred row is due again at NEXT_AT. Words that are not a result leave
# the row as it is.
deliver() {
    awk -F '\t' -v OFS='\t' -v next_at="${1:--}" -v at="${2:-$MXKIT_NOW}" '
        NR == 1 {
            for (i = 1; i <= NF; i++) c[$i] = i
            n = split("result attempts at next_at", names, " ")
            for (i = 1; i <= n; i++)
                if (!(names[i] in c)) { c[names[i]] = NF + 1; $(NF + 1) = names[i] }
            width = NF
            print
            next
        }
        {
            for (i = NF + 1; i <= width; i++) $i = "-"
            match($c["address"], /^[a-z]+/)
            word = substr($c["address"], 1, RLENGTH)
            if (word ~ /^(sent|failed|deferred|expired)$/) {
                $c["result"] = word
                $c["attempts"] = $c["attempts"] + 1
                $c["at"] = at
                $c["next_at"] = word == "deferred" ? next_at : "-"
            }
            print
        }'
}

# job SCRIPT: runs a script as cron does: in a session of its own, with an empty environment.
job() {
    setsid -w env -i PATH="$PATH" MXKIT_STATE="$MXKIT_STATE" MXKIT_NOW="$MXKIT_NOW" \
        MXKIT_EXPECTS="${MXKIT_EXPECTS:-0}" LIB="$top/t/mxqueue.sh" tmp="$tmp" bin="$bin" \
        "${JOB_SHELL:-/bin/sh}" -c "$1"
}

# run_due: prints the addresses that a run of its own gets, on one line.
run_due() {
    job 'mxqueue due' | columns address
}

# columns NAME: prints a column of the rows on stdin, on one line.
columns() {
    awk -F '\t' -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        { printf "%s%s", sep, $c; sep = " " }
        END { print "" }'
}

# states: prints each row as ADDRESS=STATE or ADDRESS=RESULT, on one line.
states() {
    mxqueue list -N | awk -F '\t' '
        { printf "%s%s=%s", sep, $1, $4 == "-" || $3 == "leased" ? $3 : $4; sep = " " }
        END { print "" }'
}
