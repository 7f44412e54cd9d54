/*-------------------------------------------------------------------------
 *
 * table_set.h
 *		Which tables rows are made for, and in which order.
 *
 * Owns the locks and the rights. The tables that foreign keys refer to come before
 * those that refer to them, as far as no keys go round in a circle.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TABLE_SET_H
#define PERFCHECK_POPULATE_TABLE_SET_H

#include "populate/population.h"

/*
 * Locks the tables against other writers, reads their models and those of the
 * tables that they refer to, and puts them into the population. NIL: all tables of
 * the schemas of the search_path that the user may insert into. Errors:
 * insufficient_privilege, wrong_object_type, undefined_table.
 */
extern void table_set_open(Population *population, List *relids);

/* Returns the tables of the search_path's schemas, with a right on them. */
extern List *table_set_all(uint64 right);

#endif /* PERFCHECK_POPULATE_TABLE_SET_H */
