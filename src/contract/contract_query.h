/*-------------------------------------------------------------------------
 *
 * contract_query.h
 *		A query of the contract, its added cases and set values, as rows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_CONTRACT_CONTRACT_QUERY_H
#define PERFCHECK_CONTRACT_CONTRACT_QUERY_H

typedef struct ContractQuery
{
	char *name;
	char *sql;
	char *path;     /* or NULL */
	char *expected; /* an index access method, or NULL */
	double avg_ms;  /* targets for the latency */
	double p95_ms;
	double p99_ms;
	int64 max_rows;   /* 0 means perfcheck.max_rows_examined */
	char *todo;       /* why a fault is accepted, or NULL */
	char *todo_cause; /* the cause that is, or NULL for any */
	char *todo_until; /* the last day of todo, as ISO has it, or NULL */
	int todo_days;    /* from today to that day; negative once it is over */
	char *owner;      /* who looks after it, or NULL */
	char *source;     /* where it was written down, or NULL */
	char *answer;     /* where the rows are in an answer, or NULL */
	bool enabled;
	Oid *types; /* of the parameters; InvalidOid where it is inferred */
	int ntypes;
	/*
	 * NULL for that of whoever runs the query. Where a query is added, an empty one
	 * stands for that of the call.
	 */
	char *search_path;
	char *role;       /* whom it runs as, or NULL for the caller */
	char *settings;   /* its settings, as text of jsonb; or NULL */
	int64 max_blocks; /* 0 means perfcheck.max_blocks */
	/* -1 means perfcheck.max_rows_returned, and 0 that there is no ceiling. */
	int64 max_rows_returned;
	/* Those who wrote what runs: the query, its cases and values. */
	Oid *writers;
	int nwriters;
	bool built_in; /* what runs is as the extension brought it */
	bool
		sent; /* it is no query of the contract, and perfcheck.role not for it */
} ContractQuery;

/* A case that was added with perfcheck_add_case. */
typedef struct AddedCase
{
	char *label;
	int nargs;
	char **args; /* as text, one for each parameter; an element may be NULL */
	bool required;
	double weight; /* how often a recording had it; 0: it is of none */
} AddedCase;

/* The values that perfcheck_set_values allows for a parameter. */
typedef struct ParamValues
{
	int param; /* its number, from 1 */
	int nvalues;
	char **values; /* as text; an element may be NULL */
} ParamValues;

#endif /* PERFCHECK_CONTRACT_CONTRACT_QUERY_H */
