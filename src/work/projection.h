/*-------------------------------------------------------------------------
 *
 * projection.h
 *		Projects the rows examined today to the target size.
 *
 * Owns the rules by which counted work grows with the table. Pure C without any
 * call of the server: node_counts.c fills the trees of WorkNodes, and limits
 * their depth. No function here raises an error or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_PROJECTION_H
#define PERFCHECK_WORK_PROJECTION_H

#include <stdbool.h>

typedef enum WorkKind
{
	WORK_SCAN,         /* of a table, an index, a function */
	WORK_BITMAP_INDEX, /* its whole result is built before a row comes out */
	WORK_NESTED_LOOP,
	WORK_JOIN,   /* hash or merge join: the inner input is read first */
	WORK_LIMIT,  /* stops what is below it */
	WORK_STREAM, /* hands its input on row by row */
	WORK_BLOCK   /* reads its whole input first: sort, aggregate, hash */
} WorkKind;

/* What a node is for the node above it. */
typedef enum WorkRole
{
	WORK_OUTER, /* the input, the outer side of a join, a member of an Append */
	WORK_INNER, /* the inner side of a join */
	WORK_SUBPLAN
} WorkRole;

/* A node of an executed plan. All counts are sums over its loops. */
typedef struct WorkNode
{
	WorkKind kind;
	WorkRole role;
	int id; /* plan_node_id: the same in every execution of a plan */
	double loops;
	double rows;     /* returned */
	double examined; /* rows read, or for a join pairs tried; else 0 */
	/* WORK_SCAN: examined until a Limit above got its first row; 0 if none. */
	double first;
	double expected;  /* WORK_SCAN: rows a loop, by the planner */
	const char *name; /* WORK_SCAN: "Index Scan using date_idx" */
	bool pinned;      /* WORK_SCAN: as many rows a loop at any size */
	bool few;  /* WORK_SCAN: its filter lets as many rows through at any size */
	bool once; /* WORK_SUBPLAN: runs once, however many rows call it */
	struct WorkCte *cte; /* WORK_SCAN of a CTE: what fills it; or NULL */
	bool many;     /* WORK_JOIN: a row finds more partners in a larger table */
	bool one_row;  /* WORK_BLOCK: an aggregate without GROUP BY */
	double limit;  /* WORK_LIMIT: LIMIT + OFFSET; 0: there is no LIMIT */
	double offset; /* WORK_LIMIT */
	int nchildren;
	struct WorkNode **children;
} WorkNode;

/* A CTE, which all of its scans share. */
typedef struct WorkCte
{
	const WorkNode *plan; /* stands in the tree before each scan of the CTE */
	double growth;        /* of its rows: projection_project() sets it */
} WorkCte;

/*
 * One plan executed as it is, and executed with its limits raised to 8 times. The
 * trees have the same shape. more may be NULL if nothing stopped early.
 */
typedef struct WorkRuns
{
	const WorkNode *run;
	const WorkNode *more;
} WorkRuns;

typedef struct Projection
{
	double examined;
	double returned;
} Projection;

/*
 * Returns whether two executions of a plan have the same nodes at the same
 * places. They may not: partitions that are pruned at executor start can differ
 * from one execution to the next. Counts of two executions must not be compared
 * node by node unless this holds.
 */
extern bool projection_same_shape(const WorkNode *a, const WorkNode *b);

/* Returns the rows that all nodes of the tree examined. */
extern double projection_examined(const WorkNode *node);

/* Returns whether a Limit got all the rows that it asks for. */
extern bool projection_reached(const WorkNode *limit);

/*
 * Returns whether a Limit stopped what is below it, so that a run with raised
 * limits is needed to project the plan.
 */
extern bool projection_needs_more(const WorkNode *node);

/* Returns the rows examined and returned with tables scale times as large. */
extern Projection projection_project(const WorkRuns *runs, double scale);

#endif /* PERFCHECK_WORK_PROJECTION_H */
