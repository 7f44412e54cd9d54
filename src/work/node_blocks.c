/*-------------------------------------------------------------------------
 *
 * node_blocks.c
 *		Reads what a node of an executed plan touched, and what it keeps.
 *
 * watch.c tells how many blocks a node touched, and how many of them the server
 * counted for the table and the index that it scans. What is left is TOAST for
 * the most part: a table's values that are stored out of line are read by
 * whichever node evaluates them.
 *
 * How much memory a sort or a hash table takes is computed from the planner's
 * width of a row and what the server adds to a row that it keeps. That is the same
 * on each run, and comes near what tuplesort and hash tables report, which grow by
 * doubling.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/gin.h"
#include "access/htup_details.h"
#include "access/nbtree.h"
#include "catalog/pg_am_d.h"
#include "executor/nodeHash.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/relation.h"
#include "plan/growth.h"
#include "plan/plan_tree.h"
#include "work/node_blocks.h"

/* What a row in memory has beside its columns: header, chunk, sort key. */
#define NODE_BLOCKS_SORT_ROW 48.0
#define NODE_BLOCKS_HASH_ROW 48.0
#define NODE_BLOCKS_KEPT_ROW 32.0

/* In a temporary file it has its header and its length alone. */
#define NODE_BLOCKS_FILE_ROW 16.0

/* Entries on an inner page of a GiST index, of two columns or so. */
#define NODE_BLOCKS_FANOUT 100.0

static Relation
node_blocks_open_index(PlanState *node, const WatchedNode *counts)
{
	return IsA(node, BitmapIndexScanState)
			   ? castNode(BitmapIndexScanState, node)->biss_RelationDesc
			   : counts->index;
}

/* Sets what tells how the pages of an index that a scan reads grow. */
static void
node_blocks_read_index(WorkBlocks *blocks, const PlanState *node,
					   Relation index)
{
	Oid method = index->rd_rel->relam;
	GinStatsData stats;

	blocks->index_name = quote_qualified_identifier(
		get_namespace_name(RelationGetNamespace(index)),
		RelationGetRelationName(index));
	blocks->exponent = growth_of_relation(index->rd_index->indrelid);
	blocks->index_pages = RelationGetNumberOfBlocks(index);
	blocks->index_rows = Max(index->rd_rel->reltuples, 0);
	switch (method)
	{
		case BTREE_AM_OID:
			blocks->method = WORK_INDEX_BTREE;
			blocks->descent = _bt_getrootheight(index) + 1;
			break;
		case BRIN_AM_OID:
			blocks->method = WORK_INDEX_WHOLE;
			break;
		case HASH_AM_OID:
			blocks->method = WORK_INDEX_PLAIN;
			break;
		case GIN_AM_OID:
			/* Its metapage, and all of its pending list, are read each time. */
			ginGetStats(index, &stats);
			blocks->method = WORK_INDEX_KEYS;
			blocks->descent = 1 + stats.nPendingPages;
			break;
		default:
			blocks->method = WORK_INDEX_SEARCH;
			/* How many levels it has, nothing tells but its pages. */
			blocks->descent = 1 + ceil(log(Max(blocks->index_pages, 1)) /
									   log(NODE_BLOCKS_FANOUT));
			break;
	}
	if (IsA(node, IndexOnlyScanState))
		blocks->fetched = node->instrument->ntuples2;
}

