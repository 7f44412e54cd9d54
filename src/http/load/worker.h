/*-------------------------------------------------------------------------
 *
 * worker.h
 *		The load loop of one thread, which sends what its schedule says.
 *
 * Owns the thread's connections, and which of them are free. It connects the
 * client, schedule, check and result, none of which knows about the others.
 * With other threads it shares only the checker, the live line and the request
 * to stop.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_WORKER_H
#define PERFCHECK_HTTP_LOAD_WORKER_H

#include "http/check/checker.h"
#include "http/load/live.h"
#include "http/load/schedule.h"
#include "http/load/stalls.h"

/* What all workers of a run share. */
typedef struct Team
{
	const Settings *settings;
	const RequestList *requests;
	const ClientOps *ops;
	ClientNames *names;
	Checker *checker;
	Live *live;
	int64_t start_us; /* of the load; set before any worker runs */
	int stop;         /* nothing is due if not 0; see worker_stop() */
} Team;

typedef struct Worker
{
	Team *team;
	int thread;
	int slots; /* connections times streams */
	Schedule schedule;
	Client *client;
	int64_t *due_us;   /* for each slot: when its request was due */
	int64_t *own_us;   /* for each slot: for how long a stall held it back */
	int64_t *ready_us; /* for each slot: when it could have been sent */
	int64_t *freed_us; /* for each free slot: since when it is */
	const Request *
		*last;          /* for each slot: what was answered rightly, or NULL */
	int64_t *resume_us; /* for each slot: when it may connect again, or 0 */
	Stalls stalls;      /* of the loop itself */
	int paused;         /* how many slots have a resume_us */
	int *free;          /* slots without a request, last used last */
	int free_count;
	int outstanding;       /* requests under way */
	const Request **pages; /* next pages to be sent */
	size_t page_count;
	size_t page_room;

	/* The outcome; a worker that fails also stops the others. */
	bool failed;
	RunError error;
	Result result;
	int64_t sent_until_us; /* nothing was due from then on */
	double busy_share;
	double cpu_share;
	double queue_share;
} Worker;

/*
 * Returns the settings of a client for all connections, without names and
 * `answered`.
 */
extern ClientSettings worker_client_settings(const Settings *settings);

/* Returns the rules by which answers are checked. */
extern CheckRules worker_check_rules(const Settings *settings,
									 const RequestList *requests);

/*
 * Prepares the worker of thread number `thread`. Returns false, and sets
 * worker->error, if its client cannot be created. worker_free() is to be called
 * in either case.
 */
extern bool worker_init(Worker *worker, Team *team, int thread);

/*
 * Runs the loop until all answers have arrived. Sets worker->failed and
 * worker->error if it could not go on.
 */
extern void worker_run(Worker *worker);
extern void worker_free(Worker *worker);

/* Makes all workers stop; may be called from any thread. */
extern void worker_stop(Team *team);

#endif /* PERFCHECK_HTTP_LOAD_WORKER_H */
