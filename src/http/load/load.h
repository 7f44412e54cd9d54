/*-------------------------------------------------------------------------
 *
 * load.h
 *		Runs the load and collects what its threads have measured.
 *
 * Owns the threads from start to end, Ctrl-C, and the limit on open files. The
 * loop that sends requests is worker.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_LOAD_H
#define PERFCHECK_HTTP_LOAD_LOAD_H

#include "http/result/result.h"

/*
 * Adds what was measured to result; the caller then calls result_finish() with
 * result->sent_for_us. Returns false, and sets the error, if the run could not
 * be made or completed. Targets are not judged here.
 */
extern bool load_run(const Settings *settings, const RequestList *requests,
					 Result *result, RunError *error);

#endif /* PERFCHECK_HTTP_LOAD_LOAD_H */
