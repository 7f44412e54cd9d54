/*-------------------------------------------------------------------------
 *
 * options.c
 *		The command line of perfcheck-http; see options.h.
 *
 * getopt_long() finds the options. Each is parsed and checked by itself first.
 * What depends on several of them is checked at the end, after all are known,
 * so that their order does not matter; Given notes which were given explicitly
 * where the value cannot tell. A value that may be a secret is never repeated in
 * a message.
 *
 *-------------------------------------------------------------------------
 */
#include "http/cli/options.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/cli/options_wire.h"
#include "http/requests/request.h"

#define MAX_CONNECTIONS 10000
#define MAX_THREADS 64
#define MAX_STREAMS 1000
#define MAX_REDIRECTS 20
#define MIN_WEIGHT 0.001
#define MAX_WEIGHT 1000

/* Bytes of a parameter's name: RFC 3986, 2.3, "unreserved". */
#define PARAMETER_BYTES                                                        \
	"-._~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

enum LongOption
{
	OPT_DB = 256,
	OPT_REQUESTS,
	OPT_ALLOW_EMPTY,
	OPT_ALLOW_CHANGES,
	OPT_CHECK,
	OPT_PAGE_SIZE,
	OPT_IGNORE,
	OPT_JSON,
	OPT_AVG,
	OPT_P95,
	OPT_P99,
	OPT_MIN_RATE,
	OPT_MAX_ERRORS,
	OPT_TIMEOUT,
	OPT_CONNECT_TIMEOUT,
	OPT_WARMUP,
	OPT_INSECURE,
	OPT_CLIENT,
	OPT_BEARER_FILE,
	OPT_BEARER_ENV,
	OPT_JUNIT,
	OPT_TAP,
	OPT_GITHUB,
	OPT_WEIGHT,
	OPT_FOLLOW,
	OPT_CURSOR,
	OPT_PER_QUERY,
	OPT_UNIX_SOCKET,
	OPT_PROXY,
	OPT_HTTP2,
	OPT_STREAMS,
	OPT_REDIRECTS,
	OPT_ROWS,
	OPT_KEY,
	OPT_NEXT,
	OPT_COMPRESSED,
	OPT_COOKIE,
	OPT_USER,
	OPT_REPLAY,
	OPT_REPLAY_SPEED
};

static const struct option long_options[] = {
	{"connections", required_argument, NULL, 'c'},
	{"duration", required_argument, NULL, 'd'},
	{"rate", required_argument, NULL, 'r'},
	{"threads", required_argument, NULL, 't'},
	{"header", required_argument, NULL, 'H'},
	{"warmup", required_argument, NULL, OPT_WARMUP},
	{"insecure", no_argument, NULL, OPT_INSECURE},
	{"unix-socket", required_argument, NULL, OPT_UNIX_SOCKET},
	{"proxy", required_argument, NULL, OPT_PROXY},
	{"http2", no_argument, NULL, OPT_HTTP2},
	{"streams", required_argument, NULL, OPT_STREAMS},
	{"redirects", required_argument, NULL, OPT_REDIRECTS},
	{"client", required_argument, NULL, OPT_CLIENT},
	{"bearer-file", required_argument, NULL, OPT_BEARER_FILE},
	{"bearer-env", required_argument, NULL, OPT_BEARER_ENV},
	{"junit", required_argument, NULL, OPT_JUNIT},
	{"tap", no_argument, NULL, OPT_TAP},
	{"github", no_argument, NULL, OPT_GITHUB},
	{"weight", required_argument, NULL, OPT_WEIGHT},
	{"rows", required_argument, NULL, OPT_ROWS},
	{"key", required_argument, NULL, OPT_KEY},
	{"next", required_argument, NULL, OPT_NEXT},
	{"compressed", no_argument, NULL, OPT_COMPRESSED},
	{"cookie", required_argument, NULL, OPT_COOKIE},
	{"user", required_argument, NULL, OPT_USER},
	{"replay", required_argument, NULL, OPT_REPLAY},
	{"replay-speed", required_argument, NULL, OPT_REPLAY_SPEED},
	{"follow", required_argument, NULL, OPT_FOLLOW},
	{"cursor", required_argument, NULL, OPT_CURSOR},
	{"per-query", no_argument, NULL, OPT_PER_QUERY},
	{"db", required_argument, NULL, OPT_DB},
	{"requests", required_argument, NULL, OPT_REQUESTS},
	{"allow-empty", no_argument, NULL, OPT_ALLOW_EMPTY},
	{"allow-changes", no_argument, NULL, OPT_ALLOW_CHANGES},
	{"check", required_argument, NULL, OPT_CHECK},
	{"page-size", required_argument, NULL, OPT_PAGE_SIZE},
	{"ignore", required_argument, NULL, OPT_IGNORE},
	{"json", required_argument, NULL, OPT_JSON},
	{"avg", required_argument, NULL, OPT_AVG},
	{"p95", required_argument, NULL, OPT_P95},
	{"p99", required_argument, NULL, OPT_P99},
	{"min-rate", required_argument, NULL, OPT_MIN_RATE},
	{"max-errors", required_argument, NULL, OPT_MAX_ERRORS},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"connect-timeout", required_argument, NULL, OPT_CONNECT_TIMEOUT},
	OPTIONS_WIRE,
	OPTIONS_RUNS,
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0}};

