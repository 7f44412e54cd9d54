/*-------------------------------------------------------------------------
 *
 * projection.c
 *		Projects the rows examined today to the target size.
 *
 * There are two steps. The first one computes, from the bottom up, how many times
 * as many rows each node would examine and return in a loop if nothing stopped
 * it (WorkNode.growth): a scan by its exponents; a nested loop by the product of
 * its sides; a join by keys by their product, less the growth of the keys'
 * values, since that many more values share the pairs; a grouping by the groups,
 * which are no more than the rows that it reads.
 *
 * The second step goes from the top down and projects the counts. Where a node
 * reads its input whole, a count of c becomes c times its growth, times that of
 * its loops. Where a Limit stops what is below it, let a be the count in a loop
 * of the Limit, k LIMIT + OFFSET, R the growth of the count if nothing stopped
 * it, F that of the rows that come to the Limit, and D = R / F, at least 1: as
 * many rows as today lie D times as far apart. F is at least 1, since a table
 * that grows keeps its rows. The first rule that holds is followed:
 *
 * - The Limit got M < k rows. Nothing was removed, or the matches are spread
 *   evenly: min(a * R, k * a / M * D). Otherwise a * R.
 * - The Limit got its rows. From a second run with the limits raised, r = (b - a)
 *   / (m - k) is the distance of matches. If a > 5 k r, or if the first match came
 *   far later than those behind it lie apart, most of a is a prefix
 *   before the first match: (a - k r) * R + k r D. Otherwise a * D. The limit of
 *   a subquery is not raised; there a > 5 k makes a * R.
 *
 * F is the least that it may be: a condition that leaves about one row of many for each
 * outer row is taken to leave one at any size (WorkGrowth.least). Where each loop of a
 * Limit stops one loop of a scan, the rules are followed for each of them (region.c).
 *
 * An OFFSET that is a share of the rows grows as F, and what is read for it. A
 * region is what one Limit stops: everything below it down to the nodes that read
 * their input whole, both sides of a merge join, and the plan of a CTE that only
 * one scan reads. Whatever else runs below a region grows as its loops do there.
 * The factor 5 comes from measured plans of the events table: pages behind a deep
 * cursor examined 5,233 of 5,254 and 9,918 of 9,939 rows before the first match,
 * filters 41 of 2,273 and 50 of 1,511.
 *
 *-------------------------------------------------------------------------
 */
#include "work/projection.h"

#include <math.h>
#include <stddef.h>

#include "work/block_projection.h"
#include "work/region.h"
#include "work/unstopped.h"

typedef struct Walk
{
	double scale;
	Projection total;
} Walk;

static void projection_walk(Walk *walk, const WorkRuns *at,
							const Region *region, double loops);

bool
projection_same_shape(const WorkNode *a, const WorkNode *b)
{
	if (a->id != b->id || a->kind != b->kind || a->role != b->role ||
		a->nchildren != b->nchildren)
		return false;
	for (int i = 0; i < a->nchildren; i++)
		if (!projection_same_shape(a->children[i], b->children[i]))
			return false;
	return true;
}

double
projection_examined(const WorkNode *node)
{
	double sum = node->examined;

	for (int i = 0; i < node->nchildren; i++)
		sum += projection_examined(node->children[i]);
	for (int i = 0; i < node->nnested; i++)
		sum += projection_examined(node->nested[i]);
	return sum;
}

bool
projection_needs_more(const WorkNode *node)
{
	/* Of several loops, those that got their rows tell how far apart these are. */
	if (node->kind == WORK_LIMIT && node->limit > 0 && node->loops > 0 &&
		(work_node_reached(node) || (node->loops > 1 && node->rows > 0)))
		return true;
	for (int i = 0; i < node->nchildren; i++)
		if (projection_needs_more(node->children[i]))
			return true;
	return false;
}

static WorkRuns
projection_child(const WorkRuns *at, int i)
{
	WorkRuns child = {
		.run = at->run->children[i],
		.more = at->more == NULL ? NULL : at->more->children[i],
	};

	return child;
}

/* ---- regions ---- */

/*
 * Finds the node below a Limit that examined most, of those that it got its first row
 * from, and sets batched if there is an Incremental Sort.
 */
static void
projection_find_most(const WorkRuns *at, WorkRuns *most, bool *batched)
{
	if (at->run->first > 0 &&
		(most->run == NULL || at->run->examined > most->run->examined))
		*most = *at;
	*batched = *batched || at->run->batch > 0;
	for (int i = 0; i < at->run->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);

		if (child.run->role != WORK_SUBPLAN)
			projection_find_most(&child, most, batched);
	}
}

