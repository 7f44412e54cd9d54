/*-------------------------------------------------------------------------
 *
 * watch.h
 *		Watches the database while perfcheck-http sends load.
 *
 * Owns a session of its own for that, which the load's other users of the database
 * have one less of, and what is read in it: the counters of pg_stat_statements, if
 * that is loaded, before and after a run, and what the other sessions do, ten times
 * a second. A statement is a query's if it has the identifier that the server gives
 * to the query of the contract, or says the same in another form (statement.h).
 * Statements of the watch itself are left out.
 *
 * A database that cannot be watched is no error: what is unknown is NAN.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_RATE_WATCH_H
#define PERFCHECK_HTTP_RATE_WATCH_H

#include "http/requests/request.h"

/* The kinds of waiting that are told apart. */
typedef enum WatchWait
{
	WATCH_LOCK,
	WATCH_IO,
	WATCH_OTHER,
	WATCH_WAITS
} WatchWait;

/* What the database did for a query of the contract, in ms. */
typedef struct WatchQuery
{
	double calls;
	double plan_ms; /* in all */
	double exec_ms;
} WatchQuery;

typedef struct WatchSample
{
	double statements;   /* of all sessions but the watch's; NAN if unknown */
	bool planning;       /* whether planning is counted */
	WatchQuery *queries; /* for each group; owned */
	size_t count;
	int looks;                 /* at sessions */
	double sessions;           /* mean over the looks: sessions of clients, */
	double active;             /* those at work, */
	double waits[WATCH_WAITS]; /* those that wait within that, */
	double busy; /* and the share of looks at which no session was free */
} WatchSample;

typedef struct Watch Watch;

/*
 * Returns NULL, and sets the error, if there is no such session. Without requests,
 * statements are counted, and not told apart.
 */
extern Watch *watch_create(const char *conninfo, const RequestList *requests,
						   RunError *error);
extern void watch_free(Watch *watch); /* NULL is fine */

/*
 * Begins a run. With `look`, sessions are looked at until it ends; without, no
 * session stays open meanwhile.
 */
extern void watch_begin(Watch *watch, bool look);

/* Ends it. watch_sample_free() frees what the sample holds. */
extern void watch_end(Watch *watch, WatchSample *sample);
extern void watch_sample_free(WatchSample *sample);

/*
 * Returns what perfcheck_verify says of a query, in one line that the caller
 * frees, or NULL. Takes a few seconds at most, and changes nothing.
 */
extern char *watch_verdict(Watch *watch, const char *query);

#endif /* PERFCHECK_HTTP_RATE_WATCH_H */
