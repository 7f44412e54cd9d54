/*-------------------------------------------------------------------------
 *
 * unmatched.h
 *		What a plan examines if what it looks for is not there.
 *
 * A Limit that walks an index past rows that do not match stops at the last row
 * that it asks for; if there is none, nothing stops it. Pure C, as work_node.h; no
 * function here raises an error or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_UNMATCHED_H
#define PERFCHECK_WORK_UNMATCHED_H

#include "work/work_node.h"

/* Rows that scans below a Limit examine if no row passes their conditions. */
typedef struct Unmatched
{
	double examined; /* all of them */
	/* Those of scans with a condition that compares with another scan's row. */
	double keyed;
} Unmatched;

/*
 * Returns them at a scale. The tree must have been projected to it last, see
 * projection_project().
 */
extern Unmatched unmatched_project(const WorkNode *root, double scale);

#endif /* PERFCHECK_WORK_UNMATCHED_H */
