/*-------------------------------------------------------------------------
 *
 * block_projection.c
 *		Projects the blocks touched today to the target size.
 *
 * The blocks of a scan grow as the rows that it examines, if there are no more than
 * two for each, or if the run with raised limits did not count them. More blocks
 * than that are projected in the way of rows (projection.c): with the limit raised,
 * it turns out whether they lie in front of the first match, as those of dead rows
 * do, or between the matches. Apart from that:
 *
 * - Each loop goes down a B-tree from its root, whose height grows slowly.
 * - A search in a GiST or SP-GiST index may visit far more pages than it finds rows
 *   on, as one for the nearest neighbours by trigrams does. If it visits many pages
 *   that are a good part of the index, it visits as large a part of a larger index.
 * - A GIN index has a list of entries for each key. To find the keys takes as many
 *   pages at any size; the lists grow with the rows.
 * - A BRIN index is read whole.
 * - TOAST grows with the rows that are read, and what is read to send the rows with
 *   the rows that are returned.
 * - Temporary files do not grow from today's: what a sort or a hash table keeps is
 *   held against the memory that it may use. What does not fit is written and read
 *   once, and by a sort as often as it takes to merge its runs. A Sort for a LIMIT
 *   keeps as many rows as that asks for, and writes all of its input if these do
 *   not fit. A hash join writes the batches of both sides but for the first one. A
 *   HashAggregate writes the rows whose groups do not fit. What is kept for further
 *   reading is read from the file each time.
 *
 *-------------------------------------------------------------------------
 */
#include "work/block_projection.h"

#include <math.h>
#include <stddef.h>

#define BLOCK_BYTES 8192.0

/* How many children an inner page of a B-tree has; as in plan/forecast.c. */
#define BLOCK_FANOUT 290.0

/* Blocks for a row that a scan may take: the row's, and one of an index. */
#define BLOCK_ROW_BLOCKS 2.0

/* What an entry takes in a list of a GIN index, with room to spare. */
#define BLOCK_ENTRY_BYTES 8.0

/* A search that visits more pages than this, and more of the index, grows. */
#define BLOCK_SEARCH_PAGES 10.0
#define BLOCK_SEARCH_PART 0.1

/* Ways that a search goes down such an index, whose pages overlap, at any size. */
#define BLOCK_SEARCH_PATHS 3.0

/* Each run that a sort merges takes this much memory (tuplesort.c). */
#define BLOCK_MERGE_BYTES (34.0 * BLOCK_BYTES)
#define BLOCK_MERGE_LEAST 6.0
#define BLOCK_MERGE_MOST 500.0

static double
block_projection_own(const WorkBlocks *blocks)
{
	return blocks->table + blocks->index + blocks->other + blocks->temp +
		   blocks->sent;
}

double
block_projection_today(const WorkNode *node)
{
	double sum = node->blocks == NULL ? 0 : block_projection_own(node->blocks);

	for (int i = 0; i < node->nchildren; i++)
		sum += block_projection_today(node->children[i]);
	for (int i = 0; i < node->nnested; i++)
		sum += block_projection_today(node->nested[i]);
	return sum;
}

bool
block_projection_unknown(const WorkNode *node)
{
	if (node->blocks != NULL && node->blocks->other + node->blocks->sent > 0)
		return true;
	for (int i = 0; i < node->nchildren; i++)
		if (block_projection_unknown(node->children[i]))
			return true;
	return false;
}

void
block_projection_forget(WorkNode *node)
{
	node->blocks = NULL;
	for (int i = 0; i < node->nchildren; i++)
		block_projection_forget(node->children[i]);
}

/* ---- temporary files ---- */

/* Returns the first child of a role, or NULL. */
static const WorkNode *
block_projection_child(const WorkNode *node, WorkRole role)
{
	for (int i = 0; i < node->nchildren; i++)
		if (node->children[i]->role == role)
			return node->children[i];
	return NULL;
}

/* Returns the rows a loop of a node at the target size, if nothing stops it. */
static double
block_projection_rows(const WorkNode *node)
{
	return work_node_per_loop(node, node->rows) * node->growth.rows;
}

