/*-------------------------------------------------------------------------
 *
 * options.c
 *		The command line of perfcheck-http; see options.h.
 *
 *-------------------------------------------------------------------------
 */
#include "options.h"

#include <curl/curl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "request.h"
#include "text.h"

#define MAX_CONNECTIONS 10000
#define MAX_THREADS 64

enum LongOption
{
	OPT_DB = 256,
	OPT_REQUESTS,
	OPT_ALLOW_EMPTY,
	OPT_ALLOW_CHANGES,
	OPT_CHECK,
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
	OPT_CLIENT
};

static const struct option long_options[] = {
	{"connections", required_argument, NULL, 'c'},
	{"duration", required_argument, NULL, 'd'},
	{"rate", required_argument, NULL, 'r'},
	{"threads", required_argument, NULL, 't'},
	{"header", required_argument, NULL, 'H'},
	{"warmup", required_argument, NULL, OPT_WARMUP},
	{"insecure", no_argument, NULL, OPT_INSECURE},
	{"client", required_argument, NULL, OPT_CLIENT},
	{"db", required_argument, NULL, OPT_DB},
	{"requests", required_argument, NULL, OPT_REQUESTS},
	{"allow-empty", no_argument, NULL, OPT_ALLOW_EMPTY},
	{"allow-changes", no_argument, NULL, OPT_ALLOW_CHANGES},
	{"check", required_argument, NULL, OPT_CHECK},
	{"json", required_argument, NULL, OPT_JSON},
	{"avg", required_argument, NULL, OPT_AVG},
	{"p95", required_argument, NULL, OPT_P95},
	{"p99", required_argument, NULL, OPT_P99},
	{"min-rate", required_argument, NULL, OPT_MIN_RATE},
	{"max-errors", required_argument, NULL, OPT_MAX_ERRORS},
	{"timeout", required_argument, NULL, OPT_TIMEOUT},
	{"connect-timeout", required_argument, NULL, OPT_CONNECT_TIMEOUT},
	{"help", no_argument, NULL, 'h'},
	{"version", no_argument, NULL, 'V'},
	{NULL, 0, NULL, 0}};

/* What was given but not yet judged together with the rest. */
typedef struct Given
{
	bool check;
} Given;

static bool
usage(RunError *error)
{
	return error_hint(error, "perfcheck-http --help");
}

static bool
parse_duration(const char *name, const char *text, int64_t *us, RunError *error)
{
	if (text_to_duration(text, us))
		return true;
	return error_set(
		error, EXIT_BAD_USAGE,
		"bad %s \"%s\": give 500ms, 5s or 2m, from 1ms to 24 hours", name,
		text);
}

static bool
parse_positive(const char *name, const char *unit, const char *text,
			   double *value, RunError *error)
{
	if (text_to_decimal(text, value) && *value > 0)
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "bad %s \"%s\": give a number of %s above 0", name, text,
					 unit);
}

static bool
parse_whole(const char *name, const char *text, int max, int *value,
			RunError *error)
{
	int64_t number;

	if (!text_to_integer(text, 1, max, &number))
		return error_set(error, EXIT_BAD_USAGE,
						 "bad %s \"%s\": give a number from 1 to %d", name,
						 text, max);
	*value = (int) number;
	return true;
}

static bool
parse_max_errors(const char *text, int64_t *max_errors, RunError *error)
{
	if (text_to_integer(text, 0, INT64_MAX, max_errors))
		return true;
	return error_set(error, EXIT_BAD_USAGE,
					 "bad --max-errors \"%s\": give a number from 0 up", text);
}

static bool
parse_check(const char *text, CheckHow *check, RunError *error)
{
	if (strcmp(text, "status") == 0)
		*check = CHECK_STATUS;
	else if (strcmp(text, "count") == 0)
		*check = CHECK_COUNT;
	else
		return error_set(error, EXIT_BAD_USAGE,
						 "bad --check \"%s\": give status or count", text);
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
						 "bad --client \"%s\": give auto, light or multi",
						 text);
	return true;
}

static void
add_header(Options *options, char *header)
{
	options->headers = memory_resize(options->headers,
									 options->header_count + 1, sizeof(char *));
	options->headers[options->header_count++] = header;
}

/* Not repeated in the message: it may hold a token. */
static bool
parse_header(const char *text, Options *options, RunError *error)
{
	const char *problem = request_header_problem(text);

	if (problem != NULL)
		return error_set(error, EXIT_BAD_USAGE, "bad -H: %s", problem);
	add_header(options, memory_text(text));
	return true;
}

