/*-------------------------------------------------------------------------
 *
 * table_size.h
 *		The tables perfcheck_size and perfcheck_size_values: what was told of how
 *		tables grow, and the table perfcheck_populated: how many rows were made.
 *
 * Owns the reading and writing of perfcheck_size. What it means for a plan is
 * told by plan/growth.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_TABLE_SIZE_H
#define PERFCHECK_BASE_TABLE_SIZE_H

#include "nodes/pg_list.h"

typedef struct TableSize
{
	Oid relid;    /* never a partition */
	double rows;  /* that it is judged at; negative: not told */
	List *denser; /* char *: names of columns that grow denser */
	bool told;    /* denser was told, be it that no column does */
	double
		today; /* for growth.c to keep the rows of today; negative at first */
} TableSize;

/* Forgets what was read. Every SQL function must call this. */
extern void table_size_forget(void);

/*
 * Returns what was told of a table, or NULL, also if the extension has no table
 * perfcheck_size, as before version 1.1. What is returned is valid until
 * table_size_forget(). Takes no privileges.
 */
extern TableSize *table_size_find(Oid relid);

/* Returns the TableSizes of all tables, valid as above. */
extern const List *table_size_all(void);

/* Returns whether anything was told of any table. */
extern bool table_size_any(void);

/*
 * Sets how many distinct values a column has where its table, which is no
 * partition, has the rows that were told, and the share of the most common one,
 * negative if none is common. Returns false if that is not known. Takes no
 * privileges.
 */
extern bool table_size_values(Oid relid, const char *name, double *values,
							  double *most);

/*
 * Returns how many rows perfcheck_populate() made of a table, which is no partition,
 * as perfcheck_populated tells; 0 if the extension has no such table. Takes no
 * privileges.
 */
extern double table_size_made(Oid relid);

/*
 * Tells of a table, in place of what was told before. With neither rows nor
 * denser, there is nothing told of it then. Errors: insufficient_privilege.
 */
extern void table_size_tell(const TableSize *size);

#endif /* PERFCHECK_BASE_TABLE_SIZE_H */
