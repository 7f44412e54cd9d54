/*-------------------------------------------------------------------------
 *
 * write_cost.h
 *		What an index costs each row that is written.
 *
 * Owns how that is measured: the entries of a sample of the table's rows are
 * inserted once more into indexes that a trial has created. The table itself is
 * not written to, so that no trigger, constraint or sequence is touched, and no
 * dead row is left; the new indexes go with the trial.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_WRITE_COST_H
#define PERFCHECK_ADVICE_WRITE_COST_H

#include "nodes/pg_list.h"

typedef struct WriteCost
{
	Oid index; /* that the trial has created: entries without rows stay in it */
	double us; /* microseconds a row; -1: not measured */
	double wal; /* bytes of WAL a row, but for full-page images; -1 likewise */
} WriteCost;

/*
 * Measures the costs of indexes (WriteCost *) of a table that is no partitioned
 * one, in turns. Evaluates their expressions as the owner of the table. To be
 * called within sandbox_run(), where the table is locked. Costs that cannot be
 * measured stay as they are: of an empty table, or with wal_level minimal that of
 * the WAL. Errors: those of the expressions.
 */
extern void write_cost_measure(Oid relid, List *costs);

#endif /* PERFCHECK_ADVICE_WRITE_COST_H */
