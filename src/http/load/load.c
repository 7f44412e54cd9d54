/*-------------------------------------------------------------------------
 *
 * load.c
 *		Runs the load; see load.h.
 *
 * The main thread probes the server once, makes all workers, starts a thread
 * for each, and then only watches: it writes the live line and reacts to
 * signals, which the other threads block. After the last thread has ended it
 * merges their results. A second Ctrl-C ends the process from the handler.
 *
 *-------------------------------------------------------------------------
 */
#include "http/load/load.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "http/base/clock.h"
#include "http/base/interrupt.h"
#include "http/base/memory.h"
#include "http/load/machine.h"
#include "http/load/worker.h"

/* For files other than connections: standard streams, resolver, JSON. */
#define SPARE_FILES 32

/* For epoll and the connector of each thread. */
#define FILES_A_THREAD 4

/* How often the main thread looks at the clock and for the end of the run. */
#define TICK_NS 20000000

/* At most so many next pages are compared with the database. */
#define SAMPLED_PAGES 500

/* And so many kinds of wrong answers are judged once more. */
#define MAX_SUSPECTS 500

/* Raises the limit on open files; returns false if it is too low. */
static bool
allow_files(rlim_t wanted)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return true;
	if (limit.rlim_max < wanted)
		return false;
	limit.rlim_cur = wanted;
	return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool
allow_connections(const Settings *settings, const ClientOps *ops)
{
	return allow_files(
		(rlim_t) settings->connections * (rlim_t) ops->files_a_slot +
		(rlim_t) settings->threads * FILES_A_THREAD + SPARE_FILES);
}

/*
 * Returns the light client, unless the user chose the other one, or it needs
 * more files than allowed, or it lacks what the settings demand.
 */
static const ClientOps *
pick_client(const Settings *settings, RunError *error)
{
	if (settings->client != CLIENT_MULTI && !settings_need_multi(settings) &&
		allow_connections(settings, &client_light))
		return &client_light;
	if (settings->client != CLIENT_LIGHT &&
		allow_connections(settings, &client_multi))
		return &client_multi;
	error_set(error, EXIT_CANNOT_RUN,
			  "cannot open %d connections: the limit on open files is too low",
			  settings->connections);
	error_hint(error,
			   "Raise it with ulimit -n, or use fewer connections with -c.");
	return NULL;
}

typedef struct Crew
{
	Team team;
	Worker *workers;
	pthread_t *threads;
	int count; /* workers that exist */
	int running;
	int ended; /* of those running; every thread adds to it */
	bool interrupted;
	Ports ports;        /* when most of them were in use */
	int64_t counted_us; /* when they were counted last */
} Crew;

typedef struct Start
{
	Crew *crew;
	Worker *worker;
} Start;

static void *
work(void *context)
{
	Start *start = context;

	worker_run(start->worker);
	__atomic_add_fetch(&start->crew->ended, 1, __ATOMIC_RELEASE);
	return NULL;
}

static void
interrupt(Crew *crew)
{
	crew->interrupted = true;
	worker_stop(&crew->team);
	fputs("perfcheck-http: stopping; waiting for the last answers, press "
		  "Ctrl-C again to quit at once\n",
		  stderr);
}

/* Counts the ports in use, once a second and at the end. */
static void
count_ports(Crew *crew, bool now)
{
	int64_t now_us = clock_now_us();
	Ports ports;

	if (!now && now_us - crew->counted_us < 1000000)
		return;
	crew->counted_us = now_us;
	ports = machine_ports();
	if (ports.time_wait >= crew->ports.time_wait)
		crew->ports = ports;
}

/* Waits until all threads have ended. */
static void
watch_over(Crew *crew)
{
	struct timespec tick = {.tv_nsec = TICK_NS};

	while (__atomic_load_n(&crew->ended, __ATOMIC_ACQUIRE) < crew->running)
	{
		/* A signal ends the sleep early, as it should. */
		(void) nanosleep(&tick, NULL);
		if (interrupt_count() > 0 && !crew->interrupted)
			interrupt(crew);
		live_tick(crew->team.live, clock_now_us());
		count_ports(crew, false);
	}
	count_ports(crew, true);
}

