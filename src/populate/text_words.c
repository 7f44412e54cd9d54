/*-------------------------------------------------------------------------
 *
 * text_words.c
 *		Puts words into a text from which a tsvector is made, as often as the
 *		tsvector has them.
 *
 * What texts are known are too few to tell how frequent their words are, and where
 * words are made up they are others than those of the tsvector. So the words of a text
 * but for its first ones, which tell it from others, are replaced. A row has each
 * common word by the word's frequency, at any place of the text. In the other places
 * stand words of the text's own letters, one of so many that none of them is common.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "populate/element_picker.h"
#include "populate/text_words.h"
#include "synth/permute.h"

/* More words of a text stay as they are. */
#define MOST_WORDS 1000

/* Common words for which no place is left are added, up to this part of all. */
#define BESIDE_SHARE 4

/* So many words stand for those that are not common. */
#define RARE_WORDS 50000

/* With fewer letters they would be those of others. */
#define LEAST_LETTERS 4

struct TextWords
{
	ElementPicker *picker;
	const char **words;
	double mean; /* number of words of a text */
	uint64 key;
};

/* A word of a text, in bytes. */
typedef struct PlacedWord
{
	int start;
	int end;
	int word; /* that takes its place; -1: a rare one */
} PlacedWord;

static bool
is_digit(char c)
{
	return isdigit((unsigned char) c) != 0;
}

static bool
is_letter(char c)
{
	return isalnum((unsigned char) c) || IS_HIGHBIT_SET(c);
}

/* Appends a word of so many letters, which another number makes another one. */
static void
put_letters(uint64 word, int length, StringInfo text)
{
	for (int i = 0; i < Max(length, LEAST_LETTERS); i++)
		appendStringInfoCharMacro(
			text, (char) ('a' + permute_upto(permute_number(word, i), 26)));
}

/*
 * Returns the word, or another one if a text that has it has it not as a word: the
 * parser takes what begins as 2e2 does for a number.
 */
static const char *
parsed_word(const char *word, uint64 key)
{
	StringInfoData other;
	int at = 0;

	while (is_digit(word[at]))
		at++;
	if (at == 0 || word[at] != 'e' || !is_digit(word[at + 1]))
		return word;
	initStringInfo(&other);
	for (int i = 0; word[i] != '\0'; i++)
		key = permute_number(key, (unsigned char) word[i]);
	put_letters(key, (int) strlen(word), &other);
	return other.data;
}

TextWords *
text_words_create(int n, char **words, const double *freqs, double mean,
				  uint64 key)
{
	TextWords *result;

	if (n <= 0 || words == NULL || freqs == NULL)
		return NULL;
	result = palloc(sizeof(*result));
	result->picker = element_picker_create(n, freqs, key);
	result->mean = Max(mean, 1);
	result->words = palloc(sizeof(char *) * n);
	for (int i = 0; i < n; i++)
		result->words[i] = parsed_word(words[i], key);
	result->key = key;
	return result;
}

/*
 * Finds the words behind those that stay, and sets how many there are with these.
 * Numbers stay as well.
 */
static int
find_words(const StringInfoData *text, int kept, PlacedWord *found, int *all)
{
	int at = 0;
	int n = 0;

	*all = 0;
	while (at < text->len && n < MOST_WORDS)
	{
		bool letters = false;
		int start;

		while (at < text->len && !is_letter(text->data[at]))
			at++;
		for (start = at; at < text->len && is_letter(text->data[at]); at++)
			letters = letters || !is_digit(text->data[at]);
		*all += letters;
		if (letters && (start >= kept || kept == 0))
			found[n++] = (PlacedWord){start, at, -1};
	}
	return n;
}

int
text_words_count(const StringInfoData *text)
{
	PlacedWord *found = palloc(sizeof(PlacedWord) * MOST_WORDS);
	int all;

	(void) find_words(text, 0, found, &all);
	pfree(found);
	return all;
}

void
text_words_put(const TextWords *words, uint64 random, int kept, StringInfo text)
{
	PlacedWord *found = palloc(sizeof(PlacedWord) * MOST_WORDS);
	int *chosen = palloc(sizeof(int) * 2 * MOST_WORDS);
	int all;
	int n = find_words(text, kept, found, &all);
	int m = element_picker_pick(words->picker, random, all / words->mean,
								n + Max(n / BESIDE_SHARE, 1), chosen);
	char *old = pnstrdup(text->data, text->len);
	int length = text->len;
	int done = 0;

	/* Each of them at one of the places that are left */
	for (int i = 0; i < Min(m, n); i++)
	{
		int place = (int) permute_upto(permute_number(random, i), n);

		while (found[place].word >= 0)
			place = (place + 1) % n;
		found[place].word = chosen[i];
	}
	resetStringInfo(text);
	for (int i = 0; i < n; i++)
	{
		appendBinaryStringInfo(text, old + done, found[i].start - done);
		if (found[i].word >= 0)
			appendStringInfoString(text, words->words[found[i].word]);
		else
			put_letters(permute_number(words->key,
									   permute_upto(permute_number(~random, i),
													RARE_WORDS)),
						found[i].end - found[i].start, text);
		done = found[i].end;
	}
	appendBinaryStringInfo(text, old + done, length - done);
	for (int i = n; i < m; i++)
	{
		appendStringInfoCharMacro(text, ' ');
		appendStringInfoString(text, words->words[chosen[i]]);
	}
	pfree(old);
	pfree(chosen);
	pfree(found);
}
