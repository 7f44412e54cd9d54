/*-------------------------------------------------------------------------
 *
 * condition_text.h
 *		The conditions of a scan as text, without their values.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_PLAN_CONDITION_TEXT_H
#define PERFCHECK_PLAN_CONDITION_TEXT_H

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

/*
 * Appends expressions of a scan over relation, by index if that is valid, in prefix
 * notation: "= kind ?, ~~* name ?". What a value is, or comes from another node, is a
 * question mark. The text depends on names alone, no OIDs. Errors:
 * statement_too_complex if an expression is too deep for the stack.
 */
extern void condition_text_append(StringInfo text, const List *conditions,
								  Oid relation, Oid index);

#endif /* PERFCHECK_PLAN_CONDITION_TEXT_H */
