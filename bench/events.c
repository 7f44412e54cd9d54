/*-------------------------------------------------------------------------
 *
 * events.c
 *		Prints the nanoseconds that a synthetic row takes to generate.
 *
 *-------------------------------------------------------------------------
 */
#include "synth/event.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Rows a round; past them all of the levels have been used. */
#define ROWS 3000000

/* Of processor time, so that other work on the machine counts less. */
static int64_t
now_ns(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
	{
		perror("events: no processor clock");
		exit(1);
	}
	return (int64_t) now.tv_sec * 1000000000 + now.tv_nsec;
}

int
main(void)
{
	EventSpec spec = {1, INT64_C(852076800000000), 365, 13, 500};
	EventGenerator *generator;
	Event event;
	uint64_t sum = 0; /* keeps the compiler from leaving rows out */
	int64_t start;
	void *memory = malloc(event_generator_size(&spec));

	if (memory == NULL)
	{
		fprintf(stderr, "events: out of memory\n");
		return 1;
	}
	generator = event_init(memory, &spec);
	start = now_ns();
	for (int64_t i = 0; i < ROWS; i++)
	{
		event_row(generator, i, &event);
		sum += event.id[0] + (uint64_t) event.name[1] + (uint64_t) event.date;
	}
	printf("%.1f %llu\n", (double) (now_ns() - start) / ROWS,
		   (unsigned long long) sum);
	free(memory);
	return 0;
}
