/*-------------------------------------------------------------------------
 *
 * run_file.h
 *		Reads the JSON of a run for a comparison.
 *
 * Owns what is read of it, and the rule by which two files are comparable: the
 * same requests, targets and load.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_COMPARE_RUN_FILE_H
#define PERFCHECK_HTTP_COMPARE_RUN_FILE_H

#include <jansson.h>

#include "http/base/error.h"
#include "shared/comparison.h"

typedef struct QuerySamples
{
	const char *name; /* the document's */
	ComparisonSlice *slices;
	size_t slice_count;
	json_int_t requests;
	json_int_t errors;
} QuerySamples;

typedef struct RunFile
{
	const char *name;
	json_t *document;
	QuerySamples *queries;
	size_t query_count;
} RunFile;

/*
 * Reads a file, which is to be freed in either case. Returns false, and sets the
 * error, if it is not the JSON of a run with samples.
 */
extern bool run_file_read(RunFile *file, const char *name, RunError *error);
extern void run_file_free(RunFile *file);

/* Returns false, and says what differs, if two runs cannot be compared. */
extern bool run_file_comparable(const RunFile *one, const RunFile *other,
								RunError *error);

/* Returns whether both sent exactly the same requests. */
extern bool run_file_same_requests(const RunFile *one, const RunFile *other);

#endif /* PERFCHECK_HTTP_COMPARE_RUN_FILE_H */
