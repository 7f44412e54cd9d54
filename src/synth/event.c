/*-------------------------------------------------------------------------
 *
 * event.c
 *		Generates the rows that perfcheck_seed() writes.
 *
 * slots.c maps the row number to a venue and a date, one to one. The other
 * columns are random draws by the distributions below. Each draw is a number of
 * the sequence whose key is made from the spec and the row number, at the index
 * of its Field; so no draw depends on another, or on an earlier row.
 *
 * The first half of an id is a permutation of the row number and of 32 bits
 * that are hashed from the spec, the second half is a checksum of the first.
 * The ids of a spec are therefore unique, and recognizable without any list.
 *
 * A seed makes millions of rows, so they must cost little. The names and the
 * JSON are therefore written once, when the generator is made; names are copied
 * at their full size, which compiles to a few moves; and hexadecimal digits are
 * computed eight at a time.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/event.h"

#include <string.h>

#include "shared/synthetic_id.h"
#include "synth/calendar.h"
#include "synth/permute.h"
#include "synth/slots.h"
#include "synth/vocabulary.h"
#include "synth/zipf.h"

#define LENGTH(array) ((int32_t) (sizeof(array) / sizeof((array)[0])))

#define USECS_PER_SEC INT64_C(1000000)
#define SECS_PER_DAY INT64_C(86400)
#define USECS_PER_DAY (SECS_PER_DAY * USECS_PER_SEC)

/* ---- distributions ---- */

#define OWN_GENRE_PERCENT 85
#define NO_PRICE_PERCENT 20

/* One in this many artists has a single event. */
#define ARTISTS_PER_ONE_OFF 10

/* Prices are in SEK. Lower ones are drawn more often. */
#define MIN_PRICE 120
#define MAX_PRICE 1250
#define PRICE_STEP 5

/* created_at is 1 to 90 days before the first day. */
#define MIN_ENTERED_DAYS 1
#define MAX_ENTERED_DAYS 90

typedef enum TitleEnd
{
	END_PLAIN,
	END_VENUE,
	END_YEAR
} TitleEnd;

#define TITLE_PART_SIZE 24

typedef struct Title
{
	uint32_t percent;
	TitleEnd end;
	uint32_t before_length;
	uint32_t after_length;
	char before[TITLE_PART_SIZE]; /* the artist */
	char after[TITLE_PART_SIZE];
} Title;

#define TITLE(percent, before, after, end)                                     \
	{                                                                          \
		percent, end, sizeof(before) - 1, sizeof(after) - 1, before, after     \
	}

/*
 * "Live" is in 20 % of the titles. No name of an artist or a venue contains it,
 * except Kollektivet Livet, which stands only in a title that has "Live" itself.
 */
static const Title titles[] = {
	TITLE(14, "", " Live in Stockholm", END_PLAIN),
	TITLE(6, "", " Live at ", END_VENUE),
	TITLE(15, "", " ", END_YEAR), /* Opeth 2027 Tour */
	TITLE(10, "An Evening with ", "", END_PLAIN),
	TITLE(20, "", "", END_PLAIN),
	TITLE(10, "", " - Release Party", END_PLAIN),
	TITLE(10, "", " & Friends", END_PLAIN),
	TITLE(7, "", " Unplugged", END_PLAIN),
	TITLE(8, "", " + Support", END_PLAIN)};

typedef struct Platform
{
	const char *name;
	const char *id_prefix;
} Platform;

static const Platform platforms[] = {{"ticketmaster", "tm-"},
									 {"axs", "axs-"},
									 {"dice", "dice-"},
									 {"venue-direct", "vd-"}};

#define TICKETMASTER 1
#define AXS 2
#define DICE 4
#define VENUE_DIRECT 8

typedef struct SourceSet
{
	uint32_t percent;
	uint32_t platforms;
} SourceSet;

/* 50 % have one source, 35 % two, and 15 % three. */
static const SourceSet source_sets[EVENT_SOURCE_SETS] = {
	{18, TICKETMASTER},
	{14, DICE},
	{10, AXS},
	{8, VENUE_DIRECT},
	{10, TICKETMASTER | DICE},
	{6, TICKETMASTER | AXS},
	{6, TICKETMASTER | VENUE_DIRECT},
	{6, DICE | VENUE_DIRECT},
	{4, AXS | DICE},
	{3, AXS | VENUE_DIRECT},
	{6, TICKETMASTER | AXS | DICE},
	{4, TICKETMASTER | DICE | VENUE_DIRECT},
	{3, TICKETMASTER | AXS | VENUE_DIRECT},
	{2, AXS | DICE | VENUE_DIRECT}};

