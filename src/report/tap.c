/*-------------------------------------------------------------------------
 *
 * tap.c
 *		Verdicts -> lines of TAP, the Test Anything Protocol.
 *
 * No line holds a time, a cost or an address: the same rows, statistics and
 * planner settings give the same report.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "base/guc_scope.h"
#include "plan/plan_facts.h"
#include "report/tap.h"

typedef struct TapReport
{
	List *lines;
	int points;
} TapReport;

static void
tap_add(TapReport *report, char *line)
{
	report->lines = lappend(report->lines, line);
}

/* Text of one line, in which # starts no directive. */
static char *
tap_escape(const char *text)
{
	StringInfoData escaped;

	initStringInfo(&escaped);
	for (; *text != '\0'; text++)
	{
		if (*text == '#' || *text == '\\')
			appendStringInfoChar(&escaped, '\\');
		appendStringInfoChar(&escaped,
							 (unsigned char) *text < ' ' ? ' ' : *text);
	}
	return escaped.data;
}

/*
 * What YAML writes otherwise in double quotes: its escape, and how many bytes
 * of text it stands for; NULL for a byte that stands for itself.
 */
static const char *
tap_yaml_escape(const char *text, int *bytes)
{
	static const struct
	{
		const char *raw;
		const char *escape;
	} escapes[] = {{"\"", "\\\""},          {"\\", "\\\\"},
				   {"\t", "\\t"},           {"\n", "\\n"},
				   {"\r", "\\r"},           {"\xc2\x85", "\\N"},
				   {"\xe2\x80\xa8", "\\L"}, {"\xe2\x80\xa9", "\\P"}};
	unsigned char c = (unsigned char) *text;

	for (int i = 0; i < lengthof(escapes); i++)
	{
		*bytes = strlen(escapes[i].raw);
		/* The longer ones are characters of UTF-8. */
		if (strncmp(text, escapes[i].raw, *bytes) == 0 &&
			(*bytes == 1 || GetDatabaseEncoding() == PG_UTF8))
			return escapes[i].escape;
	}
	*bytes = 1;
	return c < ' ' || c == 0x7f ? psprintf("\\x%02x", c) : NULL;
}

/* Whether YAML reads text as it stands: a plain scalar of one line. */
static bool
tap_is_plain(const char *text)
{
	size_t length = strlen(text);
	int bytes;

	for (const char *c = text; *c != '\0'; c++)
		if (*c != '"' && tap_yaml_escape(c, &bytes) != NULL)
			return false;
	return length > 0 && (isalnum((unsigned char) text[0]) || text[0] == '$') &&
		   text[length - 1] != ' ' && text[length - 1] != ':' &&
		   strstr(text, ": ") == NULL && strstr(text, " #") == NULL;
}

/* A value of YAML: plain where that is safe, else in double quotes. */
static char *
tap_yaml(const char *text)
{
	StringInfoData quoted;
	int bytes;

	if (tap_is_plain(text))
		return pstrdup(text);
	initStringInfo(&quoted);
	appendStringInfoChar(&quoted, '"');
	for (; *text != '\0'; text += bytes)
	{
		const char *escape = tap_yaml_escape(text, &bytes);

		if (escape != NULL)
			appendStringInfoString(&quoted, escape);
		else
			appendStringInfoChar(&quoted, *text);
	}
	appendStringInfoChar(&quoted, '"');
	return quoted.data;
}

static char *
tap_indexes(const QueryReport *report)
{
	const QueryVerdict *verdict = report->verdict;
	StringInfoData list;
	ListCell *cell;

	initStringInfo(&list);
	foreach(cell, verdict->indexes)
	{
		const PlanIndex *index = lfirst(cell);

		appendStringInfo(&list, "%s%s %s", list.len > 0 ? ", " : "",
						 index->method, index->name);
	}
	if (list.len == 0)
		appendStringInfoString(&list, "no index");
	if (verdict->later_index != NULL)
		appendStringInfo(&list, " (%s %s when planned for %.0f rows)",
						 report->query->expected, verdict->later_index,
						 verdict->later_rows);
	return list.data;
}

static char *
tap_work(const QueryVerdict *verdict, const CaseVerdict *judged)
{
	const Work *work = judged->work;
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%.0f rows examined for %.0f", work->rows_examined,
					 work->rows_returned);
	if (rint(work->examined_projected) != work->rows_examined)
		appendStringInfo(&text, ", about %.0f for %.0f of %.0f",
						 work->examined_projected, work->returned_projected,
						 verdict->table_rows * verdict->scale);
	return text.data;
}

