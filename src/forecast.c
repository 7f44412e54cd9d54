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
#include "catalog/pg_am_d.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "optimizer/plancat.h"
#include "tcop/tcopprot.h"
#include "utils/regproc.h"
#include "utils/varlena.h"

#include "compat.h"
#include "forecast.h"
#include "settings.h"

/*
 * Children of an inner page of a B-tree, for the height that it will have: 8 kB
 * hold about 290 keys of 16 bytes when 70 % full, as they are after splits.
 */
#define FORECAST_FANOUT 290.0

static get_relation_info_hook_type forecast_previous_hook = NULL;

/* 0 but for the time that forecast_plan() runs. */
static double forecast_active_scale = 0;

bool
forecast_is_fixed(Oid relid)
{
	char *names;
	List *list;
	ListCell *cell;

	if (IsCatalogRelationOid(relid))
		return true;
	if (perfcheck_fixed_tables == NULL || perfcheck_fixed_tables[0] == '\0')
		return false;
	names = pstrdup(perfcheck_fixed_tables);
	if (!SplitGUCList(names, ',', &list))
		return false;
	foreach(cell, list)
	{
		RangeVar *name =
			makeRangeVarFromNameList(compat_string_to_name_list(lfirst(cell)));

		if (RangeVarGetRelid(name, NoLock, true) == relid)
			return true;
	}
	return false;
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
		!forecast_is_fixed(relid))
		forecast_scale_relation(rel, forecast_active_scale);
}

void
forecast_init(void)
{
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
	PlannedStmt *plan = NULL;

	PG_TRY();
	{
		forecast_active_scale = scale;
		plan = pg_plan_query(query, statement->sql, CURSOR_OPT_PARALLEL_OK,
							 params);
	}
	PG_FINALLY();
	{
		forecast_active_scale = outer_scale;
	}
	PG_END_TRY();
	return plan;
}
