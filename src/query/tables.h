/*-------------------------------------------------------------------------
 *
 * tables.h
 *		Lists the tables that a query reads.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_TABLES_H
#define PERFCHECK_QUERY_TABLES_H

#include "nodes/parsenodes.h"

/*
 * Returns the OIDs of the tables, foreign tables and materialized views that an
 * analyzed and rewritten query reads anywhere, each once. A view counts as the
 * tables that it reads.
 */
extern List *tables_list(const Query *query);

#endif /* PERFCHECK_QUERY_TABLES_H */
