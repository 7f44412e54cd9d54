/*-------------------------------------------------------------------------
 *
 * options_help.c
 *		What --help says; see options.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/options.h"

void
options_help(FILE *out)
{
	/* clang-format off */
	fputs(
		"perfcheck-http [options] URL      the API's base: http://localhost:3001\n"
		"Sends load to an HTTP API, checks every answer, judges the latency.\n"
		"\n"
		"Requests, one source of:\n"
		"  --db CONNINFO        those of the perfcheck contract; keeps the run there\n"
		"  --requests FILE      a line: [METHOD] /path [JSON or @file]; - is stdin;\n"
		"                       or a HAR file, or an access log\n"
		"  --replay FILE        these with their own timing  --replay-speed N  times (1)\n"
		"  --setup-timeout TIME to count rows (30s) --trace   a traceparent with each\n"
		"  --weight QUERY=N     how often a query is sent, relative to the others (1)\n"
		"  --follow PERCENT     of pages, the next one is read, too (25)\n"
		"  --cursor NAME        parameter that takes nextCursor (from the contract)\n"
		"  --next HOW           auto, link, a path, page:, offset: or after:NAME (auto)\n"
		"  -H, --header LINE    \"Name: value\", again for more; for every request\n"
		"  --bearer-file FILE, --bearer-env NAME     a bearer token from there\n"
		"  --user USER:PASSWORD or in the URL       --compressed  ask for gzip and br\n"
		"  --cookie NAME=VALUE  each connection keeps cookies, from this on; or jar\n"
		"Load:\n"
		"  -c, --connections N  (100)               -t, --threads N  (1)\n"
		"  -r, --rate N         N requests a second, come what may (when answered)\n"
		"  -d, --duration TIME  500ms, 30s, 2m (30s)\n"
		"  --warmup TIME        before that, set apart (none)\n"
		"  --find-rate          the highest rate that holds the targets, for -d (20s)\n"
		"  --join RUN           one run of several machines; --join-wait TIME  (10s)\n"
		"  --timeout TIME       of a request (10s)  --connect-timeout TIME  (5s)\n"
		"  --http2, --streams N HTTP/2, N requests at a time on a connection (1)\n"
		"  --redirects N        to follow, on the same server (0)\n"
		"  --proxy URL          http, https, socks4 or socks5 (none)\n"
		"  --unix-socket FILE   connect to this, not to the URL's host\n"
		"  --host NAME[:PORT]   where the URL is the address alone\n"
		"  --connect-to HOST[:PORT]                 the address, for the URL's name\n"
		"  --cacert FILE, --cert FILE, --cert-key FILE         --no-keepalive\n"
		"  --insecure           certificate unchecked --client auto, light or multi\n"
		"Answers:\n"
		"  --check HOW          status; same body for the same request (the default);\n"
		"                       with --db: count, rows (the default then), columns\n"
		"  --page-size N        if no path says it  --ignore COLUMN  is not compared\n"
		"  --rows PATH, --key PATH  where rows are, what tells them apart (found)\n"
		"  --allow-empty        an answer without events is right, too\n"
		"  --allow-changes      the same request may get another body later on\n"
		"  --expect-status LIST right are 200,204 or 2xx or 400-499 (2xx)\n"
		"  --expect-json 'PATH WHAT'   $.errors absent; present, = != < <= > >= value\n"
		"Targets, by default those of the contract, or 200, 300, 500 ms:\n"
		"  --avg MS, --p95 MS, --p99 MS             of all requests together\n"
		"  --per-query          of each query, too\n"
		"  --min-rate N         right answers a second (none)\n"
		"  --max-errors N       failed requests (0) --max-resent N  lost ones (0.1 %)\n"
		"Output, beside the report:\n"
		"  --json FILE, --junit FILE    - is stdout; the report goes to stderr then\n"
		"  --samples            latencies in --json, for: perfcheck-http compare --help\n"
		"  --tap                on stdout           --github  annotations, summary\n"
		"  -h, --help           -V, --version\n"
		"Exit: 0 targets met, 1 missed or wrong answers, 2 bad usage, 3 could not run,\n"
		"      4 cut short, 5 missed but not valid: perfcheck-http itself was late\n",
		out);
	/* clang-format on */
}
