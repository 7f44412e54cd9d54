/*-------------------------------------------------------------------------
 *
 * block_cause.c
 *		Says what the blocks are that a query touches.
 *
 * All rests on what was counted and projected for each node. TOAST and temporary
 * files are spread over the nodes, so they are summed; otherwise the scan that
 * touches most blocks tells.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "work/block_cause.h"

/* More entries than this many for each row are of dead rows, and this many more. */
#define BLOCK_CAUSE_DEAD 2.0
#define BLOCK_CAUSE_DEAD_LEAST 100.0

/* A page of an index or of a table with fewer rows than this is nearly empty. */
#define BLOCK_CAUSE_ROWS_PER_PAGE 4.0

typedef struct BlockSum
{
	double all;
	double other;
	double temp;
	const WorkNode
		*most; /* the node that scans most blocks; NULL if none does */
} BlockSum;

static void
block_cause_add(const WorkNode *node, BlockSum *sum)
{
	const WorkBlocks *blocks = node->blocks;

	if (blocks != NULL)
	{
		sum->all += blocks->scanned_then + blocks->other_then +
					blocks->temp_then + blocks->sent_then;
		sum->other += blocks->other_then + blocks->sent_then;
		sum->temp += blocks->temp_then;
		if (blocks->scanned_then > 0 &&
			(sum->most == NULL ||
			 blocks->scanned_then > sum->most->blocks->scanned_then))
			sum->most = node;
	}
	for (int i = 0; i < node->nchildren; i++)
		block_cause_add(node->children[i], sum);
	for (int i = 0; i < node->nnested; i++)
		block_cause_add(node->nested[i], sum);
}

/* Are there far fewer rows in so many pages than a page has room for? */
static bool
block_cause_is_bloated(double rows, double pages)
{
	return pages > BLOCK_CAUSE_DEAD_LEAST && rows > 0 &&
		   rows < pages * BLOCK_CAUSE_ROWS_PER_PAGE;
}

/* Sets what most blocks of a scan are. */
static void
block_cause_of_scan(const WorkNode *node, BlockCause *cause)
{
	const WorkBlocks *blocks = node->blocks;
	double dead = blocks->entries - node->examined;
	bool of_index = blocks->index > blocks->table;

	if (dead > BLOCK_CAUSE_DEAD_LEAST &&
		blocks->entries > BLOCK_CAUSE_DEAD * node->examined)
	{
		cause->words =
			psprintf("%.0f of %.0f entries that %s reads are of dead "
					 "rows",
					 dead, blocks->entries, node->name);
		cause->fix = psprintf("VACUUM %s", blocks->scanned);
		cause->untried =
			"VACUUM cannot be tried in a transaction; rows that an "
			"old snapshot may see stay, and those that die "
			"from now on";
	}
	else if (blocks->fetched > 0 && !of_index)
	{
		cause->words =
			psprintf("%s fetches %.0f of %.0f rows from the table, on "
					 "pages that are not known to be visible to all",
					 node->name, blocks->fetched, node->examined);
		cause->fix = psprintf("VACUUM %s", blocks->scanned);
		cause->untried = "VACUUM cannot be tried in a transaction; the table "
						 "may need to be vacuumed more often";
	}
	else if (block_projection_searches(node))
		cause->words =
			psprintf("%s visits %.0f of the %.0f pages of its index "
					 "for %.0f rows",
					 node->name, blocks->index / node->loops,
					 blocks->index_pages, node->examined / node->loops);
	else if (of_index &&
			 block_cause_is_bloated(blocks->index_rows, blocks->index_pages))
	{
		cause->words = psprintf("index %s holds %.0f rows on %.0f pages",
								blocks->index_name, blocks->index_rows,
								blocks->index_pages);
		cause->fix =
			psprintf("REINDEX INDEX CONCURRENTLY %s", blocks->index_name);
		cause->untried = "REINDEX cannot be tried in a transaction";
	}
	else if (!of_index &&
			 block_cause_is_bloated(blocks->table_rows, blocks->table_pages))
	{
		cause->words =
			psprintf("table %s holds %.0f rows on %.0f pages", blocks->scanned,
					 blocks->table_rows, blocks->table_pages);
		cause->fix = psprintf("VACUUM FULL %s", blocks->scanned);
		cause->untried = "VACUUM cannot be tried in a transaction; this one "
						 "locks the table";
	}
}

BlockCause *
block_cause_find(const Work *work)
{
	BlockCause *cause = palloc0(sizeof(*cause));
	BlockSum sum = {0};

	block_cause_add(work->runs.run, &sum);
	if (sum.other * 2 > sum.all)
		cause->words =
			psprintf("%.0f of %.0f blocks hold values that are stored out "
					 "of line (TOAST)",
					 sum.other, sum.all);
	else if (sum.temp * 2 > sum.all)
		cause->words =
			psprintf("%.0f of %.0f blocks are of temporary files%s%s", sum.temp,
					 sum.all, work->spills ? ": " : "",
					 work->spills ? block_cause_spill(work) : "");
	else if (sum.most != NULL)
		block_cause_of_scan(sum.most, cause);
	return cause->words == NULL ? NULL : cause;
}

/* Returns bytes in the unit that leaves fewer than four digits, with two of them. */
static char *
block_cause_bytes(double bytes)
{
	static const char *const units[] = {"kB", "MB", "GB", "TB"};
	int unit = 0;
	double step;

	bytes /= 1024;
	while (bytes >= 1000 && unit < lengthof(units) - 1)
	{
		bytes /= 1024;
		unit++;
	}
	step = pow(10, Max(floor(log10(Max(bytes, 1))) - 1, 0));
	return psprintf("%.0f %s", rint(bytes / step) * step, units[unit]);
}

char *
block_cause_spill(const Work *work)
{
	static const char *const what[] = {
		[WORK_KEEPS_SORT] = "a sort of",
		[WORK_KEEPS_HASH] = "the hash table of a join with",
		[WORK_KEEPS_GROUPS] = "a hash table of groups with",
		[WORK_KEEPS_ROWS] = "a result that is kept, of",
	};
	const WorkSpill *spill = &work->spill;

	return psprintf("%s %.0f rows takes about %s and has %s",
					what[spill->keeps], spill->rows,
					block_cause_bytes(spill->bytes),
					block_cause_bytes(spill->memory));
}
