/*-------------------------------------------------------------------------
 *
 * run_json.c
 *		Reports -> one JSON document, from which the other formats are made.
 *
 * What is a number in the report is a number here, and what is a sentence there
 * is the same sentence.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "commands/dbcommands.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/guc_scope.h"
#include "base/json_text.h"
#include "base/relation.h"
#include "plan/plan_facts.h"
#include "query/objects.h"
#include "report/fault_lines.h"
#include "report/run_json.h"
#include "report/work_notes.h"
#include "report/work_text.h"
#include "work/plan_text.h"

/* Nodes that stand below so many others are left out. */
#define RUN_JSON_DEPTH 100

/* Its words are those of the column status in docs/report.md. */
static const char *
run_json_status(const QueryReport *report)
{
	if (report->verdict->status == VERDICT_SKIP)
		return "skip";
	if (verify_fails(report))
		return "not ok";
	return report->verdict->status == VERDICT_NOT_OK ? "todo" : "ok";
}

static const char *
run_json_todo_state(TodoState state)
{
	switch (state)
	{
		case TODO_NONE:
			return "none";
		case TODO_ANY:
			return "any cause";
		case TODO_ACCEPTED:
			return "accepted";
		case TODO_OTHER:
			return "another cause";
		case TODO_EXPIRED:
			return "expired";
		case TODO_STALE:
			return "stale";
	}
	return "none";
}

static void
run_json_add_contract(JsonText *json, const ContractQuery *query)
{
	json_text_string(json, "sql", query->sql);
	json_text_string(json, "path", query->path);
	json_text_string(json, "expected", query->expected);
	json_text_string(json, "role", query->role);
	json_text_string(json, "query_settings", query->settings);
	json_text_string(json, "search_path", query->search_path);
	json_text_open_array(json, "types");
	for (int i = 0; i < query->ntypes; i++)
		json_text_string(json, NULL,
						 OidIsValid(query->types[i])
							 ? format_type_be_qualified(query->types[i])
							 : NULL);
	json_text_close_array(json);
	json_text_string(json, "owner", query->owner);
	json_text_string(json, "source", query->source);
}

/* Returns the end of the statement that begins at sql: "; " or the end of the text. */
static const char *
run_json_statement_end(const char *sql)
{
	char quote = '\0';

	for (; *sql != '\0'; sql++)
	{
		if (quote != '\0')
			quote = *sql == quote ? '\0' : quote;
		else if (*sql == '\'' || *sql == '"')
			quote = *sql;
		else if (sql[0] == ';' && sql[1] == ' ')
			break;
	}
	return sql;
}

/* The statements of a fix, which stands as one text to paste. */
static void
run_json_add_statements(JsonText *json, const char *fix)
{
	json_text_open_array(json, "statements");
	while (fix != NULL && *fix != '\0')
	{
		const char *end = run_json_statement_end(fix);

		json_text_string(json, NULL, pnstrdup(fix, end - fix));
		fix = *end == '\0' ? end : end + strlen("; ");
	}
	json_text_close_array(json);
}

static void
run_json_add_advice(JsonText *json, const Advice *advice)
{
	ListCell *cell;

	if (advice == NULL)
	{
		json_text_document(json, "advice", NULL);
		return;
	}
	json_text_open_object(json, "advice");
	json_text_string(json, "cause", advice->cause);
	json_text_string(json, "fix", advice->fix);
	run_json_add_statements(json, advice->fix);
	json_text_string(json, "rewrite", advice->rewrite);
	json_text_string(json, "suggestion", advice->suggestion);
	json_text_bool(json, "proven", advice->proven);
	json_text_bool(json, "improvement", advice->improvement);
	if (advice->proven || advice->improvement)
	{
		json_text_count(json, "rows_before", advice->before);
		json_text_count(json, "rows_after", advice->after);
	}
	if (advice->index_bytes > 0)
	{
		json_text_count(json, "index_bytes", advice->index_bytes);
		json_text_number(json, "build_ms", rint(advice->build_ms * 10) / 10);
	}
	json_text_string(json, "proof", advice->proof);
	json_text_open_array(json, "lines");
	foreach(cell, fault_lines(advice))
	{
		const FaultLine *line = lfirst(cell);

		json_text_open_object(json, NULL);
		json_text_string(json, "key", line->key);
		json_text_string(json, "text", line->text);
		json_text_close_object(json);
	}
	json_text_close_array(json);
	json_text_close_object(json);
}

static void
run_json_add_indexes(JsonText *json, List *indexes)
{
	ListCell *cell;

	json_text_open_array(json, "indexes");
	foreach(cell, indexes)
	{
		const PlanIndex *index = lfirst(cell);

		json_text_open_object(json, NULL);
		json_text_string(json, "name", index->name);
		json_text_string(json, "method", index->method);
		json_text_close_object(json);
	}
	json_text_close_array(json);
}

