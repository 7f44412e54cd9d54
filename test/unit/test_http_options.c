/*-------------------------------------------------------------------------
 *
 * test_http_options.c
 *		Unit tests of src/http/cli/options.c: defaults, every option, bad input.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/cli/options.h"
#include "options_fixture.h"

static void
test_defaults(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--requests paths.txt " URL, &settings);
	assert_string_equal(settings.url, URL);
	assert_string_equal(settings.requests_file, "paths.txt");
	assert_null(settings.conninfo);
	assert_null(settings.json_file);
	assert_int_equal(settings.connections, 100);
	assert_int_equal(settings.duration_us, 30000000);
	assert_int_equal(settings.timeout_us, 10000000);
	assert_int_equal(settings.connect_timeout_us, 5000000);
	assert_int_equal(settings.check, CHECK_SAME);
	assert_false(settings.allow_empty);
	/* Not given: the contract's, or targets.h's. */
	assert_true(isnan(settings.targets.avg_ms));
	assert_true(isnan(settings.targets.p95_ms));
	assert_true(isnan(settings.targets.p99_ms));
	assert_true(settings.targets.min_rate == 0);
	assert_int_equal(settings.targets.max_errors, 0);
	options_free(&settings);
}

static void
test_every_option(void **state)
{
	Settings settings;

	(void) state;
	parse_good("-c 7 -d 5s --requests - --allow-empty --check status"
			   " --json out.json --avg 1.5 --p95 2 --p99 3 --min-rate 4.5"
			   " --max-errors 6 --timeout 700ms --connect-timeout 2m " URL,
			   &settings);
	assert_int_equal(settings.connections, 7);
	assert_int_equal(settings.duration_us, 5000000);
	assert_string_equal(settings.requests_file, "-");
	assert_true(settings.allow_empty);
	assert_string_equal(settings.json_file, "out.json");
	assert_true(settings.targets.avg_ms == 1.5);
	assert_true(settings.targets.p95_ms == 2);
	assert_true(settings.targets.p99_ms == 3);
	assert_true(settings.targets.min_rate == 4.5);
	assert_int_equal(settings.targets.max_errors, 6);
	assert_int_equal(settings.timeout_us, 700000);
	assert_int_equal(settings.connect_timeout_us, 120000000);
	options_free(&settings);
}

static void
test_every_load_option(void **state)
{
	Settings settings;

	(void) state;
	parse_good(
		"-r 250.5 -t 3 --warmup 2s --client light --insecure --unix-socket s"
		" -H A:b --header=C:_d --requests f " URL,
		&settings);
	assert_true(settings.rate == 250.5);
	assert_int_equal(settings.threads, 3);
	assert_int_equal(settings.warmup_us, 2000000);
	assert_int_equal(settings.client, CLIENT_LIGHT);
	assert_true(settings.insecure);
	assert_string_equal(settings.unix_socket, "s");
	assert_int_equal(settings.header_count, 2);
	assert_string_equal(settings.headers[0], "A:b");
	assert_string_equal(settings.headers[1], "C:_d");
	options_free(&settings);
	parse_good("--client multi --requests f " URL, &settings);
	assert_int_equal(settings.client, CLIENT_MULTI);
	options_free(&settings);
	parse_good("--client auto --requests f " URL, &settings);
	assert_int_equal(settings.client, CLIENT_AUTO);
	assert_true(settings.rate == 0);
	assert_int_equal(settings.threads, 1);
	assert_int_equal(settings.warmup_us, 0);
	assert_false(settings.insecure);
	options_free(&settings);
}

