/*-------------------------------------------------------------------------
 *
 * checker.c
 *		Whether the answers of a whole run are right; see checker.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/check/checker.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "http/base/memory.h"
#include "http/requests/page.h"

/* Bodies that change with each answer must not fill the memory. */
#define MAX_BODIES 16

/* Nor must the pages of a large table. */
#define MAX_PAGES 100000

/*
 * Bodies kept as they are, in bytes: each and all of them. To compare with one
 * takes less time than a hash.
 */
#define MAX_KEPT_BODY (64 * 1024)
#define MAX_KEPT (64 * 1024 * 1024)

typedef struct Print
{
	size_t size;
	XXH64_hash_t hash;
} Print;

typedef struct Body
{
	Print print;
	size_t events;
	int64_t answers; /* that count */
	Request *next;   /* for the page that follows; NULL: none; owned */
} Body;

/* The right bodies of a request; the first one is what the others must be. */
typedef struct Known
{
	Body *bodies;
	int count;
	char *first;  /* the first one itself, of its print's size; or NULL */
	Print before; /* of a next page: the page before */
} Known;

struct Checker
{
	CheckRules rules;
	const RequestList *requests;
	double follow_percent;
	pthread_mutex_t lock; /* of what follows */
	Known **known;        /* by the request's number; NULL: nothing yet */
	size_t count;
	size_t room;
	size_t kept; /* bytes of all first bodies */
	uint64_t random;
	int64_t bodies_read;
};

Checker *
checker_create(const CheckRules *rules, const RequestList *requests,
			   double follow_percent)
{
	Checker *checker = memory_zeroed(1, sizeof(Checker));

	checker->rules = *rules;
	checker->requests = requests;
	checker->follow_percent = follow_percent;
	checker->count = checker->room = requests->count;
	checker->known = memory_zeroed(requests->count, sizeof(Known *));
	/* Cannot fail with default attributes. */
	(void) pthread_mutex_init(&checker->lock, NULL);
	return checker;
}

static void
free_known(Known *known)
{
	for (int i = 0; known != NULL && i < known->count; i++)
	{
		Request *next = known->bodies[i].next;

		if (next != NULL)
			free(next->path);
		free(next);
	}
	if (known != NULL)
	{
		free(known->bodies);
		free(known->first);
	}
	free(known);
}

void
checker_free(Checker *checker)
{
	if (checker == NULL)
		return;
	for (size_t i = 0; i < checker->count; i++)
		free_known(checker->known[i]);
	free(checker->known);
	(void) pthread_mutex_destroy(&checker->lock);
	free(checker);
}

static void
lock(Checker *checker)
{
	/* Neither can fail with a valid mutex that is not held. */
	(void) pthread_mutex_lock(&checker->lock);
}

static void
unlock(Checker *checker)
{
	(void) pthread_mutex_unlock(&checker->lock);
}

static bool
is_same(const Print *a, const Print *b)
{
	return a->size == b->size && a->hash == b->hash;
}

static bool
is_first(const Known *known, const Answer *answer)
{
	return known != NULL && known->first != NULL &&
		   known->bodies[0].print.size == answer->body_size &&
		   memcmp(known->first, answer->body, answer->body_size) == 0;
}

static void
keep_first(Checker *checker, Known *known, const Answer *answer)
{
	if (answer->body_size > MAX_KEPT_BODY ||
		checker->kept + answer->body_size > MAX_KEPT)
		return;
	known->first = memory_zeroed(answer->body_size + 1, 1);
	memcpy(known->first, answer->body, answer->body_size);
	checker->kept += answer->body_size;
}

/* Its place among the bodies of the request; -1: not seen yet. */
static int
look_up(const Known *known, const Print *print)
{
	for (int i = 0; known != NULL && i < known->count; i++)
		if (is_same(&known->bodies[i].print, print))
			return i;
	return -1;
}

/* --- pages that follow: all of it under the lock ----------------------------- */

/* The request for the page after this body; the cursor is as the API gave it. */
static Request *
make_next(Checker *checker, const Request *request, const Print *print,
		  const char *cursor)
{
	const RequestList *list = checker->requests;
	Request *next;
	Known *known;

	if (cursor == NULL || list->cursor == NULL ||
		checker->follow_percent == 0 ||
		checker->count >= list->count + MAX_PAGES)
		return NULL;
	next = memory_zeroed(1, sizeof(Request));
	*next =
		(Request){.path = page_path(request->path, list->cursor, cursor),
				  .number = checker->count,
				  .next_page = true,
				  .group = list->cursor_group != NO_GROUP ? list->cursor_group
														  : request->group,
				  .rows = ROWS_UNKNOWN,
				  .headers = request->headers};
	known = memory_zeroed(1, sizeof(Known));
	known->before = *print;
	checker->known = memory_grow(checker->known, checker->count + 1,
								 &checker->room, sizeof(Known *));
	checker->known[checker->count++] = known;
	return next;
}

static bool
is_followed(Checker *checker)
{
	/* Knuth's MMIX generator; its upper bits are good enough for a share. */
	checker->random = checker->random * UINT64_C(6364136223846793005) +
					  UINT64_C(1442695040888963407);
	return (double) (checker->random >> 11) * 0x1p-53 * 100 <
		   checker->follow_percent;
}

/* --- bodies ------------------------------------------------------------------ */

