/*-------------------------------------------------------------------------
 *
 * row_search.c
 *		Finds choices of columns that all CHECKs of a table accept.
 *
 * A step changes one column of the check that is broken, or two, such that fewer
 * checks are broken than before. What is found is kept in the attempts of the row, so
 * that the row can be made again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "shared/splitmix64.h"

#include "populate/row_choices.h"
#include "populate/row_maker.h"
#include "populate/row_search.h"
#include "populate/row_solve.h"

/* So many rows are made for one that is looked for. */
#define SEARCH_ROWS 12000

/* So many pairs of columns' choices are tried for a step. */
#define SEARCH_PAIRS 3000

#define SEARCH_STEPS 30

/* Comparisons are solved by values near their bounds after so many attempts. */
#define SEARCH_NEAR 3

/* What is learned. */
#define LUCKY 16

/* More broken checks than these count as these. */
#define BROKEN_MOST 20

typedef struct RowSearch
{
	uint64 found;
	int nlucky;
	uint8 *lucky[LUCKY]; /* attempts; 0: the column was left as it was */
} RowSearch;

typedef struct SearchState
{
	TableMaker *table;
	int64 row;
	uint64 random;
	uint8 *attempts;
	uint8 *trial;
	Datum *values;
	bool *nulls;
	BrokenCheck check;
	int broken;
	int rows; /* that were made */
	MemoryContext each;
	AttrNumber columns[INDEX_MAX_KEYS]; /* that may be changed */
	int starts[INDEX_MAX_KEYS + 1];     /* of their choices, in a row of all */
	int ncolumns;
} SearchState;

uint64
row_search_random(const TableMaker *table, int64 row, const uint8 *attempts)
{
	uint64 random = table->random;
	bool near = false;

	for (int i = 0; i < table->model->ncolumns; i++)
	{
		near = near || attempts[i] >= SEARCH_NEAR;
		random = splitmix64_mix(random + attempts[i]);
	}
	return near ? splitmix64_number(random, row) | 1 : 0;
}

/* How many checks a row of these attempts breaks. */
static int
count_broken(SearchState *state, const uint8 *attempts, BrokenCheck *check)
{
	TableMaker *table = state->table;
	MemoryContext old = MemoryContextSwitchTo(state->each);
	Bitmapset *set = NULL;
	int n = 0;

	CHECK_FOR_INTERRUPTS();
	state->rows++;
	row_maker_row(table, state->row, attempts, state->values, state->nulls);
	for (int i = 0; i < table->model->ncolumns; i++)
		if (state->nulls[i] && !table->columns[i].nullable &&
			table->columns[i].source != COLUMN_LEFT)
			n++;
	if (!row_solve(table, row_search_random(table, state->row, attempts),
				   state->values, state->nulls, check, &set))
		n += row_checks_count(table->checks, state->values, state->nulls,
							  BROKEN_MOST, check);
	MemoryContextSwitchTo(old);
	MemoryContextReset(state->each);
	return n;
}

/* Takes the attempts of the trial if they break fewer checks. */
static bool
improves(SearchState *state)
{
	BrokenCheck check = state->check;
	int broken = count_broken(state, state->trial, &check);

	if (broken >= state->broken)
		return false;
	state->broken = broken;
	state->check = check;
	memcpy(state->attempts, state->trial, state->table->model->ncolumns);
	return true;
}

static void
begin_trial(SearchState *state)
{
	memcpy(state->trial, state->attempts, state->table->model->ncolumns);
}

/* ---- what was found before ---- */

static bool
try_lucky(SearchState *state)
{
	const RowSearch *search = state->table->search;

	for (int i = 0; i < search->nlucky && state->broken > 0; i++)
	{
		const uint8 *lucky =
			search->lucky[(state->random + i) % search->nlucky];

		begin_trial(state);
		for (int k = 0; k < state->table->model->ncolumns; k++)
			if (lucky[k] > 0)
				state->trial[k] = lucky[k];
		(void) improves(state);
	}
	return state->broken == 0;
}

static void
keep_lucky(SearchState *state)
{
	RowSearch *search = state->table->search;
	int n = state->table->model->ncolumns;
	int place = search->nlucky < LUCKY ? search->nlucky++
									   : (int) (search->found % LUCKY);

	search->found++;
	if (search->lucky[place] == NULL)
		search->lucky[place] =
			MemoryContextAlloc(GetMemoryChunkContext(search), n);
	for (int i = 0; i < n; i++)
		search->lucky[place][i] =
			state->attempts[i] > ROW_CHOICES_DRAWS ? state->attempts[i] : 0;
}

