/*-------------------------------------------------------------------------
 *
 * seed.c
 *		Writes synthetic events into a table, and removes them.
 *
 * The rows go in as INSERT ... SELECT FROM perfcheck_events(), by SPI and as
 * the caller, so that defaults, constraints, triggers, rules, partitions and
 * row security act as for any INSERT. A prepared statement inserts one chunk
 * after another, to tell of progress in between. On a table that holds rows
 * it leaves out each event whose id or (venue, date) is taken, and so goes on
 * over further event numbers until enough rows are in, or none is left.
 *
 * seed_insert() first takes a SHARE ROW EXCLUSIVE lock on the table: two seeds
 * of one table run one after the other, and readers go on. It sets indexes
 * aside only if it gets ACCESS EXCLUSIVE without waiting, as waiting for more
 * of a lock could deadlock. Then it inserts, rebuilds the indexes, and runs
 * ANALYZE. All of this is part of the caller's transaction, and no state is
 * kept elsewhere: an error needs no clean-up but the rollback.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"

#include "base/extension.h"
#include "base/relation.h"
#include "seed/events_table.h"
#include "seed/index_set_aside.h"
#include "seed/load_progress.h"
#include "seed/seed.h"

/*
 * Rows of one INSERT: enough that starting it costs little, and few enough
 * that progress can be told every second.
 */
#define SEED_CHUNK 10000

/* created_at is up to this many days before the first evening. */
#define SEED_DAYS_BEFORE 90

/* ---- arguments ---- */

static void
seed_check_count(const char *name, int64 value, int64 most)
{
	if (value < 1 || value > most)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("%s must be between 1 and " INT64_FORMAT, name, most),
				errdetail("It is " INT64_FORMAT ".", value));
}

EventSpec
seed_spec(int64 seed, TimestampTz starts, const Interval *horizon, int32 venues,
		  int32 artists)
{
	EventSpec spec = {.seed = seed, .venues = venues, .artists = artists};
	Timestamp ends;
	int64 days;

	seed_check_count("venues", venues, EVENT_MAX_VENUES);
	seed_check_count("artists", artists, EVENT_MAX_ARTISTS);
	if (TIMESTAMP_NOT_FINITE(starts))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("starts must be finite"));
	/* Add in UTC: the session's time zone must not change the rows. */
	ends = DatumGetTimestamp(DirectFunctionCall2(
		timestamp_pl_interval, TimestampGetDatum(starts),
		IntervalPGetDatum(unconstify(Interval *, horizon))));

	spec.first_day = starts - starts % USECS_PER_DAY;
	if (spec.first_day < starts)
		spec.first_day += USECS_PER_DAY;
	if (!IS_VALID_TIMESTAMP(spec.first_day - SEED_DAYS_BEFORE * USECS_PER_DAY))
		ereport(ERROR, errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				errmsg("starts is too early"),
				errdetail("Values of created_at are up to %d days earlier, "
						  "which is out of range.",
						  SEED_DAYS_BEFORE),
				errhint("Give a later timestamp."));
	days = ends < spec.first_day ? 0 : (ends - spec.first_day) / USECS_PER_DAY;
	if (days < 1 || days > EVENT_MAX_DAYS)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("horizon must contain between 1 and %d whole UTC days",
					   EVENT_MAX_DAYS),
				errdetail("Counted from starts, it contains " INT64_FORMAT ".",
						  days),
				errhint("Give a longer or shorter interval, such as "
						"'12 months'."));
	spec.days = (int32) days;
	return spec;
}

/* (venue, date) is unique, which limits the number of rows. */
static void
seed_check_capacity(int64 rows, const EventSpec *spec)
{
	int64 capacity = event_capacity(spec);

	if (rows < 1)
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("rows must be at least 1"),
				errdetail("It is " INT64_FORMAT ".", rows),
				errhint("Leave the argument out to get its default, 10000."));
	if (rows > capacity)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg(INT64_FORMAT
					   " rows do not fit: there is room for " INT64_FORMAT,
					   rows, capacity),
				errdetail(
					"No two rows have the same venue and date, of which there "
					"are " INT64_FORMAT " on whole hours, " INT64_FORMAT
					" on whole minutes and " INT64_FORMAT " on whole seconds.",
					event_capacity_hours(spec), event_capacity_minutes(spec),
					capacity),
				errhint("Raise venues or horizon."));
}

