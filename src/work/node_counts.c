/*-------------------------------------------------------------------------
 *
 * node_counts.c
 *		Reads an executed plan into WorkNodes, with the rows each node examined.
 *
 * The counts are those of EXPLAIN ANALYZE: ntuples, nfiltered1 and nfiltered2 of
 * each node's Instrumentation. The rest of a WorkNode tells projection.c how
 * these counts grow, and is found in the plan and in statistics: the kind from
 * the type of the node; whether a scan is pinned from its index conditions
 * (index_bounds.c); whether a filter finds few rows, and a join many, from the
 * number of distinct values of the columns that they compare. What statistics
 * say of a value on average is checked with the rows that were found.
 *
 * A plan is a tree but for subplans, which several nodes may call, and CTEs,
 * which several nodes may scan. A subplan's nodes are read at the first node that
 * calls it; others get an empty node in its place, so that nothing counts twice.
 * A scan of a CTE points to the subplan that fills the CTE.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/skey.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "base/relation.h"
#include "plan/fixed_tables.h"
#include "plan/index_bounds.h"
#include "plan/plan_facts.h"
#include "plan/plan_tree.h"
#include "work/first_match.h"
#include "work/node_counts.h"

/*
 * How deep a plan may be nested. The functions of projection.h and estimates.h
 * recurse as deep as this, without check_stack_depth(), since they are pure; a
 * level takes less than 1 kB of stack.
 */
#define NODE_COUNTS_MAX_DEPTH 500

/* A value that has more rows than this many average ones grows. */
#define NODE_COUNTS_FREQUENT 10.0

/* Returns how many values the arrays of = ANY conditions look up together. */
static double
node_counts_lookups(PlanState *node)
{
	const ScanKeyData *keys = NULL;
	int nkeys = 0;
	double lookups = 1;

	if (IsA(node, IndexScanState))
	{
		keys = castNode(IndexScanState, node)->iss_ScanKeys;
		nkeys = castNode(IndexScanState, node)->iss_NumScanKeys;
	}
	else if (IsA(node, IndexOnlyScanState))
	{
		keys = castNode(IndexOnlyScanState, node)->ioss_ScanKeys;
		nkeys = castNode(IndexOnlyScanState, node)->ioss_NumScanKeys;
	}
	else if (IsA(node, BitmapIndexScanState))
	{
		keys = castNode(BitmapIndexScanState, node)->biss_ScanKeys;
		nkeys = castNode(BitmapIndexScanState, node)->biss_NumScanKeys;
	}
	for (int i = 0; i < nkeys; i++)
		if ((keys[i].sk_flags & SK_SEARCHARRAY) &&
			!(keys[i].sk_flags & SK_ISNULL))
		{
			ArrayType *array = DatumGetArrayTypeP(keys[i].sk_argument);

			lookups *= Max(ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array)), 1);
		}
	return lookups;
}

/*
 * Returns whether a scan has as many rows a loop at any size. An index scan has
 * not if it found far more rows than values have on average: a default value, for
 * one, that stands among unique values grows with the table.
 */
static bool
node_counts_is_pinned(PlanState *node)
{
	Instrumentation *counts = node->instrument;
	List *conditions;
	Oid index = plan_tree_scanned_index(node, &conditions);
	Oid relation = OidIsValid(index) ? IndexGetRelation(index, false)
									 : plan_tree_scanned_relation(node);
	double rows;
	double found;

	if (OidIsValid(relation) && fixed_tables_contains(relation))
		return true;
	if (IsA(node, FunctionScanState) || IsA(node, TableFuncScanState) ||
		IsA(node, ValuesScanState) || IsA(node, TidScanState))
		return true;
	/* As its index part. */
	if (IsA(node, BitmapHeapScanState))
		return outerPlanState(node) != NULL &&
			   node_counts_is_pinned(outerPlanState(node));
	if (!OidIsValid(index) || counts == NULL)
		return false;
	rows = index_bounds_pin(index, conditions);
	if (rows == 0)
		return false;
	InstrEndLoop(counts);
	/* A scan that never ran may have no values for its conditions yet. */
	if (counts->nloops == 0)
		return true;
	found = counts->ntuples + counts->nfiltered1 + counts->nfiltered2;
	return found <= NODE_COUNTS_FREQUENT * rows * node_counts_lookups(node) *
						counts->nloops;
}

