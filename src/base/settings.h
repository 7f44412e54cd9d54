/*-------------------------------------------------------------------------
 *
 * settings.h
 *		The perfcheck.* settings (GUCs).
 *
 * Owns their names, defaults and limits. README describes them for users.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_SETTINGS_H
#define PERFCHECK_BASE_SETTINGS_H

/* Row budget: the rows that a query may examine at the target size. */
extern int perfcheck_max_rows_examined;

/* Block budget: the blocks that a query may touch at the target size. */
extern int perfcheck_max_blocks;

/* The most rows that a query may return at the target size; 0: no ceiling. */
extern int perfcheck_max_rows_returned;

/* The target size of verify and assert, in multiples of today's. */
extern double perfcheck_scale;

/* The longest that one case may run, in ms; 0 means no limit. */
extern int perfcheck_statement_timeout;
extern int perfcheck_requests_time;

/* The most memory that a query may take, in MB; 0 means no limit. */
extern int perfcheck_max_memory;

/* The share of the time that perfcheck works; it rests for the others. */
extern double perfcheck_max_load_share;

/* Names of tables that do not grow, comma-separated. */
extern char *perfcheck_fixed_tables;

/* The role of queries that name none; empty means the caller. */
extern char *perfcheck_role;

/* A fix is tried on tables of up to this many rows; 0 means on none. */
extern int perfcheck_prove_rows;

/* Whether reports have a line for each fragile query and each wrong estimate. */
extern bool perfcheck_verbose_report;

/* Whether the caller of a long run is told how far it is. */
extern bool perfcheck_progress;

/* What perfcheck.scale may be, and the arguments called scale. */
#define PERFCHECK_MIN_SCALE 0.001
#define PERFCHECK_MAX_SCALE 1e6

/* The least that perfcheck.max_load_share may be. */
#define PERFCHECK_MIN_LOAD_SHARE 0.01

/*
 * Defines the settings; to be called from _PG_init() alone. Raises no error, but
 * a warning for a value that was set before and is not valid.
 */
extern void settings_init(void);

/* Raises invalid_parameter_value for an argument called scale that cannot be. */
extern void settings_check_scale(double scale);

/*
 * Returns the rows that a query may examine: max_rows of the contract, or
 * perfcheck.max_rows_examined if that is 0.
 */
extern double settings_row_budget(double max_rows);

/*
 * Returns the blocks that a query may touch: max_blocks of the contract, or
 * perfcheck.max_blocks if that is 0.
 */
extern double settings_block_budget(double max_blocks);

/*
 * Returns the rows that a query may return, or infinity: max_rows_returned of the
 * contract, or perfcheck.max_rows_returned if that is -1; 0 lifts the ceiling.
 */
extern double settings_rows_returned(double max_rows_returned);

#endif /* PERFCHECK_BASE_SETTINGS_H */
