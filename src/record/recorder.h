/*-------------------------------------------------------------------------
 *
 * recorder.h
 *		Records the SELECTs that this backend executes, while perfcheck.record
 *		is on.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_RECORDER_H
#define PERFCHECK_RECORD_RECORDER_H

/* Installs the hooks; to be called from _PG_init() alone. Raises no error. */
extern void recorder_init(void);

#endif /* PERFCHECK_RECORD_RECORDER_H */
