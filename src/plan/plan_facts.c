/*-------------------------------------------------------------------------
 *
 * plan_facts.c
 *		Reads from a plan how it gets at its rows.
 *
 * One walk over the nodes, each once, writes two texts. The access names the
 * scans in the order of the tree, in EXPLAIN's words. The signature holds for
 * each node its type, table, index, join type, direction, and the numbers of its
 * conditions, filters and children, which show the tree. Of the expressions only
 * the numbers count, since constants differ from case to case. A subplan that
 * several nodes call is written once, and by its number after that.
 *
 * A scan is opaque if its work is not counted in nodes of the plan, or differs
 * from run to run: of a foreign table, by a custom scan, of a sample, or of a
 * function in another language than C.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/index.h"
#include "catalog/pg_language_d.h"
#include "catalog/pg_proc.h"
#include "commands/defrem.h"
#include "commands/proclang.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/relation.h"
#include "base/texts.h"
#include "plan/condition_text.h"
#include "plan/plan_facts.h"
#include "plan/plan_tree.h"

static bool
plan_facts_is_opaque(PlanState *node)
{
	Oid plpgsql;
	ListCell *cell;

	/* A sample holds other rows in each run. */
	if (IsA(node, ForeignScanState) || IsA(node, CustomScanState) ||
		IsA(node, SampleScanState))
		return true;
	if (!IsA(node, FunctionScanState))
		return false;
	/*
	 * The statements of functions in SQL and PL/pgSQL are counted (work/nested.h).
	 * In other languages a function may work outside of the server.
	 */
	plpgsql = get_language_oid("plpgsql", true);
	foreach(cell, ((FunctionScan *) node->plan)->functions)
	{
		Node *function = lfirst_node(RangeTblFunction, cell)->funcexpr;
		HeapTuple tuple;
		Oid language;

		if (!IsA(function, FuncExpr))
			continue;
		tuple = SearchSysCache1(
			PROCOID, ObjectIdGetDatum(castNode(FuncExpr, function)->funcid));
		if (!HeapTupleIsValid(tuple))
			continue;
		language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
		ReleaseSysCache(tuple);
		if (language != INTERNALlanguageId && language != ClanguageId &&
			language != SQLlanguageId && language != plpgsql)
			return true;
	}
	return false;
}

/*
 * Returns what EXPLAIN calls a scan; NULL for another node, and for a bitmap
 * heap scan, which the index scans below it speak for.
 */
static const char *
plan_facts_scan_name(PlanState *node)
{
	switch (nodeTag(node))
	{
		case T_SeqScanState:
			return "Seq Scan";
		case T_SampleScanState:
			return "Sample Scan";
		case T_IndexScanState:
			return "Index Scan";
		case T_IndexOnlyScanState:
			return "Index Only Scan";
		case T_BitmapIndexScanState:
			return "Bitmap Index Scan";
		case T_TidScanState:
			return "Tid Scan";
		case T_TidRangeScanState:
			return "Tid Range Scan";
		case T_FunctionScanState:
			return "Function Scan";
		case T_TableFuncScanState:
			return "Table Function Scan";
		case T_ValuesScanState:
			return "Values Scan";
		case T_CteScanState:
			return "CTE Scan";
		case T_ForeignScanState:
			return "Foreign Scan";
		case T_CustomScanState:
			return "Custom Scan";
		default:
			return NULL;
	}
}

const char *
plan_facts_step_name(PlanState *node)
{
	switch (nodeTag(node))
	{
		case T_NestLoopState:
			return "Nested Loop";
		case T_HashJoinState:
			return "Hash Join";
		case T_MergeJoinState:
			return "Merge Join";
		case T_SortState:
			return "Sort";
		case T_IncrementalSortState:
			return "Incremental Sort";
		case T_AggState:
			return "Aggregate";
		case T_GroupState:
			return "Group";
		case T_UniqueState:
			return "Unique";
		case T_WindowAggState:
			return "WindowAgg";
		case T_LimitState:
			return "Limit";
		case T_AppendState:
			return "Append";
		case T_MergeAppendState:
			return "Merge Append";
		case T_SetOpState:
			return "SetOp";
		case T_RecursiveUnionState:
			return "Recursive Union";
		case T_ProjectSetState:
			return "ProjectSet";
		default:
			return NULL;
	}
}

char *
plan_facts_scan_text(PlanState *node)
{
	const char *name = plan_facts_scan_name(node);
	const char *parallel = node->plan->parallel_aware ? "Parallel " : "";
	List *conditions;
	Oid index = plan_tree_scanned_index(node, &conditions);
	Oid relation = plan_tree_scanned_relation(node);

	if (name == NULL)
		return NULL;
	if (OidIsValid(index))
		return psprintf("%s%s using %s", parallel, name, get_rel_name(index));
	if (OidIsValid(relation))
		return psprintf("%s%s on %s", parallel, name, get_rel_name(relation));
	return psprintf("%s%s", parallel, name);
}

const PlanIndex *
plan_facts_index_of_method(const List *indexes, const char *method)
{
	ListCell *cell;

	foreach(cell, indexes)
		if (strcmp(((PlanIndex *) lfirst(cell))->method, method) == 0)
			return lfirst(cell);
	return NULL;
}

typedef struct PlanFactsContext
{
	PlanFacts *facts;
	List *index_oids; /* of facts->indexes */
	StringInfoData access;
	StringInfoData signature;
	List *conditions; /* char *, what conditions_text holds */
	StringInfoData conditions_text;
	/* The scan that the access ends with, and where its text begins. */
	const char *last_name;
	Oid last_table; /* of partitions the one that they are of */
	char *last_end; /* its conditions, as text */
	int last_at;
	int times;  /* it is one of so many like it, each of another partition */
	bool sorts; /* a Sort reads all of its input before a row comes out */
} PlanFactsContext;