/* Can the database's encoding represent this name, which is in UTF-8? */
static bool
seed_encodable(const char *name)
{
	int length = strlen(name);
	int encoding = GetDatabaseEncoding();
	unsigned char converted[EVENT_NAME_SIZE * MAX_CONVERSION_GROWTH];
	Oid proc;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
		return true;
	proc = FindDefaultConversionProc(PG_UTF8, encoding);
	return OidIsValid(proc) &&
		   pg_do_encoding_conversion_buf(
			   proc, PG_UTF8, encoding,
			   (unsigned char *) unconstify(char *, name), length, converted,
			   sizeof(converted), true) == length;
}

/* Checks it beforehand, as the load would fail after many rows. */
static void
seed_check_encoding(const EventSpec *spec)
{
	char name[EVENT_NAME_SIZE];

	for (int32 i = 0; i < spec->venues + spec->artists; i++)
	{
		CHECK_FOR_INTERRUPTS();
		if (i < spec->venues)
			event_venue_name(i, name);
		else
			event_artist_name(i - spec->venues, name);
		if (!seed_encodable(name))
			ereport(ERROR, errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
					errmsg("the database's encoding %s cannot hold the names "
						   "of venues and artists",
						   GetDatabaseEncodingName()),
					errhint("Seed a database with encoding UTF8."));
	}
}

/* ---- inserting ---- */

typedef struct SeedStatement
{
	SPIPlanPtr plan;
	bool skips;          /* leaves out events whose id or slot is taken */
	SPIPlanPtr any_free; /* finds an event of a chunk that is not left out */
	Datum values[8];
} SeedStatement;

static void
seed_execute(const char *sql, int expected)
{
	int code = SPI_execute(sql, false, 0);

	if (code != expected)
		elog(ERROR, "SPI_execute failed executing \"%s\": %s", sql,
			 SPI_result_code_string(code));
}

/*
 * Not read-only, and so with a new snapshot: this session may have waited for
 * another seed of the table.
 */
static bool
seed_has_rows(const char *table)
{
	seed_execute(psprintf("SELECT FROM %s LIMIT 1", table), SPI_OK_SELECT);
	return SPI_processed > 0;
}

static SPIPlanPtr
seed_prepare_plan(const char *sql, Oid *types, int ntypes)
{
	SPIPlanPtr plan = SPI_prepare(sql, ntypes, types);

	if (plan == NULL)
		elog(ERROR, "SPI_prepare returned %s for %s",
			 SPI_result_code_string(SPI_result), sql);
	return plan;
}

/*
 * Parameters 1 to 7 are the arguments of perfcheck_events(), 8 is the number of
 * rows wanted. The operators are qualified, as the caller's search_path holds.
 */
static SeedStatement
seed_prepare(Oid relid)
{
	static Oid types[] = {INT8OID,     INT8OID, INT8OID, TIMESTAMPTZOID,
						  INTERVALOID, INT4OID, INT4OID, INT8OID};
	const char *table = relation_sql_name(relid);
	SeedStatement statement = {.skips = seed_has_rows(table)};
	const char *events =
		psprintf("%s.perfcheck_events($1, $2, $3, $4, $5, $6, $7) WITH "
				 "ORDINALITY AS e",
				 extension_schema());
	const char *where =
		psprintf("NOT EXISTS (SELECT FROM %s AS t WHERE "
				 "t.venue OPERATOR(pg_catalog.=) e.venue AND "
				 "t.date OPERATOR(pg_catalog.=) e.date) AND NOT EXISTS "
				 "(SELECT FROM %s AS t WHERE "
				 "t.id OPERATOR(pg_catalog.=) e.id)",
				 table, table);
	const char *sql = psprintf("INSERT INTO %s (%s) SELECT %s FROM %s", table,
							   events_table_insert_columns(relid),
							   events_table_select_list(relid), events);

	if (statement.skips)
	{
		sql =
			psprintf("%s WHERE %s ORDER BY e.ordinality LIMIT $8", sql, where);
		statement.any_free = seed_prepare_plan(
			psprintf("SELECT FROM %s WHERE %s LIMIT $8", events, where), types,
			8);
	}
	statement.plan = seed_prepare_plan(sql, types, statement.skips ? 8 : 7);
	return statement;
}

