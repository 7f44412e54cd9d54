/*-------------------------------------------------------------------------
 *
 * statements.c
 *		The statements that this backend has recorded, known by their text.
 *
 * An application that sends its values as constants sends a new text each time, so
 * what is kept is bounded: when it has grown too large all statements are forgotten
 * but those that are being executed. Most executions are of the same statement as
 * the one before, which is looked at first.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "parser/parser.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "base/record_settings.h"
#include "record/segment.h"
#include "record/sql_tokens.h"
#include "record/statements.h"
#include "record/value_text.h"

/* What the texts of the statements that are kept may have together. */
#define STATEMENTS_MOST_BYTES (1024 * 1024)
#define STATEMENTS_MOST 2000

/* A value with a longer text is left out. */
#define STATEMENTS_LONGEST_VALUE 8192

typedef struct StatementsEntry
{
	uint64 key;
	RecordedStatement *statement;
} StatementsEntry;

static HTAB *statements_table = NULL;
static RecordedStatement *statements_last = NULL;
static Size statements_bytes = 0;
static uint64 statements_rules =
	0; /* perfcheck_record_rules that they follow */

/* ---- keeping ---- */

static void
statements_free(RecordedStatement *statement)
{
	MemoryContextDelete(GetMemoryChunkContext(statement));
}

/* Forgets all statements but those that are pinned. */
static void
statements_forget(void)
{
	HASH_SEQ_STATUS status;
	StatementsEntry *entry;

	statements_last = NULL;
	statements_bytes = 0;
	if (statements_table == NULL)
		return;
	hash_seq_init(&status, statements_table);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		RecordedStatement *statement = entry->statement;

		/* One that is pinned is freed when it is not any more. */
		(void) hash_search(statements_table, &entry->key, HASH_REMOVE, NULL);
		if (statement->pins == 0)
			statements_free(statement);
		else
			statement->key = 0;
	}
}

static void
statements_prepare(void)
{
	if (statements_table == NULL)
	{
		HASHCTL control = {.keysize = sizeof(uint64),
						   .entrysize = sizeof(StatementsEntry),
						   .hcxt = TopMemoryContext};

		statements_table = hash_create("perfcheck statements", 256, &control,
									   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	}
	if (statements_rules != perfcheck_record_rules ||
		statements_bytes > STATEMENTS_MOST_BYTES ||
		hash_get_num_entries(statements_table) > STATEMENTS_MOST)
		statements_forget();
	statements_rules = perfcheck_record_rules;
}

/* ---- what is to be known of one ---- */

static bool
statements_is_name(char c)
{
	return isalnum((unsigned char) c) || c == '_' || c == '$' ||
		   IS_HIGHBIT_SET(c);
}

/* Does the text call a function whose name begins with perfcheck_? */
static bool
statements_call_own(const char *text)
{
	const char *prefix = "perfcheck_";
	const char *found = text;

	while ((found = strstr(found, prefix)) != NULL)
	{
		bool begins = found == text || !statements_is_name(found[-1]);

		found += strlen(prefix);
		while (statements_is_name(*found))
			found++;
		while (*found == '"' || isspace((unsigned char) *found))
			found++;
		if (begins && *found == '(')
			return true;
	}
	return false;
}

/* Returns the type that a parameter of the shape is written with. */
static Oid
statements_shape_type(const RecordedStatement *statement,
					  const ShapeParam *param)
{
	Oid type = InvalidOid;

	for (int i = 0; i < param->nitems; i++)
	{
		int number = param->items[i].param;
		Oid found = number > 0 && number <= statement->ntypes
						? statement->types[number - 1]
						: UNKNOWNOID;

		if (OidIsValid(type) && found != type)
			return UNKNOWNOID;
		type = found;
	}
	if (!OidIsValid(type))
		return UNKNOWNOID;
	if (param->list && type != UNKNOWNOID)
		type = get_array_type(type);
	return OidIsValid(type) ? type : UNKNOWNOID;
}

/* Forgets an error that is being handled, unless it is one for lack of memory. */
static void
statements_forget_error(MemoryContext context)
{
	ErrorData *error;

	MemoryContextSwitchTo(context);
	error = CopyErrorData();
	if (error->sqlerrcode == ERRCODE_OUT_OF_MEMORY)
		PG_RE_THROW();
	FlushErrorState();
}

/* Is the text one statement, too, where a backslash is a character as others? */
static bool
statements_is_plain(const char *text)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool plain = false;

	compat_let_backslashes_escape(false);
	PG_TRY();
	{
		plain = list_length(raw_parser(text, RAW_PARSE_DEFAULT)) == 1;
	}
	PG_CATCH();
	{
		compat_let_backslashes_escape(true);
		statements_forget_error(context);
	}
	PG_END_TRY();
	compat_let_backslashes_escape(true);
	return plain;
}

