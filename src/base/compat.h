/*-------------------------------------------------------------------------
 *
 * compat.h
 *		What differs between the PostgreSQL versions that perfcheck builds on.
 *
 * The only file that knows PG_VERSION_NUM. Supported: 15 to 19.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_BASE_COMPAT_H
#define PERFCHECK_BASE_COMPAT_H

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/storage_xlog.h"
#include "commands/defrem.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "parser/parser.h"
#include "pgstat.h"
#include "rewrite/rewriteHandler.h"
#include "storage/lock.h"
#include "storage/proc.h"
#include "storage/shmem.h"
#include "tcop/tcopprot.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"
#include "utils/lsyscache.h"
#include "utils/pg_locale.h"
#include "utils/rangetypes.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/snapmgr.h"
#if PG_VERSION_NUM >= 160000
#include "nodes/queryjumble.h"
#include "varatt.h"
#else
#include "utils/queryjumble.h"
#endif

#if PG_VERSION_NUM < 150000
#error "perfcheck needs PostgreSQL 15 or later"
#endif
#if PG_VERSION_NUM >= 200000
#warning "this PostgreSQL is newer than perfcheck, which knows 15 to 19"
#endif

/* 18 has a header for what a plan is printed with, and one for how. */
#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#endif

/* What does not return: an attribute, and a word of C11 from 18 on. */
#if PG_VERSION_NUM >= 180000
#define compat_noreturn pg_noreturn
#else
#define compat_noreturn pg_attribute_noreturn()
#endif

/* The strategy of <>, which is in no operator family; 18 renamed it. */
#if PG_VERSION_NUM >= 180000
#define COMPAT_STRATEGY_NE ((int) COMPARE_NE)
#else
#define COMPAT_STRATEGY_NE ((int) ROWCOMPARE_NE)
#endif

/* 18 returns a CompareType, whose values are the strategies of a B-tree. */
static inline bool
compat_ordering_op(Oid opno, Oid *family, Oid *type, int *strategy)
{
#if PG_VERSION_NUM >= 180000
	CompareType found;
#else
	int16 found;
#endif

	if (!get_ordering_op_properties(opno, family, type, &found))
		return false;
	*strategy = (int) found;
	return true;
}

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

/*
 * Raises the server's own error if a table of a query may not be read. 16 took the
 * permissions out of the range table.
 */
static inline void
compat_check_permissions(Query *query)
{
#if PG_VERSION_NUM >= 160000
	(void) ExecCheckPermissions(query->rtable, query->rteperminfos, true);
#else
	(void) ExecCheckRTPerms(query->rtable, true);
#endif
}

/* The parameters of an ExecutorRun_hook, and the arguments that it passes on. */
#if PG_VERSION_NUM >= 180000
#define COMPAT_EXECUTOR_RUN_PARAMETERS                                         \
	QueryDesc *desc, ScanDirection direction, uint64 count
#define COMPAT_EXECUTOR_RUN_ARGUMENTS desc, direction, count
#else
#define COMPAT_EXECUTOR_RUN_PARAMETERS                                         \
	QueryDesc *desc, ScanDirection direction, uint64 count, bool once
#define COMPAT_EXECUTOR_RUN_ARGUMENTS desc, direction, count, once
#endif

/* The parameters of a planner_hook, and the arguments that it passes on. */
#if PG_VERSION_NUM >= 190000
#define COMPAT_PLANNER_PARAMETERS                                              \
	Query *query, const char *sql, int options, ParamListInfo params,          \
		struct ExplainState *explain
#define COMPAT_PLANNER_ARGUMENTS query, sql, options, params, explain
#define compat_plan_query(query, sql, params)                                  \
	pg_plan_query((query), (sql), CURSOR_OPT_PARALLEL_OK, (params), NULL)
#else
#define COMPAT_PLANNER_PARAMETERS                                              \
	Query *query, const char *sql, int options, ParamListInfo params
#define COMPAT_PLANNER_ARGUMENTS query, sql, options, params
#define compat_plan_query(query, sql, params)                                  \
	pg_plan_query((query), (sql), CURSOR_OPT_PARALLEL_OK, (params))
#endif

/*
 * The hook that runs when the planner has read a relation's size. 19 calls another
 * one, for what is no relation as well, of which relid is InvalidOid then.
 */
