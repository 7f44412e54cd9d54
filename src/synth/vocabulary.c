/*-------------------------------------------------------------------------
 *
 * vocabulary.c
 *		The words that synthetic events are made of.
 *
 * The first 13 venues are listed, the others are named by a kind and a number.
 * Artists are numbered by popularity. Of the first 192 artists every fourth has
 * a generated name and the others are real; from there on all are generated.
 *
 * A generated name is a first word, which also gives the genre, a second word
 * and a frame such as "The ..." or "... Trio". Its number is split up into the
 * three by steps that are bijections, and into a numeral once all combinations
 * are used up. So no two artists have the same name, and no list of names is
 * kept. Strides and a hash spread the words, so that neighbors look different.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/vocabulary.h"

#include <string.h>

#define LENGTH(array) ((int32_t) (sizeof(array) / sizeof((array)[0])))

typedef enum Genre
{
	ROCK,
	POP,
	ELECTRONIC,
	JAZZ,
	HIPHOP,
	METAL,
	INDIE,
	FOLK,
	CLASSICAL,
	WORLD,
	OTHER
} Genre;

static const char *const genres[VOCABULARY_GENRES] = {
	"rock",  "pop",  "electronic", "jazz",  "hip-hop", "metal",
	"indie", "folk", "classical",  "world", "other"};

typedef struct Venue
{
	const char *name;
	int32_t weight;
} Venue;

static const Venue venues[] = {{"Kollektivet Livet", 2},
							   {"Slaktkyrkan", 2},
							   {"Hus 7", 1},
							   {"Fasching", 3},
							   {"Nalen", 3},
							   {"Fylkingen", 1},
							   {"Slakthuset", 2},
							   {"Fållan", 2},
							   {"Landet", 1},
							   {"Mosebacke", 3},
							   {"Kägelbanan", 2},
							   {"Pet Sounds Bar", 1},
							   {"Debaser", 3}};

/* The other venues are "Hus 8", "Klubb 8", ..., "Hus 9", and so on. */
static const char *const venue_kinds[] = {
	"Hus", "Klubb", "Källare", "Scen", "Salong", "Magasin", "Ateljé", "Lada"};

#define FIRST_VENUE_NUMBER 8

typedef struct Artist
{
	const char *name;
	int32_t genre;
} Artist;

