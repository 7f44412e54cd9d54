/*-------------------------------------------------------------------------
 *
 * recording.c
 *		What was recorded, read from the files that all backends wrote.
 *
 * A file is read as it is at that moment; its backend may be writing to it. An entry
 * is one once its length is there. Nothing of a file is believed: each length is
 * compared with what there is, and each text with the encoding of the database.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "port/pg_crc32c.h"
#include "storage/fd.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "record/recording.h"
#include "record/segment.h"
#include "record/segment_files.h"

/* A file that is being read. */
typedef struct RecordingFile
{
	const char *data;
	Size size;
	const SegmentHeader *header;
	List *statements; /* RecordingStatement * */
	List *sessions;   /* RecordedExecution *, with what a session has */
	List *comments;   /* char * */
	/* Of the execution that was read last. */
	TimestampTz started;
	uint32 transaction;
	MemoryContext caller;
} RecordingFile;

typedef struct RecordingStatement
{
	const char *sql;
	bool cut;
	int nparams;
	Oid *types;
	uint64 queryid; /* of the execution that was read last */
} RecordingStatement;

/* What is left of the body of an entry. */
typedef struct RecordingBody
{
	const char *data;
	Size left;
} RecordingBody;

/* ---- pieces of an entry ---- */

/* Copies the next bytes of the body. Returns false if there are not as many. */
static bool
recording_take(RecordingBody *body, void *into, Size size)
{
	if (size > body->left)
		return false;
	memcpy(into, body->data, size);
	body->data += size;
	body->left -= size;
	return true;
}

/* Returns the next bytes as a text, or NULL if they are none. */
static char *
recording_take_text(RecordingBody *body, Size length)
{
	char *text;

	if (length > body->left || length > MaxAllocSize - 1 ||
		!pg_verify_mbstr(GetDatabaseEncoding(), body->data, (int) length, true))
		return NULL;
	text = pnstrdup(body->data, length);
	body->data += length;
	body->left -= length;
	return text;
}

static bool
recording_add_statement(RecordingFile *file, RecordingBody body)
{
	RecordingStatement *statement = palloc0(sizeof(*statement));
	SegmentStatement head;

	if (!recording_take(&body, &head, sizeof(head)) ||
		head.nparams > body.left / sizeof(Oid))
		return false;
	statement->nparams = (int) head.nparams;
	statement->types = palloc(Max(head.nparams, 1) * sizeof(Oid));
	if (!recording_take(&body, statement->types, head.nparams * sizeof(Oid)))
		return false;
	statement->cut = head.cut != 0;
	statement->sql = recording_take_text(&body, head.sql_length);
	file->statements = lappend(file->statements, statement);
	return statement->sql != NULL;
}

static bool
recording_add_session(RecordingFile *file, RecordingBody body)
{
	RecordedExecution *session = palloc0(sizeof(*session));
	SegmentSession head;

	if (!recording_take(&body, &head, sizeof(head)))
		return false;
	session->role = head.role;
	session->application = recording_take_text(&body, head.application_length);
	session->search_path = recording_take_text(&body, head.search_path_length);
	file->sessions = lappend(file->sessions, session);
	return session->application != NULL && session->search_path != NULL;
}

static bool
recording_add_comment(RecordingFile *file, RecordingBody body)
{
	char *comment = recording_take_text(&body, body.left);

	file->comments = lappend(file->comments, comment);
	return comment != NULL;
}

/* Reads a value; one that is NULL or left out is NULL. */
static bool
recording_take_value(RecordingBody *body, bool *left_out, char **value)
{
	unsigned char code;
	uint32 length;

	if (!recording_take(body, &code, sizeof(code)))
		return false;
	*left_out = code == SEGMENT_VALUE_LEFT_OUT;
	if (code == SEGMENT_VALUE_LEFT_OUT || code == SEGMENT_VALUE_NULL)
		return true;
	if (code != SEGMENT_VALUE_LONG)
		length = (uint32) (code - SEGMENT_VALUE_TEXT);
	else if (!recording_take(body, &length, sizeof(length)))
		return false;
	*value = recording_take_text(body, length);
	return *value != NULL;
}

