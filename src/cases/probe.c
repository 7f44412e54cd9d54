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
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
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

#include "base/guc_scope.h"
#include "base/relation.h"
#include "cases/probe.h"

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
probe_start(Lookup *lookup, const ValueVariable *variable)
{
	Oid relid = variable->uses[0].relid;

	memset(lookup, 0, sizeof(*lookup));
	lookup->variable = variable;
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
	return psprintf("(%s)", probe_deparse(use->expr, use->relid, true));
}

const char *
probe_title(const ParamUse *use)
{
	return use->attnum != 0 ? get_attname(use->relid, use->attnum, false)
							: probe_deparse(use->expr, use->relid, false);
}

const char *
probe_text(const char *expression, Oid type)
{
	/* The cast of inet to text would add the netmask, /32. */
	return getBaseType(type) == INETOID
			   ? psprintf("format('%%s', %s)", expression)
			   : psprintf("%s::text", expression);
}

/* ---- conditions ---- */

typedef struct LookupValues
{
	const ValueVariable *variable;
	char *const *values;
	bool unknown; /* whether there is a parameter of another variable */
} LookupValues;

Const *
probe_constant(const Param *param, const char *text)
{
	Oid input;
	Oid ioparam;
	int16 length;
	bool by_value;

	if (text == NULL)
		return makeNullConst(param->paramtype, -1, param->paramcollid);
	getTypeInputInfo(param->paramtype, &input, &ioparam);
	get_typlenbyval(param->paramtype, &length, &by_value);
	return makeConst(param->paramtype, -1, param->paramcollid, length,
					 OidInputFunctionCall(input, pstrdup(text), ioparam, -1),
					 false, by_value);
}

static Node *
probe_put_values(Node *node, void *arg)
{
	LookupValues *values = arg;
	const ValueVariable *variable = values->variable;
	Param *param;
	int i = 0;

	if (node == NULL)
		return NULL;
	if (!IsA(node, Param))
		return expression_tree_mutator(node, probe_put_values, arg);
	param = castNode(Param, node);
	while (i < variable->nparams && variable->params[i] != param->paramid)
		i++;
	if (i == variable->nparams)
	{
		values->unknown = true;
		return node;
	}
	return (Node *) probe_constant(param, values->values[i]);
}

const char *
probe_condition(const Lookup *lookup, char *const *values)
{
	const ValueVariable *variable = lookup->variable;
	/* The parameters of a list or a cursor have one condition among them. */
	bool shared = variable->uses[0].kind == USE_LIST ||
				  variable->uses[0].kind == USE_CURSOR;
	LookupValues put = {variable, values, false};
	StringInfoData sql;

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
			Node *condition = probe_put_values(lfirst(cell), &put);

			if (put.unknown)
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
	PlannedStmt *plan = pg_plan_query(query, sql, CURSOR_OPT_PARALLEL_OK, NULL);
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
	Oid equality = lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr;
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(equality));
	Form_pg_operator form;
	const char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", equality);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	name = psprintf("OPERATOR(%s.%s)",
					quote_identifier(get_namespace_name(form->oprnamespace)),
					NameStr(form->oprname));
	ReleaseSysCache(tuple);
	return name;
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
	probe_select(psprintf("SELECT (%s::%s)::text", probe_literal(text, from),
						  format_type_be_qualified(to)));
	return probe_get(0, 1);
}
