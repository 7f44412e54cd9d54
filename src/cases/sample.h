/*-------------------------------------------------------------------------
 *
 * sample.h
 *		Values as requests would bring them: drawn from the rows.
 *
 * To be called as the functions of values.h are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_SAMPLE_H
#define PERFCHECK_CASES_SAMPLE_H

#include "cases/probe.h"

/*
 * The values of up to count rows, drawn without regard to their order: a List
 * of char **, one value a parameter, in context. A pattern gets a word of the
 * text, a range the bounds of a fiftieth of the rows, a list or an array the
 * value of the row alone.
 */
extern List *sample_read(MemoryContext context, const Lookup *lookup,
						 int count);

#endif /* PERFCHECK_CASES_SAMPLE_H */
