/*-------------------------------------------------------------------------
 *
 * run_json.h
 *		Reports -> one JSON document, from which the other formats are made.
 *
 * Owns the names and meanings of the members, which docs/report.md and
 * docs/report.schema.json describe. Members are added, and neither renamed nor
 * removed, while the member "format" stays the same.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_RUN_JSON_H
#define PERFCHECK_REPORT_RUN_JSON_H

#include "report/verify.h"

/* The version of the document's form. */
#define RUN_JSON_FORMAT 1

/*
 * Returns the document about QueryReports that were judged at scale. The same
 * rows, statistics and planner settings give the same text but for judged_ms, its
 * only time. It reads the catalogs, and raises no error of its own.
 */
extern char *run_json(List *reports, double scale, bool strict);

#endif /* PERFCHECK_REPORT_RUN_JSON_H */
