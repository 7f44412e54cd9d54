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

/*
 * Ways in which an API is wrong, each of which a check of its answers has to find,
 * and one that is right but odd: other members and forms, and a cursor on a last
 * page that is full.
 */
typedef enum Broken
{
	BROKEN_NOT,
	BROKEN_NO_GENRE,       /* the filter is ignored */
	BROKEN_NO_DATE_TO,     /* likewise; it cuts few rows */
	BROKEN_DATE_EXCLUSIVE, /* dateFrom itself is left out */
	BROKEN_CASE,           /* the search for an artist heeds case */
	BROKEN_NEXT_FILTERS,   /* a next page has no filters */
	BROKEN_REVERSED,       /* the rows of a page come in reverse */
	BROKEN_TIES,           /* rows of one date come in another order */
	BROKEN_TWICE,      /* the first row stands in place of the second, too */
	BROKEN_SKIPPED,    /* a next page leaves its first row out */
	BROKEN_OVERLAP,    /* a next page begins with the row before it */
	BROKEN_SHORT,      /* the last row of a page is left out */
	BROKEN_LONG,       /* a page has a row more */
	BROKEN_LIMIT,      /* every page has 20 rows at most */
	BROKEN_NULLS,      /* each row is null */
	BROKEN_EMPTY_ROWS, /* each row is {} */
	BROKEN_NO_NEXT,    /* there is never a cursor */
	BROKEN_SAME_PAGE,  /* the cursor is ignored */
	BROKEN_CUT,        /* the JSON lacks its end */
	BROKEN_MEMBER,     /* the rows have no venue */
	BROKEN_VALUE,      /* the third row has another price */
	BROKEN_ODD,        /* right */
	BROKEN_WAYS
} Broken;

/* Returns the way of that name, or BROKEN_WAYS. */
extern Broken query_broken(const char *name);

typedef struct QueryTarget
{
	Broken broken;
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
