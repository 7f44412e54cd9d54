/*-------------------------------------------------------------------------
 *
 * case.c
 *		One set of values that a query is judged with.
 *
 * The input functions run under perfcheck's own settings, so that '01/02/2024'
 * is the same day in every session, but with the search_path of the query, which
 * the constraint of a domain may need. Each parameter is marked as a constant, as
 * plancache.c does for a custom plan, so that the planner folds its value into
 * the plan; execution ignores the mark.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "base/guc_scope.h"
#include "cases/case.h"
#include "contract/contract_query.h"
#include "contract/statement.h"

Case *
case_make(const char *label, int nargs)
{
	Case *one = palloc0(sizeof(*one));

	one->label = label;
	one->nargs = nargs;
	one->args = palloc0(Max(nargs, 1) * sizeof(char *));
	one->required = true;
	one->share = -1;
	one->matches = -1;
	return one;
}

Case *
case_from_added(const AddedCase *added)
{
	Case *one = case_make(added->label, added->nargs);

	if (added->nargs > 0)
		memcpy(one->args, added->args, added->nargs * sizeof(char *));
	one->required = added->required;
	one->weight = added->weight;
	return one;
}

bool
case_is_unusual(const Case *one)
{
	for (int i = 0; i < one->nargs; i++)
		if (one->args[i] == NULL)
			return true;
	return one->share == 0 || one->known_limit != NULL;
}
/* ---- values as parameters ---- */

/* Which parameter a value is for, as long as it is read. */
typedef struct CaseReading
{
	ErrorContextCallback callback;
	int number;
	int level;
} CaseReading;

static void
case_param_error_context(void *arg)
{
	errcontext("value of parameter $%d", ((CaseReading *) arg)->number);
}

static void
case_start_reading(CaseReading *reading)
{
	reading->callback.previous = error_context_stack;
	reading->callback.callback = case_param_error_context;
	reading->callback.arg = reading;
	error_context_stack = &reading->callback;
	reading->level = guc_scope_enter_values();
}

static void
case_end_reading(CaseReading *reading)
{
	guc_scope_leave(reading->level);
	error_context_stack = reading->callback.previous;
}

static Datum
case_read(CaseReading *reading, const ContractStatement *statement, int number,
		  char *value)
{
	Oid input;
	Oid ioparam;

	reading->number = number;
	getTypeInputInfo(statement->param_types[number - 1], &input, &ioparam);
	return OidInputFunctionCall(input, value, ioparam, -1);
}

ParamListInfo
case_params(const ContractStatement *statement, const Case *one)
{
	ParamListInfo params = makeParamList(statement->nparams);
	CaseReading reading;

	/* derive_read() and derive_check_added() reject other numbers. */
	if (one->nargs != statement->nparams)
		elog(ERROR, "case \"%s\" has %d values for %d parameters", one->label,
			 one->nargs, statement->nparams);
	case_start_reading(&reading);
	for (int i = 0; i < statement->nparams; i++)
	{
		ParamExternData *param = &params->params[i];

		param->ptype = statement->param_types[i];
		param->pflags = PARAM_FLAG_CONST;
		param->isnull = one->args[i] == NULL;
		param->value = case_read(&reading, statement, i + 1, one->args[i]);
	}
	case_end_reading(&reading);
	return params;
}

void
case_check_value(const ContractStatement *statement, int number,
				 const char *value)
{
	CaseReading reading;

	case_start_reading(&reading);
	(void) case_read(&reading, statement, number,
					 value == NULL ? NULL : pstrdup(value));
	case_end_reading(&reading);
}

/* ---- settings ---- */

int
case_enter_setting_list(List *settings)
{
	int level = NewGUCNestLevel();
	ListCell *cell;

	foreach(cell, settings)
	{
		const CaseSetting *setting = lfirst(cell);

		guc_scope_set(setting->name, setting->value);
	}
	return level;
}

int
case_enter_settings(const Case *one)
{
	return case_enter_setting_list(one->settings);
}

char *
case_settings_json(const Case *one)
{
	StringInfoData json;
	ListCell *cell;

	if (one->settings == NIL)
		return NULL;
	initStringInfo(&json);
	foreach(cell, one->settings)
	{
		const CaseSetting *setting = lfirst(cell);

		appendStringInfoString(&json, json.len > 0 ? ", " : "{");
		escape_json(&json, setting->name);
		appendStringInfoString(&json, ": ");
		escape_json(&json, setting->value);
	}
	appendStringInfoChar(&json, '}');
	return json.data;
}
