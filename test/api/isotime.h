/*-------------------------------------------------------------------------
 *
 * isotime.h
 *		ISO 8601 dates and timestamps, as the API accepts them.
 *
 * Owns which spellings are allowed: YYYY-MM-DD, alone (midnight) or followed
 * by THH:MM, :SS, .f to .ffffff, and by Z, +HH, +HHMM or +HH:MM (or -); no
 * offset means UTC. PostgreSQL reads every one of them alike; it would take
 * 'tomorrow' as well, which is why they are checked here. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EVENTS_API_ISOTIME_H
#define EVENTS_API_ISOTIME_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes for the longest spelling and its terminator. */
#define ISOTIME_SIZE sizeof("2027-03-01T18:00:00.123456+00:00")

/* False if text is none; otherwise its microseconds since 1970, UTC. */
extern bool isotime_parse(const char *text, int64_t *microseconds);

#endif /* EVENTS_API_ISOTIME_H */
