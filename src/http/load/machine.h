/*-------------------------------------------------------------------------
 *
 * machine.h
 *		What the machine gives to perfcheck-http: processors and ports.
 *
 * Owns where Linux tells it. Who measures with a client that has no processor,
 * or no port for its next connection, measures the client.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_LOAD_MACHINE_H
#define PERFCHECK_HTTP_LOAD_MACHINE_H

#include <stdint.h>

/* Of the calling thread, since it began. */
typedef struct ThreadTime
{
	int64_t cpu_us;
	int64_t queued_us; /* ready, but without a processor; -1 if unknown */
} ThreadTime;

extern ThreadTime thread_time(void);

/* Sockets in TIME_WAIT, and the ports that connections may have. */
typedef struct Ports
{
	int64_t time_wait; /* -1 if unknown */
	int64_t ports;
} Ports;

/*
 * Reads files such as /proc/net/sockstat, and ip_local_port_range below
 * /proc/sys/net/ipv4; machine_ports() reads those two.
 */
extern Ports machine_read_ports(const char *sockstat, const char *range);
extern Ports machine_ports(void);

#endif /* PERFCHECK_HTTP_LOAD_MACHINE_H */
