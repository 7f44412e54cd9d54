/*-------------------------------------------------------------------------
 *
 * probe.c
 *		Asks a table which values a parameter could have.
 *
 * The expression that a parameter is compared with, and the conditions that it
 * is part of, are deparsed from the analyzed query by ruleutils.c, over the
 * table with the alias t, and put into queries of perfcheck's own. These are
 * analyzed under search_path pg_catalog: functions and operators in their text
 * are the server's, and ruleutils.c qualifies every other name. They are planned
 * and executed under the search_path of the query that is judged, since its
 * functions, and those of row security, may need it. Values travel as text,
 * which is what a client sends. A table of more than twice PROBE_SAMPLE_ROWS
 * rows is read through TABLESAMPLE SYSTEM with a fixed seed, so that each run
 * sees the same rows; whoever must be sure asks the whole table with
 * probe_exists() and probe_count().
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/portal.h"
#include "utils/ruleutils.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/guc_scope.h"
#include "base/relation.h"
#include "base/sandbox.h"
#include "base/settings.h"
#include "cases/probe.h"
#include "query/operand.h"
#include "query/result_source.h"

/* Rows in a sample: as many as ANALYZE takes by default. */
#define PROBE_SAMPLE_ROWS 30000.0

/* ---- the session ---- */

/* The search_path before probe_open(), in the memory of SPI; else NULL. */
static char *probe_search_path = NULL;

/* What probe_open() within another one has to bring back. */
typedef struct ProbeSession
{
	MemoryContextCallback callback;
	char *outer_search_path;
} ProbeSession;

static void
probe_forget_search_path(void *arg)
{
	probe_search_path = ((ProbeSession *) arg)->outer_search_path;
}

int
probe_open(void)
{
	ProbeSession *session;
	char *outer = probe_search_path;
	int level;

	SPI_connect();
	session = palloc0(sizeof(*session));
	session->outer_search_path = outer;
	session->callback.func = probe_forget_search_path;
	session->callback.arg = session;
	MemoryContextRegisterResetCallback(CurrentMemoryContext,
									   &session->callback);
	probe_search_path = outer != NULL ? outer : pstrdup(namespace_search_path);
	level = guc_scope_enter();
	/* Compiling a query that runs once takes longer than running it. */
	guc_scope_set("jit", "off");
	guc_scope_set("standard_conforming_strings", "on");
	return level;
}

void
probe_close(int level)
{
	guc_scope_leave(level);
	SPI_finish();
}

/* ---- the table ---- */

bool
probe_has_rows(const ParamUse *use)
{
	return OidIsValid(use->relid) || use->source != NULL;
}

/*
 * The rows of a query's own result, each with a value in its one column. The query
 * is executed once, and the values are put into those of perfcheck.
 */
static void
probe_start_source(Lookup *lookup)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *sql = result_source_sql(use->source, lookup->known);
	Oid array;

	lookup->type = exprType(use->expr);
	array = OidIsValid(get_element_type(getBaseType(lookup->type)))
				? InvalidOid
				: get_array_type(getBaseType(lookup->type));
	if (OidIsValid(array))
	{
		probe_select(psprintf("SELECT %s FROM (SELECT " RESULT_SOURCE_COLUMN
							  " AS v FROM (%s) AS s LIMIT %d) AS r",
							  probe_text("array_agg(v)", array), sql,
							  RESULT_SOURCE_ROWS));
		lookup->table = psprintf(
			"(SELECT u AS " RESULT_SOURCE_COLUMN " FROM unnest(%s) AS r (u)) "
			"AS t",
			probe_literal(probe_get(0, 1) == NULL ? "{}" : probe_get(0, 1),
						  array));
	}
	else
		lookup->table = psprintf(
			"(SELECT " RESULT_SOURCE_COLUMN " FROM (%s) AS s) AS t", sql);
	lookup->sample = lookup->table;
	lookup->rows = probe_count(lookup, "true");
}

