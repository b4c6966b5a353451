# t/crash.sh: what quarantine-crash.t and quarantine-faults.t share. They read it after t/lib.sh.
# shellcheck shell=sh

export MXKIT_NOW=2026-11-23T00:00:00Z
seed=${SEED:-$(date +%s)}

# No address is quarantined as unreachable here, so that each error can be counted.
# shellcheck disable=SC2154 # lib.sh sets $tmp
MXKIT_RULES=$tmp/rules
mkdir "$MXKIT_RULES"
cat >"$MXKIT_RULES/quarantine.rules" <<END
reason unreachable
after 1000
apart 0s
forget 30d
apart 0s

reason user-unknown
after 1

guard domain
addresses 3
share 50%

reason mailbox-full
after 3
forget 30d
release 30d
apart 0s
END

# rows FROM COUNT [ADDRESSES]: prints a header and COUNT errors of that many addresses (10), each
# error with a message id of its own.
rows() {
    awk -v from="$1" -v count="$2" -v addresses="${3:-10}" 'BEGIN {
        print "address\treason\tat\tmessage_id"
        for (i = from; i < from + count; i++)
            printf "a%d@x.org\tunreachable\t2026-11-%02dT00:00:%02dZ\tm%d\n",
                i % addresses, i % 20 + 1, i % 60, i
    }'
}

# dribble FILE LINES: prints the file in pieces of that many lines. A process that starts and ends
# between two pieces makes a pause, so that a tool reads them as batches.
dribble() {
    awk -v lines="$2" '{ print } NR % lines == 0 { fflush(); system(":") }' "$1"
}

# count_errors: prints the number of errors in the state.
# shellcheck disable=SC2154 # lib.sh sets $bin
count_errors() {
    "$bin/quarantine" list -N >errors.list
    awk -F '\t' '{ n += $5 } END { print n + 0 }' errors.list
}

# counts_printed FILE: succeeds if the state has at least the errors that the last whole row of each
# address in FILE tells; update has printed FILE.
counts_printed() {
    "$bin/quarantine" list -N >counted.list
    awk -F '\t' 'FNR == NR { counted[$1] = $5; next }
        NF == 6 && $6 != "errors" { printed[$1] = $6 }
        END {
            for (a in printed)
                if (counted[a] + 0 < printed[a]) {
                    print a ": counted " counted[a] + 0 ", but printed " printed[a]
                    bad = 1
                }
            exit bad
        }' counted.list "$1"
}
