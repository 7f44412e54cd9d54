/*-------------------------------------------------------------------------
 *
 * projection.c
 *		From rows examined today to rows examined at the target size.
 *
 * A factor called growth is what a count is multiplied by at the target size.
 *
 *-------------------------------------------------------------------------
 */
#include "work/projection.h"

#include <math.h>
#include <stddef.h>

/* Rows before the first match count as a prefix from this many pages on. */
#define PROJECTION_PREFIX 5.0
/* A first match that comes later than in all but this share of even spreads. */
#define PROJECTION_CHANCE 0.01

/* So many matches tell how they are spread, and that they will grow in number. */
#define PROJECTION_FEW 3.0

/* The Limit that stops a node, if every node between hands rows on. */
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

static double
projection_min(double a, double b)
{
	return a < b ? a : b;
}

/* Rows that went past a Limit: returned, and skipped by OFFSET. */
static double
projection_matches(const WorkNode *limit)
{
	double rows = projection_per_loop(limit, limit->rows);

	return rows > 0 ? rows + limit->offset : 0;
}

/*
 * A scan below a Limit that the rows did not fill: M matches among a rows. The
 * larger table holds more of them, so that the Limit is reached earlier there,
 * if they are spread evenly: the first one came after first rows.
 */
static double
projection_ran_out(double a, double k, double M, double first, double scale)
{
	if (M < PROJECTION_FEW)
		return a * scale;
	/*
	 * Of M matches spread evenly over a rows, none is among the first x with a
	 * probability of (1 - x / a)^M.
	 */
	if (pow(1 - projection_min(first / a, 1), M) >= PROJECTION_CHANCE)
		return projection_min(a * scale, k * a / M);
	return a * scale;
}

/*
 * A scan below a Limit that was reached: a rows for k matches, b rows for m.
 * The matches beyond k are r rows apart. What exceeds k of those distances by
 * far is a prefix without matches, and that grows with the table. first: the
 * rows up to the first match.
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

/* The rows a loop that a scan below a Limit comes to. */
static double
projection_limited_scan(const WorkRuns *at, const LimitAbove *limit,
						double scale)
{
	double a = projection_per_loop(at->run, at->run->examined);
	double k = limit->run->limit;
	double first = at->run->first > 0 ? at->run->first : a;
	const WorkNode *last = at->more != NULL ? at->more : at->run;

	/* The same rows lie further apart in a larger table. */
	if (last->few)
		return a * scale;
	if (!projection_reached(limit->run))
		return projection_ran_out(a, k, projection_matches(limit->run), first,
								  scale);
	/* The limit of a subquery is not raised: all that is known is a. */
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

/* All inputs of one role together: the largest growth of rows counts. */
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
			matches > 0 ? projection_min(growth.rows, at->run->limit / matches)
						: 1;
	return growth;
}

/*
 * Plans of subqueries run once for each row of the node that has them, but for
 * those whose result is kept.
 */
static double
projection_subplans(const WorkRuns *at, double loops, double scale)
{
	double sum = 0;

	for (int i = 0; i < at->run->nchildren; i++)
	{
		WorkRuns child = projection_child(at, i);

		if (child.run->role == WORK_SUBPLAN)
			sum += projection_node(&child, NULL, child.run->once ? 1 : loops,
								   scale)
					   .examined;
	}
	return sum;
}

/* A node that reads its inputs whole, an Append of a recursion among them. */
static Growth
projection_block(const WorkRuns *at, double loops, double scale)
{
	Growth outer = projection_children(at, WORK_OUTER, NULL, loops, scale);
	Growth inner = projection_children(at, WORK_INNER, NULL, loops, scale);
	Growth growth = {outer.examined + inner.examined,
					 outer.rows > inner.rows ? outer.rows : inner.rows};

	return growth;
}

static Growth
projection_node(const WorkRuns *at, const LimitAbove *limit, double loops,
				double scale)
{
	const WorkNode *node = at->run;
	Growth growth = {0, 1};

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
			growth = projection_block(at, loops, scale);
			break;
	}
	growth.examined += projection_subplans(at, loops * growth.rows, scale);
	/* What is in an aggregate's arguments runs for each row that goes in. */
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
