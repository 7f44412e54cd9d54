/*-------------------------------------------------------------------------
 *
 * record_settings.h
 *		The settings of recording: perfcheck.record and perfcheck.record_*.
 *
 * Owns their names, defaults and limits, as settings.h does for the others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_RECORD_SETTINGS_H
#define PERFCHECK_BASE_RECORD_SETTINGS_H

/* The share of the transactions that are recorded: 0 is off, 1 is all. */
extern double perfcheck_record_share;

/* Whether values are kept as well as statements. */
extern bool perfcheck_record_values;

/* Whether the statements of functions are recorded as their own. */
extern bool perfcheck_record_nested;

/* The most that the files may have, of all databases, in kB. */
extern int perfcheck_record_limit;

/* Names of tables and columns whose values are left out, comma-separated. */
extern char *perfcheck_record_redact;

/* A number that changes with perfcheck.record_values and record_redact. */
extern uint64 perfcheck_record_rules;

/*
 * Defines the settings; to be called by settings_init() alone. Raises no error, but
 * a warning for a value that was set before and is not valid.
 */
extern void record_settings_init(void);

#endif /* PERFCHECK_BASE_RECORD_SETTINGS_H */