static void
test_every_request_option(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--requests f --bearer-file token --cursor after"
			   " --follow 12.5 --weight /a=2 --weight /b?x=y=0.5 " URL,
			   &settings);
	assert_string_equal(settings.bearer_file, "token");
	assert_null(settings.bearer_env);
	assert_string_equal(settings.cursor, "after");
	assert_true(settings.follow_percent == 12.5);
	assert_int_equal(settings.weight_count, 2);
	assert_string_equal(settings.weights[0].name, "/a");
	assert_true(settings.weights[0].weight == 2);
	assert_string_equal(settings.weights[1].name, "/b?x=y");
	assert_true(settings.weights[1].weight == 0.5);
	options_free(&settings);
	parse_good("--db _ --bearer-env TOKEN --follow 0 " URL, &settings);
	assert_string_equal(settings.bearer_env, "TOKEN");
	assert_true(settings.follow_percent == 0);
	options_free(&settings);
	parse_good("--db _ " URL, &settings);
	assert_true(settings.follow_percent == 25);
	assert_null(settings.cursor);
	options_free(&settings);
}

static void
test_every_report_option(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--db _ --tap --junit j --json x --github --per-query"
			   " --allow-changes " URL,
			   &settings);
	assert_true(settings.tap && settings.github && settings.per_query);
	assert_true(settings.allow_changes);
	assert_string_equal(settings.junit_file, "j");
	assert_true(options_machine_stdout(&settings));
	options_free(&settings);
	parse_good("--db _ --json x --junit y --github " URL, &settings);
	assert_false(settings.tap || settings.per_query || settings.allow_changes);
	assert_false(options_machine_stdout(&settings));
	options_free(&settings);
	parse_good("--db _ --junit - --json x " URL, &settings);
	assert_true(options_machine_stdout(&settings));
	options_free(&settings);
	parse_good("--db _ --json - " URL, &settings);
	assert_true(options_machine_stdout(&settings));
	options_free(&settings);
}

static void
test_long_forms_and_order(void **state)
{
	Settings settings;

	(void) state;
	parse_good(URL " --connections=8 --duration 500ms --requests=f", &settings);
	assert_int_equal(settings.connections, 8);
	assert_int_equal(settings.duration_us, 500000);
	options_free(&settings);
}

static void
test_check_follows_source(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--db dbname=x " URL, &settings);
	assert_int_equal(settings.check, CHECK_ROWS);
	assert_string_equal(settings.conninfo, "dbname=x");
	options_free(&settings);
	parse_good("--db _ --check status --allow-empty " URL, &settings);
	assert_int_equal(settings.check, CHECK_STATUS);
	options_free(&settings);
	parse_good("--requests f --check same --allow-empty " URL, &settings);
	assert_int_equal(settings.check, CHECK_SAME);
	options_free(&settings);
	parse_good("--check count --db _ " URL, &settings);
	assert_int_equal(settings.check, CHECK_COUNT);
	options_free(&settings);
	parse_good(
		"--db _ --check columns --page-size 50 --ignore a --ignore b " URL,
		&settings);
	assert_int_equal(settings.check, CHECK_COLUMNS);
	assert_int_equal(settings.page_size, 50);
	assert_int_equal(settings.ignore_count, 2);
	assert_string_equal(settings.ignore[1], "b");
	options_free(&settings);
}

static void
test_help_and_version(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--help", &settings);
	assert_true(settings.help && !settings.version);
	parse_good("-h --whatever", &settings);
	assert_true(settings.help);
	parse_good("-V", &settings);
	assert_true(settings.version && !settings.help);
}

/* Every option that is taken is in --help, which fits a screen. */
static void
test_help_fits_a_screen(void **state)
{
	char text[8192] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");
	int lines = 0;

	(void) state;
	assert_non_null(out);
	options_help(out);
	assert_int_equal(fclose(out), 0);
	for (char *line = strtok(text, "\n"); line != NULL;
		 line = strtok(NULL, "\n"))
	{
		lines++;
		if (strlen(line) > 80)
			fail_msg("too wide: %s", line);
	}
	assert_in_range(lines, 10, 60);
}

