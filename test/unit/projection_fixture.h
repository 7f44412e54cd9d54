/*
 * projection_fixture.h
 *		Trees of WorkNodes as node_counts.c makes them, for unit tests.
 */
#ifndef PERFCHECK_TEST_PROJECTION_FIXTURE_H
#define PERFCHECK_TEST_PROJECTION_FIXTURE_H

#include "work/projection.h"

#define SCALE 100.0

/* Of the counts that were measured on tables really so many times as large. */
#define MEASURED 50.0

static inline WorkNode
scan(double examined, double rows)
{
	WorkNode node = {.kind = WORK_SCAN,
					 .role = WORK_OUTER,
					 .loops = 1,
					 .rows = rows,
					 .examined = examined,
					 .read = 1,
					 .found = 1};

	return node;
}

/* It has as many rows at any size. */
static inline void
pin(WorkNode *node)
{
	node->read = node->found = 0;
}

static inline WorkNode
above(WorkKind kind, WorkNode **children, int n, double rows)
{
	WorkNode node = {.kind = kind,
					 .role = WORK_OUTER,
					 .loops = 1,
					 .rows = rows,
					 .nchildren = n,
					 .children = children};

	if (kind == WORK_HASH_JOIN || kind == WORK_MERGE_JOIN)
		node.keys[WORK_OUTER] = node.keys[WORK_INNER] = WORK_UNKNOWN;
	return node;
}

static inline WorkNode
limit(WorkNode **child, double rows, double count, double offset)
{
	WorkNode node = above(WORK_LIMIT, child, 1, rows);

	node.limit = count + offset;
	node.offset = offset;
	return node;
}

static inline double
project(WorkNode *run, WorkNode *more)
{
	WorkRuns runs = {run, more};

	return projection_project(&runs, SCALE).examined;
}

static inline double
project_measured(WorkNode *run, WorkNode *more)
{
	WorkRuns runs = {run, more};

	return projection_project(&runs, MEASURED).examined;
}

static inline WorkNode
inner_scan(double loops, double examined, bool pinned)
{
	WorkNode node = scan(examined, examined);

	node.role = WORK_INNER;
	node.loops = loops;
	if (pinned)
		pin(&node);
	return node;
}

#endif /* PERFCHECK_TEST_PROJECTION_FIXTURE_H */
