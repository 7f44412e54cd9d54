/*-------------------------------------------------------------------------
 *
 * options.h
 *		The command line of perfcheck-http.
 *
 * Owns which options there are, their defaults, which of them conflict, and
 * what --help says. What options_parse() lets through can be relied upon: the
 * URL is one that libcurl can parse, and every number is in range.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_OPTIONS_H
#define PERFCHECK_HTTP_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "error.h"

#define PERFCHECK_HTTP_VERSION "1.0"

/* How closely an answer with status 2xx is looked at. */
typedef enum CheckHow
{
	CHECK_STATUS, /* JSON with an "events" array that is not empty */
	CHECK_COUNT   /* and as many events as the contract's query has rows */
} CheckHow;

/* A latency target is met up to and including its value; INFINITY: none. */
typedef struct Targets
{
	double avg_ms;
	double p95_ms;
	double p99_ms;
	double min_rate; /* right answers a second; 0: none */
	int64_t max_errors;
} Targets;

/* Which client sends the requests. */
typedef enum ClientKind
{
	CLIENT_AUTO, /* the light one where it can: plain HTTP */
	CLIENT_LIGHT,
	CLIENT_MULTI /* libcurl's multi interface */
} ClientKind;

typedef struct Options
{
	char *url; /* the base, no slash at its end; owned */
	int connections;
	int threads;
	double rate; /* requests a second of an open loop; 0: closed loop */
	int64_t warmup_us;
	int64_t duration_us; /* after the warm-up */
	int64_t timeout_us;
	int64_t connect_timeout_us;
	ClientKind client;
	bool insecure;  /* the server's certificate is not verified */
	char **headers; /* "Name: value" each, in the order given; owned */
	size_t header_count;
	const char *conninfo;      /* NULL without --db */
	const char *requests_file; /* NULL without --requests; "-": stdin */
	const char *json_file;     /* NULL without --json; "-": stdout */
	CheckHow check;
	bool allow_empty;
	bool allow_changes;
	Targets targets;
	bool help;    /* nothing else is set then */
	bool version; /* nothing else is set then */
} Options;

/* On true, options_free() is the caller's to call. */
extern bool options_parse(int argc, char **argv, Options *options,
						  RunError *error);
extern void options_free(Options *options);
extern void options_help(FILE *out);

/* A copy of the URL without the slashes at its end, NULL when it is bad. */
extern char *options_base_url(const char *text, RunError *error);

#endif /* PERFCHECK_HTTP_OPTIONS_H */
