/*-------------------------------------------------------------------------
 *
 * tap.c
 *		Verdicts -> lines of TAP, the Test Anything Protocol.
 *
 * The test points are made first, those of the queries, of known limits, and of
 * todos that end soon, since the plan at the head must tell how many they are. What is not
 * ok is followed by its diagnostics, a block of YAML; what is worth knowing and
 * no fault of a query is a comment. Text of the user's goes through tap_escape()
 * in a point or a comment, and through tap_yaml() in a block, and every line
 * through tap_add(), which keeps it one line. No line holds a time, a cost or
 * an address.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/lsyscache.h"

#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/settings.h"
#include "base/table_size.h"
#include "contract/contract.h"
#include "plan/growth.h"
#include "plan/plan_facts.h"
#include "report/case_notes.h"
#include "report/fault_lines.h"
#include "report/sql_lines.h"
#include "report/tap.h"
#include "report/work_notes.h"
#include "report/work_text.h"
#include "work/plan_text.h"

/* A text in a line is cut to this length, in bytes; ... */
#define TAP_TEXT 300

/* ... a note, which may hold a call to paste, to this one, ... */
#define TAP_NOTE 400

/* ... and a value among others to this one. */
#define TAP_VALUE 60

/* Of the indexes that serve a query so many are named: partitions have many. */
#define TAP_INDEXES 4

/* A query that is longer than this is printed on several lines. */
#define TAP_SQL 100

typedef struct TapReport
{
	List *lines;
	int points;
} TapReport;

/*
 * Returns the length in bytes of the character at text if it is a control
 * character, or one that Unicode takes for the end of a line, that turns the
 * direction of text, or that nobody sees, and its code; otherwise 0. They are those
 * of perfcheck_visible().
 */
static int
tap_control_length(const char *text, pg_wchar *code)
{
	const unsigned char *c = (const unsigned char *) text;

	*code = *c;
	if (*c < ' ' || *c == 0x7f)
		return 1;
	/* In other encodings these bytes may be parts of letters. */
	if (*c < 0x80 || GetDatabaseEncoding() != PG_UTF8)
		return 0;
	*code = utf8_to_unicode(c);
	if (*code <= 0x9f || *code == 0xad || *code == 0x061c || *code == 0x180e ||
		(*code >= 0x200b && *code <= 0x200f) ||
		(*code >= 0x2028 && *code <= 0x202e) ||
		(*code >= 0x2060 && *code <= 0x206f) || *code == 0xfeff ||
		*code == 0xfffe || *code == 0xffff ||
		(*code >= 0xe0000 && *code <= 0xe007f))
		return pg_utf_mblen(c);
	return 0;
}

/*
 * Adds a line to the report, all of which comes by here: names and values of
 * the user's must not end a line, and begin another one with "not ok".
 */
static void
tap_add(TapReport *report, const char *text)
{
	StringInfoData line;
	pg_wchar code;

	initStringInfo(&line);
	while (*text != '\0')
	{
		int control = tap_control_length(text, &code);

		appendStringInfoChar(&line, control > 0 ? ' ' : *text);
		text += Max(control, 1);
	}
	report->lines = lappend(report->lines, line.data);
}

/* Returns text in which # does not start a directive. */
static char *
tap_escape(const char *text)
{
	StringInfoData escaped;

	initStringInfo(&escaped);
	for (; *text != '\0'; text++)
	{
		if (*text == '#' || *text == '\\')
			appendStringInfoChar(&escaped, '\\');
		appendStringInfoChar(&escaped, *text);
	}
	return escaped.data;
}

/* Does YAML read text as it stands, as a plain scalar? */
static bool
tap_is_plain(const char *text)
{
	size_t length = strlen(text);
	pg_wchar code;

	for (const char *c = text; *c != '\0'; c++)
		if (*c == '\\' || tap_control_length(c, &code) > 0)
			return false;
	return length > 0 && (isalnum((unsigned char) text[0]) || text[0] == '$') &&
		   text[length - 1] != ' ' && text[length - 1] != ':' &&
		   strstr(text, ": ") == NULL && strstr(text, " #") == NULL;
}

/*
 * Returns text as a value of YAML: plain where that is safe, else as a string
 * of JSON, which YAML reads as a scalar in double quotes. JSON lets DEL, C1
 * controls and the line ends of Unicode stand; YAML does not.
 */
