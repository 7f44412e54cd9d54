/*-------------------------------------------------------------------------
 *
 * shape_param.h
 *		A parameter of a shape, and the values that it had.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_PARAM_H
#define PERFCHECK_RECORD_SHAPE_PARAM_H

/* What a value of the statement was: one that was bound, or a constant. */
typedef struct ShapeItem
{
	int param;        /* the number of the bound parameter, or 0 */
	const char *text; /* of the constant, without quotes; NULL is NULL */
} ShapeItem;

/* A parameter of the shape. */
typedef struct ShapeParam
{
	bool list;   /* it is an array of the items, which were a list */
	bool in_row; /* it was bound, and is in a list of rows */
	bool page;   /* it is a LIMIT or an OFFSET, and nothing else */
	int nitems;
	ShapeItem *items;
	/*
	 * Names of the columns that it is compared with, as they are written; "*"
	 * stands for any column, where a table has its columns renamed, or a whole row
	 * is compared.
	 */
	int ncolumns;
	const char **columns;
} ShapeParam;

/*
 * Returns the value of the parameter as text, or NULL for NULL: values are those
 * that were bound, of which there are n. Raises errors of memory allocation alone.
 */
extern char *shape_value(const ShapeParam *param, char *const *values, int n);

#endif /* PERFCHECK_RECORD_SHAPE_PARAM_H */
