/*-------------------------------------------------------------------------
 *
 * traffic.c
 *		Requests that were recorded; see traffic.h.
 *
 * The hash table has twice as many slots as there are requests at least, and is
 * made anew when it has not.
 *
 *-------------------------------------------------------------------------
 */
#include "http/requests/traffic.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "http/base/memory.h"

#define FIRST_SLOTS 1024

static uint64_t
hash_of(Method method, const char *path, const char *body, size_t size)
{
	uint64_t hash = XXH3_64bits(path, strlen(path)) + (uint64_t) method;

	return body != NULL ? hash ^ XXH3_64bits_withSeed(body, size, hash) : hash;
}

static bool
is_same(const Request *request, const Recording *recording, const char *path)
{
	return request->method == recording->method &&
		   strcmp(request->path, path) == 0 &&
		   request->body_size == recording->body_size &&
		   (request->body == NULL) == (recording->body == NULL) &&
		   (request->body == NULL ||
			memcmp(request->body, recording->body, request->body_size) == 0);
}

/* Returns the slot of a request, or the empty one that it would have. */
static size_t *
find_slot(Traffic *traffic, uint64_t hash, const Recording *recording,
		  const char *path)
{
	size_t i = (size_t) hash & (traffic->slot_count - 1);

	while (
		traffic->slots[i] != 0 &&
		!is_same(&traffic->list->items[traffic->slots[i] - 1], recording, path))
		i = (i + 1) & (traffic->slot_count - 1);
	return &traffic->slots[i];
}

static void
make_slots(Traffic *traffic)
{
	size_t count =
		traffic->slot_count > 0 ? traffic->slot_count * 2 : FIRST_SLOTS;

	if (traffic->slot_count > 2 * traffic->list->count)
		return;
	free(traffic->slots);
	traffic->slots = memory_zeroed(count, sizeof(size_t));
	traffic->slot_count = count;
	for (size_t item = 0; item < traffic->list->count; item++)
	{
		const Request *request = &traffic->list->items[item];
		size_t i = (size_t) hash_of(request->method, request->path,
									request->body, request->body_size) &
				   (count - 1);

		while (traffic->slots[i] != 0)
			i = (i + 1) & (count - 1);
		traffic->slots[i] = item + 1;
	}
}

/* Any JSON is right, or rows where that is asked for; and the recorded status. */
static void
set_expected(const Traffic *traffic, Request *request,
			 const Recording *recording)
{
	request->expect_body = EXPECT_TYPED;
	request->reads = traffic->rows && request->method == METHOD_GET;
	if (recording->status != 0 &&
		(recording->status < 200 || recording->status > 299))
		request->or_status = recording->status;
}

static size_t
add_request(Traffic *traffic, const Recording *recording, const char *path)
{
	RequestList *list = traffic->list;
	Request *request =
		request_add(list, recording->method, path,
					request_path_group(list, path), ROWS_UNKNOWN);

	if (recording->body != NULL)
	{
		request->body = memory_zeroed(recording->body_size + 1, 1);
		memcpy(request->body, recording->body, recording->body_size);
		request->body_size = recording->body_size;
	}
	if (recording->type != NULL)
		request->type = memory_text(recording->type);
	if (recording->accept != NULL)
		request->accept = memory_text(recording->accept);
	set_expected(traffic, request, recording);
	return list->count - 1;
}

void
traffic_add(Traffic *traffic, const Recording *recording)
{
	size_t prefix = strlen(traffic->prefix);
	const char *path = recording->path + prefix;
	size_t *slot;

	if (strncmp(recording->path, traffic->prefix, prefix) != 0 || *path != '/')
	{
		traffic->left_out[recording->path[0] == '/' ? LEFT_PLACE : LEFT_PATH]++;
		return;
	}
	if (request_path_problem(path) != NULL)
	{
		traffic->left_out[LEFT_PATH]++;
		return;
	}
	make_slots(traffic);
	slot = find_slot(
		traffic,
		hash_of(recording->method, path, recording->body, recording->body_size),
		recording, path);
	if (*slot == 0)
		*slot = add_request(traffic, recording, path) + 1;
	traffic->recorded = memory_grow(traffic->recorded, traffic->count + 1,
									&traffic->room, sizeof(Recorded));
	traffic->recorded[traffic->count] =
		(Recorded){*slot - 1, recording->at_us, traffic->count};
	traffic->count++;
}

static int
compare_times(const void *a, const void *b)
{
	const Recorded *one = a;
	const Recorded *other = b;

	if (one->at_us != other->at_us)
		return one->at_us < other->at_us ? -1 : 1;
	return one->order < other->order ? -1 : 1;
}

/*
 * A log has whole seconds: what it has of one is spread evenly over it, or half of
 * a busy second would be asked for at once.
 */
static void
set_times(Traffic *traffic)
{
	const Recorded *recorded = traffic->recorded;
	int64_t *times = memory_zeroed(traffic->count, sizeof(int64_t));
	size_t end;

	for (size_t i = 0; i < traffic->count; i = end)
	{
		for (end = i;
			 end < traffic->count && recorded[end].at_us == recorded[i].at_us;)
			end++;
		for (size_t j = i; j < end; j++)
			times[j] = recorded[i].at_us - recorded[0].at_us +
					   (recorded[i].at_us % 1000000 == 0
							? (int64_t) ((j - i) * 1000000 / (end - i))
							: 0);
	}
	traffic->list->times_us = times;
}

/* Tells what was left out, and why. */
static void
tell_left_out(const Traffic *traffic, const char *name)
{
	static const char *const words[LEFT_OUTS] = {
		[LEFT_FORM] = "no request",
		[LEFT_METHOD] = "a method or an unknown body",
		[LEFT_PLACE] = "another server or base",
		[LEFT_PATH] = "no valid path"};
	int64_t all = 0;
	const char *comma = "";

	for (int i = 0; i < LEFT_OUTS; i++)
		all += traffic->left_out[i];
	if (all == 0)
		return;
	fprintf(stderr, "perfcheck-http: warning: %s: %lld of %lld are left out (",
			name, (long long) all, (long long) traffic->count + all);
	for (int i = 0; i < LEFT_OUTS; i++)
		if (traffic->left_out[i] > 0)
		{
			fprintf(stderr, "%s%lld: %s", comma,
					(long long) traffic->left_out[i], words[i]);
			comma = "; ";
		}
	fputs(")\n", stderr);
}

bool
traffic_finish(Traffic *traffic, bool timed, const char *name, RunError *error)
{
	RequestList *list = traffic->list;
	bool ok = traffic->count > 0;

	tell_left_out(traffic, name);
	if (ok)
	{
		qsort(traffic->recorded, traffic->count, sizeof(Recorded),
			  compare_times);
		list->sequence = memory_zeroed(traffic->count, sizeof(size_t));
		for (size_t i = 0; i < traffic->count; i++)
			list->sequence[i] = traffic->recorded[i].request;
		list->sequence_count = traffic->count;
		if (timed)
			set_times(traffic);
	}
	else if (traffic->left_out[LEFT_PLACE] > 0)
	{
		error_set(error, EXIT_CANNOT_RUN,
				  "no request to send: nothing in \"%s\" is of this server and "
				  "below \"%s/\"",
				  name, traffic->prefix);
	}
	else
		error_set(error, EXIT_CANNOT_RUN,
				  "no request to send: \"%s\" has none that can be sent again",
				  name);
	free(traffic->recorded);
	free(traffic->slots);
	return ok;
}
