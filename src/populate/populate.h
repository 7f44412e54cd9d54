/*-------------------------------------------------------------------------
 *
 * populate.h
 *		Fills tables with rows that behave like those that statistics tell of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_POPULATE_H
#define PERFCHECK_POPULATE_POPULATE_H

#include "postgres.h"

#include "nodes/pg_list.h"

typedef struct PopulateRequest
{
	List *tables;           /* Oids; NIL: all of the search_path's schemas */
	int64 rows;             /* of the largest table; negative: not given */
	double factor;          /* negative: not given */
	const char *statistics; /* NULL: those of this database */
	uint64 seed;
} PopulateRequest;

/* What became of a table. */
typedef struct PopulateResult
{
	Oid relid;
	int64 rows;
	const char *note; /* or NULL */
} PopulateResult;

/*
 * Makes rows and writes them, all or none. Returns a list of PopulateResult. Sends
 * NOTICE and INFO messages. Errors: those of the modules of this folder, and
 * whatever INSERT and building an index raise.
 */
extern List *populate_tables(const PopulateRequest *request);

#endif /* PERFCHECK_POPULATE_POPULATE_H */
