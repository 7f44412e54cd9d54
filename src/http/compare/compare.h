/*-------------------------------------------------------------------------
 *
 * compare.h
 *		perfcheck-http compare: which queries became slower from run to run.
 *
 * Owns the command line of that command, what makes two files comparable, and
 * the report on them. The statistics are those of shared/comparison.h. Nothing is
 * sent.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_COMPARE_COMPARE_H
#define PERFCHECK_HTTP_COMPARE_COMPARE_H

#include "http/base/error.h"

/*
 * argv[0] is "compare". Returns the exit status: 1 if a query is slower. Sets the
 * error if there is no comparison.
 */
extern ExitStatus compare_main(int argc, char **argv, RunError *error);

#endif /* PERFCHECK_HTTP_COMPARE_COMPARE_H */
