/*-------------------------------------------------------------------------
 *
 * execution_entry.c
 *		One execution on its way to the file.
 *
 * The statement, the settings of the session and the comment are written before it
 * where the file does not have them yet: most executions share them with the one
 * before.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/record_settings.h"
#include "record/comment_split.h"
#include "record/execution_entry.h"
#include "record/segment.h"

/* A text that the file has, and its number there. */
typedef struct ExecutionText
{
	char *text; /* NULL: none yet */
	Size size;  /* of its memory */
	uint32 serial;
	uint32 number;
} ExecutionText;

/* The session's settings that were written last. */
static ExecutionText execution_application;
static ExecutionText execution_search_path;
static Oid execution_role = InvalidOid;

static ExecutionText execution_comment;

/* What the execution that was written last is told by as a difference. */
static struct
{
	uint32 serial; /* of its file */
	TimestampTz started;
	uint32 transaction;
} execution_last;

/* ---- keeping ---- */

void
execution_entry_keep(ExecutionEntry *entry, const char *sql, Size length,
					 ParamListInfo params)
{
	/* Most statements have few and short values. */
	const int values_size = 64;
	RecordedStatement *statement = statements_pin(sql, length, params);

	entry->statement = statement;
	if (statement->own || statement->unusable || statement->nparams == 0)
		return;
	entry->values.data = palloc(values_size);
	entry->values.maxlen = values_size;
	resetStringInfo(&entry->values);
	/* After an error the statement stays in memory, which is all. */
	statements_append_values(statement, params, &entry->values);
}

bool
execution_entry_is_own(const ExecutionEntry *entry)
{
	return entry->statement->own;
}

bool
execution_entry_is_bare(const ExecutionEntry *entry)
{
	const Redacted *redacted = entry->statement->redacted;

	return !perfcheck_record_values || (redacted != NULL && redacted->bare);
}

/* ---- writing ---- */

/* Is the text the one that the file has? */
static bool
execution_has(const ExecutionText *last, const char *text)
{
	return last->text != NULL && last->serial == segment_serial() &&
		   strcmp(last->text, text) == 0;
}

/* Notes that the file has the text; without memory it is written again. */
static void
execution_note(ExecutionText *last, const char *text, uint32 number)
{
	Size size = strlen(text) + 1;

	if (size > last->size)
	{
		if (last->text != NULL)
			pfree(last->text);
		last->text = MemoryContextAllocExtended(TopMemoryContext, size * 2,
												MCXT_ALLOC_NO_OOM);
		last->size = last->text == NULL ? 0 : size * 2;
	}
	if (last->text != NULL)
		memcpy(last->text, text, size);
	last->serial = segment_serial();
	last->number = number;
}

static uint32
execution_write_statement(RecordedStatement *statement)
{
	SegmentStatement head = {(uint32) statement->nparams,
							 (uint32) statement->sql_length, statement->cut};
	Size types = statement->nparams * sizeof(Oid);
	char *body = segment_next();

	if (statement->serial == segment_serial())
		return statement->number;
	memcpy(body, &head, sizeof(head));
	memcpy(body + sizeof(head), statement->param_types, types);
	memcpy(body + sizeof(head) + types, statement->sql, statement->sql_length);
	statement->number = segment_add(
		SEGMENT_STATEMENT, sizeof(head) + types + statement->sql_length);
	statement->serial = segment_serial();
	statement->queryid = 0;
	return statement->number;
}

static uint32
execution_write_session(Oid role)
{
	SegmentSession head = {role, (uint32) strlen(application_name),
						   (uint32) strlen(namespace_search_path)};
	char *body = segment_next();
	uint32 number;

	if (execution_role == role &&
		execution_has(&execution_application, application_name) &&
		execution_has(&execution_search_path, namespace_search_path))
		return execution_application.number;
	memcpy(body, &head, sizeof(head));
	body += sizeof(head);
	memcpy(body, application_name, head.application_length);
	body += head.application_length;
	memcpy(body, namespace_search_path, head.search_path_length);
	number =
		segment_add(SEGMENT_SESSION, sizeof(head) + head.application_length +
										 head.search_path_length);
	execution_role = role;
	execution_note(&execution_application, application_name, number);
	execution_note(&execution_search_path, namespace_search_path, number);
	return number;
}

/* Returns 1 more than the number of the comment, 0 without one. */
static uint32
execution_write_comment(const char *comment)
{
	Size length = comment == NULL ? 0 : strlen(comment);
	uint32 number;

	if (length == 0)
		return 0;
	if (execution_has(&execution_comment, comment))
		return execution_comment.number + 1;
	memcpy(segment_next(), comment, length);
	number = segment_add(SEGMENT_COMMENT, length);
	execution_note(&execution_comment, comment, number);
	return number + 1;
}

/* Returns the room that all entries of an execution need at most. */
static Size
execution_size(const ExecutionEntry *entry)
{
	const RecordedStatement *statement = entry->statement;
	Size comment = entry->comment == NULL ? 0 : strlen(entry->comment);

	return SEGMENT_ENTRY_SIZE(sizeof(SegmentStatement) +
							  statement->nparams * sizeof(Oid) +
							  statement->sql_length) +
		   SEGMENT_ENTRY_SIZE(sizeof(SegmentSession) +
							  strlen(application_name) +
							  strlen(namespace_search_path)) +
		   SEGMENT_ENTRY_SIZE(comment) +
		   SEGMENT_ENTRY_SIZE(SEGMENT_EXECUTION_MOST + entry->values.len);
}

/* Writes the execution itself, where what it shares with others stands before. */
static void
execution_write(ExecutionEntry *entry, instr_time time)
{
	RecordedStatement *statement = entry->statement;
	uint32 number = execution_write_statement(statement);
	uint32 session = execution_write_session(entry->role);
	uint32 comment = execution_write_comment(entry->comment);
	uint64 nanoseconds = (uint64) (INSTR_TIME_GET_MILLISEC(time) * 1e6 + 0.5);
	char *body = segment_next();
	char *at = body;

	if (execution_last.serial != segment_serial())
	{
		execution_last.serial = segment_serial();
		execution_last.started = 0;
		execution_last.transaction = 0;
	}
	*at++ =
		(char) ((int) entry->plan | (entry->nested ? SEGMENT_NESTED : 0) |
				(entry->failed ? SEGMENT_FAILED : 0) |
				(entry->queryid != statement->queryid ? SEGMENT_QUERYID : 0));
	if (entry->queryid != statement->queryid)
	{
		memcpy(at, &entry->queryid, sizeof(entry->queryid));
		at += sizeof(entry->queryid);
		statement->queryid = entry->queryid;
	}
	at = segment_code_put_from(at, execution_last.started, entry->started);
	at = segment_code_put_from(at, execution_last.transaction,
							   entry->transaction);
	at = segment_code_put(at, nanoseconds);
	at = segment_code_put(at, (uint64) entry->rows);
	at = segment_code_put(at, number);
	at = segment_code_put(at, session);
	at = segment_code_put(at, comment);
	execution_last.started = entry->started;
	execution_last.transaction = entry->transaction;
	if (entry->values.len > 0)
	{
		memcpy(at, entry->values.data, entry->values.len);
		at += entry->values.len;
	}
	(void) segment_add(SEGMENT_EXECUTION, (Size) (at - body));
}

void
execution_entry_write(ExecutionEntry *entry, instr_time time)
{
	RecordedStatement *statement = entry->statement;

	if (!statement->own && !statement->unusable &&
		segment_make_room(execution_size(entry)))
		execution_write(entry, time);
	statements_unpin(statement);
}
