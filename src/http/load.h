/*-------------------------------------------------------------------------
 *
 * load.h
 *		The load loop: sends what the schedule says until its end.
 *
 * Owns the run itself: connections, Ctrl-C, the wait for the last answers. It
 * brings together client, schedule, check and result, none of which knows of
 * another.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_H
#define PERFCHECK_HTTP_LOAD_H

#include "result.h"

/* False when the run could not be made; missed targets are not judged here. */
extern bool load_run(const Options *options, const RequestList *requests,
					 Result *result, RunError *error);

#endif /* PERFCHECK_HTTP_LOAD_H */
