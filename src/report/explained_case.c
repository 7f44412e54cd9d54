/*-------------------------------------------------------------------------
 *
 * explained_case.c
 *		The plan that a case was judged with, as EXPLAIN prints it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/settings.h"
#include "cases/derive.h"
#include "contract/contract.h"
#include "contract/contract_query.h"
#include "contract/statement.h"
#include "report/explained_case.h"
#include "report/verify.h"
#include "verdict/case_verdict.h"

typedef struct ExplainedCase
{
	const ContractQuery *query;
	const char *label;
	PlanMode mode;
	double scale;
	ExplainFormat format;
	char *text; /* the plan */
} ExplainedCase;

static ExplainFormat
explained_case_format(const char *name)
{
	static const struct
	{
		const char *name;
		ExplainFormat format;
	} formats[] = {{"text", EXPLAIN_FORMAT_TEXT},
				   {"json", EXPLAIN_FORMAT_JSON},
				   {"xml", EXPLAIN_FORMAT_XML},
				   {"yaml", EXPLAIN_FORMAT_YAML}};

	for (int i = 0; i < lengthof(formats); i++)
		if (pg_strcasecmp(name, formats[i].name) == 0)
			return formats[i].format;
	ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			errmsg("format \"%s\" is unknown", name),
			errhint("Formats are text, json, xml and yaml."));
}

static PlanMode
explained_case_mode(const char *name)
{
	if (strcmp(name, plan_mode_name(PLAN_MODE_GENERIC)) == 0)
		return PLAN_MODE_GENERIC;
	if (strcmp(name, plan_mode_name(PLAN_MODE_CUSTOM)) != 0)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("plan mode \"%s\" is unknown", name),
				errhint("Plan modes are custom and generic."));
	return PLAN_MODE_CUSTOM;
}

/* Takes the case that decides for the one that is meant. */
static void
explained_case_find_worst(ExplainedCase *wanted, bool any_mode)
{
	List *reports = verify_queries(wanted->query->name, wanted->scale,
								   VERDICT_STATUS_ALONE, false);
	const QueryReport *report = linitial(reports);
	const JudgedCase *worst = report->verdict->worst;

	if (worst == NULL)
	{
		ErrorData *error;

		/* Whoever may not read its tables is told so by the server. */
		(void) derive_list(wanted->query, &error);
		if (error != NULL)
			ReThrowError(error);
		ereport(
			ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
			errmsg("no case of query \"%s\" was judged", wanted->query->name),
			report->verdict->reason == NULL
				? 0
				: errdetail_internal("%s", report->verdict->reason),
			errhint("Name a case that perfcheck_cases('%s') returns.",
					wanted->query->name));
	}
	wanted->label = worst->decides->one->label;
	if (any_mode)
		wanted->mode = worst->decides->mode;
}

static const Case *
explained_case_find(const ExplainedCase *wanted, List *cases)
{
	StringInfoData labels;
	ListCell *cell;

	initStringInfo(&labels);
	foreach(cell, cases)
	{
		const Case *one = lfirst(cell);

		if (strcmp(one->label, wanted->label) == 0)
			return one;
		appendStringInfo(&labels, "%s\"%s\"", labels.len == 0 ? "" : ", ",
						 one->label);
	}
	ereport(ERROR, errcode(ERRCODE_UNDEFINED_OBJECT),
			errmsg("query \"%s\" has no case \"%s\"", wanted->query->name,
				   wanted->label),
			labels.len == 0 ? 0 : errhint("Its cases are %s.", labels.data));
}

static void
explained_case_opened(const ContractStatement *statement, void *arg)
{
	ExplainedCase *wanted = arg;
	Judge judge = {.statement = statement, .scale = wanted->scale};
	const Case *one =
		explained_case_find(wanted, derive_read(wanted->query, statement));

	wanted->text =
		case_verdict_plan_text(&judge, one, wanted->mode, wanted->format);
}

char *
explained_case(const char *query, const char *label, const char *mode,
			   double scale, const char *format)
{
	ExplainedCase wanted = {.label = label, .scale = scale};
	ErrorData *error;

	settings_check_scale(scale);
	wanted.format = explained_case_format(format);
	wanted.mode = explained_case_mode(
		mode == NULL ? plan_mode_name(PLAN_MODE_CUSTOM) : mode);
	wanted.query = linitial(contract_read(query));
	if (label == NULL)
		explained_case_find_worst(&wanted, mode == NULL);
	error = contract_open(wanted.query, explained_case_opened, &wanted, 0);
	if (error != NULL)
		ReThrowError(error);
	return wanted.text;
}
