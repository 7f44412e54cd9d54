/*-------------------------------------------------------------------------
 *
 * event_rows.c
 *		Synthetic events as rows of perfcheck_events().
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

#define ROWS_LINK "/e/"
#define ROWS_MAX_LINKS 3

/*
 * The jsonb of one set of ticket sources. Rows of the set differ in the digits
 * alone, which lie at these places of its text and of the jsonb.
 */
typedef struct RowsTemplate
{
	Jsonb *jsonb; /* NULL until the first row of the set */
	int links;
	int in_text[ROWS_MAX_LINKS];
	int in_jsonb[ROWS_MAX_LINKS];
} RowsTemplate;

/* Texts of a row, each a varlena. */
typedef enum RowsText
{
	ROWS_NAME,
	ROWS_ARTIST,
	ROWS_VENUE,
	ROWS_TIME,
	ROWS_GENRE,
	ROWS_PRICE,
	ROWS_SOURCE_ID,
	ROWS_PLATFORM,
	ROWS_TEXTS
} RowsText;

typedef union RowsBuffer
{
	char data[VARHDRSZ + EVENTS_NAME_SIZE];
	int32 align;
} RowsBuffer;

struct EventRows
{
	EventGenerator *generator;
	bool converts; /* the database's encoding is another than ours */
	Event event;
	pg_uuid_t id;
	RowsBuffer texts[ROWS_TEXTS];
	RowsTemplate templates[EVENTS_SOURCE_SETS];
	MemoryContext context;
};

EventRows *
rows_create(const EventSpec *spec)
{
	EventRows *rows = palloc0(sizeof(*rows));
	int encoding = GetDatabaseEncoding();

	rows->generator = events_init(palloc(events_generator_size(spec)), spec);
	rows->converts = encoding != PG_UTF8 && encoding != PG_SQL_ASCII;
	rows->context = CurrentMemoryContext;
	return rows;
}

/* ---- jsonb ---- */

static int
rows_find(const char *data, int length, const char *wanted, int wanted_length)
{
	for (int i = 0; i + wanted_length <= length; i++)
		if (memcmp(data + i, wanted, wanted_length) == 0)
			return i;
	ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR),
			errmsg("a link is missing in the ticket sources"));
	return -1;
}

static void
rows_make_template(EventRows *rows, RowsTemplate *template)
{
	MemoryContext old = MemoryContextSwitchTo(rows->context);
	const char *text = rows->event.ticket_sources;
	const char *link = text;

	template->jsonb =
		DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	while ((link = strstr(link, ROWS_LINK)) != NULL)
	{
		link += strlen(ROWS_LINK);
		template->in_text[template->links] = link - text;
		/* 60 random bits: no other part of the value looks like them. */
		template->in_jsonb[template->links++] =
			rows_find((char *) template->jsonb, VARSIZE(template->jsonb), link,
					  EVENTS_SOURCE_DIGITS);
	}
	MemoryContextSwitchTo(old);
}

static Datum
rows_ticket_sources(EventRows *rows)
{
	RowsTemplate *template = &rows->templates[rows->event.source_set];

	if (template->jsonb == NULL)
		rows_make_template(rows, template);
	for (int i = 0; i < template->links; i++)
		memcpy((char *) template->jsonb + template->in_jsonb[i],
			   rows->event.ticket_sources + template->in_text[i],
			   EVENTS_SOURCE_DIGITS);
	return JsonbPGetDatum(template->jsonb);
}

/* ---- text ---- */

static Datum
rows_text(EventRows *rows, RowsText which, const char *utf8)
{
	char *buffer = rows->texts[which].data;
	size_t length = strlen(utf8);

	if (rows->converts)
		return CStringGetTextDatum(pg_any_to_server(utf8, length, PG_UTF8));
	Assert(length <= EVENTS_NAME_SIZE);
	SET_VARSIZE(buffer, VARHDRSZ + length);
	memcpy(VARDATA(buffer), utf8, length);
	return PointerGetDatum(buffer);
}

void
rows_read(EventRows *rows, int64 i, Datum values[ROWS_COLUMNS],
		  bool nulls[ROWS_COLUMNS])
{
	const Event *event = &rows->event;
	int n = 0;

	events_row(rows->generator, i, &rows->event);
	memset(nulls, 0, ROWS_COLUMNS * sizeof(bool));
	memcpy(rows->id.data, event->id, UUID_LEN);
	values[n++] = UUIDPGetDatum(&rows->id);
	values[n++] = rows_text(rows, ROWS_NAME, event->name);
	values[n++] = rows_text(rows, ROWS_ARTIST, event->artist);
	values[n++] = rows_text(rows, ROWS_VENUE, event->venue);
	values[n++] = TimestampTzGetDatum(event->date);
	values[n++] = rows_text(rows, ROWS_TIME, event->time);
	values[n++] = rows_text(rows, ROWS_GENRE, event->genre);
	values[n++] = rows_ticket_sources(rows);
	nulls[n] = event->price[0] == '\0';
	values[n++] = rows_text(rows, ROWS_PRICE, event->price);
	values[n++] = rows_text(rows, ROWS_SOURCE_ID, event->source_id);
	values[n++] = rows_text(rows, ROWS_PLATFORM, event->source_platform);
	values[n++] = TimestampTzGetDatum(event->created_at);
	values[n++] = TimestampTzGetDatum(event->updated_at);
	Assert(n == ROWS_COLUMNS);
}