/* Options of runs that belong together. */
static void
test_runs(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--requests f " URL, &settings);
	assert_false(settings.samples || settings.find_rate);
	assert_null(settings.join);
	assert_int_equal(settings.slices, 0);
	options_free(&settings);
	parse_good("--requests f --samples --json o.json " URL, &settings);
	assert_true(settings.samples);
	assert_int_equal(settings.slices, 60);
	options_free(&settings);
	parse_good("--requests f --find-rate --min-rate 500 -r 100 " URL,
			   &settings);
	assert_true(settings.find_rate);
	assert_int_equal(settings.duration_us, 20000000);
	options_free(&settings);
	parse_good("--requests f --find-rate -d 1m " URL, &settings);
	assert_int_equal(settings.duration_us, 60000000);
	options_free(&settings);
	parse_good("--db _ --join all " URL, &settings);
	assert_string_equal(settings.join, "all");
	assert_int_equal(settings.join_us, 10000000);
	options_free(&settings);
	parse_good("--db _ --join all --join-wait 3s " URL, &settings);
	assert_int_equal(settings.join_us, 3000000);
	options_free(&settings);

	assert_refused("--requests f --samples " URL, "--samples requires --json");
	assert_refused("--requests f --join a " URL, "--join requires --db");
	assert_refused("--db _ --join _ " URL, "invalid --join \"\"");
	assert_refused("--db _ --join-wait 1s " URL, "requires --join");
	assert_refused("--db _ --join a --join-wait 0 " URL,
				   "invalid --join-wait \"0\"");
	assert_refused("--db _ --find-rate --join a " URL,
				   "--find-rate and --join conflict");
	assert_refused("--db _ --find-rate --warmup 1s " URL,
				   "--find-rate and --warmup conflict");
	assert_refused("--db _ --find-rate --samples --json f " URL,
				   "--find-rate and --samples conflict");
	assert_refused("--db _ --find-rate -d 4999ms " URL,
				   "--find-rate requires --duration of at least 5s");
}

static void
test_bad_numbers(void **state)
{
	(void) state;
	assert_refused("-c 0 --db _ " URL, "invalid --connections \"0\"");
	assert_refused("-c -1 --db _ " URL, "invalid --connections \"-1\"");
	assert_refused("-c ten --db _ " URL, "invalid --connections \"ten\"");
	assert_refused("-c 10001 --db _ " URL, "from 1 to 10000");
	assert_refused("-c _ --db _ " URL, "invalid --connections \"\"");
	assert_refused("-d 0 --db _ " URL, "invalid --duration \"0\"");
	assert_refused("-d 5x --db _ " URL, "invalid --duration \"5x\"");
	assert_refused("-d -5s --db _ " URL, "invalid --duration \"-5s\"");
	assert_refused("--timeout never --db _ " URL,
				   "invalid --timeout \"never\"");
	assert_refused("--connect-timeout 0s --db _ " URL,
				   "invalid --connect-timeout \"0s\"");
	assert_refused("--avg 0 --db _ " URL, "invalid --avg \"0\"");
	assert_refused("--p95 -3 --db _ " URL, "invalid --p95 \"-3\"");
	assert_refused("--p99 1e3 --db _ " URL, "invalid --p99 \"1e3\"");
	assert_refused("--p99 300ms --db _ " URL, "invalid --p99 \"300ms\"");
	assert_refused("--min-rate 0 --db _ " URL, "invalid --min-rate \"0\"");
	assert_refused("--max-errors -1 --db _ " URL,
				   "invalid --max-errors \"-1\"");
	assert_refused("--max-errors 1.5 --db _ " URL,
				   "invalid --max-errors \"1.5\"");
	assert_refused("--check body --db _ " URL, "invalid --check \"body\"");
}

static void
test_bad_words(void **state)
{
	(void) state;
	assert_refused("--db _ --whatever " URL, "unknown option \"--whatever\"");
	assert_refused("--db _ -x " URL, "unknown option \"-x\"");
	assert_refused("--db _ -xc 5 " URL, "unknown option \"-x\"");
	assert_refused("--db _ --allow-empty=1 " URL, "does not take an argument");
	assert_refused("--db _ --help=1 " URL, "does not take an argument");
	assert_refused("--db _ " URL " -c", "option \"-c\" requires an argument");
	assert_refused("--db _ " URL " --json",
				   "option \"--json\" requires an argument");
	assert_refused("--db _", "no URL given");
	assert_refused("--db _ " URL " http://two",
				   "give one only, not \"http://two\"");
}

