/*-------------------------------------------------------------------------
 *
 * worker.c
 *		The load loop of one thread; see worker.h.
 *
 * Each turn gives the free slots their next requests, as far as those are due,
 * and then lets the client wait for events until the next one is due. The client
 * calls on_answer(), which checks and records the answer and at once gives the
 * slot its next request. A next page takes the place of a scheduled request, so
 * the rate stays as it is.
 *
 * In a closed loop, a slot that got no connection is paused. In an open loop the
 * schedule itself limits how often a server that is gone is asked, and each
 * request that was due meanwhile has failed when it was due. The loop ends when
 * nothing is due and no request is under way, or a timeout after the end at the
 * latest.
 *
 *-------------------------------------------------------------------------
 */
#include "http/load/worker.h"

#include <math.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/load/machine.h"

/* The loop looks at the clock and at Team.stop at least this often. */
#define MAX_WAIT_US 250000

/*
 * Pause before a connection that could not be made is tried again. A server
 * that is gone would be asked a hundred thousand times a second otherwise.
 */
#define RECONNECT_US 100000

void
worker_stop(Team *team)
{
	__atomic_store_n(&team->stop, 1, __ATOMIC_RELAXED);
}

/* A next page takes the place of the scheduled request. */
static const Request *
find_request(Worker *worker, const Send *send)
{
	const RequestList *requests = worker->team->requests;

	if (worker->page_count > 0)
		return worker->pages[--worker->page_count];
	return &requests->items[requests->sequence[send->request]];
}

/* Notes that the loop has left undone what there was to do. */
static void
note_stall(Worker *worker, int64_t from_us, int64_t to_us)
{
	if (to_us - from_us > SCHEDULE_LATE_US)
		stalls_note(&worker->stalls, from_us, to_us);
}

/* free_us is since when there has been a slot for it. */
static void
send_request(Worker *worker, int slot, const Send *send, int64_t free_us)
{
	worker->due_us[slot] = send->due_us;
	worker->ready_us[slot] = send->due_us > free_us ? send->due_us : free_us;
	worker->own_us[slot] = stalls_held_us(&worker->stalls, send->due_us);
	if (worker->team->ops->send(worker->client, slot,
								find_request(worker, send), &worker->error))
		worker->outstanding++;
	else
		worker->failed = true;
}

/*
 * Gives a slot that is free since then its next request, or notes it as free if
 * none is due.
 */
static void
feed(Worker *worker, int slot, int64_t free_us)
{
	Send send;

	if (!worker->failed &&
		schedule_next(&worker->schedule, clock_now_us(), &send))
		send_request(worker, slot, &send, free_us);
	else
	{
		worker->freed_us[slot] = free_us;
		worker->free[worker->free_count++] = slot;
	}
}

/*
 * Uses the free slot that was used last, as its connection is likely open. Any
 * other would have done as well: the first of them has been free for longest.
 */
static void
feed_free(Worker *worker, int64_t now_us)
{
	Send send;

	while (worker->free_count > 0 && !worker->failed &&
		   schedule_next(&worker->schedule, now_us, &send))
	{
		int64_t free_us = worker->freed_us[worker->free[0]];

		note_stall(worker, send.due_us > free_us ? send.due_us : free_us,
				   now_us);
		send_request(worker, worker->free[--worker->free_count], &send,
					 free_us);
	}
}

static void
record(Worker *worker, const Request *request, const Timing *timing,
	   const Finding *finding)
{
	result_add(&worker->result, request, timing, finding);
	live_add(worker->team->live, timing->latency_us,
			 finding->class != ERROR_NONE);
}

static void
follow(Worker *worker, const Request *page)
{
	if (page == NULL)
		return;
	worker->pages = memory_grow(worker->pages, worker->page_count + 1,
								&worker->page_room, sizeof(Request *));
	worker->pages[worker->page_count++] = page;
}

static int64_t
since_warm_up(const Worker *worker, int64_t due_us)
{
	return due_us - worker->team->start_us - worker->team->settings->warmup_us;
}

static bool
is_warm_up(const Worker *worker, int64_t due_us)
{
	return since_warm_up(worker, due_us) < 0;
}

/* Returns whether the client itself closes the connection after this answer. */
static bool
is_closed_here(AnswerKind kind)
{
	return kind == ANSWER_TIMEOUT || kind == ANSWER_BROKEN ||
		   kind == ANSWER_TOO_LARGE;
}

static void
count_ways(Result *result, const Request *request, const Answer *answer)
{
	/* A failed connection says nothing about whether they are kept alive. */
	if (answer->kind != ANSWER_NO_CONNECTION)
		result->connects += answer->connects - answer->resent;
	result->closed_here += is_closed_here(answer->kind);
	result->redirects += answer->redirects;
	result->held_back += answer->sent_us - answer->asked_us > SCHEDULE_LATE_US;
	result_add_resent(result, request, answer);
}

/* Returns for how long the loop itself has held a request back. */
static int64_t
own_us(const Worker *worker, int slot, const Answer *answer)
{
	int64_t own_us = answer->asked_us - worker->ready_us[slot];

	if (!schedule_is_open(&worker->schedule.settings))
		return 0;
	if (own_us < worker->own_us[slot])
		own_us = worker->own_us[slot];
	return own_us > 0 ? own_us : 0;
}

