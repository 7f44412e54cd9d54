/*-------------------------------------------------------------------------
 *
 * projection.c
 *		Projects the rows examined today to the target size.
 *
 * Growth is the factor by which a count is larger at the target size. From the
 * bottom up each node gets the growth of the rows that it returns in a loop; what
 * runs for each of these rows, as the inner side of a nested loop and a subplan,
 * examines its own rows that many times more often. A scan of a rows, with S for
 * the scale and k for LIMIT + OFFSET, follows the first rule that holds:
 *
 * - Pinned: as many rows a loop at any size. Growth is 1.
 * - CTE: a scan of a CTE grows as the plan that fills it.
 * - Not stopped early: a node between it and the next Limit above reads its
 *   input whole, or there is no Limit. a * S.
 * - Few: its filter finds a value of which there are as many rows at any size.
 *   These lie further apart in a larger table. a * S.
 * - Ran out: the Limit got M < k rows. min(a * S, k * a / M) if the matches are
 *   spread evenly, otherwise a * S.
 * - Stopped early: from a second run with the limits raised, r = (b - a) /
 *   (m - k) is the distance of matches. If a > 5 k r, most of a is a prefix
 *   before the first match: (a - k r) * S + k r. Otherwise a. The limit of a
 *   subquery is not raised; there a > 5 k makes a * S.
 *
 * Joins grow as the larger of their inputs, or by both where each row finds
 * more partners. A Limit that is reached returns as many rows at any size. The
 * factor 5 comes from measured plans of the events table: pages behind a deep
 * cursor examined 5,233 of 5,254 and 9,918 of 9,939 rows before the first match,
 * filters 41 of 2,273 and 50 of 1,511.
 *
 *-------------------------------------------------------------------------
 */
#include "work/projection.h"

#include <math.h>
#include <stddef.h>

/* What exceeds the even spread this many times has a prefix before it. */
#define PROJECTION_PREFIX 5.0

/* A first match so late that it is less likely than this is no even spread. */
#define PROJECTION_CHANCE 0.01

/* Fewer matches tell neither how they are spread, nor whether they grow. */
#define PROJECTION_FEW 3.0

/* The Limit above a node, if every node in between hands its rows on. */
typedef struct LimitAbove
{
	const WorkNode *run;
	const WorkNode *more;
} LimitAbove;

typedef struct Growth
{
	double examined; /* rows examined at the target size, below and here */
	double rows;     /* growth of the rows returned, a loop */
} Growth;

static Growth projection_node(const WorkRuns *at, const LimitAbove *limit,
							  double loops, double scale);

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
	return sum;
}

static double
projection_per_loop(const WorkNode *node, double count)
{
	return node->loops > 0 ? count / node->loops : count;
}

bool
projection_reached(const WorkNode *limit)
{
	double wanted = limit->limit - limit->offset;

	return projection_per_loop(limit, limit->rows) >= wanted;
}

bool
projection_needs_more(const WorkNode *node)
{
	if (node->kind == WORK_LIMIT && node->limit > 0 && node->loops > 0 &&
		projection_reached(node))
		return true;
	for (int i = 0; i < node->nchildren; i++)
		if (projection_needs_more(node->children[i]))
			return true;
	return false;
}

/* Returns the rows a loop that came to a Limit, OFFSET's included. */
static double
projection_matches(const WorkNode *limit)
{
	double rows = projection_per_loop(limit, limit->rows);

	return rows > 0 ? rows + limit->offset : 0;
}

/*
 * Ran out: the scan has M matches in a rows, fewer than the Limit asks for. A
 * larger table has more matches, so the Limit is reached before its end if they
 * are spread evenly, which the first match tells: it came after first rows.
 */
static double
projection_ran_out(double a, double k, double M, double first, double scale)
{
	if (M < PROJECTION_FEW)
		return a * scale;
	/*
	 * If each of M matches is at any of a rows with the same probability, none
	 * is among the first x rows with a probability of (1 - x / a)^M.
	 */
	if (pow(1 - fmin(first / a, 1), M) >= PROJECTION_CHANCE)
		return fmin(a * scale, k * a / M);
	return a * scale;
}

/*
 * Stopped early: the scan examined a rows for k matches, and b rows for m. The
 * matches after the first k are r rows apart. If a is far more than k of these
 * distances, the rest of it is a prefix without matches, which grows with the
 * table. The first match came after first rows.
 */
static double
projection_stopped(double a, double k, double b, double m, double first,
				   double scale)
{
	double r;

	/* k matches are all there are, as on the last page. */
	if (m <= k)
		return projection_ran_out(b > a ? b : a, k, k, first, scale);
	r = b > a ? (b - a) / (m - k) : 0;
	if (a > PROJECTION_PREFIX * k * r && a > PROJECTION_PREFIX * k)
		return (a - k * r) * scale + k * r;
	return a;
}

/* Returns the rows a loop that a scan below a Limit examines then. */
static double
projection_limited_scan(const WorkRuns *at, const LimitAbove *limit,
						double scale)
{
	double a = projection_per_loop(at->run, at->run->examined);
	double k = limit->run->limit;
	double first = at->run->first > 0 ? at->run->first : a;
	const WorkNode *last = at->more != NULL ? at->more : at->run;

	/* Few: as many rows lie further apart in a larger table. */
	if (last->few)
		return a * scale;
	if (!projection_reached(limit->run))
		return projection_ran_out(a, k, projection_matches(limit->run), first,
								  scale);
	/* The limit of a subquery is not raised, so that only a is known. */
	if (at->more == NULL || limit->more->limit <= k)
		return a > PROJECTION_PREFIX * k ? a * scale : a;
	return projection_stopped(a, k,
							  projection_per_loop(at->more, at->more->examined),
							  projection_matches(limit->more), first, scale);
}

