/*-------------------------------------------------------------------------
 *
 * values.h
 *		Values of a column to compare with: common, typical, rare, absent.
 *
 * Owns the SQL that looks them up in the rows themselves, so that absent is
 * truly absent and rare truly rare. Values are text under the settings of
 * guard_enter_settings(). The caller's rights apply. The caller has connected
 * SPI, and entered those settings; results are in the context given.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_VALUES_H
#define PERFCHECK_VALUES_H

#include "uses.h"

/* One way to fill the parameters of one comparison. */
typedef struct ValueChoice
{
	const char *kind; /* "common", "last page", ... */
	char **values;    /* one a column of the comparison */
	bool required;
	const char *known_limit; /* see ContractCase */
	const char *known_limit_reason;
} ValueChoice;

/*
 * Lists of ValueChoice, the typical one first. Empty when the table holds no
 * row with a value.
 */
extern List *values_equal(MemoryContext context, const ParamUse *use);
extern List *values_pattern(MemoryContext context, const ParamUse *use);
/* Two values a choice: the lower bound and the upper one. */
extern List *values_range(MemoryContext context, const ParamUse *use);
/* One value a choice: the bound, by use->kind. */
extern List *values_bound(MemoryContext context, const ParamUse *use);
/* One value a column of the cursor, all of one row. */
extern List *values_cursor(MemoryContext context, const ParamUse *columns,
						   int ncolumns);

/* Whether a table holds a row that the caller may see. */
extern bool values_has_rows(Oid relid);

/*
 * The values of up to count rows, drawn without regard to their order: a List
 * of char **, one value a column. A pattern gets a word of the column's text,
 * a range (with_upper) the bounds of a fiftieth of the rows.
 */
extern List *values_draw(MemoryContext context, const ParamUse *columns,
						 int ncolumns, bool with_upper, int count);

#endif /* PERFCHECK_VALUES_H */
