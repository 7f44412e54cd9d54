/*-------------------------------------------------------------------------
 *
 * guc_scope.h
 *		Settings that hold for a stretch of code.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_GUC_SCOPE_H
#define PERFCHECK_BASE_GUC_SCOPE_H

/*
 * Makes settings under which perfcheck's own SQL means the same in every
 * session: search_path is pg_catalog alone, a backslash is a character as others,
 * dates are ISO and UTC, numbers are exact. Returns a nest level for guc_scope_leave(), which restores the caller's
 * settings. After an error, the end of the transaction or subtransaction does.
 */
extern int guc_scope_enter(void);
extern void guc_scope_leave(int level);

/*
 * The same but for search_path, which stays as it is: for the text of values,
 * whose types may call functions of the query's own.
 */
extern int guc_scope_enter_values(void);

/*
 * The same for quote_all_identifiers alone: names have quotes where they need some,
 * whatever the session wants of EXPLAIN or a dump.
 */
extern int guc_scope_enter_names(void);

/*
 * The same for search_path alone, which stays the caller's if path is NULL.
 * Errors: those of SET search_path.
 */
extern int guc_scope_enter_search_path(const char *path);

/*
 * Returns the schemas that search_path stands for now, quoted: those that the
 * current user may use, and none of a session's own.
 */
extern char *guc_scope_search_path(void);

/*
 * Sets one setting until the scope, or the sandbox, that is open ends. Errors:
 * those of SET.
 */
extern void guc_scope_set(const char *name, const char *value);

/* The same for a setting that only a superuser may change. */
extern void guc_scope_set_superuser(const char *name, const char *value);

#endif /* PERFCHECK_BASE_GUC_SCOPE_H */
