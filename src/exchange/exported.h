/*-------------------------------------------------------------------------
 *
 * exported.h
 *		What of the contract goes into a file.
 *
 * Owns what belongs to the team and in which order it stands in a file, and the
 * words for types, numbers and search_paths that mean the same in any database.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_EXCHANGE_EXPORTED_H
#define PERFCHECK_EXCHANGE_EXPORTED_H

#include "nodes/pg_list.h"

#include "contract/contract_query.h"

typedef struct ExportedSize
{
	const char *table; /* qualified and quoted */
	double rows;       /* negative: not told */
	List *denser;      /* char *: names of columns */
	bool told;         /* denser was told */
} ExportedSize;

typedef struct Exported
{
	List *queries; /* ContractQuery *, by name */
	List *sizes;   /* ExportedSize *, by name */
	List *dropped; /* char *: built-in queries that were dropped */
} Exported;

/*
 * Reads the contract. Tables that were dropped since their size was told are left
 * out. Errors: insufficient_privilege.
 */
extern Exported *exported_read(void);

/*
 * Returns the name of a type, qualified unless it is in pg_catalog; "-" for none,
 * and for one that was dropped.
 */
extern char *exported_type(Oid type);

/* Returns a number as text that reads as the same number. */
extern char *exported_number(double number);

/* Returns the search_path of a query as it is written; NULL for the caller's. */
extern const char *exported_path(const ContractQuery *query);

#endif /* PERFCHECK_EXCHANGE_EXPORTED_H */