/* One option with its argument. */
static bool
parse_option(int option, Options *options, Given *given, RunError *error)
{
	Targets *targets = &options->targets;

	switch (option)
	{
		case 'c':
			return parse_whole("--connections", optarg, MAX_CONNECTIONS,
							   &options->connections, error);
		case 't':
			return parse_whole("--threads", optarg, MAX_THREADS,
							   &options->threads, error);
		case 'r':
			return parse_positive("--rate", "requests a second", optarg,
								  &options->rate, error);
		case 'H':
			return parse_header(optarg, options, error);
		case OPT_WARMUP:
			return parse_duration("--warmup", optarg, &options->warmup_us,
								  error);
		case OPT_CLIENT:
			return parse_client(optarg, &options->client, error);
		case OPT_INSECURE:
			options->insecure = true;
			return true;
		case 'd':
			return parse_duration("--duration", optarg, &options->duration_us,
								  error);
		case OPT_TIMEOUT:
			return parse_duration("--timeout", optarg, &options->timeout_us,
								  error);
		case OPT_CONNECT_TIMEOUT:
			return parse_duration("--connect-timeout", optarg,
								  &options->connect_timeout_us, error);
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
		case OPT_MAX_ERRORS:
			return parse_max_errors(optarg, &targets->max_errors, error);
		case OPT_CHECK:
			given->check = true;
			return parse_check(optarg, &options->check, error);
		case OPT_ALLOW_CHANGES:
			options->allow_changes = true;
			return true;
		case OPT_DB:
			options->conninfo = optarg;
			return true;
		case OPT_REQUESTS:
			options->requests_file = optarg;
			return true;
		case OPT_JSON:
			options->json_file = optarg;
			return true;
		default:
			options->allow_empty = true;
			return true;
	}
}

/* getopt_long() said '?' or ':' of the last option; words for it. */
static bool
refuse_option(int said, char **argv, RunError *error)
{
	const char *word = argv[optind - 1];

	if (said == ':')
		error_set(error, EXIT_BAD_USAGE, "option \"%s\" needs a value", word);
	else if (optopt == 0)
		error_set(error, EXIT_BAD_USAGE, "unknown option \"%s\"", word);
	else if (optopt < 256 && strncmp(word, "--", 2) != 0)
		error_set(error, EXIT_BAD_USAGE, "unknown option \"-%c\"", optopt);
	else
		error_set(error, EXIT_BAD_USAGE, "option \"%s\" takes no value", word);
	return usage(error);
}

/* What one option alone cannot tell. */
static bool
check_together(Options *options, const Given *given, RunError *error)
{
	bool from_db = options->conninfo != NULL;

	if (from_db && options->requests_file != NULL)
		return error_set(error, EXIT_BAD_USAGE,
						 "--db and --requests conflict: give one of them");
	if (!from_db && options->requests_file == NULL)
	{
		error_set(error, EXIT_BAD_USAGE,
				  "nothing to send: give --db CONNINFO or --requests FILE");
		return usage(error);
	}
	if (options->threads > options->connections)
		return error_set(error, EXIT_BAD_USAGE,
						 "%d threads for %d connections: give at least one "
						 "connection a thread",
						 options->threads, options->connections);
	if (!given->check)
		options->check = from_db ? CHECK_COUNT : CHECK_STATUS;
	if (options->check == CHECK_COUNT && !from_db)
		return error_set(error, EXIT_BAD_USAGE,
						 "--check count needs --db, which knows the counts");
	if (options->check == CHECK_COUNT && options->allow_empty)
	{
		error_set(error, EXIT_BAD_USAGE,
				  "--allow-empty and --check count conflict");
		return error_hint(error, "with --db, add --check status; an empty "
								 "answer is right there where no row matches");
	}
	return true;
}

static const char *
url_problem(CURLUcode code)
{
	switch (code)
	{
		case CURLUE_BAD_SCHEME:
		case CURLUE_UNSUPPORTED_SCHEME:
			return "it must start with http:// or https://";
		case CURLUE_BAD_PORT_NUMBER:
			return "the port is not a number from 1 to 65535";
		case CURLUE_NO_HOST:
			return "there is no host in it";
		case CURLUE_USER_NOT_ALLOWED:
			return "a user name or password in it is not supported";
		default:
			return "it cannot be parsed";
	}
}

