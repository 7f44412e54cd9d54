/*-------------------------------------------------------------------------
 *
 * with_constants.h
 *		A statement with constants in the place of some of its parameters.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_RECORD_WITH_CONSTANTS_H
#define PERFCHECK_RECORD_WITH_CONSTANTS_H

/*
 * Returns the text with the expression constants[i - 1] in the place of each $i,
 * where that is not NULL. The others become $1 to $n in the order in which they
 * stand in the text, and params, which has room for n, what each was before; kept
 * tells how many there are. Errors: those of the scanner.
 */
extern char *with_constants(const char *sql, char *const *constants, int n,
							int *params, int *kept);

#endif /* PERFCHECK_RECORD_WITH_CONSTANTS_H */
