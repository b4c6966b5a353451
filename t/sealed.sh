# t/sealed.sh: lines of the state that a test makes by itself. A test file reads this after lib.sh.
# shellcheck shell=sh

# entry FIELD...: prints a line of the state without its checksum.
entry() {
    printf '%s' "$1"
    shift
    printf '\t%s' "$@"
    echo
}

# seal: adds to each line its checksum. It is computed here, from the definition of CRC32C, and not
# by the tools.
seal() {
    perl -e 'my @t = map { my $c = $_; $c = $c & 1 ? $c >> 1 ^ 0x82f63b78 : $c >> 1 for 1 .. 8; $c }
        0 .. 255;
        while (<STDIN>) {
            chomp;
            my $c = 0xffffffff;
            $c = $t[($c ^ $_) & 255] ^ $c >> 8 for unpack "C*", $_;
            printf "%s\t%08x\n", $_, $c ^ 0xffffffff;
        }'
}