static const char *
parse_url(const char *text, char **normal)
{
	CURLU *url;
	CURLUcode code;
	char *found = NULL;
	const char *problem = NULL;

	if (strpbrk(text, "?#") != NULL)
		return "a base has no query and no fragment";
	for (const char *c = text; *c != '\0'; c++)
		if (*c <= ' ' || *c == 0x7f)
			return "write spaces and other than ASCII percent-encoded";

	url = curl_url();
	if (url == NULL)
		return "out of memory";
	code = curl_url_set(url, CURLUPART_URL, text, CURLU_DISALLOW_USER);
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_SCHEME, &found, 0);
	if (code == CURLUE_OK && strcmp(found, "http") != 0 &&
		strcmp(found, "https") != 0)
		code = CURLUE_UNSUPPORTED_SCHEME;
	if (code == CURLUE_OK)
		code = curl_url_get(url, CURLUPART_URL, normal, 0);
	if (code != CURLUE_OK)
		problem = url_problem(code);
	curl_free(found);
	curl_url_cleanup(url);
	return problem;
}

char *
options_base_url(const char *text, RunError *error)
{
	char *normal = NULL;
	const char *problem = parse_url(text, &normal);
	size_t length;
	char *base;

	if (problem != NULL)
	{
		/* Nothing that may hold a password is repeated. */
		if (strchr(text, '@') != NULL)
			error_set(error, EXIT_BAD_USAGE, "bad URL: %s", problem);
		else
			error_set(error, EXIT_BAD_USAGE, "bad URL \"%s\": %s", text,
					  problem);
		return NULL;
	}
	length = strlen(normal);
	while (length > 0 && normal[length - 1] == '/')
		length--;
	base = memory_text_n(normal, length);
	curl_free(normal);
	return base;
}

static const Options defaults = {
	.connections = 100,
	.threads = 1,
	.duration_us = 30 * 1000000,
	.timeout_us = 10 * 1000000,
	.connect_timeout_us = 5 * 1000000,
	.targets = {.avg_ms = 200, .p95_ms = 300, .p99_ms = 500}};

static bool
parse_rest(int argc, char **argv, Options *options, const Given *given,
		   RunError *error)
{
	if (optind == argc)
	{
		error_set(error, EXIT_BAD_USAGE, "no URL given");
		return usage(error);
	}
	if (argc - optind > 1)
		return error_set(error, EXIT_BAD_USAGE,
						 "one URL only: \"%s\" is one too many",
						 argv[optind + 1]);
	if (!check_together(options, given, error))
		return false;
	options->url = options_base_url(argv[optind], error);
	return options->url != NULL;
}

bool
options_parse(int argc, char **argv, Options *options, RunError *error)
{
	Given given = {false};
	int option;

	*options = defaults;
	optind = 0; /* glibc: forget what an earlier parse has left */
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":c:d:r:t:H:hV", long_options,
								 NULL)) != -1)
	{
		if (option == '?' || option == ':')
		{
			options_free(options);
			return refuse_option(option, argv, error);
		}
		if (option == 'h' || option == 'V')
		{
			options->help = option == 'h';
			options->version = option == 'V';
			return true;
		}
		if (!parse_option(option, options, &given, error))
		{
			options_free(options);
			return false;
		}
	}
	if (parse_rest(argc, argv, options, &given, error))
		return true;
	options_free(options);
	return false;
}

void
options_free(Options *options)
{
	for (size_t i = 0; i < options->header_count; i++)
		free(options->headers[i]);
	free(options->headers);
	free(options->url);
	options->headers = NULL;
	options->header_count = 0;
	options->url = NULL;
}

void
options_help(FILE *out)
{
	fputs(
		"perfcheck-http [options] URL      the API's base: http://localhost:3001\n"
		"Sends load to an HTTP API, checks every answer, judges the latency.\n"
		"\n"
		"Requests, one of:\n"
		"  --db CONNINFO         those of the perfcheck contract; keeps the run\n"
		"  --requests FILE       - is stdin; a line: [GET|HEAD|POST] path, or # comment\n"
		"Load, in a closed loop:\n"
		"  -c, --connections N   each sends again when it has its answer (100)\n"
		"  -d, --duration TIME   500ms, 30s, 2m (30s)\n"
		"  --timeout TIME, --connect-timeout TIME             (10s, 5s)\n"
		"Answers:\n"
		"  --check HOW           status, or count of events (count with --db)\n"
		"  --allow-empty         an answer without events is right, too\n"
		"Targets:\n"
		"  --avg MS, --p95 MS, --p99 MS                       (200, 300, 500)\n"
		"  --min-rate N          right answers a second (none)\n"
		"  --max-errors N        failed requests (0)\n"
		"Output:\n"
		"  --json FILE           write the result as JSON, too; - is stdout\n"
		"  -h, --help   -V, --version\n"
		"\n"
		"Exit status: 0 targets met, 1 target missed or wrong answers, 2 bad usage,\n"
		"3 could not run.\n",
		out);
}
