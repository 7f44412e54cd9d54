/*-------------------------------------------------------------------------
 *
 * recording.h
 *		What was recorded, read from the files that all backends wrote.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_RECORDING_H
#define PERFCHECK_RECORD_RECORDING_H

#include "datatype/timestamp.h"

/* How the plan of an execution was come by. */
typedef enum RecordedPlan
{
	RECORDED_PLAN_PLAIN, /* the statement has no parameters */
	RECORDED_PLAN_CUSTOM,
	RECORDED_PLAN_GENERIC
} RecordedPlan;

/* One execution of a statement. It is valid during one call of RecordingFunction. */
typedef struct RecordedExecution
{
	const char *sql; /* the statement alone, without the comments around it */
	bool cut; /* a constant was left out of it, where it has no parameter */
	const char *comment;     /* these comments, or NULL */
	const char *application; /* application_name; may be empty */
	const char *search_path; /* as the setting was */
	Oid role;                /* that executed it */
	uint64 queryid;          /* the server's own; 0 if it made none */
	TimestampTz started;
	double ms; /* of execution; planning is not in it */
	double rows;
	RecordedPlan plan;
	bool nested; /* in a function; only while perfcheck.record_nested is on */
	bool failed; /* it ended with an error, as by statement_timeout */
	/* The same for the statements of one transaction, and of no other one. */
	const char *transaction;
	int nparams; /* that were bound: $1 to $n of sql */
	Oid *types;
	char **values;  /* as text; NULL for NULL, and for what was left out */
	bool *left_out; /* by perfcheck.record_redact or record_values */
} RecordedExecution;

typedef void (*RecordingFunction)(const RecordedExecution *execution,
								  void *arg);

/*
 * Calls function(execution, arg), in the memory context that is current, for each
 * execution in the current database that is on record, those of one backend in the
 * order in which they ended. What this backend has recorded is included. A file
 * that is damaged is read up to the damage. A parameter whose value was a constant
 * of the statement as it was sent, which happens where values are left out, has the
 * type unknown. Errors: those of reading files, and those of the function.
 */
extern void recording_read(RecordingFunction function, void *arg);

/*
 * Forgets what was recorded in the current database, and in those that were dropped.
 * Backends that record go on
 * in new files. Errors: those of removing files.
 */
extern void recording_reset(void);

#endif /* PERFCHECK_RECORD_RECORDING_H */
