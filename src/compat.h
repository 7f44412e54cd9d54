/*-------------------------------------------------------------------------
 *
 * compat.h
 *		What differs between the PostgreSQL versions that perfcheck builds on.
 *
 * The only file that knows PG_VERSION_NUM. Supported: 15 to 18.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_COMPAT_H
#define PERFCHECK_COMPAT_H

#include "catalog/catalog.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "utils/acl.h"
#include "utils/pg_locale.h"
#include "utils/guc.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"

#if PG_VERSION_NUM < 150000
#error "perfcheck needs PostgreSQL 15 or later"
#endif
#if PG_VERSION_NUM >= 190000
#error "perfcheck plans with get_relation_info_hook, which PostgreSQL 19 lacks"
#endif

/* 18 dropped the execute_once argument. */
static inline void
compat_executor_run(QueryDesc *desc)
{
#if PG_VERSION_NUM >= 180000
	ExecutorRun(desc, ForwardScanDirection, 0);
#else
	ExecutorRun(desc, ForwardScanDirection, 0, true);
#endif
}

/* 16 made one function of those for each kind of object. */
static inline bool
compat_owns_relation(Oid relid, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, relid, role);
#else
	return pg_class_ownercheck(relid, role);
#endif
}

/* From 18 on a B-tree scan skips over leading columns without a condition. */
static inline bool
compat_has_skip_scan(void)
{
	return PG_VERSION_NUM >= 180000;
}

/* Whether a collation orders by bytes; 18 put that into the locale. */
static inline bool
compat_collation_is_c(Oid collation)
{
#if PG_VERSION_NUM >= 180000
	return OidIsValid(collation) &&
		   pg_newlocale_from_collation(collation)->collate_is_c;
#else
	return OidIsValid(collation) && lc_collate_is_c(collation);
#endif
}

/* 16 added a soft-error argument. */
#if PG_VERSION_NUM >= 160000
#define compat_string_to_name_list(s) stringToQualifiedNameList((s), NULL)
#else
#define compat_string_to_name_list(s) stringToQualifiedNameList(s)
#endif

/* Empty storage in place of the relation's own; 16 renamed it. */
static inline void
compat_new_relation_storage(Relation relation)
{
#if PG_VERSION_NUM >= 160000
	RelationSetNewRelfilenumber(relation, relation->rd_rel->relpersistence);
#else
	RelationSetNewRelfilenode(relation, relation->rd_rel->relpersistence);
#endif
}

/* From 17 on maintenance commands run under a safe search_path. */
static inline void
compat_restrict_search_path(void)
{
#if PG_VERSION_NUM >= 170000
	RestrictSearchPath();
#endif
}

/* Whether old_snapshot_threshold, which 17 dropped, is set. */
static inline bool
compat_early_pruning(Relation relation)
{
#if PG_VERSION_NUM < 170000
	return EarlyPruningEnabled(relation);
#else
	return false;
#endif
}

#endif /* PERFCHECK_COMPAT_H */