static Region
projection_whole(double calls)
{
	Region region = {.calls = calls};

	return region;
}

/* The region below a Limit, which is called calls times as often. */
static Region
projection_limited(const WorkRuns *limit, double calls)
{
	const WorkNode *node = limit->run;
	Region region = projection_whole(calls);
	WorkRuns most = {NULL, NULL};
	bool batched = false;

	region.limited = true;
	region.loops = node->loops;
	region.wanted = region.wanted_then = node->limit;
	region.matches = work_node_matches(node);
	region.rows = fmax(unstopped_rows_of(node, WORK_OUTER), 1);
	if (node->offset_grows)
		region.wanted_then += node->offset * (region.rows - 1);
	for (int i = 0; i < node->nchildren; i++)
		if (node->children[i]->role == WORK_OUTER)
			region.rows =
				fmax(fmin(region.rows, node->children[i]->growth.least), 1);
	if (limit->more != NULL && limit->more->limit > node->limit)
	{
		region.more_loops = limit->more->loops;
		region.more_matches = work_node_matches(limit->more);
	}
	region.first = region.more_part = region.longest = 1;
	projection_find_most(limit, &most, &batched);
	if (most.run != NULL)
	{
		region.first = fmin(
			most.run->first / work_node_per_loop(most.run, most.run->examined),
			1);
		region.longest =
			most.run->kind != WORK_SCAN
				? 1
				: fmin((most.run->first + most.run->gap) /
						   work_node_per_loop(most.run, most.run->examined),
					   1);
		region.more_part = region_more_part(
			&most, &region,
			limit->more != NULL && region.more_matches < limit->more->limit);
		region.prefix = region_prefix(&most, &region, batched);
	}
	return region;
}

/*
 * The region below an Incremental Sort, which reads to the end of the group that
 * holds the last row that the Limit asks for. Groups that grow hold more rows
 * than that some day.
 */
static Region
projection_batched(const WorkNode *sort, const Region *region, double scale)
{
	Region below = *region;
	double input = unstopped_rows_of(sort, WORK_OUTER);
	double growth = input / fmin(pow(scale, sort->groups), fmax(input, 1));
	double batch = sort->batch;

	for (int i = 0; i < sort->nchildren; i++)
		if (sort->children[i]->role == WORK_OUTER)
			batch = fmin(batch, sort->children[i]->rows / region->loops);
	below.batch = batch;
	below.wanted_then *= fmax(region->wanted_then, batch * growth) /
						 fmax(region->wanted_then, batch);
	return below;
}

/* The region of a node whose caller wants only its first rows. */
static Region
projection_asked(const WorkNode *node, double calls)
{
	Region region = projection_whole(calls);

	if (node->asked <= 0)
		return region;
	region.limited = true;
	region.loops = node->loops;
	region.wanted = region.wanted_then = node->asked;
	region.matches = work_node_per_loop(node, node->rows);
	region.rows = fmax(node->growth.rows, 1);
	/* Loops without a match are read to their end, which sums cannot tell. */
	region.first = 1;
	return region;
}

/* ---- the walk ---- */

/*
 * Returns the growth of a child's loops in one loop of the region, where those of
 * its parent grow as loops.
 */
static double
projection_child_loops(const Walk *walk, const WorkNode *node,
					   const WorkNode *child, const Region *region,
					   double loops)
{
	/* What is kept was used again, if the node ran more than once. */
	if (!child->kept || (node->loops > 1 && child->loops >= node->loops))
		return loops;
	return fmin(loops, pow(walk->scale, child->kept_values) / region->calls);
}

/*
 * The region of a child whose results are kept by their keys, below a Limit. How many
 * new keys it meets becomes less the further it has come, which is no prefix: it runs
 * as often as it is called, with more keys, but once for each of them.
 */
static Region
projection_kept(const Walk *walk, const WorkRuns *at, const WorkNode *child,
				const Region *region, double loops)
{
	double calls = at->run->loops * region_loops(at, region, loops);

	return projection_whole(
		fmin(calls, child->loops * pow(walk->scale, child->kept_values)) /
		child->loops);
}

