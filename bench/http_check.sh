#!/bin/sh
# What perfcheck-http takes of a processor to check answers: wrong ones beside right ones,
# against one nginx; and rows beside their number alone, against the reference API and its
# database. bench/README.md says what is measured.
#
#   sh bench/http_check.sh          three minutes
#
# CONNECTIONS      100 against nginx, a tenth of them against the API
# DURATION         seconds of each run, 5
# ROUNDS           of which the median counts, 3
# PG_CONFIG        the PostgreSQL; perfcheck is installed there
#
# nginx is Debian's nginx-light. A missed target is a result.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

connections=${CONNECTIONS:-100}
duration=${DURATION:-5}
rounds=${ROUNDS:-3}

# Four answers of 4 kB: a right one, one that is not JSON, one that changes with each
# request, and an error.
nginx_start()
{
	mkdir "$tmp/www" || exit 1
	perl -e 'my $row = q({"id":"00000000-0000-4000-8000-000000000000","name":"The Act live in concert",)
		. q("venue":"Hall","genre":"rock","date":"2027-01-01T20:00:00.000Z","price":"$20","ticketSources":[]});
		my $body = q({"events":[) . join(",", ($row) x 19) . q(],"nextCursor":null});
		open my $out, ">", "$ARGV[0]/right" or die; print $out $body . " " x (4096 - length $body);
		open $out, ">", "$ARGV[0]/not_json" or die; print $out "x" x 4096' "$tmp/www"
	port=$(free_port)
	url=http://127.0.0.1:$port
	cat >"$tmp/nginx.conf" <<END
daemon off;
master_process off;
pid $tmp/nginx.pid;
error_log stderr crit;
events { worker_connections 8192; }
http {
	access_log off;
	keepalive_requests 1000000000;
	default_type application/json;
	open_file_cache max=10;
	client_body_temp_path $tmp/1;
	proxy_temp_path $tmp/2;
	fastcgi_temp_path $tmp/3;
	uwsgi_temp_path $tmp/4;
	scgi_temp_path $tmp/5;
	server {
		listen 127.0.0.1:$port;
		root $tmp/www;
		location = /changed { return 200 '{"events":[{"id":"\$request_id"}],"more":"$(printf 'x%.0s' $(seq 4000))"}'; }
		location = /error { return 500 '{"error":"$(printf 'x%.0s' $(seq 4000))"}'; }
	}
}
END
	nginx -p "$tmp" -c "$tmp/nginx.conf" >"$tmp/nginx.log" 2>&1 9>&- &
	service=$!
	tries=0
	until curl -s -o /dev/null "$url/right"; do
		tries=$((tries + 1))
		[ "$tries" -lt 50 ] || die "nginx did not start: $(cat "$tmp/nginx.log")"
		sleep 0.1
	done
}

# measure NAME ARGUMENTS...: appends "NAME REQUESTS/S CPU_SECONDS_A_10,000 WRONG" of a run.
measure()
{
	name=$1
	shift
	./perfcheck-http -d "${duration}s" --avg 60000 --p95 60000 --p99 60000 --max-resent 1000000 \
		--json "$tmp/run.json" "$@" >"$tmp/out" 2>"$tmp/err"
	[ -s "$tmp/run.json" ] || die "$name failed: $(tail -n 5 "$tmp/err")"
	perl -MJSON::PP -0777 -ne '$j = decode_json($_); $w += $_ for values %{ $j->{errors} };
		printf "%s %.1f %.5f %d\n", $ENV{name}, $j->{requests} / $j->{duration_s},
		$j->{client}{core_share} * $j->{duration_s} / $j->{requests} * 1e4, $w' "$tmp/run.json" >>"$tmp/runs"
	rm "$tmp/run.json"
}

# median NAME FIELD
median()
{
	awk -v name="$1" -v field="$2" '$1 == name { print $field }' "$tmp/runs" | sort -n |
		awk '{ v[NR] = $1 } END { print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# print_runs BASE NAME...: a line each, with the processor time in multiples of the first's.
print_runs()
{
	base=$1
	shift
	printf '%-12s %11s %14s %10s %9s\n' "" "requests/s" "CPU s/10,000" "by $base" "wrong"
	for one; do
		printf '%-12s %11.0f %14.3f %10.2f %9d\n' "$one" "$(median "$one" 2)" "$(median "$one" 3)" \
			"$(awk -v a="$(median "$one" 3)" -v b="$(median "$base" 3)" 'BEGIN { print a / b }')" "$(median "$one" 4)"
	done
	say
}

# print_target TEXT NUMBER LIMIT
print_target()
{
	awk -v text="$1" -v n="$2" -v limit="$3" 'BEGIN {
		printf "%-66s %6.2f  %s\n", text, n, n <= limit ? "met" : "MISSED" }'
}

make_tmp
export name
PATH=$PATH:/usr/sbin
command -v nginx >/dev/null || die "nginx is not here; install it: apt-get install nginx-light"
make -s http api || die "not built"
find_postgresql
cluster_with_perfcheck
say "bench/http_check.sh, $(date -u '+%Y-%m-%d %H:%M') UTC, commit" \
	"$(git describe --always --dirty 2>/dev/null || say unknown)"
say "$(nproc) cores, load average $(cut -d ' ' -f 1-3 /proc/loadavg); $rounds rounds of $duration s of each in turn; medians;"
say "CPU: of perfcheck-http itself, the kernel's share of it included"
say
nginx_start
for round in $(seq "$rounds"); do
	say "round $round of $rounds against nginx" >&2
	for name in right not_json changed error; do
		say "/$name" >"$tmp/requests"
		measure "$name" -c "$connections" --requests "$tmp/requests" "$url"
	done
done
service_stop "$service"
print_runs right right not_json changed error

"$pg_bindir/psql" -X -q -c "SET client_min_messages = error" -c "CREATE EXTENSION perfcheck CASCADE" \
	-c "SELECT perfcheck_seed(20000)" >/dev/null || die "not seeded"
test/api/events-api --db "" --port 0 --pool 2 >"$tmp/api.url" 2>"$tmp/api.log" 9>&- &
service=$!
tries=0
until grep -q http "$tmp/api.url"; do
	tries=$((tries + 1))
	[ "$tries" -lt 50 ] || die "the API did not start: $(cat "$tmp/api.log")"
	sleep 0.1
done
url=$(sed -n 's/.*\(http:[^ ]*\).*/\1/p' "$tmp/api.url" | head -n 1)
for round in $(seq "$rounds"); do
	say "round $round of $rounds against the API" >&2
	for name in status count rows columns; do
		measure "$name" -c $(((connections + 9) / 10)) --db "" --check "$name" "$url"
	done
done
service_stop "$service"
print_runs count status count rows columns
print_target "CPU of a request with --check rows by --check count: at most 1.2" \
	"$(awk -v a="$(median rows 3)" -v b="$(median count 3)" 'BEGIN { print a / b }')" 1.2
say "load average at the end $(cut -d ' ' -f 1-3 /proc/loadavg)"
