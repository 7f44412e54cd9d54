/*-------------------------------------------------------------------------
 *
 * session_sequences.c
 *		Keeps the temporary sequences of a session as they are.
 *
 * A sequence is written in place, so that no rollback takes it back. The server
 * refuses nextval() and setval() in a read-only transaction, but for temporary
 * sequences. These are few, and found by what depends on the session's temporary
 * schema. lastval(), and numbers that the session holds of a sequence with CACHE,
 * are not in the sequence, and stay as they are then.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_namespace.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/session_sequences.h"

typedef struct SessionSequence
{
	Oid relation;
	int64 last;
	bool called;
} SessionSequence;

/* Reads where a sequence is. Returns false if it is gone. */
static bool
session_sequences_read(Oid relation, SessionSequence *sequence)
{
	Relation opened = try_relation_open(relation, AccessShareLock);
	Form_pg_sequence_data data;
	HeapTupleHeader row;
	Buffer buffer;
	Page page;

	if (opened == NULL)
		return false;
	buffer = ReadBuffer(opened, 0);
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	page = BufferGetPage(buffer);
	row = (HeapTupleHeader) PageGetItem(page,
										PageGetItemId(page, FirstOffsetNumber));
	data = (Form_pg_sequence_data) ((char *) row + row->t_hoff);
	sequence->relation = relation;
	sequence->last = data->last_value;
	sequence->called = data->is_called;
	UnlockReleaseBuffer(buffer);
	relation_close(opened, AccessShareLock);
	return true;
}

List *
session_sequences_note(void)
{
	Oid schema;
	Oid toast_schema;
	ScanKeyData keys[2];
	Relation depend;
	SysScanDesc scan;
	HeapTuple tuple;
	List *found = NIL;

	GetTempNamespaceState(&schema, &toast_schema);
	if (!OidIsValid(schema))
		return NIL;
	depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(NamespaceRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber,
				F_OIDEQ, ObjectIdGetDatum(schema));
	scan =
		systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		SessionSequence sequence;

		if (form->classid != RelationRelationId ||
			get_rel_relkind(form->objid) != RELKIND_SEQUENCE ||
			!session_sequences_read(form->objid, &sequence))
			continue;
		found = lappend(found, palloc(sizeof(sequence)));
		*(SessionSequence *) llast(found) = sequence;
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return found;
}

/* Warns once within one statement of the caller. */
static void
session_sequences_warn(const SessionSequence *sequence)
{
	static TimestampTz told_in = 0;
	static Oid told = InvalidOid;
	TimestampTz statement = GetCurrentStatementStartTimestamp();

	if (told_in == statement && told == sequence->relation)
		return;
	told_in = statement;
	told = sequence->relation;
	ereport(WARNING, errcode(ERRCODE_WARNING),
			errmsg("a query of the contract advanced the temporary sequence "
				   "\"%s\", which was put back",
				   get_rel_name(sequence->relation)),
			errdetail("lastval() of this session is still what it became."),
			errhint("Leave nextval() and setval() out of the contract."));
}

/* The sequence may belong to another role than the one that calls perfcheck. */
static void
session_sequences_put_back(const SessionSequence *sequence)
{
	Oid user;
	int security;
	Relation opened = relation_open(sequence->relation, AccessShareLock);
	Oid owner = opened->rd_rel->relowner;

	relation_close(opened, AccessShareLock);
	GetUserIdAndSecContext(&user, &security);
	SetUserIdAndSecContext(owner, security | SECURITY_LOCAL_USERID_CHANGE);
	(void) DirectFunctionCall3(
		setval3_oid, ObjectIdGetDatum(sequence->relation),
		Int64GetDatum(sequence->last), BoolGetDatum(sequence->called));
	SetUserIdAndSecContext(user, security);
}

void
session_sequences_restore(List *sequences)
{
	ListCell *cell;

	foreach(cell, sequences)
	{
		const SessionSequence *sequence = lfirst(cell);
		SessionSequence now;

		if (!session_sequences_read(sequence->relation, &now) ||
			(now.last == sequence->last && now.called == sequence->called))
			continue;
		session_sequences_put_back(sequence);
		session_sequences_warn(sequence);
	}
	list_free_deep(sequences);
}