static void
test_bad_load_and_requests(void **state)
{
	(void) state;
	assert_refused("-r 0 --db _ " URL, "invalid --rate \"0\"");
	assert_refused("--rate -5 --db _ " URL, "invalid --rate \"-5\"");
	assert_refused("--rate fast --db _ " URL, "invalid --rate \"fast\"");
	assert_refused("-t 0 --db _ " URL, "invalid --threads \"0\"");
	assert_refused("-t 65 --db _ " URL, "from 1 to 64");
	assert_refused("--warmup soon --db _ " URL, "invalid --warmup \"soon\"");
	assert_refused("--client curl --db _ " URL, "invalid --client \"curl\"");
	assert_refused("--weight page --db _ " URL, "invalid --weight \"page\"");
	assert_refused("--weight =2 --db _ " URL, "invalid --weight \"=2\"");
	assert_refused("--weight page= --db _ " URL, "invalid --weight \"page=\"");
	assert_refused("--weight page=0 --db _ " URL,
				   "invalid --weight \"page=0\"");
	assert_refused("--weight page=-1 --db _ " URL, "invalid --weight");
	assert_refused("--weight page=1001 --db _ " URL, "from 0.001 to 1000");
	assert_refused("--follow 101 --db _ " URL, "invalid --follow \"101\"");
	assert_refused("--follow some --db _ " URL, "invalid --follow \"some\"");
	assert_refused("--cursor _ --db _ " URL, "invalid --cursor \"\"");
	assert_refused("--cursor a=b --db _ " URL, "invalid --cursor \"a=b\"");
}

/* What it holds is not repeated. */
static void
test_bad_headers(void **state)
{
	Settings settings;
	RunError error;

	(void) state;
	assert_refused("-H secret --db _ " URL, "invalid -H: give \"Name: value\"");
	assert_refused("-H :secret --db _ " URL, "invalid -H: give");
	assert_refused("-H _ --db _ " URL, "invalid -H: give");
	assert_refused("-H A\x01:secret --db _ " URL, "invalid -H: give");
	assert_refused("-H A:secret\r\nB:c --db _ " URL,
				   "must have no control characters");
	assert_refused("-H content-length:5 --db _ " URL, "cannot be set");
	assert_refused("-H Host:x --db _ " URL, "cannot be set");
	assert_false(parse("-H A:secret\n --db _ " URL, &settings, &error));
	assert_null(strstr(error.message, "secret"));
}

static void
test_conflicts(void **state)
{
	(void) state;
	assert_refused("-c 2 -t 3 --db _ " URL, "3 threads for 2 connections");
	assert_refused("-r 5 --min-rate 6 --db _ " URL,
				   "cannot be met at --rate 5");
	assert_refused("--bearer-file a --bearer-env b --db _ " URL, "conflict");
	assert_refused("-H authorization:x --bearer-env b --db _ " URL,
				   "--bearer-env and -H \"Authorization: ...\" conflict");
	assert_refused("--follow 5 --requests f " URL, "requires --cursor NAME");
	assert_refused("--follow 0 --cursor c --requests f " URL, "conflict");
	assert_refused("--tap --json - --db _ " URL, "only one of");
	assert_refused("--tap --junit - --db _ " URL, "only one of");
	assert_refused("--junit - --json - --db _ " URL, "only one of");
	assert_refused("--junit a --json a --db _ " URL, "name the same file");
	assert_refused("--db _ --requests f " URL, "--db and --requests conflict");
	assert_refused(URL, "give --db CONNINFO or --requests FILE");
	assert_refused("--requests f --check count " URL, "requires --db");
	assert_refused("--db _ --allow-empty " URL, "conflict");
	assert_refused("--db _ --allow-empty --check count " URL, "conflict");
}