static void
run_json_add_values(JsonText *json, const Case *one)
{
	ListCell *cell;

	json_text_open_array(json, "values");
	for (int i = 0; i < one->nargs; i++)
		json_text_string(json, NULL, one->args[i]);
	json_text_close_array(json);
	json_text_open_object(json, "settings");
	foreach(cell, one->settings)
	{
		const CaseSetting *setting = lfirst(cell);

		json_text_string(json, setting->name, setting->value);
	}
	json_text_close_object(json);
}

/* A node and what is below it. Readers of JSON refuse a tree that is too deep. */
static void
run_json_add_node(JsonText *json, const char *key, const WorkNode *node,
				  int depth)
{
	json_text_open_object(json, key);
	json_text_string(json, "node", node->name);
	json_text_count(json, "rows", node->rows);
	json_text_count(json, "examined", node->examined);
	json_text_count(json, "examined_then", node->examined_then);
	json_text_open_array(json, "below");
	for (int i = 0; i < node->nchildren && depth < RUN_JSON_DEPTH; i++)
		run_json_add_node(json, NULL, node->children[i], depth + 1);
	for (int i = 0; i < node->nnested && depth < RUN_JSON_DEPTH; i++)
		run_json_add_node(json, NULL, node->nested[i], depth + 1);
	json_text_close_array(json);
	json_text_close_object(json);
}

/* The nodes of a plan: "Limit(Sort(Seq Scan on events))". */
static void
run_json_append_shape(StringInfo shape, const WorkNode *node)
{
	appendStringInfoString(shape, node->name == NULL ? "step" : node->name);
	for (int i = 0; i < node->nchildren; i++)
	{
		appendStringInfoString(shape, i == 0 ? "(" : ", ");
		run_json_append_shape(shape, node->children[i]);
	}
	if (node->nchildren > 0)
		appendStringInfoChar(shape, ')');
}

static void
run_json_add_work(JsonText *json, const QueryVerdict *verdict,
				  const CaseVerdict *result, const Advice *advice,
				  bool with_tree)
{
	Work *work = result->work;
	StringInfoData shape;

	if (work == NULL)
		return;
	initStringInfo(&shape);
	run_json_append_shape(&shape, work->runs.run);
	json_text_string(json, "nodes", shape.data);
	json_text_string(json, "access", work->facts->access);
	json_text_string(json, "conditions", work->facts->conditions);
	run_json_add_indexes(json, work->facts->indexes);
	json_text_count(json, "rows_estimated", work->rows_estimated);
	json_text_count(json, "rows_returned", work->rows_returned);
	json_text_count(json, "rows_examined", work->rows_examined);
	json_text_count(json, "rows_projected", work->examined_projected);
	json_text_count(json, "returned_projected", work->returned_projected);
	json_text_count(json, "blocks", work->blocks);
	json_text_count(json, "blocks_projected", work->blocks_projected);
	json_text_count(json, "row_limit",
					case_verdict_row_limit(verdict->budget, work));
	json_text_count(json, "block_limit",
					case_verdict_allowed_blocks(verdict->block_budget, work));
	json_text_bool(json, "timed_out", work->timed_out);
	if (!with_tree)
		return;
	json_text_string(json, "today", work_text_today(verdict, result));
	json_text_string(json, "forecast", work_text_forecast(verdict, result));
	json_text_string(json, "blocks_where", work_notes_blocks(result, advice));
	run_json_add_node(json, "plan", work->runs.run, 1);
}

/* The one that decides is shown as it decides, at whatever size that is. */
static void
run_json_add_case(JsonText *json, const QueryReport *report,
				  const JudgedCase *judged)
{
	const QueryVerdict *verdict = report->verdict;
	bool decides = judged == verdict->worst;
	const CaseVerdict *result = decides ? judged->decides : judged->verdict;

	json_text_open_object(json, NULL);
	json_text_string(json, "label", result->one->label);
	json_text_string(json, "plan_mode", plan_mode_name(result->mode));
	json_text_bool(json, "required", result->one->required);
	json_text_bool(json, "counts", judged->counts);
	json_text_bool(json, "decides", decides);
	json_text_bool(json, "ok", judged->decides->ok);
	json_text_string(json, "reason", judged->reason);
	json_text_string(json, "known_limit", result->one->known_limit);
	json_text_string(json, "fragile", fragile_text(judged->fragile));
	json_text_count(json, "fragile_rows",
					judged->fragile != NULL ? judged->fragile->rows : NAN);
	run_json_add_values(json, result->one);
	json_text_number(json, "scale", result->scale);
	run_json_add_work(json, verdict, result, report->advice, decides);
	json_text_close_object(json);
}

static void
run_json_add_sizes(JsonText *json, const QueryVerdict *verdict)
{
	ListCell *cell;

	json_text_open_array(json, "tables");
	foreach(cell, verdict->sizes)
	{
		const VerdictSize *size = lfirst(cell);

		/* It may have been dropped since; then there is nothing to tell of it. */
		if (!relation_exists(size->relid))
			continue;
		json_text_open_object(json, NULL);
		json_text_string(json, "table", relation_sql_name(size->relid));
		json_text_count(json, "rows", size->rows);
		json_text_count(json, "rows_judged",
						size->rows * pow(verdict->scale, size->growth));
		json_text_close_object(json);
	}
	json_text_close_array(json);
}

