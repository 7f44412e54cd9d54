/*-------------------------------------------------------------------------
 *
 * request.h
 *		The requests to send, in groups that are judged together.
 *
 * Owns the list of requests and the format of a request file. A group is a
 * query of the contract, or a path without its query string in a file. Every
 * path in the list can be sent as it is: it starts with a slash and contains
 * no byte that would have to be percent-encoded.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_REQUEST_H
#define PERFCHECK_HTTP_REQUESTS_REQUEST_H

#include <stdint.h>
#include <stdio.h>

#include "http/answer/answer.h"
#include "http/base/error.h"
#include "http/base/settings.h"
#include "http/requests/expected.h"

#define ROWS_UNKNOWN (-1)

/* As good as unknown; and there may be none. */
#define ROWS_NOT_COUNTED (-2)

#define NO_GROUP ((size_t) -1)

typedef enum Method
{
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE
} Method;

/* What the body of a right answer is; rows, unless a request file says more. */
typedef enum ExpectBody
{
	EXPECT_ROWS,
	EXPECT_JSON, /* any JSON */
	EXPECT_TEXT, /* any bytes, but some */
	EXPECT_EMPTY,
	EXPECT_ANY,
	EXPECT_TYPED /* JSON if its Content-Type says so, else any */
} ExpectBody;

typedef struct Request
{
	Method method;
	char *path;
	size_t number; /* its place in the list; next pages are numbered after it */
	bool next_page; /* made from a cursor that the API returned */
	size_t group;
	int64_t rows;      /* that the contract's query returns, or ROWS_UNKNOWN, or
						 * ROWS_NOT_COUNTED */
	int64_t page_size; /* the most rows of an answer; 0: that of the query */
	Expected *expected; /* its rows, or NULL; the list owns those of its own */
	char *body;         /* or NULL; owned */
	size_t body_size;
	bool reads;        /* not a GET, but asks for rows as one does */
	int expect_status; /* 0: 2xx */
	int or_status;     /* is right as well; 0: none */
	ExpectBody expect_body;
	const AnswerHow *how; /* its answers are read; NULL: as is usual */
	char *type;   /* the Content-Type of its body, or NULL: JSON; owned */
	char *accept; /* its header Accept, or NULL: JSON; owned */

	/*
	 * "Name: value" each, terminated by NULL: all headers but Host,
	 * Content-Length and Connection, which the client adds. The list owns them.
	 */
	const char *const *headers;
} Request;

typedef struct Group
{
	char *name;
	Targets targets;    /* of this query; INFINITY if it has none */
	double weight;      /* its share of requests, see mix.h; NAN if not set */
	double database_ms; /* mean time of the database; NAN if unknown */
	char *rows;         /* the path of the rows, or NULL; owned */
	char *key;          /* the member that identifies a row, or NULL; owned */
	bool by_key;        /* the query is by key, and has a row at most */
	char *path;         /* with $n for the values, or NULL; owned */
	AnswerHow how;      /* from these and the settings */
} Group;

typedef struct RequestList
{
	Request *items;
	size_t count;
	size_t room;
	Group *groups;
	size_t group_count;
	size_t group_room;
	char *cursor; /* the parameter that takes a cursor, or NULL */
	bool guesses; /* the name of that parameter, where the answer suggests it */
	size_t
		cursor_group; /* of next pages; NO_GROUP for that of the page before */
	size_t *sequence; /* indexes into items, see mix.h and traffic.h */
	size_t sequence_count;
	int64_t *times_us; /* when each of the sequence is due, from the first one
						* on; or NULL */
	char ***headers;   /* the sets of headers that requests refer to */
	size_t header_count;
	size_t header_room;
} RequestList;

/* Returns "GET" and so on. */
extern const char *request_method_name(Method method);

/* Returns whether a method only reads; such a request has no body. */
extern bool request_method_is_safe(Method method);

/*
 * Return what is wrong with a path, or with a header "Name: value", or NULL if
 * it can be sent.
 */
extern const char *request_path_problem(const char *path);
extern const char *request_header_problem(const char *header);

/*
 * Set how many rows a right answer has: as many as the query returns, up to the page
 * size. Where that is not known and the query's LIMIT is reached, an API may have
 * read one row more than it answers, to see whether there is a next page: then
 * *least is less than *most. Returns false if it is unknown.
 */
extern bool request_expected(const Request *request, int64_t *least,
							 int64_t *most);

/*
 * Returns the page size in the path of a request: that of the LIMIT's parameter, or
 * of a parameter called limit; 0 if there is none.
 */
extern int64_t request_page_size(const Request *request);

/*
 * request_group() returns the index of the group of that name, which it adds if
 * necessary. request_add() returns the new request, which is valid until
 * another one is added.
 */
extern size_t request_group(RequestList *list, const char *name);
extern Request *request_add(RequestList *list, Method method, const char *path,
							size_t group, int64_t rows);

/*
 * Reads a request file: a line is "[METHOD] /path [BODY]", empty, or a comment
 * that starts with #. "expect WHAT" before the body or at the end of the line says
 * what is right: a status, and text, json, rows, empty or any. BODY is the rest of the line, or @file, with the file in
 * the directory of the request file unless its name starts with a slash. name
 * is used in messages, and to find such files. Returns false, and sets the
 * error, if a line is invalid or a file cannot be read. An empty file is valid.
 */
extern bool request_read(RequestList *list, FILE *file, const char *name,
						 RunError *error);

/*
 * Adds the request of a query of the contract: a GET of a path, or a POST that
 * asks for rows, "POST /graphql {...}". Returns NULL, and sets *problem, if it
 * cannot be sent.
 */
extern Request *request_add_query(RequestList *list, const char *text,
								  size_t group, int64_t rows,
								  const char **problem);

/*
 * Notes which groups are by key: each of their requests has one row at most, and
 * their LIMIT, if they have one, is not what makes that so. Where there is no row, 404 is right as well.
 */
extern void request_find_keys(RequestList *list);

/*
 * Returns the group of a path in a file, which is the path without its query; a
 * last group takes the excess.
 */
extern size_t request_path_group(RequestList *list, const char *path);

/* Finds a method by its name, which has this length; false if it is unknown. */
extern bool request_find_method(const char *name, size_t length,
								Method *method);

/* Gives each request these headers, and the usual ones that they do not set. */
extern void request_set_headers(RequestList *list, char *const *headers,
								size_t count);

/* Settles how the answers of each group are read; no group is added later on. */
extern void request_set_how(RequestList *list, const Settings *settings);

/* Frees all that the list owns, and leaves it empty. */
extern void request_free(RequestList *list);

#endif /* PERFCHECK_HTTP_REQUESTS_REQUEST_H */