/* Returns how often a sort reads and writes its rows. */
static double
block_projection_merges(double bytes, double memory)
{
	double at_once = fmin(fmax(memory / BLOCK_MERGE_BYTES, BLOCK_MERGE_LEAST),
						  BLOCK_MERGE_MOST);

	return fmax(1, ceil(log(bytes / memory) / log(at_once)));
}

/*
 * Returns what a node reads and writes each time that it fills its memory, and
 * sets spill; 0 if all fits.
 */
static double
block_projection_filling(const WorkNode *node, WorkSpill *spill)
{
	const WorkBlocks *blocks = node->blocks;
	bool is_hash = blocks->keeps == WORK_KEEPS_HASH;
	const WorkNode *input =
		block_projection_child(node, is_hash ? WORK_INNER : WORK_OUTER);
	double rows;
	double bytes;
	double part;

	if (node->cte != NULL)
		input = node->cte->plan;
	if (input == NULL)
		return 0;
	rows = block_projection_rows(input);
	bytes = rows * blocks->file_bytes;
	spill->keeps = blocks->keeps;
	spill->memory = blocks->memory;
	spill->rows = rows;
	if (blocks->keeps == WORK_KEEPS_GROUPS)
		spill->rows = fmin(block_projection_rows(node), rows);
	else if (blocks->bound > 0)
		spill->rows = fmin(blocks->bound, rows);
	spill->bytes = spill->rows * blocks->row_bytes;
	if (spill->bytes <= blocks->memory)
		return 0;
	switch (blocks->keeps)
	{
		case WORK_KEEPS_SORT:
			return 2 * bytes / BLOCK_BYTES *
				   block_projection_merges(bytes, blocks->memory);
		case WORK_KEEPS_HASH:
			/* The number of batches is a power of two. */
			part = 1 - 1 / exp2(ceil(log2(spill->bytes / blocks->memory)));
			input = block_projection_child(node, WORK_OUTER);
			if (input != NULL)
				bytes += block_projection_rows(input) * blocks->outer_bytes;
			return 2 * part * bytes / BLOCK_BYTES;
		case WORK_KEEPS_GROUPS:
			return 2 * bytes / BLOCK_BYTES *
				   (1 - blocks->memory / spill->bytes);
		default:
			return 2 * bytes / BLOCK_BYTES;
	}
}

static double
block_projection_temp(const WorkRuns *at, const Region *region, double loops)
{
	const WorkNode *node = at->run;
	const WorkBlocks *blocks = node->blocks;
	const WorkNode *input = block_projection_child(
		node, blocks->keeps == WORK_KEEPS_HASH ? WORK_INNER : WORK_OUTER);
	double calls = region_loops(at, region, loops);
	double fillings = node->loops;
	double readings = node->loops * calls;
	WorkSpill spill;
	double filling;

	if (blocks->keeps == WORK_KEEPS_NOTHING)
		return blocks->temp * calls *
			   fmax(node->growth.rows, node->growth.read);
	filling = block_projection_filling(node, &spill);
	if (filling <= 0)
		return 0;
	if (node->cte != NULL)
		readings *= node->cte->scans;
	/* Rows that are kept for several loops are written once. */
	if (input != NULL && input->loops > 0)
		fillings = fmin(fillings, input->loops);
	if (blocks->keeps == WORK_KEEPS_ROWS)
		return filling / 2 * (fillings + readings);
	return filling * fillings * calls;
}

bool
block_projection_spills(const WorkNode *node, WorkSpill *spill)
{
	bool found = false;
	WorkSpill own;

	for (int i = 0; i < node->nchildren + node->nnested; i++)
	{
		const WorkNode *child = i < node->nchildren
									? node->children[i]
									: node->nested[i - node->nchildren];

		if (block_projection_spills(child, &own) &&
			(!found || own.bytes > spill->bytes))
		{
			*spill = own;
			found = true;
		}
	}
	if (node->blocks == NULL || node->loops <= 0 ||
		node->blocks->keeps == WORK_KEEPS_NOTHING ||
		block_projection_filling(node, &own) <= 0 ||
		(found && own.bytes <= spill->bytes))
		return found;
	*spill = own;
	return true;
}