/*
 * Adds a scan to the access. Equal scans of the partitions of one table are told
 * once, by the first of them, from the third one on.
 */
static void
plan_facts_note_scan(PlanFactsContext *context, PlanState *node,
					 const char *name, bool conditions)
{
	Oid relation = plan_tree_scanned_relation(node);
	Oid index = InvalidOid;
	List *unused;
	Oid table;
	const char *between;
	char *end = psprintf("%s%s", conditions ? ", Index Cond" : "",
						 node->plan->qual != NIL ? ", Filter" : "");

	if (IsA(node, BitmapIndexScanState))
	{
		index = plan_tree_scanned_index(node, &unused);
		relation = IndexGetRelation(index, true);
	}
	table = OidIsValid(relation) ? relation_root(relation) : InvalidOid;
	if (OidIsValid(table) && table != relation && context->last_name == name &&
		context->last_table == table && strcmp(context->last_end, end) == 0)
		context->times++;
	else
	{
		context->times = 1;
		context->last_at = context->access.len;
	}
	context->last_name = name;
	context->last_table = table;
	context->last_end = end;
	if (context->times < 3)
	{
		appendStringInfo(&context->access, "%s%s%s",
						 context->access.len > 0 ? " + " : "",
						 plan_facts_scan_text(node), end);
		return;
	}
	/* The others are cut off again. */
	between = context->last_at > 0 ? " + " : "";
	context->access.len = context->last_at;
	context->access.data[context->last_at] = '\0';
	appendStringInfo(&context->access, "%s%d x %s of %s%s", between,
					 context->times, name, get_rel_name(table), end);
}

/* Partitions have the same conditions, which are told once. */
static void
plan_facts_note_conditions(PlanFactsContext *context, PlanState *node,
						   const List *conditions, Oid index)
{
	Oid relation = plan_tree_scanned_relation(node);
	StringInfoData text;

	initStringInfo(&text);
	condition_text_append(&text, conditions, relation, index);
	if (node->plan->qual != NIL)
	{
		appendStringInfoString(&text, text.len > 0 ? "; filter" : "filter");
		condition_text_append(&text, node->plan->qual, relation, index);
	}
	if (text.len == 0 || texts_member(context->conditions, text.data))
		return;
	context->conditions = lappend(context->conditions, text.data);
	appendStringInfo(&context->conditions_text, "%s%s",
					 context->conditions_text.len > 0 ? " + " : "", text.data);
}

static bool
plan_facts_note_node(PlanState *node, void *arg)
{
	PlanFactsContext *context = arg;
	const Plan *plan = node->plan;
	const char *name = plan_facts_scan_name(node);
	List *conditions;
	Oid index = plan_tree_scanned_index(node, &conditions);
	Oid relation = plan_tree_scanned_relation(node);
	JoinType join_type = JOIN_INNER;
	ScanDirection direction = NoMovementScanDirection;

	if (IsA(plan, NestLoop) || IsA(plan, MergeJoin) || IsA(plan, HashJoin))
		join_type = ((const Join *) plan)->jointype;
	if (IsA(plan, IndexScan))
		direction = ((const IndexScan *) plan)->indexorderdir;
	appendStringInfo(&context->signature, "(%d %u %u %d %d %d %d %d)",
					 (int) nodeTag(plan), relation, index,
					 list_length(conditions), list_length(plan->qual),
					 (int) join_type, (int) direction,
					 list_length(plan_tree_children(node)));
	context->sorts = context->sorts || IsA(node, SortState);
	plan_facts_note_conditions(context, node, conditions, index);
	if (name != NULL)
		plan_facts_note_scan(context, node, name, conditions != NIL);
	if (OidIsValid(index) && !list_member_oid(context->index_oids, index))
	{
		PlanIndex *read = palloc(sizeof(*read));

		read->oid = index;
		read->name = get_rel_name(index);
		read->method = get_am_name(relation_index_method(index));
		context->facts->indexes = lappend(context->facts->indexes, read);
		context->index_oids = lappend_oid(context->index_oids, index);
	}
	if (OidIsValid(relation))
		context->facts->relations =
			list_append_unique_oid(context->facts->relations, relation);
	if (IsA(node, IndexOnlyScanState))
		context->facts->index_only =
			list_append_unique_oid(context->facts->index_only, relation);
	if (plan_facts_is_opaque(node))
		context->facts->opaque = pstrdup(name);
	return true;
}

/* Writes its number, since one node may call two subqueries. */
static void
plan_facts_note_again(PlanState *node, void *arg)
{
	appendStringInfo(&((PlanFactsContext *) arg)->signature, "(^%d)",
					 node->plan->plan_node_id);
}

PlanFacts *
plan_facts_read(PlanState *root)
{
	PlanFactsContext context = {.facts = palloc0(sizeof(PlanFacts))};

	initStringInfo(&context.access);
	initStringInfo(&context.signature);
	initStringInfo(&context.conditions_text);
	plan_tree_walk_once(root, plan_facts_note_node, plan_facts_note_again,
						&context);
	if (context.access.len == 0)
		appendStringInfoString(&context.access, "Result");
	if (context.sorts)
		appendStringInfoString(&context.access, " + Sort");
	context.facts->access = context.access.data;
	context.facts->signature = context.signature.data;
	context.facts->conditions = context.conditions_text.data;
	return context.facts;
}