static bool
run_threads(Crew *crew, RunError *error)
{
	Start *starts = memory_zeroed((size_t) crew->count, sizeof(Start));
	bool ok = true;

	crew->team.start_us = clock_now_us();
	live_start(crew->team.live, crew->team.start_us);
	interrupt_mask(true);
	for (int i = 0; ok && i < crew->count; i++)
	{
		int code;

		starts[i] = (Start){crew, &crew->workers[i]};
		code = pthread_create(&crew->threads[i], NULL, work, &starts[i]);
		if (code == 0)
			crew->running++;
		else
		{
			worker_stop(&crew->team);
			ok = error_set(error, EXIT_CANNOT_RUN,
						   "could not start a thread: %s", strerror(code));
		}
	}
	interrupt_mask(false);
	watch_over(crew);
	for (int i = 0; i < crew->running; i++)
		(void) pthread_join(crew->threads[i], NULL);
	live_stop(crew->team.live);
	free(starts);
	return ok;
}

static bool
create_workers(Crew *crew, RunError *error)
{
	const Settings *settings = crew->team.settings;

	for (int i = 0; i < settings->threads; i++)
	{
		Worker *worker = &crew->workers[crew->count++];

		if (!worker_init(worker, &crew->team, i))
		{
			*error = worker->error;
			return false;
		}
	}
	return true;
}

/* Merges the results; returns false if a worker has failed. */
static bool
gather(Crew *crew, Result *result, RunError *error)
{
	const Team *team = &crew->team;
	int64_t counted_from_us = team->start_us + team->settings->warmup_us;
	int64_t sent_until_us = counted_from_us;

	result->interrupted = crew->interrupted;
	result->own.queue_share = NAN;
	if (team->settings->slices > 0)
		result_slice(result, team->settings->duration_us,
					 team->settings->slices);
	for (int i = 0; i < crew->count; i++)
	{
		const Worker *worker = &crew->workers[i];

		if (worker->failed)
		{
			*error = worker->error;
			return false;
		}
		result_merge(result, &worker->result);
		if (worker->sent_until_us > sent_until_us)
			sent_until_us = worker->sent_until_us;
		/* The busiest thread delays its requests the most. */
		if (worker->busy_share > result->busy_share)
			result->busy_share = worker->busy_share;
		if (worker->cpu_share > result->own.cpu_share)
			result->own.cpu_share = worker->cpu_share;
		result->own.queue_share =
			fmax(result->own.queue_share, worker->queue_share);
	}
	result->own.time_wait = crew->ports.time_wait;
	result->own.ports = crew->ports.ports;
	result->sent_for_us = sent_until_us - counted_from_us;
	result->pages = memory_zeroed(SAMPLED_PAGES, sizeof(Page));
	result->page_count =
		checker_pages(team->checker, result->pages, SAMPLED_PAGES);
	result->suspects = memory_zeroed(MAX_SUSPECTS, sizeof(Suspect));
	result->suspect_count =
		checker_suspects(team->checker, result->suspects, MAX_SUSPECTS);
	return true;
}

static bool
run_crew(Crew *crew, Result *result, RunError *error)
{
	CheckRules rules =
		worker_check_rules(crew->team.settings, crew->team.requests);
	size_t threads = (size_t) crew->team.settings->threads;
	bool ok;

	crew->workers = memory_zeroed(threads, sizeof(Worker));
	crew->threads = memory_zeroed(threads, sizeof(pthread_t));
	crew->team.checker = checker_create(&rules, crew->team.requests,
										crew->team.settings->follow_percent);
	interrupt_catch();
	ok = create_workers(crew, error) && run_threads(crew, error) &&
		 gather(crew, result, error);
	for (int i = 0; i < crew->count; i++)
		worker_free(&crew->workers[i]);
	checker_free(crew->team.checker);
	free(crew->threads);
	free(crew->workers);
	return ok;
}

bool
load_run(const Settings *settings, const RequestList *requests, Result *result,
		 RunError *error)
{
	Live live;
	Crew crew = {.team = {.settings = settings,
						  .requests = requests,
						  .ops = pick_client(settings, error),
						  .live = &live},
				 .ports = {.time_wait = -1}};
	ClientSettings client = worker_client_settings(settings);
	bool ok;

	if (crew.team.ops == NULL)
		return false;
	client.names = crew.team.names = client_names_create();
	ok = client_probe(&client, error) && run_crew(&crew, result, error);
	client_names_destroy(crew.team.names);
	return ok;
}
