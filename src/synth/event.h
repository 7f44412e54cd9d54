/*-------------------------------------------------------------------------
 *
 * event.h
 *		The rows that perfcheck_seed() writes, as a pure function.
 *
 * Owns what a synthetic event looks like. Row i is a function of the EventSpec
 * and i alone: no clock, no locale, no floating point, no server call, so it
 * is byte-identical on every machine. Rows 0, 1, 2, ... never share a (venue,
 * date) nor an id: each row number is mapped to a slot of its own. A row does
 * not depend on how many rows are asked for.
 *
 * Times are microseconds since 2000-01-01 00:00 UTC, PostgreSQL's own epoch.
 * Text is UTF-8, and holds Latin-1 characters only.
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

/* An id has 28 bits for the row number. The default spec holds 85 million. */
#define EVENT_MAX_ROWS (INT64_C(1) << 28)

#define EVENT_NAME_SIZE 160
#define EVENT_SOURCES_SIZE 512

/* Ways to combine ticket sources, and digits of the number in each link. */
#define EVENT_SOURCE_SETS 14
#define EVENT_SOURCE_DIGITS 15

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
	char ticket_sources[EVENT_SOURCES_SIZE]; /* as jsonb prints it, 1 to 3 */
	/*
	 * Events of one set have ticket_sources that differ in the digits alone:
	 * EVENT_SOURCE_DIGITS of them after each "/e/".
	 */
	uint8_t source_set; /* 0..EVENT_SOURCE_SETS - 1 */
	char price[16];     /* "" stands for NULL */
	char source_id[40];
	const char *source_platform; /* static */
	int64_t created_at;          /* before first_day */
	int64_t updated_at;          /* from created_at to first_day */
} Event;

typedef struct EventGenerator EventGenerator;

/* Bytes of memory that event_init() needs for spec. */
extern size_t event_generator_size(const EventSpec *spec);

/*
 * Prepares a generator in memory of at least that size, aligned as malloc()
 * does; nothing to free. The spec must be within the limits above.
 */
extern EventGenerator *event_init(void *memory, const EventSpec *spec);

/* Row i, 0 <= i < event_capacity(). */
extern void event_row(const EventGenerator *generator, int64_t i, Event *event);

/*
 * How many rows have a (venue, date) of their own: on whole hours, on whole
 * minutes, and on whole seconds (all that there are). Rows take them in that
 * order. None is more than EVENT_MAX_ROWS.
 */
extern int64_t event_capacity_hours(const EventSpec *spec);
extern int64_t event_capacity_minutes(const EventSpec *spec);
extern int64_t event_capacity(const EventSpec *spec);

/*
 * Whether id is one that event_row() makes, for whatever spec and i. The
 * second half of such an id is a checksum of the first, so that another
 * version 8 UUID passes by chance once in 2^62; one of another version never.
 *
 * The first half is a bijection of the row number and of 32 bits that stand
 * for the spec: within a spec no two ids are equal, and the rows of two specs
 * share ids only if those 32 bits are equal, by chance once in 2^32.
 */
extern bool event_id_is_synthetic(const uint8_t id[16]);

/* The k-th name (k < venues, k < artists), for checks of the encoding. */
extern void event_venue_name(int32_t k, char name[EVENT_NAME_SIZE]);
extern void event_artist_name(int32_t k, char name[EVENT_NAME_SIZE]);

#endif /* PERFCHECK_SYNTH_EVENT_H */
