/*-------------------------------------------------------------------------
 *
 * own_triggers.c
 *		Triggers that others made on the tables of the extension.
 *
 * GRANT ALL has the privileges TRIGGER and REFERENCES in it. A trigger has no owner:
 * its function has one, and its condition (WHEN) is an expression of whoever made it,
 * so that a trigger with a condition is nobody's to trust. The actions of a foreign
 * key are executed as the owner of the table that has it, but the triggers that follow
 * from them as the one who writes here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/own_triggers.h"
#include "base/owner.h"

static const char *const own_tables[] = {
	"perfcheck_query",
	"perfcheck_case",
	"perfcheck_values",
	"perfcheck_result",
	"perfcheck_size",
	"perfcheck_size_values",
	"perfcheck_built_in",
	"perfcheck_dropped",
	"perfcheck_writer",
	"perfcheck_copies",
	"perfcheck_populated",
	"perfcheck_statistics",
	"perfcheck_statistics_table",
	"perfcheck_statistics_column",
	"perfcheck_statistics_extended",
	"perfcheck_statistics_index",
	"perfcheck_statistics_key",
};

static bool
own_triggers_trusts(Oid owner, Oid user, Oid table_owner)
{
	return owner == table_owner || superuser_arg(owner) ||
		   compat_may_set_role(owner, user);
}

static void
own_triggers_refuse(const char *what, const char *table, Oid user)
{
	ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			errmsg("%s of %s would be called with the rights of \"%s\"", what,
				   table, GetUserNameFromId(user, false)),
			errhint("Drop it; or have a trigger without WHEN, whose function "
					"is owned by a superuser."));
}

static void
own_triggers_check_one(const Trigger *trigger, Relation table, Oid user)
{
	Oid owner = owner_of_relation(RelationGetRelid(table));
	const char *name = RelationGetRelationName(table);

	if (!trigger->tgisinternal)
	{
		if (trigger->tgqual != NULL ||
			!own_triggers_trusts(owner_of_function(trigger->tgfoid), user,
								 owner))
			own_triggers_refuse(psprintf("trigger \"%s\"", trigger->tgname),
								name, user);
		return;
	}
	if (OidIsValid(trigger->tgconstrrelid) &&
		!own_triggers_trusts(owner_of_relation(trigger->tgconstrrelid), user,
							 owner))
		own_triggers_refuse(
			psprintf("what follows a foreign key of table \"%s\"",
					 get_rel_name(trigger->tgconstrrelid)),
			name, user);
}

void
own_triggers_check(const char *name, Oid user)
{
	/* With this lock until the end of the transaction, nobody makes one meanwhile. */
	LOCKMODE lock = RecoveryInProgress() ? AccessShareLock : RowExclusiveLock;

	for (int i = 0; i < lengthof(own_tables); i++)
	{
		Oid relid = extension_table(own_tables[i]);
		Relation table;

		if (!OidIsValid(relid) ||
			(name != NULL && strcmp(name, own_tables[i]) != 0))
			continue;
		table = table_open(relid, lock);
		for (int j = 0;
			 table->trigdesc != NULL && j < table->trigdesc->numtriggers; j++)
			own_triggers_check_one(&table->trigdesc->triggers[j], table, user);
		table_close(table, NoLock);
	}
}
