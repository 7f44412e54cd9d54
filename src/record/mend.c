/*-------------------------------------------------------------------------
 *
 * mend.c
 *		Makes the text of pg_stat_statements one that a parser reads.
 *
 * The text is read as tokens, each of which may be dropped, replaced or have
 * something written around it; what stands between tokens stays as it is.
 *
 *-------------------------------------------------------------------------
 */
#include "record/mend.h"

#include "record/mend_groups.h"
#include "record/mend_params.h"
#include "record/mend_words.h"

/* What 18 writes behind the first of the constants in a list. */
#define LIST_MARK "/*, ... */"

/* Words that an expression may follow, so that they are no type before a constant. */
static const char *const leading_words[] = {
	"all",      "and",     "any",     "asymmetric", "between",  "both",
	"by",       "case",    "content", "default",    "distinct", "document",
	"else",     "escape",  "first",   "for",        "from",     "groups",
	"having",   "ilike",   "in",      "key",        "leading",  "like",
	"limit",    "next",    "not",     "offset",     "on",       "or",
	"overlaps", "passing", "placing", "range",      "ref",      "returning",
	"rows",     "select",  "some",    "symmetric",  "then",     "to",
	"trailing", "using",   "value",   "values",     "variadic", "version",
	"when",     "where",   "zone",
};

/* Types that stand without a space before a string, as in date'2026-01-01'. */
static const char *const plain_types[] = {
	"bit",  "bool",      "boolean",     "box",   "bytea",   "date",
	"inet", "interval",  "json",        "jsonb", "numeric", "point",
	"text", "timestamp", "timestamptz", "time",  "timetz",  "uuid",
};

static const char *const interval_fields[] = {"year", "month",  "day",
											  "hour", "minute", "second"};
static const char *const interval_units[] = {
	" || ' year')", " || ' month')",  " || ' day')",
	" || ' hour')", " || ' minute')", " || ' second')"};

/* May an expression follow the token? */
static bool
leads(const Mend *mend, int i)
{
	return is_kind(mend, i, SQL_TOKEN_WORD) &&
		   find_word(mend->tokens[i].start, mend->tokens[i].length,
					 WORDS(leading_words)) >= 0;
}

static MendToken *
add_token(Mend *mend, int kind, const char *start, size_t length)
{
	MendToken *token = &mend->tokens[mend->n++];

	memset(token, 0, sizeof(*token));
	token->kind = kind;
	token->start = token->written = start;
	token->length = token->written_length = length;
	token->type_from = token->type_to = token->partner = -1;
	return token;
}

/*
 * Adds a word. A string that stood between words without a space is $n between them
 * now, which makes a name of all.
 */
static void
add_word(Mend *mend, const SqlToken *token)
{
	const char *end = token->start + token->length;
	const char *dollar = memchr(token->start, '$', token->length);
	const char *at = dollar != NULL ? dollar + 1 : end;
	size_t before = dollar != NULL ? (size_t) (dollar - token->start) : 0;

	while (at < end && isdigit((unsigned char) *at))
		at++;
	if (dollar == NULL || at == dollar + 1 ||
		(find_word(token->start, before, WORDS(leading_words)) < 0 &&
		 find_word(token->start, before, WORDS(plain_types)) < 0))
	{
		add_token(mend, SQL_TOKEN_WORD, token->start, token->length);
		return;
	}
	add_token(mend, SQL_TOKEN_WORD, token->start, before);
	add_token(mend, SQL_TOKEN_PARAMETER, dollar, (size_t) (at - dollar))
		->before = " ";
	if (at < end)
		add_token(mend, SQL_TOKEN_WORD, at, (size_t) (end - at));
}

/*
 * Reads the tokens but for space and comments, of which the mark of a list alone is
 * one. Returns whether the text is whole.
 */
static bool
read_tokens(Mend *mend, const char *text, size_t length)
{
	const char *end = text + length;
	SqlToken token;

	mend->n = 0;
	for (const char *at = text;; at = token.start + token.length)
	{
		token = sql_token_read(at, end);
		switch (token.kind)
		{
			case SQL_TOKEN_END:
				return true;
			case SQL_TOKEN_OPEN:
				return false;
			case SQL_TOKEN_SPACE:
			case SQL_TOKEN_LINE_COMMENT:
				break;
			case SQL_TOKEN_BLOCK_COMMENT:
				if (sql_token_is(&token, LIST_MARK))
					add_token(mend, token.kind, token.start, token.length);
				break;
			case SQL_TOKEN_WORD:
				add_word(mend, &token);
				break;
			default:
				add_token(mend, token.kind, token.start, token.length);
		}
	}
}

/* Finds the partner of each bracket, in linear time and without memory of its own. */
static void
pair_brackets(Mend *mend)
{
	int open =
		-1; /* the innermost; its partner is the one around it until then */

	for (int i = 0; i < mend->n; i++)
	{
		MendToken *token = &mend->tokens[i];

		if (token->kind != SQL_TOKEN_MARK)
			continue;
		if (*token->start == '(' || *token->start == '[')
		{
			token->partner = open;
			open = i;
		}
		else if ((*token->start == ')' || *token->start == ']') && open >= 0)
		{
			int around = mend->tokens[open].partner;

			token->partner = open;
			mend->tokens[open].partner = i;
			open = around;
		}
	}
	while (open >= 0)
	{
		int around = mend->tokens[open].partner;

		mend->tokens[open].partner = -1;
		open = around;
	}
}

