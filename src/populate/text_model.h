/*-------------------------------------------------------------------------
 *
 * text_model.h
 *		What texts of a column look like, learned from some of them.
 *
 * Owns what is learned, and made of it. Characters are symbols, in the order of
 * the collation. Which symbol follows on which gives each text a place between
 * 0 and 1 in the order of texts, and so a text for each place between two of
 * them. How a text goes on is taken from the texts that are known: words that
 * follow on each other, and for words that are seen once, which letter follows
 * on which two.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_POPULATE_TEXT_MODEL_H
#define PERFCHECK_POPULATE_TEXT_MODEL_H

#include "lib/stringinfo.h"

/* Characters that are told apart; the rarest beyond that are not. */
#define TEXT_MODEL_SYMBOLS 160

typedef enum TextSymbolClass
{
	TEXT_SEPARATOR,
	TEXT_DIGIT,
	TEXT_LETTER
} TextSymbolClass;

typedef struct TextSymbol
{
	char bytes[8];
	uint8 length;
	uint8 class;
	int seen;
} TextSymbol;

/* Of a text's first words, and of the others, it is told apart what they hold. */
#define TEXT_MODEL_WORDS 4

/* A word is a run of letters and digits in a known text. */
typedef struct TextToken
{
	int text;
	int start;
	int end;
	int word;   /* equal ones have the same */
	bool mixed; /* has letters and digits */
} TextToken;

typedef struct TextKnown
{
	uint8 *symbols;
	int length;
	int first_token;
	int ntokens;
} TextKnown;

typedef struct TextModel
{
	Oid collation;
	int n; /* symbols; as a context, n is the start of a text */
	TextSymbol symbols[TEXT_MODEL_SYMBOLS];
	uint8 single[256]; /* symbols of one byte, by it */
	float *sums; /* by word and context: the share of symbols below each */
	int *followers_at; /* by two contexts: where followers begin */
	uint8 *followers;
	int ntexts;
	TextKnown *texts;
	int ntokens;
	TextToken *tokens;
	int *word_at; /* by word: where its tokens begin in word_tokens */
	int *word_tokens;
	double mean_length; /* in symbols */
} TextModel;

/* A stretch of the order of texts, between two of them. */
typedef struct TextRange
{
	int length; /* of the prefix that both have in common */
	uint8 *prefix;
	int words;  /* begun in the prefix */
	double low; /* the places of what follows on it */
	double high;
} TextRange;

/* What a text has to be, beside its place. */
typedef struct TextWish
{
	uint64 random;
	int least;   /* lengths in symbols; 0: as known texts are */
	int longest; /* 0: any */
	int limit;   /* no text is longer */
} TextWish;

/* Returns the sums after a symbol, or n, in the word of this number. */
static inline const float *
text_model_sums(const TextModel *model, int words, int context)
{
	return model->sums +
		   (Min(words, TEXT_MODEL_WORDS - 1) * (model->n + 1) + context) *
			   (model->n + 1);
}

/* Whether a symbol begins a word, after another one, or n. */
static inline bool
text_model_begins(const TextModel *model, int context, int symbol)
{
	return model->symbols[symbol].class != TEXT_SEPARATOR &&
		   (context == model->n ||
			model->symbols[context].class == TEXT_SEPARATOR);
}

/* Learns from texts, which are in the database's encoding. */
extern TextModel *text_model_learn(char **texts, int n, Oid collation);

/* Returns the place of a text among all. */
extern double text_model_place(const TextModel *model, const char *text,
							   int length);

/* Returns the range between two texts. */
extern TextRange *text_model_range(const TextModel *model, const char *low,
								   int low_length, const char *high,
								   int high_length);

/*
 * Appends text k of n that are in order in a range and all differ, unless the
 * limit is too narrow for that. Without a range, it is any text. Returns the bytes
 * at its beginning that put it into order and tell it from others.
 */
extern int text_model_make(const TextModel *model, const TextRange *range,
						   int64 k, int64 n, const TextWish *wish,
						   StringInfo text);

#endif /* PERFCHECK_POPULATE_TEXT_MODEL_H */