static void
assert_base(const char *text, const char *expected)
{
	RunError error;
	Settings settings = {0};
	char *base = options_base_url(text, &settings, &error);

	if (base == NULL)
		fail_msg("\"%s\" is refused: %s", text, error.message);
	assert_string_equal(base, expected);
	free(base);
}

static void
test_urls(void **state)
{
	(void) state;
	assert_base("http://localhost:3001", "http://localhost:3001");
	assert_base("http://localhost:3001/", "http://localhost:3001");
	assert_base("http://localhost:3001///", "http://localhost:3001");
	assert_base("https://api.example.org/v1/", "https://api.example.org/v1");
	assert_base("http://[::1]:80/x", "http://[::1]:80/x");
	assert_base("HTTP://127.0.0.1", "http://127.0.0.1");
}

static void
test_ways(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--db _ " URL, &settings);
	assert_false(settings_need_multi(&settings));
	assert_false(settings.http2);
	assert_int_equal(settings.streams, 1);
	assert_int_equal(settings.redirects, 0);
	assert_null(settings.proxy);
	options_free(&settings);
	parse_good("--db _ --http2 --streams 100 -c 100 " URL, &settings);
	assert_true(settings.http2 && settings_need_multi(&settings));
	assert_int_equal(settings.streams, 100);
	options_free(&settings);
	parse_good("--db _ --redirects 20 --client multi " URL, &settings);
	assert_true(settings_need_multi(&settings));
	assert_int_equal(settings.redirects, 20);
	options_free(&settings);
	parse_good("--db _ --proxy socks5h://me:secret@localhost:1080 " URL,
			   &settings);
	assert_true(settings_need_multi(&settings));
	assert_string_equal(settings.proxy, "socks5h://me:secret@localhost:1080");
	options_free(&settings);
	parse_good("--db _ --proxy localhost:3128 " URL, &settings);
	options_free(&settings);
}

static void
test_bad_ways(void **state)
{
	RunError error;
	Settings settings;

	(void) state;
	assert_refused("--streams 0 --http2 --db _ " URL,
				   "invalid --streams \"0\"");
	assert_refused("--streams 1001 --http2 --db _ " URL, "from 1 to 1000");
	assert_refused("--streams 1 --db _ " URL, "--streams requires --http2");
	assert_refused("--http2 --streams 101 -c 100 --db _ " URL,
				   "give at most 10000 streams in all");
	assert_refused("--redirects -1 --db _ " URL, "invalid --redirects \"-1\"");
	assert_refused("--redirects 21 --db _ " URL, "from 0 to 20");
	assert_refused("--client light --http2 --db _ " URL,
				   "--client light and --http2 conflict");
	assert_refused("--client light --redirects 1 --db _ " URL,
				   "--client light and --redirects conflict");
	assert_refused("--client light --proxy a:1 --db _ " URL,
				   "--client light and --proxy conflict");
	assert_refused("--unix-socket s --proxy a:1 --db _ " URL,
				   "--proxy and --unix-socket conflict");
	assert_refused("--proxy _ --db _ " URL, "invalid --proxy");
	assert_refused("--proxy ftp://a --db _ " URL, "invalid --proxy");
	assert_refused("--proxy http://a:port --db _ " URL, "invalid --proxy");
	assert_false(
		parse("--db _ --proxy ftp://me:secret@a " URL, &settings, &error));
	assert_null(strstr(error.message, "secret"));
}

static void
test_bad_urls(void **state)
{
	(void) state;
	assert_refused("--db _ _", "invalid URL \"\"");
	assert_refused("--db _ localhost", "must start with http:// or https://");
	assert_refused("--db _ localhost:3001", "must start with http://");
	assert_refused("--db _ ftp://localhost/", "must start with http://");
	assert_refused("--db _ file:///etc/hosts", "must start with http://");
	assert_refused("--db _ http://", "invalid URL \"http://\"");
	assert_refused("--db _ http://:80/", "no host");
	assert_refused("--db _ http://localhost:port/", "port");
	assert_refused("--db _ http://localhost:99999/", "port");
	assert_refused("--db _ http://localhost/?a=b", "no query");
	assert_refused("--db _ http://localhost/?", "no query");
	assert_refused("--db _ http://localhost/#a", "no query and no fragment");
	assert_refused("--db _ http://localhost/\xc3\xa5", "percent-encoded");
	assert_refused("--db _ http://[::1", "invalid URL");
}