/* Its place, now that it was found right; another thread may have been faster. */
static int
remember(Checker *checker, const Request *request, const Answer *answer,
		 const Print *print, const Content *content)
{
	Known *known = checker->known[request->number];
	int place = look_up(known, print);

	if (place >= 0)
		return place;
	if (known == NULL)
		known = checker->known[request->number] =
			memory_zeroed(1, sizeof(Known));
	/* One too many is taken for the last one: different, as that one is. */
	if (known->count == MAX_BODIES)
		return MAX_BODIES - 1;
	known->bodies =
		memory_resize(known->bodies, (size_t) known->count + 1, sizeof(Body));
	known->bodies[known->count] = (Body){
		.print = *print,
		.events = content->events,
		.next = make_next(checker, request, print, content->next_cursor)};
	if (known->count == 0)
		keep_first(checker, known, answer);
	return known->count++;
}

/* The place of a body that is not known, after it was read; -1: it is wrong. */
static int
read_body(Checker *checker, const Request *request, const Answer *answer,
		  const Print *print, Finding *finding)
{
	Content content;
	int place = -1;

	check_answer(&checker->rules, request, answer, finding, &content);
	lock(checker);
	checker->bodies_read++;
	if (checker->rules.how != CHECK_STATUS && finding->class == ERROR_NONE &&
		request->next_page &&
		is_same(print, &checker->known[request->number]->before))
		check_same_page(finding);
	if (finding->class == ERROR_NONE)
		place = remember(checker, request, answer, print, &content);
	unlock(checker);
	free(content.next_cursor);
	return place;
}

static bool
must_be_same(const Checker *checker)
{
	return checker->rules.how != CHECK_STATUS && !checker->rules.allow_changes;
}

/* Counts a body, and returns what follows it if it is right: under the lock. */
static const Request *
pick_next(Checker *checker, const Request *request, int place, bool counts)
{
	Body *body = &checker->known[request->number]->bodies[place];
	const Request *next = body->next;

	if (place > 0 && must_be_same(checker))
		return NULL;
	body->answers += counts;
	return next != NULL && is_followed(checker) ? next : NULL;
}

/* The place of a body that is known by its hash, or else is read now. */
static int
check_other(Checker *checker, const Request *request, const Answer *answer,
			Finding *finding)
{
	Print print = {answer->body_size,
				   XXH3_64bits(answer->body, answer->body_size)};
	int place;

	lock(checker);
	place = look_up(checker->known[request->number], &print);
	unlock(checker);
	if (place < 0)
		place = read_body(checker, request, answer, &print, finding);
	if (place > 0 && must_be_same(checker))
		check_changed(answer, finding);
	return place;
}

static const Request *
check_body(Checker *checker, const Request *request, const Answer *answer,
		   bool counts, Finding *finding)
{
	const Request *next = NULL;
	int place;

	finding->class = ERROR_NONE;
	finding->status = 0;
	finding->text[0] = '\0';
	lock(checker);
	place = is_first(checker->known[request->number], answer) ? 0 : -1;
	if (place == 0)
		next = pick_next(checker, request, place, counts);
	unlock(checker);
	if (place == 0)
		return next;
	place = check_other(checker, request, answer, finding);
	if (place < 0)
		return NULL;
	lock(checker);
	next = pick_next(checker, request, place, counts);
	unlock(checker);
	return next;
}

const Request *
checker_answer(Checker *checker, const Request *request, const Answer *answer,
			   bool counts, Finding *finding)
{
	if (check_has_events(request, answer))
		return check_body(checker, request, answer, counts, finding);
	check_answer(&checker->rules, request, answer, finding, NULL);
	return NULL;
}

/* Calls `take` for each body of a next page that has answers. */
static void
each_page(Checker *checker,
		  void (*take)(void *context, const Request *request, const Body *body),
		  void *context)
{
	for (size_t i = 0; i < checker->count; i++)
		for (int j = 0;
			 checker->known[i] != NULL && j < checker->known[i]->count; j++)
		{
			const Request *next = checker->known[i]->bodies[j].next;
			const Known *page =
				next != NULL ? checker->known[next->number] : NULL;

			for (int k = 0; page != NULL && k < page->count; k++)
				if (page->bodies[k].answers > 0)
					take(context, next, &page->bodies[k]);
		}
}

/* One in so many is taken, so that they come from all of the run. */
typedef struct Sample
{
	Page *pages;
	size_t most;
	size_t all;  /* how many there are; counted first */
	size_t seen; /* so far, the second time */
	size_t taken;
} Sample;

static void
count_page(void *context, const Request *request, const Body *body)
{
	Sample *sample = context;

	(void) request;
	(void) body;
	sample->all++;
}

static void
take_page(void *context, const Request *request, const Body *body)
{
	Sample *sample = context;
	size_t number = sample->seen++;
	Page *page = &sample->pages[sample->taken];

	if (sample->all > sample->most &&
		number * sample->most / sample->all ==
			(number + 1) * sample->most / sample->all)
		return;
	*page = (Page){*request, body->events, body->answers};
	page->request.path = memory_text(request->path);
	sample->taken++;
}

size_t
checker_pages(Checker *checker, Page *pages, size_t most)
{
	Sample sample = {.pages = pages, .most = most};

	lock(checker);
	each_page(checker, count_page, &sample);
	each_page(checker, take_page, &sample);
	unlock(checker);
	return sample.taken;
}

int64_t
checker_bodies_read(Checker *checker)
{
	int64_t count;

	lock(checker);
	count = checker->bodies_read;
	unlock(checker);
	return count;
}