#if PG_VERSION_NUM >= 190000
#define compat_relation_hook build_simple_rel_hook
#define CompatRelationHook build_simple_rel_hook_type
#define COMPAT_RELATION_PARAMETERS                                             \
	PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte
#define COMPAT_RELATION_ARGUMENTS root, rel, rte
#define COMPAT_RELATION_OID                                                    \
	(rte->rtekind == RTE_RELATION ? rte->relid : InvalidOid)
#else
#define compat_relation_hook get_relation_info_hook
#define CompatRelationHook get_relation_info_hook_type
#define COMPAT_RELATION_PARAMETERS                                             \
	PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel
#define COMPAT_RELATION_ARGUMENTS root, relid, inhparent, rel
#define COMPAT_RELATION_OID relid
#endif

/*
 * What a node counts in, and what of that is not particular to nodes; 19 gave the name
 * to what can count anything.
 */
#if PG_VERSION_NUM >= 190000
typedef NodeInstrumentation CompatInstrumentation;
#define COMPAT_USAGE(counts) ((counts).instr)
#else
typedef Instrumentation CompatInstrumentation;
#define COMPAT_USAGE(counts) (counts)
#endif

/* When its columns are made, 19 wants a row type finished; it also added flags. */
#if PG_VERSION_NUM >= 190000
#define compat_finish_row_type(desc) TupleDescFinalize(desc)
#define compat_table_beginscan(relation, snapshot)                             \
	table_beginscan((relation), (snapshot), 0, NULL, 0)
#else
#define compat_finish_row_type(desc) ((void) (desc))
#define compat_table_beginscan(relation, snapshot)                             \
	table_beginscan((relation), (snapshot), 0, NULL)
#endif

/* What a scan counts of its index: 18 added it, 19 keeps it apart from the node. */
#if PG_VERSION_NUM >= 190000
#define COMPAT_INDEX_COUNTS(counts) (counts)
#else
#define COMPAT_INDEX_COUNTS(counts) (&(counts))
#endif
#if PG_VERSION_NUM >= 190000
#define compat_index_beginscan(heap, index, snapshot, counts, nkeys,           \
							   norderbys)                                      \
	index_beginscan((heap), (index), (snapshot), COMPAT_INDEX_COUNTS(counts),  \
					(nkeys), (norderbys), 0)
#elif PG_VERSION_NUM >= 180000
#define compat_index_beginscan(heap, index, snapshot, counts, nkeys,           \
							   norderbys)                                      \
	index_beginscan((heap), (index), (snapshot), COMPAT_INDEX_COUNTS(counts),  \
					(nkeys), (norderbys))
#else
#define compat_index_beginscan(heap, index, snapshot, counts, nkeys,           \
							   norderbys)                                      \
	index_beginscan((heap), (index), (snapshot), (nkeys), (norderbys))
#endif

/*
 * Returns what was counted of a relation since the transaction's counts were last
 * reported: blocks that were asked for, and entries that scans of an index
 * returned. 0 where track_counts is off. 16 renamed the fields.
 */
static inline int64
compat_blocks_fetched(Relation relation)
{
	/* The first count would bring those of the transaction's past with it. */
	if (relation == NULL || !pgstat_should_count_relation(relation))
		return 0;
#if PG_VERSION_NUM >= 160000
	return relation->pgstat_info->counts.blocks_fetched;
#else
	return relation->pgstat_info->t_counts.t_blocks_fetched;
#endif
}

static inline int64
compat_entries_returned(Relation relation)
{
	if (relation == NULL || !pgstat_should_count_relation(relation))
		return 0;
#if PG_VERSION_NUM >= 160000
	return relation->pgstat_info->counts.tuples_returned;
#else
	return relation->pgstat_info->t_counts.t_tuples_returned;
#endif
}

/* Does the role own the relation? 16 made one function for all objects. */
static inline bool
compat_owns_relation(Oid relid, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, relid, role);
#else
	return pg_class_ownercheck(relid, role);
#endif
}

/*
 * Does a join return a row of its inner side once at the most, if it has a
 * partner or if it has none? 16 added the second kind, and 18 the first one.
 */
static inline bool
compat_is_right_semi(JoinType type)
{
#if PG_VERSION_NUM >= 180000
	return type == JOIN_RIGHT_SEMI;
#else
	return false;
#endif
}