/*
 * Returns the average rows of a value of the column that clause compares with a
 * value by equality; 0 if they grow with the table, or clause is anything else.
 */
static double
node_counts_rows_of_clause(Oid relation, Node *clause)
{
	ListCell *cell;
	double rows = 0;

	if (!IsA(clause, OpExpr) ||
		get_oprrest(castNode(OpExpr, clause)->opno) != F_EQSEL)
		return 0;
	foreach(cell, castNode(OpExpr, clause)->args)
	{
		Node *side = lfirst(cell);

		if (IsA(side, RelabelType))
			side = (Node *) castNode(RelabelType, side)->arg;
		if (!IsA(side, Var))
			continue;
		/* If both sides are columns, neither is a value. */
		if (rows > 0 || IS_SPECIAL_VARNO(castNode(Var, side)->varno))
			return 0;
		rows =
			index_bounds_rows_of_value(relation, castNode(Var, side)->varattno);
	}
	return rows;
}

/*
 * Returns whether a scan's filter finds as many rows at any size: it compares
 * with a value that has few rows on average, and did not find far more.
 */
static bool
node_counts_finds_few(PlanState *node)
{
	Oid relation = plan_tree_scanned_relation(node);
	const Instrumentation *counts = node->instrument;
	double examined;
	ListCell *cell;

	if (!OidIsValid(relation) || counts == NULL)
		return false;
	examined = counts->ntuples + counts->nfiltered1 + counts->nfiltered2;
	foreach(cell, node->plan->qual)
	{
		double rows = node_counts_rows_of_clause(relation, lfirst(cell));

		if (rows > 0 && examined > 0 &&
			counts->ntuples / examined * relation_rows(relation) <=
				NODE_COUNTS_FREQUENT * rows)
			return true;
	}
	return false;
}

static WorkKind
node_counts_kind(PlanState *node)
{
	switch (nodeTag(node))
	{
		case T_SeqScanState:
		case T_SampleScanState:
		case T_IndexScanState:
		case T_IndexOnlyScanState:
		case T_BitmapHeapScanState:
		case T_TidScanState:
		case T_TidRangeScanState:
		case T_FunctionScanState:
		case T_TableFuncScanState:
		case T_ValuesScanState:
		case T_CteScanState:
		case T_WorkTableScanState:
		case T_NamedTuplestoreScanState:
		case T_ForeignScanState:
		case T_CustomScanState:
			return WORK_SCAN;
		case T_BitmapIndexScanState:
			return WORK_BITMAP_INDEX;
		case T_NestLoopState:
			return WORK_NESTED_LOOP;
		case T_MergeJoinState:
		case T_HashJoinState:
			return WORK_JOIN;
		case T_LimitState:
			return WORK_LIMIT;
		case T_ResultState:
		case T_ProjectSetState:
		case T_AppendState:
		case T_MergeAppendState:
		case T_SubqueryScanState:
		case T_IncrementalSortState:
		case T_MaterialState:
		case T_MemoizeState:
		case T_LockRowsState:
		case T_GatherState:
		case T_GatherMergeState:
		case T_BitmapAndState:
		case T_BitmapOrState:
			return WORK_STREAM;
		default:
			return WORK_BLOCK;
	}
}

/* ---- joins ---- */

/*
 * Returns the output columns of the plan that var, of a node of plan, comes from,
 * and sets plan to it. NIL if var is a column of a table, or of something else
 * that has no plan.
 */
static List *
node_counts_targets(const PlannedStmt *statement, Plan **plan, const Var *var)
{
	Plan *at = *plan;

	if (var->varno == INDEX_VAR)
		return IsA(at, IndexOnlyScan) ? ((IndexOnlyScan *) at)->indextlist
									  : NIL;
	if (var->varno == OUTER_VAR)
		*plan = outerPlan(at);
	else if (var->varno == INNER_VAR)
		*plan = innerPlan(at);
	else if (IsA(at, SubqueryScan))
		*plan = ((SubqueryScan *) at)->subplan;
	else if (IsA(at, CteScan))
		*plan = list_nth(statement->subplans, ((CteScan *) at)->ctePlanId - 1);
	else
		return NIL;
	return *plan == NULL ? NIL : (*plan)->targetlist;
}