/* ---- typename $n ---- */

/* Returns the first token of the name that ends at the token, with its schema. */
static int
name_start(const Mend *mend, int i)
{
	while (is(mend, i - 1, ".") && is_name(mend, i - 2))
		i -= 2;
	return i;
}

/*
 * Returns the first token of the type whose last token is given, or -1 if that is
 * no type.
 */
static int
type_start(const Mend *mend, int last)
{
	int i = last;

	if (is(mend, i, "zone"))
	{
		if (!is(mend, i - 1, "time") ||
			!(is(mend, i - 2, "with") || is(mend, i - 2, "without")))
			return -1;
		i -= 3;
	}
	if (is(mend, i, ")"))
	{
		i = mend->tokens[i].partner - 1;
		if (i < 0 || is(mend, i, "operator"))
			return -1;
	}
	if (!is_name(mend, i))
		return -1;
	if ((is(mend, i, "precision") && is(mend, i - 1, "double")) ||
		(is(mend, i, "varying") && is_name(mend, i - 1)))
		return i - 1;
	if (is(mend, i, "path") &&
		!(leads(mend, i - 1) || is_kind(mend, i - 1, SQL_TOKEN_OPERATOR) ||
		  is_kind(mend, i - 1, SQL_TOKEN_MARK)))
		return -1;
	return leads(mend, i) && !is(mend, i - 1, ".") ? -1 : name_start(mend, i);
}

/* Returns the token behind a field of an interval, such as second(3). */
static int
behind_field(const Mend *mend, int i)
{
	return is(mend, i + 1, "(") && mend->tokens[i + 1].partner > 0
			   ? mend->tokens[i + 1].partner + 1
			   : i + 1;
}

static int
interval_field(const Mend *mend, int i)
{
	return is_kind(mend, i, SQL_TOKEN_WORD)
			   ? find_word(mend->tokens[i].start, mend->tokens[i].length,
						   WORDS(interval_fields))
			   : -1;
}

/*
 * Mends what follows an interval: DAY, or DAY TO SECOND. The field says what a
 * number is, but a value is read before that: what it says is added to the text.
 */
static void
mend_interval(const Mend *mend, int param)
{
	MendToken *token = &mend->tokens[param];
	int from = interval_field(mend, param + 1);
	int to = -1;

	if (from < 0)
		return;
	if (is(mend, behind_field(mend, param + 1), "to"))
		to = interval_field(mend, behind_field(mend, param + 1) + 1);
	if (to < 0)
	{
		token->before = "(";
		token->after = interval_units[from];
	}
	else if (strcmp(interval_fields[from], "minute") == 0)
	{
		/* 1:30 alone would be hours and minutes. */
		token->before = "('00:' || ";
		token->after = ")";
	}
}

/* Does the grammar want brackets around $1::type behind the token? */
static bool
wants_brackets(const Mend *mend, int i)
{
	static const char *const words[] = {"first", "next", "passing", "ref"};

	if (is(mend, i, "("))
		return is(mend, i - 1, "xmltable") || is(mend, i - 1, "xmlexists");
	return is_kind(mend, i, SQL_TOKEN_WORD) &&
		   find_word(mend->tokens[i].start, mend->tokens[i].length,
					 WORDS(words)) >= 0;
}

/* Moves the type that stands before a parameter behind it. */
static void
mend_type(const Mend *mend, int param)
{
	MendToken *token = &mend->tokens[param];
	int start = type_start(mend, param - 1);

	if (start < 0)
		return;
	token->close_up = true;
	token->before = NULL;
	for (int i = start; i < param; i++)
		mend->tokens[i].dropped = true;
	/* Before a string these have any length, and behind one the length 1. */
	if (is(mend, param - 1, "bit"))
		token->after = "::pg_catalog.\"bit\"";
	else if (is(mend, param - 1, "char") || is(mend, param - 1, "character") ||
			 is(mend, param - 1, "nchar"))
		token->after = "::pg_catalog.bpchar";
	else
	{
		token->type_from = start;
		token->type_to = param;
	}
	if (wants_brackets(mend, start - 1))
	{
		token->before = "(";
		token->bracketed = true;
	}
	else if (is(mend, start, "interval"))
		mend_interval(mend, param);
}

/* ---- other constants that the grammar demands ---- */

static void
replace(MendToken *token, const char *text)
{
	token->written = text;
	token->written_length = strlen(text);
}

