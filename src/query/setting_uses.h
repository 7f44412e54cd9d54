/*-------------------------------------------------------------------------
 *
 * setting_uses.h
 *		Which settings of the server a query compares with its tables.
 *
 * Reads a query's tree by setting, where param_uses.h reads it by parameter: the
 * policies of row security, and other conditions, that compare an expression of
 * a table with current_setting('name').
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_QUERY_SETTING_USES_H
#define PERFCHECK_QUERY_SETTING_USES_H

#include "nodes/parsenodes.h"

#include "query/param_uses.h"

/*
 * A comparison by equality of an expression of a table, column, with one that
 * reads settings: by itself, in a subquery, or in a function. The settings are
 * those that its text names. Whether one of them has to be the value itself, or
 * what else, is for who uses this to try.
 */
typedef struct SettingUse
{
	ParamUse column; /* USE_EQUAL: where the values can be looked up */
	List *names;     /* char *, of the settings, each once */
	List *keys;      /* char *: what is taken from JSON, the outermost first */
	/* The comparison, with the parameter $1 in place of the column. */
	Node *comparison;
	bool policy;   /* it is part of row security */
	bool indirect; /* it stands in a function that the query calls */
} SettingUse;

/*
 * Returns the SettingUses of a query, analyzed and rewritten, as the policies
 * apply to the user who it was rewritten for. Errors: those of constants that are
 * folded.
 */
extern List *setting_uses_find(Query *query);

#endif /* PERFCHECK_QUERY_SETTING_USES_H */