/* A password in a URL is neither used nor shown. */
static void
test_password_in_url(void **state)
{
	Settings settings;
	RunError error;

	(void) state;
	assert_refused("--db _ http://:secret@localhost/", "give USER:PASSWORD");
	assert_false(parse("--db _ http://:secret@localhost/", &settings, &error));
	assert_null(strstr(error.message, "secret"));
	assert_false(parse("--db _ ftp://me:secret@localhost/", &settings, &error));
	assert_null(strstr(error.message, "secret"));
}

/* --- how answers are read, and who asks ---------------------------------------- */

static void
test_answers(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--db _ " URL, &settings);
	assert_null(settings.rows);
	assert_int_equal(settings.next, NEXT_FOUND);
	assert_false(settings.next_given || settings.compressed);
	assert_null(settings.cookies);
	options_free(&settings);
	parse_good("--db _ --rows data.items --key $.id --next a.b[-1] " URL,
			   &settings);
	assert_string_equal(settings.rows, "data.items");
	assert_string_equal(settings.key, "$.id");
	assert_int_equal(settings.next, NEXT_MEMBER);
	assert_string_equal(settings.next_name, "a.b[-1]");
	options_free(&settings);
	parse_good("--db _ --next link " URL, &settings);
	assert_int_equal(settings.next, NEXT_HEADER);
	options_free(&settings);
	parse_good("--db _ --next page:p " URL, &settings);
	assert_int_equal(settings.next, NEXT_PAGE);
	assert_string_equal(settings.next_name, "p");
	options_free(&settings);
	parse_good("--db _ --next offset:$skip --next after:starting_after " URL,
			   &settings);
	assert_int_equal(settings.next, NEXT_AFTER);
	options_free(&settings);
	/* Pages of a file are followed if something says how. */
	parse_good("--requests _ " URL, &settings);
	assert_true(settings.follow_percent == 0);
	options_free(&settings);
	parse_good("--requests _ --next auto --follow 50 " URL, &settings);
	assert_true(settings.follow_percent == 50 && settings.next_given);
	assert_int_equal(settings.next, NEXT_FOUND);
	options_free(&settings);
}

static void
test_users(void **state)
{
	static const char *const given[] = {
		("--db _ --user me:secret " URL), "--db _ http://me:secret@localhost:1",
		"--db _ http://me:s%65cret@localhost:1"};
	Settings settings;

	(void) state;
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
	{
		parse_good(given[i], &settings);
		assert_int_equal(settings.header_count, 1);
		assert_string_equal(settings.headers[0],
							"Authorization: Basic bWU6c2VjcmV0");
		assert_string_equal(settings.secret, "bWU6c2VjcmV0\nme:secret\nsecret");
		assert_null(strchr(settings.url, '@'));
		options_free(&settings);
	}
	parse_good("--db _ --user a: " URL, &settings);
	assert_string_equal(settings.headers[0], "Authorization: Basic YTo=");
	assert_string_equal(settings.secret, "YTo=\na:");
	options_free(&settings);
	parse_good("--db _ --cookie a=1 --cookie b=2;c=3 --compressed " URL,
			   &settings);
	assert_string_equal(settings.cookies, "a=1;b=2;c=3");
	assert_true(settings.compressed);
	options_free(&settings);
	parse_good("--db _ --cookie jar " URL, &settings);
	assert_string_equal(settings.cookies, "");
	options_free(&settings);
	parse_good("-H Authorization:Bearer_abcdef -H X-Api-Key:key12345"
			   " --cookie s=cookie99;t=ab --db _ " URL,
			   &settings);
	assert_string_equal(settings.secret, "Bearer_abcdef\nkey12345\ncookie99");
	options_free(&settings);
}

