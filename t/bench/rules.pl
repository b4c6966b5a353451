# rules.pl: does what a script would do: tries the match and not patterns of a rule file in turn on
# each line of stdin, and prints the name of the first rule that holds, or `-`. Guards are left out.
use strict;
use warnings;
my (@rules, $rule);
open my $file, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
while (<$file>) {
    chomp;
    if (/^(rule|guard) (.*)/) {
        $rule = { name => $2, match => [], not => [] };
        push @rules, $rule if $1 eq 'rule';
    } elsif (/^(match|not) (.*)/) {
        my ($keyword, $pattern) = ($1, $2);
        push @{ $rule->{$keyword} }, qr/$pattern/is;
    }
}
LINE: while (my $line = <STDIN>) {
    RULE: for my $r (@rules) {
        my $found = !@{ $r->{match} };
        for my $pattern (@{ $r->{match} }) {
            if ($line =~ $pattern) { $found = 1; last }
        }
        next unless $found;
        for my $pattern (@{ $r->{not} }) {
            next RULE if $line =~ $pattern;
        }
        print "$r->{name}\n";
        next LINE;
    }
    print "-\n";
}
