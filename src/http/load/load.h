/*-------------------------------------------------------------------------
 *
 * load.h
 *		The run: threads, and what they have measured.
 *
 * Owns the threads from start to end, Ctrl-C, and the limit of open files. The
 * loop that sends is worker.h.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_LOAD_H
#define PERFCHECK_HTTP_LOAD_LOAD_H

#include "http/result/result.h"

/*
 * False when the run could not be made; missed targets are not judged here.
 * result_finish() is left to the caller, with result->sent_for_us.
 */
extern bool load_run(const Settings *settings, const RequestList *requests,
					 Result *result, RunError *error);

#endif /* PERFCHECK_HTTP_LOAD_LOAD_H */
