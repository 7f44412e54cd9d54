/*-------------------------------------------------------------------------
 *
 * work_node.h
 *		The nodes of an executed plan, with their counts and how these grow.
 *
 * Owns the structs that the modules of the projection share. Pure C without any
 * call of the server: node_counts.c fills the trees, and limits their depth. How
 * tables and values grow comes as exponents, as in plan/growth.h: at a scale of s
 * there are s^exponent times as many as today. No function here raises an error
 * or allocates memory.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_WORK_NODE_H
#define PERFCHECK_WORK_WORK_NODE_H

#include <stdbool.h>

typedef enum WorkKind
{
	WORK_SCAN,         /* of a table, an index, a function, a CTE */
	WORK_BITMAP_INDEX, /* its whole result is built before a row comes out */
	WORK_BITMAP_AND,
	WORK_BITMAP_OR,
	WORK_NESTED_LOOP,
	WORK_HASH_JOIN,  /* the inner side is read whole, first */
	WORK_MERGE_JOIN, /* both sides are read in step */
	WORK_LIMIT,      /* stops what is below it */
	WORK_STREAM,     /* hands its inputs on as it reads them */
	WORK_BLOCK,      /* reads its whole input first: sort, aggregate, hash */
	WORK_RECURSION   /* the outer side once, the inner one for each step */
} WorkKind;

/* What a node is for the node above it; the first two are sides of a join. */
typedef enum WorkRole
{
	WORK_OUTER, /* the input, the outer side of a join, a member of an Append */
	WORK_INNER, /* the inner side of a join */
	WORK_SUBPLAN
} WorkRole;

/* In keys: an expression of which nobody knows how many values it has. */
#define WORK_UNKNOWN (-1.0)

/* How many times as many there are at the target size, a loop of the node. */
typedef struct WorkGrowth
{
	double read; /* rows examined */
	double rows; /* rows returned */
	/* The same if a condition that leaves about a row for each one that it is
	 * compared with, of many, does so at any size, as one that looks up the rate
	 * of a day does. */
	double least;
} WorkGrowth;

/* A loop of a scan. */
typedef struct WorkLoop
{
	double examined;
	double rows; /* returned */
} WorkLoop;

/* What tells how many values an array has, or a function returns. */
typedef struct WorkSource
{
	const struct WorkNode *node; /* for each row of it there is one; or NULL */
	bool input;                  /* for each row that the node reads */
	double exponent;             /* without a node: of their number */
} WorkSource;

