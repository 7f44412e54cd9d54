/*-------------------------------------------------------------------------
 *
 * settings_cases.h
 *		Varies the settings that a query runs with, as cases vary its values.
 *
 * Owns which settings vary: those for which the contract lists values or names a
 * column, and those that a policy of row security compares with a column. Who
 * asks for rows is then a value like the others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SETTINGS_CASES_H
#define PERFCHECK_CASES_SETTINGS_CASES_H

#include "cases/case.h"
#include "contract/statement.h"

/*
 * Derives the cases of a query under the settings that hold when it is called,
 * the typical one first; if typical is set, that one is enough.
 */
typedef List *(*SettingsCasesFunction)(const ContractQuery *query,
									   const ContractStatement *statement,
									   bool typical);

/*
 * Returns the cases that derive() derives under the typical settings, each of
 * them with these; and, for each other value of a setting, one more with the
 * values that are typical under it. Errors: those of derive() under the typical
 * settings, of query_settings_read(), and of reading a column that the contract
 * names.
 */
extern List *settings_cases_derive(const ContractQuery *query,
								   const ContractStatement *statement,
								   SettingsCasesFunction derive);

/*
 * Returns the typical settings alone, a List of CaseSetting. Errors: the same.
 */
extern List *settings_cases_typical(const ContractQuery *query,
									const ContractStatement *statement);

#endif /* PERFCHECK_CASES_SETTINGS_CASES_H */
