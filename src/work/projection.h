/*-------------------------------------------------------------------------
 *
 * projection.h
 *		From rows examined today to rows examined at the target size.
 *
 * Owns the rules by which counted work grows with the table. Pure C, no
 * server call: work.c fills the trees of WorkNodes.
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

/* What a node is to the one above it. */
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
	int id; /* plan_node_id: of one node in every execution of a plan */
	double loops;
	double rows;     /* returned */
	double examined; /* rows read, or for a join pairs tried; else 0 */
	/* WORK_SCAN: examined when a Limit above got its first row; 0: it got none. */
	double first;
	double expected;  /* WORK_SCAN: rows a loop, by the planner */
	const char *name; /* WORK_SCAN: "Index Scan using date_idx" */
	bool pinned;      /* WORK_SCAN: as many rows a loop at any size */
	bool few;  /* WORK_SCAN: its filter lets as many rows through at any size */
	bool once; /* WORK_SUBPLAN: runs once, however many rows ask for it */
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
 * The same plan executed as it is, and with its limits raised (to 8 times, or
 * to the end of the rows). The trees have one shape. more may be NULL where
 * nothing stopped early.
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
 * Whether two executions had the same nodes. Partitions that are pruned when
 * the executor starts may differ from one execution to the next.
 */
extern bool projection_same_shape(const WorkNode *a, const WorkNode *b);

/* Rows that all nodes of the tree examined. */
extern double projection_examined(const WorkNode *node);

/* Whether a Limit got all the rows that it asks for. */
extern bool projection_reached(const WorkNode *limit);

/* Whether a Limit stopped the plan: the run with limits raised is needed. */
extern bool projection_needs_more(const WorkNode *node);

/* What the work comes to when the tables are scale times as large. */
extern Projection projection_project(const WorkRuns *runs, double scale);

#endif /* PERFCHECK_WORK_PROJECTION_H */
