/*-------------------------------------------------------------------------
 *
 * machine.c
 *		What the machine gives to perfcheck-http; see machine.h.
 *
 * The scheduler's own count of a thread, schedstat, has the nanoseconds on a
 * processor and those in its queue. Some containers hide it.
 *
 *-------------------------------------------------------------------------
 */
#include "http/load/machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

static int64_t
to_us(const struct timeval *time)
{
	return (int64_t) time->tv_sec * 1000000 + time->tv_usec;
}

ThreadTime
thread_time(void)
{
	ThreadTime time = {.queued_us = -1};
	struct rusage usage;
	FILE *file = fopen("/proc/thread-self/schedstat", "r");
	int64_t queued_ns;

	if (getrusage(RUSAGE_THREAD, &usage) == 0)
		time.cpu_us = to_us(&usage.ru_utime) + to_us(&usage.ru_stime);
	if (file == NULL)
		return time;
	if (fscanf(file, "%*d %" SCNd64, &queued_ns) == 1)
		time.queued_us = queued_ns / 1000;
	(void) fclose(file);
	return time;
}

/* Reads the number that follows " tw " in the line of TCP. */
static int64_t
read_time_wait(const char *name)
{
	FILE *file = fopen(name, "r");
	char line[256];
	int64_t found = -1;

	if (file == NULL)
		return -1;
	while (fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "TCP: inuse %*d orphan %*d tw %" SCNd64, &found) == 1)
			break;
	(void) fclose(file);
	return found;
}

Ports
machine_read_ports(const char *sockstat, const char *range)
{
	Ports ports = {.time_wait = read_time_wait(sockstat)};
	FILE *file = fopen(range, "r");
	int64_t first;
	int64_t last;

	if (file == NULL)
		return ports;
	if (fscanf(file, "%" SCNd64 " %" SCNd64, &first, &last) == 2 &&
		last >= first)
		ports.ports = last - first + 1;
	(void) fclose(file);
	return ports;
}

Ports
machine_ports(void)
{
	return machine_read_ports("/proc/net/sockstat",
							  "/proc/sys/net/ipv4/ip_local_port_range");
}
