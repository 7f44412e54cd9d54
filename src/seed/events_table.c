/*-------------------------------------------------------------------------
 *
 * events_table.c
 *		The events table: finds, checks and creates it.
 *
 * Two arrays are the canonical definition; CREATE statements, checks and the
 * lists for INSERT are all read from them. The statements run by SPI, as the
 * caller, so that event triggers and default privileges act as usual.
 *
 * A table is looked up as LOCK TABLE does it: the callback of
 * RangeVarGetRelidExtended() checks privileges before the lock is waited for,
 * and again if the name has come to mean another relation meanwhile.
 *
 * Two sessions may create the table at once. The second one waits for the
 * unique index of pg_class or pg_type, and fails when the first one commits;
 * only then does it see the table. events_table_try_create_table() therefore
 * runs CREATE TABLE in a subtransaction, whose rollback leaves the caller's
 * transaction usable, and the caller looks the name up again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "rewrite/prs2lock.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/varlena.h"

#include "base/compat.h"
#include "base/relation.h"
#include "base/subtransaction.h"
#include "seed/events_table.h"

typedef struct EventsTableColumn
{
	const char *name;
	Oid type;
	const char *definition;
} EventsTableColumn;

static const EventsTableColumn events_table_columns[] = {
	{"id", UUIDOID, "PRIMARY KEY DEFAULT pg_catalog.gen_random_uuid()"},
	{"name", TEXTOID, "NOT NULL"},
	{"artist", TEXTOID, "NOT NULL"},
	{"venue", TEXTOID, "NOT NULL"},
	{"date", TIMESTAMPTZOID, "NOT NULL"},
	{"time", TEXTOID, ""},
	{"genre", TEXTOID, "NOT NULL"},
	{"ticket_sources", JSONBOID, "NOT NULL"},
	{"price", TEXTOID, ""},
	{"source_id", TEXTOID, "NOT NULL"},
	{"source_platform", TEXTOID, "NOT NULL"},
	{"created_at", TIMESTAMPTZOID, "NOT NULL DEFAULT pg_catalog.now()"},
	{"updated_at", TIMESTAMPTZOID, "NOT NULL DEFAULT pg_catalog.now()"},
};

typedef struct EventsTableIndex
{
	const char *canonical;  /* its name on a table called events */
	const char *columns;    /* on another one: <table>_<columns>_idx */
	const char *kind;       /* "" or "UNIQUE" */
	const char *definition; /* %s stands for pg_trgm's operator class */
} EventsTableIndex;

static const EventsTableIndex events_table_indexes[] = {
	{"venue_date_idx", "venue_date", "UNIQUE", "btree (venue, date)"},
	{"date_idx", "date", "", "btree (date)"},
	{"genre_idx", "genre", "", "btree (genre)"},
	{"artist_date_idx", "artist_date", "", "btree (artist, date)"},
	{"source_platform_idx", "source_platform", "",
	 "btree (source_platform, source_id)"},
	{"idx_events_artist_trgm", "artist_trgm", "", "gin (artist %s)"},
	{"idx_events_name_trgm", "name_trgm", "", "gin (name %s)"},
};

/*
 * An earlier definition of the table has one link, ticket_url, in place of
 * ticket_sources. Such a table is seeded with the first link.
 */
static const EventsTableColumn events_table_url = {"ticket_url", TEXTOID, NULL};

#define EVENTS_TABLE_URL_OF                                                    \
	"(e.ticket_sources OPERATOR(pg_catalog.->) 0) "                            \
	"OPERATOR(pg_catalog.->>) 'url'"

/* Returns the i-th column that is seeded in this table. */
static const EventsTableColumn *
events_table_column(Oid relid, int i)
{
	const EventsTableColumn *column = &events_table_columns[i];

	if (strcmp(column->name, "ticket_sources") == 0 &&
		get_attnum(relid, column->name) == InvalidAttrNumber &&
		get_attnum(relid, events_table_url.name) != InvalidAttrNumber)
		return &events_table_url;
	return column;
}

bool
events_table_is_older_shape(Oid relid)
{
	for (int i = 0; i < lengthof(events_table_columns); i++)
		if (events_table_column(relid, i) == &events_table_url)
			return true;
	return false;
}

char *
events_table_insert_columns(Oid relid)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < lengthof(events_table_columns); i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "",
						 quote_identifier(events_table_column(relid, i)->name));
	return list.data;
}

char *
events_table_select_list(Oid relid)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < lengthof(events_table_columns); i++)
	{
		const EventsTableColumn *column = events_table_column(relid, i);

		appendStringInfoString(&list, i > 0 ? ", " : "");
		if (column == &events_table_url)
			appendStringInfoString(&list, EVENTS_TABLE_URL_OF);
		else
			appendStringInfo(&list, "e.%s", quote_identifier(column->name));
	}
	return list.data;
}

/* ---- checks ---- */

