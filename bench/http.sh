#!/bin/sh
# perfcheck-http beside wrk, hey and autocannon, in turn, against one nginx:
# requests a second and processor time, against their targets. bench/README.md
# says what is measured.
#
#   make http && sh bench/http.sh          two minutes
#
# CONNECTIONS      100
# DURATION         seconds of each run, 5
# ROUNDS           of which the median counts, 3
# SERVER_CPU, CLIENT_CPU    the cores of nginx, 1, and of the client, 0
# PERFCHECK_HTTP   the program, ./perfcheck-http
#
# wrk, hey and nginx are Debian's packages (wrk, hey, nginx-light); autocannon
# is taken where it is installed. A tool that is not there is left out.
# Fails when answers were wrong; a missed target is a result.

cd "$(dirname "$0")/.." || exit 1
# shellcheck source=test/tools/lib.sh
. test/tools/lib.sh

connections=${CONNECTIONS:-100}
duration=${DURATION:-5}
rounds=${ROUNDS:-3}
server_cpu=${SERVER_CPU:-1}
client_cpu=${CLIENT_CPU:-0}
program=${PERFCHECK_HTTP:-./perfcheck-http}

has()
{
	command -v "$1" >/dev/null 2>&1
}

# --- the server --------------------------------------------------------------

# A JSON answer of 4 kB with 20 events.
write_body()
{
	awk 'BEGIN {
		printf "{\"events\":["
		for (i = 1; i <= 20; i++) {
			printf "%s{\"id\":\"00000000-0000-4000-8000-%012d\",", \
				(i > 1) ? "," : "", i
			printf "\"name\":\"The Act %d live in concert\",", i
			printf "\"venue\":\"Hall %d\",\"genre\":\"rock\",", i
			printf "\"date\":\"2027-01-%02dT20:00:00.000Z\",", i
			printf "\"price\":\"$%d\",\"ticketSources\":[]}", 20 + i
		}
		printf "],\"nextCursor\":null}"
	}' >"$tmp/www/events"
	size=$(wc -c <"$tmp/www/events")
	# Blanks are JSON, too.
	awk -v n=$((4096 - size)) 'BEGIN { while (n-- > 0) printf " " }' \
		>>"$tmp/www/events"
}

write_config()
{
	cat >"$tmp/nginx.conf" <<END
worker_processes 1;
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
	}
}
END
}

server_start()
{
	mkdir "$tmp/www" || exit 1
	write_body
	port=$(free_port)
	url=http://127.0.0.1:$port
	write_config
	taskset -c "$server_cpu" nginx -p "$tmp" -c "$tmp/nginx.conf" \
		>"$tmp/nginx.log" 2>&1 9>&- &
	service=$!
	tries=0
	until curl -s -o /dev/null "$url/events"; do
		tries=$((tries + 1))
		if [ "$tries" -gt 50 ] || ! kill -0 "$service" 2>/dev/null; then
			cat "$tmp/nginx.log" >&2
			die "nginx did not start"
		fi
		sleep 0.1
	done
}

# --- one run -----------------------------------------------------------------

# cpu_of COMMAND...: its output to $tmp/out, its processor seconds to $tmp/cpu:
# all of them, and those outside of the kernel.
cpu_of()
{
	perl -e 'my ($out, $cpu, @command) = @ARGV;
		open STDOUT, ">", $out or die;
		my $status = system @command;
		my ($user, $system) = (times)[2, 3];
		open my $file, ">", $cpu or die;
		printf $file "%.3f %.3f\n", $user + $system, $user;
		exit($status >> 8)' \
		"$tmp/out" "$tmp/cpu" taskset -c "$client_cpu" "$@" 2>"$tmp/err"
}

# Each prints "REQUESTS SECONDS WRONG".
run_perfcheck()
{
	# The targets are not what is measured.
	cpu_of "$program" -c "$connections" -d "${duration}s" --avg 60000 \
		--p95 60000 --p99 60000 --requests "$tmp/requests" --json - "$@" "$url"
	perl -MJSON::PP -0777 -ne '$j = decode_json($_); $w += $_ for
		values %{ $j->{errors} }; print "$j->{requests} $j->{duration_s} $w\n"' \
		"$tmp/out"
}

