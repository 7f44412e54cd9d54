#!/bin/sh
# perfcheck-http in an open loop against a server that stalls for 1 s in every
# 10 s: its percentiles beside those that follow from the schedule.
# bench/README.md says what is measured.
#
#   make http build/stall && sh bench/stall.sh      half a minute a round
#
# ROUNDS           at most, for each client, default 3

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

program=${PERFCHECK_HTTP:-./perfcheck-http}
rounds=${ROUNDS:-3}
connections=60 delay=20 first=5000 every=10000 length=1000
load="rate 2000 duration 30000 connections $connections delay $delay first $first
	every $every length $length"

measure()
{
	rm -f "$tmp/url" "$tmp/json"
	build/stall $delay $first $every $length >"$tmp/url" 9>&- &
	service=$!
	until [ -s "$tmp/url" ]; do
		sleep 0.1
	done
	say /events | "$program" --client "$1" -c $connections --rate 2000 -d 30s \
		--requests - --json "$tmp/json" "$(cat "$tmp/url")" >"$tmp/report"
	service_stop
}

# Prints a table; false when a percentile is off by more than 5 %.
compare()
{
	# shellcheck disable=SC2016,SC2086
	perl -Itest/lib -MStallTruth -MJSON::PP -0777 -e '
		my $json = decode_json(<STDIN>);
		my $truth = StallTruth->new(@ARGV);
		my $off = $json->{requests} != $truth->requests;
		printf "%-8s %10s %10s %8s   %s\n", "", "truth, ms", "found, ms",
			"off by", "service time";
		for my $percent (50, 90, 99, 99.9) {
			my $member = "p$percent" =~ tr/./_/r;
			my ($true, $found) =
				($truth->latency($percent), $json->{latency_ms}{$member});
			$off = 1 if abs($found - $true) > 0.05 * $true;
			printf "%-8s %10.2f %10.2f %6.2f %%   %.2f\n", "p$percent", $true,
				$found, 100 * ($found / $true - 1),
				$json->{service_ms}{$member};
		}
		printf "%-8s %10d %10d\n%-8s %10d %10d\n", "late", $truth->late,
			$json->{late_starts}, "requests", $truth->requests,
			$json->{requests};
		exit $off;' $load <"$tmp/json"
}

[ -x "$program" ] || die "$program is not built; run make http"
[ -x build/stall ] || die "build/stall is not built; run make build/stall"
make_tmp
say "bench/stall.sh, $(date -u '+%Y-%m-%d %H:%M') UTC, commit" \
	"$(git describe --always --dirty 2>/dev/null || say unknown)"
say "2,000 requests/s for 30 s, $connections connections; answers take 20 ms, and the" \
	"server stalls for 1 s in every 10 s" | fold -s -w 79
failed=0
for client in light multi; do
	round=1
	while :; do
		say
		say "$client client, round $round, load average" \
			"$(cut -d ' ' -f 1-3 /proc/loadavg)"
		measure "$client"
		if compare; then
			say "all within 5 %"
			break
		fi
		say "not within 5 %"
		round=$((round + 1))
		if [ "$round" -gt "$rounds" ]; then
			failed=1
			break
		fi
	done
done
exit "$failed"
