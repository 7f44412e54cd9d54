/*-------------------------------------------------------------------------
 *
 * mend_groups.c
 *		The expressions of GROUP BY, ORDER BY and DISTINCT ON in a text.
 *
 *-------------------------------------------------------------------------
 */
#include "record/mend_groups.h"

/* Words that end the list behind GROUP BY and ORDER BY. */
static const char *const list_ends[] = {
	"except", "fetch", "for",  "having", "intersect", "limit",  "offset",
	"order",  "range", "rows", "groups", "union",     "window",
};

/* Is the token a constant, or the field of EXTRACT, which counts as one? */
static bool
is_value(const Mend *mend, int i)
{
	return is_constant(&mend->tokens[i]) ||
		   (is(mend, i - 2, "extract") && is(mend, i - 1, "(") &&
			is(mend, i + 1, "from"));
}

/*
 * Do the tokens from other on say the same as those from first to before end, where
 * a constant may be a parameter there?
 */
static bool
same_tokens(const Mend *mend, int first, int end, int other)
{
	for (int i = first; i < end; i++, other++)
	{
		const MendToken *a = &mend->tokens[i];
		const MendToken *b = &mend->tokens[other];

		if (b->kind == SQL_TOKEN_PARAMETER && is_value(mend, i))
			continue;
		if (a->length != b->length ||
			strncasecmp(a->start, b->start, a->length) != 0)
			return false;
	}
	return true;
}

/* A SELECT: the tokens from first to before end, without those from to before to. */
typedef struct Select
{
	int first;
	int from; /* FROM and WHERE, whose constants are others */
	int to;
	int end;
} Select;

/* Finds the SELECT around a token of it that is in no more brackets. */
static Select
find_select(const Mend *mend, int i)
{
	static const char *const rest[] = {"group", "having", "order", "window"};
	static const char *const ends[] = {"except", "intersect", "union", ")"};
	Select select = {i, mend->n, mend->n, mend->n};

	while (select.first > 0 && !is(mend, select.first, "select") &&
		   !is(mend, select.first - 1, "("))
	{
		select.first--;
		if (is(mend, select.first, ")") &&
			mend->tokens[select.first].partner >= 0)
			select.first = mend->tokens[select.first].partner;
	}
	for (i = select.first; i < mend->n; i++)
	{
		const MendToken *token = &mend->tokens[i];

		if (find_word(token->start, token->length, WORDS(ends)) >= 0)
			break;
		if (select.from == mend->n && is(mend, i, "from") &&
			!is(mend, i - 1, "distinct"))
			select.from = i;
		if (select.from < mend->n && select.to == mend->n &&
			find_word(token->start, token->length, WORDS(rest)) >= 0)
			select.to = i;
		if (token->partner > i)
			i = token->partner;
	}
	select.end = i;
	return select;
}

/*
 * Gives an expression that is elsewhere in the SELECT the constants that it keeps in
 * the list. Parameters that nothing needs then are gone.
 */
static void
mend_item(Mend *mend, Select select, int first, int end)
{
	int size = end - first;
	bool value = false;

	for (int i = first; i < end; i++)
		value |= is_value(mend, i);
	if (!value || size == 1)
		return;
	for (int other = select.first; other + size <= select.end; other++)
	{
		if ((other < end && other + size > first) ||
			(other + size > select.from && other < select.to) ||
			!same_tokens(mend, first, end, other))
			continue;
		for (int i = 0; i < size; i++)
		{
			MendToken *token = &mend->tokens[other + i];

			if (token->kind != SQL_TOKEN_PARAMETER ||
				!is_value(mend, first + i))
				continue;
			token->kind = mend->tokens[first + i].kind;
			token->written = mend->tokens[first + i].written;
			token->written_length = mend->tokens[first + i].written_length;
			mend->put_back = true;
		}
	}
}

/* Returns the end of the expression that begins at the token of a list. */
static int
item_end(const Mend *mend, int i)
{
	static const char *const words[] = {"asc", "desc", "nulls", "using"};

	for (; i < mend->n; i++)
	{
		const MendToken *token = &mend->tokens[i];

		if (is(mend, i, ",") || is(mend, i, ")") || is(mend, i, ";") ||
			(token->kind == SQL_TOKEN_WORD &&
			 (find_word(token->start, token->length, WORDS(words)) >= 0 ||
			  find_word(token->start, token->length, WORDS(list_ends)) >= 0)))
			return i;
		if (token->partner > i)
			i = token->partner;
	}
	return mend->n;
}

/* Mends the list of expressions that begins at the token. */
static void
mend_items(Mend *mend, Select select, int i)
{
	while (i < mend->n)
	{
		int end = item_end(mend, i);

		mend_item(mend, select, i, end);
		while (end < mend->n && !is(mend, end, ",") && !is(mend, end, ")") &&
			   (end == i ||
				find_word(mend->tokens[end].start, mend->tokens[end].length,
						  WORDS(list_ends)) < 0))
			end++;
		if (!is(mend, end, ","))
			return;
		i = end + 1;
	}
}

/* Does a SELECT begin at the bracket around the token, or at the whole text? */
static bool
is_of_select(const Mend *mend, int i)
{
	while (--i >= 0)
	{
		if (is(mend, i, ")") || is(mend, i, "]"))
		{
			if (mend->tokens[i].partner < 0)
				return false;
			i = mend->tokens[i].partner;
		}
		else if (is(mend, i, "(") || is(mend, i, "["))
			return is(mend, i + 1, "select") || is(mend, i + 1, "with") ||
				   is(mend, i + 1, "(");
	}
	return true;
}

const char *
mend_groups(Mend *mend)
{
	for (int i = 0; i + 1 < mend->n; i++)
	{
		if (is(mend, i, "by") &&
			(is(mend, i - 1, "group") || is(mend, i - 1, "order")))
		{
			if (is_param(mend, i + 1) && item_end(mend, i + 1) == i + 2 &&
				is_of_select(mend, i))
				return "it orders or groups by a parameter, which may have "
					   "been the number of a column";
			mend_items(mend, find_select(mend, i), i + 1);
		}
		else if (is(mend, i, "distinct") && is(mend, i + 1, "on") &&
				 is(mend, i + 2, "("))
			mend_items(mend, find_select(mend, i), i + 3);
	}
	return NULL;
}
