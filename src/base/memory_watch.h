/*-------------------------------------------------------------------------
 *
 * memory_watch.h
 *		How much memory this process has for itself.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_MEMORY_WATCH_H
#define PERFCHECK_BASE_MEMORY_WATCH_H

/*
 * Returns the bytes of memory that the process has and shares with no other one, or
 * 0 where the system does not tell. It may be called in a signal handler.
 */
extern int64 memory_watch_read(void);

#endif /* PERFCHECK_BASE_MEMORY_WATCH_H */