/* Options that were given, where their value alone does not tell. */
typedef struct Given
{
	bool check;
	bool follow;
	bool streams;
	bool duration;
} Given;

static bool
usage(RunError *error)
{
	return error_hint(error,
					  "Try \"perfcheck-http --help\" for more information.");
}

static bool
parse_duration(const char *name, const char *text, int64_t *us, RunError *error)
{
	if (text_to_duration(text, us))
		return true;
	return error_set(
		error, EXIT_BAD_USAGE,
		"invalid %s \"%s\": give 500ms, 5s or 2m, from 1ms to 24 hours", name,
		text);
}

static bool
parse_positive(const char *name, const char *unit, const char *text,
			   double *value, RunError *error)
{
	if (text_to_decimal(text, value) && *value > 0)
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "invalid %s \"%s\": give a number of %s above 0", name,
					 text, unit);
}

static bool
parse_whole(const char *name, const char *text, int min, int max, int *value,
			RunError *error)
{
	int64_t number;

	if (!text_to_integer(text, min, max, &number))
		return error_set(error, EXIT_BAD_USAGE,
						 "invalid %s \"%s\": give a number from %d to %d", name,
						 text, min, max);
	*value = (int) number;
	return true;
}

static bool
parse_client(const char *text, ClientKind *client, RunError *error)
{
	if (strcmp(text, "auto") == 0)
		*client = CLIENT_AUTO;
	else if (strcmp(text, "light") == 0)
		*client = CLIENT_LIGHT;
	else if (strcmp(text, "multi") == 0)
		*client = CLIENT_MULTI;
	else
		return error_set(error, EXIT_BAD_USAGE,
						 "invalid --client \"%s\": give auto, light or multi",
						 text);
	return true;
}

void
options_add_header(Settings *settings, char *header)
{
	settings->headers = memory_resize(
		settings->headers, settings->header_count + 1, sizeof(char *));
	settings->headers[settings->header_count++] = header;
}

/* The message does not repeat the header, as it may contain a token. */
static bool
parse_header(const char *text, Settings *settings, RunError *error)
{
	const char *problem = request_header_problem(text);

	if (options_wire_closes(text))
	{
		options_wire_close_each(settings);
		return true;
	}
	if (problem != NULL)
		return error_set(error, EXIT_BAD_USAGE, "invalid -H: %s", problem);
	options_add_header(settings, memory_text(text));
	return true;
}