/* Walks all children of a role as part of the region. */
static void
projection_walk_on(Walk *walk, const WorkRuns *at, WorkRole role,
				   const Region *region, double loops)
{
	for (int i = 0; i < at->run->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);
		Region kept;

		if (child.run->role != role)
			continue;
		if (child.run->kept && child.run->loops > 1 && region->limited &&
			(child.run->loops < at->run->loops ||
			 (at->more != NULL && child.more->loops < at->more->loops)))
		{
			kept = projection_kept(walk, at, child.run, region, loops);
			projection_walk(walk, &child, &kept, 1);
		}
		else
			projection_walk(walk, &child, region,
							projection_child_loops(walk, at->run, child.run,
												   region, loops));
	}
}

/* Walks all children of a role, which are read whole in each loop of the node. */
static void
projection_walk_whole(Walk *walk, const WorkRuns *at, WorkRole role,
					  const Region *region, double loops)
{
	Region whole = projection_whole(region_loops(at, region, loops));

	projection_walk_on(walk, at, role, &whole, 1);
}

/* The rows of the inner side are asked for again for each outer row. */
static void
projection_walk_nested(Walk *walk, const WorkRuns *at, const Region *region,
					   double loops)
{
	double outer = unstopped_rows_of(at->run, WORK_OUTER);

	for (int i = 0; i < at->run->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);
		Region asked;

		if (child.run->role != WORK_INNER)
			continue;
		if (child.run->asked <= 0)
		{
			projection_walk(walk, &child, region, loops * outer);
			continue;
		}
		asked = projection_asked(child.run,
								 region_loops(&child, region, loops * outer));
		projection_walk(walk, &child, &asked, 1);
	}
}

/*
 * Returns whether a node that reads its input whole in general did not do so
 * here: it read more of it for more rows of a raised limit.
 */
static bool
projection_reads_on(const WorkRuns *at)
{
	double run = 0;
	double more = 0;

	for (int i = 0; at->more != NULL && i < at->run->nchildren; i++)
		if (at->run->children[i]->role == WORK_OUTER)
		{
			run += at->run->children[i]->rows;
			more += at->more->children[i]->rows;
		}
	return more > run;
}

/* Subqueries run for each row of their node unless their result is kept. */
static void
projection_walk_subplans(Walk *walk, const WorkRuns *at, const Region *region,
						 double loops)
{
	const WorkNode *node = at->run;

	for (int i = 0; i < node->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);
		double rows = child.run->per_input ? unstopped_rows_of(node, WORK_OUTER)
										   : node->growth.rows;
		Region own;

		if (child.run->role != WORK_SUBPLAN)
			continue;
		if (child.run->fills != NULL && work_node_is_pulled(child.run->fills))
			continue;
		own = projection_asked(
			child.run,
			child.run->once ? 1 : region_loops(&child, region, loops * rows));
		projection_walk(walk, &child, &own, 1);
	}
}

/*
 * Returns the rows that bitmap index scans point to, each counted once as far as
 * that is known: the parts of an OR may point to the same ones. Adds to sum what
 * was counted.
 */
static double
projection_pointers(const Walk *walk, const WorkNode *node, double calls,
					double *sum)
{
	double once = 0;

	if (node->kind == WORK_BITMAP_INDEX)
	{
		once =
			node->examined * node->growth.read * calls +
			node->examined * node->hot *
				fmax(pow(walk->scale, node->hot_read) - node->growth.read, 0);
		*sum += once;
	}
	for (int i = 0; i < node->nchildren; i++)
	{
		const WorkNode *child = node->children[i];
		double part;

		if (child->role == WORK_SUBPLAN)
			continue;
		part = projection_pointers(walk, child, calls, sum);
		once = node->kind == WORK_BITMAP_AND ? once + part : fmax(once, part);
	}
	return once;
}

/* Adds what the node itself examines, and notes it with the node. */
static void
projection_add_own(Walk *walk, const WorkRuns *at, const Region *region,
				   double loops)
{
	WorkNode *node = at->run;
	double more_rows = at->more == NULL ? 0 : at->more->rows;
	double examined = region_examined(at, region, loops, walk->scale);
	double sum = 0;
	double once;

	node->examined_then = examined;
	node->rows_then = region_count(region, node->rows, more_rows, 0,
								   loops * node->growth.rows);
	node->loops_then = node->loops * region_loops(at, region, loops);
	walk->total.examined += examined;
	walk->total.blocks += block_projection_node(at, region, loops, walk->scale);
	walk->total.look_ups += block_projection_look_ups(node);
	walk->total.due +=
		(node->by_pointer ? examined : 0) + block_projection_look_ups(node);
	switch (node->kind)
	{
		case WORK_NESTED_LOOP:
		case WORK_HASH_JOIN:
		case WORK_MERGE_JOIN:
			if (node->examined > 0)
				walk->total.again += examined * node->rows / node->examined;
			break;
		case WORK_SCAN:
			for (int i = 0; i < node->nchildren; i++)
				if (node->children[i]->role != WORK_SUBPLAN)
				{
					once = projection_pointers(walk, node->children[i],
											   region_loops(at, region, loops),
											   &sum);
					walk->total.again += sum + examined - fmax(once, examined);
				}
			break;
		default:
			break;
	}
}

