/*-------------------------------------------------------------------------
 *
 * load.c
 *		The load loop; see load.h.
 *
 *-------------------------------------------------------------------------
 */
#include "load.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "checker.h"
#include "live.h"
#include "memory.h"
#include "schedule.h"

/* The loop looks at signals and at the clock at least this often. */
#define MAX_WAIT_US 250000

/*
 * A connection that could not be made is tried again after this time only: a
 * server that is gone would be asked a hundred thousand times a second.
 */
#define RECONNECT_US 100000

/* Files other than connections: standard streams, epoll, resolver, JSON. */
#define SPARE_FILES 32

typedef struct Load
{
	const Options *options;
	const RequestList *requests;
	const ClientOps *ops;
	Client *client;
	Schedule schedule;
	Result *result;
	Checker *checker;
	Live live;
	int outstanding;    /* requests under way */
	int paused;         /* slots that wait for their reconnect */
	int64_t *resume_us; /* one a slot; 0: not paused */
	RunError *error;
	bool failed;
} Load;

static volatile sig_atomic_t interrupts = 0;

static void
on_signal(int signal)
{
	(void) signal;
	if (++interrupts > 1)
		_exit(EXIT_INTERRUPTED);
}

static void
catch_signals(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	(void) sigemptyset(&action.sa_mask);
	/* Neither can fail with these arguments. */
	(void) sigaction(SIGINT, &action, NULL);
	(void) sigaction(SIGTERM, &action, NULL);
}

/* Lets the process open as many connections as it is to have. */
static bool
allow_files(int connections, int files_a_connection, RunError *error)
{
	rlim_t wanted =
		(rlim_t) connections * (rlim_t) files_a_connection + SPARE_FILES;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
		return true;
	if (limit.rlim_max >= wanted)
	{
		limit.rlim_cur = wanted;
		if (setrlimit(RLIMIT_NOFILE, &limit) == 0)
			return true;
	}
	error_set(error, EXIT_CANNOT_RUN,
			  "cannot open %d connections: the limit of open files is %llu",
			  connections, (unsigned long long) limit.rlim_max);
	return error_hint(error, "raise it with ulimit -n, or give fewer with -c");
}

/* Gives a free slot its next request, when one is due. */
static void
feed(Load *load, int slot)
{
	Send send;

	if (load->failed || !schedule_next(&load->schedule, client_now_us(), &send))
		return;
	if (load->ops->send(load->client, slot,
						&load->requests->items[send.request], load->error))
		load->outstanding++;
	else
		load->failed = true;
}

static void
on_answer(void *context, int slot, const Request *request, const Answer *answer)
{
	Load *load = context;
	int64_t latency_us = answer->ended_us - answer->sent_us;
	Timing timing = {.latency_us = latency_us,
					 .service_us = latency_us,
					 .in_time = answer->ended_us <= load->schedule.end_us};
	Finding finding;

	checker_answer(load->checker, request, answer, &finding);
	result_add(load->result, request, &timing, &finding);
	live_add(&load->live, latency_us, finding.class != ERROR_NONE);
	load->result->connects += answer->connects;
	load->outstanding--;
	if (answer->kind == ANSWER_NO_CONNECTION)
	{
		load->resume_us[slot] = answer->ended_us + RECONNECT_US;
		load->paused++;
	}
	else
		feed(load, slot);
}

/* Feeds slots whose pause is over; returns when the next one will be. */
static int64_t
resume(Load *load, int64_t now_us, int64_t until_us)
{
	for (int slot = 0; load->paused > 0 && slot < load->options->connections;
		 slot++)
	{
		int64_t *resume_us = &load->resume_us[slot];

		if (*resume_us == 0)
			continue;
		if (*resume_us <= now_us || now_us >= load->schedule.end_us)
		{
			*resume_us = 0;
			load->paused--;
			feed(load, slot);
		}
		else if (*resume_us < until_us)
			until_us = *resume_us;
	}
	return until_us;
}

static void
interrupt(Load *load, int64_t now_us)
{
	if (load->result->interrupted)
		return;
	load->result->interrupted = true;
	schedule_stop(&load->schedule, now_us);
	fprintf(stderr,
			"perfcheck-http: stopping; waiting for %d answers, Ctrl-C again to "
			"quit at once\n",
			load->outstanding);
}

static void
loop(Load *load)
{
	for (int slot = 0; slot < load->options->connections; slot++)
		feed(load, slot);
	while (!load->failed && (load->outstanding > 0 || load->paused > 0))
	{
		int64_t now_us = client_now_us();
		int64_t until_us = now_us + MAX_WAIT_US;

		if (interrupts > 0)
			interrupt(load, now_us);
		live_tick(&load->live, now_us);
		until_us = resume(load, now_us, until_us);
		if (!load->failed &&
			!load->ops->wait(load->client, until_us, load->error))
			load->failed = true;
	}
}

static void
run_client(Load *load)
{
	int64_t start_us = client_now_us();
	int64_t ended_us;
	int64_t idle_us;

	schedule_init(&load->schedule, load->requests->count,
				  start_us + load->options->duration_us);
	live_start(&load->live, start_us);
	loop(load);
	live_stop(&load->live);
	ended_us = client_now_us();
	idle_us = load->ops->idle_us(load->client);
	load->result->busy_share =
		1 - (double) idle_us / (double) (ended_us - start_us + 1);
	if (ended_us > load->schedule.end_us)
		ended_us = load->schedule.end_us;
	result_finish(load->result, ended_us - start_us);
	schedule_free(&load->schedule);
}

bool
load_run(const Options *options, const RequestList *requests, Result *result,
		 RunError *error)
{
	Load load = {.options = options,
				 .requests = requests,
				 .ops = options->client == CLIENT_MULTI ? &client_multi
														: &client_light,
				 .result = result,
				 .error = error};
	CheckRules rules = {options->check, options->allow_empty,
						options->allow_changes};
	ClientSettings settings = {.base_url = options->url,
							   .slots = options->connections,
							   .timeout_us = options->timeout_us,
							   .connect_timeout_us =
								   options->connect_timeout_us,
							   .insecure = options->insecure,
							   .answered = on_answer,
							   .context = &load};

	if (!allow_files(options->connections, load.ops->files_a_slot, error) ||
		!client_probe(&settings, error))
		return false;
	load.client = load.ops->create(&settings, error);
	if (load.client == NULL)
		return false;
	load.resume_us =
		memory_zeroed((size_t) options->connections, sizeof(int64_t));
	load.checker = checker_create(&rules, requests);
	catch_signals();
	run_client(&load);
	checker_free(load.checker);
	load.ops->destroy(load.client);
	free(load.resume_us);
	return !load.failed;
}