/* Could the chunk that was just tried have given a row? */
static bool
seed_any_free(SeedStatement *statement)
{
	int code = SPI_execute_plan(statement->any_free, statement->values, NULL,
								false, 1);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_plan returned %s",
			 SPI_result_code_string(code));
	return SPI_processed > 0;
}

/*
 * Inserts at most wanted of the count events from number first on, and returns
 * how many rows that were. A trigger that keeps rows out of the table is an
 * error, or the load would never come to its end.
 */
static int64
seed_insert_chunk(SeedStatement *statement, int64 first, int64 count,
				  int64 wanted)
{
	int64 inserted;
	int code;

	statement->values[0] = Int64GetDatum(first);
	statement->values[1] = Int64GetDatum(count);
	statement->values[7] = Int64GetDatum(wanted);
	code = SPI_execute_plan(statement->plan, statement->values, NULL, false, 0);
	if (code != SPI_OK_INSERT)
		elog(ERROR, "SPI_execute_plan returned %s",
			 SPI_result_code_string(code));
	inserted = SPI_processed;
	if (statement->skips ? inserted == 0 && seed_any_free(statement)
						 : inserted != count)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("only " INT64_FORMAT " of " INT64_FORMAT
					   " rows were inserted into the table",
					   inserted, count),
				errdetail("A trigger or a rule of the table discards rows."),
				errhint("Disable the trigger or the rule, or name another "
						"table."));
	return inserted;
}

static void
seed_insert_rows(SeedStatement *statement, int64 rows, int64 capacity,
				 LoadProgress *progress)
{
	int64 inserted = 0;
	int64 next = 0;

	while (inserted < rows && next < capacity)
	{
		int64 wanted = rows - inserted;
		int64 count = Min(SEED_CHUNK, capacity - next);

		/* If events may be left out, try a whole chunk to get the rest. */
		if (!statement->skips)
			count = Min(count, wanted);

		CHECK_FOR_INTERRUPTS();
		inserted += seed_insert_chunk(statement, next, count, wanted);
		next += count;
		load_progress_show(progress, inserted);
	}
	if (inserted < rows)
		ereport(ERROR, errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				errmsg(INT64_FORMAT " rows do not fit: the existing rows of "
									"the table leave room for " INT64_FORMAT,
					   rows, inserted),
				errhint("Raise venues or horizon, or start later."));
}

/* ---- the table and its indexes ---- */

typedef struct SeedTarget
{
	Oid relid;
	bool created;
	List *aside; /* indexes to rebuild */
} SeedTarget;

/*
 * Above this ratio of new rows to existing ones, rebuilding the indexes takes
 * less time than maintaining them row by row.
 */
#define SEED_REBUILD_SHARE 0.4

static bool
seed_adds_few(const char *table, int64 rows)
{
	bool isnull;
	int64 existing;

	seed_execute(psprintf("SELECT pg_catalog.count(*) FROM %s", table),
				 SPI_OK_SELECT);
	existing = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0],
										   SPI_tuptable->tupdesc, 1, &isnull));
	return rows <= SEED_REBUILD_SHARE * existing;
}

/*
 * Sets the indexes of an existing table aside, or tells why not. If it holds
 * rows, its unique indexes stay in place: the load looks up in them which ids
 * and slots are taken.
 */
static void
seed_set_indexes_aside(SeedTarget *target, const char *table, int64 rows)
{
	bool has_rows = seed_has_rows(table);
	const char *reason = index_set_aside_why_in_place(target->relid, true);

	if (reason == NULL && has_rows && seed_adds_few(table, rows))
		reason = "it has many more rows than are added";
	/*
	 * Do not wait: this session holds a lock on the table already, so that
	 * waiting could deadlock, and every reader would wait behind it.
	 */
	if (reason == NULL &&
		!ConditionalLockRelationOid(target->relid, AccessExclusiveLock))
		reason = "another session is using it";
	if (reason != NULL && index_set_aside_has_indexes(target->relid))
		ereport(NOTICE, errmsg("keeping the indexes of table %s in place: %s",
							   table, reason));
	if (reason != NULL)
		return;
	target->aside = index_set_aside_begin(target->relid, has_rows);
	ereport(
		NOTICE,
		errmsg("setting indexes of table %s aside: %d will be rebuilt after "
			   "the load",
			   table, list_length(target->aside)));
}

/*
 * Makes another seed that would create the same table wait until the end of
 * this transaction.
 */
