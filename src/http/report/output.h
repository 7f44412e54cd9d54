/*-------------------------------------------------------------------------
 *
 * output.h
 *		Writes reports to files.
 *
 * Owns the files. A regular file is written under another name and renamed, so
 * that nobody reads half of it; a pipe or a device is written to directly; "-" is
 * standard output.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_REPORT_OUTPUT_H
#define PERFCHECK_HTTP_REPORT_OUTPUT_H

#include "http/report/report.h"

typedef void (*OutputWriter)(FILE *out, const Run *run);

/*
 * Checks before the run whether a file can be written, so that the run is not
 * made in vain. Leaves an existing file as it is. Returns false, and sets the
 * error, if it cannot be written.
 */
extern bool output_check(const char *file, RunError *error);

/* Writes a report. Returns false, and sets the error, if that fails. */
extern bool output_write(const char *file, OutputWriter writer, const Run *run,
						 RunError *error);

/*
 * Do the same at the end of a file that other programs write to as well. The
 * check creates the file if it does not exist.
 */
extern bool output_check_append(const char *file, RunError *error);
extern bool output_append(const char *file, OutputWriter writer, const Run *run,
						  RunError *error);

#endif /* PERFCHECK_HTTP_REPORT_OUTPUT_H */
