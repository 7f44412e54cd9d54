/*-------------------------------------------------------------------------
 *
 * flat_sql.h
 *		SQL that reads the rows of a flat join.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_FLAT_SQL_H
#define PERFCHECK_QUERY_FLAT_SQL_H

#include "query/flat_join.h"

/* A column of flat_sql(). */
typedef struct FlatColumn
{
	const char *name;
	Node *expr; /* over the tables of the join */
} FlatColumn;

/*
 * Returns a SELECT of some tables of the join where all of the conditions, a List
 * of Node, are true; columns is a List of FlatColumn. If sampled is the number of
 * a table, it is read through TABLESAMPLE with that percentage. The text holds
 * for the search_path under which it was made. Errors: those of opening a table.
 */
extern char *flat_sql(const FlatJoin *join, const Bitmapset *tables,
					  List *conditions, List *columns, int sampled,
					  double percent);

#endif /* PERFCHECK_QUERY_FLAT_SQL_H */
