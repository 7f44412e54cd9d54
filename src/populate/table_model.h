/*-------------------------------------------------------------------------
 *
 * table_model.h
 *		What the catalogs say of a table that rows are made for.
 *
 * Owns the reading of columns, constraints, sequences, triggers and rules. The
 * table must be locked while its model is in use. Whatever is found is kept in
 * the memory context that is current when the model is read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TABLE_MODEL_H
#define PERFCHECK_POPULATE_TABLE_MODEL_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/tupdesc.h"
#include "nodes/bitmapset.h"
#include "nodes/pg_list.h"

typedef struct ModelColumn
{
	AttrNumber attnum;
	const char *name;
	Oid type;
	int32 typmod;
	Oid collation;
	bool dropped;
	bool not_null;         /* be it by a domain */
	bool generated;        /* stored or virtual */
	Bitmapset *documented; /* columns that a generated tsvector is made of */
	bool has_default;
	bool identity;
	bool always;  /* an identity that is generated always */
	Oid sequence; /* that its default, or its identity, takes numbers from */
	int64 increment;
	/*
	 * What its default makes of such a number, with a parameter in its place; NULL if
	 * it is the number itself, or not known before the row is written.
	 */
	Node *numbered;
} ModelColumn;

/* A foreign key of the table. */
typedef struct ModelKey
{
	Oid oid;
	const char *name;
	Oid parent;
	int n;
	AttrNumber *child_columns;
	AttrNumber *parent_columns;
	Oid *operators; /* that compare parent with child */
	bool full;      /* MATCH FULL */
	bool not_null;  /* no column of it may be null */
} ModelKey;

/* A unique constraint or index over columns, without a predicate. */
typedef struct ModelUnique
{
	Oid index;
	const char *name;
	int n;
	AttrNumber *columns;
} ModelUnique;

/* A CHECK, or what a domain or a partition asks of a column. */
typedef struct ModelCheck
{
	const char *name;
	Node *expression; /* NULL for a domain */
	Oid domain;
	Bitmapset *columns; /* attribute numbers */
} ModelCheck;

/* EXCLUDE: some columns are equal, and a range, or two of its ends, overlaps. */
typedef struct ModelExclusion
{
	Oid index;
	const char *name;
	int nequal;
	AttrNumber *equal;
	AttrNumber range; /* 0 if the range is made of the two columns below */
	AttrNumber from;
	AttrNumber until;
	Oid range_type;
	bool known; /* it has this form */
} ModelExclusion;

typedef struct TableModel
{
	Oid relid;
	const char *name; /* qualified and quoted */
	const char *schema;
	const char *table; /* these two without quotes */
	TupleDesc desc;
	int ncolumns;
	ModelColumn *columns; /* by attribute number - 1 */
	List *keys;           /* ModelKey */
	List *uniques;        /* ModelUnique */
	List *unique_indexes; /* Oids of those of expressions, or with a WHERE */
	List *checks;         /* ModelCheck */
	List *exclusions;     /* ModelExclusion */
	bool partitioned;
	bool triggers;   /* users' own, on it or a partition, or rules */
	bool deferrable; /* has a unique or exclusion constraint that is */
} TableModel;

/*
 * Returns the model of a table. Errors: wrong_object_type if it is no table, or
 * one that rows cannot be written to.
 */
extern TableModel *table_model_read(Oid relid);

/* Returns the column of an attribute number. */
extern ModelColumn *table_model_column(const TableModel *model,
									   AttrNumber attnum);

/* Returns the columns' names, for a message: "a, b". */
extern char *table_model_names(const TableModel *model, int n,
							   const AttrNumber *columns);

/* Returns whether a column is the only one of a unique constraint. */
extern bool table_model_is_unique(const TableModel *model, AttrNumber attnum);

#endif /* PERFCHECK_POPULATE_TABLE_MODEL_H */