bool
probe_can_sample(Oid relid)
{
	List *members = find_all_inheritors(relid, NoLock, NULL);
	ListCell *cell;

	foreach(cell, members)
		if (get_rel_relkind(lfirst_oid(cell)) == RELKIND_FOREIGN_TABLE)
			return false;
	return true;
}

void
probe_start_known(Lookup *lookup, const ValueVariable *variable,
				  const OperandValues *known)
{
	Oid relid = variable->uses[0].relid;

	memset(lookup, 0, sizeof(*lookup));
	lookup->variable = variable;
	lookup->known = known;
	if (variable->uses[0].source != NULL)
	{
		probe_start_source(lookup);
		return;
	}
	lookup->table = psprintf("%s AS t", relation_sql_name(relid));
	lookup->sample = lookup->table;
	lookup->rows = relation_rows(relid);
	lookup->type = exprType(variable->uses[0].expr);
	if (lookup->rows <= 2 * PROBE_SAMPLE_ROWS || !probe_can_sample(relid))
		return;
	lookup->sampled = true;
	lookup->sample =
		psprintf("%s TABLESAMPLE SYSTEM (%.3g) REPEATABLE (0)", lookup->table,
				 100 * PROBE_SAMPLE_ROWS / lookup->rows);
}

void
probe_start(Lookup *lookup, const ValueVariable *variable)
{
	probe_start_known(lookup, variable, NULL);
}

static const char *
probe_deparse(Node *node, Oid relid, bool with_table)
{
	List *names =
		deparse_context_for(with_table ? "t" : get_rel_name(relid), relid);

	return deparse_expression(node, names, with_table, false);
}

const char *
probe_expression(const ParamUse *use)
{
	return use->source != NULL
			   ? "(t." RESULT_SOURCE_COLUMN ")"
			   : psprintf("(%s)", probe_deparse(use->expr, use->relid, true));
}

const char *
probe_title(const ParamUse *use)
{
	if (use->source != NULL)
		return result_source_title(use->source);
	return use->attnum != 0 ? get_attname(use->relid, use->attnum, false)
							: probe_deparse(use->expr, use->relid, false);
}

const char *
probe_text(const char *expression, Oid type)
{
	Oid element;

	type = getBaseType(type);
	element = get_base_element_type(type);
	/*
	 * The cast to text of a user's own type may be a function of the user's,
	 * which writes what the type does not read; format() calls the type's output
	 * function. It makes an empty string of a null, and num_nulls() knows one
	 * from a row of nulls.
	 */
	if (type >= FirstNormalObjectId || element >= FirstNormalObjectId ||
		type == RECORDOID)
		return psprintf(
			"CASE WHEN num_nulls(%s) = 0 THEN format('%%s', %s) END",
			expression, expression);
	/* The cast of inet to text would add the netmask, /32. */
	return type == INETOID ? psprintf("format('%%s', %s)", expression)
						   : psprintf("%s::text", expression);
}

/* ---- conditions ---- */

/* The name of an operator, qualified: OPERATOR(pg_catalog.=). */
static const char *
probe_operator(Oid operator)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	Form_pg_operator form;
	const char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", operator);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	name = psprintf("OPERATOR(%s.%s)",
					quote_identifier(get_namespace_name(form->oprnamespace)),
					NameStr(form->oprname));
	ReleaseSysCache(tuple);
	return name;
}

const char *
probe_operand(const ValueVariable *variable, Node *operand, char *const *values)
{
	OperandValues put = {variable->nparams, variable->params, values};
	bool unknown = false;
	Node *node = operand_put(operand, &put, &unknown);

	return unknown ? NULL : deparse_expression(node, NIL, false, false);
}

/* The condition of a use whose values are not those of a table's rows. */
static const char *
probe_other_condition(const Lookup *lookup, char *const *values)
{
	const ParamUse *use = &lookup->variable->uses[0];
	const char *operand = probe_operand(lookup->variable, use->operand, values);
	const char *expr = probe_expression(use);
	bool is_set = use->source == NULL;
	bool left = is_set ? use->search->left : use->left;
	const char *name = probe_operator(is_set ? use->search->opno : use->opno);

	if (operand == NULL)
		return NULL;
	if (!is_set)
		return left ? psprintf("(%s %s (%s))", expr, name, operand)
					: psprintf("((%s) %s %s)", operand, name, expr);
	return left ? psprintf("EXISTS (SELECT FROM (SELECT %s AS v) AS x "
						   "WHERE x.v %s (%s))",
						   expr, name, operand)
				: psprintf("EXISTS (SELECT FROM (SELECT %s AS v) AS x "
						   "WHERE (%s) %s x.v)",
						   expr, operand, name);
}