static char *
tap_yaml(const char *text)
{
	StringInfoData json;
	StringInfoData yaml;
	pg_wchar code;

	if (tap_is_plain(text))
		return pstrdup(text);
	initStringInfo(&json);
	escape_json(&json, text);
	initStringInfo(&yaml);
	for (const char *c = json.data; *c != '\0';)
	{
		int control = tap_control_length(c, &code);

		if (control == 0)
			appendStringInfoChar(&yaml, *c);
		else
			appendStringInfo(&yaml,
							 code <= 0xff     ? "\\x%02x"
							 : code <= 0xffff ? "\\u%04x"
											  : "\\U%08x",
							 code);
		c += Max(control, 1);
	}
	return yaml.data;
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

		if (foreach_current_index(cell) == TAP_INDEXES)
		{
			appendStringInfo(&list, " and %d more",
							 list_length(verdict->indexes) - TAP_INDEXES);
			break;
		}
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
tap_description(const QueryReport *report)
{
	const QueryVerdict *verdict = report->verdict;
	const CaseVerdict *worst =
		verdict->worst == NULL ? NULL : verdict->worst->decides;
	char *description;

	if (verdict->status == VERDICT_NOT_OK)
		return tap_escape(fault_lines_shorten(verdict->reason, TAP_TEXT));
	if (worst == NULL || worst->work == NULL)
		return pstrdup("nothing to judge");
	description = psprintf("%s, %s", tap_indexes(report),
						   work_text_summary(verdict, worst->work));
	if (worst->one->nargs > 0 || worst->one->settings != NIL)
		description =
			psprintf("%s (%s%s)", description, worst->one->label,
					 worst->mode == PLAN_MODE_GENERIC ? ", generic plan" : "");
	return tap_escape(description);
}

/* A key of several words has quotes: prove takes no other one for a key. */
static const char *
tap_key(const char *key)
{
	return strchr(key, ' ') == NULL ? key : psprintf("\"%s\"", key);
}

static void
tap_add_yaml(TapReport *report, const char *key, const char *value)
{
	if (value != NULL)
		tap_add(report, psprintf("  %s: %s", tap_key(key), tap_yaml(value)));
}

/* Adds a text that is only read, and may be shortened. */
static void
tap_add_text(TapReport *report, const char *key, const char *value)
{
	if (value != NULL)
		tap_add_yaml(report, key, fault_lines_shorten(value, TAP_TEXT));
}

/*
 * Adds SQL, which is never cut. A long query becomes a block of lines (YAML's |),
 * in which no character has a meaning of its own, unless it holds one that cannot
 * stand there.
 */
static void
tap_add_sql(TapReport *report, const char *key, const char *sql)
{
	bool is_query = pg_strncasecmp(sql, "SELECT ", 7) == 0 ||
					pg_strncasecmp(sql, "WITH ", 5) == 0;
	char *lines;
	char *rest;
	pg_wchar code;

	for (const char *c = sql; *c != '\0' && is_query; c++)
		is_query = *c == '\n' || tap_control_length(c, &code) == 0;
	if (!is_query || strlen(sql) <= TAP_SQL)
	{
		tap_add_yaml(report, key, sql);
		return;
	}
	tap_add(report, psprintf("  %s: |", tap_key(key)));
	lines = palloc(sql_lines_room(strlen(sql)));
	sql_lines_break(sql, lines);
	for (char *line = strtok_r(lines, "\n", &rest); line != NULL;
		 line = strtok_r(NULL, "\n", &rest))
		tap_add(report, psprintf("    %s", line));
}

static void
tap_add_args(TapReport *report, const Case *one)
{
	StringInfoData values;
	ListCell *cell;

	if (one->nargs == 0 && one->settings == NIL)
		return;
	initStringInfo(&values);
	for (int i = 0; i < one->nargs; i++)
		appendStringInfo(&values, "%s$%d = %s", i > 0 ? ", " : "", i + 1,
						 one->args[i] == NULL
							 ? "NULL"
							 : fault_lines_shorten(one->args[i], TAP_VALUE));
	foreach(cell, one->settings)
	{
		const CaseSetting *setting = lfirst(cell);

		appendStringInfo(&values, "%s%s = %s", values.len > 0 ? ", " : "",
						 setting->name,
						 fault_lines_shorten(setting->value, TAP_VALUE));
	}
	tap_add_text(report, "values", values.data);
}

static void
tap_add_advice(TapReport *report, const Advice *advice)
{
	ListCell *cell;

	foreach(cell, fault_lines(advice))
	{
		const FaultLine *line = lfirst(cell);

		if (line->sql)
			tap_add_sql(report, line->key, line->text);
		else
			tap_add_text(report, line->key, line->text);
	}
}

static void
tap_add_result(TapReport *report, const QueryVerdict *verdict,
			   const CaseVerdict *result, const Advice *advice)
{
	tap_add_text(report, "case",
				 psprintf("%s, %s plan", result->one->label,
						  plan_mode_name(result->mode)));
	tap_add_args(report, result->one);
	if (result->work != NULL)
	{
		tap_add_text(report, "plan",
					 plan_text_short(result->work, result->scale));
		tap_add_text(report, "today", work_text_today(verdict, result));
		tap_add_text(report, "forecast", work_text_forecast(verdict, result));
		tap_add_text(report, "blocks", work_notes_blocks(result, advice));
	}
	if (verdict->held != NULL && verdict->worst->decides == result)
		tap_add_text(report, "depends on",
					 psprintf("%s; if it keeps its %.0f rows, about %.0f rows "
							  "are examined at %.0f rows",
							  get_rel_name(verdict->held->relid),
							  verdict->held->rows,
							  verdict->held->verdict->work->examined_projected,
							  verdict_rows_at(verdict, verdict->scale)));
}

/*
 * What is to be done stands first, then what it was found out by, and who is to do
 * it. result is NULL where no case was judged.
 */
static void
tap_add_diagnostics(TapReport *tap, const QueryReport *report,
					const CaseVerdict *result, const Advice *advice)
{
	const ContractQuery *query = report->query;

	if (result == NULL && query->owner == NULL && query->source == NULL)
		return;
	tap_add(tap, "  ---");
	tap_add_advice(tap, advice);
	if (result != NULL)
		tap_add_result(tap, report->verdict, result, advice);
	tap_add_text(tap, "owner", query->owner);
	tap_add_text(tap, "source", query->source);
	tap_add(tap, "  ...");
}

/* Adds a line that is no test point, if there is one. */
static void
tap_add_comment(TapReport *tap, char *text)
{
	if (text != NULL)
		tap_add(tap, psprintf("# %s", tap_escape(text)));
}

/*
 * Adds the table that must grow for a query to be ok. It is a comment, since
 * perfcheck.fixed_tables does not say that the table keeps its rows.
 */
static void
tap_add_held(TapReport *tap, const QueryReport *report)
{
	const HeldTable *held = report->verdict->held;

	if (held != NULL)
		tap_add(tap, psprintf("# growth: %s, %s: if %s keeps its %.0f rows, %s "
							  "would examine about %.0f rows",
							  tap_escape(report->query->name),
							  tap_escape(held->verdict->one->label),
							  tap_escape(get_rel_name(held->relid)), held->rows,
							  tap_escape(plan_text_short(held->verdict->work,
														 held->verdict->scale)),
							  held->verdict->work->examined_projected));
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

	/* What did nothing is described all the same, where it is no error. */
	if (verdict->status == VERDICT_SKIP)
		line = psprintf("%s # SKIP %s",
						verdict->vacuous
							? line
							: psprintf("ok %d - %s", tap->points,
									   tap_escape(report->query->name)),
						tap_escape(verdict->reason));
	else if (report->query->todo != NULL && report->todo != TODO_OTHER &&
			 (!ok || report->todo == TODO_STALE) && !verify_fails(report))
		line =
			psprintf("%s # TODO %s%s", line, tap_escape(report->query->todo),
					 report->query->todo_until == NULL
						 ? ""
						 : psprintf(" (until %s)", report->query->todo_until));
	tap_add(tap, line);
	if (!ok && report->todo != TODO_STALE)
		tap_add_diagnostics(tap, report,
							verdict->worst == NULL ? NULL
												   : verdict->worst->decides,
							report->advice);
	if (perfcheck_verbose_report)
		tap_add_comment(tap, case_notes_fragile(report));
	if (ok)
		tap_add_held(tap, report);
	/* What is to be known, or done, about a todo that does not just accept. */
	tap_add_comment(tap, todo_note(report->query, report->todo));
	if (perfcheck_verbose_report)
		tap_add_comment(tap, case_notes_estimate(report));
	foreach(cell, report->notes)
		tap_add(tap, psprintf("# %s", tap_escape(fault_lines_shorten(
										  lfirst(cell), TAP_NOTE))));
}

/*
 * Adds a test point for each known limit of a query, which is TODO, so that it
 * fails no harness.
 */
static void
tap_add_known_limits(TapReport *tap, const QueryReport *report)
{
	ListCell *cell;

	foreach(cell, report->verdict->cases)
	{
		const CaseVerdict *result = ((JudgedCase *) lfirst(cell))->verdict;
		const Case *one = result->one;
		char *title;

		if (one->known_limit == NULL || one->required || result->work == NULL ||
			result->mode != PLAN_MODE_CUSTOM)
			continue;
		title = psprintf("%s, %s", tap_escape(report->query->name),
						 one->known_limit);
		tap->points++;
		if (result->ok)
		{
			tap_add(tap,
					psprintf("ok %d - %s: %s", tap->points, title,
							 work_text_summary(report->verdict, result->work)));
			continue;
		}
		tap_add(tap, psprintf("not ok %d - %s # TODO %s", tap->points, title,
							  one->known_limit_reason));
		tap_add_diagnostics(tap, report, result, NULL);
	}
}

/*
 * Adds a test point for each todo that ends soon. It is ok, as the fault is accepted
 * still.
 */
static void
tap_add_ending(TapReport *tap, const QueryReport *report)
{
	const ContractQuery *query = report->query;

	if (todo_ends_soon(query, report->todo))
		tap_add(tap,
				psprintf("ok %d - %s, todo: it %s, and then the fault counts",
						 ++tap->points, tap_escape(query->name),
						 todo_end(query)));
}

/*
 * Adds the planner settings that differ from PostgreSQL's own defaults, since a
 * verdict holds for the settings that it was made under. jit is left out, as it
 * does not change what is counted.
 */
static void
tap_add_settings(TapReport *report)
{
	MemoryContext context = CurrentMemoryContext;
	int level;
	int code;

	SPI_connect();
	level = guc_scope_enter();
	code = SPI_execute(
		"SELECT name || ' = ' || current_setting(name) FROM pg_settings "
		"WHERE setting IS DISTINCT FROM boot_val AND (name ~ "
		"'^(enable_|cpu_|geqo|parallel_|min_parallel_|seq_page|random_page)"
		"' OR name IN ('effective_cache_size', 'work_mem', "
		"'hash_mem_multiplier', 'plan_cache_mode', 'from_collapse_limit', "
		"'join_collapse_limit', 'constraint_exclusion', "
		"'effective_io_concurrency', 'max_parallel_workers_per_gather')) "
		"ORDER BY name COLLATE \"C\"",
		true, 0);
	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute failed: %s", SPI_result_code_string(code));
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

static int
tap_compare_lines(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/*
 * Adds the size at which each table is judged that perfcheck_size() told of, as far
 * as the queries read it, in the order of names. Others are as many times as large.
 */
static void
tap_add_sizes(TapReport *tap, const List *reports)
{
	List *seen = NIL;
	List *lines = NIL;
	ListCell *cell;

	foreach(cell, reports)
	{
		const QueryVerdict *verdict = ((QueryReport *) lfirst(cell))->verdict;
		ListCell *of;

		foreach(of, verdict->sizes)
		{
			const VerdictSize *size = lfirst(of);
			Oid relid = relation_root(size->relid);
			const TableSize *told = table_size_find(relid);

			if (told == NULL || told->rows < 0 ||
				list_member_oid(seen, relid) || !relation_exists(relid))
				continue;
			seen = lappend_oid(seen, relid);
			lines =
				lappend(lines, psprintf("# size: %s is judged at %.0f rows",
										tap_escape(relation_sql_name(relid)),
										growth_rows_today(relid) *
											pow(verdict->scale, size->growth)));
		}
	}
	list_sort(lines, tap_compare_lines);
	foreach(cell, lines)
		tap_add(tap, lfirst(cell));
}

/* Without a query nothing is judged, which is a fault only under strict. */
static void
tap_add_emptiness(TapReport *tap, bool strict)
{
	if (strict)
		tap_add(tap, psprintf("not ok %d - the contract has no enabled query",
							  ++tap->points));
	tap_add(tap, "# nothing was judged: add queries with "
				 "perfcheck_add_query(), or set enabled in perfcheck_query");
}

List *
tap_report(List *reports, bool strict)
{
	TapReport head = {NIL, 0};
	TapReport body = {NIL, 0};
	int left_out;
	ListCell *cell;

	foreach(cell, reports)
		tap_add_query(&body, lfirst(cell));
	foreach(cell, reports)
		tap_add_known_limits(&body, lfirst(cell));
	foreach(cell, reports)
		tap_add_ending(&body, lfirst(cell));
	if (!perfcheck_verbose_report)
		tap_add_comment(&body, case_notes_summary(reports));
	if (reports == NIL)
		tap_add_emptiness(&body, strict);

	/* What is printed is valid under 13 and 14; older harnesses refuse 14. */
	tap_add(&head, "TAP version 13");
	tap_add(&head,
			psprintf("1..%d%s", body.points,
					 body.points == 0 ? " # SKIP no enabled query" : ""));
	left_out = contract_left_out();
	if (left_out > 0)
		tap_add(&head, psprintf("# the %d built-in queries are left out, as "
								"there is no table events: add your own with "
								"perfcheck_add_query()",
								left_out));
	tap_add_settings(&head);
	tap_add_sizes(&head, reports);
	return list_concat(head.lines, body.lines);
}
