/*-------------------------------------------------------------------------
 *
 * request.h
 *		What there is to send: requests, in groups that are judged together.
 *
 * Owns the list of requests and the format of a request file. A group is a
 * query of the contract, or a path without its query string in a file. Every
 * path in the list is ready to be sent: it starts with a slash and holds no
 * byte that would need percent-encoding.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REQUESTS_REQUEST_H
#define PERFCHECK_HTTP_REQUESTS_REQUEST_H

#include <stdint.h>
#include <stdio.h>

#include "http/base/error.h"
#include "http/base/settings.h"

#define ROWS_UNKNOWN (-1)
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

typedef struct Request
{
	Method method;
	char *path;
	size_t number;  /* its place in the list; pages that follow come after it */
	bool next_page; /* by a cursor that the API gave out */
	size_t group;
	int64_t rows; /* of the contract's query, or ROWS_UNKNOWN */
	char *body;   /* NULL: none; owned */
	size_t body_size;

	/*
	 * "Name: value" each, ended by NULL: all of them but Host, Content-Length
	 * and Connection, which are the client's. Owned by the list.
	 */
	const char *const *headers;
} Request;

typedef struct Group
{
	char *name;
	Targets targets;    /* of this query; INFINITY where it has none */
	double weight;      /* its share of requests, see mix.h; NAN: not set */
	double database_ms; /* what the database takes, on average; NAN: unknown */
} Group;

typedef struct RequestList
{
	Request *items;
	size_t count;
	size_t room;
	Group *groups;
	size_t group_count;
	size_t group_room;
	char *cursor;        /* the parameter that takes a cursor; NULL: none */
	size_t cursor_group; /* of next pages; NO_GROUP: that of the page before */
	size_t *sequence;    /* numbers of items, to be shuffled: see mix.h */
	size_t sequence_count;
	char ***headers; /* each set of headers that a request refers to */
	size_t header_count;
	size_t header_room;
} RequestList;

extern const char *request_method_name(Method method);

/* Whether a method only reads; such a request has no body. */
extern bool request_method_is_safe(Method method);

/* What is wrong with a path, or with a header "Name: value"; or NULL. */
extern const char *request_path_problem(const char *path);
extern const char *request_header_problem(const char *header);

/*
 * How many events a right answer holds: the rows, up to the page size that
 * the path's limit parameter asks for (20 without one). ROWS_UNKNOWN when the
 * rows are. The API reads one row more than a page, to know of a next one.
 */
extern int64_t request_expected_events(const Request *request);

/* Adds to a list; the group is made when there is none of that name. */
extern size_t request_group(RequestList *list, const char *name);
extern Request *request_add(RequestList *list, Method method, const char *path,
							size_t group, int64_t rows);

/*
 * Reads a request file: a line is "[METHOD] /path [BODY]", empty, or a comment
 * that starts with #. BODY is the rest of the line, or @file, with the file
 * beside the request file unless its name starts with a slash. name is for
 * messages, and to find such files. An empty file is no error.
 */
extern bool request_read(RequestList *list, FILE *file, const char *name,
						 RunError *error);

/* The same by name, "-" being standard input. Here an empty file is one. */
extern bool request_read_named(RequestList *list, const char *name,
							   RunError *error);

/* Gives these headers, and the usual ones, to each request. */
extern void request_set_headers(RequestList *list, char *const *headers,
								size_t count);
extern void request_free(RequestList *list);

#endif /* PERFCHECK_HTTP_REQUESTS_REQUEST_H */