static inline bool
compat_is_right_anti(JoinType type)
{
#if PG_VERSION_NUM >= 160000
	return type == JOIN_RIGHT_ANTI;
#else
	return false;
#endif
}

/* May a role SET ROLE to another? 16 told that from being a member of it. */
static inline bool
compat_may_set_role(Oid member, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return member_can_set_role(member, role);
#else
	return is_member_of_role(member, role);
#endif
}

/*
 * Returns as whom a query reads a table, InvalidOid for the current user: a view
 * reads as its owner. 16 moved it out of the range table.
 */
static inline Oid
compat_check_as_user(const Query *query, const RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 160000
	return rte->perminfoindex == 0
			   ? InvalidOid
			   : list_nth_node(RTEPermissionInfo, query->rteperminfos,
							   rte->perminfoindex - 1)
					 ->checkAsUser;
#else
	return rte->checkAsUser;
#endif
}

/* 17 wants the relation of an identity column, not its OID. */
static inline Oid
compat_identity_sequence(Relation relation, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 170000
	return getIdentitySequence(relation, attnum, true);
#else
	return getIdentitySequence(RelationGetRelid(relation), attnum, true);
#endif
}

/* 16 lets a range be refused without an error. */
static inline RangeType *
compat_make_range(TypeCacheEntry *type, RangeBound *low, RangeBound *high)
{
#if PG_VERSION_NUM >= 160000
	return make_range(type, low, high, false, NULL);
#else
	return make_range(type, low, high, false);
#endif
}

/* From 17 on column IN (SELECT ...) becomes a join if it is correlated, too. */
static inline bool
compat_joins_correlated_any(void)
{
	return PG_VERSION_NUM >= 170000;
}

/* Does a B-tree scan skip over leading columns without a condition? */
static inline bool
compat_has_skip_scan(void)
{
	return PG_VERSION_NUM >= 180000;
}

/* Returns how often a scan went down its index; 0 before 18, which counts it. */
static inline double
compat_index_searches(PlanState *node)
{
#if PG_VERSION_NUM >= 180000
	const IndexScanInstrumentation *counts = NULL;

	if (IsA(node, IndexScanState))
		counts =
			COMPAT_INDEX_COUNTS(castNode(IndexScanState, node)->iss_Instrument);
	if (IsA(node, IndexOnlyScanState))
		counts = COMPAT_INDEX_COUNTS(
			castNode(IndexOnlyScanState, node)->ioss_Instrument);
	if (IsA(node, BitmapIndexScanState))
		counts = COMPAT_INDEX_COUNTS(
			castNode(BitmapIndexScanState, node)->biss_Instrument);
	return counts == NULL ? 0 : (double) counts->nsearches;
#else
	return 0;
#endif
}

/*
 * Creates an index as CREATE INDEX does, with its check of privileges but no
 * NOTICE. 16 added the number of partitions, 19 where it stands in the text.
 */
static inline void
compat_define_index(Oid relid, IndexStmt *statement)
{
#if PG_VERSION_NUM >= 190000
	(void) DefineIndex(NULL, relid, statement, InvalidOid, InvalidOid,
					   InvalidOid, -1, false, true, true, false, true);
#elif PG_VERSION_NUM >= 160000
	(void) DefineIndex(relid, statement, InvalidOid, InvalidOid, InvalidOid, -1,
					   false, true, true, false, true);
#else
	(void) DefineIndex(relid, statement, InvalidOid, InvalidOid, InvalidOid,
					   false, true, true, false, true);
#endif
}

/* Releases what insertions into an index keep; 17 added that. */
static inline void
compat_index_insert_cleanup(Relation index, struct IndexInfo *info)
{
#if PG_VERSION_NUM >= 170000
	index_insert_cleanup(index, info);
#endif
}

/* Does a collation order by bytes? 18 put that into the locale. */
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

/*
 * Returns the strategy of an operator in a B-tree, also of the <> that negates
 * its =; 0 for another operator. 18 renamed the function and the field.
 */
static inline int
compat_btree_strategy(Oid operator_oid)
{
#if PG_VERSION_NUM >= 180000
	List *found = get_op_index_interpretation(operator_oid);

	return found == NIL
			   ? 0
			   : (int) ((OpIndexInterpretation *) linitial(found))->cmptype;
#else
	List *found = get_op_btree_interpretation(operator_oid);

	return found == NIL ? 0
						: ((OpBtreeInterpretation *) linitial(found))->strategy;
#endif
}