#define MAX_SOURCES 3

/* ---- keys ---- */

/*
 * What the random numbers of a row are for. A new field must be added at the
 * end, so that the others keep their numbers, and seeded rows stay the same.
 */
typedef enum Field
{
	FIELD_ARTIST,
	FIELD_GENRE,
	FIELD_OTHER_GENRE,
	FIELD_TITLE,
	FIELD_NO_PRICE,
	FIELD_PRICE,
	FIELD_PRICE_SKEW,
	FIELD_SOURCES,
	FIELD_URLS,
	FIELD_CREATED_AT,
	FIELD_UPDATED_AT,
	FIELD_ADDED_AT
} Field;

/* What the keys of a spec are for. The same applies. */
typedef enum SpecKey
{
	KEY_SLOTS,
	KEY_ROWS,
	KEY_ARTISTS,
	KEY_NAMESPACE
} SpecKey;

/* These must never change: event_id_is_synthetic() knows ids by them. */
#define ID_KEY UINT64_C(0x7065726663686563)
#define SOURCE_ID_KEY UINT64_C(0x7469636B65742D31)

#define ROW_BITS 28 /* of EVENT_MAX_ROWS */
#define ID_DIGITS EVENT_SOURCE_DIGITS

/* The text has a fixed size, so that the compiler copies it without a loop. */
typedef struct Name
{
	char text[VOCABULARY_MAX_LENGTH + 1];
	uint8_t length;
	uint8_t genre; /* of an artist only */
} Name;

/* What calendar_put_time() overwrites. */
#define ADDED_AT_OPEN "0000-00-00T00:00:00.000Z"

/* The ticket_sources of a source set, in which digits and times are left open. */
#define SOURCES_TEXT_SIZE 400

typedef struct SourcesText
{
	char text[SOURCES_TEXT_SIZE];
	const Platform *first;
	int32_t count;
	uint32_t digits[MAX_SOURCES];   /* the offsets of the digits in text */
	uint32_t added_at[MAX_SOURCES]; /* and of the times */
} SourcesText;

/* The arrays follow it in the same memory, those of the widest items first. */
struct EventGenerator
{
	EventSpec spec;
	int64_t first_day; /* in days since 2000-01-01 */
	uint64_t row_key;
	uint64_t artist_key;
	uint64_t namespace; /* 32 bits hashed from the spec */
	PermuteDomain artists;
	uint32_t regular_artists; /* the others have a single event */
	ZipfColumn *alias;        /* of regular_artists */
	Name *artist;
	Name *venue;
	Slots slots;
	uint8_t title_of[100]; /* the titles, each as often as its percentage */
	uint8_t sources_of[100];
	SourcesText sources[LENGTH(source_sets)];
};

/* ---- the generator ---- */

static int64_t
capacity(const EventSpec *spec, SlotLevel level)
{
	int64_t rows = slots_capacity(level, spec->days, spec->venues);

	return rows < EVENT_MAX_ROWS ? rows : EVENT_MAX_ROWS;
}

int64_t
event_capacity_hours(const EventSpec *spec)
{
	return capacity(spec, SLOT_HOURS);
}

int64_t
event_capacity_minutes(const EventSpec *spec)
{
	return capacity(spec, SLOT_MINUTES);
}

int64_t
event_capacity(const EventSpec *spec)
{
	return capacity(spec, SLOT_SECONDS);
}

void
event_venue_name(int32_t k, char name[EVENT_NAME_SIZE])
{
	vocabulary_venue(k, name);
}

void
event_artist_name(int32_t k, char name[EVENT_NAME_SIZE])
{
	vocabulary_artist(k, name);
}

static uint32_t
count_regular_artists(const EventSpec *spec)
{
	return (uint32_t) (spec->artists - spec->artists / ARTISTS_PER_ONE_OFF);
}

static uint64_t
hash_spec(const EventSpec *spec)
{
	uint64_t hash = permute_mix((uint64_t) spec->seed);

	hash = permute_number(hash, (uint64_t) spec->first_day);
	hash = permute_number(hash, (uint64_t) spec->days);
	hash = permute_number(hash, (uint64_t) spec->venues);
	return permute_number(hash, (uint64_t) spec->artists);
}

