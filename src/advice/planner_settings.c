/*-------------------------------------------------------------------------
 *
 * planner_settings.c
 *		Planner settings that keep a plan from being a better one.
 *
 * A method that is turned off, or costs that are far from those of the machine, make
 * any index useless, and then none can be proven. So the case is tried with all of
 * these settings as PostgreSQL has them by default. If that is enough, each of them
 * is tried as it was, and those stay that the case needs the default of.
 *
 * The settings of a case, which are those of its query, come last in a trial, so that
 * the trial is one of a copy of the case, with other settings.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "advice/planner_settings.h"
#include "advice/proof.h"
#include "base/guc_scope.h"
#include "cases/case.h"
#include "work/plan_text.h"

/* A planner setting that is not PostgreSQL's default. */
typedef struct ChangedSetting
{
	CaseSetting usual; /* with the default */
	char *value;       /* that it has instead */
	bool of_query;     /* the query's own settings have it */
} ChangedSetting;

static bool
planner_settings_has(const List *settings, const char *name)
{
	ListCell *cell;

	foreach(cell, settings)
		if (pg_strcasecmp(((const CaseSetting *) lfirst(cell))->name, name) ==
			0)
			return true;
	return false;
}

/* Returns those (ChangedSetting *) that a case is planned under. */
static List *
planner_settings_changed(const Case *one)
{
	MemoryContext context = CurrentMemoryContext;
	List *changed = NIL;
	int level;
	int code;

	SPI_connect();
	level = case_enter_settings(one);
	code = SPI_execute(
		"SELECT name, boot_val, pg_catalog.current_setting(name) "
		"FROM pg_catalog.pg_settings "
		"WHERE setting OPERATOR(pg_catalog.<>) boot_val "
		"AND (name OPERATOR(pg_catalog.~) "
		"'^(enable_|cpu_|geqo|parallel_|min_parallel_|seq_page|random_page)' "
		"OR name IN ('effective_cache_size', 'from_collapse_limit', "
		"'join_collapse_limit', 'constraint_exclusion')) "
		"ORDER BY name COLLATE \"C\"",
		true, 0);
	guc_scope_leave(level);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(code));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple row = SPI_tuptable->vals[i];
		TupleDesc shape = SPI_tuptable->tupdesc;
		MemoryContext old = MemoryContextSwitchTo(context);
		ChangedSetting *setting = palloc(sizeof(*setting));

		setting->usual.name = SPI_getvalue(row, shape, 1);
		setting->usual.value = SPI_getvalue(row, shape, 2);
		setting->value = SPI_getvalue(row, shape, 3);
		setting->of_query =
			planner_settings_has(one->settings, setting->usual.name);
		changed = lappend(changed, setting);
		MemoryContextSwitchTo(old);
	}
	SPI_finish();
	return changed;
}

/*
 * Tries the case with the defaults of changed, all but the one that is left out, and
 * returns its work; NULL if that is too much.
 */
static const Work *
planner_settings_try(const AdviceRequest *request, const List *changed,
					 const ChangedSetting *left_out)
{
	Case usual = *request->one;
	ProofRequest trial = {
		.statement = request->statement,
		.one = &usual,
		.mode = request->mode,
		.before = request->work,
		.today = request->work,
		.at = request->at,
		.scale = request->scale,
		.budget = request->budget,
		.block_budget = request->block_budget,
		.most_returned = request->most_returned,
		.expected = request->expected,
		.largest_scale = request->largest_scale,
	};
	Proof *proof;
	ListCell *cell;

	usual.settings = list_copy(usual.settings);
	foreach(cell, changed)
		if (lfirst(cell) != left_out)
			usual.settings = lappend(usual.settings,
									 &((ChangedSetting *) lfirst(cell))->usual);
	proof = proof_try(&trial);
	return proof->enough ? proof->work : NULL;
}

/* Returns "a = off", "a = off and b = off" or "a = off, b = off and c = 1". */
static char *
planner_settings_text(const List *changed)
{
	StringInfoData text;
	int i = 0;
	ListCell *cell;

	initStringInfo(&text);
	foreach(cell, changed)
	{
		const ChangedSetting *setting = lfirst(cell);

		i++;
		appendStringInfo(&text, "%s%s = %s",
						 i == 1                      ? ""
						 : i == list_length(changed) ? " and "
													 : ", ",
						 setting->usual.name, setting->value);
	}
	return text.data;
}

static char *
planner_settings_suggestion(const List *changed)
{
	const char *them = list_length(changed) == 1 ? "it" : "them";
	bool of_others = false;
	ListCell *cell;

	foreach(cell, changed)
		of_others = of_others || !((ChangedSetting *) lfirst(cell))->of_query;
	if (!of_others)
		return psprintf(
			"take %s out of the query's settings, and out of those of the "
			"application's sessions if these have %s",
			them, them);
	return psprintf(
		"set %s back where that was changed (pg_settings.source says where), "
		"or judge under the settings that the application's sessions have",
		them);
}

Candidate *
planner_settings_find(const AdviceRequest *request)
{
	List *changed = planner_settings_changed(request->one);
	const Work *work;
	Candidate *candidate;
	int i = 0;

	if (changed == NIL)
		return NULL;
	work = planner_settings_try(request, changed, NULL);
	if (work == NULL)
		return NULL;
	while (i < list_length(changed))
	{
		const Work *without =
			list_length(changed) == 1
				? NULL
				: planner_settings_try(request, changed, list_nth(changed, i));

		if (without == NULL)
		{
			i++;
			continue;
		}
		work = without;
		changed = list_delete_nth_cell(changed, i);
	}
	candidate = candidate_make(psprintf(
		"the planner prefers %s, since %s: with PostgreSQL's %s about %.0f "
		"rows are examined",
		plan_text_short(request->work, request->at),
		planner_settings_text(changed),
		list_length(changed) == 1 ? "default" : "defaults",
		work->examined_projected));
	candidate->suggestion = planner_settings_suggestion(changed);
	return candidate;
}
