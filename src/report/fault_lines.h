/*-------------------------------------------------------------------------
 *
 * fault_lines.h
 *		What is told of a fault: its cause, the fix, and what a trial showed.
 *
 * Owns the keys of these lines, which perfcheck_verify() and perfcheck_assert()
 * print alike.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_REPORT_FAULT_LINES_H
#define PERFCHECK_REPORT_FAULT_LINES_H

#include "advice/advice.h"

typedef struct FaultLine
{
	const char *key;
	const char *text;
	bool sql; /* to paste: it must not be shortened */
} FaultLine;

/*
 * Returns the FaultLines of advice, the cause first; NIL for NULL. A fix that was
 * not tried, or is not enough, is never called just "fix". No errors.
 */
extern List *fault_lines(const Advice *advice);

/* Returns text of at most length bytes, with "..." where it was cut. */
extern char *fault_lines_shorten(const char *text, int length);

#endif /* PERFCHECK_REPORT_FAULT_LINES_H */
