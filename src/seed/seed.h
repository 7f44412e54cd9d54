/*-------------------------------------------------------------------------
 *
 * seed.h
 *		Writes synthetic events through SPI, and removes them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_SEED_H
#define PERFCHECK_SEED_SEED_H

#include "utils/timestamp.h"

#include "synth/event.h"

/*
 * The arguments of perfcheck_seed() as the generator takes them: the evenings
 * are the whole UTC days from starts to starts + horizon. Errors:
 * invalid_parameter_value, naming the argument.
 */
extern EventSpec seed_spec(int64 seed, TimestampTz starts,
						   const Interval *horizon, int32 venues,
						   int32 artists);

/*
 * Inserts exactly rows events into target, which it creates if it is absent
 * and analyzes. An error leaves nothing behind. Returns rows.
 */
extern int64 seed_insert(const char *target, int64 rows, const EventSpec *spec,
						 TimestampTz starts, const Interval *horizon);

/* Deletes the synthetic rows of target; returns how many. */
extern int64 seed_remove(const char *target);

#endif /* PERFCHECK_SEED_SEED_H */
