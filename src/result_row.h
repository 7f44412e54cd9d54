/*-------------------------------------------------------------------------
 *
 * result_row.h
 *		One row of a function's result, filled from left to right.
 *
 * Owns the conversion of perfcheck's own values to the SQL types of result
 * columns: how many digits of a time or a share are shown, and which values
 * are null.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RESULT_ROW_H
#define PERFCHECK_RESULT_ROW_H

#include "nodes/execnodes.h"
#include "nodes/pg_list.h"

#define RESULT_ROW_MAX_COLUMNS 20

typedef struct ResultRow
{
	ReturnSetInfo *result;
	Datum values[RESULT_ROW_MAX_COLUMNS];
	bool nulls[RESULT_ROW_MAX_COLUMNS];
	int columns; /* that are filled */
} ResultRow;

/*
 * The functions below return nothing. They raise errors of memory allocation
 * alone, and result_row_end() those of writing a temporary file too.
 */

/* Fills the next column. Each result_row_put function fills one. */
extern void result_row_put(ResultRow *row, Datum value);

extern void result_row_put_null(ResultRow *row);

/* Fills the next n columns. */
extern void result_row_put_nulls(ResultRow *row, int n);

/* As text; NULL is null. */
extern void result_row_put_text(ResultRow *row, const char *text);

extern void result_row_put_bool(ResultRow *row, bool value);

/* Likewise, but null where nothing was judged. */
extern void result_row_put_verdict(ResultRow *row, bool judged, bool ok);

/* A number of rows or blocks as bigint, rounded. */
extern void result_row_put_rows(ResultRow *row, double rows);

/* A time in ms, rounded to the microsecond, since what is finer is noise. */
extern void result_row_put_ms(ResultRow *row, double ms);

/* A share of rows, rounded to one in a million; below 0 it is null. */
extern void result_row_put_share(ResultRow *row, double share);

/* The text of JSON as jsonb; NULL is null. */
extern void result_row_put_jsonb(ResultRow *row, const char *json);

/* As text[]; a NULL in texts is a null element. */
extern void result_row_put_texts(ResultRow *row, char *const *texts, int n);

/* The names, and the access methods, of PlanIndexes as text[]. */
extern void result_row_put_index_names(ResultRow *row, List *indexes);
extern void result_row_put_index_methods(ResultRow *row, List *indexes);

/*
 * Adds the row, of which every column must be filled, to the result, and
 * begins the next one.
 */
extern void result_row_end(ResultRow *row);

#endif /* PERFCHECK_RESULT_ROW_H */
