/*-------------------------------------------------------------------------
 *
 * setting_values.h
 *		Which values a setting could have, by the rows of a table.
 *
 * Owns as whom a column is read for them: its rows are those of all users, while
 * the role of the query sees those of one. And owns what of a value the setting
 * holds, by trying it on the comparison that reads the setting.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SETTING_VALUES_H
#define PERFCHECK_CASES_SETTING_VALUES_H

#include "query/setting_uses.h"

/* One value of a setting. */
typedef struct SettingChoice
{
	const char *kind;  /* "common": part of a case's label */
	const char *value; /* of the setting */
	const char *key;   /* of the column, as text; NULL if it is not known */
	double share;      /* of the table's rows; -1 if it is not known */
	bool weighs;       /* see Case */
} SettingChoice;

/*
 * Returns SettingChoices for a setting, from the values of a column: typical,
 * common, rare, stale and absent ones, as for a comparison by equality; NIL if it
 * has none. query is what the order of the rows is read from. Errors: those of
 * reading the column.
 */
extern List *setting_values_of_column(const ParamUse *column,
									  const Query *query);

/*
 * Returns a List of one SettingChoice, the value of any row, which costs no more
 * than that row; NIL if there is none. Errors: the same.
 */
extern List *setting_values_of_a_row(const ParamUse *column);

/*
 * Turns the keys of choices into values of the setting called name, given its
 * value so far (or NULL): the key itself, an array of it, or JSON that holds it,
 * whichever makes the comparison of the use true for all of them. Returns whether
 * there is one. Raises no error of its own.
 */
extern bool setting_values_fit(const SettingUse *use, const char *name,
							   const char *given, List *choices);

/*
 * Returns the most frequent value of the column b, as text, in the rows in which
 * the column a of the same table has the value key; NULL if there is none. Errors:
 * those of reading the columns.
 */
extern char *setting_values_partner(const ParamUse *a, const char *key,
									const ParamUse *b);

#endif /* PERFCHECK_CASES_SETTING_VALUES_H */
