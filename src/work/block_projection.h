/*-------------------------------------------------------------------------
 *
 * block_projection.h
 *		Projects the blocks touched today to the target size.
 *
 * Owns the rules by which the blocks of a node grow, and by which what a node keeps
 * in memory comes to be written to temporary files. Pure C, like projection.h:
 * node_blocks.c fills the structs. No function here raises an error or allocates
 * memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_BLOCK_PROJECTION_H
#define PERFCHECK_WORK_BLOCK_PROJECTION_H

#include "work/region.h"

/* How a scan finds its way in an index. */
typedef enum WorkIndexMethod
{
	WORK_INDEX_NONE,
	WORK_INDEX_PLAIN,  /* it goes to the entries that it wants: hash */
	WORK_INDEX_BTREE,  /* likewise, down a tree that grows in height */
	WORK_INDEX_KEYS,   /* likewise, and finds packed lists of entries: GIN */
	WORK_INDEX_SEARCH, /* it may visit many pages without one: GiST, SP-GiST */
	WORK_INDEX_WHOLE   /* it reads all of the index: BRIN */
} WorkIndexMethod;

/* What a node keeps in memory, or in temporary files if that is not enough. */
typedef enum WorkKeeps
{
	WORK_KEEPS_NOTHING,
	WORK_KEEPS_SORT,   /* a Sort: all rows, or the first ones for a LIMIT */
	WORK_KEEPS_HASH,   /* a hash join: the rows of its inner side */
	WORK_KEEPS_GROUPS, /* a HashAggregate: one row for each group */
	WORK_KEEPS_ROWS    /* Materialize, a CTE: all rows */
} WorkKeeps;

/* The blocks of a node. All counts are sums over its loops. */
typedef struct WorkBlocks
{
	double table; /* of the table that it scans */
	double index; /* of the index that it scans */
	double other; /* TOAST above all */
	double temp;  /* of temporary files, read and written */
	double sent;  /* the root: read to send its rows, outside of any node */

	/* Scans */
	double exponent; /* of the rows of the table */
	double entries;  /* that the index returned, those of dead rows too */
	double fetched;  /* index-only scans: rows that were read in the table */
	bool vacuumed;   /* the table counts as vacuumed, so that none is */
	const char *scanned;    /* the table's name, as it stands in SQL; or NULL */
	double table_pages;     /* of the whole table */
	double table_rows;      /* of the whole table; 0 if they are not known */
	const char *index_name; /* likewise */
	WorkIndexMethod method;
	/* Blocks of the index that each loop reads at any size: down to its leaves. */
	double descent;
	double index_pages; /* of the whole index */
	double index_rows;  /* of the whole index; 0 if it is not known */

	/* What it keeps: in bytes, and rows where that is said */
	WorkKeeps keeps;
	double row_bytes;  /* of a row, or a group, in memory */
	double file_bytes; /* of a row of the input in a file */
	double
		outer_bytes; /* WORK_KEEPS_HASH: of a row of the outer side in a file */
	double memory;   /* that it may use */
	double bound;    /* WORK_KEEPS_SORT: rows that are wanted; 0: all */

	/* block_projection_node() sets these. */
	double scanned_then;  /* of the table and of the index at the target size */
	double look_ups_then; /* of these, on the way down a B-tree */
	double other_then;
	double temp_then;
	double sent_then;
} WorkBlocks;

/* What does not fit into memory at the target size. */
typedef struct WorkSpill
{
	WorkKeeps keeps;
	double rows; /* that are kept, each time */
	double bytes;
	double memory;
} WorkSpill;

/* Returns the blocks that a node and all below it touched today. */
extern double block_projection_today(const WorkNode *node);

/*
 * Returns whether a node touched blocks that are neither of the table nor of the
 * index that it scans.
 */
extern bool block_projection_unknown(const WorkNode *node);

/* Forgets the blocks of node and of all nodes below it. */
extern void block_projection_forget(WorkNode *node);

/*
 * Returns the blocks that a node itself touches at scale, in all loops of the
 * region. The growth of the nodes is set. loops is that of the node's loops in one
 * loop of the region.
 */
extern double block_projection_node(const WorkRuns *at, const Region *region,
									double loops, double scale);

/*
 * Returns the blocks on the way down a B-tree, of all loops at the target size, as
 * block_projection_node() projected them.
 */
extern double block_projection_look_ups(const WorkNode *node);

/* Returns whether a scan visits a good part of an index each time that it runs. */
extern bool block_projection_searches(const WorkNode *node);

/*
 * Sets spill to the one of the most bytes in the tree, whose growth is set.
 * Returns false if all fits into memory.
 */
extern bool block_projection_spills(const WorkNode *node, WorkSpill *spill);

#endif /* PERFCHECK_WORK_BLOCK_PROJECTION_H */
