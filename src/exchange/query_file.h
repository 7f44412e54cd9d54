/*-------------------------------------------------------------------------
 *
 * query_file.h
 *		Reads a file of queries, each below comments that tell of it.
 *
 *		-- name: feed_entries
 *		-- path: /feed/$1/entries
 *		-- case: own, 5, 4, unread
 *		SELECT ... ;
 *
 * Owns the form of such a file: which comments tell something, where a query begins
 * and ends, and how values are quoted. What a key means is the caller's. It is pure
 * C, and allocates nothing.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_QUERY_FILE_H
#define PERFCHECK_EXCHANGE_QUERY_FILE_H

#include <stdbool.h>
#include <stddef.h>

typedef enum QueryFileKind
{
	QUERY_FILE_END,
	QUERY_FILE_KEY,     /* a comment of the form "-- key: value" */
	QUERY_FILE_SQL,     /* the statement; value is its text */
	QUERY_FILE_COMMENT, /* one of that form above a statement, of another key */
	QUERY_FILE_FAULT    /* value tells, as a sentence without a full stop */
} QueryFileKind;

/* What was read. Neither text ends with a zero. */
typedef struct QueryFileItem
{
	QueryFileKind kind;
	int line; /* where it begins, from 1 */
	const char *key;
	size_t key_length;
	const char *value;
	size_t value_length;
} QueryFileItem;

/* A file that is being read. */
typedef struct QueryFile
{
	const char *at; /* what follows is to be read */
	const char *end;
	int line;
	int state;
	const char *const *keys; /* those that are known; NULL ends them */
} QueryFile;

/* Begins to read a file that has one of the keys, "name" among them. No errors. */
extern void query_file_start(QueryFile *file, const char *text, size_t length,
							 const char *const *keys);

/*
 * Returns what comes next. A query begins with the key name; its other keys and its
 * statement follow. What stands before the first name belongs to the file. After a
 * fault nothing more is to be read. No errors.
 */
extern QueryFileItem query_file_next(QueryFile *file);

/*
 * Writes a value that is one text into buffer, which has length + 1 bytes, and ends
 * it with a zero: it stands for itself, or is a string of SQL with escapes, E'...'.
 * Returns whether such a string is well formed.
 */
extern bool query_file_text(const char *value, size_t length, char *buffer);

typedef enum QueryFileElement
{
	QUERY_FILE_NO_ELEMENT,
	QUERY_FILE_NULL,
	QUERY_FILE_ELEMENT,
	QUERY_FILE_MALFORMED
} QueryFileElement;

/*
 * Writes the next of several values, which commas separate, into buffer, which has
 * room for all of them and a zero, and moves *at to what follows it. A value stands for itself,
 * and what is within brackets, braces, parentheses or double quotes in it belongs to
 * it; or it is in single or double quotes, which are doubled in it, or E'...'. NULL
 * is no text. *at is NULL once the last one was read.
 */
extern QueryFileElement query_file_element(const char **at, const char *end,
										   char *buffer);

/* What the name of a query tells beside it. */
typedef enum QueryFileForm
{
	QUERY_FILE_PLAIN, /* nothing */
	QUERY_FILE_SQLC,  /* GetFeed :many */
	QUERY_FILE_AIOSQL /* get_feed^ */
} QueryFileForm;

/*
 * Returns how long the name is in the value of the key name, and its form. writes
 * tells whether the form says that the query returns no rows. No errors.
 */
extern size_t query_file_name(const char *value, size_t length,
							  QueryFileForm *form, bool *writes);

#endif /* PERFCHECK_EXCHANGE_QUERY_FILE_H */