static void
events_table_check_column(Relation relation, const EventsTableColumn *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(relation), column->name);
	Form_pg_attribute attribute;

	if (attnum == InvalidAttrNumber)
		ereport(ERROR, errcode(ERRCODE_UNDEFINED_COLUMN),
				errmsg("table \"%s\" has no column \"%s\"",
					   RelationGetRelationName(relation), column->name),
				errhint("Add the column, of type %s, or call "
						"perfcheck_create_events() to create a table with all "
						"columns.",
						format_type_be(column->type)));
	attribute = TupleDescAttr(RelationGetDescr(relation), attnum - 1);
	if (getBaseType(attribute->atttypid) != column->type)
		ereport(ERROR, errcode(ERRCODE_DATATYPE_MISMATCH),
				errmsg("column \"%s\" of table \"%s\" is of type %s, not %s",
					   column->name, RelationGetRelationName(relation),
					   format_type_be(attribute->atttypid),
					   format_type_be(column->type)),
				errhint("Change its type, or name another table."));
	if (attribute->attgenerated != '\0')
		ereport(ERROR, errcode(ERRCODE_GENERATED_ALWAYS),
				errmsg("column \"%s\" of table \"%s\" is a generated column",
					   column->name, RelationGetRelationName(relation)),
				errdetail("perfcheck_seed() has to write this column."),
				errhint("Make it a column of type %s, or name another table.",
						format_type_be(column->type)));
}

static bool
events_table_is_seeded(Oid relid, const char *column)
{
	for (int i = 0; i < lengthof(events_table_columns); i++)
		if (strcmp(events_table_column(relid, i)->name, column) == 0)
			return true;
	return false;
}

/* INSERT gives the columns that are not seeded their defaults. */
static void
events_table_check_further_columns(Relation relation)
{
	TupleDesc desc = RelationGetDescr(relation);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);
		const char *name = NameStr(attribute->attname);

		if (attribute->attisdropped || !attribute->attnotnull ||
			attribute->atthasdef || attribute->attidentity != '\0' ||
			events_table_is_seeded(RelationGetRelid(relation), name))
			continue;
		ereport(ERROR, errcode(ERRCODE_NOT_NULL_VIOLATION),
				errmsg("column \"%s\" of table \"%s\" is NOT NULL and has no "
					   "default",
					   name, RelationGetRelationName(relation)),
				errdetail("perfcheck_seed() has no value for this column."),
				errhint("Give the column a default, or drop NOT NULL."));
	}
}

static void
events_table_check_rules(Relation relation)
{
	for (int i = 0; relation->rd_rules && i < relation->rd_rules->numLocks; i++)
		if (relation->rd_rules->rules[i]->event == CMD_INSERT &&
			relation->rd_rules->rules[i]->isInstead)
			ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("table \"%s\" has a rule that replaces INSERT",
						   RelationGetRelationName(relation)),
					errhint("Drop the rule, or name another table."));
}

void
events_table_check_for_seed(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);

	for (int i = 0; i < lengthof(events_table_columns); i++)
		events_table_check_column(relation, events_table_column(relid, i));
	events_table_check_further_columns(relation);
	events_table_check_rules(relation);
	relation_close(relation, NoLock);
}

void
events_table_check_id(Oid relid)
{
	Relation relation = relation_open(relid, NoLock);

	events_table_check_column(relation, &events_table_columns[0]);
	relation_close(relation, NoLock);
}

/* ---- look-up ---- */

static List *
events_table_name_list(const char *name)
{
	List *list;

	if (name[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_INVALID_NAME),
				errmsg("target must not be empty"),
				errhint("Give the name of a table, such as events."));
	list = compat_string_to_name_list(name);
	if (list_length(list) > 2)
		ereport(
			ERROR, errcode(ERRCODE_INVALID_NAME),
			errmsg("\"%s\" is not the name of a table in this database", name),
			errhint("Give the name of a table, or schema.table."));
	return list;
}

/*
 * Called before the lock is waited for: a user who may not write must not make
 * others wait behind him. previous is what the name meant before.
 */
static void
events_table_check_rights(const RangeVar *range, Oid relid, Oid previous,
						  void *arg)
{
	AclMode mode = *(AclMode *) arg;
	AclResult result;

	if (!OidIsValid(relid))
		return;
	if (IsCatalogRelationOid(relid))
		ereport(ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("\"%s\" is a system catalog", range->relname),
				errhint("Name the table that holds the events."));
	result = pg_class_aclcheck(relid, GetUserId(), mode);
	if (result != ACLCHECK_OK)
		aclcheck_error(result, get_relkind_objtype(get_rel_relkind(relid)),
					   range->relname);
}