/* Whole days since 2000-01-01, rounded down. */
static int64_t
first_day_number(const EventSpec *spec)
{
	int64_t days = spec->first_day / USECS_PER_DAY;

	return days - (spec->first_day % USECS_PER_DAY < 0 ? 1 : 0);
}

static void
fill_names(EventGenerator *generator)
{
	for (int32_t k = 0; k < generator->spec.artists; k++)
	{
		Name *artist = &generator->artist[k];

		artist->length =
			(uint8_t) (vocabulary_artist(k, artist->text) - artist->text);
		artist->genre = (uint8_t) vocabulary_artist_genre(k);
	}
	for (int32_t k = 0; k < generator->spec.venues; k++)
	{
		Name *venue = &generator->venue[k];

		venue->length =
			(uint8_t) (vocabulary_venue(k, venue->text) - venue->text);
	}
}

/* As jsonb_out() writes it: shorter keys first, a space after : and , */
static void
fill_sources(SourcesText *sources, uint32_t set)
{
	char *at = sources->text;
	int32_t count = 0;

	*at++ = '[';
	for (int32_t k = 0; k < LENGTH(platforms); k++)
	{
		if (!(set & (1u << k)))
			continue;
		if (count == 0)
			sources->first = &platforms[k];
		else
			at = vocabulary_put(at, ", ");
		at = vocabulary_put(at, "{\"url\": \"https://");
		at = vocabulary_put(at, platforms[k].name);
		at = vocabulary_put(at, ".example/e/");
		sources->digits[count] = (uint32_t) (at - sources->text);
		at = vocabulary_put(at + ID_DIGITS, "\", \"addedAt\": \"");
		sources->added_at[count++] = (uint32_t) (at - sources->text);
		at = vocabulary_put(at, ADDED_AT_OPEN "\", \"platform\": \"");
		at = vocabulary_put(at, platforms[k].name);
		at = vocabulary_put(at, "\"}");
	}
	sources->count = count;
	*at++ = ']';
	*at = '\0';
}

static void
fill_percents(EventGenerator *generator)
{
	int32_t count = 0;

	for (int32_t k = 0; k < LENGTH(titles); k++)
	{
		memset(generator->title_of + count, k, titles[k].percent);
		count += (int32_t) titles[k].percent;
	}
	count = 0;
	for (int32_t k = 0; k < LENGTH(source_sets); k++)
	{
		memset(generator->sources_of + count, k, source_sets[k].percent);
		count += (int32_t) source_sets[k].percent;
		fill_sources(&generator->sources[k], source_sets[k].platforms);
	}
}

size_t
event_generator_size(const EventSpec *spec)
{
	return sizeof(EventGenerator) +
		   sizeof(ZipfColumn) * count_regular_artists(spec) +
		   (sizeof(Name) + sizeof(uint16_t)) * (size_t) spec->venues +
		   sizeof(Name) * (size_t) spec->artists +
		   sizeof(uint16_t) * (size_t) spec->days;
}

EventGenerator *
event_init(void *memory, const EventSpec *spec)
{
	EventGenerator *generator = memory;
	uint64_t key = hash_spec(spec);
	uint16_t *numbers;

	/* Names and texts are copied at full size, with what follows their end. */
	memset(memory, 0, event_generator_size(spec));
	generator->spec = *spec;
	generator->first_day = first_day_number(spec);
	generator->row_key = permute_number(key, KEY_ROWS);
	generator->artist_key = permute_number(key, KEY_ARTISTS);
	generator->namespace = permute_number(key, KEY_NAMESPACE) >> 32;
	generator->artists = permute_domain((uint32_t) spec->artists);
	generator->regular_artists = count_regular_artists(spec);

	generator->alias = (ZipfColumn *) (generator + 1);
	numbers = (uint16_t *) (generator->alias + generator->regular_artists);
	generator->artist = (Name *) (numbers + spec->days + spec->venues);
	generator->venue = generator->artist + spec->artists;

	zipf_init(generator->alias, generator->regular_artists);
	fill_names(generator);
	fill_percents(generator);
	slots_init(&generator->slots, permute_number(key, KEY_SLOTS),
			   EVENT_MAX_ROWS, generator->first_day, spec->days, spec->venues,
			   numbers, numbers + spec->days);
	return generator;
}

/* ---- ids ---- */

