/*-------------------------------------------------------------------------
 *
 * main.c
 *		events-api: a reference Events API for perfcheck's demo and tests.
 *
 * Owns the command line, and the order of starting and stopping.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "log.h"
#include "pool.h"
#include "query.h"
#include "server.h"

#define DEFAULT_PORT 3001
#define DEFAULT_POOL 8
#define MAX_POOL 500

/* as perfcheck-http's */
#define EXIT_USAGE 2
#define EXIT_COULD_NOT_RUN 3

typedef struct Options
{
	const char *conninfo;
	const char *table;
	int port;
	int pool;
	bool row_cursor;
	Broken broken;
	bool help;
} Options;

static const char usage[] =
	"events-api serves GET /api/events and GET /health on 127.0.0.1.\n"
	"\n"
	"usage: events-api --db CONNINFO [options]\n"
	"  --db CONNINFO   the database, as for psql\n"
	"  --port N        0 takes a free one (3001)\n"
	"  --pool N        connections to the database, 1 to 500 (8)\n"
	"  --table NAME    as in SQL, with or without its schema (events)\n"
	"  --cursor FORM   or: the canonical date > $1 OR (date = $1 AND id > $2)\n"
	"                  row: the row comparison (date, id) > ($1, $2) (or)\n"
	"  --broken WAY    answers wrongly; query.h has the ways (not)\n"
	"  --help          this text\n";

static bool
parse_number(const char *name, const char *text, int min, int max, int *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(text, &end, 10);
	if (end == text || *end != '\0' || errno != 0 || number < min ||
		number > max)
	{
		log_line("--%s must be an integer from %d to %d, not \"%s\"", name, min,
				 max, text);
		return false;
	}
	*value = (int) number;
	return true;
}

static bool
parse_cursor(const char *text, bool *row_cursor)
{
	*row_cursor = strcmp(text, "row") == 0;
	if (*row_cursor || strcmp(text, "or") == 0)
		return true;
	log_line("--cursor must be \"or\" or \"row\", not \"%s\"", text);
	return false;
}

static bool
parse_broken(const char *text, Broken *broken)
{
	*broken = query_broken(text);
	if (*broken < BROKEN_WAYS)
		return true;
	log_line("--broken has no way \"%s\"; query.h lists them", text);
	return false;
}

static bool
parse_options(int argc, char **argv, Options *options)
{
	static const struct option known[] = {
		{"db", required_argument, NULL, 'd'},
		{"port", required_argument, NULL, 'p'},
		{"pool", required_argument, NULL, 'n'},
		{"table", required_argument, NULL, 't'},
		{"cursor", required_argument, NULL, 'c'},
		{"broken", required_argument, NULL, 'b'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	bool ok = true;
	int option;

	while (ok && (option = getopt_long(argc, argv, "h", known, NULL)) != -1)
	{
		switch (option)
		{
			case 'd':
				options->conninfo = optarg;
				break;
			case 'p':
				ok = parse_number("port", optarg, 0, 65535, &options->port);
				break;
			case 'n':
				ok = parse_number("pool", optarg, 1, MAX_POOL, &options->pool);
				break;
			case 't':
				options->table = optarg;
				break;
			case 'c':
				ok = parse_cursor(optarg, &options->row_cursor);
				break;
			case 'b':
				ok = parse_broken(optarg, &options->broken);
				break;
			case 'h':
				options->help = true;
				return true;
			default:
				ok = false; /* getopt_long() has said why */
				break;
		}
	}
	if (ok && optind < argc)
	{
		log_line("unexpected argument \"%s\"", argv[optind]);
		ok = false;
	}
	if (ok && options->conninfo == NULL)
	{
		log_line("--db is missing (try --db \"dbname=test\")");
		ok = false;
	}
	return ok;
}

/* Each HTTP connection is a file; the soft limit is often 1024. */
static void
raise_file_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	(void) setrlimit(RLIMIT_NOFILE, &limit); /* what we have will do, too */
}

/* Blocks SIGINT and SIGTERM, for this thread and all that it starts. */
static bool
block_signals(sigset_t *stop_signals)
{
	int error;

	sigemptyset(stop_signals);
	sigaddset(stop_signals, SIGINT);
	sigaddset(stop_signals, SIGTERM);
	error = pthread_sigmask(SIG_BLOCK, stop_signals, NULL);
	if (error != 0 || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
	{
		log_line("could not set up signals: %s",
				 strerror(error ? error : errno));
		return false;
	}
	return true;
}

/* Serves until a stop signal; the exit status. */
static int
serve(const Server *server, Pool *pool, const sigset_t *stop_signals)
{
	int received;

	if (printf("listening on http://127.0.0.1:%d\n", server_port(server)) < 0 ||
		fflush(stdout) != 0)
	{
		log_line("could not write to stdout: %s", strerror(errno));
		return EXIT_COULD_NOT_RUN;
	}
	while (sigwait(stop_signals, &received) != 0)
		continue;
	pool_stop(pool);
	return EXIT_SUCCESS;
}

int
main(int argc, char **argv)
{
	Options options = {
		.table = "events", .port = DEFAULT_PORT, .pool = DEFAULT_POOL};
	QueryTarget target = {.broken = BROKEN_NOT};
	sigset_t stop_signals;
	Pool *pool;
	Server *server = NULL;
	int status = EXIT_COULD_NOT_RUN;

	if (!parse_options(argc, argv, &options))
		return EXIT_USAGE;
	if (options.help)
		return fputs(usage, stdout) == EOF || fflush(stdout) != 0
				   ? EXIT_COULD_NOT_RUN
				   : EXIT_SUCCESS;

	raise_file_limit();
	pool = pool_open(options.conninfo, options.pool);
	if (pool == NULL)
		return EXIT_COULD_NOT_RUN;
	target.row_cursor = options.row_cursor;
	target.broken = options.broken;
	if (query_open_table(pool, options.table, &target) &&
		block_signals(&stop_signals))
		server = server_start((uint16_t) options.port, pool, &target);
	if (server != NULL)
		status = serve(server, pool, &stop_signals);

	server_stop(server);
	pool_close(pool);
	free(target.table);
	return status;
}
