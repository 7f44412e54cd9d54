/*-------------------------------------------------------------------------
 *
 * query.h
 *		A validated request -> SQL -> the body of the answer.
 *
 * Owns the SQL. Inside it stands the canonical query as it is,
 *		SELECT * FROM events WHERE ... ORDER BY date, id LIMIT limit + 1
 * so that it is planned as if it had been sent alone; PostgreSQL makes the
 * JSON around it. Values are always bound, never part of the text.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EVENTS_API_QUERY_H
#define EVENTS_API_QUERY_H

#include <stdbool.h>

#include "pool.h"
#include "request.h"

typedef enum QueryStatus
{
	QUERY_OK,
	/* a value that the database cannot take, SQLSTATE class 22 */
	QUERY_BAD_VALUE,
	QUERY_UNAVAILABLE,
	QUERY_FAILED
} QueryStatus;

typedef struct QueryTarget
{
	/* as it stands in SQL, quoted and with its schema; malloc'ed */
	char *table;
	/* (date, id) > ($1, $2) instead of the canonical OR form */
	bool row_cursor;
} QueryTarget;

/*
 * Fills in target->table by the name that a user gave, in SQL's spelling
 * (events, app.events, "My Events"), and asks PostgreSQL whether the API's
 * query fits that table. False, and the reason on stderr, if not.
 */
extern bool query_open_table(Pool *pool, const char *name, QueryTarget *target);

/*
 * The answer to a request. With QUERY_OK *body is a JSON object, malloc'ed;
 * otherwise the reason is on stderr.
 */
extern QueryStatus query_events(Pool *pool, const QueryTarget *target,
								const EventRequest *request, char **body);

/* Whether the database answers. */
extern QueryStatus query_health(Pool *pool);

#endif /* EVENTS_API_QUERY_H */