/* The most popular ones come first. */
static const Artist real_artists[] = {{"Håkan Hellström", ROCK},
									  {"Robyn", POP},
									  {"Opeth", METAL},
									  {"Kent", INDIE},
									  {"Coldplay", POP},
									  {"Swedish House Mafia", ELECTRONIC},
									  {"Foo Fighters", ROCK},
									  {"First Aid Kit", FOLK},
									  {"Kendrick Lamar", HIPHOP},
									  {"The Hives", ROCK},
									  {"Zara Larsson", POP},
									  {"In Flames", METAL},
									  {"Veronica Maggio", POP},
									  {"Arcade Fire", INDIE},
									  {"Bruce Springsteen", ROCK},
									  {"Timbuktu", HIPHOP},
									  {"Esbjörn Svensson Trio", JAZZ},
									  {"Depeche Mode", ELECTRONIC},
									  {"Radiohead", ROCK},
									  {"Lykke Li", INDIE},
									  {"Beyoncé", POP},
									  {"Metallica", METAL},
									  {"Yung Lean", HIPHOP},
									  {"Muse", ROCK},
									  {"Roxette", POP},
									  {"Tame Impala", INDIE},
									  {"Daft Punk", ELECTRONIC},
									  {"Ghost", METAL},
									  {"Lars Winnerbäck", ROCK},
									  {"Tove Lo", POP},
									  {"José González", INDIE},
									  {"Nils Landgren", JAZZ},
									  {"Eminem", HIPHOP},
									  {"Red Hot Chili Peppers", ROCK},
									  {"Miriam Bryant", POP},
									  {"The Knife", ELECTRONIC},
									  {"Björk", ELECTRONIC},
									  {"Sigur Rós", INDIE},
									  {"AC/DC", ROCK},
									  {"ABBA", POP},
									  {"Väsen", FOLK},
									  {"Silvana Imam", HIPHOP},
									  {"Meshuggah", METAL},
									  {"Arctic Monkeys", ROCK},
									  {"Laleh", POP},
									  {"The National", INDIE},
									  {"Anne Sofie von Otter", CLASSICAL},
									  {"Mötley Crüe", ROCK},
									  {"Eric Prydz", ELECTRONIC},
									  {"Buena Vista Social Club", WORLD},
									  {"Thåström", ROCK},
									  {"Hov1", HIPHOP},
									  {"Benjamin Ingrosso", POP},
									  {"Viagra Boys", INDIE},
									  {"Motörhead", METAL},
									  {"Gyllene Tider", ROCK},
									  {"The Cardigans", POP},
									  {"Fever Ray", ELECTRONIC},
									  {"Gregory Porter", JAZZ},
									  {"Jens Lekman", INDIE},
									  {"The Rolling Stones", ROCK},
									  {"Petter", HIPHOP},
									  {"Seinabo Sey", POP},
									  {"Guns N' Roses", ROCK},
									  {"Iron Maiden", METAL},
									  {"Mumford & Sons", FOLK},
									  {"Broder Daniel", INDIE},
									  {"Röyksopp", ELECTRONIC},
									  {"Mando Diao", ROCK},
									  {"Dua Lipa", POP},
									  {"Little Simz", HIPHOP},
									  {"Laurie Anderson", OTHER},
									  {"U2", ROCK},
									  {"Shout Out Louds", INDIE},
									  {"Sabaton", METAL},
									  {"Massive Attack", ELECTRONIC},
									  {"Ace of Base", POP},
									  {"Queens of the Stone Age", ROCK},
									  {"Viktoria Tolstoy", JAZZ},
									  {"Tinariwen", WORLD},
									  {"bob hund", INDIE},
									  {"Wu-Tang Clan", HIPHOP},
									  {"The Hellacopters", ROCK},
									  {"Rosalía", POP},
									  {"Amon Amarth", METAL},
									  {"Martin Fröst", CLASSICAL},
									  {"Kraftwerk", ELECTRONIC},
									  {"The Tallest Man on Earth", FOLK},
									  {"The Cure", ROCK},
									  {"Bon Iver", INDIE},
									  {"Looptroop Rockers", HIPHOP},
									  {"Lisa Ekdahl", POP},
									  {"Pearl Jam", ROCK},
									  {"Galantis", ELECTRONIC},
									  {"Arch Enemy", METAL},
									  {"Peter Bjorn and John", INDIE},
									  {"Ebba Grön", ROCK},
									  {"Magnus Öström", JAZZ},
									  {"MØ", POP},
									  {"Youssou N'Dour", WORLD},
									  {"Stormzy", HIPHOP},
									  {"Blue Öyster Cult", ROCK},
									  {"Four Tet", ELECTRONIC},
									  {"Candlemass", METAL},
									  {"Fontaines D.C.", INDIE},
									  {"Hedningarna", FOLK},
									  {"Oskar Linnros", POP},
									  {"Royal Republic", ROCK},
									  {"Cypress Hill", HIPHOP},
									  {"Max Richter", CLASSICAL},
									  {"Jon Hopkins", ELECTRONIC},
									  {"Katatonia", METAL},
									  {"Phoebe Bridgers", INDIE},
									  {"Hüsker Dü", ROCK},
									  {"Kamasi Washington", JAZZ},
									  {"Bo Kaspers Orkester", POP},
									  {"Run the Jewels", HIPHOP},
									  {"Angélique Kidjo", WORLD},
									  {"Sahara Hotnights", ROCK},
									  {"Cult of Luna", METAL},
									  {"Markus Krunegård", INDIE},
									  {"Aphex Twin", ELECTRONIC},
									  {"Ale Möller", FOLK},
									  {"Graveyard", ROCK},
									  {"Anna Ternheim", POP},
									  {"Ken Ring", HIPHOP},
									  {"Herbie Hancock", JAZZ},
									  {"Beach House", INDIE},
									  {"Dark Tranquillity", METAL},
									  {"Nick Cave & The Bad Seeds", ROCK},
									  {"Cirkus Cirkör", OTHER},
									  {"Víkingur Ólafsson", CLASSICAL},
									  {"Bonobo", ELECTRONIC},
									  {"Sunn O)))", METAL},
									  {"Wolf Alice", INDIE},
									  {"Amadou & Mariam", WORLD},
									  {"Garmarna", FOLK},
									  {"Dungen", ROCK},
									  {"Of Monsters and Men", INDIE},
									  {"At the Gates", METAL},
									  {"Snarky Puppy", JAZZ},
									  {"Göteborgs Symfoniker", CLASSICAL},
									  {"Fatoumata Diawara", WORLD},
									  {"The Real Group", OTHER}};

