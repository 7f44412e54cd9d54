/*-------------------------------------------------------------------------
 *
 * value_guess_rules.h
 *		What columns of some names and types likely hold, as a list.
 *
 * Owns the list. The first rule that fits is taken, so the last ones of each
 * kind fit any name. Used by value_guess.c alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_VALUE_GUESS_RULES_H
#define PERFCHECK_POPULATE_VALUE_GUESS_RULES_H

typedef enum ValueGuessKind
{
	GUESS_TEXT,
	GUESS_INTEGER,
	GUESS_DECIMAL, /* money too */
	GUESS_BOOL,
	GUESS_DATE,
	GUESS_TIMESTAMP,
	GUESS_TIME,
	GUESS_INTERVAL,
	GUESS_UUID,
	GUESS_ADDRESS,
	GUESS_CHAR,
	GUESS_POINT,
	GUESS_OTHER
} ValueGuessKind;

typedef struct ValueGuessRule
{
	ValueGuessKind kind;
	/* parts of names, each between bars, in lower case; NULL: any name */
	const char *names;
	/* values between bars: common ones, from the most common on, ... */
	const char *common;
	/* ... and bounds of a histogram of the others */
	const char *bounds;
	double ndistinct; /* as in pg_stats, if there are bounds */
	double correlation;
	double null_frac; /* if there may be NULLs */
	int width;
} ValueGuessRule;

extern const ValueGuessRule *const value_guess_rules;

#endif /* PERFCHECK_POPULATE_VALUE_GUESS_RULES_H */
