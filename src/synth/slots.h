/*-------------------------------------------------------------------------
 *
 * slots.h
 *		Where and when the i-th synthetic event takes place.
 *
 * Owns the bijection from row numbers to (venue, evening, time): whole hours
 * first, then whole minutes, then whole seconds, from 18:00 to 23:00. Busy
 * venues, Fridays and Saturdays fill up first.
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

/* A day's weight: 2 on Fridays and Saturdays, otherwise 1. */
#define SLOT_MAX_DAY_WEIGHT 2

#define SLOT_CLASSES (VOCABULARY_MAX_VENUE_WEIGHT * SLOT_MAX_DAY_WEIGHT)

/*
 * The five weights that a cell can have, 1, 2, 3, 4 and 6, each end twice a
 * level at most: with their last full round, and with what is left over.
 */
#define SLOT_MAX_PHASES (SLOT_LEVELS * 5 * 2)

typedef struct SlotPhase
{
	int64_t first_row;
	int32_t first_round;
	SlotLevel level;
	/* where each class begins in a round; the round's size at the end */
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

	/* In ascending order of weight; each weight ends where the next begins. */
	const uint16_t *venue;
	const uint16_t *day;
	int32_t venue_ends[VOCABULARY_MAX_VENUE_WEIGHT + 1];
	int32_t day_ends[SLOT_MAX_DAY_WEIGHT + 1];
} Slots;

/* How many rows fit on the levels up to this one. */
extern int64_t slots_capacity(SlotLevel level, int32_t days, int32_t venues);

/*
 * first_day: days since 2000-01-01. The arrays, of venues and days elements,
 * are filled and kept. max_rows: at most 2^28.
 */
extern void slots_init(Slots *slots, uint64_t key, int64_t max_rows,
					   int64_t first_day, int32_t days, int32_t venues,
					   uint16_t *day_array, uint16_t *venue_array);

/* i: below max_rows and the capacity */
extern Slot slots_find(const Slots *slots, int64_t i);

#endif /* PERFCHECK_SYNTH_SLOTS_H */
