/*-------------------------------------------------------------------------
 *
 * slots.c
 *		Maps row numbers to slots: where and when an event takes place.
 *
 * A cell is one venue on one evening; its weight is that of the venue times
 * that of the day. The slots of a level are dealt out in rounds. In each round
 * a cell gives as many slots as its weight, or what it has left. So rows follow
 * the weights as long as there is room, and each level is used up completely.
 * Within a round the order is a random permutation.
 *
 * What a cell gives in a round depends on its weight alone. Cells are therefore
 * counted by class, which is the venues of one weight on the days of one
 * weight, and successive rounds that give the same are one phase. There are a
 * few dozen phases, and no table grows with the number of rows. slots_find()
 * goes from the row number to the phase, the round, the permuted index in the
 * round, the class, the cell, and to which of the cell's slots it is.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/slots.h"

#define FIRST_SECOND (18 * 3600)
#define HOURS 6               /* 18:00 to 23:00 */
#define MINUTES (59 * 5)      /* 18:01 to 22:59, except whole hours */
#define SECONDS (59 * 60 * 5) /* 18:00:01 to 22:59:59, except whole minutes */

static const int32_t level_slots[SLOT_LEVELS] = {HOURS, MINUTES, SECONDS};

/* How often 18:00, 19:00, ..., 23:00 are the first hour of a cell. */
static const uint32_t hour_weights[HOURS] = {2, 5, 5, 3, 2, 1};

#define SUM_OF_HOUR_WEIGHTS 18

int64_t
slots_capacity(SlotLevel level, int32_t days, int32_t venues)
{
	int64_t slots = 0;

	for (int32_t k = 0; k <= (int32_t) level; k++)
		slots += level_slots[k];
	return slots * days * venues;
}

/* 2000-01-01 was a Saturday. */
static int32_t
day_weight(int64_t day)
{
	int64_t weekday = (day % 7 + 7) % 7;

	return weekday == 0 || weekday == 6 ? 2 : 1;
}

static int32_t
class_venue_weight(int32_t c)
{
	return c / SLOT_MAX_DAY_WEIGHT + 1;
}

static int32_t
class_day_weight(int32_t c)
{
	return c % SLOT_MAX_DAY_WEIGHT + 1;
}

static int32_t
class_weight(int32_t c)
{
	return class_venue_weight(c) * class_day_weight(c);
}

static void
sort_venues(Slots *slots, int32_t venues, uint16_t *array)
{
	int32_t count = 0;

	slots->venue = array;
	slots->venue_ends[0] = 0;
	for (int32_t weight = 1; weight <= VOCABULARY_MAX_VENUE_WEIGHT; weight++)
	{
		for (int32_t k = 0; k < venues; k++)
		{
			if (vocabulary_venue_weight(k) == weight)
				array[count++] = (uint16_t) k;
		}
		slots->venue_ends[weight] = count;
	}
}

static void
sort_days(Slots *slots, int64_t first_day, int32_t days, uint16_t *array)
{
	int32_t count = 0;

	slots->day = array;
	slots->day_ends[0] = 0;
	for (int32_t weight = 1; weight <= SLOT_MAX_DAY_WEIGHT; weight++)
	{
		for (int32_t k = 0; k < days; k++)
		{
			if (day_weight(first_day + k) == weight)
				array[count++] = (uint16_t) k;
		}
		slots->day_ends[weight] = count;
	}
}

static uint32_t
days_of_class(const Slots *slots, int32_t c)
{
	int32_t weight = class_day_weight(c);

	return (uint32_t) (slots->day_ends[weight] - slots->day_ends[weight - 1]);
}

static uint32_t
venues_of_class(const Slots *slots, int32_t c)
{
	int32_t weight = class_venue_weight(c);

	return (uint32_t) (slots->venue_ends[weight] -
					   slots->venue_ends[weight - 1]);
}

/*
 * Sets the phase that begins with this round of a level. Returns how many
 * rounds it has, in which every cell gives the same number of slots: 0 if no
 * cell has slots left.
 */
static int32_t
make_phase(const Slots *slots, SlotLevel level, int32_t round, SlotPhase *phase)
{
	int32_t rounds = level_slots[level];
	uint32_t size = 0;

	for (int32_t c = 0; c < SLOT_CLASSES; c++)
	{
		int32_t weight = class_weight(c);
		int32_t left = level_slots[level] - round * weight;
		int32_t dealt = left < weight ? left : weight;

		phase->begins[c] = size;
		if (left <= 0 || slots->cells[c] == 0)
			continue;
		size += slots->cells[c] * (uint32_t) dealt;
		if (rounds > left / dealt)
			rounds = left / dealt;
	}
	phase->begins[SLOT_CLASSES] = size;
	phase->level = level;
	phase->first_round = round;
	if (size == 0)
		return 0;
	phase->round = permute_domain(size);
	return rounds;
}

