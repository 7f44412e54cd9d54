/*-------------------------------------------------------------------------
 *
 * shape_values.h
 *		The values of a statement, and what its shape has in their place.
 *
 * Owns which constants become parameters, how lists of constants become arrays,
 * which type is added where nothing else would tell it, and which columns a value
 * is near.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_VALUES_H
#define PERFCHECK_RECORD_SHAPE_VALUES_H

#include "nodes/parsenodes.h"

#include "record/shape_param.h"
#include "record/sql_tokens.h"

/* Where in a statement a constant stands. */
typedef enum ShapePlace
{
	SHAPE_PLACE_KEEP,     /* where it is no value: it stays */
	SHAPE_PLACE_RESULT,   /* a result by itself: a number stays */
	SHAPE_PLACE_POSITION, /* an integer is the number of a column, and stays */
	SHAPE_PLACE_PEER,     /* beside an expression that tells its type */
	SHAPE_PLACE_OPERAND,  /* where nothing tells the type of a number */
	SHAPE_PLACE_ANY_TYPE, /* nor that of a string */
	SHAPE_PLACE_CAST,     /* where its type follows in the text */
	SHAPE_PLACE_PAGE      /* LIMIT or OFFSET, which has no column */
} ShapePlace;

/* What takes the place of tokens in the text; $n is the value n - 1. */
typedef struct ShapeEdit
{
	int first;
	int last;
	const char *text;
} ShapeEdit;

/* A value, and from where to where in the names of columns it has its own. */
typedef struct ShapeUse
{
	int value;
	int place; /* in the text */
	int column_from;
	int column_to;
	bool settled; /* its condition is known */
	bool page;    /* it is a LIMIT or an OFFSET */
} ShapeUse;

typedef struct ShapeValues
{
	const SqlTokens *tokens;
	int nvalues;
	int values_room;
	ShapeParam *values;
	int *same_as; /* of each value: itself, or the value that it is one with */
	int nedits;
	int edits_room;
	ShapeEdit *edits;
	int nuses;
	int uses_room;
	ShapeUse *uses;
	int ncolumns;
	int columns_room;
	const char **columns; /* in the order in which they were met */
	/* Names in pairs, of columns that may have the same values. */
	List *renames;
	List *rows; /* names of whole rows, which tables have */
	/*
	 * Of each token, if no constant may stay in the text (shape_bare.c): this one
	 * may. NULL: those that are no values do.
	 */
	bool *kept;
} ShapeValues;

/* Returns no values yet of the statement. */
extern ShapeValues *shape_values_start(const SqlTokens *tokens);

/*
 * The functions below raise errors of memory allocation alone. Those that return
 * whether they took a node leave it alone where they did not.
 */

/* Puts the text, in which $n is the value n - 1, in the place of tokens. */
extern void shape_values_edit(ShapeValues *values, int first, int last,
							  const char *text);

/* May the constant stay in the text? */
extern bool shape_values_keeps(const ShapeValues *values,
							   const A_Const *constant);

/* Takes a constant, if it is a value. */
extern void shape_values_constant(ShapeValues *values, const A_Const *constant,
								  ShapePlace place);

/* Takes a constant with a type; the place is that of the whole. */
extern bool shape_values_cast(ShapeValues *values, const TypeCast *cast,
							  ShapePlace place);

/* Takes a parameter. */
extern void shape_values_param(ShapeValues *values, const ParamRef *param,
							   ShapePlace place);

/* Takes one in a list of rows, which is a value of its own at each place. */
extern void shape_values_row_param(ShapeValues *values, const ParamRef *param);

/* Takes the list of IN. typed: what is compared with it tells its type. */
extern bool shape_values_in(ShapeValues *values, const A_Expr *in, bool typed);

/* Takes an ARRAY[...]. */
extern bool shape_values_array(ShapeValues *values, const A_ArrayExpr *array,
							   ShapePlace place);

/* Takes VALUES. */
extern bool shape_values_rows(ShapeValues *values, List *rows);

/* Takes each constant and parameter of a text that was not parsed. */
extern void shape_values_all_tokens(ShapeValues *values);

/* Notes the name of a column. */
extern void shape_values_column(ShapeValues *values, const char *name);

/* Notes that columns of these names may have the same values. */
extern void shape_values_rename(ShapeValues *values, const char *name,
								const char *other);

#endif /* PERFCHECK_RECORD_SHAPE_VALUES_H */
