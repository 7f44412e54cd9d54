/*-------------------------------------------------------------------------
 *
 * event_rows.h
 *		Synthetic events as rows of perfcheck_events().
 *
 * Owns the buffers of a row's values, so that a row costs no allocation, and
 * jsonb is not parsed for each one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_EVENT_ROWS_H
#define PERFCHECK_SEED_EVENT_ROWS_H

#include "synth/event.h"

#define EVENT_ROWS_COLUMNS 13

typedef struct EventRows EventRows;

/*
 * Returns the rows of this spec, allocated in the current memory context. What
 * it allocates later is in the same context; there is nothing else to free. It
 * raises no error of its own.
 */
extern EventRows *event_rows_create(const EventSpec *spec);

/*
 * Sets values and nulls to the columns of row i, in the order of the columns of
 * perfcheck_events(), where 0 <= i < event_capacity(). The values are valid
 * until the next call. If the database's encoding is neither UTF8 nor
 * SQL_ASCII, texts are allocated in the current memory context, and a character
 * that the encoding lacks raises untranslatable_character.
 */
extern void event_rows_read(EventRows *rows, int64 i,
							Datum values[EVENT_ROWS_COLUMNS],
							bool nulls[EVENT_ROWS_COLUMNS]);

#endif /* PERFCHECK_SEED_EVENT_ROWS_H */
