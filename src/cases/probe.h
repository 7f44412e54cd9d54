/*-------------------------------------------------------------------------
 *
 * probe.h
 *		SQL over the table that a parameter's values come from.
 *
 * Owns the text of that SQL: the table, or a sample of a large one, the
 * expression, and conditions with values in place of parameters. The caller of
 * all this has connected SPI and called sandbox_enter_settings(); the rights are
 * those of the current user.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PROBE_H
#define PERFCHECK_CASES_PROBE_H

#include "query/param_uses.h"

/* Parameters that vary together: one comparison, a range, a list, a cursor. */
typedef struct ValueVariable
{
	int nparams;
	int params[INDEX_MAX_KEYS]; /* their numbers */
	Oid types[INDEX_MAX_KEYS];  /* their types */
	ParamUse uses[INDEX_MAX_KEYS];
	bool is_range; /* the lower bound, then the upper one */
} ValueVariable;

typedef struct Lookup
{
	const ValueVariable *variable;
	const char *table;  /* FROM: the table as t */
	const char *sample; /* the same, or a sample of a large table */
	bool sampled;
	double rows; /* of the table, as the planner takes them to be */
	Oid type;    /* of the expression of the first use */
} Lookup;

/*
 * Connects SPI and enters perfcheck's own settings, under which its SQL means
 * the same in every session; returns what probe_close() wants to undo that.
 */
extern int probe_open(void);
extern void probe_close(int level);

extern void probe_start(Lookup *lookup, const ValueVariable *variable);

/* The expression of a use, over t. */
extern const char *probe_expression(const ParamUse *use);

/* The same as a value of another type, where there is a cast. */
extern const char *probe_value(const ParamUse *use, Oid type);

/* The same without t, to be read by people. */
extern const char *probe_title(const ParamUse *use);

/* SQL for the text of a value, as a client would write it. */
extern const char *probe_text(const char *expression, Oid type);

/*
 * The conditions of a variable with these values, one a parameter, as SQL over
 * t; a NULL leaves its parameter's conditions out if that is optional. NULL
 * where the conditions are not known, or take other parameters as well.
 */
extern const char *probe_condition(const Lookup *lookup, char *const *values);

/* Executes a SELECT; its result is in SPI_tuptable. */
extern void probe_select(const char *sql);

/* A value of that result, the column from 1; NULL for a null. */
extern char *probe_get(uint64 row, int column);
extern double probe_get_number(uint64 row, int column);

/* Whether a row of the table, not of its sample, meets a condition. */
extern bool probe_exists(const Lookup *lookup, const char *condition);

/* How many rows of the table do. */
extern double probe_count(const Lookup *lookup, const char *condition);

/*
 * The shares of the sample's rows that meet each of n conditions; -1 for one
 * that is NULL.
 */
extern void probe_shares(const Lookup *lookup, const char *const *conditions,
						 int n, double *shares);

/* text, a value of one type, as one of another: what a cast makes of it. */
extern char *probe_cast(const char *text, Oid from, Oid to);

/* An operator, qualified, so that no search_path changes what it means. */
extern const char *probe_operator(Oid operator_oid);

/* A value as a typed SQL literal. */
extern const char *probe_literal(const char *text, Oid type);

#endif /* PERFCHECK_CASES_PROBE_H */
