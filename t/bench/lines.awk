# lines.awk: prints COUNT log lines made from real replies. Each line is one text of the input, with
# other addresses, hosts, IDs and numbers. The same input gives the same lines. With RANKED=1 lines
# repeat as in a log of real mail, where the same failures come again and again: they are drawn by
# rank from many more than COUNT lines, and the one of rank n is 1 / n as frequent as the first one.
# About 53 of 100 are then the same as one of the last few thousand.
#
#     awk -F '\t' -v COUNT=1000000 [-v RANKED=1] -f lines.awk texts
function some(n) { return int(rand() * n) }
function by_rank(n) { return int(exp(rand() * log(n + 1))) }
function instead(part) {
    if (part ~ /@/)
        return "user" some(1000000) "@d" some(5000) ".example.org"
    if (part ~ /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/)
        return some(223) + 1 "." some(256) "." some(256) "." some(256)
    if (part ~ /^[0-9]+$/)
        return some(10 ^ length(part) % 2000000000)
    return "mx" some(1000) ".host" some(300) ".example.com"
}
function changed(rest, line) {
    while (match(rest, changing)) {
        line = line substr(rest, 1, RSTART - 1) instead(substr(rest, RSTART, RLENGTH))
        rest = substr(rest, RSTART + RLENGTH)
    }
    return line rest
}
BEGIN {
    srand(7)
    changing = "[A-Za-z0-9._+-]+@[A-Za-z0-9.-]+|[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+|" \
        "[0-9][0-9][0-9][0-9][0-9]+|[a-z0-9-]+\\.example\\.(com|org|net|jp)"
}
$1 != "" { texts[count++] = $1 }
END {
    for (i = 0; i < COUNT && count > 0; i++) {
        rank = RANKED ? by_rank(100 * COUNT) : i
        line = RANKED && rank in lines ? lines[rank] : changed(texts[some(count)])
        if (RANKED)
            lines[rank] = line
        print line
    }
}
