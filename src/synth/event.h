/*-------------------------------------------------------------------------
 *
 * event.h
 *		Generates the rows that perfcheck_seed() writes.
 *
 * Owns what a synthetic event looks like. Row i is a function of the EventSpec
 * and of i alone, and is byte-identical on every machine: it depends on no
 * clock, locale, floating-point arithmetic or server, and not on how many rows
 * are asked for. No two rows of a spec have the same (venue, date), or the same
 * id.
 *
 * Times are in microseconds since 2000-01-01 00:00 UTC, PostgreSQL's epoch.
 * Text is in UTF-8, and has characters of Latin-1 only. No function here fails;
 * arguments must be within the limits given.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SYNTH_EVENT_H
#define PERFCHECK_SYNTH_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EVENT_MAX_DAYS 36600
#define EVENT_MAX_VENUES 1000
#define EVENT_MAX_ARTISTS 100000

/* An id has 28 bits for the row number. The default spec has 85 million rows. */
#define EVENT_MAX_ROWS (INT64_C(1) << 28)

#define EVENT_NAME_SIZE 160
#define EVENT_SOURCES_SIZE 512

/*
 * Source sets, ways to combine platforms; digits of the number in each link;
 * characters of the time in each source.
 */
#define EVENT_SOURCE_SETS 14
#define EVENT_SOURCE_DIGITS 15
#define EVENT_ADDED_AT_LENGTH 24

typedef struct EventSpec
{
	int64_t seed;
	int64_t first_day; /* a UTC midnight; 90 days before it must be valid */
	int32_t days;      /* evenings from first_day on, 1..EVENT_MAX_DAYS */
	int32_t venues;    /* 1..EVENT_MAX_VENUES */
	int32_t artists;   /* 1..EVENT_MAX_ARTISTS */
} EventSpec;

typedef struct Event
{
	uint8_t id[16]; /* a version 8 UUID, see event_id_is_synthetic() */
	char name[EVENT_NAME_SIZE];
	char artist[EVENT_NAME_SIZE];
	char venue[EVENT_NAME_SIZE];
	int64_t date;      /* 18:00 to 23:00 UTC */
	char time[9];      /* "20:00", or "20:00:30" where seconds are used */
	const char *genre; /* static */
	char ticket_sources[EVENT_SOURCES_SIZE]; /* as jsonb_out() writes it */
	/*
	 * The ticket_sources of events of one source set differ only in the
	 * EVENT_SOURCE_DIGITS digits after each "/e/", and in the EVENT_ADDED_AT_LENGTH
	 * characters of each addedAt.
	 */
	uint8_t source_set; /* 0..EVENT_SOURCE_SETS - 1 */
	char price[16];     /* "" stands for NULL */
	char source_id[40];
	const char *source_platform; /* static */
	int64_t created_at;          /* before first_day */
	int64_t updated_at;          /* from created_at to first_day */
} Event;

typedef struct EventGenerator EventGenerator;

/* Returns how many bytes of memory event_init() needs for spec. */
extern size_t event_generator_size(const EventSpec *spec);

/*
 * Returns a generator that is made in this memory, which must have that size
 * and the alignment of malloc(). There is nothing else to free.
 */
extern EventGenerator *event_init(void *memory, const EventSpec *spec);

/* Sets event to row i, where 0 <= i < event_capacity(). */
extern void event_row(const EventGenerator *generator, int64_t i, Event *event);

/*
 * Return how many rows there are on whole hours, on whole minutes (including
 * these), and in all, on whole seconds; at most EVENT_MAX_ROWS each. Row
 * numbers run through them in that order.
 */
extern int64_t event_capacity_hours(const EventSpec *spec);
extern int64_t event_capacity_minutes(const EventSpec *spec);
extern int64_t event_capacity(const EventSpec *spec);

/*
 * Returns whether event_row() makes this id for any spec and i. Another UUID of
 * version 8 is taken for one with a probability of 2^-62, a UUID of another
 * version never. Two specs have ids in common with a probability of 2^-32.
 */
extern bool event_id_is_synthetic(const uint8_t id[16]);

/* Set name to that of venue or artist k, counted from 0. */
extern void event_venue_name(int32_t k, char name[EVENT_NAME_SIZE]);
extern void event_artist_name(int32_t k, char name[EVENT_NAME_SIZE]);

#endif /* PERFCHECK_SYNTH_EVENT_H */
