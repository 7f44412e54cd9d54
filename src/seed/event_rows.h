/*-------------------------------------------------------------------------
 *
 * event_rows.h
 *		Synthetic events as rows of perfcheck_events().
 *
 * Owns the buffers that a row's values lie in, so that a row costs no
 * allocation and jsonb is not parsed again for each one.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_SEED_EVENT_ROWS_H
#define PERFCHECK_SEED_EVENT_ROWS_H

#include "synth/event.h"

#define EVENT_ROWS_COLUMNS 13

typedef struct EventRows EventRows;

/* In the current memory context, which must outlive it. */
extern EventRows *event_rows_create(const EventSpec *spec);

/*
 * The columns of row i, in the order of perfcheck_events(). They are valid
 * until the next call; where the database's encoding is not UTF8, some of them
 * lie in the current memory context.
 */
extern void event_rows_read(EventRows *rows, int64 i,
							Datum values[EVENT_ROWS_COLUMNS],
							bool nulls[EVENT_ROWS_COLUMNS]);

#endif /* PERFCHECK_SEED_EVENT_ROWS_H */