static char *
tap_description(const QueryReport *report)
{
	const QueryVerdict *verdict = report->verdict;
	const CaseVerdict *worst =
		verdict->worst == NULL ? NULL : verdict->worst->verdict;
	char *description;

	if (verdict->status == VERDICT_NOT_OK)
		return tap_escape(verdict->reason);
	if (worst == NULL || worst->work == NULL)
		return pstrdup("nothing to judge");
	description =
		psprintf("%s, %s", tap_indexes(report), tap_work(verdict, worst));
	if (worst->one->nargs > 0)
		description =
			psprintf("%s (%s%s)", description, worst->one->label,
					 worst->mode == PLAN_MODE_GENERIC ? ", generic plan" : "");
	return tap_escape(description);
}

static void
tap_add_yaml(TapReport *report, const char *key, const char *value)
{
	if (value != NULL)
		tap_add(report, psprintf("  %s: %s", key, tap_yaml(value)));
}

static void
tap_add_args(TapReport *report, const Case *one)
{
	StringInfoData values;

	if (one->nargs == 0)
		return;
	initStringInfo(&values);
	for (int i = 0; i < one->nargs; i++)
		appendStringInfo(&values, "%s$%d = %s", i > 0 ? ", " : "", i + 1,
						 one->args[i] == NULL ? "NULL" : one->args[i]);
	tap_add_yaml(report, "values", values.data);
}

static char *
tap_examined(const QueryVerdict *verdict, const Work *work)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%.0f of %.0f rows for %.0f", work->rows_examined,
					 verdict->table_rows, work->rows_returned);
	if (verdict->scale != 1)
		appendStringInfo(&text, "; about %.0f of %.0f",
						 work->examined_projected,
						 verdict->table_rows * verdict->scale);
	appendStringInfo(&text, " (limit %.0f)", verdict->budget);
	return text.data;
}

/* A fix that was not tried, or did not do, is never called a fix alone. */
static void
tap_add_advice(TapReport *report, const Advice *advice)
{
	const char *fix;

	if (advice == NULL)
		return;
	fix = advice->proven ? "fix" : "fix, not proven";
	tap_add_yaml(report, "cause", advice->cause);
	tap_add_yaml(report, fix, advice->fix);
	tap_add_yaml(report, advice->fix == NULL ? fix : "and write",
				 advice->rewrite);
	tap_add_yaml(report, advice->proven ? "proof" : "no proof", advice->proof);
}

static void
tap_add_diagnostics(TapReport *report, const QueryVerdict *verdict,
					const CaseVerdict *judged, const Advice *advice)
{
	tap_add(report, pstrdup("  ---"));
	tap_add_yaml(report, "case",
				 psprintf("%s, %s plan", judged->one->label,
						  plan_mode_name(judged->mode)));
	tap_add_args(report, judged->one);
	if (judged->work != NULL)
	{
		tap_add_yaml(report, "plan", judged->work->facts->access);
		tap_add_yaml(report, "examined", tap_examined(verdict, judged->work));
	}
	tap_add_advice(report, advice);
	tap_add(report, pstrdup("  ..."));
}

/* The fragile case that would do most work, as a comment: no fault. */
static void
tap_add_fragile(TapReport *tap, const QueryReport *report)
{
	const JudgedCase *most = NULL;
	ListCell *cell;

	foreach(cell, report->verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);

		if (judged->fragile != NULL &&
			(most == NULL || judged->fragile->rows > most->fragile->rows))
			most = judged;
	}
	if (most != NULL)
		tap_add(tap, psprintf("# fragile: %s, %s: the plan for %s (%s) "
							  "would examine about %.0f rows",
							  tap_escape(report->query->name),
							  tap_escape(most->verdict->one->label),
							  tap_escape(most->fragile->plan_for),
							  tap_escape(most->fragile->access),
							  most->fragile->rows));
}

/* A case that the planner misjudges, as a comment: no fault. */
static void
tap_add_misestimate(TapReport *tap, const QueryReport *report)
{
	ListCell *cell;

	foreach(cell, report->verdict->cases)
	{
		const JudgedCase *judged = lfirst(cell);
		const Work *work = judged->verdict->work;

		if (!judged->counts || work == NULL || work->misestimate == NULL ||
			judged->verdict->mode != PLAN_MODE_CUSTOM)
			continue;
		tap_add(tap, psprintf("# estimate: %s, %s: %s",
							  tap_escape(report->query->name),
							  tap_escape(judged->verdict->one->label),
							  tap_escape(work->misestimate)));
		return;
	}
}