/*
 * Returns the text as every session reads it. NULL if a constant may end in two places,
 * and it is a statement with either: it may be older than the setting. Errors: of memory
 * allocation alone.
 */
static char *
statements_with_escapes(const char *text)
{
	MemoryContext context = CurrentMemoryContext;
	int client_level = client_min_messages;
	int server_level = compat_log_min_messages;
	char *volatile written = NULL;

	if (!compat_backslashes_escape() || strchr(text, '\\') == NULL)
		return pstrdup(text);
	/* The scanner warns of long names, which the statement itself did before. */
	client_min_messages = compat_log_min_messages = ERROR;
	PG_TRY();
	{
		if (strstr(text, "\\'") == NULL || !statements_is_plain(text))
			written = sql_tokens_with_escapes(text);
	}
	PG_CATCH();
	{
		client_min_messages = client_level;
		compat_log_min_messages = server_level;
		statements_forget_error(context);
	}
	PG_END_TRY();
	client_min_messages = client_level;
	compat_log_min_messages = server_level;
	return written;
}

/* Looks at the values of the statement, in its memory context. */
static void
statements_look(RecordedStatement *statement)
{
	const Shape *shape;

	statement->own = statements_call_own(statement->text);
	statement->sql = statement->text;
	statement->sql_length = statement->length;
	statement->nparams = statement->ntypes;
	statement->param_types = statement->types;
	if (statement->own)
		return;
	statement->sql = statements_with_escapes(statement->text);
	statement->unusable = statement->sql == NULL;
	if (statement->unusable)
	{
		statement->sql = statement->text;
		return;
	}
	statement->sql_length = strlen(statement->sql);
	if (!redact_concerns(statement->sql))
		return;
	statement->redacted = redact_statement(statement->sql);
	statement->unusable = statement->redacted == NULL;
	if (statement->unusable)
		return;
	shape = statement->redacted->shape;
	statement->sql = shape->sql;
	statement->cut = shape->cut;
	statement->sql_length = strlen(shape->sql);
	statement->nparams = shape->nparams;
	statement->param_types = palloc(Max(shape->nparams, 1) * sizeof(Oid));
	for (int i = 0; i < shape->nparams; i++)
		statement->param_types[i] =
			statements_shape_type(statement, &shape->params[i]);
}

