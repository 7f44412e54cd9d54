/*-------------------------------------------------------------------------
 *
 * output.h
 *		Where reports are written to.
 *
 * Owns the files: a regular one is written beside and renamed, so that no one
 * reads half of it, a pipe or a device as it is, "-" is standard output.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REPORT_OUTPUT_H
#define PERFCHECK_HTTP_REPORT_OUTPUT_H

#include "http/report/report.h"

typedef void (*OutputWriter)(FILE *out, const Run *run);

/*
 * Whether a file can be written: asked before the run, so that 30 s are not
 * spent in vain. An existing file stays as it is.
 */
extern bool output_check(const char *file, RunError *error);

extern bool output_write(const char *file, OutputWriter writer, const Run *run,
						 RunError *error);

/*
 * The same two, for the end of a file that others write to as well. The first
 * one makes it when it is not there.
 */
extern bool output_check_append(const char *file, RunError *error);
extern bool output_append(const char *file, OutputWriter writer, const Run *run,
						  RunError *error);

#endif /* PERFCHECK_HTTP_REPORT_OUTPUT_H */
