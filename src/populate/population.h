/*-------------------------------------------------------------------------
 *
 * population.h
 *		The tables of one call of perfcheck_populate(), and how their rows are
 *		made.
 *
 * Row i of a table is a function of the seed, of the table and of i. So what a row
 * of another table holds is known without a look at it, be it written or not. The
 * rows that a table holds already come before those that are made: they are read
 * once, of the columns that others refer to alone.
 *
 * These structs are shared by the modules that plan (key_plan, column_plan) and
 * those that make (row_maker) and write (table_writer).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_POPULATION_H
#define PERFCHECK_POPULATE_POPULATION_H

#include "populate/table_model.h"
#include "populate/table_statistics.h"
#include "populate/value_maker.h"
#include "synth/rows_spread.h"
#include "synth/shuffle.h"

typedef struct TableMaker TableMaker;
typedef struct ParentExchange ParentExchange;

/* A foreign key: which row of the parent a row refers to. */
typedef struct KeyPlan
{
	const ModelKey *key;
	TableMaker *child;
	TableMaker *parent;
	uint64 random; /* of this key */
	RowsSpread *spread;
	/* Items are cut into groups, in each of which they are shuffled. */
	int ngroups;
	int64 *group_starts; /* one more than there are groups */
	Shuffle *groups;
	/* Parents that take each other's places, in order. */
	int nexchanges;
	struct ParentExchange *exchanges;
	bool itself;            /* the parent is the table: only rows before it */
	struct OwnParents *own; /* which ones, if the statistics tell */
	int64 roots;            /* the first rows, if they have no parent */
	/*
	 * Another foreign key of the same table decides whose rows it may refer to
	 * if it refers to itself: the tree of a thread. NULL: all rows.
	 */
	struct KeyPlan *within;
	AttrNumber *copies; /* the parent's column that each column repeats, or 0 */
	bool late; /* the copies are decided before, since the parents do not fit */
	/* Columns that were decided before must be equal in the parent's row. */
	int nagree;
	AttrNumber *agree_child;
	AttrNumber *agree_parent;
	struct AgreeIndex *agree; /* the parent's rows by these, once needed */
	bool implied;             /* all its columns are others' */
} KeyPlan;

typedef enum ColumnSource
{
	COLUMN_LEFT,   /* to the default, to be generated, or dropped */
	COLUMN_SERIAL, /* the numbers of a sequence */
	COLUMN_MAKER,  /* by the statistics, the type and the name */
	COLUMN_KEY,    /* a foreign key's parent has the value */
	COLUMN_COUNT,  /* counts the rows of a foreign key's parent */
	COLUMN_BESIDE, /* an item for each item of another column */
	COLUMN_GROUP,  /* a common combination, or otherwise one of the above two */
	COLUMN_PATTERN, /* what a CHECK's regular expression matches */
	COLUMN_RANGE    /* one behind the other, for an exclusion constraint */
} ColumnSource;

typedef struct ColumnPlan
{
	ColumnSource source;
	KeyPlan *key;      /* of COLUMN_KEY and COLUMN_COUNT */
	AttrNumber parent; /* the parent's column, of COLUMN_KEY */
	KeyPlan *second;   /* in place of a key that is NULL, if not NULL itself */
	AttrNumber second_parent;
	ValueMaker *maker;   /* also where there is no parent's row */
	const char *pattern; /* also where values are known that may not match */
	uint64 random;       /* of patterns and choices */
	AttrNumber beside;   /* of COLUMN_BESIDE; 0 if a group's column has none */
	struct GroupPlan *group;
	int member;                 /* of the group's columns */
	struct ExprState *numbered; /* what a default makes of a number; or NULL */
	int64 first;                /* the first number of COLUMN_SERIAL */
	int64 step;
	struct RangePlan *range;
	int part;                  /* of a range: 0 all, 1 its begin, 2 its end */
	bool mends;                /* other values may be tried */
	struct RowChoice *choices; /* where a CHECK refuses others */
	int nchoices;
	int nrow_choices; /* those of rows that the table holds come first */
	bool nullable;
	bool left; /* to its default, since no value can be made */
	bool real; /* statistics stand behind the values */
} ColumnPlan;

struct TableMaker
{
	TableModel *model;
	TableStatistics *statistics; /* NULL: nothing is known */
	bool wanted;                 /* rows are to be made */
	bool asked;                  /* be it empty in the statistics */
	int64 existing;              /* rows that it holds */
	int64 rows;                  /* that are made */
	/* of the existing rows, by attribute number - 1, where it is of use; or NULL */
	const char **least;
	const char **largest;
	uint64 random;
	ColumnPlan *columns; /* by attribute number - 1 */
	List *keys;          /* KeyPlan */
	Bitmapset *needed;   /* columns that others look up */
	/* Columns of which values are made at present, see row_mend.c; NULL for all. */
	Bitmapset *made;
	Datum **held; /* of the existing rows, of the needed columns */
	bool **held_nulls;
	int64 nheld; /* rows that were read: others are not referred to */
	struct RowChecks *checks;
	struct UniqueGuard *guard;
	struct RowSearch *search;
	const char *note;
	bool planned; /* its values can be made */
	bool fast;    /* its foreign keys are checked in one go */
	bool waits;   /* checks of its keys wait for the end of the statement */
};

typedef struct Population
{
	List *tables; /* TableMaker, parents before children */
	const char *statistics;
	uint64 seed;
	bool taken;            /* the statistics were, for this call */
	bool own;              /* they are of pg_stats alone */
	bool named;            /* the tables were, by the caller */
	MemoryContext context; /* that all of it is in */
} Population;

/* Returns a random number of a name, for what has no number. */
extern uint64 population_random(uint64 seed, const char *name);

/* Returns what is known of a column; NULL if nothing is. */
static inline const ColumnStatistics *
population_statistics(const TableMaker *table, AttrNumber attnum)
{
	return table->statistics == NULL ? NULL
									 : table->statistics->columns[attnum - 1];
}

/* Returns the table, or NULL. */
extern TableMaker *population_find(const Population *population, Oid relid);

#endif /* PERFCHECK_POPULATE_POPULATION_H */