const char *
probe_condition(const Lookup *lookup, char *const *values)
{
	const ValueVariable *variable = lookup->variable;
	const ParamUse *first = &variable->uses[0];
	/* The parameters of a list or a cursor have one condition among them. */
	bool shared = first->kind == USE_LIST || first->kind == USE_CURSOR ||
				  first->kind == USE_SEARCH;
	OperandValues put = {variable->nparams, variable->params, values};
	bool unknown = false;
	StringInfoData sql;

	if (first->source != NULL ||
		(first->kind == USE_SEARCH && first->search->form == SEARCH_MEMBER))
		return probe_other_condition(lookup, values);
	initStringInfo(&sql);
	for (int i = 0; i < (shared ? 1 : variable->nparams); i++)
	{
		const ParamUse *use = &variable->uses[i];
		ListCell *cell;

		if (use->conditions == NIL)
			return NULL;
		if (use->optional && values[i] == NULL)
			continue;
		if (use->off != NULL && values[i] != NULL &&
			strcmp(use->off, values[i]) == 0)
			continue;
		foreach(cell, use->conditions)
		{
			Node *condition = operand_put(lfirst(cell), &put, &unknown);

			if (unknown && lookup->known != NULL)
			{
				unknown = false;
				condition = operand_put(condition, lookup->known, &unknown);
			}
			if (unknown)
				return NULL;
			appendStringInfo(&sql, "%s(%s)", sql.len > 0 ? " AND " : "",
							 probe_deparse(condition, use->relid, true));
		}
	}
	return sql.len > 0 ? sql.data : "true";
}

/* ---- SPI ---- */

/*
 * SPI would analyze the text once more where search_path has changed before it
 * is planned, so the steps are taken one by one, up to a cursor that SPI reads, and
 * the plan can be looked at before it is executed.
 */
bool
probe_select_below(const char *sql, double most_cost, double *cost)
{
	MemoryContext scratch = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck probe", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	RawStmt *raw = linitial_node(RawStmt, pg_parse_query(sql));
	Query *query = linitial_node(
		Query, pg_analyze_and_rewrite_fixedparams(raw, sql, NULL, 0, NULL));
	int level = guc_scope_enter_search_path(probe_search_path);
	PlannedStmt *plan = compat_plan_query(query, sql, NULL);
	bool execute = most_cost <= 0 || plan->planTree->total_cost <= most_cost;

	*cost = plan->planTree->total_cost;
	if (execute)
	{
		Portal portal = CreateNewPortal();

		portal->visible = false;
		PortalDefineQuery(portal, NULL, sql, CMDTAG_SELECT, list_make1(plan),
						  NULL);
		PortalStart(portal, NULL, 0, GetActiveSnapshot());
		SPI_cursor_fetch(portal, true, FETCH_ALL);
		SPI_cursor_close(portal);
	}
	guc_scope_leave(level);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return execute;
}

void
probe_select(const char *sql)
{
	double cost;

	(void) probe_select_below(sql, 0, &cost);
}

typedef struct ProbeTry
{
	MemoryContext context;
	const char *sql;
	char *text;
} ProbeTry;

static void
probe_try_inside(void *arg)
{
	ProbeTry *try = arg;

	probe_select(try->sql);
	if (SPI_processed > 0 && probe_get(0, 1) != NULL)
		try->text = MemoryContextStrdup(try->context, probe_get(0, 1));
}

char *
probe_try(const char *sql)
{
	ProbeTry try = {CurrentMemoryContext, sql, NULL};

	return sandbox_run(probe_try_inside, &try, perfcheck_statement_timeout) ==
				   NULL
			   ? try.text
			   : NULL;
}

