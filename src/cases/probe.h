/*-------------------------------------------------------------------------
 *
 * probe.h
 *		Asks a table which values a parameter could have.
 *
 * Owns the text of the SQL that does so: the table or a sample of it, the
 * expression that is compared, and conditions with values in place of
 * parameters. The SQL runs with the rights of the current user. Names in it are
 * those of pg_catalog or qualified, whatever search_path the query has.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_PROBE_H
#define PERFCHECK_CASES_PROBE_H

#include "nodes/primnodes.h"

#include "query/operand.h"
#include "query/param_uses.h"

/* Parameters that vary together: one comparison, a range, a list, a cursor. */
typedef struct ValueVariable
{
	int nparams;
	int params[INDEX_MAX_KEYS]; /* their numbers, from 1 */
	Oid types[INDEX_MAX_KEYS];
	ParamUse uses[INDEX_MAX_KEYS];
	bool is_range; /* two parameters: the lower bound, then the upper one */
} ValueVariable;

/* The table that the values of a variable come from. */
typedef struct Lookup
{
	const ValueVariable *variable;
	const char *table;  /* SQL for FROM: the table, with the alias t */
	const char *sample; /* the same, or a sample of a large table */
	bool sampled;       /* whether they differ */
	double rows;        /* the planner's estimate for the table */
	Oid type;           /* of the expression of the first use */
	/* Values of other variables, which conditions may have; or NULL. */
	const OperandValues *known;
} Lookup;

/*
 * Connects SPI and enters perfcheck's own settings, under which its SQL and
 * the text of values mean the same in every session. The search_path that was
 * set before holds again while a query is executed. Returns the level to be given
 * to probe_close(). An error within ends both.
 */
extern int probe_open(void);
extern void probe_close(int level);

/*
 * Returns whether TABLESAMPLE works: not for a foreign table, nor if a partition
 * is one.
 */
extern bool probe_can_sample(Oid relid);

/* Returns whether the values of a use come from rows. */
extern bool probe_has_rows(const ParamUse *use);

/* Fills in lookup for a variable whose uses have rows. */
extern void probe_start(Lookup *lookup, const ValueVariable *variable);

/* The same with values of other variables, which must outlive lookup. */
extern void probe_start_known(Lookup *lookup, const ValueVariable *variable,
							  const OperandValues *known);

/* ---- text of SQL: these execute nothing ---- */

/* Returns SQL for the expression that a use compares, over t. */
extern const char *probe_expression(const ParamUse *use);

/* Returns SQL of one type, cast to another if there is a cast that matters. */
extern const char *probe_value(const char *expression, Oid from, Oid to);

/* Returns the expression as it is shown to people, without t. */
extern const char *probe_title(const ParamUse *use);

/* Returns SQL for the text of an expression, as a client would write it. */
extern const char *probe_text(const char *expression, Oid type);

/* Returns a value as an SQL literal with its type. */
extern const char *probe_literal(const char *text, Oid type);

/* Returns the equality operator of a type: OPERATOR(pg_catalog.=). */
extern const char *probe_equality(Oid type);

/*
 * Returns an operand of the query as SQL, with values in place of a variable's
 * parameters. Returns NULL if it has others. Errors: as probe_condition().
 */
extern const char *probe_operand(const ValueVariable *variable, Node *operand,
								 char *const *values);

/* Returns the text of a text array with these elements, a List of char *. */
extern char *probe_array(List *elements);

/*
 * Returns the conditions of a variable as SQL over t, with values in place of
 * its parameters. A condition that is optional is left out for a NULL value;
 * "true" remains if all are. Returns NULL if the conditions are not known, or
 * if they also depend on parameters of another variable. Errors: those of the
 * types' input functions.
 */
extern const char *probe_condition(const Lookup *lookup, char *const *values);

/* ---- queries: to be called between probe_open() and probe_close() ---- */

/* Executes a SELECT. Its result is in SPI_tuptable until the next query. */
extern void probe_select(const char *sql);

/*
 * The same, but executes nothing and returns false if the planner expects a cost
 * above most_cost, unless that is 0. Stores the cost in any case.
 */
extern bool probe_select_below(const char *sql, double most_cost, double *cost);

/*
 * Returns the first value that a SELECT returns. Returns NULL if it is null, if
 * there is no row, or if the SELECT raises an error.
 */
extern char *probe_try(const char *sql);

/* Returns a value of that result; columns count from 1; NULL for a null. */
extern char *probe_get(uint64 row, int column);

/* Returns the same as a number, 0 for a null. */
extern double probe_get_number(uint64 row, int column);

/* Returns whether a row of the whole table meets a condition. */
extern bool probe_exists(const Lookup *lookup, const char *condition);

/* Returns how many rows of the whole table meet a condition. */
extern double probe_count(const Lookup *lookup, const char *condition);

/* Returns the largest (1) or smallest (-1) value of the rows, or NULL. */
extern char *probe_extreme(const Lookup *lookup, int direction);

/*
 * Stores the share of the sample's rows that meet each of n conditions, -1 for
 * a condition that is NULL.
 */
extern void probe_shares(const Lookup *lookup, const char *const *conditions,
						 int n, double *shares);

/*
 * Returns the share of the sample's rows that the variable selects with these
 * values, or -1 if probe_condition() does not tell.
 */
extern double probe_share(const Lookup *lookup, char *const *values);

/*
 * Returns the text of a value of one type as text of another type, converted
 * by the server's cast. Errors: those of the cast.
 */
extern char *probe_cast(const char *text, Oid from, Oid to);

#endif /* PERFCHECK_CASES_PROBE_H */