#define REAL_ARTISTS LENGTH(real_artists)

typedef enum Language
{
	ENGLISH,
	SWEDISH,
	LANGUAGES
} Language;

typedef struct FirstWord
{
	const char *word;
	int32_t genre;
	int32_t language;
} FirstWord;

/* The first word gives the genre and the language of a generated artist. */
static const FirstWord first_words[] = {
	{"Electric", ROCK, ENGLISH},      {"Broken", ROCK, ENGLISH},
	{"Crimson", ROCK, ENGLISH},       {"Burning", ROCK, ENGLISH},
	{"Rusty", ROCK, ENGLISH},         {"Reckless", ROCK, ENGLISH},
	{"Svarta", ROCK, SWEDISH},        {"Röda", ROCK, SWEDISH},
	{"Trasiga", ROCK, SWEDISH},       {"Förlorade", ROCK, SWEDISH},
	{"Golden", POP, ENGLISH},         {"Neon", POP, ENGLISH},
	{"Velvet", POP, ENGLISH},         {"Candy", POP, ENGLISH},
	{"Sugar", POP, ENGLISH},          {"Paper", POP, ENGLISH},
	{"Rosa", POP, SWEDISH},           {"Söta", POP, SWEDISH},
	{"Himmelsblå", POP, SWEDISH},     {"Hollow", INDIE, ENGLISH},
	{"Lonely", INDIE, ENGLISH},       {"Pale", INDIE, ENGLISH},
	{"Northern", INDIE, ENGLISH},     {"Distant", INDIE, ENGLISH},
	{"Ensamma", INDIE, SWEDISH},      {"Bleka", INDIE, SWEDISH},
	{"Digital", ELECTRONIC, ENGLISH}, {"Atomic", ELECTRONIC, ENGLISH},
	{"Lunar", ELECTRONIC, ENGLISH},   {"Modular", ELECTRONIC, ENGLISH},
	{"Kalla", ELECTRONIC, SWEDISH},   {"Elektriska", ELECTRONIC, SWEDISH},
	{"Concrete", HIPHOP, ENGLISH},    {"Southside", HIPHOP, ENGLISH},
	{"Lyrical", HIPHOP, ENGLISH},     {"Restless", HIPHOP, ENGLISH},
	{"Råa", HIPHOP, SWEDISH},         {"Metal", METAL, ENGLISH},
	{"Iron", METAL, ENGLISH},         {"Grim", METAL, ENGLISH},
	{"Mörka", METAL, SWEDISH},        {"Blue", JAZZ, ENGLISH},
	{"Midnight", JAZZ, ENGLISH},      {"Sömniga", JAZZ, SWEDISH},
	{"Wandering", FOLK, ENGLISH},     {"Gröna", FOLK, SWEDISH},
	{"Desert", WORLD, ENGLISH},       {"Tropical", WORLD, ENGLISH},
	{"Baroque", CLASSICAL, ENGLISH},  {"Curious", OTHER, ENGLISH}};