/* Returns the operator family of compat_btree_strategy(), or InvalidOid. */
static inline Oid
compat_btree_family(Oid operator_oid)
{
#if PG_VERSION_NUM >= 180000
	List *found = get_op_index_interpretation(operator_oid);

	return found == NIL
			   ? InvalidOid
			   : ((OpIndexInterpretation *) linitial(found))->opfamily_id;
#else
	List *found = get_op_btree_interpretation(operator_oid);

	return found == NIL
			   ? InvalidOid
			   : ((OpBtreeInterpretation *) linitial(found))->opfamily_id;
#endif
}

/* Returns the strategy of a row comparison; 18 renamed the field. */
static inline int
compat_row_compare(const RowCompareExpr *expr)
{
#if PG_VERSION_NUM >= 180000
	return (int) expr->cmptype;
#else
	return (int) expr->rctype;
#endif
}

/*
 * Returns the expression of a column of GROUP BY, which is one of a range table
 * entry from 18 on; NULL for another column.
 */
static inline Node *
compat_group_expression(const RangeTblEntry *rte, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 180000
	if (rte->rtekind == RTE_GROUP)
		return list_nth(rte->groupexprs, attnum - 1);
#endif
	return NULL;
}

/* Puts the expressions of GROUP BY back in place of that entry's columns. */
static inline void
compat_flatten_groups(Query *query)
{
#if PG_VERSION_NUM >= 180000
	if (!query->hasGroupRTE)
		return;
	query->targetList =
		(List *) flatten_group_exprs(NULL, query, (Node *) query->targetList);
	query->havingQual = flatten_group_exprs(NULL, query, query->havingQual);
#endif
}

/*
 * Returns the expression of a virtual generated column, which 18 added, over Vars of
 * varno 1; NULL for a column that has a place in the row.
 */
static inline Node *
compat_virtual_column(Oid relid, AttrNumber attnum)
{
#if PG_VERSION_NUM >= 180000
	Relation relation;
	Node *expression;

	if (attnum <= 0 ||
		get_attgenerated(relid, attnum) != ATTRIBUTE_GENERATED_VIRTUAL)
		return NULL;
	relation = RelationIdGetRelation(relid);
	if (!RelationIsValid(relation))
		return NULL;
	expression = build_generation_expression(relation, attnum);
	RelationClose(relation);
	return expression;
#else
	return NULL;
#endif
}

/* Is a node JSON_EXISTS() or its like, which 17 added? */
static inline bool
compat_is_json_expression(const Node *node)
{
#if PG_VERSION_NUM >= 170000
	return IsA(node, JsonExpr);
#else
	return false;
#endif
}

/* 16 added a soft-error argument. */
#if PG_VERSION_NUM >= 160000
#define compat_string_to_name_list(s) stringToQualifiedNameList((s), NULL)
#else
#define compat_string_to_name_list(s) stringToQualifiedNameList(s)
#endif

/* Gives the relation new, empty storage; 16 renamed the function. */
static inline void
compat_new_relation_storage(Relation relation)
{
#if PG_VERSION_NUM >= 160000
	RelationSetNewRelfilenumber(relation, relation->rd_rel->relpersistence);
#else
	RelationSetNewRelfilenode(relation, relation->rd_rel->relpersistence);
#endif
}

