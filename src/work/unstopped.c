/*-------------------------------------------------------------------------
 *
 * unstopped.c
 *		How many times the rows of each node grow if nothing stops the plan.
 *
 * Growth is computed from the bottom up, for one loop of each node: a scan's by
 * its exponents; a nested loop's as the product of its sides; that of a join by
 * keys as their product, less the growth of the keys' values, since that many
 * more values share the pairs; a grouping's by its groups, which are no more than
 * the rows that it reads. So nothing is projected to return more than what the
 * tables can hold.
 *
 *-------------------------------------------------------------------------
 */
#include "work/unstopped.h"

#include <math.h>
#include <stddef.h>

double
unstopped_rows_of(const WorkNode *node, WorkRole role)
{
	double today = 0;
	double then = 0;
	double most = 0;

	for (int i = 0; i < node->nchildren; i++)
	{
		const WorkNode *child = node->children[i];

		if (child->role != role)
			continue;
		today += child->rows;
		then += child->rows * child->growth.rows;
		most = fmax(most, child->growth.rows);
	}
	if (today > 0)
		return then / today;
	return most > 0 ? most : 1;
}

/* Returns the rows that all loops of one side of a join returned. */
static double
unstopped_side_rows(const WorkNode *join, WorkRole role)
{
	double rows = 0;

	for (int i = 0; i < join->nchildren; i++)
		if (join->children[i]->role == role)
			rows += join->children[i]->rows;
	return rows;
}

/*
 * Each pair of rows meets that has the same value of the key. With o and i times
 * the rows on the two sides, and v times as many values that they share, there
 * are o * i / v times the pairs. A side has no more values than rows.
 */
static double
unstopped_join_rows(const WorkNode *join, double scale, bool least)
{
	double outer = unstopped_rows_of(join, WORK_OUTER);
	double inner = unstopped_rows_of(join, WORK_INNER);
	double values;
	double rows;

	/* What comes out beside a side without rows are rows of the other one. */
	if (join->keeps[WORK_OUTER] && unstopped_side_rows(join, WORK_INNER) == 0)
		return outer;
	if (join->keeps[WORK_INNER] && unstopped_side_rows(join, WORK_OUTER) == 0)
		return inner;
	/* A key that is not known has a partner or a few for each row. */
	if (join->keys[WORK_OUTER] < 0)
		values = fmin(outer, inner);
	else
		values = fmax(fmin(pow(scale, join->keys[WORK_OUTER]), fmax(outer, 1)),
					  fmin(pow(scale, join->keys[WORK_INNER]), fmax(inner, 1)));
	rows = outer * inner / values;
	if (least && work_node_leaves_one(join->examined, join->rows,
									  unstopped_side_rows(join, WORK_OUTER)))
		rows = fmin(rows, outer);
	if (join->single[WORK_OUTER])
		rows = fmin(rows, outer);
	if (join->single[WORK_INNER])
		rows = fmin(rows, inner);
	if (join->keeps[WORK_OUTER])
		rows = fmax(rows, outer);
	if (join->keeps[WORK_INNER])
		rows = fmax(rows, inner);
	return rows;
}

static double
unstopped_limit_rows(const WorkNode *limit)
{
	double rows = unstopped_rows_of(limit, WORK_OUTER);
	double matches = work_node_matches(limit);

	if (limit->limit <= 0)
		return rows;
	if (work_node_reached(limit) || matches <= 0)
		return 1;
	return fmin(rows, limit->limit / matches);
}

/* Returns how many times as many values the sources of a node have. */
static double
unstopped_sources(const WorkNode *node, double scale)
{
	double most = 1;

	for (int i = 0; i < node->nsources; i++)
	{
		const WorkSource *source = &node->sources[i];

		if (source->node == NULL)
			most = fmax(most, pow(scale, source->exponent));
		else if (source->input)
			most = fmax(most, unstopped_rows_of(source->node, WORK_OUTER));
		else
			most = fmax(most, source->node->growth.rows);
	}
	return most;
}

static void
unstopped_settle_scan(WorkNode *node, const WorkNode *last, double scale,
					  bool least)
{
	double source = 1;
	double found = last->found;

	if (least && last->leaves_one)
		found = fmin(found, 0);

	if (node->cte != NULL)
		source = node->cte->plan->growth.rows;
	else if (node->recursion != NULL)
		source = node->recursion->growth.read;
	node->growth.read = source * pow(scale, last->read);
	node->growth.rows = source * pow(scale, found);
	/* Of a CTE's rows a part is returned, and at least those of today. */
	if (node->cte != NULL)
		node->growth.rows = fmax(node->growth.rows, 1);
}