static const char *const second_words[][LANGUAGES] = {
	{"Ravens", "Korparna"},        {"Wolves", "Vargarna"},
	{"Foxes", "Rävarna"},          {"Bears", "Björnarna"},
	{"Lynxes", "Lodjuren"},        {"Elks", "Älgarna"},
	{"Swans", "Svanarna"},         {"Owls", "Ugglorna"},
	{"Horses", "Hästarna"},        {"Tigers", "Tigrarna"},
	{"Sparrows", "Sparvarna"},     {"Cranes", "Tranorna"},
	{"Otters", "Uttrarna"},        {"Hounds", "Hundarna"},
	{"Cats", "Katterna"},          {"Bees", "Bina"},
	{"Lights", "Ljusen"},          {"Shadows", "Skuggorna"},
	{"Rivers", "Floderna"},        {"Mountains", "Bergen"},
	{"Islands", "Öarna"},          {"Lakes", "Sjöarna"},
	{"Forests", "Skogarna"},       {"Storms", "Stormarna"},
	{"Clouds", "Molnen"},          {"Stars", "Stjärnorna"},
	{"Moons", "Månarna"},          {"Waves", "Vågorna"},
	{"Stones", "Stenarna"},        {"Flowers", "Blommorna"},
	{"Roses", "Rosorna"},          {"Trees", "Träden"},
	{"Dreams", "Drömmarna"},       {"Hearts", "Hjärtana"},
	{"Souls", "Själarna"},         {"Ghosts", "Spökena"},
	{"Angels", "Änglarna"},        {"Giants", "Jättarna"},
	{"Kings", "Kungarna"},         {"Queens", "Drottningarna"},
	{"Sailors", "Sjömännen"},      {"Thieves", "Tjuvarna"},
	{"Poets", "Poeterna"},         {"Dancers", "Dansarna"},
	{"Strangers", "Främlingarna"}, {"Brothers", "Bröderna"},
	{"Sisters", "Systrarna"},      {"Children", "Barnen"},
	{"Engines", "Motorerna"},      {"Machines", "Maskinerna"},
	{"Radios", "Radiorna"},        {"Trains", "Tågen"},
	{"Bridges", "Broarna"},        {"Towers", "Tornen"},
	{"Mirrors", "Speglarna"},      {"Lanterns", "Lyktorna"},
	{"Windows", "Fönstren"},       {"Letters", "Breven"},
	{"Bells", "Klockorna"},        {"Drums", "Trummorna"},
	{"Knives", "Knivarna"},        {"Arrows", "Pilarna"},
	{"Harbours", "Hamnarna"},      {"Suburbs", "Förorterna"}};

typedef struct Frame
{
	const char *before;
	const char *after;
} Frame;

static const Frame frames[][LANGUAGES] = {
	{{"", ""}, {"", ""}},
	{{"The ", ""}, {"De ", ""}},
	{{"", " Trio"}, {"", " Trio"}},
	{{"", " Collective"}, {"", " Kollektiv"}},
	{{"", " Orchestra"}, {"", " Orkester"}},
	{{"", " Sound System"}, {"", " Kapell"}},
	{{"", " Revue"}, {"", " Revy"}},
	{{"", " Project"}, {"", " Projekt"}}};

#define FIRST_WORDS LENGTH(first_words)
#define SECOND_WORDS LENGTH(second_words)
#define FRAMES LENGTH(frames)

/* The strides have no factor in common with the length of their list. */
#define FIRST_WORD_STRIDE 21
#define FIRST_WORD_START 3 /* so that "Metal" is in the name of a popular one */
#define SECOND_WORD_STRIDE 37

