/*-------------------------------------------------------------------------
 *
 * event_rows.c
 *		Synthetic events as rows of perfcheck_events().
 *
 * The texts of a row are varlenas in buffers of the EventRows. ticket_sources
 * is jsonb, which is expensive to parse. But the events of one source set
 * differ only in the digits of their links, which have a fixed length, and
 * jsonb stores strings as they are. So the first event of each set is parsed
 * and kept as a template, and for the other ones the digits are copied over
 * those of the template.
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
#define EVENT_ROWS_MAX_LINKS 3

/* The jsonb of one source set, and the offsets of the digits to replace. */
typedef struct EventRowsTemplate
{
	Jsonb *jsonb; /* NULL before the first event of the set */
	int links;
	int in_text[EVENT_ROWS_MAX_LINKS];
	int in_jsonb[EVENT_ROWS_MAX_LINKS];
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
event_rows_find(const char *data, int length, const char *wanted,
				int wanted_length)
{
	for (int i = 0; i + wanted_length <= length; i++)
		if (memcmp(data + i, wanted, wanted_length) == 0)
			return i;
	elog(ERROR, "could not find the link \"%.*s\" in jsonb", wanted_length,
		 wanted);
	return -1; /* keep compiler quiet */
}

static void
event_rows_make_template(EventRows *rows, EventRowsTemplate *template)
{
	MemoryContext old = MemoryContextSwitchTo(rows->context);
	const char *text = rows->event.ticket_sources;
	const char *link = text;

	template->jsonb =
		DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
	while ((link = strstr(link, EVENT_ROWS_LINK)) != NULL)
	{
		link += strlen(EVENT_ROWS_LINK);
		template->in_text[template->links] = link - text;
		/* These are 60 random bits, so the first match is the link. */
		template->in_jsonb[template->links++] =
			event_rows_find((char *) template->jsonb, VARSIZE(template->jsonb),
							link, EVENT_SOURCE_DIGITS);
	}
	MemoryContextSwitchTo(old);
}

static Datum
event_rows_ticket_sources(EventRows *rows)
{
	EventRowsTemplate *template = &rows->templates[rows->event.source_set];

	if (template->jsonb == NULL)
		event_rows_make_template(rows, template);
	for (int i = 0; i < template->links; i++)
		memcpy((char *) template->jsonb + template->in_jsonb[i],
			   rows->event.ticket_sources + template->in_text[i],
			   EVENT_SOURCE_DIGITS);
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
