/*-------------------------------------------------------------------------
 *
 * forecast.c
 *		Planning a query for tables of another size.
 *
 * Two hooks do it. get_relation_info_hook runs when the planner has read the
 * size of a table and of its indexes; while forecast_plan() runs, it multiplies
 * pages and rows by the scale. The selectivities stay those of today's
 * statistics, and GIN indexes get a cost function of their own (gin_cost.c).
 * planner_hook counts how many calls of the planner are open, since a plan of
 * the session must not be made for the scale: the planner evaluates functions
 * for its estimates, and what these plan is kept. So only depth 1 is scaled.
 *
 * Versions: PostgreSQL 15 to 18 have the same hooks. 19 replaces
 * get_relation_info_hook, so what it does stands in a function of its own.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_am_d.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "tcop/tcopprot.h"

#include "contract/statement.h"
#include "plan/fixed_tables.h"
#include "plan/forecast.h"
#include "plan/gin_cost.h"

/*
 * How many children an inner page of a B-tree has: 8 kB hold about 290 keys of
 * 16 bytes when they are 70 % full, as pages are after splits.
 */
#define FORECAST_FANOUT 290.0

static get_relation_info_hook_type forecast_previous_hook = NULL;
static planner_hook_type forecast_previous_planner = NULL;

/* The scale that forecast_plan() plans for; 0 while it does not run. */
static double forecast_active_scale = 0;

/* How many calls of the planner are open, since forecast_plan() began. */
static int forecast_depth = 0;

static void
forecast_scale_relation(RelOptInfo *rel, double scale)
{
	ListCell *cell;

	rel->pages =
		(BlockNumber) Min(ceil(rel->pages * scale), (double) MaxBlockNumber);
	rel->tuples *= scale;
	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst_node(IndexOptInfo, cell);
		double pages = ceil(index->pages * scale);
		/* Levels of inner pages above the pages, then and today. */
		double levels = ceil(log(Max(pages, 1)) / log(FORECAST_FANOUT));
		double today = ceil(log(Max(index->pages, 1)) / log(FORECAST_FANOUT));

		if (index->relam == BTREE_AM_OID && index->tree_height >= 0)
			index->tree_height =
				(int) Max(0, index->tree_height + levels - today);
		if (index->relam == GIN_AM_OID)
			index->amcostestimate = gin_cost_estimate;
		index->pages = (BlockNumber) Min(pages, (double) MaxBlockNumber);
		index->tuples *= scale;
	}
}

static void
forecast_relation_info(PlannerInfo *root, Oid relid, bool inhparent,
					   RelOptInfo *rel)
{
	if (forecast_previous_hook != NULL)
		forecast_previous_hook(root, relid, inhparent, rel);
	if (forecast_active_scale > 0 && forecast_active_scale != 1 &&
		forecast_depth == 1 && !fixed_tables_contains(relid))
		forecast_scale_relation(rel, forecast_active_scale);
}

static PlannedStmt *
forecast_planner(Query *query, const char *sql, int options,
				 ParamListInfo params)
{
	PlannedStmt *plan = NULL;

	forecast_depth++;
	PG_TRY();
	{
		plan = forecast_previous_planner != NULL
				   ? forecast_previous_planner(query, sql, options, params)
				   : standard_planner(query, sql, options, params);
	}
	PG_FINALLY();
	{
		forecast_depth--;
	}
	PG_END_TRY();
	return plan;
}

void
forecast_init(void)
{
	forecast_previous_planner = planner_hook;
	planner_hook = forecast_planner;
	forecast_previous_hook = get_relation_info_hook;
	get_relation_info_hook = forecast_relation_info;
}

PlannedStmt *
forecast_plan(const ContractStatement *statement, ParamListInfo params,
			  double scale)
{
	/* The planner scribbles on the tree that it is given. */
	Query *query = copyObject(statement->query);
	double outer_scale = forecast_active_scale;
	int outer_depth = forecast_depth;
	PlannedStmt *plan = NULL;

	PG_TRY();
	{
		forecast_active_scale = scale;
		forecast_depth = 0;
		plan = pg_plan_query(query, statement->sql, CURSOR_OPT_PARALLEL_OK,
							 params);
	}
	PG_FINALLY();
	{
		forecast_active_scale = outer_scale;
		forecast_depth = outer_depth;
	}
	PG_END_TRY();
	return plan;
}
