/*-------------------------------------------------------------------------
 *
 * table_notes.h
 *		What a reader of a verdict should know of the state of its tables.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_TABLE_NOTES_H
#define PERFCHECK_PLAN_TABLE_NOTES_H

#include "nodes/pg_list.h"

/*
 * Returns lines (char *) on tables (OIDs) whose statistics are older than many of
 * their changes, and on those among index_only (OIDs), the tables of index-only
 * scans, that are judged as autovacuum will leave them. Partitions of one table
 * share a line. Changes are known as far as the cumulative statistics system has
 * been told of them, and not at all if track_counts is off.
 */
extern List *table_notes(List *tables, List *index_only);

#endif /* PERFCHECK_PLAN_TABLE_NOTES_H */
