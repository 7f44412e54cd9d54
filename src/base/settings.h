/*-------------------------------------------------------------------------
 *
 * settings.h
 *		The perfcheck.* settings (GUCs).
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SETTINGS_H
#define PERFCHECK_BASE_SETTINGS_H

/* Row budget: the rows that a query may examine at the target size. */
extern int perfcheck_max_rows_examined;

/* The target size of verify and assert, in multiples of today's. */
extern double perfcheck_scale;

/* The longest that one case may run, in ms; 0 is no limit. */
extern int perfcheck_statement_timeout;

/* Names of tables that do not grow, comma-separated. */
extern char *perfcheck_fixed_tables;

/* A fix is tried on tables of up to this many rows; 0: none is. */
extern int perfcheck_prove_rows;

#define PERFCHECK_MIN_SCALE 0.001
#define PERFCHECK_MAX_SCALE 1e6

extern void settings_init(void);

/* The rows that a query may examine; max_rows of the contract, 0: none. */
extern double settings_row_budget(double max_rows);

#endif /* PERFCHECK_BASE_SETTINGS_H */