/* Written without a loop, which compilers turn into a single store. */
static inline void
put_big_endian(uint8_t *at, uint64_t n)
{
	at[0] = (uint8_t) (n >> 56);
	at[1] = (uint8_t) (n >> 48);
	at[2] = (uint8_t) (n >> 40);
	at[3] = (uint8_t) (n >> 32);
	at[4] = (uint8_t) (n >> 24);
	at[5] = (uint8_t) (n >> 16);
	at[6] = (uint8_t) (n >> 8);
	at[7] = (uint8_t) n;
}

/*
 * row is the namespace and the row number, 60 bits in all, between which the
 * version of the UUID stands.
 */
static void
put_id(uint8_t id[16], uint64_t row)
{
	uint64_t first = permute_60_bits(ID_KEY, row);

	put_big_endian(id, (first >> 12 << 16) | 0x8000 | (first & 0xFFF));
	put_big_endian(id + 8, synthetic_id_low_half(first));
}

bool
event_id_is_synthetic(const uint8_t id[16])
{
	return synthetic_id_is_one(id);
}

/* ---- rows ---- */

static bool
percent(uint64_t random, uint32_t chance)
{
	return permute_upto(random, 100) < chance;
}

static char *
put_two_digits(char *at, int32_t n)
{
	*at++ = (char) ('0' + n / 10);
	*at++ = (char) ('0' + n % 10);
	return at;
}

static void
put_time(char *at, const Slot *slot)
{
	at = put_two_digits(at, slot->second / 3600);
	*at++ = ':';
	at = put_two_digits(at, slot->second / 60 % 60);
	if (slot->level == SLOT_SECONDS)
	{
		*at++ = ':';
		at = put_two_digits(at, slot->second % 60);
	}
	*at = '\0';
}

/* Returns the 8 hexadecimal digits of 32 bits, one in each byte. */
static inline uint64_t
hex_digits(uint64_t n)
{
	uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t letters;

	n = ((n << 16) | n) & UINT64_C(0x0000FFFF0000FFFF);
	n = ((n << 8) | n) & UINT64_C(0x00FF00FF00FF00FF);
	n = ((n << 4) | n) & UINT64_C(0x0F0F0F0F0F0F0F0F);
	letters = ((n + 6 * ones) >> 4) & ones;
	return n + '0' * ones + letters * ('a' - '9' - 1);
}

/*
 * Writes 60 bits as ID_DIGITS hexadecimal digits. The two halves of 8 digits
 * overlap in one, which both write.
 */
static inline void
put_hex(char *at, uint64_t n)
{
	put_big_endian((uint8_t *) at, hex_digits(n >> 28 & UINT32_MAX));
	put_big_endian((uint8_t *) at + ID_DIGITS - 8, hex_digits(n & UINT32_MAX));
}

/* The first rows have each artist once, the others draw by popularity. */
static int32_t
pick_artist(const EventGenerator *generator, int64_t i, uint64_t random)
{
	if (i < generator->spec.artists)
		return (int32_t) permute_in_domain(&generator->artists,
										   generator->artist_key, (uint32_t) i);
	return (int32_t) zipf_draw(generator->alias, generator->regular_artists,
							   random);
}

static const char *
pick_genre(int32_t own, uint64_t key)
{
	int32_t genre = own;

	if (!percent(permute_number(key, FIELD_GENRE), OWN_GENRE_PERCENT))
	{
		genre = (int32_t) permute_upto(permute_number(key, FIELD_OTHER_GENRE),
									   VOCABULARY_GENRES - 1);
		genre += genre >= own ? 1 : 0;
	}
	return vocabulary_genre(genre);
}

/*
 * Each piece is copied at its full size. What follows its end is overwritten by
 * the next piece, or comes after the final zero.
 */
static void
put_title(const EventGenerator *generator, const Name *artist,
		  const Name *venue, int64_t day, uint64_t random, char *at)
{
	const Title *title =
		&titles[generator->title_of[permute_upto(random, 100)]];

	memcpy(at, title->before, TITLE_PART_SIZE);
	at += title->before_length;
	memcpy(at, artist->text, sizeof(artist->text));
	at += artist->length;
	memcpy(at, title->after, TITLE_PART_SIZE);
	at += title->after_length;
	if (title->end == END_VENUE)
		memcpy(at, venue->text, sizeof(venue->text));
	else if (title->end == END_YEAR)
	{
		at = vocabulary_put_number(
			at, calendar_date(generator->first_day + day).year);
		memcpy(at, " Tour", sizeof(" Tour"));
	}
}

