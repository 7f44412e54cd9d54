/*-------------------------------------------------------------------------
 *
 * growth_vacuum.c
 *		Which tables are forecast as VACUUM leaves them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "utils/fmgrprotos.h"
#include "utils/rel.h"

#include "plan/growth.h"

/*
 * A table that is taken to be vacuumed. Subtransactions are numbered anew in each
 * transaction, which its start tells apart.
 */
typedef struct GrowthVacuumed
{
	Oid relid;
	SubTransactionId within;
	TimestampTz transaction;
} GrowthVacuumed;

/* More of them are not known at a time: a trial has few statements. */
#define GROWTH_VACUUMED 16

static GrowthVacuumed growth_vacuumed[GROWTH_VACUUMED];

static bool
growth_vacuumed_holds(const GrowthVacuumed *taken)
{
	return taken->within != InvalidSubTransactionId &&
		   taken->transaction == GetCurrentTransactionStartTimestamp() &&
		   SubTransactionIsActive(taken->within);
}

void
growth_take_vacuumed(Oid relid)
{
	for (int i = 0; i < GROWTH_VACUUMED; i++)
		if (!growth_vacuumed_holds(&growth_vacuumed[i]))
		{
			growth_vacuumed[i].relid = relid;
			growth_vacuumed[i].within = GetCurrentSubTransactionId();
			growth_vacuumed[i].transaction =
				GetCurrentTransactionStartTimestamp();
			return;
		}
}

bool
growth_takes_vacuumed(Oid relid)
{
	for (int i = 0; i < GROWTH_VACUUMED; i++)
		if (growth_vacuumed[i].relid == relid &&
			growth_vacuumed_holds(&growth_vacuumed[i]))
			return true;
	return false;
}

bool
growth_forecasts_vacuum(Oid relid)
{
	Relation relation;
	bool never = false;

	if (growth_takes_vacuumed(relid))
		return true;
	relation = try_relation_open(relid, AccessShareLock);
	if (relation == NULL)
		return false;
	if ((relation->rd_rel->relkind == RELKIND_RELATION ||
		 relation->rd_rel->relkind == RELKIND_MATVIEW) &&
		relation->rd_rel->relpersistence != RELPERSISTENCE_TEMP &&
		relation->rd_rel->relallvisible == 0 && !IsCatalogRelation(relation) &&
		(relation->rd_options == NULL ||
		 ((StdRdOptions *) relation->rd_options)->autovacuum.enabled))
		never =
			DatumGetInt64(DirectFunctionCall1(pg_stat_get_vacuum_count,
											  ObjectIdGetDatum(relid))) == 0 &&
			DatumGetInt64(DirectFunctionCall1(pg_stat_get_autovacuum_count,
											  ObjectIdGetDatum(relid))) == 0;
	relation_close(relation, AccessShareLock);
	return never;
}