/* A pair of words has one of these frames first: mostly none, or "The". */
static const int32_t common_frames[] = {0, 0, 0, 0, 0, 0, 0, 0,
										1, 1, 1, 2, 3, 4, 6, 7};

char *
vocabulary_put(char *at, const char *text)
{
	size_t length = strlen(text);

	memcpy(at, text, length);
	return at + length;
}

char *
vocabulary_put_number(char *at, int64_t n)
{
	uint64_t rest = n < 0 ? 0 - (uint64_t) n : (uint64_t) n;
	char digits[20];
	int32_t count = 0;

	do
	{
		digits[count++] = (char) ('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (n < 0)
		*at++ = '-';
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

char *
vocabulary_venue(int32_t k, char *at)
{
	if (k < LENGTH(venues))
		at = vocabulary_put(at, venues[k].name);
	else
	{
		k -= LENGTH(venues);
		at = vocabulary_put(at, venue_kinds[k % LENGTH(venue_kinds)]);
		*at++ = ' ';
		at = vocabulary_put_number(at, FIRST_VENUE_NUMBER +
										   k / LENGTH(venue_kinds));
	}
	*at = '\0';
	return at;
}

int32_t
vocabulary_venue_weight(int32_t k)
{
	return venues[k % LENGTH(venues)].weight;
}

/*
 * Returns the real artist of number k, or NULL; then sets *generated to the
 * number among the generated artists.
 */
static const Artist *
real_artist(int32_t k, int32_t *generated)
{
	if (k >= REAL_ARTISTS / 3 * 4)
		*generated = k - REAL_ARTISTS;
	else if (k % 4 == 3)
		*generated = k / 4;
	else
		return &real_artists[k - k / 4];
	return NULL;
}

static int32_t
first_word(int32_t generated)
{
	int64_t index = (int64_t) generated * FIRST_WORD_STRIDE + FIRST_WORD_START;

	return (int32_t) (index % FIRST_WORDS);
}

/* Returns the first frame of a pair of words, by a multiplicative hash. */
static int32_t
first_frame(int32_t word, int32_t second)
{
	uint32_t pair = (uint32_t) (word * SECOND_WORDS + second);
	uint32_t hash = pair * UINT32_C(2654435761);

	return common_frames[(hash >> 16) % LENGTH(common_frames)];
}

static char *
put_generated(char *at, int32_t generated)
{
	int32_t word = first_word(generated);
	int32_t pair = generated / FIRST_WORDS;
	int32_t second = (pair + word * SECOND_WORD_STRIDE) % SECOND_WORDS;
	int32_t turn = pair / SECOND_WORDS;
	int32_t numeral = 1 + turn / FRAMES;
	int32_t language = first_words[word].language;
	const Frame *frame =
		&frames[(first_frame(word, second) + turn) % FRAMES][language];

	at = vocabulary_put(at, frame->before);
	at = vocabulary_put(at, first_words[word].word);
	*at++ = ' ';
	at = vocabulary_put(at, second_words[second][language]);
	at = vocabulary_put(at, frame->after);
	if (numeral > 1)
	{
		*at++ = ' ';
		at = vocabulary_put_number(at, numeral);
	}
	return at;
}

char *
vocabulary_artist(int32_t k, char *at)
{
	int32_t generated;
	const Artist *real = real_artist(k, &generated);

	if (real != NULL)
		at = vocabulary_put(at, real->name);
	else
		at = put_generated(at, generated);
	*at = '\0';
	return at;
}

int32_t
vocabulary_artist_genre(int32_t k)
{
	int32_t generated;
	const Artist *real = real_artist(k, &generated);

	if (real != NULL)
		return real->genre;
	return first_words[first_word(generated)].genre;
}

const char *
vocabulary_genre(int32_t genre)
{
	return genres[genre];
}
