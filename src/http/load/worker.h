/*-------------------------------------------------------------------------
 *
 * worker.h
 *		The load loop of one thread: sends what its schedule says.
 *
 * Owns the thread's connections, and which of them are free. It brings
 * together client, schedule, check and result, none of which knows of another;
 * of other threads it shares the checker, the live line and the wish to stop.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_WORKER_H
#define PERFCHECK_HTTP_LOAD_WORKER_H

#include "http/check/checker.h"
#include "http/load/live.h"
#include "http/load/schedule.h"

/* What all workers of a run have in common. */
typedef struct Team
{
	const Settings *settings;
	const RequestList *requests;
	const ClientOps *ops;
	ClientNames *names;
	Checker *checker;
	Live *live;
	int64_t start_us; /* of the load; before any worker runs */
	int stop;         /* not 0: nothing further is due; see worker_stop() */
} Team;

typedef struct Worker
{
	Team *team;
	int thread;
	int slots; /* connections times streams */
	Schedule schedule;
	Client *client;
	int64_t *due_us;    /* one a slot: when its request was due */
	int64_t *resume_us; /* one a slot: when it may connect again; 0: now */
	int paused;         /* slots with a resume_us */
	int *free;          /* slots without a request, the last used last */
	int free_count;
	int outstanding;       /* requests under way */
	const Request **pages; /* that follow an answer, and are sent next */
	size_t page_count;
	size_t page_room;

	/* What has become of it; Team.stop of others is set when it has failed. */
	bool failed;
	RunError error;
	Result result;
	int64_t sent_until_us; /* nothing was due from then on */
	double busy_share;
} Worker;

/* How a client of all connections is to be; `answered` is left out. */
extern ClientSettings worker_client_settings(const Settings *settings);

/* False, and worker->error, when there can be no client. */
extern bool worker_init(Worker *worker, Team *team, int thread);

/* Until all answers are there; worker->failed when it could not go on. */
extern void worker_run(Worker *worker);
extern void worker_free(Worker *worker);

/* Tells all workers, from any thread. */
extern void worker_stop(Team *team);

#endif /* PERFCHECK_HTTP_LOAD_WORKER_H */
