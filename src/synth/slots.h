/*-------------------------------------------------------------------------
 *
 * slots.h
 *		Maps row numbers to slots: where and when an event takes place.
 *
 * Owns this mapping, which is one to one. A slot is a venue, an evening and a
 * time from 18:00 to 23:00. Whole hours are used first, then whole minutes,
 * then whole seconds; busy venues, Fridays and Saturdays fill up first. No
 * function here fails.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_SLOTS_H
#define PERFCHECK_SYNTH_SLOTS_H

#include <stdint.h>

#include "synth/permute.h"
#include "synth/vocabulary.h"

typedef enum SlotLevel
{
	SLOT_HOURS,
	SLOT_MINUTES,
	SLOT_SECONDS,
	SLOT_LEVELS
} SlotLevel;

typedef struct Slot
{
	int32_t venue;
	int32_t day;    /* 0 is the first evening */
	int32_t second; /* of the day, in UTC */
	SlotLevel level;
} Slot;

/* The weight of a day is 2 on Fridays and Saturdays, otherwise 1. */
#define SLOT_MAX_DAY_WEIGHT 2

#define SLOT_CLASSES (VOCABULARY_MAX_VENUE_WEIGHT * SLOT_MAX_DAY_WEIGHT)

/*
 * A cell has one of five weights: 1, 2, 3, 4 and 6. On each level a weight ends
 * at most two phases: after its last full round, and after what is left over.
 */
#define SLOT_MAX_PHASES (SLOT_LEVELS * 5 * 2)

typedef struct SlotPhase
{
	int64_t first_row;
	int32_t first_round;
	SlotLevel level;
	/* where each class begins in a round, and the size of the round */
	uint32_t begins[SLOT_CLASSES + 1];
	PermuteDomain round;
} SlotPhase;

typedef struct Slots
{
	uint64_t key;
	int64_t max_rows;
	int32_t phases;
	SlotPhase phase[SLOT_MAX_PHASES];
	PermuteDomain level[SLOT_LEVELS];
	uint32_t cells[SLOT_CLASSES];

	/* ordered by weight; weight w ends at venue_ends[w], day_ends[w] */
	const uint16_t *venue;
	const uint16_t *day;
	int32_t venue_ends[VOCABULARY_MAX_VENUE_WEIGHT + 1];
	int32_t day_ends[SLOT_MAX_DAY_WEIGHT + 1];
} Slots;

/* Returns the number of slots on the levels up to and including this one. */
extern int64_t slots_capacity(SlotLevel level, int32_t days, int32_t venues);

/*
 * Sets slots for at most max_rows rows, of which 2^28 are allowed. first_day is
 * in days since 2000-01-01. The arrays must have as many elements as there are
 * days and venues; they are filled, and must stay as long as slots is used.
 */
extern void slots_init(Slots *slots, uint64_t key, int64_t max_rows,
					   int64_t first_day, int32_t days, int32_t venues,
					   uint16_t *day_array, uint16_t *venue_array);

/* Returns the slot of row i, which is below max_rows and the capacity. */
extern Slot slots_find(const Slots *slots, int64_t i);

#endif /* PERFCHECK_SYNTH_SLOTS_H */
