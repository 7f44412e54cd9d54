/*-------------------------------------------------------------------------
 *
 * event_rows.c
 *		Synthetic events as rows of perfcheck_events().
 *
 * The texts of a row are varlenas in buffers of the EventRows. ticket_sources
 * is jsonb, which is expensive to parse. But the events of one source set
 * differ only in the digits of their links and in the times, which have a fixed
 * length, and jsonb stores strings as they are. So the first event of each set is
 * parsed and kept as a template, and for the other ones these pieces are copied
 * over those of the template.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"
#include "utils/uuid.h"

#include "seed/event_rows.h"

#define EVENT_ROWS_LINK "/e/"
#define EVENT_ROWS_ADDED_AT "\"addedAt\": \""
#define EVENT_ROWS_MAX_SOURCES 3

/* A piece of a text that differs from event to event. */
typedef struct EventRowsPiece
{
	int in_text;
	int in_jsonb;
	int length;
} EventRowsPiece;

/* The jsonb of one source set, and the pieces to replace. */
typedef struct EventRowsTemplate
{
	Jsonb *jsonb; /* NULL before the first event of the set */
	int count;
	EventRowsPiece pieces[2 * EVENT_ROWS_MAX_SOURCES];
} EventRowsTemplate;

typedef enum EventRowsText
{
	EVENT_ROWS_NAME,
	EVENT_ROWS_ARTIST,
	EVENT_ROWS_VENUE,
	EVENT_ROWS_TIME,
	EVENT_ROWS_GENRE,
	EVENT_ROWS_PRICE,
	EVENT_ROWS_SOURCE_ID,
	EVENT_ROWS_PLATFORM,
	EVENT_ROWS_TEXTS
} EventRowsText;

typedef union EventRowsBuffer
{
	char data[VARHDRSZ + EVENT_NAME_SIZE];
	int32 align;
} EventRowsBuffer;

struct EventRows
{
	EventGenerator *generator;
	bool converts; /* texts are converted to the database's encoding */
	Event event;
	pg_uuid_t id;
	EventRowsBuffer texts[EVENT_ROWS_TEXTS];
	EventRowsTemplate templates[EVENT_SOURCE_SETS];
	MemoryContext context;
};

EventRows *
event_rows_create(const EventSpec *spec)
{
	EventRows *rows = palloc0(sizeof(*rows));
	int encoding = GetDatabaseEncoding();

	rows->generator = event_init(palloc(event_generator_size(spec)), spec);
	rows->converts = encoding != PG_UTF8 && encoding != PG_SQL_ASCII;
	rows->context = CurrentMemoryContext;
	return rows;
}

/* ---- jsonb ---- */

static int
event_rows_find(const char *data, int start, int length, const char *wanted,
				int wanted_length)
{
	for (int i = start; i + wanted_length <= length; i++)
		if (memcmp(data + i, wanted, wanted_length) == 0)
			return i;
	elog(ERROR, "could not find \"%.*s\" in jsonb", wanted_length, wanted);
	return -1; /* keep compiler quiet */
}

/*
 * Adds the pieces that follow each `before` in the text. jsonb has them in the
 * same order; two times may be equal, so each is looked for behind the last one.
 */
static void
event_rows_add_pieces(EventRowsTemplate *template, const char *text,
					  const char *before, int length)
{
	int start = 0;

	for (const char *at = text; (at = strstr(at, before)) != NULL;)
	{
		EventRowsPiece *piece = &template->pieces[template->count++];

		at += strlen(before);
		piece->in_text = at - text;
		piece->length = length;
		piece->in_jsonb = event_rows_find((char *) template->jsonb, start,
										  VARSIZE(template->jsonb), at, length);
		start = piece->in_jsonb + length;
	}
}

static void
event_rows_make_template(EventRows *rows, EventRowsTemplate *template)
{
	MemoryContext old = MemoryContextSwitchTo(rows->context);
	const char *text = rows->event.ticket_sources;

	template->jsonb =
		DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	/* The digits are 60 random bits, so the first match is the link. */
	event_rows_add_pieces(template, text, EVENT_ROWS_LINK, EVENT_SOURCE_DIGITS);
	event_rows_add_pieces(template, text, EVENT_ROWS_ADDED_AT,
						  EVENT_ADDED_AT_LENGTH);
	MemoryContextSwitchTo(old);
}

static Datum
event_rows_ticket_sources(EventRows *rows)
{
	EventRowsTemplate *template = &rows->templates[rows->event.source_set];

	if (template->jsonb == NULL)
		event_rows_make_template(rows, template);
	for (int i = 0; i < template->count; i++)
	{
		const EventRowsPiece *piece = &template->pieces[i];

		memcpy((char *) template->jsonb + piece->in_jsonb,
			   rows->event.ticket_sources + piece->in_text, piece->length);
	}
	return JsonbPGetDatum(template->jsonb);
}

/* ---- text ---- */

static Datum
event_rows_text(EventRows *rows, EventRowsText which, const char *utf8)
{
	char *buffer = rows->texts[which].data;
	size_t length = strlen(utf8);

	if (rows->converts)
		return CStringGetTextDatum(pg_any_to_server(utf8, length, PG_UTF8));
	Assert(length <= EVENT_NAME_SIZE);
	SET_VARSIZE(buffer, VARHDRSZ + length);
	memcpy(VARDATA(buffer), utf8, length);
	return PointerGetDatum(buffer);
}

void
event_rows_read(EventRows *rows, int64 i, Datum values[EVENT_ROWS_COLUMNS],
				bool nulls[EVENT_ROWS_COLUMNS])
{
	const Event *event = &rows->event;
	int n = 0;

	event_row(rows->generator, i, &rows->event);
	memset(nulls, 0, EVENT_ROWS_COLUMNS * sizeof(bool));
	memcpy(rows->id.data, event->id, UUID_LEN);
	values[n++] = UUIDPGetDatum(&rows->id);
	values[n++] = event_rows_text(rows, EVENT_ROWS_NAME, event->name);
	values[n++] = event_rows_text(rows, EVENT_ROWS_ARTIST, event->artist);
	values[n++] = event_rows_text(rows, EVENT_ROWS_VENUE, event->venue);
	values[n++] = TimestampTzGetDatum(event->date);
	values[n++] = event_rows_text(rows, EVENT_ROWS_TIME, event->time);
	values[n++] = event_rows_text(rows, EVENT_ROWS_GENRE, event->genre);
	values[n++] = event_rows_ticket_sources(rows);
	nulls[n] = event->price[0] == '\0';
	values[n++] = event_rows_text(rows, EVENT_ROWS_PRICE, event->price);
	values[n++] = event_rows_text(rows, EVENT_ROWS_SOURCE_ID, event->source_id);
	values[n++] =
		event_rows_text(rows, EVENT_ROWS_PLATFORM, event->source_platform);
	values[n++] = TimestampTzGetDatum(event->created_at);
	values[n++] = TimestampTzGetDatum(event->updated_at);
	Assert(n == EVENT_ROWS_COLUMNS);
}
