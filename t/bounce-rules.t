#!/bin/sh
# The rules' own examples: each `yes` ends at its rule, each `no` does not.
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
exec "${MXKIT_BIN:-$top/bin}/bounceclass" -t "$top/rules/bounce.rules"