/* Sets the table's column that node, an expression of plan, is; else false. */
static bool
node_counts_column(const PlannedStmt *statement, Plan *plan, Node *node,
				   Oid *relid, AttrNumber *column)
{
	while (IsA(node, Var))
	{
		const Var *var = castNode(Var, node);
		List *targets = node_counts_targets(statement, &plan, var);
		const RangeTblEntry *entry;

		if (targets == NIL)
		{
			if (IS_SPECIAL_VARNO(var->varno) || var->varattno < 1)
				return false;
			entry = rt_fetch(var->varno, statement->rtable);
			*relid = entry->relid;
			*column = var->varattno;
			return entry->rtekind == RTE_RELATION;
		}
		if (var->varattno < 1 || var->varattno > list_length(targets))
			return false;
		node = (Node *) list_nth_node(TargetEntry, targets, var->varattno - 1)
				   ->expr;
	}
	return false;
}

/*
 * Returns whether both inputs have many rows of each value that they are joined
 * by, which grow with the tables. An expression that is not a table's column is
 * taken to have few, as most join keys have.
 */
static bool
node_counts_joins_many(PlanState *node)
{
	List *clauses = IsA(node, HashJoinState)
						? ((HashJoin *) node->plan)->hashclauses
						: ((MergeJoin *) node->plan)->mergeclauses;
	ListCell *cell;

	if (((Join *) node->plan)->jointype == JOIN_SEMI ||
		((Join *) node->plan)->jointype == JOIN_ANTI)
		return false;
	foreach(cell, clauses)
	{
		ListCell *side;

		foreach(side, castNode(OpExpr, lfirst(cell))->args)
		{
			Node *key = lfirst(side);
			Oid relid;
			AttrNumber column;

			if (IsA(key, RelabelType))
				key = (Node *) castNode(RelabelType, key)->arg;
			if (!node_counts_column(node->state->es_plannedstmt, node->plan,
									key, &relid, &column) ||
				fixed_tables_contains(relid) ||
				index_bounds_rows_of_value(relid, column) > 0)
				return false;
		}
	}
	return true;
}

/* ---- the tree ---- */

/* What has been read of the tree so far. */
typedef struct NodeCountsReader
{
	Bitmapset *plan_ids; /* of the subplans that were read */
	int depth;           /* of the node that is being read */
	List *roots;         /* PlanState *, of subplans */
	List *ctes;          /* WorkCte *, of the same */
	const List *first_rows;
} NodeCountsReader;

/* Returns the subquery of parent that has child as its plan, or NULL. */
static SubPlanState *
node_counts_subplan(PlanState *parent, PlanState *child, bool *is_init)
{
	ListCell *cell;

	foreach(cell, parent->initPlan)
		if (lfirst_node(SubPlanState, cell)->planstate == child)
		{
			*is_init = true;
			return lfirst(cell);
		}
	*is_init = false;
	foreach(cell, parent->subPlan)
		if (lfirst_node(SubPlanState, cell)->planstate == child)
			return lfirst(cell);
	return NULL;
}

static WorkNode *node_counts_read(NodeCountsReader *reader, PlanState *node);

static WorkNode *
node_counts_read_child(NodeCountsReader *reader, PlanState *parent,
					   PlanState *child)
{
	bool is_init;
	const SubPlanState *subplan = node_counts_subplan(parent, child, &is_init);
	WorkNode *work;

	if (subplan == NULL)
	{
		work = node_counts_read(reader, child);
		work->role = innerPlanState(parent) == child ? WORK_INNER : WORK_OUTER;
		return work;
	}
	if (bms_is_member(subplan->subplan->plan_id, reader->plan_ids))
	{
		work = palloc0(sizeof(*work));
		work->id = child->plan->plan_node_id;
		work->kind = WORK_STREAM;
	}
	else
	{
		WorkCte *cte = palloc0(sizeof(*cte));

		reader->plan_ids =
			bms_add_member(reader->plan_ids, subplan->subplan->plan_id);
		work = node_counts_read(reader, child);
		cte->plan = work;
		reader->roots = lappend(reader->roots, child);
		reader->ctes = lappend(reader->ctes, cte);
	}
	work->role = WORK_SUBPLAN;
	/* One that depends on the rows of a lateral join runs again for each. */
	work->once =
		(is_init || subplan->subplan->useHashTable) && work->loops <= 1;
	return work;
}

