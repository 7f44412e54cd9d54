#!/bin/sh
# Prints the processor time that a synthetic row takes, without a server:
# the median of three rounds of 3,000,000 rows. The target is 500 ns at most.
#
#   sh bench/events.sh          CC and CFLAGS are honoured
set -eu

cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM

# CFLAGS may hold several options.
# shellcheck disable=SC2086
${CC:-cc} -std=gnu99 ${CFLAGS:--O2} -Isrc -o "$dir/events" bench/events.c \
	src/synth/*.c

for round in 1 2 3; do
	"$dir/events" >>"$dir/rounds"
done
sort -n "$dir/rounds" | awk 'NR == 2 { printf "%s ns per row\n", $1 }'