/* EXTRACT ($1 FROM x) is a call of a function. */
static void
mend_extract(const Mend *mend, int i)
{
	if (!is(mend, i, "extract") || is(mend, i - 1, ".") ||
		!is(mend, i + 1, "(") || !is_param(mend, i + 2) ||
		!is(mend, i + 3, "from"))
		return;
	replace(&mend->tokens[i], "pg_catalog.extract");
	replace(&mend->tokens[i + 3], ",");
	mend->tokens[i + 3].close_up = true;
}

/*
 * SUBSTRING (x FROM $1 FOR $2) has numbers, where strings would be a pattern and its
 * escape.
 */
static void
mend_substring(const Mend *mend, int i)
{
	int close;

	if (!is(mend, i, "substring") || !is(mend, i + 1, "(") ||
		(close = mend->tokens[i + 1].partner) < i + 6)
		return;
	if (is_param(mend, close - 1) && is_param(mend, close - 3) &&
		((is(mend, close - 2, "for") && is(mend, close - 4, "from")) ||
		 (is(mend, close - 2, ",") && is(mend, close - 4, ","))))
		mend->tokens[close - 1].after = mend->tokens[close - 3].after =
			"::integer";
}

/*
 * A list of constants, of which 18 keeps the first, is an array: IN ($1 mark) and
 * ARRAY[$1 mark], where a type may stand behind the mark.
 */
static void
mend_list(const Mend *mend, int param)
{
	MendToken *tokens = mend->tokens;
	int open = param - 1;
	int close;

	if (!is_kind(mend, param + 1, SQL_TOKEN_BLOCK_COMMENT))
		return;
	tokens[param + 1].dropped = tokens[param + 1].close_up = true;
	if (open < 0 || (close = tokens[open].partner) < 0)
		return;
	if (close > param + 2)
		tokens[close - 1].after = "[]";
	if (is(mend, open, "[") && is(mend, open - 1, "array"))
	{
		tokens[open - 1].dropped = tokens[open].dropped = true;
		tokens[close].dropped = tokens[param].close_up = true;
	}
	else if (is(mend, open, "(") && is(mend, open - 1, "in"))
	{
		bool not = is(mend, open - 2, "not");

		if (not )
			tokens[open - 2].dropped = true;
		tokens[open - 1].close_up = not ;
		replace(&tokens[open - 1], not ? "<> ALL" : "= ANY");
		if (tokens[open].start == tokens[open - 1].start + 2)
			tokens[open].before = " ";
	}
}

/* The escape of a string goes with it. */
static void
mend_escape(const Mend *mend, int param)
{
	if (!is(mend, param + 1, "uescape") ||
		!is_kind(mend, param + 2, SQL_TOKEN_QUOTED))
		return;
	mend->tokens[param + 1].dropped = mend->tokens[param + 2].dropped = true;
	mend->tokens[param + 1].close_up = true;
}

/* ---- all ---- */

/* Writes the text with what the tokens say, and a zero at its end. */
static void
write_tokens(const Mend *mend, const char *text, const char *end, char *buffer)
{
	const char *at = text;
	char *to = buffer;

#define WRITE(from, size)                                                      \
	(memcpy(to, (from), (size_t) (size)), to += (size_t) (size))
	for (int i = 0; i < mend->n; i++)
	{
		const MendToken *token = &mend->tokens[i];
		/* The first of those that are dropped brings the space before it. */
		bool spaced = !token->close_up &&
					  !(token->dropped && i > 0 && mend->tokens[i - 1].dropped);

		if (spaced)
			WRITE(at, token->start - at);
		at = token->start + token->length;
		if (token->dropped)
			continue;
		if (token->before != NULL)
			WRITE(token->before, strlen(token->before));
		WRITE(token->written, token->written_length);
		if (token->after != NULL)
			WRITE(token->after, strlen(token->after));
		if (token->type_from >= 0)
		{
			const MendToken *last = &mend->tokens[token->type_to - 1];
			const char *from = mend->tokens[token->type_from].start;

			WRITE("::", 2);
			WRITE(from, last->start + last->length - from);
		}
		if (token->bracketed)
			WRITE(")", 1);
		/* $1AND is no parameter and no word. */
		if (token->kind == SQL_TOKEN_PARAMETER && at < end &&
			(isalnum((unsigned char) *at) || *at == '_' ||
			 (unsigned char) *at >= 0x80))
			WRITE(" ", 1);
	}
	WRITE(at, end - at);
#undef WRITE
	*to = '\0';
}

const char *
mend_text(const char *text, size_t length, MendToken *tokens, char *buffer)
{
	Mend mend = {tokens, 0, false};
	const char *problem;

	buffer[0] = '\0';
	if (!read_tokens(&mend, text, length))
		return "its text is cut off";
	pair_brackets(&mend);
	problem = mend_groups(&mend);
	if (problem != NULL)
		return problem;
	for (int i = 0; i < mend.n; i++)
	{
		mend_extract(&mend, i);
		mend_substring(&mend, i);
		if (!is_param(&mend, i))
			continue;
		mend_type(&mend, i);
		mend_list(&mend, i);
		mend_escape(&mend, i);
	}
	write_tokens(&mend, text, text + length, buffer);
	if (mend.put_back)
		mend_params_renumber(buffer);
	return NULL;
}
