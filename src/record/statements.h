/*-------------------------------------------------------------------------
 *
 * statements.h
 *		The statements that this backend has recorded, known by their text.
 *
 * Owns what is to be known of a text but once: what of it is written, which of its
 * values are left out, whether it is perfcheck's own, and its number in the file.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_STATEMENTS_H
#define PERFCHECK_RECORD_STATEMENTS_H

#include "lib/stringinfo.h"
#include "nodes/params.h"

#include "record/redact.h"

typedef struct RecordedStatement
{
	uint64 key;       /* of the hash table */
	const char *text; /* as it was sent, without the comments around it */
	Size length;
	int ntypes; /* of the parameters that were bound */
	Oid *types;
	int pins;           /* executions that will still use it */
	bool own;           /* it calls a function of perfcheck */
	bool unusable;      /* its values cannot be told from it */
	bool backslashes;   /* they had a meaning in each constant of it */
	Redacted *redacted; /* NULL: the text is written as it is */
	/* What is written. */
	const char *sql;
	Size sql_length;
	bool cut; /* a constant was left out of it */
	int nparams;
	Oid *param_types;
	/* Where: in the file with that serial number, if it is the present one. */
	uint32 serial;
	uint32 number;
	uint64 queryid; /* of its last execution there; 0 before the first one */
} RecordedStatement;

/*
 * Returns the statement with that text and parameters of those types, which may
 * be new. params may be NULL. It is valid until statements_unpin(). To be called in
 * a transaction that is not aborted. Errors: of memory allocation alone.
 */
extern RecordedStatement *statements_pin(const char *text, Size length,
										 ParamListInfo params);

/* Raises no error. */
extern void statements_unpin(RecordedStatement *statement);

/*
 * Appends the values of an execution as they stand in the file; see
 * SegmentExecution. Errors: a cancel alone.
 */
extern void statements_append_values(const RecordedStatement *statement,
									 ParamListInfo params, StringInfo values);

#endif /* PERFCHECK_RECORD_STATEMENTS_H */