static void
put_price(char *at, uint64_t key)
{
	uint64_t skew = permute_number(key, FIELD_PRICE_SKEW) >> 32;
	uint64_t draw = (permute_number(key, FIELD_PRICE) >> 32) * skew;
	uint32_t steps = (MAX_PRICE - MIN_PRICE) / PRICE_STEP + 1;
	uint32_t price = MIN_PRICE + PRICE_STEP * permute_upto(draw, steps);

	if (percent(permute_number(key, FIELD_NO_PRICE), NO_PRICE_PERCENT))
	{
		*at = '\0';
		return;
	}
	if (price >= 1000)
		*at++ = (char) ('0' + price / 1000);
	*at++ = (char) ('0' + price / 100 % 10);
	at = put_two_digits(at, (int32_t) (price % 100));
	memcpy(at, " SEK", sizeof(" SEK"));
}

/* A further source is added when the event is there, up to its last change. */
static int64_t
pick_added_at(const Event *event, uint64_t random)
{
	int64_t seconds = (event->updated_at - event->created_at) / USECS_PER_SEC;

	return event->created_at +
		   permute_upto(random, (uint32_t) seconds + 1) * USECS_PER_SEC;
}

/*
 * source_id and source_platform are those of the first source, which came with
 * the event. The times of the event are set.
 */
static void
put_sources(const EventGenerator *generator, uint64_t row, uint64_t key,
			Event *event)
{
	uint32_t draw = permute_upto(permute_number(key, FIELD_SOURCES), 100);
	const SourcesText *sources =
		&generator->sources[generator->sources_of[draw]];
	uint64_t number = permute_60_bits(SOURCE_ID_KEY, row);
	uint64_t url_key = permute_number(key, FIELD_URLS);
	uint64_t added_key = permute_number(key, FIELD_ADDED_AT);
	char *source_id = event->source_id;

	event->source_set = generator->sources_of[draw];
	event->source_platform = sources->first->name;
	source_id = vocabulary_put(source_id, sources->first->id_prefix);
	put_hex(source_id, number);
	source_id[ID_DIGITS] = '\0';

	memcpy(event->ticket_sources, sources->text, SOURCES_TEXT_SIZE);
	put_hex(event->ticket_sources + sources->digits[0], number);
	calendar_put_time(event->ticket_sources + sources->added_at[0],
					  event->created_at);
	for (int32_t k = 1; k < sources->count; k++)
	{
		put_hex(event->ticket_sources + sources->digits[k],
				permute_number(url_key, (uint64_t) k));
		calendar_put_time(
			event->ticket_sources + sources->added_at[k],
			pick_added_at(event, permute_number(added_key, (uint64_t) k)));
	}
}

static void
set_stamps(Event *event, int64_t first_day, uint64_t key)
{
	uint32_t range = (MAX_ENTERED_DAYS - MIN_ENTERED_DAYS) * SECS_PER_DAY + 1;
	int64_t before = MIN_ENTERED_DAYS * SECS_PER_DAY +
					 permute_upto(permute_number(key, FIELD_CREATED_AT), range);
	int64_t after = permute_upto(permute_number(key, FIELD_UPDATED_AT),
								 (uint32_t) before + 1);

	event->created_at = first_day - before * USECS_PER_SEC;
	event->updated_at = event->created_at + after * USECS_PER_SEC;
}

void
event_row(const EventGenerator *generator, int64_t i, Event *event)
{
	uint64_t key = permute_number(generator->row_key, (uint64_t) i);
	uint64_t row = (generator->namespace << ROW_BITS) | (uint64_t) i;
	int64_t first_day = generator->spec.first_day;
	Slot slot = slots_find(&generator->slots, i);
	const Name *venue = &generator->venue[slot.venue];
	const Name *artist = &generator->artist[pick_artist(
		generator, i, permute_number(key, FIELD_ARTIST))];

	put_id(event->id, row);
	memcpy(event->artist, artist->text, sizeof(artist->text));
	memcpy(event->venue, venue->text, sizeof(venue->text));
	event->date =
		first_day + slot.day * USECS_PER_DAY + slot.second * USECS_PER_SEC;
	put_time(event->time, &slot);
	event->genre = pick_genre(artist->genre, key);
	put_title(generator, artist, venue, slot.day,
			  permute_number(key, FIELD_TITLE), event->name);
	set_stamps(event, first_day, key);
	put_sources(generator, row, key, event);
	put_price(event->price, key);
}
