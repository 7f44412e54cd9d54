/*-------------------------------------------------------------------------
 *
 * region.h
 *		What one Limit stops, and how counts grow in it.
 *
 * Pure C, as work_node.h. No function here raises an error or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_REGION_H
#define PERFCHECK_WORK_REGION_H

#include "work/work_node.h"

/* What one Limit stops; or, with limited false, a tree that runs to its end. */
typedef struct Region
{
	bool limited;
	double calls;        /* growth of the loops of its root */
	double loops;        /* of the Limit today */
	double wanted;       /* LIMIT + OFFSET: k */
	double wanted_then;  /* the same at the target size */
	double matches;      /* rows a loop that came to the Limit, OFFSET's too */
	double more_loops;   /* of the Limit when it was raised; 0 if it was not */
	double more_matches; /* and the rows a loop that came to it: m */
	double more_part; /* of what was read then, the part up to the last one */
	double rows;      /* F */
	double first;     /* the part of the work up to the first match */
	double longest;   /* the part without a match: before the first, or a gap */
	double prefix;    /* of this, the part that grows; 0 if it is not known */
	double batch;     /* rows that are read for the rest of their group */
} Region;

/*
 * Returns the part of what a scan below a Limit examined that is a prefix before its
 * matches, where these tell it; 0 if there is none, or if it is not known. batched
 * tells whether an Incremental Sort stands above the scan.
 */
extern double region_prefix(const WorkRuns *at, const Region *region,
							bool batched);

/*
 * Returns the part of what a scan examined with raised limits up to its last match, if
 * they ran out; 1 if they did not, or if that is not known.
 */
extern double region_more_part(const WorkRuns *at, const Region *region,
							   bool ran_out);

/*
 * Returns what a count comes to in all loops of the region. today is the count of
 * the first run and more that of the second one; first is what was counted until
 * the Limit got its first row, or 0 if that is not known. growth is that of the
 * count in one loop of the region if nothing stops it.
 */
extern double region_count(const Region *region, double today, double more,
						   double first, double growth);

/*
 * The same for the rows that a node examines itself, whose loops are projected one
 * by one where there is one for each loop of the Limit, whose growth in one loop of the
 * region is that of its loops, as loops, and of what it reads. Loops of a scan that have far
 * more rows than usual grow by their own exponent, and are no more than today; they
 * read what the Limit asks for at the most.
 */
extern double region_examined(const WorkRuns *at, const Region *region,
							  double loops, double scale);

/*
 * The same for the loops of a node, whose growth in one loop of the region is loops
 * if nothing stops it. Returns their growth in all loops.
 */
extern double region_loops(const WorkRuns *at, const Region *region,
						   double loops);

#endif /* PERFCHECK_WORK_REGION_H */