static void
make_phases(Slots *slots)
{
	int64_t row = 0;

	slots->phases = 0;
	for (int32_t level = 0; level < SLOT_LEVELS; level++)
	{
		int32_t round = 0;

		slots->level[level] = permute_domain((uint32_t) level_slots[level]);
		while (row < slots->max_rows)
		{
			SlotPhase *phase = &slots->phase[slots->phases];
			int32_t rounds = make_phase(slots, (SlotLevel) level, round, phase);

			if (rounds == 0)
				break;
			phase->first_row = row;
			slots->phases++;
			round += rounds;
			row += (int64_t) rounds * phase->round.size;
		}
	}
}

void
slots_init(Slots *slots, uint64_t key, int64_t max_rows, int64_t first_day,
		   int32_t days, int32_t venues, uint16_t *day_array,
		   uint16_t *venue_array)
{
	slots->key = key;
	slots->max_rows = max_rows;
	sort_days(slots, first_day, days, day_array);
	sort_venues(slots, venues, venue_array);
	for (int32_t c = 0; c < SLOT_CLASSES; c++)
		slots->cells[c] = venues_of_class(slots, c) * days_of_class(slots, c);
	make_phases(slots);
}

/*
 * Returns the n-th hour of a cell. Hours are drawn by weight, without
 * replacement; each draw uses 10 bits of the key.
 */
static int32_t
cell_hour(uint64_t key, int32_t n)
{
	uint32_t taken = 0;
	uint32_t weight_left = SUM_OF_HOUR_WEIGHTS;
	int32_t hour;

	for (;;)
	{
		uint32_t draw = ((uint32_t) (key & 1023) * weight_left) >> 10;

		for (hour = 0;; hour++)
		{
			if (taken & (1u << hour))
				continue;
			if (draw < hour_weights[hour])
				break;
			draw -= hour_weights[hour];
		}
		if (n-- == 0)
			return hour;
		taken |= 1u << hour;
		weight_left -= hour_weights[hour];
		key >>= 10;
	}
}

/* Returns the n-th time of a cell at a level, in seconds after FIRST_SECOND. */
static int32_t
cell_second(const Slots *slots, SlotLevel level, uint64_t key, int32_t n)
{
	int32_t slot;

	if (level == SLOT_HOURS)
		return cell_hour(key, n) * 3600;
	slot = (int32_t) permute_in_domain(&slots->level[level], key, (uint32_t) n);
	slot += slot / 59 + 1; /* the first of each 60 is on a coarser level */
	return level == SLOT_MINUTES ? slot * 60 : slot;
}

/* Sets venue and day of a slot to those of a cell, the index-th of a class. */
static void
find_cell(const Slots *slots, int32_t c, uint32_t index, Slot *slot)
{
	uint32_t days = days_of_class(slots, c);
	const uint16_t *venue =
		slots->venue + slots->venue_ends[class_venue_weight(c) - 1];
	const uint16_t *day = slots->day + slots->day_ends[class_day_weight(c) - 1];

	slot->venue = venue[index / days];
	slot->day = day[index % days];
}

Slot
slots_find(const Slots *slots, int64_t i)
{
	const SlotPhase *phase = &slots->phase[slots->phases - 1];
	uint64_t level_key;
	uint64_t cell_key;
	uint32_t row; /* in the phase; 32 bits, for a faster division */
	uint32_t round;
	uint32_t at;   /* in the round, then in the class */
	uint32_t turn; /* of the cell in the round */
	int32_t c = 0;
	Slot slot;

	while (i < phase->first_row)
		phase--;
	row = (uint32_t) (i - phase->first_row);
	round = row / phase->round.size;
	row -= round * phase->round.size;
	round += (uint32_t) phase->first_round;

	level_key = permute_number(slots->key, phase->level);
	at =
		permute_in_domain(&phase->round, permute_number(level_key, round), row);
	while (at >= phase->begins[c + 1])
		c++;
	at -= phase->begins[c];
	turn = at / slots->cells[c];
	find_cell(slots, c, at % slots->cells[c], &slot);

	/* The complement keeps the keys of cells apart from those of rounds. */
	cell_key = permute_number(~level_key, ((uint64_t) slot.venue << 32) |
											  (uint64_t) slot.day);
	slot.second =
		FIRST_SECOND +
		cell_second(slots, phase->level, cell_key,
					(int32_t) (round * (uint32_t) class_weight(c) + turn));
	slot.level = phase->level;
	return slot;
}
