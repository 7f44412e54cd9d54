#!/bin/sh
# Whether fixes that perfcheck calls proven hurt: 100 generated join, LATERAL and
# UNION queries over the schemas of bench/fixes, and each proven fix on tables that
# really are 50 times as large, with and without it. bench/README.md says more.
#
#   sh bench/fixes.sh             all of them, under 20 minutes
#   sh bench/fixes.sh NAME...     bench/fixes/NAME.sql alone
#
# TIMEOUT, SAID and PG_CONFIG are those of causes.sh.

cd "$(dirname "$0")/.." || exit 1
CASES=bench/fixes TIMEOUT=${TIMEOUT:-10}
export CASES TIMEOUT
exec sh bench/causes.sh hurt "$@"
