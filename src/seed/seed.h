/*-------------------------------------------------------------------------
 *
 * seed.h
 *		Writes synthetic events into a table, and removes them.
 *
 * Owns what perfcheck_seed() and perfcheck_unseed() promise: exactly as many
 * rows as were asked for or an error and none, no change to a row that was
 * there before, and indexes and statistics that are up to date afterwards.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_SEED_H
#define PERFCHECK_SEED_SEED_H

#include "utils/timestamp.h"

#include "synth/event.h"

/*
 * Returns the arguments of perfcheck_seed() as the generator takes them. The
 * evenings are those of the whole UTC days from starts to starts + horizon.
 * Errors: invalid_parameter_value, which names the argument that is out of
 * range; datetime_value_out_of_range for timestamps that PostgreSQL lacks.
 */
extern EventSpec seed_spec(int64 seed, TimestampTz starts,
						   const Interval *horizon, int32 venues,
						   int32 artists);

/*
 * Inserts exactly rows events into the table called target, which is created
 * if it does not exist, and analyzes it. Returns rows. Sends NOTICE and INFO
 * messages about indexes and progress.
 *
 * Errors: invalid_parameter_value for rows below 1; program_limit_exceeded for
 * more rows than there is room for; untranslatable_character if the database's
 * encoding lacks a name; object_not_in_prerequisite_state if a trigger or a
 * rule keeps rows out; those of events_table.h, and whatever INSERT raises.
 */
extern int64 seed_insert(const char *target, int64 rows, const EventSpec *spec,
						 TimestampTz starts, const Interval *horizon);

/*
 * Deletes the synthetic rows of the table called target, and returns how many
 * they were. Errors: undefined_table; object_not_in_prerequisite_state if a
 * rule replaces DELETE; those of events_table_open() and
 * events_table_check_id(), and whatever DELETE raises.
 */
extern int64 seed_remove(const char *target);

#endif /* PERFCHECK_SEED_SEED_H */
