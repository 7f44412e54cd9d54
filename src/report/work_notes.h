/*-------------------------------------------------------------------------
 *
 * work_notes.h
 *		What is worth knowing of the work of a query beside its rows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_WORK_NOTES_H
#define PERFCHECK_REPORT_WORK_NOTES_H

#include "advice/advice.h"
#include "verdict/verdict.h"

/*
 * Returns lines (char *): that a plan of a case that counts will be compiled though
 * it examines few rows, and that one will write temporary files. name is the
 * query's. No line holds a time or a cost. Errors: those of loading the server's
 * JIT provider.
 */
extern List *work_notes(const char *name, const QueryVerdict *verdict);

/*
 * Returns the value of the diagnostics' line on blocks; NULL if they do not decide
 * the verdict on a case. It says what they are, unless advice, which may be NULL,
 * does. No errors.
 */
extern char *work_notes_blocks(const QueryVerdict *verdict,
							   const CaseVerdict *result, const Advice *advice);

/*
 * Where blocks decide and no fix is proven, what these blocks are is the cause;
 * advice is changed to say so. No errors.
 */
extern void work_notes_advise(Advice *advice, const CaseVerdict *result);

#endif /* PERFCHECK_REPORT_WORK_NOTES_H */