/* Sets what tells whether the rows that a node keeps fit into memory. */
static void
node_blocks_read_kept(WorkBlocks *blocks, PlanState *node)
{
	const Plan *input = outerPlan(node->plan);
	double width = 0;

	if (IsA(node, HashJoinState))
		input = innerPlan(node->plan);
	if (input != NULL)
		width = MAXALIGN(input->plan_width);
	switch (nodeTag(node))
	{
		case T_SortState:
			blocks->keeps = WORK_KEEPS_SORT;
			blocks->row_bytes = width + NODE_BLOCKS_SORT_ROW;
			blocks->memory = work_mem * 1024.0;
			if (castNode(SortState, node)->bounded)
				blocks->bound = (double) castNode(SortState, node)->bound;
			break;
		case T_HashJoinState:
			blocks->keeps = WORK_KEEPS_HASH;
			blocks->row_bytes = width + NODE_BLOCKS_HASH_ROW;
			blocks->memory = (double) get_hash_memory_limit();
			blocks->outer_bytes = MAXALIGN(outerPlan(node->plan)->plan_width) +
								  NODE_BLOCKS_FILE_ROW;
			break;
		case T_AggState:
			if (((Agg *) node->plan)->aggstrategy != AGG_HASHED)
				return;
			blocks->keeps = WORK_KEEPS_GROUPS;
			blocks->row_bytes = castNode(AggState, node)->hashentrysize;
			blocks->memory = (double) get_hash_memory_limit();
			break;
		case T_CteScanState:
		case T_MaterialState:
			/* All scans of a CTE share its rows. */
			if (IsA(node, CteScanState))
			{
				const CteScanState *scan = castNode(CteScanState, node);

				if (scan->leader != scan)
					return;
				width = MAXALIGN(scan->cteplanstate->plan->plan_width);
			}
			blocks->keeps = WORK_KEEPS_ROWS;
			blocks->row_bytes = width + NODE_BLOCKS_KEPT_ROW;
			blocks->memory = work_mem * 1024.0;
			break;
		default:
			return;
	}
	blocks->file_bytes = width + NODE_BLOCKS_FILE_ROW;
}

static void
node_blocks_read_table(WorkBlocks *blocks, Relation table)
{
	Oid relid = RelationGetRelid(table);

	blocks->exponent = growth_of_relation(relid);
	blocks->scanned = quote_qualified_identifier(
		get_namespace_name(RelationGetNamespace(table)),
		RelationGetRelationName(table));
	if (RELKIND_HAS_STORAGE(table->rd_rel->relkind))
		blocks->table_pages = RelationGetNumberOfBlocks(table);
	blocks->table_rows = relation_rows(relid);
}

/* Returns the blocks of the bitmap index scans below a bitmap heap scan. */
static double
node_blocks_of_bitmaps(const WorkNode *work)
{
	double sum = 0;

	for (int i = 0; i < work->nchildren; i++)
	{
		const WorkNode *child = work->children[i];

		if (child->role == WORK_SUBPLAN)
			continue;
		if (child->kind == WORK_BITMAP_INDEX && child->blocks != NULL)
			sum += child->blocks->index;
		sum += node_blocks_of_bitmaps(child);
	}
	return sum;
}

void
node_blocks_renew(WorkNode *work, const WatchedNode *counts)
{
	const BufferUsage *usage = &COMPAT_USAGE(counts->counts).bufusage;
	WorkBlocks *blocks = work->blocks;

	blocks->temp = counts->temp_blocks;
	if (work->kind == WORK_BITMAP_INDEX)
	{
		blocks->index =
			(double) (usage->shared_blks_hit + usage->shared_blks_read +
					  usage->local_blks_hit + usage->local_blks_read);
		return;
	}
	blocks->table = counts->heap_blocks;
	blocks->index = counts->index_blocks;
	blocks->entries = counts->entries;
	/* These run within the heap scan, and count by themselves. */
	blocks->other = counts->blocks - blocks->table - blocks->index;
	if (work->kind == WORK_SCAN)
		blocks->other -= node_blocks_of_bitmaps(work);
	if (!pgstat_track_counts && work->kind == WORK_SCAN)
	{
		blocks->table = blocks->other;
		blocks->other = 0;
	}
	/* As autovacuum will leave the table, no row is fetched from it. */
	if (blocks->vacuumed)
		blocks->table = 0;
}

void
node_blocks_read(WorkNode *work, PlanState *node)
{
	const WatchedNode *counts = watch_counts(node);
	Relation index = node_blocks_open_index(node, counts);
	Oid relid = plan_tree_scanned_relation(node);

	work->blocks = palloc0(sizeof(WorkBlocks));
	if (counts->heap != NULL)
		node_blocks_read_table(work->blocks, counts->heap);
	if (index != NULL)
		node_blocks_read_index(work->blocks, node, index);
	if (IsA(node, IndexOnlyScanState) && growth_forecasts_vacuum(relid))
	{
		work->blocks->vacuumed = true;
		work->blocks->fetched = 0;
	}
	node_blocks_read_kept(work->blocks, node);
	node_blocks_renew(work, counts);
}