static RecordedStatement *
statements_make(const char *text, Size length, ParamListInfo params)
{
	MemoryContext context = AllocSetContextCreate(
		TopMemoryContext, "perfcheck statement", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	RecordedStatement *statement = palloc0(sizeof(*statement));

	statement->text = pnstrdup(text, length);
	statement->length = length;
	statement->backslashes = compat_backslashes_escape();
	statement->ntypes = params == NULL ? 0 : params->numParams;
	statement->types = palloc(Max(statement->ntypes, 1) * sizeof(Oid));
	for (int i = 0; i < statement->ntypes; i++)
		statement->types[i] = params->params[i].ptype;
	statements_look(statement);
	MemoryContextSwitchTo(old);
	return statement;
}

/* ---- finding ---- */

static bool
statements_is(const RecordedStatement *statement, const char *text, Size length,
			  ParamListInfo params)
{
	int ntypes = params == NULL ? 0 : params->numParams;

	if (statement->length != length || statement->ntypes != ntypes ||
		statement->backslashes != compat_backslashes_escape() ||
		memcmp(statement->text, text, length) != 0)
		return false;
	for (int i = 0; i < ntypes; i++)
		if (statement->types[i] != params->params[i].ptype)
			return false;
	return true;
}

RecordedStatement *
statements_pin(const char *text, Size length, ParamListInfo params)
{
	StatementsEntry *entry;
	uint64 key;
	bool found;

	if (statements_last != NULL && statements_rules == perfcheck_record_rules &&
		statements_is(statements_last, text, length, params))
	{
		statements_last->pins++;
		return statements_last;
	}
	statements_prepare();
	key = hash_bytes_extended((const unsigned char *) text, (int) length, 0);
	/* Zero is for what is forgotten; a key that another text has, the next one. */
	for (key = Max(key, 1);; key = Max(key + 1, 1))
	{
		entry = hash_search(statements_table, &key, HASH_FIND, NULL);
		if (entry == NULL ||
			statements_is(entry->statement, text, length, params))
			break;
	}
	if (entry == NULL)
	{
		RecordedStatement *statement = statements_make(text, length, params);

		entry = hash_search(statements_table, &key, HASH_ENTER, &found);
		entry->statement = statement;
		statement->key = key;
		statements_bytes += statement->length + statement->sql_length;
	}
	statements_last = entry->statement;
	statements_last->pins++;
	return statements_last;
}

void
statements_unpin(RecordedStatement *statement)
{
	statement->pins--;
	if (statement->pins == 0 && statement->key == 0)
		statements_free(statement);
}

/* ---- values ---- */

/* What stands in place of the length of a text. */
#define STATEMENTS_NULL (-1)
#define STATEMENTS_LEFT_OUT (-2)

/* Puts before the text that was appended from start on what is told of it. */
static void
statements_set_length(StringInfo values, int start, int32 length)
{
	uint32 number = (uint32) length;
	char *text = values->data + start + 1;

	if (length == STATEMENTS_NULL)
		text[-1] = SEGMENT_VALUE_NULL;
	else if (length <= SEGMENT_VALUE_SHORT)
		text[-1] = (char) (SEGMENT_VALUE_TEXT + length);
	else
	{
		enlargeStringInfo(values, sizeof(number));
		text = values->data + start + 1;
		memmove(text + sizeof(number), text, length);
		memcpy(text, &number, sizeof(number));
		text[-1] = SEGMENT_VALUE_LONG;
		values->len += sizeof(number);
		values->data[values->len] = '\0';
	}
}

/* Begins a value, and returns where it begins. */
static int
statements_begin_value(StringInfo values)
{
	int start = values->len;

	appendStringInfoChar(values, SEGMENT_VALUE_LEFT_OUT);
	return start;
}

/* Appends the text of a bound value; returns its length, or one of those above. */
static int32
statements_append_bound(ParamListInfo params, int number, StringInfo values)
{
	const ParamExternData *param;
	int before = values->len;

	if (params == NULL || number > params->numParams)
		return STATEMENTS_LEFT_OUT;
	param = &params->params[number - 1];
	if (param->isnull || !OidIsValid(param->ptype))
		return STATEMENTS_NULL;
	if (!value_text_append(values, param->ptype, param->value,
						   STATEMENTS_LONGEST_VALUE))
		return STATEMENTS_LEFT_OUT;
	return values->len - before;
}

/* Likewise, of an item of a list or of a single value. */
static int32
statements_append_item(ParamListInfo params, const ShapeItem *item,
					   StringInfo values)
{
	if (item->param > 0)
		return statements_append_bound(params, item->param, values);
	if (item->text == NULL)
		return STATEMENTS_NULL;
	if (strlen(item->text) > STATEMENTS_LONGEST_VALUE)
		return STATEMENTS_LEFT_OUT;
	appendStringInfoString(values, item->text);
	return (int32) strlen(item->text);
}

/* Likewise, of a list, as the text of an array. */
static int32
statements_append_list(ParamListInfo params, const ShapeParam *param,
					   StringInfo values)
{
	int before = values->len;
	StringInfoData item;

	initStringInfo(&item);
	appendStringInfoChar(values, '{');
	for (int i = 0; i < param->nitems; i++)
	{
		int32 length;

		resetStringInfo(&item);
		length = statements_append_item(params, &param->items[i], &item);
		if (length == STATEMENTS_LEFT_OUT ||
			values->len - before > STATEMENTS_LONGEST_VALUE)
		{
			values->len = before;
			return STATEMENTS_LEFT_OUT;
		}
		if (i > 0)
			appendStringInfoChar(values, ',');
		if (length == STATEMENTS_NULL)
		{
			appendStringInfoString(values, "NULL");
			continue;
		}
		appendStringInfoChar(values, '"');
		for (const char *c = item.data; *c != '\0'; c++)
		{
			if (*c == '"' || *c == '\\')
				appendStringInfoChar(values, '\\');
			appendStringInfoChar(values, *c);
		}
		appendStringInfoChar(values, '"');
	}
	appendStringInfoChar(values, '}');
	pfree(item.data);
	return values->len - before;
}

void
statements_append_values(const RecordedStatement *statement,
						 ParamListInfo params, StringInfo values)
{
	const Redacted *redacted = statement->redacted;

	for (int i = 0; i < statement->nparams; i++)
	{
		int start = statements_begin_value(values);
		int32 length;

		if (redacted == NULL)
			length = statements_append_bound(params, i + 1, values);
		else if (redacted->left_out[i])
			continue;
		else
		{
			const ShapeParam *param = &redacted->shape->params[i];

			length =
				param->list || param->nitems != 1
					? statements_append_list(params, param, values)
					: statements_append_item(params, &param->items[0], values);
		}
		if (length != STATEMENTS_LEFT_OUT)
			statements_set_length(values, start, length);
	}
}