run_wrk()
{
	cpu_of wrk -t 1 -c "$connections" -d "${duration}s" "$url/events"
	perl -0777 -ne '/(\d+) requests in ([\d.]+)s/; print "$1 $2 ",
		/Non-2xx[^\d]*(\d+)/ ? $1 : 0, "\n"' "$tmp/out"
}

run_hey()
{
	cpu_of env GOMAXPROCS=1 hey -c "$connections" -z "${duration}s" \
		"$url/events"
	# hey keeps a million results at most, and its rate counts all.
	perl -0777 -ne '/Total:\s+([\d.]+)/; $t = $1; m{Requests/sec:\s+([\d.]+)};
		$n = sprintf "%.0f", $1 * $t; print "$n $t ",
		/Error distribution|\[[345]\d\d\]\s+\d+ responses/ ? 1 : 0, "\n"' "$tmp/out"
}

run_autocannon()
{
	cpu_of autocannon -c "$connections" -d "$duration" --json "$url/events"
	perl -MJSON::PP -0777 -ne '$j = decode_json($_);
		print "$j->{requests}{total} $j->{duration} ",
		$j->{errors} + $j->{non2xx}, "\n"' "$tmp/out"
}

# measure NAME COMMAND...: appends "NAME REQUESTS SECONDS WRONG CPU USER OTHERS".
measure()
{
	name=$1
	shift
	before=$(busy_ticks)
	began=$(date +%s.%N)
	took=$("$@") || die "$name failed: $(tail -n 5 "$tmp/err")"
	case $took in
		*[1-9]*" "*" 0") ;;
		*) die "$name got wrong answers: $took" ;;
	esac
	say "$before $(busy_ticks) $began $(date +%s.%N) $(getconf CLK_TCK)" |
		awk -v head="$name $took $(cat "$tmp/cpu")" '{
			printf "%s %.2f\n", head, ($2 - $1) / $5 / ($4 - $3) }' >>"$tmp/runs"
}

# Clock ticks of all processors that were not idle.
busy_ticks()
{
	awk '/^cpu / { print $2 + $3 + $4 + $7 + $8 + $9; exit }' /proc/stat
}

# --- results -----------------------------------------------------------------

# median NAME EXPRESSION: of an awk expression over a run's fields.
median()
{
	awk -v name="$1" '$1 == name { print '"$2"' }' "$tmp/runs" | sort -n |
		awk '{ v[NR] = $1 } END {
			print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

rate()
{
	median "$1" '$2 / $3'
}

# Processor seconds of 10,000 requests.
cost()
{
	median "$1" '$5 / $2 * 10000'
}

# Those outside of the kernel: what a client's own code takes.
own_cost()
{
	median "$1" '$6 / $2 * 10000'
}

print_runs()
{
	say
	printf '%-22s %10s %14s %12s %6s %7s %6s\n' "" "requests/s" \
		"of the rounds" "CPU s/10,000" "user" "by wrk" "busy"
	for name in $tools; do
		low=$(awk -v n="$name" '$1 == n { print $2 / $3 }' "$tmp/runs" |
			sort -n | head -n 1)
		high=$(awk -v n="$name" '$1 == n { print $2 / $3 }' "$tmp/runs" |
			sort -n | tail -n 1)
		printf '%-22s %10.0f %14s %12.3f %6.3f %7s %6.2f\n' \
			"$(describe "$name")" "$(rate "$name")" \
			"$(printf '%.0f-%.0f' "$low" "$high")" "$(cost "$name")" \
			"$(own_cost "$name")" "$(by_wrk "$name")" "$(median "$name" '$7')"
	done
	say
	say "medians; user: the part of the CPU time that is outside of the kernel; by wrk:"
	say "requests/s divided by wrk's; busy: processors at work on average, of which"
	say "nginx is 1 and the client 1 at most"
}

describe()
{
	case $1 in
		perfcheck) say "perfcheck-http" ;;
		multi) say "perfcheck-http, multi" ;;
		*) say "$1" ;;
	esac
}