static void
seed_lock_name(const char *name)
{
	Oid types[] = {TEXTOID};
	Datum values[] = {CStringGetTextDatum(name)};
	int code =
		SPI_execute_with_args("SELECT pg_catalog.pg_advisory_xact_lock("
							  "pg_catalog.hashtextextended('perfcheck_seed', "
							  "pg_catalog.hashtext($1)))",
							  lengthof(types), types, values, NULL, false, 0);

	if (code != SPI_OK_SELECT)
		elog(ERROR, "SPI_execute_with_args returned %s",
			 SPI_result_code_string(code));
}

/* Two seeds of a table at once would choose the same slots: lock it. */
static Oid
seed_find_table(const char *name)
{
	return events_table_open(name, ShareRowExclusiveLock, ACL_INSERT, true);
}

static SeedTarget
seed_find_or_create(const char *name)
{
	SeedTarget target = {.relid = seed_find_table(name)};

	if (OidIsValid(target.relid))
		return target;
	/* If another seed is creating it, wait for that one, and look again. */
	seed_lock_name(events_table_place(name));
	target.relid = seed_find_table(name);
	if (OidIsValid(target.relid))
		return target;
	target.relid = events_table_try_create_table(name);
	target.created = OidIsValid(target.relid);
	if (target.created)
		return target;
	/*
	 * A session that is not seeding created a relation of that name. If it was
	 * dropped again since, the next attempt raises its error.
	 */
	target.relid = seed_find_table(name);
	if (OidIsValid(target.relid))
		return target;
	target.relid = events_table_create_table(name);
	target.created = true;
	return target;
}

static SeedTarget
seed_open_target(const char *name, int64 rows)
{
	SeedTarget target = seed_find_or_create(name);

	if (!target.created)
	{
		events_table_check_for_seed(target.relid);
		if (events_table_is_older_shape(target.relid))
			ereport(NOTICE,
					errmsg("table %s has the older shape: ticket_url gets the "
						   "link of the first ticket source",
						   relation_sql_name(target.relid)));
		seed_set_indexes_aside(&target, relation_sql_name(target.relid), rows);
		return target;
	}
	events_table_create_indexes(target.relid);
	target.aside = index_set_aside_begin(target.relid, false);
	ereport(
		NOTICE,
		errmsg("creating table %s: its indexes will be built after the load",
			   relation_sql_name(target.relid)));
	return target;
}

int64
seed_insert(const char *name, int64 rows, const EventSpec *spec,
			TimestampTz starts, const Interval *horizon)
{
	LoadProgress progress;
	SeedStatement statement;
	SeedTarget target;
	const char *table;

	seed_check_capacity(rows, spec);
	seed_check_encoding(spec);
	SPI_connect();
	target = seed_open_target(name, rows);
	table = relation_sql_name(target.relid);

	load_progress_start(&progress, target.relid, rows, "seeded");
	statement = seed_prepare(target.relid);
	statement.values[2] = Int64GetDatum(spec->seed);
	statement.values[3] = TimestampTzGetDatum(starts);
	statement.values[4] = IntervalPGetDatum(unconstify(Interval *, horizon));
	statement.values[5] = Int32GetDatum(spec->venues);
	statement.values[6] = Int32GetDatum(spec->artists);
	seed_insert_rows(&statement, rows, event_capacity(spec), &progress);
	SPI_freeplan(statement.plan);
	load_progress_end();

	if (target.aside != NIL)
	{
		load_progress_tell(&progress, rows, ", now building indexes");
		index_set_aside_rebuild(target.relid, target.aside, progress.told);
	}
	seed_execute(psprintf("ANALYZE %s", table), SPI_OK_UTILITY);
	SPI_finish();
	return rows;
}

int64
seed_remove(const char *target)
{
	Oid relid = events_table_open(target, RowExclusiveLock, ACL_DELETE, false);
	int64 removed;
	int code;

	events_table_check_id(relid);
	SPI_connect();
	code = SPI_execute(psprintf("DELETE FROM %s WHERE "
								"%s.perfcheck_is_synthetic(id)",
								relation_sql_name(relid), extension_schema()),
					   false, 0);
	if (code != SPI_OK_DELETE)
		ereport(ERROR, errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				errmsg("table \"%s\" has a rule that replaces DELETE",
					   get_rel_name(relid)),
				errhint("Drop the rule."));
	removed = SPI_processed;
	SPI_finish();
	return removed;
}
