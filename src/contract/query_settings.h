/*-------------------------------------------------------------------------
 *
 * query_settings.h
 *		The settings that a query of the contract runs with.
 *
 * Owns what the column settings of perfcheck_query may hold.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_QUERY_SETTINGS_H
#define PERFCHECK_CONTRACT_QUERY_SETTINGS_H

#include "access/attnum.h"
#include "nodes/pg_list.h"

#include "contract/contract_query.h"

typedef struct QuerySetting
{
	char *name;
	/* char *: one value, or those that are tried, the typical one first. */
	List *values;
	bool listed; /* they were given as a list, so that no others are tried */
	/* The column whose values are tried; InvalidOid if none is named. */
	Oid relid;
	AttrNumber attnum;
} QuerySetting;

/*
 * Returns the settings of a query, in the order of their names in jsonb; NIL if
 * it has none. Columns are looked up with the search_path that is set, and as the
 * caller. Errors: invalid_parameter_value for what is no JSON object of strings,
 * numbers, booleans, lists of these and {"column": name}, for a name that cannot
 * be that of a column, and for settings that have another place in the contract;
 * undefined_table, undefined_column, wrong_object_type for a view.
 */
extern List *query_settings_read(const ContractQuery *query);

/*
 * Sets the settings that have a value, lists the first of theirs, until the
 * sandbox that is open ends. Errors: those of query_settings_read() and of SET,
 * with the name of the setting as context.
 */
extern void query_settings_enter(const ContractQuery *query);

#endif /* PERFCHECK_CONTRACT_QUERY_SETTINGS_H */
