#!/bin/sh
# The subject of the sentence: what makes a text hard no longer does so if the text speaks of
# somebody or something else than the recipient. The texts are made from the rules themselves.
. "${0%/*}/lib.sh"
rules=$top/rules/bounce.rules

check 'every example of a hard rule is hard, and there are many' <<\END
    sed -n 's/^yes //p' "$rules" | bounceclass -N | awk -F '\t' '$2 == "hard"' | cut -f 1 >hard
    [ "$(wc -l <hard)" -gt 80 ]
END
then_check 'no such example is hard with the words of a guard beside or within it' <<\END
    "$top/t/subjects" "$rules" <hard >texts
    [ "$(wc -l <texts)" -gt 200000 ]
    bounceclass -N -j 2 <texts | awk -F '\t' '$2 == "hard"' >out
    head -n 20 out
    same 0 "$(wc -l <out)"
END
finish