/* The name may contain "=" itself, so the last one separates. */
static bool
parse_weight(const char *text, Settings *settings, RunError *error)
{
	const char *equals = strrchr(text, '=');
	double value;

	if (equals == NULL || equals == text ||
		!text_to_decimal(equals + 1, &value) || value < MIN_WEIGHT ||
		value > MAX_WEIGHT)
		return error_set(
			error, EXIT_BAD_USAGE,
			"invalid --weight \"%s\": give QUERY=N, N from %g to %d", text,
			MIN_WEIGHT, MAX_WEIGHT);
	settings->weights = memory_resize(
		settings->weights, settings->weight_count + 1, sizeof(Weight));
	settings->weights[settings->weight_count++] =
		(Weight){memory_text_n(text, (size_t) (equals - text)), value};
	return true;
}

static bool
parse_follow(const char *text, double *percent, RunError *error)
{
	if (text_to_decimal(text, percent) && *percent <= 100)
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "invalid --follow \"%s\": give a percentage from 0 to 100",
					 text);
}

static bool
parse_cursor(const char *text, const char **cursor, RunError *error)
{
	*cursor = text;
	if (text[0] != '\0' && text[strspn(text, PARAMETER_BYTES)] == '\0')
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "invalid --cursor \"%s\": give the name of a parameter of "
					 "the path",
					 text);
}

/* Stores an option that takes any text, or no argument. */
static bool
parse_plain(int option, Settings *settings)
{
	const char **text = option == OPT_DB            ? &settings->conninfo
						: option == OPT_JSON        ? &settings->json_file
						: option == OPT_JUNIT       ? &settings->junit_file
						: option == OPT_BEARER_FILE ? &settings->bearer_file
						: option == OPT_BEARER_ENV  ? &settings->bearer_env
						: option == OPT_UNIX_SOCKET ? &settings->unix_socket
						: option == OPT_PROXY       ? &settings->proxy
						: option == OPT_JOIN        ? &settings->join
													: NULL;
	bool *flag = option == OPT_INSECURE        ? &settings->insecure
				 : option == OPT_HTTP2         ? &settings->http2
				 : option == OPT_TAP           ? &settings->tap
				 : option == OPT_GITHUB        ? &settings->github
				 : option == OPT_SAMPLES       ? &settings->samples
				 : option == OPT_FIND_RATE     ? &settings->find_rate
				 : option == OPT_PER_QUERY     ? &settings->per_query
				 : option == OPT_ALLOW_CHANGES ? &settings->allow_changes
				 : option == OPT_COMPRESSED    ? &settings->compressed
											   : &settings->allow_empty;

	if (text != NULL)
		*text = optarg;
	else
		*flag = true;
	return true;
}

/* Parses targets and durations. */
static bool
parse_measure(int option, Settings *settings, RunError *error)
{
	Targets *targets = &settings->targets;

	switch (option)
	{
		case 'd':
			settings->duration_given = true;
			return parse_duration("--duration", optarg, &settings->duration_us,
								  error);
		case OPT_WARMUP:
			return parse_duration("--warmup", optarg, &settings->warmup_us,
								  error);
		case OPT_TIMEOUT:
			return parse_duration("--timeout", optarg, &settings->timeout_us,
								  error);
		case OPT_CONNECT_TIMEOUT:
			return parse_duration("--connect-timeout", optarg,
								  &settings->connect_timeout_us, error);
		case OPT_JOIN_WAIT:
			return parse_duration("--join-wait", optarg, &settings->join_us,
								  error);
		case OPT_AVG:
			return parse_positive("--avg", "ms", optarg, &targets->avg_ms,
								  error);
		case OPT_P95:
			return parse_positive("--p95", "ms", optarg, &targets->p95_ms,
								  error);
		case OPT_P99:
			return parse_positive("--p99", "ms", optarg, &targets->p99_ms,
								  error);
		case OPT_MIN_RATE:
			return parse_positive("--min-rate", "answers a second", optarg,
								  &targets->min_rate, error);
		default:
			if (text_to_integer(optarg, 0, INT64_MAX, &targets->max_errors))
				return true;
			return error_set(
				error, EXIT_BAD_USAGE,
				"invalid --max-errors \"%s\": give a number of at least 0",
				optarg);
	}
}