static void
test_bad_answers(void **state)
{
	RunError error;
	Settings settings;

	(void) state;
	assert_refused("--db _ --rows a[x] " URL, "invalid --rows \"a[x]\"");
	assert_refused("--db _ --key a[1 " URL, "invalid --key");
	assert_refused("--db _ --next page: " URL, "give page:NAME");
	assert_refused("--db _ --next offset:a&b " URL, "give offset:NAME");
	assert_refused("--db _ --next a[ " URL, "invalid --next");
	assert_refused("--db _ --next page:p --cursor c " URL,
				   "--cursor and --next page: conflict");
	assert_refused("--db _ --next link --follow 0 " URL,
				   "--next and --follow 0 conflict");
	assert_refused("--db _ --cookie abc " URL,
				   "invalid --cookie: give NAME=VALUE");
	assert_refused("--db _ --cookie =secret " URL, "invalid --cookie");
	assert_false(parse("--db _ --cookie =secret " URL, &settings, &error));
	assert_null(strstr(error.message, "secret"));
	assert_refused("--db _ --cookie a=1 -H Cookie:b=2 " URL,
				   "--cookie and -H \"Cookie: ...\" conflict");
	assert_refused("--db _ --compressed -H Accept-Encoding:br " URL,
				   "conflict");
	assert_refused("--db _ --user secret " URL,
				   "invalid --user: give USER:PASSWORD");
	assert_false(parse("--db _ --user secret " URL, &settings, &error));
	assert_null(strstr(error.message, "secret"));
	assert_refused("--db _ --user a:b http://c:d@localhost", "twice");
	assert_refused("--db _ --user a:b -H Authorization:x " URL, "conflict");
	assert_refused("--db _ --user a:b --bearer-env X " URL,
				   "a user and --bearer-env conflict");
}

static void
test_replay(void **state)
{
	Settings settings;

	(void) state;
	parse_good("--replay a.log " URL, &settings);
	assert_true(settings.replay && settings.replay_speed == 1);
	assert_string_equal(settings.requests_file, "a.log");
	assert_false(settings.duration_given);
	options_free(&settings);
	parse_good("--replay a.log --replay-speed 2.5 -d 1s " URL, &settings);
	assert_true(settings.replay_speed == 2.5 && settings.duration_given);
	options_free(&settings);
	assert_refused("--replay-speed 2 --requests f " URL, "requires --replay");
	assert_refused("--replay f --replay-speed 0 " URL, "above 0");
	assert_refused("--replay f --requests f " URL, "conflict");
	assert_refused("--replay f --db _ " URL, "--db and --replay conflict");
	assert_refused("--replay f --rate 5 " URL, "--rate and --replay conflict");
	assert_refused("--replay f --warmup 1s " URL, "--warmup and --replay");
	assert_refused("--replay f --weight a=1 " URL, "--weight and --replay");
	assert_refused("--replay f --cursor c " URL, "--cursor and --replay");
	assert_refused("--replay f --next link " URL, "--next and --replay");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_option),
		cmocka_unit_test(test_every_load_option),
		cmocka_unit_test(test_every_request_option),
		cmocka_unit_test(test_every_report_option),
		cmocka_unit_test(test_bad_load_and_requests),
		cmocka_unit_test(test_bad_headers),
		cmocka_unit_test(test_long_forms_and_order),
		cmocka_unit_test(test_check_follows_source),
		cmocka_unit_test(test_help_and_version),
		cmocka_unit_test(test_help_fits_a_screen),
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_bad_numbers),
		cmocka_unit_test(test_bad_words),
		cmocka_unit_test(test_conflicts),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_ways),
		cmocka_unit_test(test_bad_ways),
		cmocka_unit_test(test_bad_urls),
		cmocka_unit_test(test_password_in_url),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_users),
		cmocka_unit_test(test_bad_answers),
		cmocka_unit_test(test_replay),
	};

	return cmocka_run_group_tests_name("http options", tests, NULL, NULL);
}
