/*-------------------------------------------------------------------------
 *
 * checker.c
 *		Whether the answers of a whole run are right; see checker.h.
 *
 *-------------------------------------------------------------------------
 */
#include "checker.h"

#include <pthread.h>
#include <stdlib.h>
#include <xxhash.h>

#include "memory.h"

/* Bodies that change with each answer must not fill the memory. */
#define MAX_BODIES 16

typedef struct Body
{
	size_t size;
	XXH64_hash_t hash;
} Body;

/* The right bodies of a request; the first one is what the others must be. */
typedef struct Known
{
	Body *bodies;
	size_t count;
	size_t room;
} Known;

struct Checker
{
	CheckRules rules;
	pthread_mutex_t lock; /* of what follows */
	Known *known;         /* by the request's number */
	size_t count;
	int64_t bodies_read;
};

typedef enum Match
{
	MATCH_FIRST, /* the same as the first one */
	MATCH_OTHER, /* right, and not the same */
	MATCH_NONE   /* not seen yet */
} Match;

Checker *
checker_create(const CheckRules *rules, const RequestList *requests)
{
	Checker *checker = memory_zeroed(1, sizeof(Checker));

	checker->rules = *rules;
	checker->count = requests->count;
	checker->known = memory_zeroed(requests->count, sizeof(Known));
	/* Cannot fail with default attributes. */
	(void) pthread_mutex_init(&checker->lock, NULL);
	return checker;
}

void
checker_free(Checker *checker)
{
	if (checker == NULL)
		return;
	for (size_t i = 0; i < checker->count; i++)
		free(checker->known[i].bodies);
	free(checker->known);
	(void) pthread_mutex_destroy(&checker->lock);
	free(checker);
}

static Match
look_up(const Known *known, const Body *body)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->bodies[i].size == body->size &&
			known->bodies[i].hash == body->hash)
			return i == 0 ? MATCH_FIRST : MATCH_OTHER;
	return MATCH_NONE;
}

/* Another thread may have been faster. */
static Match
remember(Known *known, const Body *body)
{
	Match match = look_up(known, body);

	if (match != MATCH_NONE)
		return match;
	if (known->count < MAX_BODIES)
	{
		known->bodies = memory_grow(known->bodies, known->count + 1,
									&known->room, sizeof(Body));
		known->bodies[known->count++] = *body;
	}
	return known->count == 1 ? MATCH_FIRST : MATCH_OTHER;
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

static void
check_body(Checker *checker, const Request *request, const Answer *answer,
		   Finding *finding)
{
	Known *known = &checker->known[request->number];
	Body body = {answer->body_size,
				 XXH3_64bits(answer->body, answer->body_size)};
	Match match;

	lock(checker);
	match = look_up(known, &body);
	if (match == MATCH_NONE)
		checker->bodies_read++;
	unlock(checker);

	*finding = (Finding){.class = ERROR_NONE};
	if (match == MATCH_NONE)
	{
		check_answer(&checker->rules, request, answer, finding);
		if (finding->class != ERROR_NONE)
			return;
		lock(checker);
		match = remember(known, &body);
		unlock(checker);
	}
	if (match == MATCH_OTHER && !checker->rules.allow_changes)
		check_changed(answer, finding);
}

void
checker_answer(Checker *checker, const Request *request, const Answer *answer,
			   Finding *finding)
{
	if (check_has_events(request, answer))
		check_body(checker, request, answer, finding);
	else
		check_answer(&checker->rules, request, answer, finding);
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