/* Parses options of what is asked for and how answers are read. */
static bool
parse_answers(int option, Settings *settings, RunError *error)
{
	switch (option)
	{
		case OPT_ROWS:
			return options_parse_path("--rows", optarg, &settings->rows, error);
		case OPT_KEY:
			return options_parse_path("--key", optarg, &settings->key, error);
		case OPT_NEXT:
			return options_parse_next(optarg, settings, error);
		case OPT_COOKIE:
			return options_parse_cookie(optarg, settings, error);
		case OPT_USER:
			return options_parse_user("--user", optarg, settings, error);
		case OPT_REPLAY:
		case OPT_REQUESTS:
			return options_parse_file(optarg, option == OPT_REPLAY, settings,
									  error);
		default:
			return parse_positive("--replay-speed", "times", optarg,
								  &settings->replay_speed, error);
	}
}

/* Parses one option with its argument. */
static bool
parse_option(int option, Settings *settings, Given *given, RunError *error)
{
	switch (option)
	{
		case 'c':
			return parse_whole("--connections", optarg, 1, MAX_CONNECTIONS,
							   &settings->connections, error);
		case 't':
			return parse_whole("--threads", optarg, 1, MAX_THREADS,
							   &settings->threads, error);
		case 'r':
			return parse_positive("--rate", "requests a second", optarg,
								  &settings->rate, error);
		case 'H':
			return parse_header(optarg, settings, error);
		case OPT_STREAMS:
			given->streams = true;
			return parse_whole("--streams", optarg, 1, MAX_STREAMS,
							   &settings->streams, error);
		case OPT_REDIRECTS:
			return parse_whole("--redirects", optarg, 0, MAX_REDIRECTS,
							   &settings->redirects, error);
		case OPT_CLIENT:
			return parse_client(optarg, &settings->client, error);
		case OPT_WEIGHT:
			return parse_weight(optarg, settings, error);
		case OPT_FOLLOW:
			given->follow = true;
			return parse_follow(optarg, &settings->follow_percent, error);
		case OPT_CURSOR:
			return parse_cursor(optarg, &settings->cursor, error);
		case OPT_CHECK:
			given->check = true;
			return options_parse_check(optarg, &settings->check, error);
		case OPT_PAGE_SIZE:
			return options_parse_page_size(optarg, settings, error);
		case OPT_IGNORE:
			return options_parse_ignore(optarg, settings, error);
		case 'd':
		case OPT_WARMUP:
		case OPT_TIMEOUT:
		case OPT_CONNECT_TIMEOUT:
		case OPT_JOIN_WAIT:
		case OPT_AVG:
		case OPT_P95:
		case OPT_P99:
		case OPT_MIN_RATE:
		case OPT_MAX_ERRORS:
			return parse_measure(option, settings, error);
		case OPT_ROWS:
		case OPT_KEY:
		case OPT_NEXT:
		case OPT_COOKIE:
		case OPT_USER:
		case OPT_REPLAY:
		case OPT_REPLAY_SPEED:
		case OPT_REQUESTS:
			return parse_answers(option, settings, error);
		default:
			return parse_plain(option, settings);
	}
}

/* An option of options_wire.h may take a second argument. */
static bool
parse_wire(int option, int argc, char **argv, Settings *settings,
		   RunError *error)
{
	bool taken = false;
	bool ok =
		options_wire_parse(option, optarg, optind < argc ? argv[optind] : NULL,
						   &taken, settings, error);

	optind += taken;
	return ok;
}

