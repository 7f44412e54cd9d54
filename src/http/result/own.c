/*-------------------------------------------------------------------------
 *
 * own.c
 *		Tells perfcheck-http's own trouble from the server's; see own.h.
 *
 * In an open loop a request can be late for two reasons: no connection was free,
 * or one was and the loop did not get to it. The latter is its own delay, and so
 * is the time for which an answer lay there unread. Of the former, too few
 * connections are to blame if nearly all of them are in use all of the time, or
 * if the wait is longer than the longest stall of the server.
 *
 *-------------------------------------------------------------------------
 */
#include "http/result/own.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "http/base/memory.h"
#include "http/base/text.h"

#define US_PER_MS 1000.0

/* If fewer of them are in use on average, more would lie idle, too. */
#define SHORT_OF_CONNECTIONS 0.8

/* And if waiting takes no multiple of the service, it is not what is slow. */
#define WAIT_FACTOR 2

int64_t
own_delay_us(const Result *result, double percent)
{
	/* Sorting does not change what it holds. */
	return distribution_percentile((Distribution *) &result->own.delay,
								   percent);
}

/* Waiting for a connection takes a multiple of what the server takes. */
static bool
is_waiting(const Summary *total)
{
	return total->latency.p95_us >= WAIT_FACTOR * total->service.p95_us;
}

char *
own_invalid(const Result *result)
{
	const Summary *total = &result->total.summary;
	const Own *own = &result->own;
	int64_t delay_us = own_delay_us(result, 95);
	int64_t p95_us = total->latency.p95_us;
	char text[2][TEXT_NUMBER_SIZE];

	if (p95_us < OWN_INVALID_US)
		return NULL;
	if (delay_us >= OWN_INVALID_US &&
		(double) delay_us >= OWN_INVALID_PART * (double) p95_us)
		return memory_format(
			"the p95 of perfcheck-http's own delay is %s ms, that of the "
			"latency %s ms: the figures are those of this machine",
			text_from_ms(text[0], (double) delay_us / US_PER_MS),
			text_from_ms(text[1], (double) p95_us / US_PER_MS));
	if ((double) own->late > OWN_INVALID_LATE * (double) total->requests)
		return memory_format(
			"perfcheck-http's own loop was late for %.0f %% of the requests: "
			"the figures are those of this machine",
			100.0 * (double) own->late / (double) total->requests);
	if (own->queue_share >= OWN_INVALID_QUEUE && is_waiting(total))
		return memory_format(
			"perfcheck-http waited for a processor for %.0f %% of the time, "
			"and requests for connections: the figures are those of this "
			"machine",
			100 * own->queue_share);
	return NULL;
}

static void add(OwnNotes *notes, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void
add(OwnNotes *notes, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	(void) vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	notes->text[notes->count++] = memory_text(text);
}

/* How many connections, or streams, were in use on average. */
static double
in_use(const Result *result)
{
	const Distribution *service = &result->total.service;

	return result->sent_for_us > 0
			   ? distribution_mean(service) * (double) service->count /
					 (double) result->sent_for_us
			   : 0;
}

static void
note_connections(OwnNotes *notes, const Settings *settings,
				 const Result *result)
{
	const Summary *total = &result->total.summary;
	int64_t waited = total->late - result->own.late;
	double slots = (double) settings->connections * settings->streams;
	char text[2][TEXT_NUMBER_SIZE];

	if (settings->rate == 0 ||
		(double) waited <= OWN_LATE_SHARE * (double) total->requests ||
		waited <= result->own.late || !is_waiting(total) ||
		(in_use(result) < SHORT_OF_CONNECTIONS * slots &&
		 total->latency.p95_us <= total->service.max_us))
		return;
	add(notes,
		"%.1f %% of the requests waited until one of the %d connections was "
		"free: p95 %s ms, of which the server took %s ms; at this rate more "
		"than %.0f may be in use: raise -c, and if the service time grows along, "
		"the server is at its limit",
		100.0 * (double) waited / (double) total->requests,
		settings->connections,
		text_from_ms(text[0], (double) total->latency.p95_us / US_PER_MS),
		text_from_ms(text[1], (double) total->service.p95_us / US_PER_MS),
		fmax(settings->rate * total->service.mean_us / 1e6,
			 settings->connections) /
			settings->streams);
}

static void
note_lateness(OwnNotes *notes, const Result *result)
{
	const Summary *total = &result->total.summary;
	int64_t delay_us = own_delay_us(result, 95);
	char text[2][TEXT_NUMBER_SIZE];

	if ((double) result->own.late > OWN_LATE_SHARE * (double) total->requests)
		add(notes,
			"%.1f %% of the requests (%s) started late because of "
			"perfcheck-http's own loop, not for want of a connection: give it "
			"a core of its own, or more --threads",
			100.0 * (double) result->own.late / (double) total->requests,
			text_from_count(text[0], result->own.late));
	if (delay_us >= OWN_SMALL_US &&
		(double) delay_us >= OWN_INVALID_PART * (double) total->latency.p95_us)
		add(notes,
			"perfcheck-http itself was late by up to %s ms in 95 %% of the "
			"requests, which is in a p95 of %s ms: fewer connections a thread, "
			"or another machine, show the server's own",
			text_from_ms(text[0], (double) delay_us / US_PER_MS),
			text_from_ms(text[1], (double) total->latency.p95_us / US_PER_MS));
}

static void
note_machine(OwnNotes *notes, const Result *result)
{
	const Own *own = &result->own;
	char text[2][TEXT_NUMBER_SIZE];

	if (own->cpu_share >= OWN_CORE_SHARE)
		add(notes,
			"a thread of perfcheck-http took %.0f %% of a core: it can send no "
			"more than this; use more --threads",
			100 * own->cpu_share);
	if (own->queue_share >= OWN_QUEUE_SHARE)
		add(notes,
			"perfcheck-http waited for a processor for %.0f %% of the time: "
			"other work on this machine is in the latencies",
			100 * own->queue_share);
	if (own->ports > 0 &&
		(double) own->time_wait >= OWN_PORTS_SHARE * (double) own->ports)
		add(notes,
			"%s sockets were in TIME_WAIT, of %s ports that there are for "
			"connections: the next ones may find none; keep connections alive, "
			"or widen net.ipv4.ip_local_port_range",
			text_from_count(text[0], own->time_wait),
			text_from_count(text[1], own->ports));
}

OwnNotes
own_notes(const Settings *settings, const Result *result)
{
	OwnNotes notes = {.count = 0};

	note_connections(&notes, settings, result);
	note_lateness(&notes, result);
	note_machine(&notes, result);
	return notes;
}

void
own_notes_free(OwnNotes *notes)
{
	for (int i = 0; i < notes->count; i++)
		free(notes->text[i]);
	notes->count = 0;
}
