/*-------------------------------------------------------------------------
 *
 * scan_growth.h
 *		How the rows of a scan grow with its table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_SCAN_GROWTH_H
#define PERFCHECK_WORK_SCAN_GROWTH_H

#include "nodes/execnodes.h"

/* Exponents of the rows of one loop, as in plan/growth.h. */
typedef struct ScanGrowth
{
	double read;  /* examined */
	double found; /* returned; of a CTE the part that is returned */
	double whole; /* rows that are examined today if nothing stops it */
	/*
	 * Of the values that it comes to, if a condition has it begin behind another
	 * value in each loop; else 0.
	 */
	double beyond;
	/* As the fields of WorkNode with these names. */
	double hot;
	double hot_rows;
	double hot_loops;
	double hot_read;
} ScanGrowth;

/*
 * Returns how the rows of a scan or of a bitmap index scan grow, which was
 * executed and watched (watch.h). heap is the heap scan above a bitmap index scan,
 * NULL for others. varying holds the numbers of the executor's parameters that
 * have another value in each loop. Errors: those of growth.h.
 */
extern ScanGrowth scan_growth_read(PlanState *node, PlanState *heap,
								   const Bitmapset *varying);

#endif /* PERFCHECK_WORK_SCAN_GROWTH_H */
