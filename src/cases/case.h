/*-------------------------------------------------------------------------
 *
 * case.h
 *		One set of values that a query is judged with.
 *
 * Owns the struct that the later steps pass on, and how its values, which are
 * text, become parameters of the executor and settings of the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_CASE_H
#define PERFCHECK_CASES_CASE_H

#include "nodes/params.h"
#include "nodes/pg_list.h"

#include "contract/statement.h"

/* A setting of the server, such as app.tenant, and its value. */
typedef struct CaseSetting
{
	const char *name;
	const char *value;
} CaseSetting;

typedef struct Case
{
	const char *label;
	int nargs;
	char **args; /* as text, one for each parameter; an element may be NULL */
	List *
		settings; /* CaseSetting *, that the query is planned and executed under */
	/* Its settings are not the usual ones: they say that another user asks. */
	bool another_user;
	bool required; /* whether the query fails when this case does */
	/*
	 * Where it is known beforehand that no index can help: what the limit is
	 * about ("patterns under 3 characters"), and its reason; else NULL.
	 */
	const char *known_limit;
	const char *known_limit_reason;
	/*
	 * The fraction of the rows that the values select, as if each comparison
	 * were independent of the others; -1 where it is not known, as for added
	 * cases.
	 */
	double share;
	/*
	 * Whether share also tells how often requests bring such values. It does
	 * not for absent and short values, which select nothing by design.
	 */
	bool weighs;
	/*
	 * How often a recording had these values, beside the other cases that are of
	 * it; 0 for a case that is of none.
	 */
	double weight;
	/*
	 * Whether its OFFSET is a share of the rows, and so grows with the table; a
	 * case that was added means the rows that it says.
	 */
	bool offset_grows;
	/*
	 * Whether its range is all that the rows have today, and so stands for all
	 * that they will have.
	 */
	bool whole_range;
	/*
	 * Whether a row of the query's join has the values: 1, 0, or -1 where it is
	 * not known, as for added cases.
	 */
	int matches;
} Case;

/*
 * Returns a required case with nargs values, which are all NULL, and of which
 * neither the share nor the rows are known. The label is not copied.
 */
extern Case *case_make(const char *label, int nargs);

/*
 * Returns whether no planner can know how many rows the values have: they are
 * absent from the table, short, an empty range, or null.
 */
extern bool case_is_unusual(const Case *one);

/* Returns an added case as a Case, which shares its label and values. */
extern Case *case_from_added(const AddedCase *added);

/*
 * Returns the values as parameters for planning a custom plan and for
 * executing any plan. Errors are those of the types' input functions, with the
 * number of the parameter as context. The case must have as many values as the
 * statement has parameters.
 */
extern ParamListInfo case_params(const ContractStatement *statement,
								 const Case *one);

/*
 * Raises the error of a type's input function for a value of parameter number,
 * if there is one.
 */
extern void case_check_value(const ContractStatement *statement, int number,
							 const char *value);

/*
 * Makes the settings of a case until guc_scope_leave() is given the level that
 * is returned, or the sandbox ends. Errors: those of SET.
 */
extern int case_enter_settings(const Case *one);

/* The same for a List of CaseSetting. */
extern int case_enter_setting_list(List *settings);

/*
 * Returns the settings of a case as a JSON object, or NULL if it has none.
 * Raises no error.
 */
extern char *case_settings_json(const Case *one);

#endif /* PERFCHECK_CASES_CASE_H */
