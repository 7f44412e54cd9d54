/*-------------------------------------------------------------------------
 *
 * rewrite_site.h
 *		A condition of a query, and what is to stand in its place.
 *
 * Owns the structs that the modules of rewrites share, and the text of columns,
 * values and types in a rewrite. Nothing here raises an error but the catalogs'.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_ADVICE_REWRITE_SITE_H
#define PERFCHECK_ADVICE_REWRITE_SITE_H

#include "advice/candidate.h"
#include "cases/case.h"
#include "contract/statement.h"

/* A condition of WHERE or ON, or an arm of an OR in it. */
typedef struct RewriteSite
{
	const ContractStatement *statement;
	const Case *one;
	const Query *query; /* that it stands in */
	List *siblings; /* Node *, the conditions joined by AND, with this one */
	Node *clause;
	const BoolExpr *arm_of; /* the OR whose arm it is, or NULL */
	bool on;                /* it stands in ON, and not in WHERE */
} RewriteSite;

/* A parameter that a rewrite reads as another type, or as part of a date. */
typedef struct RewriteValue
{
	int param;
	const char
		*reads; /* SQL with the parameter, an error if it cannot be read */
	const char *absent; /* what no row has; NULL for a value of the column */
	int swapped;        /* a parameter that is read with it, which is not to be
						 * below it; or 0 */
	Oid relid;          /* of the column; InvalidOid if it is no table's */
	AttrNumber attnum;
} RewriteValue;

/* Conditions written otherwise. */
typedef struct Rewrite
{
	char *cause;
	char *suggestion; /* what to do besides, or NULL */
	List *clauses; /* Node *, of the query: the text replaces the first ... */
	char *text;    /* ... and the others are dropped */
	const Query *query;
	int varno;     /* the table that it is about, in query; 0 for none */
	List *values;  /* RewriteValue * */
	List *indexes; /* Candidate *, one of which it needs; NIL for what the new
					* conditions tell */
	const BoolExpr *arm_of; /* the OR whose arm the condition is, or NULL */
	bool on;                /* the condition stands in ON, and not in WHERE */
	bool alone;             /* not to be tried together with others */
} Rewrite;

/* Returns a rewrite of site's condition alone. */
extern Rewrite *rewrite_site_make(const RewriteSite *site, int varno,
								  char *text, char *cause);

/* What a condition compares: a side with columns, and one without. */
typedef struct RewriteComparison
{
	Node *key;
	Node *value;  /* for any: the array */
	Oid opno;     /* with the key on the left */
	int strategy; /* of a B-tree; 0 for another operator */
	bool any;     /* key = ANY (value) */
} RewriteComparison;

/*
 * Reads a condition whose one side is of columns of one table of this query's
 * FROM, and whose other side has no columns and subqueries.
 */
extern bool rewrite_site_compares(const RewriteSite *site,
								  RewriteComparison *found);

/*
 * Returns the one column of this query that an expression has, however often, if
 * it has no other and no subquery; or NULL.
 */
extern Var *rewrite_site_column(Node *node);

/* Returns whether node has columns of any query, or subqueries. */
extern bool rewrite_site_has_columns(Node *node);

/* Returns the table of a column, or InvalidOid. */
extern Oid rewrite_site_table(const RewriteSite *site, const Var *var);

/* Returns whether a column is a table's and declared NOT NULL. */
extern bool rewrite_site_not_null(const RewriteSite *site, const Var *var);

/*
 * Returns the name of a column as the query has it, with its table's name if
 * there are several tables in FROM.
 */
extern char *rewrite_site_name(const Query *query, const Var *var);

/*
 * Returns an expression over one table as SQL; NULL if it has several tables or a
 * subquery.
 */
extern char *rewrite_site_text(const Query *query, Node *node);

/* Returns a type's name for a cast, the short one of a time. */
extern char *rewrite_site_type(Oid type);

/* Returns the operator of a strategy: "<=". */
extern const char *rewrite_site_operator(int strategy);

/* Returns the strategy with the sides exchanged. */
extern int rewrite_site_flip(int strategy);

/* Returns the name of a function of pg_catalog that node calls, or "". */
extern const char *rewrite_site_function(Node *node);

/* Returns the string that a constant of a text type holds, or NULL. */
extern char *rewrite_site_string(Node *node);

#endif /* PERFCHECK_ADVICE_REWRITE_SITE_H */