/*
 * Statements of functions run for each row that the node examines, or once a loop,
 * as for the bounds of an index scan. Those that run more often are in a loop over
 * the rows of another statement. Raised limits do not reach into them.
 */
static void
projection_walk_statements(Walk *walk, const WorkRuns *at, const Region *region,
						   double loops)
{
	const WorkNode *node = at->run;
	double more = at->more == NULL ? 0 : at->more->examined;
	double rows = region_loops(at, region, loops * node->growth.read);

	if (node->examined > 0)
		rows = region_count(region, node->examined, more, node->first,
							loops * node->growth.read) /
			   node->examined;
	for (int i = 0; i < node->nnested; i++)
	{
		WorkRuns statement = {.run = node->nested[i]};
		double calls =
			statement.run->per_loop ? region_loops(at, region, loops) : rows;
		Region own;

		/* What a scan of a function examines has grown by this already. */
		if (!node->is_function &&
			statement.run->loops > fmax(node->examined, node->rows))
			calls *= unstopped_function_rows(node);
		own = projection_asked(statement.run, calls);
		projection_walk(walk, &statement, &own, 1);
	}
}

static void
projection_walk(Walk *walk, const WorkRuns *at, const Region *region,
				double loops)
{
	const WorkNode *node = at->run;
	Region below;

	projection_add_own(walk, at, region, loops);
	switch (node->kind)
	{
		case WORK_SCAN:
			if (node->cte != NULL && work_node_is_pulled(node->cte))
			{
				WorkRuns plan = {.run = node->cte->plan};

				if (at->more != NULL)
					plan.more = at->more->cte->plan;

				below = region->limited && region->calls == 1
							? *region
							: projection_whole(1);
				projection_walk(walk, &plan, &below, 1);
			}
			projection_walk_whole(walk, at, WORK_OUTER, region, loops);
			break;
		case WORK_NESTED_LOOP:
			projection_walk_on(walk, at, WORK_OUTER, region, loops);
			projection_walk_nested(walk, at, region, loops);
			break;
		case WORK_HASH_JOIN:
			projection_walk_on(walk, at, WORK_OUTER, region, loops);
			projection_walk_whole(walk, at, WORK_INNER, region, loops);
			break;
		case WORK_LIMIT:
			if (node->limit <= 0)
			{
				projection_walk_on(walk, at, WORK_OUTER, region, loops);
				break;
			}
			below = projection_limited(at, region_loops(at, region, loops));
			projection_walk_on(walk, at, WORK_OUTER, &below, 1);
			break;
		case WORK_RECURSION:
			projection_walk_on(walk, at, WORK_OUTER, region, loops);
			projection_walk_on(walk, at, WORK_INNER, region,
							   loops * pow(walk->scale, node->steps));
			break;
		case WORK_BLOCK:
		case WORK_BITMAP_INDEX:
		case WORK_BITMAP_AND:
		case WORK_BITMAP_OR:
		case WORK_MERGE_JOIN:
		case WORK_STREAM:
			if (node->kind == WORK_BLOCK &&
				(!region->limited || !projection_reads_on(at)))
			{
				projection_walk_whole(walk, at, WORK_OUTER, region, loops);
				projection_walk_whole(walk, at, WORK_INNER, region, loops);
				break;
			}
			below = *region;
			if (node->batch > 0 && region->limited && region->loops > 0)
				below = projection_batched(node, region, walk->scale);
			projection_walk_on(walk, at, WORK_OUTER, &below, loops);
			projection_walk_on(walk, at, WORK_INNER, &below, loops);
			break;
	}
	projection_walk_subplans(walk, at, region, loops);
	projection_walk_statements(walk, at, region, loops);
}

Projection
projection_project(const WorkRuns *runs, double scale)
{
	Walk walk = {.scale = scale};
	Region whole = projection_whole(1);

	unstopped_settle(runs->run, runs->more, scale);
	projection_walk(&walk, runs, &whole, 1);
	walk.total.returned = runs->run->rows * runs->run->growth.rows;
	return walk.total;
}