/* Sets what only scans and bitmap index scans have. */
static void
node_counts_read_scan(const NodeCountsReader *reader, PlanState *node,
					  WorkNode *work)
{
	ListCell *cell;

	work->pinned = node_counts_is_pinned(node);
	work->few = node_counts_finds_few(node);
	work->expected = node->plan->plan_rows;
	/* plan_facts_scan_text() leaves this one to the index scans below it. */
	if (IsA(node, BitmapHeapScanState))
		work->name = psprintf("Bitmap Heap Scan on %s",
							  get_rel_name(plan_tree_scanned_relation(node)));
	else
		work->name = plan_facts_scan_text(node);
	foreach(cell, reader->first_rows)
	{
		const FirstMatch *first = lfirst(cell);

		if (first->scan == node)
		{
			work->first = first->examined;
			break;
		}
	}
}

static WorkNode *
node_counts_read(NodeCountsReader *reader, PlanState *node)
{
	WorkNode *work = palloc0(sizeof(*work));
	List *children = plan_tree_children(node);
	ListCell *cell;
	ListCell *cte;

	check_stack_depth();
	if (reader->depth >= NODE_COUNTS_MAX_DEPTH)
		ereport(ERROR, errcode(ERRCODE_STATEMENT_TOO_COMPLEX),
				errmsg("the plan is nested more than %d nodes deep",
					   NODE_COUNTS_MAX_DEPTH),
				errhint("Split the query, or set enabled to false in "
						"perfcheck_query."));
	reader->depth++;
	work->id = node->plan->plan_node_id;
	work->kind = node_counts_kind(node);
	if (node->instrument != NULL)
	{
		InstrEndLoop(node->instrument);
		work->loops = node->instrument->nloops;
		work->rows = node->instrument->ntuples;
		if (work->kind == WORK_SCAN || work->kind == WORK_BITMAP_INDEX ||
			work->kind == WORK_NESTED_LOOP || work->kind == WORK_JOIN)
			work->examined = node->instrument->ntuples +
							 node->instrument->nfiltered1 +
							 node->instrument->nfiltered2;
	}
	if (work->kind == WORK_SCAN || work->kind == WORK_BITMAP_INDEX)
		node_counts_read_scan(reader, node, work);
	if (work->kind == WORK_JOIN)
		work->many = node_counts_joins_many(node);
	if (IsA(node, AggState))
		work->one_row = ((Agg *) node->plan)->aggstrategy == AGG_PLAIN;
	/* A Limit computes its count when it is first asked for a row. */
	if (IsA(node, LimitState) && work->loops > 0 &&
		!castNode(LimitState, node)->noCount)
	{
		work->offset = (double) castNode(LimitState, node)->offset;
		work->limit = (double) castNode(LimitState, node)->count + work->offset;
	}
	work->children = palloc(Max(list_length(children), 1) * sizeof(WorkNode *));
	foreach(cell, children)
		work->children[work->nchildren++] =
			node_counts_read_child(reader, node, lfirst(cell));
	/* Only now: a scan may have the subplan that fills its CTE below itself. */
	if (IsA(node, CteScanState))
		forboth(cell, reader->roots, cte, reader->ctes)
			if (lfirst(cell) == castNode(CteScanState, node)->cteplanstate)
				work->cte = lfirst(cte);
	reader->depth--;
	return work;
}

WorkNode *
node_counts_tree(PlanState *root, const List *first_rows)
{
	NodeCountsReader reader = {.first_rows = first_rows};

	return node_counts_read(&reader, root);
}
