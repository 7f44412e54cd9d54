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
 * Settings that make perfcheck's own SQL mean the same in every session:
 * search_path is pg_catalog alone, dates are ISO and UTC, numbers exact.
 * Returns a nest level for guc_scope_leave(), which puts the caller's settings
 * back. An error does so by itself, when the transaction or subtransaction that
 * it ends is rolled back.
 */
extern int guc_scope_enter(void);
extern void guc_scope_leave(int level);

/* The same for search_path alone; path NULL leaves the caller's. */
extern int guc_scope_enter_search_path(const char *path);

/*
 * Sets one setting until the scope, or the sandbox, that is open ends. Errors:
 * those of SET.
 */
extern void guc_scope_set(const char *name, const char *value);

/* The same for a setting that only a superuser may change. */
extern void guc_scope_set_superuser(const char *name, const char *value);

#endif /* PERFCHECK_BASE_GUC_SCOPE_H */
