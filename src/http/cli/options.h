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
#ifndef PERFCHECK_HTTP_CLI_OPTIONS_H
#define PERFCHECK_HTTP_CLI_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "http/base/error.h"

#define PERFCHECK_HTTP_VERSION "1.0"

/* How closely an answer with status 2xx is looked at. */
typedef enum CheckHow
{
	CHECK_STATUS, /* JSON with an "events" array that is not empty */
	CHECK_SAME,   /* and the same body as before for the same request */
	CHECK_COUNT   /* and as many events as the contract's query has rows */
} CheckHow;

/*
 * A latency target is met up to and including its value; INFINITY: none. In
 * the options, NAN is one that was not given: see targets.h.
 */
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
	CLIENT_AUTO, /* the light one where open files suffice */
	CLIENT_LIGHT,
	CLIENT_MULTI /* libcurl's multi interface */
} ClientKind;

/* --weight NAME=N */
typedef struct Weight
{
	char *name; /* of a group of requests; owned */
	double weight;
} Weight;

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
	const char *unix_socket; /* instead of the URL's host; NULL: none */
	const char *proxy;       /* its URL; NULL: none */
	bool http2;
	int streams;    /* of each connection of HTTP/2, else 1 */
	int redirects;  /* that are followed at most */
	bool insecure;  /* the server's certificate is not verified */
	char **headers; /* "Name: value" each, in the order given; owned */
	size_t header_count;
	const char *conninfo;      /* NULL without --db */
	const char *requests_file; /* NULL without --requests; "-": stdin */
	const char *bearer_file;   /* NULL without --bearer-file */
	const char *bearer_env;    /* NULL without --bearer-env */
	char *secret;              /* the bearer token; NULL: none; owned */
	const char *json_file;     /* NULL without --json; "-": stdout */
	const char *junit_file;    /* NULL without --junit; "-": stdout */
	bool tap;
	bool github;
	const char *cursor;    /* NULL: the contract's, if it has one */
	double follow_percent; /* of pages that have a next one */
	Weight *weights;       /* owned */
	size_t weight_count;
	CheckHow check;
	bool allow_empty;
	bool allow_changes;
	Targets targets;
	bool per_query; /* the targets given are each query's, too */
	bool help;      /* nothing else is set then */
	bool version;   /* nothing else is set then */
} Options;

/* On true, options_free() is the caller's to call. */
extern bool options_parse(int argc, char **argv, Options *options,
						  RunError *error);
extern void options_free(Options *options);
extern void options_help(FILE *out);

/* Whether it takes more than HTTP/1.1 on direct connections. */
extern bool options_need_multi(const Options *options);

/* The version of HTTP: "1.1" or "2". */
extern const char *options_http(const Options *options);

/* Adds a header "Name: value", and takes it over. */
extern void options_add_header(Options *options, char *header);

/* Whether standard output is for a program, and people read stderr. */
extern bool options_machine_stdout(const Options *options);

/* A copy of the URL without the slashes at its end, NULL when it is bad. */
extern char *options_base_url(const char *text, RunError *error);

/* Whether this is the URL of a proxy that libcurl knows how to use. */
extern bool options_check_proxy(const char *text, RunError *error);

#endif /* PERFCHECK_HTTP_CLI_OPTIONS_H */
