/*-------------------------------------------------------------------------
 *
 * agree_weights.h
 *		How likely each parent is, where it is drawn among those that agree.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_AGREE_WEIGHTS_H
#define PERFCHECK_POPULATE_AGREE_WEIGHTS_H

#include "populate/population.h"

/*
 * Returns a weight for each row of the key's parent. Children that are dealt out by
 * chance, by these weights, are as many for a parent as the key's spread says.
 */
extern float *agree_weights_make(const KeyPlan *plan);

#endif /* PERFCHECK_POPULATE_AGREE_WEIGHTS_H */
