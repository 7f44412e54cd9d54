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
 * What is wrong with a body is kept beside its hash, in a few places for each
 * request, of which the oldest is used again. A body that was not what the
 * database had is kept itself as long as there is room, since the rows may have
 * changed: after the run it is judged once more.
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

/* Wrong bodies of a request that are recognized. */
#define MAX_WRONG 8

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
	bool has_next;
	char *changed; /* what is not as in the first one, or NULL; owned */
} Body;

typedef struct Wrong
{
	Print print;
	Finding finding;
	int64_t answers; /* that count */
	const Request *request;
	BodyCopy body; /* or without data; owned */
} Wrong;

/* The right bodies of a request, which all must equal the first one. */
typedef struct Known
{
	Body *bodies;
	int count;
	char *first;  /* the first body itself, or NULL */
	Print before; /* the body of the page before, for a next page */
	Wrong *wrong; /* MAX_WRONG of them, or NULL */
	int wrong_count;
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
		free(known->bodies[i].changed);
	}
	if (known != NULL)
	{
		for (int i = 0; known->wrong != NULL && i < MAX_WRONG; i++)
			free(known->wrong[i].body.data);
		free(known->wrong);
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

/* Returns a copy of the body while there is room, or NULL. */
static char *
keep_body(Checker *checker, const Answer *answer)
{
	char *copy;

	if (answer->body_size > MAX_KEPT_BODY ||
		checker->kept + answer->body_size > MAX_KEPT)
		return NULL;
	copy = memory_zeroed(answer->body_size + 1, 1);
	memcpy(copy, answer->body, answer->body_size);
	checker->kept += answer->body_size;
	return copy;
}

static Known *
known_of(Checker *checker, const Request *request)
{
	Known **known = &checker->known[request->number];

	if (*known == NULL)
		*known = memory_zeroed(1, sizeof(Known));
	return *known;
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
	if (!page_turn(list, checker->rules.base, next, answer))
	{
		free(next);
		return NULL;
	}
	next->number = checker->count;
	next->next_page = true;
	next->rows = ROWS_UNKNOWN;
	next->expected = NULL;
	next->group = page_group(list, next);
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
	Known *known = known_of(checker, request);
	int place = look_up(known, print);

	if (place >= 0)
		return place;
	/* There is no room: take it for the last one, which differs as well. */
	if (known->count == MAX_BODIES)
		return MAX_BODIES - 1;
	known->bodies =
		memory_resize(known->bodies, (size_t) known->count + 1, sizeof(Body));
	known->bodies[known->count] = (Body){
		.print = *print,
		.events = content->events,
		.next = make_next(checker, request, print, &content->next),
		.has_next = content->next.kind != NEXT_NONE || content->next.more};
	if (known->count == 0)
		known->first = keep_body(checker, answer);
	return known->count++;
}

/* --- wrong bodies: the caller holds the lock -------------------------------- */

static Wrong *
look_up_wrong(Known *known, const Print *print)
{
	for (int i = 0; known != NULL && i < known->wrong_count && i < MAX_WRONG;
		 i++)
		if (is_same(&known->wrong[i].print, print))
			return &known->wrong[i];
	return NULL;
}

/* May the answer have been right for the rows of its time? */
static bool
is_suspect(const Request *request, const Finding *finding)
{
	return request->expected != NULL &&
		   (finding->class == ERROR_EMPTY || finding->class == ERROR_COUNT ||
			finding->class == ERROR_ROWS);
}

static void
remember_wrong(Checker *checker, const Request *request, const Answer *answer,
			   const Print *print, bool counts, const Finding *finding)
{
	Known *known = known_of(checker, request);
	Wrong *wrong = look_up_wrong(known, print);

	if (wrong == NULL)
	{
		if (known->wrong == NULL)
			known->wrong = memory_zeroed(MAX_WRONG, sizeof(Wrong));
		wrong = &known->wrong[known->wrong_count++ % MAX_WRONG];
		/* What is kept stays for after the run. */
		if (wrong->body.data != NULL)
			return;
		*wrong =
			(Wrong){.print = *print, .finding = *finding, .request = request};
		if (is_suspect(request, finding))
			wrong->body = (BodyCopy){.data = keep_body(checker, answer),
									 .size = answer->body_size};
	}
	wrong->answers += counts;
}

/* Reads a body as JSON; returns its index, or -1 if it is wrong. */
static int
read_body(Checker *checker, const Request *request, const Answer *answer,
		  const Print *print, bool counts, Finding *finding)
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
	else
		remember_wrong(checker, request, answer, print, counts, finding);
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

/* Sets the finding for a body that is known to be wrong; false if it is not. */
static bool
is_known_wrong(Checker *checker, const Request *request, const Print *print,
			   bool counts, Finding *finding)
{
	Wrong *wrong = look_up_wrong(checker->known[request->number], print);

	if (wrong == NULL)
		return false;
	wrong->answers += counts;
	*finding = wrong->finding;
	return true;
}

/* Tells what changed, which is found out once for each body. */
static void
tell_change(Checker *checker, const Request *request, const Answer *answer,
			int place, Finding *finding)
{
	Known *known = checker->known[request->number];
	BodyCopy first;
	char *text;

	lock(checker);
	text = known->bodies[place].changed;
	first =
		(BodyCopy){.data = known->first, .size = known->bodies[0].print.size};
	if (text != NULL)
	{
		finding->class = ERROR_CHANGED;
		memcpy(finding->text, text, sizeof(finding->text));
	}
	unlock(checker);
	if (text != NULL)
		return;
	/* The first body stays as it is. */
	check_changed(&checker->rules, request, &first, answer, finding);
	lock(checker);
	if (known->bodies[place].changed == NULL)
	{
		text = memory_zeroed(sizeof(finding->text), 1);
		memcpy(text, finding->text, sizeof(finding->text));
		known->bodies[place].changed = text;
	}
	unlock(checker);
}

/* Returns the index of a body that is not the first, or -1 if it is wrong. */
static int
check_other(Checker *checker, const Request *request, const Answer *answer,
			bool counts, Finding *finding)
{
	Print print = {answer->body_size,
				   XXH3_64bits(answer->body, answer->body_size)};
	bool wrong;
	int place;

	lock(checker);
	place = look_up(checker->known[request->number], &print);
	wrong =
		place < 0 && is_known_wrong(checker, request, &print, counts, finding);
	unlock(checker);
	if (wrong)
		return -1;
	if (place < 0)
		place = read_body(checker, request, answer, &print, counts, finding);
	if (place > 0 && must_be_same(checker))
		tell_change(checker, request, answer, place, finding);
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
	place = check_other(checker, request, answer, counts, finding);
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
	if (check_has_events(&checker->rules, request, answer))
		return check_body(checker, request, answer, counts, finding);
	check_answer(&checker->rules, request, answer, finding, NULL);
	return NULL;
}

/* Calls `take` for each body of each next page that has answers. */
static void
each_page(Checker *checker,
		  void (*take)(void *context, const Request *request,
					   const Known *known, const Body *body),
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
					take(context, next, page, &page->bodies[k]);
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
count_page(void *context, const Request *request, const Known *known,
		   const Body *body)
{
	Sample *sample = context;

	(void) request;
	(void) known;
	(void) body;
	sample->all++;
}

static void
take_page(void *context, const Request *request, const Known *known,
		  const Body *body)
{
	Sample *sample = context;
	size_t number = sample->seen++;
	Page *page = &sample->pages[sample->taken];

	if (sample->all > sample->most &&
		number * sample->most / sample->all ==
			(number + 1) * sample->most / sample->all)
		return;
	*page =
		(Page){.request = *request,
			   .events = body->events,
			   .answers = body->answers,
			   .body = {.size = body->print.size, .has_next = body->has_next}};
	if (body == known->bodies && known->first != NULL)
	{
		page->body.data = memory_zeroed(body->print.size + 1, 1);
		memcpy(page->body.data, known->first, body->print.size);
	}
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

size_t
checker_suspects(Checker *checker, Suspect *suspects, size_t most)
{
	size_t taken = 0;

	lock(checker);
	for (size_t i = 0; i < checker->requests->count && taken < most; i++)
	{
		Known *known = checker->known[i];

		for (int j = 0; known != NULL && known->wrong != NULL &&
						j < MAX_WRONG && taken < most;
			 j++)
		{
			Wrong *wrong = &known->wrong[j];

			if (wrong->body.data == NULL)
				continue;
			suspects[taken++] = (Suspect){.request = wrong->request,
										  .finding = wrong->finding,
										  .answers = wrong->answers,
										  .body = wrong->body};
			wrong->body.data = NULL;
		}
	}
	unlock(checker);
	return taken;
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