by_wrk()
{
	if has wrk; then
		awk -v own="$(rate "$1")" -v wrk="$(rate wrk)" \
			'BEGIN { printf "%.2f", own / wrk }'
	else
		say "-"
	fi
}

# print_target TEXT NUMBER most|least LIMIT
print_target()
{
	awk -v text="$1" -v n="$2" -v how="$3" -v limit="$4" 'BEGIN {
		ok = how == "most" ? n <= limit : n >= limit
		printf "%-62s %6.2f  %s\n", text, n,
			!limit ? "" : ok ? "met" : "MISSED" }' | sed 's/ *$//'
}

ratio()
{
	awk -v a="$1" -v b="$2" 'BEGIN { print a / b }'
}

print_targets()
{
	say
	say "Targets"
	say
	if has wrk; then
		print_target "CPU of a request by wrk's: at most 1" \
			"$(ratio "$(cost perfcheck)" "$(cost wrk)")" most 1
		print_target "requests/s by wrk's: at least 0.9" \
			"$(ratio "$(rate perfcheck)" "$(rate wrk)")" least 0.9
	fi
	if has autocannon; then
		print_target "requests/s by autocannon's: at least 3" \
			"$(ratio "$(rate perfcheck)" "$(rate autocannon)")" least 3
		! has wrk || print_target "for information, the same of wrk" \
			"$(ratio "$(rate wrk)" "$(rate autocannon)")" least 0
		print_target "for information, user CPU of a request, autocannon's by ours" \
			"$(ratio "$(own_cost autocannon)" "$(own_cost perfcheck)")" least 0
	else
		say "requests/s by autocannon's: at least 3; autocannon is not here"
	fi
	if has hey; then
		print_target "for information, requests/s by hey's" \
			"$(ratio "$(rate perfcheck)" "$(rate hey)")" least 0
	fi
}

print_header()
{
	say "bench/http.sh, $(date -u '+%Y-%m-%d %H:%M') UTC, commit" \
		"$(git describe --always --dirty 2>/dev/null || say unknown)"
	say "$(nproc) cores ($(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo |
		head -n 1)), load average $(cut -d ' ' -f 1-3 /proc/loadavg)"
	say "$(nginx -v 2>&1 | sed 's/.*: //') on core $server_cpu, the client on" \
		"core $client_cpu, loopback, keep-alive, 4 kB of JSON"
	say "$connections connections, $rounds rounds of $duration s of each in turn;" \
		"perfcheck-http checks every body"
	! has wrk || wrk -v 2>&1 | sed -n '1s/ \[.*//p'
	say "$("$program" --version), $(curl-config --version 2>/dev/null)"
}

make_tmp
PATH=$PATH:/usr/sbin
has nginx || die "nginx is not here; install it: apt-get install nginx-light"
has taskset || die "taskset is not here; install util-linux"
[ -x "$program" ] || die "$program is not built; run make http"
tools="perfcheck multi"
for tool in wrk hey autocannon; do
	if has "$tool"; then
		tools="$tools $tool"
	else
		say "bench: $tool is not here and is left out" >&2
	fi
done
server_start
say /events >"$tmp/requests"
print_header
round=1
while [ "$round" -le "$rounds" ]; do
	for tool in $tools; do
		say "round $round of $rounds: $(describe "$tool")" >&2
		case $tool in
			perfcheck) measure "$tool" run_perfcheck ;;
			multi) measure "$tool" run_perfcheck --client multi ;;
			*) measure "$tool" "run_$tool" ;;
		esac
	done
	round=$((round + 1))
done
print_runs
print_targets
say
say "load average at the end: $(cut -d ' ' -f 1-3 /proc/loadavg)"
service_stop
