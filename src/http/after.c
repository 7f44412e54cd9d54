/*-------------------------------------------------------------------------
 *
 * after.c
 *		Compares with the database what cannot be compared during the run; see
 *		after.h.
 *
 * An answer that was wrong by the rows from before the run is judged by the rows of
 * one snapshot from after it. If these are the same for the request, it is wrong. If
 * the answer is right by them, or may be from a moment in between, the rows have
 * changed: that is another finding, and none where changes are allowed.
 *
 * A chain is walked between two snapshots, and is wrong only if both have the same
 * rows.
 *
 *-------------------------------------------------------------------------
 */
#include "http/after.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/clock.h"
#include "http/chain.h"
#include "http/load/worker.h"

/* The time for comparing next pages, and for walking chains. */
#define COMPARE_US 5000000
#define CHAINS_US 5000000

/* Chains that are walked: one for each query at most. */
#define MAX_CHAINS 12

typedef struct After
{
	Result *result;
	const RequestList *requests;
	const Settings *settings;
	CheckRules rules;
	DatabaseRows *rows;
	RunError *error;
} After;

static const char *
query_of(const After *after, const Request *request)
{
	return after->requests->groups[request->group].name;
}

/* --- next pages ------------------------------------------------------------- */

static bool
compare_next(const After *after, const Page *page)
{
	Request request = page->request;
	Finding finding = {.class = ERROR_NONE};
	Expected *expected;

	if (!database_rows_read(after->rows, query_of(after, &request),
							request.path, false, &expected, after->error))
		return false;
	if (expected == NULL)
		return true;
	request.expected = expected;
	request.rows = expected->count;
	if (page->body.data != NULL)
		check_kept(&after->rules, &request, &page->body, &finding);
	else
		check_events(&after->rules, &request, page->events, &finding);
	after->result->compared++;
	if (finding.class != ERROR_NONE)
		result_take_back(after->result, &request, &finding, page->answers);
	expected_free(expected);
	return true;
}

static bool
compare_pages(const After *after)
{
	int64_t until_us = clock_now_us() + COMPARE_US;
	bool ok = true;

	for (size_t i = 0;
		 ok && i < after->result->page_count && clock_now_us() < until_us; i++)
		ok = compare_next(after, &after->result->pages[i]);
	return ok;
}

/* --- rows that changed ------------------------------------------------------ */

static bool
is_right_now(const After *after, const Suspect *suspect, Expected *now)
{
	Request request = *suspect->request;
	Finding finding;

	request.expected = now;
	request.rows = now->count;
	check_kept(&after->rules, &request, &suspect->body, &finding);
	return finding.class == ERROR_NONE ||
		   check_between(&after->rules, &request, suspect->request->expected,
						 now, &suspect->body);
}

static bool
judge_again(const After *after, const Suspect *suspect)
{
	const Request *request = suspect->request;
	Expected *now;

	if (!database_rows_read(after->rows, query_of(after, request),
							request->path, false, &now, after->error))
		return false;
	if (now != NULL && strcmp(now->text, request->expected->text) != 0 &&
		is_right_now(after, suspect, now))
	{
		Finding moved;

		check_moved(&moved);
		if (after->settings->allow_changes)
			moved.class = ERROR_NONE;
		result_change(after->result, request, &suspect->finding, &moved,
					  suspect->answers);
	}
	expected_free(now);
	return true;
}

static bool
judge_suspects(const After *after)
{
	int64_t until_us = clock_now_us() + COMPARE_US;
	bool ok = true;

	for (size_t i = 0;
		 ok && i < after->result->suspect_count && clock_now_us() < until_us;
		 i++)
		ok = judge_again(after, &after->result->suspects[i]);
	return ok;
}

/* --- chains ----------------------------------------------------------------- */

/* Is there a second page, and would the database tell what is on it? */
static bool
begins_chain(const Request *request)
{
	const Expected *expected = request->expected;

	return expected != NULL && expected->key_count > 0 &&
		   expected->limit != EXPECTED_NONE &&
		   expected->count == expected->limit && expected->limit > 1;
}

static void
count_chain(const After *after, const Request *first, ChainEnd end,
			const Request *wrong, const Finding *finding)
{
	Request request = *first;

	after->result->chains += end == CHAIN_ENDED || end == CHAIN_WRONG;
	after->result->chains_cut += end == CHAIN_STOPPED;
	if (end != CHAIN_WRONG && end != CHAIN_FAILED)
		return;
	/* Where no answer was right, that was told already. */
	if (after->result->groups[first->group].by_class[ERROR_NONE] == 0)
		return;
	if (wrong->path != NULL)
		request.path = wrong->path;
	result_take_back(after->result, &request, finding, 1);
}

static bool
walk(const After *after, const ClientSettings *client, const Request *first,
	 int64_t until_us)
{
	Expected *before;
	Expected *behind = NULL;
	Request wrong;
	Finding finding;
	ChainEnd end;
	bool ok = true;

	if (!database_rows_snapshot(after->rows, after->error) ||
		!database_rows_read(after->rows, query_of(after, first), first->path,
							true, &before, after->error))
		return false;
	if (before == NULL)
		return true;
	end = chain_walk(client, after->requests, &after->rules, first, before,
					 until_us, &finding, &wrong);
	if (end == CHAIN_WRONG)
		ok = database_rows_snapshot(after->rows, after->error) &&
			 database_rows_read(after->rows, query_of(after, first),
								first->path, true, &behind, after->error);
	if (behind != NULL && strcmp(before->text, behind->text) != 0)
		after->result->chains_moved++;
	else if (ok)
		count_chain(after, first, end, &wrong, &finding);
	free(wrong.path);
	free(wrong.body);
	expected_free(before);
	expected_free(behind);
	return ok;
}

static bool
walk_chains(const After *after)
{
	ClientSettings client = worker_client_settings(after->settings);
	int64_t until_us = clock_now_us() + CHAINS_US;
	const RequestList *requests = after->requests;
	int walked = 0;
	bool ok = true;

	client.names = client_names_create();
	for (size_t group = 0; group < requests->group_count; group++)
		for (size_t i = 0; ok && walked < MAX_CHAINS && i < requests->count &&
						   clock_now_us() < until_us;
			 i++)
			if (requests->items[i].group == group &&
				begins_chain(&requests->items[i]))
			{
				walked++;
				ok = walk(after, &client, &requests->items[i], until_us);
				break;
			}
	client_names_destroy(client.names);
	return ok;
}

bool
after_compare(Result *result, const RequestList *requests,
			  const Settings *settings, RunError *error)
{
	After after = {.result = result,
				   .requests = requests,
				   .settings = settings,
				   .rules = worker_check_rules(settings, requests),
				   .error = error};
	bool chains = settings->check >= CHECK_ROWS && after.rules.pages;
	bool ok = true;

	after.rows = database_rows_open(settings->conninfo, settings->check, error);
	if (after.rows == NULL)
		return false;
	if (result->page_count > 0 || result->suspect_count > 0)
		ok = database_rows_snapshot(after.rows, error) &&
			 compare_pages(&after) && judge_suspects(&after);
	ok = ok && (!chains || walk_chains(&after));
	database_rows_close(after.rows);
	return ok;
}
