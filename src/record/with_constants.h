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
 * where that is not NULL; the other parameters become $1 to $n in their order.
 * Errors: those of the scanner.
 */
extern char *with_constants(const char *sql, char *const *constants, int n);

#endif /* PERFCHECK_RECORD_WITH_CONSTANTS_H */
