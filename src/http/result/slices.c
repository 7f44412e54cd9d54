/*-------------------------------------------------------------------------
 *
 * slices.c
 *		Latencies by when their requests were due; see slices.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/result/slices.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"

/* "1099511627775*18446744073709551615 " and a zero byte. */
#define VALUE_SIZE 40

Slices *
slices_create(size_t group_count, int64_t duration_us, size_t most)
{
	Slices *slices = memory_zeroed(1, sizeof(Slices));
	size_t count = (size_t) (duration_us / SLICES_MIN_US);

	count = count < 1 ? 1 : count > most ? most : count;
	*slices = (Slices){.slice_us = (duration_us + (int64_t) count - 1) /
								   (int64_t) count,
					   .count = count,
					   .group_count = group_count,
					   .stride = 1};
	slices->latencies =
		memory_zeroed(group_count * count, sizeof(Distribution));
	return slices;
}

void
slices_free(Slices *slices)
{
	if (slices == NULL)
		return;
	for (size_t i = 0; i < slices->group_count * slices->count; i++)
		distribution_free(&slices->latencies[i]);
	free(slices->latencies);
	free(slices);
}

Distribution *
slices_of(const Slices *slices, size_t group, size_t slice)
{
	return &slices->latencies[group * slices->count + slice];
}

/* Keeps every second sample of each slice. */
static void
thin(Slices *slices)
{
	slices->stride *= 2;
	slices->kept = 0;
	for (size_t i = 0; i < slices->group_count * slices->count; i++)
	{
		Distribution *slice = &slices->latencies[i];
		Distribution thinned = {0};

		for (size_t k = 0; k < slice->count; k += 2)
			distribution_add(&thinned, slice->samples[k]);
		distribution_free(slice);
		*slice = thinned;
		slices->kept += thinned.count;
	}
}

void
slices_add(Slices *slices, size_t group, int64_t at_us, int64_t latency_us)
{
	size_t slice = at_us > 0 ? (size_t) (at_us / slices->slice_us) : 0;

	if (slices->seen++ % slices->stride != 0)
		return;
	if (slice >= slices->count)
		slice = slices->count - 1;
	distribution_add(slices_of(slices, group, slice), latency_us);
	if (++slices->kept > SLICES_MAX_SAMPLES)
		thin(slices);
}

void
slices_merge(Slices *into, const Slices *from)
{
	while (into->stride < from->stride)
		thin(into);
	for (size_t i = 0; i < into->group_count * into->count; i++)
	{
		const Distribution *added = &from->latencies[i];

		for (size_t k = 0; k < added->count;
			 k += (size_t) (into->stride / from->stride))
		{
			distribution_add(&into->latencies[i], added->samples[k]);
			into->kept++;
		}
	}
	while (into->kept > SLICES_MAX_SAMPLES)
		thin(into);
}

typedef struct Text
{
	char *text;
	size_t size;
	size_t room;
} Text;

static void
put_value(Text *text, int64_t value, size_t count)
{
	char buffer[VALUE_SIZE * 2];
	int size = count == 1
				   ? snprintf(buffer, sizeof(buffer), "%s%" PRId64,
							  text->size > 0 ? " " : "", value)
				   : snprintf(buffer, sizeof(buffer), "%s%" PRId64 "*%zu",
							  text->size > 0 ? " " : "", value, count);

	text->text =
		memory_grow(text->text, text->size + (size_t) size + 1, &text->room, 1);
	memcpy(&text->text[text->size], buffer, (size_t) size + 1);
	text->size += (size_t) size;
}

/* Walks through the values by rank, each as often as it is there. */
char *
slices_text_write(Distribution *distribution)
{
	Text text = {.text = memory_text(""), .room = 1};
	size_t before = 0;

	while (before < distribution->count)
	{
		int64_t value = distribution_at(distribution, before + 1);
		size_t up_to = distribution_up_to(distribution, value);

		/* The middle of a bucket stands for all that is in it. */
		put_value(&text, value, up_to - before);
		before = up_to;
	}
	return text.text;
}

bool
slices_text_read(const char *text, Distribution *distribution)
{
	int64_t last = -1;

	while (*text != '\0')
	{
		char *end;
		int64_t value;
		uint64_t count = 1;

		if (*text < '0' || *text > '9')
			return false;
		value = strtoll(text, &end, 10);
		if (*end == '*')
		{
			text = end + 1;
			if (*text < '1' || *text > '9')
				return false;
			count = strtoull(text, &end, 10);
		}
		if (value <= last || value > DISTRIBUTION_MAX || count > UINT32_MAX ||
			(*end != '\0' && (*end != ' ' || end[1] == '\0')))
			return false;
		for (uint64_t i = 0; i < count; i++)
			distribution_add(distribution, value);
		last = value;
		text = *end == ' ' ? end + 1 : end;
	}
	return true;
}
