/*-------------------------------------------------------------------------
 *
 * settings.h
 *		The settings of a run, as every module reads them.
 *
 * Owns their types and what each value means. The command line fills them in
 * (cli/options.h) and nothing changes them afterwards.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_BASE_SETTINGS_H
#define PERFCHECK_HTTP_BASE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/base/expect.h"

/* What an answer with status 2xx is checked for. */
typedef enum CheckHow
{
	CHECK_STATUS, /* it is JSON with rows, unless there are none to be found */
	CHECK_SAME,   /* and its body equals the first one of the same request */
	CHECK_COUNT,  /* and it has as many rows as the contract's query */
	CHECK_ROWS,   /* and these are the same rows, by their key, in that order */
	CHECK_COLUMNS /* and have the same values */
} CheckHow;

/*
 * As long as no number is given, requests may be sent again if they are at most
 * one in RESENT_ONE_IN.
 */
#define RESENT_BY_SHARE (-1)
#define RESENT_ONE_IN 1000

/*
 * A latency that equals its target meets it. INFINITY means that there is no
 * target. In Settings, NAN means that none was given; see targets.h.
 */
typedef struct Targets
{
	double avg_ms;
	double p95_ms;
	double p99_ms;
	double min_rate; /* right answers a second; 0 if there is no target */
	int64_t max_errors;
	int64_t max_resent; /* or RESENT_BY_SHARE */
} Targets;

/* Where the next page is looked for; see --next. */
typedef enum NextHow
{
	NEXT_FOUND,  /* in the usual places */
	NEXT_MEMBER, /* in a member of the body: next_name is its path */
	NEXT_HEADER, /* in the header Link, rel="next" */
	NEXT_PAGE,   /* next_name is a page number, and grows by 1 */
	NEXT_OFFSET, /* next_name is an offset, and grows by the rows */
	NEXT_AFTER   /* next_name takes the key of the last row */
} NextHow;

/* Which client sends the requests. */
typedef enum ClientKind
{
	CLIENT_AUTO, /* the light one if it can send the requests */
	CLIENT_LIGHT,
	CLIENT_MULTI /* libcurl's multi interface */
} ClientKind;

/* --weight NAME=N */
typedef struct Weight
{
	char *name; /* of a group of requests; owned */
	double weight;
} Weight;

typedef struct Settings
{
	char *url; /* the base, without a slash at its end; owned */
	int connections;
	int threads;
	double rate; /* requests a second of an open loop; 0 for a closed loop */
	int64_t warmup_us;
	int64_t duration_us; /* after the warm-up */
	bool duration_given;
	int64_t timeout_us;
	int64_t connect_timeout_us;
	ClientKind client;
	const char *unix_socket; /* instead of the URL's host, or NULL */
	const char *proxy;       /* its URL, or NULL */
	bool http2;
	int streams;    /* for each connection of HTTP/2; 1 for HTTP/1.1 */
	int redirects;  /* at most so many are followed */
	bool insecure;  /* the server's certificate is not verified */
	char **headers; /* "Name: value" each, in the order given; owned */
	size_t header_count;
	const char *conninfo;      /* NULL without --db */
	const char *requests_file; /* NULL without --requests; "-": stdin */
	const char *bearer_file;   /* NULL without --bearer-file */
	const char *bearer_env;    /* NULL without --bearer-env */
	char *secret;  /* a line each: what is never shown, or NULL; owned */
	char *user;    /* USER:PASSWORD, or NULL; owned */
	char *cookies; /* that each connection begins with, or NULL; owned */
	bool compressed;
	bool replay;            /* requests_file is sent with its own timing */
	double replay_speed;    /* times as fast */
	const char *json_file;  /* NULL without --json; "-": stdout */
	const char *junit_file; /* NULL without --junit; "-": stdout */
	bool tap;
	bool github;
	const char *cursor;    /* NULL for that of the contract, if it has one */
	double follow_percent; /* of the pages that have a next one */
	Weight *weights;       /* owned */
	size_t weight_count;
	const char *rows;      /* the path of --rows, or NULL */
	const char *key;       /* that of --key, or NULL */
	NextHow next;          /* --next */
	const char *next_name; /* its path or parameter, or NULL */
	bool next_given;
	CheckHow check;
	int64_t page_size; /* of paths that do not say it; 0: the query's LIMIT */
	char **ignore;     /* columns that are not compared; owned */
	size_t ignore_count;
	bool allow_empty;
	bool allow_changes;
	Targets targets;
	bool samples;       /* latencies are kept in the JSON */
	size_t slices;      /* into at most so many they are divided; 0: not kept */
	bool find_rate;     /* `rate` is where the search begins, if it is given */
	const char *join;   /* the run of several machines, or NULL */
	int64_t join_us;    /* how long others may join it */
	bool per_query;     /* the targets also apply to each query */
	const char *host;   /* that requests name, with its port; NULL: the URL's */
	char *connect_to;   /* libcurl's FROM:PORT:TO:PORT, or NULL; owned */
	char *wire_url;     /* the URL with that host; owned */
	const char *cacert; /* files in PEM, or NULL */
	const char *cert;   /* of the client */
	const char *cert_key; /* of the certificate, if that has none */
	bool close_each;      /* each request has a connection of its own */
	bool trace;           /* each request has a traceparent */
	uint64_t trace_run;   /* the first half of each trace's ID; never 0 */
	Expect expect;        /* of each answer; owned */
	int64_t setup_us;     /* the longest that looking values up may take */
	bool help;            /* then nothing else is set */
	bool version;         /* then nothing else is set */
} Settings;

/* Returns whether requests are sent when they are due, answered or not. */
static inline bool
settings_is_open_loop(const Settings *settings)
{
	return settings->rate > 0 || settings->replay;
}

/* Returns whether only client_multi can send the requests. */
static inline bool
settings_need_multi(const Settings *settings)
{
	return settings->proxy != NULL || settings->http2 ||
		   settings->redirects > 0;
}

/* Returns the version of HTTP in use, "1.1" or "2". */
static inline const char *
settings_http_version(const Settings *settings)
{
	return settings->http2 ? "2" : "1.1";
}

#endif /* PERFCHECK_HTTP_BASE_SETTINGS_H */