static bool
recording_take_values(RecordedExecution *execution, RecordingBody *body)
{
	int n = execution->nparams;

	execution->values = palloc0(Max(n, 1) * sizeof(char *));
	execution->left_out = palloc0(Max(n, 1) * sizeof(bool));
	for (int i = 0; i < n; i++)
		if (!recording_take_value(body, &execution->left_out[i],
								  &execution->values[i]))
			return false;
	return true;
}

/* The numbers of an execution; see segment.h. */
typedef struct RecordingNumbers
{
	unsigned char bits;
	bool has_queryid;
	uint64 queryid;
	int64 started;
	int64 transaction;
	uint64 nanoseconds;
	uint64 rows;
	uint64 statement;
	uint64 session;
	uint64 comment;
} RecordingNumbers;

static bool
recording_take_number(RecordingBody *body, uint64 *number)
{
	uint64_t found;
	bool there = segment_code_take(&body->data, &body->left, &found);

	*number = (uint64) found;
	return there;
}

static bool
recording_take_difference(RecordingBody *body, int64 from, int64 *number)
{
	int64_t found;
	bool there = segment_code_take_from(&body->data, &body->left, from, &found);

	*number = (int64) found;
	return there;
}

static bool
recording_take_numbers(const RecordingFile *file, RecordingBody *body,
					   RecordingNumbers *numbers)
{
	if (!recording_take(body, &numbers->bits, sizeof(numbers->bits)))
		return false;
	numbers->has_queryid = (numbers->bits & SEGMENT_QUERYID) != 0;
	if (numbers->has_queryid &&
		!recording_take(body, &numbers->queryid, sizeof(numbers->queryid)))
		return false;
	return recording_take_difference(body, file->started, &numbers->started) &&
		   recording_take_difference(body, file->transaction,
									 &numbers->transaction) &&
		   recording_take_number(body, &numbers->nanoseconds) &&
		   recording_take_number(body, &numbers->rows) &&
		   recording_take_number(body, &numbers->statement) &&
		   recording_take_number(body, &numbers->session) &&
		   recording_take_number(body, &numbers->comment) &&
		   numbers->statement < (uint64) list_length(file->statements) &&
		   numbers->session < (uint64) list_length(file->sessions) &&
		   numbers->comment <= (uint64) list_length(file->comments) &&
		   (numbers->bits & SEGMENT_PLAN) <= RECORDED_PLAN_GENERIC;
}

static bool
recording_take_execution(RecordingFile *file, RecordingBody body,
						 RecordedExecution *execution)
{
	RecordingStatement *statement;
	RecordingNumbers numbers = {0};

	if (!recording_take_numbers(file, &body, &numbers))
		return false;
	file->started = numbers.started;
	file->transaction = (uint32) numbers.transaction;
	*execution =
		*(RecordedExecution *) list_nth(file->sessions, (int) numbers.session);
	statement = list_nth(file->statements, (int) numbers.statement);
	if (numbers.has_queryid)
		statement->queryid = numbers.queryid;
	execution->sql = statement->sql;
	execution->cut = statement->cut;
	execution->nparams = statement->nparams;
	execution->types = statement->types;
	execution->comment =
		numbers.comment == 0
			? NULL
			: list_nth(file->comments, (int) numbers.comment - 1);
	execution->queryid = statement->queryid;
	execution->started = numbers.started;
	execution->ms = (double) numbers.nanoseconds / 1e6;
	execution->rows = (double) numbers.rows;
	execution->plan = numbers.bits & SEGMENT_PLAN;
	execution->nested = (numbers.bits & SEGMENT_NESTED) != 0;
	execution->failed = (numbers.bits & SEGMENT_FAILED) != 0;
	execution->transaction = psprintf(
		"%d.%llx.%u", file->header->pid,
		(unsigned long long) file->header->backend_start, file->transaction);
	return recording_take_values(execution, &body);
}

/* ---- files ---- */

/* Returns the entry at a place of the file, or NULL if there is none, or damage. */
static const SegmentHead *
recording_entry(const RecordingFile *file, Size at)
{
	const SegmentHead *head = (const SegmentHead *) (file->data + at);
	pg_crc32c checksum;

	if (at + sizeof(SegmentHead) > file->size || head->length == 0 ||
		head->length > file->size - at - sizeof(SegmentHead))
		return NULL;
	INIT_CRC32C(checksum);
	COMP_CRC32C(checksum, (const char *) (head + 1), head->length);
	FIN_CRC32C(checksum);
	return EQ_CRC32C(checksum, head->checksum) ? head : NULL;
}