/* ---- scans ---- */

/* Returns how many levels a B-tree gains as it becomes scale times as large. */
static double
block_projection_levels(double pages, double growth)
{
	double then = ceil(log(fmax(pages * growth, 1)) / log(BLOCK_FANOUT));

	return then - ceil(log(fmax(pages, 1)) / log(BLOCK_FANOUT));
}

/* Returns the blocks of an index that a scan reads to come to its entries. */
static double
block_projection_descents(const WorkNode *node)
{
	const WorkBlocks *blocks = node->blocks;
	double paths = blocks->method == WORK_INDEX_SEARCH ? BLOCK_SEARCH_PATHS : 1;
	double fixed = fmin(paths * blocks->descent * node->loops, blocks->index);

	/* What exceeds the lists was read to find the keys. */
	if (blocks->method == WORK_INDEX_KEYS)
		fixed = fmax(fixed, blocks->index - node->examined * BLOCK_ENTRY_BYTES /
												BLOCK_BYTES);
	return fixed;
}

bool
block_projection_searches(const WorkNode *node)
{
	double pages = work_node_per_loop(node, node->blocks->index);

	return node->blocks->method == WORK_INDEX_SEARCH &&
		   pages > BLOCK_SEARCH_PAGES &&
		   pages > BLOCK_SEARCH_PART * node->blocks->index_pages;
}

/* Returns the blocks of a scan that grow as the rows that it examines. */
static double
block_projection_counted(const WorkNode *node, bool but_index)
{
	if (but_index)
		return node->blocks->table;
	return node->blocks->table + node->blocks->index -
		   block_projection_descents(node);
}

static double
block_projection_scan(const WorkRuns *at, const Region *region, double loops,
					  double scale)
{
	const WorkNode *node = at->run;
	WorkBlocks *blocks = node->blocks;
	double table_growth = pow(scale, blocks->exponent);
	double growth = loops * node->growth.read;
	double calls = region_loops(at, region, loops);
	bool part =
		blocks->method == WORK_INDEX_WHOLE || block_projection_searches(node);
	double counted = block_projection_counted(node, part);
	double then = block_projection_descents(node) * calls;
	bool unknown = at->more != NULL && at->more->blocks == NULL;

	if (part)
		then += (blocks->index - block_projection_descents(node)) *
				table_growth * calls;
	if (blocks->method == WORK_INDEX_BTREE)
	{
		then += node->loops * calls *
				block_projection_levels(blocks->index_pages, table_growth);
		blocks->look_ups_then = then;
	}
	if (node->examined > 0 && (unknown || node->hot > 0 ||
							   counted <= BLOCK_ROW_BLOCKS * node->examined))
		return then + counted / node->examined *
						  region_examined(at, region, loops, scale);
	return then + region_count(region, counted,
							   at->more == NULL || unknown
								   ? 0
								   : block_projection_counted(at->more, part),
							   0, growth);
}

double
block_projection_look_ups(const WorkNode *node)
{
	return node->blocks == NULL ? 0 : node->blocks->look_ups_then;
}

/* ---- all nodes ---- */

double
block_projection_node(const WorkRuns *at, const Region *region, double loops,
					  double scale)
{
	const WorkNode *node = at->run;
	WorkBlocks *blocks = node->blocks;
	const WorkBlocks *raised = at->more == NULL ? NULL : at->more->blocks;

	if (blocks == NULL)
		return 0;
	/* TOAST of rows that a node reads or returns. */
	blocks->other_then = region_count(
		region, blocks->other, raised == NULL ? blocks->other : raised->other,
		0, loops * fmax(node->growth.read, node->growth.rows));
	if (node->kind == WORK_SCAN || node->kind == WORK_BITMAP_INDEX)
		blocks->scanned_then = block_projection_scan(at, region, loops, scale);
	blocks->temp_then = block_projection_temp(at, region, loops);
	blocks->sent_then = blocks->sent * node->growth.rows;
	return blocks->scanned_then + blocks->other_then + blocks->temp_then +
		   blocks->sent_then;
}
