/*-------------------------------------------------------------------------
 *
 * table_statistics.h
 *		Reads what statistics of a name say of a table.
 *
 * Owns the reading of the tables perfcheck_statistics_*. SPI must be connected.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TABLE_STATISTICS_H
#define PERFCHECK_POPULATE_TABLE_STATISTICS_H

#include "populate/column_statistics.h"
#include "populate/table_model.h"

/* How the rows of a table refer to another one. */
typedef struct KeyStatistics
{
	double parents;       /* rows of the parent */
	double with_children; /* of which at least these have children */
	int nfan_out;         /* quantiles of children per parent that has any */
	double *fan_out;
	bool counted; /* of all parents, not of a sample */
} KeyStatistics;

/* The most common combinations of some columns. */
typedef struct GroupStatistics
{
	int n;
	AttrNumber *columns;
	int ncommon;
	char ***common; /* of each: a value, or NULL, a column */
	double *freqs;
} GroupStatistics;

/* A column that another one decides, to a degree up to 1. */
typedef struct DependencyStatistics
{
	AttrNumber from;
	AttrNumber to;
	double degree;
} DependencyStatistics;

typedef struct PartitionStatistics
{
	char *name; /* qualified and quoted */
	double rows;
} PartitionStatistics;

typedef struct TableStatistics
{
	double rows;
	ColumnStatistics **columns; /* by attribute number - 1; NULL: not known */
	List *groups;               /* GroupStatistics */
	List *dependencies;         /* DependencyStatistics, the highest first */
	List *partitions;           /* PartitionStatistics */
} TableStatistics;

/*
 * Raises undefined_object if there are no statistics of that name.
 */
extern void table_statistics_check(const char *statistics);

/*
 * Returns what is said of a table, in the memory context that is current; NULL
 * if nothing is.
 */
extern TableStatistics *table_statistics_read(const char *statistics,
											  const TableModel *model);

/*
 * What pg_stats shows the user of a table of this database, without its size, and
 * without what pg_stats does not hold; NULL if that is nothing.
 */
extern TableStatistics *table_statistics_read_own(const TableModel *model);

/* Likewise, of a foreign key. parent is the model of the table it refers to. */
extern KeyStatistics *table_statistics_key(const char *statistics,
										   const TableModel *model,
										   const ModelKey *key);

#endif /* PERFCHECK_POPULATE_TABLE_STATISTICS_H */