char *
probe_get(uint64 row, int column)
{
	return SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);
}

double
probe_get_number(uint64 row, int column)
{
	const char *text = probe_get(row, column);

	return text == NULL ? 0 : strtod(text, NULL);
}

bool
probe_exists(const Lookup *lookup, const char *condition)
{
	probe_select(
		psprintf("SELECT FROM %s WHERE %s LIMIT 1", lookup->table, condition));
	return SPI_processed > 0;
}

double
probe_count(const Lookup *lookup, const char *condition)
{
	probe_select(
		psprintf("SELECT count(*) FROM %s WHERE %s", lookup->table, condition));
	return probe_get_number(0, 1);
}

void
probe_shares(const Lookup *lookup, const char *const *conditions, int n,
			 double *shares)
{
	StringInfoData sql;
	double rows;

	initStringInfo(&sql);
	appendStringInfoString(&sql, "SELECT count(*)");
	for (int i = 0; i < n; i++)
		appendStringInfo(&sql, ", count(*) FILTER (WHERE %s)",
						 conditions[i] == NULL ? "false" : conditions[i]);
	appendStringInfo(&sql, " FROM %s", lookup->sample);
	probe_select(sql.data);
	rows = Max(probe_get_number(0, 1), 1);
	for (int i = 0; i < n; i++)
		shares[i] =
			conditions[i] == NULL ? -1 : probe_get_number(0, i + 2) / rows;
}

double
probe_share(const Lookup *lookup, char *const *values)
{
	const char *condition = probe_condition(lookup, values);
	double share;

	probe_shares(lookup, &condition, 1, &share);
	return share;
}

char *
probe_extreme(const Lookup *lookup, int direction)
{
	const char *expression = probe_expression(&lookup->variable->uses[0]);

	probe_select(psprintf("SELECT %s FROM %s WHERE %s IS NOT NULL "
						  "ORDER BY %s %s LIMIT 1",
						  probe_text(expression, lookup->type), lookup->table,
						  expression, expression,
						  direction > 0 ? "DESC" : "ASC"));
	return SPI_processed == 0 ? NULL : probe_get(0, 1);
}

/* ---- values ---- */

const char *
probe_equality(Oid type)
{
	return probe_operator(lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr);
}

const char *
probe_literal(const char *text, Oid type)
{
	return psprintf("%s::%s", quote_literal_cstr(text),
					format_type_be_qualified(type));
}

char *
probe_array(List *elements)
{
	Datum *values = palloc(Max(list_length(elements), 1) * sizeof(Datum));
	ListCell *cell;

	foreach(cell, elements)
		values[foreach_current_index(cell)] =
			CStringGetTextDatum((char *) lfirst(cell));
	return OidOutputFunctionCall(
		F_ARRAY_OUT,
		PointerGetDatum(construct_array(values, list_length(elements), TEXTOID,
										-1, false, TYPALIGN_INT)));
}

/*
 * Whether the text of a value changes when it is cast to another type. Text
 * stays as it is, and so does a value of a type that has no cast: the input
 * function of the other type then decides.
 */
static bool
probe_needs_cast(Oid from, Oid to)
{
	return from != to && getBaseType(to) != from &&
		   TypeCategory(to) != TYPCATEGORY_STRING &&
		   can_coerce_type(1, &from, &to, COERCION_EXPLICIT);
}

const char *
probe_value(const char *expression, Oid from, Oid to)
{
	return probe_needs_cast(getBaseType(from), to)
			   ? psprintf("%s::%s", expression, format_type_be_qualified(to))
			   : expression;
}

char *
probe_cast(const char *text, Oid from, Oid to)
{
	from = getBaseType(from);
	if (!probe_needs_cast(from, to))
		return pstrdup(text);
	probe_select(psprintf(
		"SELECT %s", probe_text(psprintf("(%s::%s)", probe_literal(text, from),
										 format_type_be_qualified(to)),
								to)));
	return probe_get(0, 1);
}
