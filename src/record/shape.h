/*-------------------------------------------------------------------------
 *
 * shape.h
 *		What statements have in common that differ by their values alone.
 *
 * Owns the form of a statement in which its constants are parameters and its
 * lists of constants are arrays, which is the form that a contract query has.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_H
#define PERFCHECK_RECORD_SHAPE_H

#include "record/shape_param.h"

typedef struct Shape
{
	/*
	 * The statement with $1 to $n. If there is a problem, it is what can be shown
	 * of the statement without its constants, or NULL if no scanner reads it.
	 */
	const char *sql;
	uint64 key; /* equal for statements that are the same */
	int nparams;
	ShapeParam *params;
	/*
	 * Statements with (a, b) IN ((1, 2), (3, 4)) have one key, whatever the number
	 * of rows is. The last parameters are those rows, each of row_width; repeating
	 * the last row makes the values of a shorter list fit a longer one.
	 */
	int row_width; /* 0 if there are no such rows */
	int ntables;   /* names of the tables, as they are written */
	const char **tables;
	bool renamed; /* columns have names of their own, by their order */
	bool cut; /* shape_read_bare() put '?' where there can be no parameter */
	const char *problem; /* why it is no contract query, or NULL */
} Shape;

/*
 * Returns the shape of the text of a statement; PREPARE, DECLARE, EXPLAIN and the
 * like stand for the SELECT in them. any_columns: statements that differ in the
 * columns that they return alone have the same key. Text that no parser reads has
 * a problem. Raises errors of memory allocation alone.
 */
extern Shape *shape_read(const char *sql, bool any_columns);

/*
 * The same with a text in which no constant stands but NULL, TRUE, FALSE, 0 and 1,
 * the positions of ORDER BY and GROUP BY, the lengths of types, and units such as
 * 'day'. A constant that is none of these is a parameter, or '?', B'0' or 1 where
 * the shape otherwise keeps it.
 */
extern Shape *shape_read_bare(const char *sql);

/* The problem of a statement that is on record with such a text. */
#define SHAPE_CUT_PROBLEM                                                      \
	"a constant was left out where a shape has no parameter"

#endif /* PERFCHECK_RECORD_SHAPE_H */