/* Returns whether a join wants only the first rows of its inner side. */
static bool
unstopped_asks(const WorkNode *join)
{
	for (int i = 0; i < join->nchildren; i++)
		if (join->children[i]->role == WORK_INNER &&
			join->children[i]->asked > 0)
			return true;
	return false;
}

/*
 * Returns how many times as many pairs a nested loop tries, which tries each row
 * with each one of the inner side. What it examined beyond the rows of that side
 * are outer rows that came out without a partner: these grow as the outer side.
 */
static double
unstopped_pairs(const WorkNode *join)
{
	double outer = unstopped_rows_of(join, WORK_OUTER);
	double inner = unstopped_rows_of(join, WORK_INNER);
	double alone =
		fmax(join->examined - unstopped_side_rows(join, WORK_INNER), 0);

	if (!join->keeps[WORK_OUTER] || join->examined <= 0)
		return outer * inner;
	return outer * (alone + (join->examined - alone) * inner) / join->examined;
}

double
unstopped_function_rows(const WorkNode *node)
{
	double most = 1;

	for (int i = 0; i < node->nnested; i++)
		most = fmax(most, node->nested[i]->growth.rows);
	return most;
}

/*
 * Sets the growth of a node and of all below it, or only the least one. Children
 * come first; a CTE's plan stands in the tree before the scans of the CTE, so each
 * is settled once.
 */
static void
unstopped_settle_as(WorkNode *node, const WorkNode *more, double scale,
					bool least)
{
	double input;

	for (int i = 0; i < node->nchildren; i++)
	{
		WorkNode *child = node->children[i];

		/* The rows of a step are known once the first term is settled. */
		if (node->kind == WORK_RECURSION && child->role == WORK_INNER)
			node->growth.read = fmax(unstopped_rows_of(node, WORK_OUTER), 1);
		unstopped_settle_as(child, more == NULL ? NULL : more->children[i],
							scale, least);
	}
	for (int i = 0; i < node->nnested; i++)
		unstopped_settle_as(node->nested[i], NULL, scale, least);
	input = unstopped_rows_of(node, WORK_OUTER);
	switch (node->kind)
	{
		case WORK_SCAN:
		case WORK_BITMAP_INDEX:
			/* More rows tell more of how common a value is. */
			unstopped_settle_scan(node, more != NULL ? more : node, scale,
								  least);
			break;
		case WORK_NESTED_LOOP:
		case WORK_HASH_JOIN:
		case WORK_MERGE_JOIN:
			node->growth.rows = unstopped_join_rows(node, scale, least);
			/* Pairs that a condition removes grow as those that it leaves. */
			node->growth.read = node->growth.rows;
			/* But this one tries each row with each one of the inner side. */
			if (node->kind == WORK_NESTED_LOOP && !unstopped_asks(node))
				node->growth.read =
					fmax(node->growth.rows, unstopped_pairs(node));
			break;
		case WORK_LIMIT:
			node->growth.rows = unstopped_limit_rows(node);
			node->growth.read = input;
			break;
		case WORK_RECURSION:
			node->growth.rows = fmax(unstopped_rows_of(node, WORK_OUTER),
									 unstopped_rows_of(node, WORK_INNER) *
										 pow(scale, node->steps));
			break;
		case WORK_BITMAP_AND:
		case WORK_BITMAP_OR:
		case WORK_STREAM:
		case WORK_BLOCK:
			node->growth.read = node->growth.rows = input;
			break;
	}
	if (node->grouped)
		node->growth.rows = fmin(node->growth.rows, pow(scale, node->groups));
	if (node->one_row)
		node->growth.rows = 1;
	if (node->is_function)
	{
		node->growth.rows *= unstopped_function_rows(node);
		node->growth.read *= unstopped_function_rows(node);
	}
	if (node->nsources > 0)
	{
		double sources = unstopped_sources(node, scale);

		if (node->by_sources)
			node->growth.read *= sources;
		/* A filter returns no more than what is read. */
		node->growth.rows = fmin(node->growth.rows * sources,
								 fmax(node->growth.read, node->growth.rows));
	}
	if (least)
		node->growth.least = node->growth.rows;
}

void
unstopped_settle(WorkNode *node, const WorkNode *more, double scale)
{
	unstopped_settle_as(node, more, scale, true);
	unstopped_settle_as(node, more, scale, false);
}