/* Logs that a fork of a relation was created; 16 renamed the field. */
static inline void
compat_log_fork(Relation relation, ForkNumber fork)
{
#if PG_VERSION_NUM >= 160000
	log_smgrcreate(&relation->rd_locator, fork);
#else
	log_smgrcreate(&relation->rd_node, fork);
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

/* Returns this backend's number of its transaction; 17 moved it. */
static inline uint32
compat_local_transaction(void)
{
#if PG_VERSION_NUM >= 170000
	return (uint32) MyProc->vxid.lxid;
#else
	return (uint32) MyProc->lxid;
#endif
}

/* Is old_snapshot_threshold, which 17 dropped, set? */
static inline bool
compat_early_pruning(Relation relation)
{
#if PG_VERSION_NUM < 170000
	return EarlyPruningEnabled(relation);
#else
	return false;
#endif
}

/* The level from which messages go to the log; 19 has one for each kind of process. */
#if PG_VERSION_NUM >= 190000
#define compat_log_min_messages (log_min_messages[MyBackendType])
#else
#define compat_log_min_messages log_min_messages
#endif

/* Has a scanner not warn of backslashes, as 19 does not any longer. */
#if PG_VERSION_NUM >= 190000
#define compat_scanner_quiet(extra) ((void) (extra))
#else
#define compat_scanner_quiet(extra) ((extra)->escape_string_warning = false)
#endif

/* Do backslashes escape in plain strings? 19 has no such setting any longer. */
#if PG_VERSION_NUM >= 190000
#define compat_backslashes_escape() false
#define compat_let_backslashes_escape(escape) ((void) (escape))
#else
#define compat_backslashes_escape() (!standard_conforming_strings)
#define compat_let_backslashes_escape(escape)                                  \
	(standard_conforming_strings = !(escape))
#endif

/* Columns of pg_stats about ranges, which are new in 17, for a SELECT from it as s. */
#if PG_VERSION_NUM >= 170000
#define COMPAT_STATS_OF_RANGES                                                 \
	"s.range_bounds_histogram::pg_catalog.text::pg_catalog.text[] AS "         \
	"range_bounds, s.range_length_histogram::pg_catalog.text"                  \
	"::pg_catalog.text[] AS range_lengths, "                                   \
	"s.range_empty_frac::pg_catalog.float8 AS range_empty_frac"
#else
#define COMPAT_STATS_OF_RANGES                                                 \
	"NULL::pg_catalog.text[] AS range_bounds, NULL::pg_catalog.text[] AS "     \
	"range_lengths, NULL::pg_catalog.float8 AS range_empty_frac"
#endif

/* Returns all settings, and how many they are; 16 made one function of two. */
static inline struct config_generic **
compat_all_settings(int *n)
{
#if PG_VERSION_NUM >= 160000
	return get_guc_variables(n);
#else
	*n = GetNumConfigOptions();
	return get_guc_variables();
#endif
}

static inline void
compat_free_settings(struct config_generic **settings)
{
#if PG_VERSION_NUM >= 160000
	pfree(settings);
#endif
}

/*
 * Takes a setting's name away, or gives it back, so that nobody finds it: see
 * session_settings.c. shown is its name. In 15 the settings stand in an array that
 * is in the order of their names, in which the new name must follow the old one; from
 * 16 on they are hashed, by the text to which the entry and the setting both point.
 */
static inline void
compat_hide_setting(struct config_generic *setting, const char *shown)
{
#if PG_VERSION_NUM >= 160000
	unconstify(char *, setting->name)[0] = '\001';
#else
	char *hidden = malloc(strlen(shown) + 2);

	if (hidden == NULL)
		return;
	sprintf(hidden, "%s\001", shown);
	free(unconstify(char *, setting->name));
	setting->name = hidden;
#endif
}

static inline void
compat_show_setting(struct config_generic *setting, const char *shown)
{
#if PG_VERSION_NUM >= 160000
	unconstify(char *, setting->name)[0] = shown[0];
#else
	unconstify(char *, setting->name)[strlen(shown)] = '\0';
#endif
}

/*
 * Returns the next entry of this process in a partition of the lock table, or the
 * first one if lock is NULL. The caller holds the partition's lock. 16 replaced the
 * queues of shared memory by lists.
 */
static inline PROCLOCK *
compat_next_lock(int partition, PROCLOCK *lock)
{
#if PG_VERSION_NUM >= 160000
	dlist_head *list = &MyProc->myProcLocks[partition];
	dlist_node *link;

	if (lock == NULL)
		link = dlist_is_empty(list) ? NULL : dlist_head_node(list);
	else
		link = dlist_has_next(list, &lock->procLink)
				   ? dlist_next_node(list, &lock->procLink)
				   : NULL;
	return link == NULL ? NULL : dlist_container(PROCLOCK, procLink, link);
#else
	SHM_QUEUE *queue = &MyProc->myProcLocks[partition];

	return (PROCLOCK *) SHMQueueNext(queue,
									 lock == NULL ? queue : &lock->procLink,
									 offsetof(PROCLOCK, procLink));
#endif
}

#endif /* PERFCHECK_BASE_COMPAT_H */