/* Calls the function for each execution of the file, up to what is damaged. */
static void
recording_read_entries(RecordingFile *file, RecordingFunction function,
					   void *arg)
{
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck execution", ALLOCSET_DEFAULT_SIZES);
	Size at = TYPEALIGN(SEGMENT_ALIGN, sizeof(SegmentHeader));
	const SegmentHead *head;
	bool sound = true;

	while (sound && (head = recording_entry(file, at)) != NULL)
	{
		const char *kind = (const char *) (head + 1);
		RecordingBody body = {kind + 1, head->length - 1};
		RecordedExecution execution;

		CHECK_FOR_INTERRUPTS();
		switch (*kind)
		{
			case SEGMENT_STATEMENT:
				sound = recording_add_statement(file, body);
				break;
			case SEGMENT_SESSION:
				sound = recording_add_session(file, body);
				break;
			case SEGMENT_COMMENT:
				sound = recording_add_comment(file, body);
				break;
			case SEGMENT_EXECUTION:
			{
				MemoryContext old = MemoryContextSwitchTo(context);

				sound = recording_take_execution(file, body, &execution);
				MemoryContextSwitchTo(file->caller);
				if (sound)
					function(&execution, arg);
				MemoryContextSwitchTo(old);
				MemoryContextReset(context);
				break;
			}
			default:
				sound = false;
		}
		at += SEGMENT_ENTRY_SIZE(head->length - 1);
	}
	MemoryContextDelete(context);
}

/* Reads a file to memory. Returns NULL if it is gone. */
static char *
recording_load(const char *path, Size *size)
{
	int fd = OpenTransientFile(path, O_RDONLY | PG_BINARY);
	struct stat status;
	char *data;
	ssize_t got = 0;

	*size = 0;
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0 || fstat(fd, &status) != 0)
		ereport(
			ERROR, errcode_for_file_access(),
			errmsg("could not read what was recorded from \"%s\": %m", path));
	data = palloc((Size) status.st_size + 1);
	while (*size < (Size) status.st_size &&
		   (got = read(fd, data + *size, (Size) status.st_size - *size)) > 0)
		*size += (Size) got;
	if (got < 0)
		ereport(
			ERROR, errcode_for_file_access(),
			errmsg("could not read what was recorded from \"%s\": %m", path));
	CloseTransientFile(fd);
	return data;
}

static void
recording_read_file(const char *path, MemoryContext caller,
					RecordingFunction function, void *arg)
{
	RecordingFile file = {.caller = caller};

	file.data = recording_load(path, &file.size);
	if (file.data == NULL || file.size < sizeof(SegmentHeader))
		return;
	file.header = (const SegmentHeader *) file.data;
	if (memcmp(file.header->magic, SEGMENT_MAGIC, sizeof(file.header->magic)) ==
			0 &&
		file.header->database == MyDatabaseId)
		recording_read_entries(&file, function, arg);
}

/* ---- all ---- */

void
recording_read(RecordingFunction function, void *arg)
{
	List *files = segment_files_list(MyDatabaseId);
	MemoryContext context = AllocSetContextCreate(
		CurrentMemoryContext, "perfcheck recording", ALLOCSET_DEFAULT_SIZES);
	ListCell *cell;

	/* What cannot be removed is nothing that is read here. */
	(void) segment_files_drop_orphans();

	foreach(cell, files)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		recording_read_file(((SegmentFile *) lfirst(cell))->path, old, function,
							arg);
		MemoryContextSwitchTo(old);
		MemoryContextReset(context);
	}
	MemoryContextDelete(context);
}

void
recording_reset(void)
{
	List *files = segment_files_list(MyDatabaseId);
	ListCell *cell;

	if (!segment_files_drop_orphans())
		ereport(ERROR, errcode_for_file_access(),
				errmsg("could not remove what was recorded in a database that "
					   "was dropped: %m"));
	foreach(cell, files)
	{
		const SegmentFile *file = lfirst(cell);

		if (!segment_files_drop(file))
			ereport(ERROR, errcode_for_file_access(),
					errmsg("could not remove what was recorded in \"%s\": %m",
						   file->path));
	}
}
