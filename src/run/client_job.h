/*-------------------------------------------------------------------------
 *
 * client_job.h
 *		What a client of perfcheck_time is given to do, as bytes.
 *
 * A client is a process of its own, which cannot see what the caller has not
 * committed: queries, cases, settings and the user come to it in shared memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RUN_CLIENT_JOB_H
#define PERFCHECK_RUN_CLIENT_JOB_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#include "run/timed_work.h"

typedef struct ClientJob
{
	Oid user;       /* whom the caller is now */
	List *settings; /* CaseSetting *: those of the caller's session */
	TimedWork work; /* without samples */
} ClientJob;

/* Returns the settings that the session has made, or come with its connection. */
extern List *client_job_session_settings(void);

extern void client_job_write(StringInfo bytes, const ClientJob *job);

/* Returns what client_job_write() wrote. Raises no error but of memory. */
extern ClientJob *client_job_read(const char *bytes, int length);

#endif /* PERFCHECK_RUN_CLIENT_JOB_H */
