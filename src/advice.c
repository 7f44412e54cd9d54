/*-------------------------------------------------------------------------
 *
 * advice.c
 *		Why a query does too much work, and the statement that mends it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type_d.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "advice.h"
#include "target.h"
#include "uses.h"

static const char *
advice_column(const ParamUse *use)
{
	return quote_identifier(get_attname(use->relid, use->attnum, false));
}

static const char *
advice_table(const ParamUse *use)
{
	return target_sql_name(use->relid);
}

/* ---- the OR form of a cursor ---- */

/* (date, id) > ($1, $2) for the cursor that use is a part of. */
static char *
advice_row_comparison(const ParamUse *uses, int nparams, const ParamUse *of)
{
	StringInfoData columns;
	StringInfoData params;

	initStringInfo(&columns);
	initStringInfo(&params);
	for (int position = 0; position < nparams; position++)
		for (int i = 0; i < nparams; i++)
			if (uses[i].kind == USE_CURSOR && uses[i].group == of->group &&
				uses[i].position == position)
			{
				const char *comma = position > 0 ? ", " : "";

				appendStringInfo(&columns, "%s%s", comma,
								 advice_column(&uses[i]));
				appendStringInfo(&params, "%s$%d", comma, i + 1);
			}
	return psprintf("WHERE (%s) %s (%s)", columns.data,
					of->descending ? "<" : ">", params.data);
}

static Advice *
advice_or_cursor(const ParamUse *uses, int nparams)
{
	Advice *advice;

	for (int i = 0; i < nparams; i++)
		if (uses[i].kind == USE_CURSOR && uses[i].or_form)
		{
			advice = palloc0(sizeof(*advice));
			advice->cause =
				pstrdup("the OR form of the cursor cannot be an index "
						"condition");
			advice->fix = advice_row_comparison(uses, nparams, &uses[i]);
			advice->rewrites = true;
			return advice;
		}
	return NULL;
}

/* ---- indexes of a column ---- */

typedef struct IndexOfColumn
{
	Oid valid;   /* an index led by the column, ready to use; or InvalidOid */
	Oid invalid; /* one that is not valid, or not ready */
	Oid other;   /* a valid one of another access method */
} IndexOfColumn;

static void
advice_note_index(IndexOfColumn *found, Oid index, const ParamUse *use, Oid am)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		return;
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indkey.values[0] == use->attnum)
	{
		if (plan_index_method(index) != am)
			found->other = index;
		else if (!form->indisvalid || !form->indisready)
			found->invalid = index;
		else
			found->valid = index;
	}
	ReleaseSysCache(tuple);
}

static IndexOfColumn
advice_indexes(const ParamUse *use, Oid am)
{
	IndexOfColumn found = {InvalidOid, InvalidOid, InvalidOid};
	Relation relation = relation_open(use->relid, NoLock);
	List *indexes = RelationGetIndexList(relation);
	ListCell *cell;

	foreach(cell, indexes)
		advice_note_index(&found, lfirst_oid(cell), use, am);
	list_free(indexes);
	relation_close(relation, NoLock);
	return found;
}

/* A pattern can be looked up through trigrams, a prefix in byte order, too. */
static const char *
advice_operator_class(const ParamUse *use, const char *method)
{
	if (use->kind != USE_PATTERN)
		return "";
	if (strcmp(method, "gin") == 0)
		return psprintf(" %s", target_trigram_class());
	return get_atttype(use->relid, use->attnum) == BPCHAROID
			   ? " bpchar_pattern_ops"
			   : " text_pattern_ops";
}

static bool
advice_is_prefix(const ParamUse *use)
{
	return use->kind == USE_PATTERN && use->anchored && !use->ignore_case;
}

static Advice *
advice_index(const ParamUse *use, const char *method)
{
	Oid am = get_index_am_oid(method, false);
	IndexOfColumn found = advice_indexes(use, am);
	Advice *advice = palloc0(sizeof(*advice));

	if (OidIsValid(found.valid))
		return NULL;
	if (OidIsValid(found.invalid))
	{
		advice->cause = psprintf("index %s is not valid, its build failed",
								 get_rel_name(found.invalid));
		advice->fix =
			psprintf("REINDEX INDEX %s",
					 quote_qualified_identifier(
						 get_namespace_name(get_rel_namespace(found.invalid)),
						 get_rel_name(found.invalid)));
		return advice;
	}
	advice->cause =
		OidIsValid(found.other)
			? psprintf("%s has a %s index (%s), and this search needs %s",
					   advice_column(use),
					   get_am_name(plan_index_method(found.other)),
					   get_rel_name(found.other), method)
			: psprintf("no %s index is led by %s", method, advice_column(use));
	advice->fix = psprintf("CREATE INDEX ON %s USING %s (%s%s)",
						   advice_table(use), method, advice_column(use),
						   advice_operator_class(use, method));
	return advice;
}

/* ---- choice ---- */

/* Patterns need an index most, then equalities, then the rest. */
static const ParamUse *
advice_use_to_index(const ParamUse *uses, int nparams)
{
	static const UseKind order[] = {USE_PATTERN, USE_EQUAL, USE_CURSOR,
									USE_LOWER, USE_UPPER};

	for (int i = 0; i < lengthof(order); i++)
		for (int j = 0; j < nparams; j++)
			if (uses[j].kind == order[i] && uses[j].attnum != 0 &&
				!uses[j].negated)
				return &uses[j];
	return NULL;
}

Advice *
advice_find(const ContractStatement *statement, const PlanFacts *facts)
{
	ParamUse *uses = uses_find(statement->query, statement->nparams);
	const ParamUse *use = advice_use_to_index(uses, statement->nparams);
	Advice *advice = NULL;

	if (use != NULL)
		advice = advice_index(
			use, use->kind == USE_PATTERN && !advice_is_prefix(use) ? "gin"
																	: "btree");
	if (advice == NULL)
		advice = advice_or_cursor(uses, statement->nparams);
	if (advice == NULL)
	{
		advice = palloc0(sizeof(*advice));
		advice->cause = psprintf("the planner prefers %s", facts->access);
	}
	return advice;
}