static void
on_answer(void *context, int slot, const Request *request, const Answer *answer)
{
	Worker *worker = context;
	const ScheduleSettings *schedule = &worker->schedule.settings;
	bool open = schedule_is_open(schedule);
	int64_t service_us = answer->ended_us - answer->sent_us;
	/* In a closed loop a request is due when it is sent. */
	int64_t due_us = open ? worker->due_us[slot] : answer->asked_us;
	Timing timing = {.latency_us = answer->ended_us - due_us,
					 .service_us = service_us,
					 .late = answer->sent_us - due_us > SCHEDULE_LATE_US,
					 .at_us = since_warm_up(worker, due_us),
					 .in_time = answer->ended_us <= schedule->end_us,
					 .warm_up = is_warm_up(worker, due_us)};
	Finding finding;

	timing.late_own =
		timing.late && own_us(worker, slot, answer) > SCHEDULE_LATE_US;
	/* An answer that lay there says that the loop was late. */
	note_stall(worker, answer->ended_us - answer->lag_us, answer->ended_us);
	follow(worker, checker_answer(worker->team->checker, request, answer,
								  !timing.warm_up, &finding));
	record(worker, request, &timing, &finding);
	worker->last[slot] =
		finding.class == ERROR_NONE && !timing.warm_up ? request : NULL;
	if (!timing.warm_up)
	{
		count_ways(&worker->result, request, answer);
		/* A sample of what it has added before and after. */
		if (answer->lag_us >= 0)
			distribution_add(&worker->result.own.delay,
							 answer->lag_us + own_us(worker, slot, answer));
	}
	worker->outstanding--;
	if (answer->kind == ANSWER_NO_CONNECTION && !open)
	{
		worker->resume_us[slot] = answer->ended_us + RECONNECT_US;
		worker->paused++;
	}
	else
		feed(worker, slot, answer->ended_us);
}

/* Turns the right answer that stray bytes have followed into a wrong one. */
static void
on_stray(void *context, int slot)
{
	static const Finding finding = {.class = ERROR_INVALID,
									.text = "bytes followed the end of the "
											"answer by and by"};
	Worker *worker = context;

	if (worker->last[slot] != NULL)
		result_take_back(&worker->result, worker->last[slot], &finding, 1);
	worker->last[slot] = NULL;
}

/* Feeds slots whose pause is over; returns when the next pause ends. */
static int64_t
resume(Worker *worker, int64_t now_us, int64_t until_us)
{
	for (int slot = 0; worker->paused > 0 && slot < worker->slots; slot++)
	{
		int64_t *resume_us = &worker->resume_us[slot];

		if (*resume_us == 0)
			continue;
		if (*resume_us <= now_us)
		{
			*resume_us = 0;
			worker->paused--;
			feed(worker, slot, now_us);
		}
		else if (*resume_us < until_us)
			until_us = *resume_us;
	}
	return until_us;
}

/*
 * Records as failed what was due and still waits for a connection long after
 * the end. Leaving it out would leave out what took longest.
 */
static void
give_up_waiting(Worker *worker, int64_t now_us)
{
	Finding finding = {
		.class = ERROR_TIMEOUT,
		.text = "not sent: no connection was free until long after it was due"};
	Send send;

	while (schedule_next(&worker->schedule, now_us, &send))
	{
		Timing timing = {.latency_us = now_us - send.due_us,
						 .at_us = since_warm_up(worker, send.due_us),
						 .unsent = true,
						 .late = true,
						 .warm_up = is_warm_up(worker, send.due_us)};

		record(worker, find_request(worker, &send), &timing, &finding);
	}
}

/* One turn of the loop. */
static void
turn(Worker *worker, int64_t now_us)
{
	Schedule *schedule = &worker->schedule;
	int64_t until_us = resume(worker, now_us, now_us + MAX_WAIT_US);
	int64_t due_us;

	feed_free(worker, now_us);
	if (worker->free_count > 0 &&
		(due_us = schedule_due_us(schedule, now_us)) < until_us)
		until_us = due_us;
	if (!worker->failed &&
		!worker->team->ops->wait(worker->client, until_us, &worker->error))
		worker->failed = true;
}

static void
loop(Worker *worker)
{
	Schedule *schedule = &worker->schedule;
	int64_t patience_us = worker->team->settings->timeout_us;

	for (;;)
	{
		int64_t now_us = clock_now_us();

		if (__atomic_load_n(&worker->team->stop, __ATOMIC_RELAXED) != 0)
			schedule_stop(schedule, now_us);
		if (now_us >= schedule->settings.end_us + patience_us)
			give_up_waiting(worker, now_us);
		if (worker->failed || (worker->outstanding == 0 &&
							   schedule_due_us(schedule, now_us) == INT64_MAX))
			break;
		turn(worker, now_us);
	}
}

