/*-------------------------------------------------------------------------
 *
 * shape_key.h
 *		The key of a shape, and the numbers of its parameters.
 *
 * Owns which differences of two texts do not matter.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_SHAPE_KEY_H
#define PERFCHECK_RECORD_SHAPE_KEY_H

typedef struct ShapeKey
{
	char *sql; /* with the parameters that the shape has */
	uint64 key;
	int nparams;
	int *values;   /* of each parameter: the value that it is, from 0 */
	int row_width; /* see Shape */
} ShapeKey;

/*
 * Returns the key of a text in which $n is the value n - 1, and same_as of it is
 * the value that it is one with; of any_columns, see shape_read(). Errors: those
 * of the scanner.
 */
extern ShapeKey *shape_key_find(const char *sql, const int *same_as,
								int nvalues, bool any_columns);

/*
 * Returns the first 64 bits of the SHA-256 of a text. Errors: an internal one where
 * the server's library has none.
 */
extern uint64 shape_key_of_text(const char *text);

#endif /* PERFCHECK_RECORD_SHAPE_KEY_H */