static Growth
projection_scan(const WorkRuns *at, const LimitAbove *limit, double loops,
				double scale)
{
	Growth growth;
	double a = at->run->examined;

	if (at->run->pinned)
		growth.rows = 1;
	else if (at->run->cte != NULL)
		growth.rows = at->run->cte->growth;
	else if (at->run->kind == WORK_SCAN && limit != NULL && a > 0 &&
			 limit->run->loops == at->run->loops)
		growth.rows = projection_limited_scan(at, limit, scale) /
					  projection_per_loop(at->run, a);
	else
		growth.rows = scale;
	growth.examined = a * growth.rows * loops;
	return growth;
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

/* Adds up all inputs of a role; their rows grow as those that grow most. */
static Growth
projection_children(const WorkRuns *at, WorkRole role, const LimitAbove *limit,
					double loops, double scale)
{
	Growth sum = {0, 0};
	bool found = false;

	for (int i = 0; i < at->run->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);
		Growth growth;

		if (child.run->role != role)
			continue;
		growth = projection_node(&child, limit, loops, scale);
		sum.examined += growth.examined;
		if (!found || growth.rows > sum.rows)
			sum.rows = growth.rows;
		found = true;
	}
	if (!found)
		sum.rows = 1;
	return sum;
}

static Growth
projection_join(const WorkRuns *at, const LimitAbove *limit, double loops,
				double scale)
{
	bool nested = at->run->kind == WORK_NESTED_LOOP;
	Growth outer = projection_children(at, WORK_OUTER, limit, loops, scale);
	Growth inner = projection_children(
		at, WORK_INNER, NULL, nested ? loops * outer.rows : loops, scale);
	Growth growth;

	if (nested || (at->run->many && limit == NULL))
		growth.rows = outer.rows * inner.rows;
	else if (limit != NULL)
		growth.rows = outer.rows;
	else
		/* An equality join finds a partner or a few for each row. */
		growth.rows = outer.rows > inner.rows ? outer.rows : inner.rows;
	growth.examined = outer.examined + inner.examined +
					  at->run->examined * growth.rows * loops;
	return growth;
}

static Growth
projection_limit(const WorkRuns *at, double loops, double scale)
{
	LimitAbove limit = {at->run, at->more};
	bool limited = at->run->limit > 0;
	Growth growth = projection_children(at, WORK_OUTER, limited ? &limit : NULL,
										loops, scale);
	double matches = projection_matches(at->run);

	if (limited && projection_reached(at->run))
		growth.rows = 1;
	else if (limited)
		growth.rows =
			matches > 0 ? fmin(growth.rows, at->run->limit / matches) : 1;
	return growth;
}

static Growth
projection_node(const WorkRuns *at, const LimitAbove *limit, double loops,
				double scale)
{
	const WorkNode *node = at->run;
	Growth growth = {0, 1};
	Growth inner;

	switch (node->kind)
	{
		case WORK_SCAN:
		case WORK_BITMAP_INDEX:
			growth = projection_scan(at, limit, loops, scale);
			/* The index part of a bitmap scan is read whole. */
			growth.examined +=
				projection_children(at, WORK_OUTER, NULL, loops, scale)
					.examined;
			break;
		case WORK_NESTED_LOOP:
		case WORK_JOIN:
			growth = projection_join(at, limit, loops, scale);
			break;
		case WORK_LIMIT:
			growth = projection_limit(at, loops, scale);
			break;
		case WORK_STREAM:
			growth = projection_children(at, WORK_OUTER, limit, loops, scale);
			break;
		case WORK_BLOCK:
			/* It reads its inputs whole; a recursion's Append has two. */
			growth = projection_children(at, WORK_OUTER, NULL, loops, scale);
			inner = projection_children(at, WORK_INNER, NULL, loops, scale);
			growth.examined += inner.examined;
			growth.rows = fmax(growth.rows, inner.rows);
			break;
	}
	/* Subqueries run for each row unless their result is kept. */
	for (int i = 0; i < node->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);
		double calls = child.run->once ? 1 : loops * growth.rows;

		if (child.run->role == WORK_SUBPLAN)
			growth.examined +=
				projection_node(&child, NULL, calls, scale).examined;
	}
	/* Only now: an aggregate's arguments call subplans for each input row. */
	if (node->one_row)
		growth.rows = 1;
	return growth;
}

/*
 * Sets the growth of the CTEs that node and the nodes below it scan, in the
 * order of the tree: a CTE that another one scans stands before it. So each is
 * projected a few times, and not anew within each scan of each scan of it, and
 * no recursion goes deeper than the tree.
 */
static void
projection_settle_ctes(const WorkNode *node, double scale)
{
	for (int i = 0; i < node->nchildren; i++)
		projection_settle_ctes(node->children[i], scale);
	if (node->cte != NULL)
	{
		WorkRuns plan = {node->cte->plan, NULL};

		node->cte->growth = projection_node(&plan, NULL, 1, scale).rows;
	}
}

Projection
projection_project(const WorkRuns *runs, double scale)
{
	Projection projection;
	Growth growth;

	projection_settle_ctes(runs->run, scale);
	growth = projection_node(runs, NULL, 1, scale);
	projection.examined = growth.examined;
	projection.returned = runs->run->rows * growth.rows;
	return projection;
}