/* The values of a row that the table holds, in all columns of the check. */
static bool
try_rows(SearchState *state)
{
	int most = 0;
	int attnum = -1;

	while ((attnum = bms_next_member(state->check.columns, attnum)) >= 0)
		most = Max(most, state->table->columns[attnum - 1].nrow_choices);
	for (int i = 0; i < most; i++)
	{
		int choice = (int) ((state->random + i) % most);

		begin_trial(state);
		attnum = -1;
		while ((attnum = bms_next_member(state->check.columns, attnum)) >= 0)
			if (choice < state->table->columns[attnum - 1].nrow_choices)
				state->trial[attnum - 1] = ROW_CHOICES_DRAWS + 1 + choice;
		if (improves(state))
			return true;
	}
	return false;
}

/* ---- steps ---- */

/* The columns of the broken check that have choices. */
static void
find_columns(SearchState *state)
{
	int attnum = -1;

	state->ncolumns = 0;
	state->starts[0] = 0;
	while ((attnum = bms_next_member(state->check.columns, attnum)) >= 0)
	{
		int n = state->table->columns[attnum - 1].nchoices;

		if (n == 0 || state->ncolumns == INDEX_MAX_KEYS)
			continue;
		state->columns[state->ncolumns++] = attnum;
		state->starts[state->ncolumns] = state->starts[state->ncolumns - 1] + n;
	}
}

/* Puts one of all choices into the trial. Returns its column. */
static int
choose(SearchState *state, int number)
{
	int column = 0;

	while (number >= state->starts[column + 1])
		column++;
	state->trial[state->columns[column] - 1] =
		ROW_CHOICES_DRAWS + 1 + number - state->starts[column];
	return column;
}

/* All choices, each alone, in an order of its own for each row. */
static bool
try_singles(SearchState *state)
{
	int n = state->starts[state->ncolumns];

	for (int i = 0; i < n; i++)
	{
		/* A prime that is larger than the number of choices may ever be. */
		int number = (int) ((state->random + (uint64) i * 7919) % (uint64) n);

		begin_trial(state);
		(void) choose(state, number);
		if (improves(state))
			return true;
	}
	return false;
}

static bool
try_pairs(SearchState *state, int step)
{
	int n = state->starts[state->ncolumns];

	for (int i = 0;
		 state->ncolumns > 1 && i < SEARCH_PAIRS && state->rows < SEARCH_ROWS;
		 i++)
	{
		uint64 random =
			splitmix64_number(state->random + step, (uint64) i * 2 + 1);

		begin_trial(state);
		if (choose(state, (int) (random % n)) ==
			choose(state, (int) (splitmix64_mix(random) % n)))
			continue;
		if (improves(state))
			return true;
	}
	return false;
}

/* Nothing improves it: another beginning. */
static void
jump(SearchState *state, int step)
{
	int n = state->starts[state->ncolumns];

	for (int i = 0; i < state->ncolumns; i++)
	{
		begin_trial(state);
		(void) choose(state,
					  (int) (splitmix64_number(state->random + step, i) % n));
		memcpy(state->attempts, state->trial, state->table->model->ncolumns);
	}
	state->broken = count_broken(state, state->attempts, &state->check);
}

static bool
search_row(SearchState *state)
{
	state->broken = count_broken(state, state->attempts, &state->check);
	if (state->broken == 0 || try_lucky(state))
		return true;
	for (int step = 0; step < SEARCH_STEPS && state->rows < SEARCH_ROWS; step++)
	{
		find_columns(state);
		if (state->ncolumns == 0)
			return false;
		if (!try_rows(state) && !try_singles(state) && !try_pairs(state, step))
			jump(state, step);
		if (state->broken == 0)
		{
			keep_lucky(state);
			return true;
		}
	}
	return false;
}

bool
row_search(TableMaker *table, int64 row, int attempt, uint8 *attempts)
{
	int n = table->model->ncolumns;
	SearchState state = {.table = table, .row = row};
	bool found;

	if (table->checks == NULL)
		return false;
	if (table->search == NULL)
		table->search = MemoryContextAllocZero(GetMemoryChunkContext(table),
											   sizeof(RowSearch));
	state.random = splitmix64_number(table->random + attempt, row) >> 8;
	state.attempts = palloc(n);
	state.trial = palloc(n);
	state.values = palloc(n * sizeof(Datum));
	state.nulls = palloc(n * sizeof(bool));
	state.each = AllocSetContextCreate(CurrentMemoryContext, "perfcheck search",
									   ALLOCSET_DEFAULT_SIZES);
	memcpy(state.attempts, attempts, n);
	found = search_row(&state);
	if (found)
		memcpy(attempts, state.attempts, n);
	MemoryContextDelete(state.each);
	return found;
}