Oid
events_table_open(const char *name, LOCKMODE lock, AclMode mode,
				  bool missing_ok)
{
	RangeVar *range = makeRangeVarFromNameList(events_table_name_list(name));
	Oid relid =
		RangeVarGetRelidExtended(range, lock, missing_ok ? RVR_MISSING_OK : 0,
								 events_table_check_rights, &mode);
	Relation relation;

	if (!OidIsValid(relid))
		return InvalidOid;
	relation = relation_open(relid, NoLock);
	if (relation->rd_rel->relkind != RELKIND_RELATION &&
		relation->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		ereport(
			ERROR, errcode(ERRCODE_WRONG_OBJECT_TYPE),
			errmsg("\"%s\" is not a table", RelationGetRelationName(relation)),
			errdetail_relkind_not_supported(relation->rd_rel->relkind),
			errhint("Name the table that holds the events, or one that "
					"does not exist yet."));
	relation_close(relation, NoLock);
	return relid;
}

/* ---- creation ---- */

static void
events_table_execute(const char *sql)
{
	int code = SPI_execute(sql, false, 0);

	if (code != SPI_OK_UTILITY)
		elog(ERROR, "SPI_execute failed executing \"%s\": %s", sql,
			 SPI_result_code_string(code));
}

char *
events_table_place(const char *name)
{
	RangeVar *range = makeRangeVarFromNameList(events_table_name_list(name));

	return psprintf("%u.%s", RangeVarGetCreationNamespace(range),
					range->relname);
}

/* The API's migrations make a table of the older shape before the other one. */
static int
events_table_shape_detail(Oid relid)
{
	if (events_table_is_older_shape(relid))
		return errdetail("It has the older shape, with ticket_url in place of "
						 "ticket_sources.");
	if (get_attnum(relid, "ticket_sources") != InvalidAttrNumber)
		return errdetail("It has the shape with ticket_sources.");
	return errdetail("It has neither ticket_sources nor ticket_url.");
}

Oid
events_table_create_table(const char *name)
{
	RangeVar *range = makeRangeVarFromNameList(events_table_name_list(name));
	Oid existing = RangeVarGetRelid(range, NoLock, true);
	StringInfoData sql;

	if (OidIsValid(existing))
		ereport(ERROR, errcode(ERRCODE_DUPLICATE_TABLE),
				errmsg("relation \"%s\" already exists", range->relname),
				events_table_shape_detail(existing),
				errhint("Call perfcheck_seed() to fill an existing table."));
	/* pg_temp is created together with the session's first table in it. */
	if (range->schemaname != NULL && strcmp(range->schemaname, "pg_temp") != 0)
		(void) get_namespace_oid(range->schemaname, false);
	initStringInfo(&sql);
	appendStringInfo(
		&sql, "CREATE TABLE %s%s%s (",
		range->schemaname ? quote_identifier(range->schemaname) : "",
		range->schemaname ? "." : "", quote_identifier(range->relname));
	for (int i = 0; i < lengthof(events_table_columns); i++)
		appendStringInfo(&sql, "%s%s %s %s", i > 0 ? ", " : "",
						 quote_identifier(events_table_columns[i].name),
						 format_type_be_qualified(events_table_columns[i].type),
						 events_table_columns[i].definition);
	appendStringInfoChar(&sql, ')');

	SPI_connect();
	events_table_execute(sql.data);
	SPI_finish();
	return RangeVarGetRelid(range, NoLock, false);
}

typedef struct EventsTableCreation
{
	const char *name;
	Oid relid;
} EventsTableCreation;

static void
events_table_create_inside(void *arg)
{
	EventsTableCreation *creation = arg;

	creation->relid = events_table_create_table(creation->name);
}

Oid
events_table_try_create_table(const char *name)
{
	EventsTableCreation creation = {.name = name};
	ErrorData *error =
		subtransaction_run(events_table_create_inside, &creation);

	if (error == NULL)
		return creation.relid;
	if (error->sqlerrcode != ERRCODE_UNIQUE_VIOLATION &&
		error->sqlerrcode != ERRCODE_DUPLICATE_TABLE)
		ReThrowError(error);
	FreeErrorData(error);
	return InvalidOid;
}

/*
 * Index names are unique in a schema, so only the table called events has the
 * canonical ones.
 */
static const char *
events_table_index_name(Oid relid, const EventsTableIndex *index)
{
	char *table = get_rel_name(relid);
	Oid schema = get_rel_namespace(relid);

	if (strcmp(table, "events") == 0 &&
		!OidIsValid(get_relname_relid(index->canonical, schema)))
		return index->canonical;
	return ChooseRelationName(table, index->columns, "idx", schema, false);
}

void
events_table_create_indexes(Oid relid)
{
	const char *trigrams = relation_trigram_class();

	SPI_connect();
	for (int i = 0; i < lengthof(events_table_indexes); i++)
	{
		const EventsTableIndex *index = &events_table_indexes[i];
		const char *table = relation_sql_name(relid);
		const char *definition = strstr(index->definition, "%s") == NULL
									 ? index->definition
									 : psprintf(index->definition, trigrams);

		events_table_execute(
			psprintf("CREATE %s INDEX %s ON %s USING %s", index->kind,
					 quote_identifier(events_table_index_name(relid, index)),
					 table, definition));
	}
	SPI_finish();
}
