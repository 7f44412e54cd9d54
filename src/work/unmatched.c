/*-------------------------------------------------------------------------
 *
 * unmatched.c
 *		What a plan examines if what it looks for is not there.
 *
 * The walk goes from the top down and notes two things of the way to each scan:
 * whether something above wants its first rows alone, as a Limit, EXISTS, and the
 * subquery of a min() do; and whether something between rejects rows, as a filter
 * does and a join with a side that is filtered. A scan for which both hold reads
 * all that its index conditions leave (WorkNode.whole) if everything is rejected.
 *
 * A Limit that found fewer rows than it wants has stopped nothing: what the scan
 * below it examined is all that there is for these values, and is counted already.
 *
 * A join to a row that a key always finds rejects nothing: nobody keeps orders of
 * no customer. The conditions of a parent without children do, and these compare
 * with the parent's row.
 *
 *-------------------------------------------------------------------------
 */
#include "work/unmatched.h"

#include <math.h>
#include <stddef.h>

#include "work/unstopped.h"

typedef struct UnmatchedWalk
{
	double scale;
	Unmatched total;
} UnmatchedWalk;

/* What stands above a node. */
typedef struct UnmatchedPlace
{
	bool stopped;  /* the first rows are wanted alone */
	bool ended;    /* and there were fewer, so that nothing stopped */
	bool rejects;  /* rows of it are rejected above */
	double growth; /* of the loops of the node */
} UnmatchedPlace;

/* Returns whether a scan in a tree, subqueries left out, is filtered. */
static bool
unmatched_is_filtered(const WorkNode *node)
{
	if (node->filtered)
		return true;
	for (int i = 0; i < node->nchildren; i++)
		if (node->children[i]->role != WORK_SUBPLAN &&
			unmatched_is_filtered(node->children[i]))
			return true;
	return false;
}

static bool
unmatched_join_rejects(const WorkNode *join)
{
	if (join->keeps[WORK_OUTER])
		return false;
	if (join->filtered || join->single[WORK_OUTER])
		return true;
	for (int i = 0; i < join->nchildren; i++)
		if (join->children[i]->role == WORK_INNER &&
			unmatched_is_filtered(join->children[i]))
			return true;
	return false;
}

static void
unmatched_add_scan(UnmatchedWalk *walk, const WorkNode *scan,
				   const UnmatchedPlace *place)
{
	double rows;

	if (!place->stopped || place->ended || !(place->rejects || scan->filtered))
		return;
	rows = scan->whole * pow(walk->scale, fmax(scan->read, 0)) * scan->loops *
		   place->growth;
	walk->total.examined += rows;
	if (scan->keyed)
		walk->total.keyed += rows;
}

/* Returns the place of a child. */
static UnmatchedPlace
unmatched_child(const WorkNode *node, const WorkNode *child,
				const UnmatchedPlace *place)
{
	UnmatchedPlace below = *place;
	bool join = node->kind == WORK_NESTED_LOOP ||
				node->kind == WORK_HASH_JOIN || node->kind == WORK_MERGE_JOIN;

	if (child->role == WORK_SUBPLAN ||
		(child->role == WORK_INNER && node->kind == WORK_NESTED_LOOP))
	{
		below.stopped = child->asked > 0;
		below.ended = false;
		below.rejects = false;
		/* It runs for the rows of a node, which a Limit above keeps few. */
		if (!child->once && !place->stopped)
			below.growth *= child->role == WORK_INNER || child->per_input
								? unstopped_rows_of(node, WORK_OUTER)
								: node->growth.rows;
	}
	else if (node->kind == WORK_LIMIT && node->limit > 0)
	{
		below.stopped = true;
		below.ended = work_node_matches(node) == 0 ||
					  (node->loops == 1 && !work_node_reached(node));
		below.rejects = false;
	}
	else if (node->kind == WORK_BLOCK ||
			 (node->kind == WORK_HASH_JOIN && child->role == WORK_INNER))
		below.stopped = false;
	else if (join)
	{
		/* Which side of a join comes to its end is not told by the Limit. */
		below.ended = place->ended && node->kind == WORK_NESTED_LOOP;
		below.rejects = place->rejects || unmatched_join_rejects(node);
	}
	else
		below.rejects = place->rejects || node->filtered;
	return below;
}

static void
unmatched_walk(UnmatchedWalk *walk, const WorkNode *node,
			   const UnmatchedPlace *place)
{
	if (node->kind == WORK_SCAN)
		unmatched_add_scan(walk, node, place);
	for (int i = 0; i < node->nchildren; i++)
	{
		UnmatchedPlace below = unmatched_child(node, node->children[i], place);

		unmatched_walk(walk, node->children[i], &below);
	}
}

Unmatched
unmatched_project(const WorkNode *root, double scale)
{
	UnmatchedWalk walk = {.scale = scale};
	UnmatchedPlace top = {.growth = 1};

	unmatched_walk(&walk, root, &top);
	return walk.total;
}
