/*-------------------------------------------------------------------------
 *
 * view.h
 *		A body with its rows, and what is read of them.
 *
 * Owns the members of a row and how they are found: by name, in an envelope of
 * the row, or by a column's name in another style. rows.h opens a view. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_ANSWER_VIEW_H
#define PERFCHECK_HTTP_ANSWER_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/answer/json_tree.h"
#include "http/base/settings.h"

/* How the answers to a request are read. All zero finds what is usual. */
typedef struct AnswerHow
{
	const char *rows; /* the path of the rows' array, or NULL: found */
	const char *key;  /* the member that identifies a row, or NULL */
	bool by_key;      /* an object that has the key is one row */
	bool or_object;   /* it is where there are no other rows */
	NextHow next;
	const char *next_path;      /* of NEXT_MEMBER */
	const char *next_parameter; /* of the three last ones of NextHow */
} AnswerHow;

/* What is known of a body beside its bytes. */
typedef struct AnswerBody
{
	const char *data;
	size_t size;
	const char *type; /* its Content-Type, or NULL or "" if unknown */
	const char *link; /* the values of its header Link, or NULL */
	const char *path; /* that was requested; for page numbers and offsets */
} AnswerBody;

typedef enum AnswerState
{
	ANSWER_ROWS,    /* there are rows, perhaps none of them */
	ANSWER_BAD,     /* not JSON, or cut off */
	ANSWER_UNCLEAR, /* JSON, in which no rows were found, or several */
	ANSWER_ERRORS   /* of GraphQL: errors, and no data */
} AnswerState;

/* A value of a row. */
typedef struct AnswerValue
{
	JsonType type;
	const char *text; /* as it is in the body; of a string without quotes */
	size_t size;
	bool escaped; /* a string with backslashes: see answer_value_text() */
} AnswerValue;

typedef struct AnswerView
{
	JsonTree tree;
	AnswerState state;
	char problem[160]; /* in words, if the state is not ANSWER_ROWS */
	size_t count;      /* of rows */
	bool single;       /* the one row is an object by itself, no list */
	uint32_t *rows;    /* the node of each row */
	size_t room;
	uint32_t parent; /* the object that holds the array; the root if none */
} AnswerView;

/* Returns whether row i, counted from 0, is an object that is not empty. */
extern bool answer_row_is_object(const AnswerView *view, size_t i);

/*
 * Finds a member of row i by its name or path ("id", "venue.id"). Looks into the
 * envelopes of a row as well: attributes (JSON:API), _source (Elasticsearch),
 * node (GraphQL), properties (GeoJSON). Returns false if there is none.
 */
extern bool answer_row_member(const AnswerView *view, size_t i,
							  const char *path, AnswerValue *value);

/*
 * The same for a column of the database: start_date also finds startDate and
 * StartDate, if there is no member of that very name.
 */
extern bool answer_row_column(const AnswerView *view, size_t i,
							  const char *column, AnswerValue *value);

/* Finds the key of row i: how->key, or one of the usual names if that is NULL. */
extern bool answer_row_key(const AnswerView *view, size_t i,
						   const AnswerHow *how, AnswerValue *value);

/*
 * Returns the value as text, in UTF-8 and with its escapes resolved; an object
 * or array as it is in the body. The caller frees it.
 */
extern char *answer_value_text(const AnswerValue *value);

/* Returns whether answer_value_text() would return these bytes; faster. */
extern bool answer_value_equals(const AnswerValue *value, const char *text,
								size_t size);

/* Returns what is wrong with a path of --rows, --next or --key, or NULL. */
extern const char *answer_path_problem(const char *path);

#endif /* PERFCHECK_HTTP_ANSWER_VIEW_H */