static void
run_json_add_objects(JsonText *json, List *objects)
{
	ListCell *cell;

	json_text_open_array(json, "objects");
	foreach(cell, objects)
	{
		const QueryObject *object = lfirst(cell);

		json_text_open_object(json, NULL);
		json_text_string(json, "type", object->type);
		json_text_string(json, "identity", object->identity);
		json_text_close_object(json);
	}
	json_text_close_array(json);
}

static void
run_json_add_held(JsonText *json, const HeldTable *held)
{
	if (held == NULL || !relation_exists(held->relid))
	{
		json_text_document(json, "depends_on", NULL);
		return;
	}
	json_text_open_object(json, "depends_on");
	json_text_string(json, "table", relation_sql_name(held->relid));
	json_text_count(json, "rows", held->rows);
	json_text_count(json, "rows_examined",
					held->verdict->work->examined_projected);
	json_text_close_object(json);
}

static void
run_json_add_query(JsonText *json, const QueryReport *report)
{
	const ContractQuery *query = report->query;
	const QueryVerdict *verdict = report->verdict;
	ListCell *cell;

	json_text_open_object(json, NULL);
	json_text_string(json, "name", query->name);
	json_text_string(json, "status", run_json_status(report));
	json_text_string(json, "reason", verdict->reason);
	json_text_bool(json, "error", verify_is_error(report));
	json_text_number(json, "judged_ms", rint(report->judged_ms * 10) / 10);
	if (verdict->worst != NULL && verdict->worst->decides->work != NULL)
		json_text_string(
			json, "summary",
			work_text_summary(verdict, verdict->worst->decides->work));
	run_json_add_advice(json, report->advice);
	json_text_open_object(json, "todo");
	json_text_string(json, "reason", query->todo);
	json_text_string(json, "cause", query->todo_cause);
	json_text_string(json, "until", query->todo_until);
	json_text_string(json, "state", run_json_todo_state(report->todo));
	json_text_string(json, "note", todo_note(query, report->todo));
	json_text_string(json, "ends",
					 todo_ends_soon(query, report->todo)
						 ? psprintf("todo of %s %s, and then the fault counts",
									query->name, todo_end(query))
						 : NULL);
	json_text_close_object(json);
	run_json_add_contract(json, query);
	json_text_count(json, "row_budget", verdict->budget);
	json_text_count(json, "block_budget", verdict->block_budget);
	json_text_count(json, "most_returned", verdict->most_returned);
	json_text_count(json, "table_rows", verdict->table_rows);
	json_text_count(json, "table_rows_judged",
					verdict_rows_at(verdict, verdict->scale));
	run_json_add_sizes(json, verdict);
	run_json_add_objects(json, report->objects);
	run_json_add_held(json, verdict->held);
	json_text_open_array(json, "notes");
	foreach(cell, report->notes)
		json_text_string(json, NULL, lfirst(cell));
	json_text_close_array(json);
	json_text_open_array(json, "cases");
	foreach(cell, verdict->cases)
		run_json_add_case(json, report, lfirst(cell));
	json_text_close_array(json);
	json_text_close_object(json);
}

static void
run_json_add_counts(JsonText *json, List *reports)
{
	static const char *const statuses[] = {"ok", "not ok", "todo", "skip"};
	int counts[lengthof(statuses)] = {0};
	ListCell *cell;

	foreach(cell, reports)
		for (int i = 0; i < lengthof(statuses); i++)
			if (strcmp(statuses[i], run_json_status(lfirst(cell))) == 0)
				counts[i]++;
	json_text_open_object(json, "counts");
	json_text_count(json, "queries", list_length(reports));
	for (int i = 0; i < lengthof(statuses); i++)
		json_text_count(json, statuses[i], counts[i]);
	json_text_close_object(json);
}

char *
run_json(List *reports, double scale, bool strict)
{
	JsonText json;
	bool ok = reports != NIL || !strict;
	int level = guc_scope_enter_names();
	ListCell *cell;

	foreach(cell, reports)
		if (verify_fails(lfirst(cell)))
			ok = false;
	json_text_init(&json);
	json_text_open_object(&json, NULL);
	json_text_count(&json, "format", RUN_JSON_FORMAT);
	json_text_bool(&json, "ok", ok);
	run_json_add_counts(&json, reports);
	json_text_number(&json, "scale", scale);
	json_text_bool(&json, "strict", strict);
	json_text_string(&json, "database", get_database_name(MyDatabaseId));
	json_text_string(&json, "postgresql", PG_VERSION);
	json_text_open_array(&json, "queries");
	foreach(cell, reports)
		run_json_add_query(&json, lfirst(cell));
	json_text_close_array(&json);
	json_text_close_object(&json);
	guc_scope_leave(level);
	return json.text.data;
}