/* Explains why getopt_long() returned '?' or ':'. */
static bool
refuse_option(int said, char **argv, RunError *error)
{
	const char *word = argv[optind - 1];

	if (said == ':')
		error_set(error, EXIT_BAD_USAGE, "option \"%s\" requires an argument",
				  word);
	else if (optopt == 0)
		error_set(error, EXIT_BAD_USAGE, "unknown option \"%s\"", word);
	else if (optopt < 256 && strncmp(word, "--", 2) != 0)
		error_set(error, EXIT_BAD_USAGE, "unknown option \"-%c\"", optopt);
	else
		error_set(error, EXIT_BAD_USAGE,
				  "option \"%s\" does not take an argument", word);
	return usage(error);
}

static bool
has_authorization(const Settings *settings)
{
	for (size_t i = 0; i < settings->header_count; i++)
		if (strncasecmp(settings->headers[i], "authorization:", 14) == 0)
			return true;
	return false;
}

/* Checks what is sent, and where it comes from. */
static bool
check_source(Settings *settings, const Given *given, RunError *error)
{
	bool from_db = settings->conninfo != NULL;
	bool bearer = settings->bearer_file != NULL || settings->bearer_env != NULL;

	if (from_db && settings->requests_file != NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--db and --%s conflict: give one of them",
						 settings->replay ? "replay" : "requests");
	if (!from_db && settings->requests_file == NULL)
	{
		error_set(error, EXIT_BAD_USAGE,
				  "nothing to send: give --db CONNINFO or --requests FILE");
		return usage(error);
	}
	if (settings->bearer_file != NULL && settings->bearer_env != NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--bearer-file and --bearer-env conflict: give one of "
						 "them");
	if (bearer && has_authorization(settings))
		return error_set(error, EXIT_BAD_USAGE,
						 "--bearer-%s and -H \"Authorization: ...\" conflict",
						 settings->bearer_file != NULL ? "file" : "env");
	if (given->follow && settings->follow_percent > 0 && !from_db &&
		settings->cursor == NULL && !settings->next_given)
		return error_set(
			error, EXIT_BAD_USAGE,
			"--follow requires --cursor NAME or --next HOW with --requests: "
			"name the parameter that takes the cursor");
	if (given->follow && settings->follow_percent == 0 &&
		(settings->cursor != NULL || settings->next_given))
		return error_set(error, EXIT_BAD_USAGE, "--%s and --follow 0 conflict",
						 settings->cursor != NULL ? "cursor" : "next");
	if (settings->cursor != NULL && settings->next_name != NULL &&
		settings->next != NEXT_MEMBER)
		return error_set(error, EXIT_BAD_USAGE,
						 "--cursor and --next %s conflict: both name the "
						 "parameter",
						 settings->next == NEXT_PAGE     ? "page:"
						 : settings->next == NEXT_OFFSET ? "offset:"
														 : "after:");
	return options_check_replay(settings, error);
}

/* Checks how requests get to the server. */
static bool
check_way(const Settings *settings, const Given *given, RunError *error)
{
	if (given->streams && !settings->http2)
		return error_set(error, EXIT_BAD_USAGE,
						 "--streams requires --http2: a connection of HTTP/1.1 "
						 "carries one request at a time");
	if (settings->connections > MAX_CONNECTIONS / settings->streams)
		return error_set(error, EXIT_BAD_USAGE,
						 "%d connections of %d streams each: give at most %d "
						 "streams in all",
						 settings->connections, settings->streams,
						 MAX_CONNECTIONS);
	if (settings->client == CLIENT_LIGHT && settings_need_multi(settings))
		return error_set(error, EXIT_BAD_USAGE,
						 "--client light and %s conflict: omit --client",
						 settings->proxy != NULL ? "--proxy"
						 : settings->http2       ? "--http2"
												 : "--redirects");
	if (settings->proxy != NULL && settings->unix_socket != NULL)
		return error_set(
			error, EXIT_BAD_USAGE,
			"--proxy and --unix-socket conflict: give one of them");
	return settings->proxy == NULL ||
		   options_check_proxy(settings->proxy, error);
}