static void
start_schedule(Worker *worker)
{
	const Team *team = worker->team;
	const Settings *settings = team->settings;
	ScheduleSettings schedule = {
		.count = team->requests->sequence_count,
		.rate = settings->rate,
		.times_us = settings->replay ? team->requests->times_us : NULL,
		.speed = settings->replay_speed,
		.start_us = team->start_us,
		.end_us = team->start_us + settings->warmup_us + settings->duration_us,
		.thread = worker->thread,
		.threads = settings->threads};

	schedule_init(&worker->schedule, &schedule);
}

static void
set_shares(Worker *worker, const ThreadTime *before, int64_t time_us)
{
	ThreadTime after = thread_time();

	worker->cpu_share =
		(double) (after.cpu_us - before->cpu_us) / (double) time_us;
	worker->queue_share =
		after.queued_us < 0
			? NAN
			: (double) (after.queued_us - before->queued_us) / (double) time_us;
}

void
worker_run(Worker *worker)
{
	int64_t start_us = clock_now_us();
	ThreadTime before = thread_time();
	int64_t ended_us;
	int64_t idle_us;

	start_schedule(worker);
	/* By default, Linux lets timers of a thread expire 50 us late. */
	(void) prctl(PR_SET_TIMERSLACK, 1UL);
	loop(worker);
	ended_us = clock_now_us();
	idle_us = worker->team->ops->idle_us(worker->client);
	worker->busy_share =
		1 - (double) idle_us / (double) (ended_us - start_us + 1);
	set_shares(worker, &before, ended_us - start_us + 1);
	worker->sent_until_us = worker->schedule.settings.end_us;
	if (worker->failed)
		worker_stop(worker->team);
}

/* Returns the part of one thread; parts differ by 1 at most. */
static int
share(int whole, int thread, int threads)
{
	return whole / threads + (thread < whole % threads);
}

ClientSettings
worker_client_settings(const Settings *settings)
{
	return (ClientSettings){.base_url = settings->wire_url,
							.slots = settings->connections * settings->streams,
							.timeout_us = settings->timeout_us,
							.connect_timeout_us = settings->connect_timeout_us,
							.insecure = settings->insecure,
							.unix_socket = settings->unix_socket,
							.connect_to = settings->connect_to,
							.cacert = settings->cacert,
							.cert = settings->cert,
							.cert_key = settings->cert_key,
							.close_each = settings->close_each,
							.trace_run = settings->trace_run,
							.proxy = settings->proxy,
							.http2 = settings->http2,
							.streams = settings->streams,
							.redirects = settings->redirects,
							.unpacks = settings->compressed,
							.cookies = settings->cookies};
}

CheckRules
worker_check_rules(const Settings *settings, const RequestList *requests)
{
	return (CheckRules){.how = settings->check,
						.allow_empty = settings->allow_empty,
						.allow_changes = settings->allow_changes,
						.secret = settings->secret,
						.secret_name = settings->bearer_file != NULL ||
											   settings->bearer_env != NULL
										   ? "bearer token"
									   : settings->user != NULL ? "password"
																: "secret",
						.expect = &settings->expect,
						.base = settings->url,
						.pages = requests->cursor != NULL &&
								 requests->cursor_group != NO_GROUP,
						.compare = {.key = settings->key,
									.ignore = settings->ignore,
									.ignore_count = settings->ignore_count}};
}

bool
worker_init(Worker *worker, Team *team, int thread)
{
	const Settings *settings = team->settings;
	ClientSettings client = worker_client_settings(settings);
	size_t slots;

	client.slots = share(settings->connections, thread, settings->threads) *
				   settings->streams;
	client.names = team->names;
	client.thread = thread;
	client.answered = on_answer;
	client.stray = on_stray;
	client.context = worker;
	slots = (size_t) client.slots;
	*worker = (Worker){.team = team, .thread = thread, .slots = client.slots};
	result_init(&worker->result, team->requests->group_count);
	if (settings->slices > 0)
		result_slice(&worker->result, settings->duration_us, settings->slices);
	worker->due_us = memory_zeroed(slots, sizeof(int64_t));
	worker->resume_us = memory_zeroed(slots, sizeof(int64_t));
	worker->own_us = memory_zeroed(slots, sizeof(int64_t));
	worker->ready_us = memory_zeroed(slots, sizeof(int64_t));
	worker->freed_us = memory_zeroed(slots, sizeof(int64_t));
	worker->last = memory_zeroed(slots, sizeof(Request *));
	worker->free = memory_zeroed(slots, sizeof(int));
	for (int slot = client.slots - 1; slot >= 0; slot--)
		worker->free[worker->free_count++] = slot;
	worker->client = team->ops->create(&client, &worker->error);
	worker->failed = worker->client == NULL;
	return !worker->failed;
}

void
worker_free(Worker *worker)
{
	if (worker->client != NULL)
		worker->team->ops->destroy(worker->client);
	schedule_free(&worker->schedule);
	result_free(&worker->result);
	free(worker->due_us);
	free(worker->resume_us);
	free(worker->own_us);
	free(worker->ready_us);
	free(worker->freed_us);
	free(worker->last);
	free(worker->free);
	free(worker->pages);
	stalls_free(&worker->stalls);
}