static void
tap_add_query(TapReport *tap, const QueryReport *report)
{
	const QueryVerdict *verdict = report->verdict;
	bool ok = verdict->status != VERDICT_NOT_OK;
	char *line =
		psprintf("%s %d - %s: %s", ok ? "ok" : "not ok", ++tap->points,
				 tap_escape(report->query->name), tap_description(report));
	ListCell *cell;

	if (verdict->status == VERDICT_SKIP)
		line = psprintf("ok %d - %s # SKIP %s", tap->points,
						tap_escape(report->query->name),
						tap_escape(verdict->reason));
	else if (!ok && report->query->todo != NULL)
		line = psprintf("%s # TODO %s", line, tap_escape(report->query->todo));
	tap_add(tap, line);
	if (!ok && verdict->worst != NULL)
		tap_add_diagnostics(tap, verdict, verdict->worst->verdict,
							report->advice);
	if (ok)
		tap_add_fragile(tap, report);
	tap_add_misestimate(tap, report);
	foreach(cell, report->notes)
		tap_add(tap, psprintf("# %s", (char *) lfirst(cell)));
}

/* A known limit is a test point of its own, so that no harness fails for it. */
static void
tap_add_known_limits(TapReport *tap, const QueryReport *report)
{
	ListCell *cell;

	foreach(cell, report->verdict->cases)
	{
		const CaseVerdict *judged = ((JudgedCase *) lfirst(cell))->verdict;
		const Case *one = judged->one;
		char *title;

		if (one->known_limit == NULL || one->required || judged->work == NULL ||
			judged->mode != PLAN_MODE_CUSTOM)
			continue;
		title = psprintf("%s, %s", tap_escape(report->query->name),
						 one->known_limit);
		tap->points++;
		if (judged->ok)
		{
			tap_add(tap, psprintf("ok %d - %s: %s", tap->points, title,
								  tap_work(report->verdict, judged)));
			continue;
		}
		tap_add(tap, psprintf("not ok %d - %s # TODO %s", tap->points, title,
							  one->known_limit_reason));
		tap_add_diagnostics(tap, report->verdict, judged, NULL);
	}
}

/*
 * Planner settings that are not PostgreSQL's own defaults: a verdict holds for
 * the settings that it was made under. jit is left out: it changes no count.
 */
static void
tap_add_settings(TapReport *report)
{
	MemoryContext context = CurrentMemoryContext;
	int level;

	SPI_connect();
	level = guc_scope_enter();
	if (SPI_execute(
			"SELECT name || ' = ' || current_setting(name) FROM pg_settings "
			"WHERE setting IS DISTINCT FROM boot_val AND (name ~ "
			"'^(enable_|cpu_|geqo|parallel_|min_parallel_|seq_page|random_page)"
			"' OR name IN ('effective_cache_size', 'work_mem', "
			"'hash_mem_multiplier', 'plan_cache_mode', 'from_collapse_limit', "
			"'join_collapse_limit', 'constraint_exclusion', "
			"'effective_io_concurrency', 'max_parallel_workers_per_gather')) "
			"ORDER BY name COLLATE \"C\"",
			true, 0) != SPI_OK_SELECT)
		ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
				errmsg("could not read pg_settings"));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char *setting =
			SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
		MemoryContext old = MemoryContextSwitchTo(context);

		tap_add(report, psprintf("# not PostgreSQL's default: %s", setting));
		MemoryContextSwitchTo(old);
	}
	guc_scope_leave(level);
	SPI_finish();
}

List *
tap_report(List *reports)
{
	TapReport head = {NIL, 0};
	TapReport body = {NIL, 0};
	ListCell *cell;

	foreach(cell, reports)
		tap_add_query(&body, lfirst(cell));
	foreach(cell, reports)
		tap_add_known_limits(&body, lfirst(cell));

	/* What is printed is valid under 13 and 14; older harnesses refuse 14. */
	tap_add(&head, pstrdup("TAP version 13"));
	tap_add(&head,
			psprintf("1..%d%s", body.points,
					 body.points == 0 ? " # SKIP no enabled query" : ""));
	tap_add_settings(&head);
	return list_concat(head.lines, body.lines);
}
