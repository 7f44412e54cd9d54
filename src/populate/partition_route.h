/*-------------------------------------------------------------------------
 *
 * partition_route.h
 *		Whether a row of a partitioned table has a partition, and which values have.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_PARTITION_ROUTE_H
#define PERFCHECK_POPULATE_PARTITION_ROUTE_H

#include "nodes/execnodes.h"

#include "populate/column_statistics.h"
#include "populate/table_model.h"

typedef struct PartitionRoute PartitionRoute;

extern PartitionRoute *partition_route_create(const TableModel *model,
											  EState *estate);

/* Returns whether there is a partition for the row in the context's slot. */
extern bool partition_route_fits(const PartitionRoute *route,
								 ExprContext *context);

/* Returns the bounds of the partitions, as texts. */
extern List *partition_route_texts(const PartitionRoute *route);

/* Returns the columns that decide. */
extern const Bitmapset *partition_route_columns(const PartitionRoute *route);

/*
 * Returns statistics of the column that a table is partitioned by, such that each
 * partition gets its share: rows is asked of each by its qualified name, or is NULL
 * for equal shares. Returns NULL for another column, or for a key of several.
 */
extern const ColumnStatistics *
partition_route_statistics(const TableModel *model, AttrNumber attnum,
						   double (*rows)(const char *partition, void *arg),
						   void *arg);

#endif /* PERFCHECK_POPULATE_PARTITION_ROUTE_H */
