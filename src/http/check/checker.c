/*-------------------------------------------------------------------------
 *
 * checker.c
 *		Checks the answers of a whole run; see checker.h.
 *
 * Each request has a list of the bodies that were found right. The first one is
 * kept as it is and compared byte by byte, which is faster than a hash; others
 * are recognized by their length and XXH3 hash. Only a body that is not
 * recognized is read as JSON, outside of the lock. Meanwhile another thread may
 * have added the same body, so it is looked up again before it is added.
 *
 * Requests for next pages are numbered after those of the list, and have lists
 * of bodies of their own.
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

/* Bodies of a request; they may change with each answer. */
#define MAX_BODIES 16

/* Next pages; a large table has too many. */
#define MAX_PAGES 100000

/*
 * The largest first body that is kept, and all of them together, in bytes.
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
	int64_t answers; /* that checker_pages() counts */
	Request *next;   /* for the next page, or NULL; owned */
} Body;

/* The right bodies of a request, which all must equal the first one. */
typedef struct Known
{
	Body *bodies;
	int count;
	char *first;  /* the first body itself, or NULL */
	Print before; /* the body of the page before, for a next page */
} Known;

struct Checker
{
	CheckRules rules;
	const RequestList *requests;
	double follow_percent;
	pthread_mutex_t lock; /* protects what follows */
	Known *
		*known; /* by the number of the request; NULL before its first body */
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
	/* This cannot fail with default attributes. */
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
		{
			free(next->path);
			free(next->body);
		}
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
	/* This cannot fail with a valid mutex that this thread does not hold. */
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

/* Returns the index of a body of the request, or -1 if it is new. */
static int
look_up(const Known *known, const Print *print)
{
	for (int i = 0; known != NULL && i < known->count; i++)
		if (is_same(&known->bodies[i].print, print))
			return i;
	return -1;
}

/* --- next pages: the caller holds the lock ----------------------------- */

/* Returns the parameter that takes a value, or NULL if that is unknown. */
static const char *
parameter_of(const RequestList *list, const AnswerNext *next)
{
	if (next->fixed)
		return next->parameter;
	if (list->cursor != NULL)
		return list->cursor;
	return list->guesses ? next->parameter : NULL;
}

/*
 * Makes the path or the body of a request that of the next page. Returns false
 * if the answer has none that can be asked for.
 */
static bool
turn_page(const Checker *checker, Request *request, const AnswerNext *next)
{
	const char *parameter = parameter_of(checker->requests, next);
	const char *path = request->path;

	if (next->kind == NEXT_LINK)
		request->path = page_link(checker->rules.base, path, next->text);
	else if (next->kind == NEXT_NONE || parameter == NULL)
		return false;
	else if (request->body == NULL)
		request->path = page_path(path, parameter, next->text);
	else
	{
		request->body =
			page_body(request->body, request->body_size, parameter, next->text);
		if (request->body == NULL)
			return false;
		request->body_size = strlen(request->body);
		request->path = memory_text(path);
		return true;
	}
	if (request->path != NULL && request->body != NULL)
	{
		char *body = memory_zeroed(request->body_size + 1, 1);

		memcpy(body, request->body, request->body_size);
		request->body = body;
	}
	return request->path != NULL;
}

/* Returns the request for the page after this body, or NULL. */
static Request *
make_next(Checker *checker, const Request *request, const Print *print,
		  const AnswerNext *answer)
{
	const RequestList *list = checker->requests;
	Request *next;
	Known *known;

	if (answer->kind == NEXT_NONE || checker->follow_percent == 0 ||
		checker->count >= list->count + MAX_PAGES)
		return NULL;
	next = memory_zeroed(1, sizeof(Request));
	*next = *request;
	if (!turn_page(checker, next, answer))
	{
		free(next);
		return NULL;
	}
	next->number = checker->count;
	next->next_page = true;
	next->rows = ROWS_UNKNOWN;
	if (list->cursor != NULL && list->cursor_group != NO_GROUP)
		next->group = list->cursor_group;
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
	/* The upper bits of Knuth's MMIX generator are good enough for this. */
	checker->random = checker->random * UINT64_C(6364136223846793005) +
					  UINT64_C(1442695040888963407);
	return (double) (checker->random >> 11) * 0x1p-53 * 100 <
		   checker->follow_percent;
}

/* --- bodies ------------------------------------------------------------------ */

/* Returns the index of a right body, which another thread may have added. */
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
	/* There is no room: take it for the last one, which differs as well. */
	if (known->count == MAX_BODIES)
		return MAX_BODIES - 1;
	known->bodies =
		memory_resize(known->bodies, (size_t) known->count + 1, sizeof(Body));
	known->bodies[known->count] =
		(Body){.print = *print,
			   .events = content->events,
			   .next = make_next(checker, request, print, &content->next)};
	if (known->count == 0)
		keep_first(checker, known, answer);
	return known->count++;
}

/* Reads a body as JSON; returns its index, or -1 if it is wrong. */
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
	free(content.next.text);
	free(content.next.parameter);
	return place;
}

static bool
must_be_same(const Checker *checker)
{
	return checker->rules.how != CHECK_STATUS && !checker->rules.allow_changes;
}

/* Counts a right body; returns the next page to send. Needs the lock. */
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

/* Returns the index of a body that is not the first, or -1 if it is wrong. */
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

/* Calls `take` for each body of each next page that has answers. */
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

/* Takes one page in so many, so that they come from the whole run. */
typedef struct Sample
{
	Page *pages;
	size_t most;
	size_t all;  /* how many there are; counted in a first pass */
	size_t seen; /* so far in the second pass */
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
	page->request.body = NULL;
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