static bool
check_load(const Settings *settings, RunError *error)
{
	if (settings->threads > settings->connections)
		return error_set(error, EXIT_BAD_USAGE,
						 "%d threads for %d connection%s: give each thread at "
						 "least one connection",
						 settings->threads, settings->connections,
						 settings->connections == 1 ? "" : "s");
	if (settings->rate > 0 && !settings->find_rate &&
		settings->targets.min_rate > settings->rate)
		return error_set(error, EXIT_BAD_USAGE,
						 "--min-rate %.15g cannot be met at --rate %.15g",
						 settings->targets.min_rate, settings->rate);
	return true;
}

static const Settings defaults = {.connections = 100,
								  .threads = 1,
								  .streams = 1,
								  .timeout_us = 10 * 1000000,
								  .connect_timeout_us = 5 * 1000000,
								  .follow_percent = 25,
								  .setup_us = 30 * 1000000,
								  .targets = {.avg_ms = NAN,
											  .p95_ms = NAN,
											  .p99_ms = NAN,
											  .max_resent = RESENT_BY_SHARE}};

static bool
parse_rest(int argc, char **argv, Settings *settings, const Given *given,
		   RunError *error)
{
	if (optind == argc)
	{
		error_set(error, EXIT_BAD_USAGE, "no URL given");
		return usage(error);
	}
	if (argc - optind > 1)
		return error_set(error, EXIT_BAD_USAGE,
						 "too many URLs: give one only, not \"%s\" as well",
						 argv[optind + 1]);
	if (!check_source(settings, given, error) ||
		!options_settle_check(settings, given->check, error) ||
		!check_way(settings, given, error) || !check_load(settings, error) ||
		!options_settle_runs(settings, error))
		return false;
	settings->url = options_base_url(argv[optind], settings, error);
	if (settings->url == NULL || !options_settle_answers(settings, error) ||
		!options_wire_settle(settings, error))
		return false;
	/* Without either, nothing says which pages of a file to follow. */
	if (settings->conninfo == NULL && settings->cursor == NULL &&
		!settings->next_given)
		settings->follow_percent = 0;
	return true;
}

bool
options_parse(int argc, char **argv, Settings *settings, RunError *error)
{
	Given given = {false};
	int option;

	*settings = defaults;
	optind = 0; /* makes glibc forget an earlier parse */
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:d:r:t:H:hV", long_options,
								 NULL)) != -1)
	{
		if (option == '?' || option == ':')
		{
			options_free(settings);
			return refuse_option(option, argv, error);
		}
		if (option == 'h' || option == 'V')
		{
			settings->help = option == 'h';
			settings->version = option == 'V';
			return true;
		}
		if (!(option >= OPT_HOST && option < OPT_WIRE_END
				  ? parse_wire(option, argc, argv, settings, error)
				  : parse_option(option, settings, &given, error)))
		{
			options_free(settings);
			return false;
		}
	}
	if (parse_rest(argc, argv, settings, &given, error))
		return true;
	options_free(settings);
	return false;
}

void
options_free(Settings *settings)
{
	for (size_t i = 0; i < settings->header_count; i++)
		free(settings->headers[i]);
	free(settings->headers);
	for (size_t i = 0; i < settings->weight_count; i++)
		free(settings->weights[i].name);
	free(settings->weights);
	options_free_check(settings);
	options_wire_free(settings);
	free(settings->secret);
	free(settings->user);
	free(settings->cookies);
	settings->secret = NULL;
	settings->user = NULL;
	settings->cookies = NULL;
	free(settings->url);
	settings->headers = NULL;
	settings->header_count = 0;
	settings->weights = NULL;
	settings->weight_count = 0;
	settings->url = NULL;
}
