/*-------------------------------------------------------------------------
 *
 * forecast.c
 *		Planning a query for tables of another size.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_am_d.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "tcop/tcopprot.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"

#include "base/compat.h"
#include "base/settings.h"
#include "contract/statement.h"
#include "plan/forecast.h"
#include "plan/gin_cost.h"

/*
 * Children of an inner page of a B-tree, for the height that it will have: 8 kB
 * hold about 290 keys of 16 bytes when 70 % full, as they are after splits.
 */
#define FORECAST_FANOUT 290.0

static get_relation_info_hook_type forecast_previous_hook = NULL;
static planner_hook_type forecast_previous_planner = NULL;

/* 0 but for the time that forecast_plan() runs. */
static double forecast_active_scale = 0;

/*
 * Plans within plans: the planner calls stable functions for its estimates, and
 * what is planned in them is kept by the session.
 */
static int forecast_depth = 0;

/* The next name of a comma-separated list, in which a quoted one may hold
 * commas. */
static char *
forecast_next_name(char **at)
{
	char *start = *at;
	bool quoted = false;

	if (*start == '\0')
		return NULL;
	for (; **at != '\0' && (quoted || **at != ','); (*at)++)
		if (**at == '"')
			quoted = !quoted;
	if (**at == ',')
		*(*at)++ = '\0';
	return start;
}

static bool
forecast_is_named(Oid relid)
{
	char *names = pstrdup(perfcheck_fixed_tables);
	char *name;

	while ((name = forecast_next_name(&names)) != NULL)
	{
		List *list = compat_string_to_name_list(name);

		if (list_length(list) <= 2 &&
			RangeVarGetRelid(makeRangeVarFromNameList(list), NoLock, true) ==
				relid)
			return true;
	}
	return false;
}

bool
forecast_is_fixed(Oid relid)
{
	if (IsCatalogRelationOid(relid))
		return true;
	if (perfcheck_fixed_tables == NULL || perfcheck_fixed_tables[0] == '\0')
		return false;
	/* A partition is named with the table that it is a part of. */
	while (OidIsValid(relid) && !forecast_is_named(relid))
		relid = get_rel_relispartition(relid)
					? get_partition_parent(relid, true)
					: InvalidOid;
	return OidIsValid(relid);
}

static int
forecast_levels(double pages)
{
	return pages <= 1 ? 0 : (int) ceil(log(pages) / log(FORECAST_FANOUT));
}

static void
forecast_scale_index(IndexOptInfo *index, double scale)
{
	double pages = ceil(index->pages * scale);

	if (index->relam == BTREE_AM_OID && index->tree_height >= 0)
		index->tree_height =
			Max(0, index->tree_height + forecast_levels(pages) -
					   forecast_levels(index->pages));
	if (index->relam == GIN_AM_OID)
		index->amcostestimate = gin_cost_estimate;
	index->pages = (BlockNumber) Min(pages, (double) MaxBlockNumber);
	index->tuples *= scale;
}

/* What the hook does: kept apart, since PostgreSQL 19 has another hook. */
static void
forecast_scale_relation(RelOptInfo *rel, double scale)
{
	ListCell *cell;

	rel->pages =
		(BlockNumber) Min(ceil(rel->pages * scale), (double) MaxBlockNumber);
	rel->tuples *= scale;
	foreach(cell, rel->indexlist)
		forecast_scale_index(lfirst_node(IndexOptInfo, cell), scale);
}

static void
forecast_relation_info(PlannerInfo *root, Oid relid, bool inhparent,
					   RelOptInfo *rel)
{
	if (forecast_previous_hook != NULL)
		forecast_previous_hook(root, relid, inhparent, rel);
	if (forecast_active_scale > 0 && forecast_active_scale != 1 &&
		forecast_depth == 1 && !forecast_is_fixed(relid))
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
