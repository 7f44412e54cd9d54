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
 * Returns what the blocks are, where they decide the verdict on a case and advice,
 * which may be NULL, does not say so; otherwise NULL. No errors.
 */
extern char *work_notes_blocks(const CaseVerdict *result, const Advice *advice);

/*
 * Where blocks decide and no fix is proven, what these blocks are is the cause;
 * advice is changed to say so. No errors.
 */
extern void work_notes_advise(Advice *advice, const CaseVerdict *result);

#endif /* PERFCHECK_REPORT_WORK_NOTES_H */