/* A node of an executed plan. All counts are sums over its loops. */
typedef struct WorkNode
{
	WorkKind kind;
	WorkRole role;
	int id; /* plan_node_id: the same in every execution of a plan */
	double loops;
	double rows;     /* returned */
	double examined; /* rows read, or for a join pairs tried; else 0 */
	double removed;  /* of these, by a condition that no index answers */
	/* Rows examined until a Limit above got its first row; 0 if none. */
	double first;
	double last; /* Scans: rows examined until the last one returned, */
	double gap;  /* and the most that a loop removed between two */
	/* Scans: the rows are read one by one, each perhaps on a page of its own. */
	bool by_pointer;
	double expected;    /* rows a loop, by the planner today; 0: not known */
	const char *name;   /* "Index Scan using date_idx", "Hash Join", "Sort" */
	unsigned int table; /* Scans: the OID of the table, or 0 */

	/*
	 * Scans: exponents of the rows that a loop examines and returns, if nothing
	 * stops it. What a loop returns may fall (negative): of rows looked up one by
	 * one, a smaller part passes a filter that few rows pass at any size. For a
	 * CTE, found is the exponent of the part of it that is returned.
	 */
	double read;
	double found;
	/*
	 * Scans: the rows that a loop examines today, with average values, if nothing
	 * stops it; 0 for what nothing stops, such as a bitmap.
	 */
	double whole;
	/* Scans: see WorkGrowth.least. */
	bool leaves_one;
	/*
	 * Scans: loops in their order, each so many of all of them that there are no
	 * more than WATCH_KEPT (watch.h).
	 */
	const WorkLoop *kept_loops;
	int nkept_loops;
	/*
	 * Scans: the part of examined that loops did whose value has far more rows than
	 * usual, the rows that these returned, their number, and the exponent of what
	 * each of them examines. 0 if there are none.
	 */
	double hot;
	double hot_rows;
	double hot_loops;
	double hot_read;
	/*
	 * Functions, and look-ups of the elements of an array: what tells how many
	 * times as many there are. by_sources is false if a condition behind the
	 * reading alone asks for them.
	 */
	WorkSource *sources;
	int nsources;
	bool by_sources;
	bool filtered; /* a condition behind the reading rejects rows */
	bool keyed;    /* and compares with a row of another scan */

	/* Joins, by side: WORK_OUTER and WORK_INNER. */
	double keys[2]; /* exponent of the values that rows are joined by */
	bool keeps[2];  /* rows that have no partner come out as well */
	bool single[2]; /* a row comes out once at the most: semi and anti joins */

	bool grouped;  /* returns one row for each group */
	double groups; /* exponent of the number of groups */
	double batch;  /* an Incremental Sort reads whole groups of so many rows,
						 * which groups tells the growth of; else 0 */
	bool one_row;  /* an aggregate without GROUP BY */
	double limit;  /* WORK_LIMIT: LIMIT + OFFSET; 0: there is no LIMIT */
	double offset; /* WORK_LIMIT */
	bool offset_grows;  /* WORK_LIMIT: it is a share of the rows */
	double steps;       /* WORK_RECURSION: exponent of the number of steps */
	double asked;       /* the node above wants so many rows a loop; 0: all */
	bool kept;          /* runs once for each value that it depends on, */
	double kept_values; /* of which there are so many: an exponent */
	bool once;          /* WORK_SUBPLAN: runs once, however many rows call it */
	bool per_input; /* WORK_SUBPLAN: called for rows before they are grouped */
	struct WorkCte *cte;   /* a scan of a CTE: what it reads */
	struct WorkCte *fills; /* WORK_SUBPLAN: the CTE that it fills; or NULL */
	const struct WorkNode *recursion; /* a scan of the rows of its last step */
	int nchildren;
	struct WorkNode **children;

	/* Of the statements that functions in the node executed, their counts summed. */
	int nnested;
	struct WorkNode **nested;
	bool
		per_loop; /* in nested: runs once a loop of its node, not for each row */
	bool is_function; /* a scan of what a function returns */
	struct WorkBlocks
		*blocks; /* block_projection.h; NULL if they are not known */

	WorkGrowth growth; /* unstopped_settle() sets it */

	/* At the size that was projected to last, sums over the loops there. */
	double examined_then;
	double rows_then;
	double loops_then;
} WorkNode;

/* A CTE, which all of its scans share. */
typedef struct WorkCte
{
	WorkNode *plan;       /* stands in the tree before each scan of the CTE */
	const WorkNode *scan; /* the one that reads it, if there is one alone */
	int scans;            /* how many read it */
	int level;            /* 1 more than that of the CTEs that its plan scans */
} WorkCte;

/*
 * One plan executed as it is, and executed with its limits raised to 8 times. The
 * trees have the same shape. more may be NULL if nothing stopped early.
 */
typedef struct WorkRuns
{
	WorkNode *run;
	WorkNode *more;
} WorkRuns;

/*
 * Returns whether a CTE is filled only as far as its one scan reads it. Of CTEs
 * that scan each other in a long row this is not said: who follows them down
 * would need a stack as deep as the row is long.
 */
extern bool work_node_is_pulled(const WorkCte *cte);

/*
 * Returns whether a condition leaves about one of many rows that were examined for
 * each of so many that it was compared with.
 */
extern bool work_node_leaves_one(double examined, double rows, double compared);

/* Returns a count of a node for one of its loops. */
extern double work_node_per_loop(const WorkNode *node, double count);

/* Returns whether a Limit got all the rows that it asks for. */
extern bool work_node_reached(const WorkNode *limit);

/* Returns the rows a loop that came to a Limit, OFFSET's included. */
extern double work_node_matches(const WorkNode *limit);

#endif /* PERFCHECK_WORK_WORK_NODE_H */
