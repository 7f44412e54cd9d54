/*-------------------------------------------------------------------------
 *
 * joined.h
 *		Asks the rows of a query's own join which values go together.
 *
 * The join has the query's FROM and WHERE without the conditions whose
 * parameters are not given; a parameter that is compared by equality stands for
 * the column that it is compared with, so that a user's number is the same in
 * each subquery. Everything here is to be called between probe_open() and
 * probe_close(). A query that fails, costs too much or takes too long has no
 * answer, and raises nothing but what sandbox_run() raises again.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CASES_JOINED_H
#define PERFCHECK_CASES_JOINED_H

#include "cases/variable.h"
#include "contract/statement.h"
#include "query/flat_join.h"

/* Values of some of the query's parameters. */
typedef struct JoinGiven
{
	char **args; /* as text, one for each parameter of the query */
	Bitmapset *known;
} JoinGiven;

/* The tables that a query's variables are compared with, and that are joined. */
typedef struct Joined
{
	const ContractStatement *statement;
	const FlatJoin *flat;
	List *parts; /* JoinPart */
	Node *
		*homes;  /* by number of parameter: what it is compared with; or NULL */
	bool *equal; /* by number: whether its value is that of homes */
	Bitmapset *late;   /* parameters that are looked up last */
	JoinGiven allowed; /* the first of the values that the user has set */
	double ms;         /* that the queries have taken so far */
} Joined;

/* Tables that are joined. There is a row of them. */
typedef struct JoinPart
{
	Joined *joined;
	List *variables;   /* Variable, whose tables are among them */
	Bitmapset *tables; /* by their numbers in flat */
	List *conditions;  /* FlatCondition */
	bool binds;        /* whether a parameter stands for its column */
	int depth;         /* how much of the query it has: see joined.c */
} JoinPart;

/* The rows that a query returned, as text; NULL for a null. */
typedef struct JoinRows
{
	int n;
	int columns;
	char **values;
} JoinRows;

/* A query may be estimated to cost this much, and take this long. */
#define JOINED_MOST_COST 4000.0
#define JOINED_MOST_MS 5000

/* Rows of a join that are looked at where all would be too many. */
#define JOINED_ROWS 20000

/*
 * Returns the joins of a query's variables. A variable that is in none has to be
 * looked up by itself: a page, one without a table, or one whose tables hold no
 * row for the query.
 */
extern Joined *joined_read(const ContractStatement *statement, List *variables);

/* Returns the part that a variable is in, or NULL. */
extern JoinPart *joined_find(const Joined *joined, const Variable *variable);

/*
 * Returns what a part would be if some of its variables, which are all in one
 * part, were the only ones: without outer joins, and without subqueries of WHERE,
 * in which they are not compared, but for the groups given.
 */
extern JoinPart *joined_alone(const Joined *joined, List *variables,
							  const Bitmapset *groups);

/* Returns those of a part's variables whose values the user has set. */
extern List *joined_allowed(const JoinPart *part);

/* Returns the number of the table that a variable's values come from, or 0. */
extern int joined_home(const Joined *joined, const Variable *variable);

/*
 * Returns SQL of the rows of a part that have the values given, in parentheses
 * and with the alias j. The columns are c1 to cn for the parameters of its
 * variables, and those of more, a List of FlatColumn. If sampled is the number
 * of a table, a percentage of it is read.
 */
extern char *joined_sql(const JoinPart *part, const JoinGiven *given,
						List *more, int sampled, double percent);

/*
 * Executes a SELECT, unless the planner expects more than most_cost (0: any).
 * Returns NULL if there is no answer; cost, if it is not NULL, then tells what
 * was expected, or 0 if that is not why.
 */
extern JoinRows *joined_select(Joined *joined, const char *sql,
							   double most_cost, double *cost);

/* Returns SQL that reads the rows of a join: from stands behind FROM. */
typedef const char *(*JoinSqlFunction)(const char *from, void *arg);

/*
 * Executes the SELECT that function returns for the rows of a part with the
 * values given. If it would cost more than JOINED_MOST_COST, a sample of the
 * largest table but the one numbered kept is read instead. Returns NULL if there
 * is no answer. Stores the percentage of it that was read: 100 without a sample.
 */
extern JoinRows *joined_select_bounded(const JoinPart *part,
									   const JoinGiven *given, List *more,
									   int kept, JoinSqlFunction function,
									   void *arg, double *percent);

/* Returns whether a row has the values given: 1, 0, or -1 without an answer. */
extern int joined_exists(const JoinPart *part, const JoinGiven *given);

#endif /* PERFCHECK_CASES_JOINED_H */
