/*-------------------------------------------------------------------------
 *
 * chain.c
 *		Walks the pages of an answer to their end; see chain.h.
 *
 * A client with one connection sends one request after another, so that all that
 * the load had (TLS, cookies, a proxy) is as it was there.
 *
 *-------------------------------------------------------------------------
 */
#include "http/chain.h"

#include <stdlib.h>
#include <string.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/requests/page.h"

/* A cursor that leads back must not lead on for ever. */
#define MAX_PAGES 1000

typedef struct Walk
{
	const ClientSettings *client;
	const RequestList *requests;
	CheckRules rules;
	const Expected *expected;
	CompareState state;
	Request page; /* that was requested; owns its path and body */
	Finding *finding;
	bool answered;
	bool next; /* page is the one to go on with */
	ChainEnd end;
} Walk;

static void
free_page(Request *page)
{
	free(page->path);
	free(page->body);
}

/* Goes on to the next page; returns false if this is the last one. */
static bool
turn(Walk *walk, const AnswerView *view, const AnswerBody *body)
{
	AnswerNext answer;
	Request page = walk->page;
	bool turned;

	answer_next(view, body, walk->page.how, &answer);
	turned = page_turn(walk->requests, walk->rules.base, &page, &answer);
	free(answer.text);
	free(answer.parameter);
	if (!turned)
		return false;
	free_page(&walk->page);
	walk->page = page;
	walk->page.next_page = true;
	return true;
}

static void
tell(Walk *walk, ChainEnd end, const char *text)
{
	walk->end = end;
	check_chain(&walk->rules, text, walk->finding);
}

static void
compare(Walk *walk, const AnswerView *view, const AnswerBody *body)
{
	char text[COMPARE_TEXT_SIZE];
	CompareHow how = walk->rules.compare;

	if (compare_page(&how, walk->expected, &walk->state, view, text) !=
		DIFFERENCE_NONE)
		tell(walk, CHAIN_WRONG, text);
	else if (view->count > 0 && turn(walk, view, body))
		walk->next = true;
	else if (compare_pages_end(walk->expected, &walk->state, true, text) !=
			 DIFFERENCE_NONE)
		tell(walk, CHAIN_WRONG, text);
	else
		walk->end = CHAIN_ENDED;
}

static void
on_answer(void *context, int slot, const Request *request, const Answer *answer)
{
	Walk *walk = context;
	AnswerBody body = {.data = answer->body,
					   .size = answer->body_size,
					   .type = answer->type,
					   .link = answer->link,
					   .path = request->path};
	AnswerView view = {0};

	(void) slot;
	walk->answered = true;
	check_answer(&walk->rules, request, answer, walk->finding, NULL);
	if (walk->finding->class != ERROR_NONE)
		walk->end = CHAIN_FAILED;
	else if (answer_open(&view, &body, request->how) == ANSWER_ROWS)
		compare(walk, &view, &body);
	answer_free(&view);
}

/* Bytes that follow an answer were counted while the load ran. */
static void
on_stray(void *context, int slot)
{
	(void) context;
	(void) slot;
}

/* Requests a page, and waits until it is answered. */
static bool
ask(const ClientOps *ops, Client *client, Walk *walk)
{
	RunError unused = {0};

	walk->answered = walk->next = false;
	walk->end = CHAIN_FAILED;
	if (!ops->send(client, 0, &walk->page, &unused))
		return false;
	while (!walk->answered)
		if (!ops->wait(client, clock_now_us() + 100000, &unused))
			return false;
	return true;
}

static void
copy_page(Request *page, const Request *first)
{
	*page = *first;
	page->expected = NULL;
	page->rows = ROWS_UNKNOWN;
	page->path = memory_text(first->path);
	page->body = NULL;
	if (first->body != NULL)
	{
		page->body = memory_zeroed(first->body_size + 1, 1);
		memcpy(page->body, first->body, first->body_size);
	}
}

ChainEnd
chain_walk(const ClientSettings *settings, const RequestList *requests,
		   const CheckRules *rules, const Request *first,
		   const Expected *expected, int64_t until_us, Finding *finding,
		   Request *wrong)
{
	Walk walk = {.client = settings,
				 .requests = requests,
				 .rules = *rules,
				 .expected = expected,
				 .finding = finding};
	ClientSettings own = *settings;
	RunError unused = {0};
	const ClientOps *ops = &client_multi;
	Client *client;

	own.slots = own.streams = 1;
	own.answered = on_answer;
	own.stray = on_stray;
	/* Only what is part of the load is traced. */
	own.trace_run = 0;
	own.context = &walk;
	/* Each page is compared as a part of the whole, not by itself. */
	walk.rules.how = CHECK_STATUS;
	walk.rules.allow_empty = true;
	walk.rules.compare.columns = rules->how == CHECK_COLUMNS;
	*finding = (Finding){.class = ERROR_NONE};
	*wrong = (Request){0};
	walk.end = CHAIN_FAILED;
	client = ops->create(&own, &unused);
	if (client == NULL)
		return CHAIN_FAILED;
	copy_page(&walk.page, first);
	for (int pages = 0;; pages++)
	{
		if (!ask(ops, client, &walk) || !walk.next)
			break;
		walk.end = CHAIN_STOPPED;
		if (pages == MAX_PAGES || clock_now_us() >= until_us)
			break;
	}
	ops->destroy(client);
	free(walk.state.taken);
	if (walk.end == CHAIN_WRONG || walk.end == CHAIN_FAILED)
		*wrong = walk.page;
	else
		free_page(&walk.page);
	return walk.end;
}
