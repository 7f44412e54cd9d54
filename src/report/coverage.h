/*-------------------------------------------------------------------------
 *
 * coverage.h
 *		Which tables and indexes the queries of the contract read.
 *
 * Owns what it means that a query uses an index: a plan of it does, with the
 * values of some case, under some plan mode, at some size up to the target.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_COVERAGE_H
#define PERFCHECK_REPORT_COVERAGE_H

#include "contract/contract_query.h"
#include "nodes/pg_list.h"

/* What one query reads. */
typedef struct QueryCoverage
{
	const ContractQuery *query;
	/* OIDs of the tables of its text, of views, policies and functions in it. */
	List *tables;
	List *relations; /* OIDs of the tables that its plans read */
	List *indexes;   /* OIDs of the indexes that they read */
	/* Why some of its plans are not known, or NULL. */
	char *problem;
} QueryCoverage;

/*
 * Returns QueryCoverages of the enabled queries, with their plans from today's
 * size to scale times that. Statements of the queries' functions are executed, on
 * today's rows. Errors: invalid_parameter_value for the scale, and those that
 * sandbox_run() raises again.
 */
extern List *coverage_read(double scale);

/* Returns whether a plan of the query reads a table of it, or a part of that. */
extern bool coverage_reads(const QueryCoverage *coverage, Oid table);

/*
 * Returns the indexes of all tables of the queries (QueryCoverage *), as
 * ExistingIndexes after index_set_existing_compare_all(). Errors: those of the
 * catalogs.
 */
extern List *coverage_indexes(const List *coverages);

#endif /* PERFCHECK_REPORT_COVERAGE_H */
