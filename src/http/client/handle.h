/*-------------------------------------------------------------------------
 *
 * handle.h
 *		What libcurl is told in the same way by everything that connects.
 *
 * Owns how a connection is made (names, IPv6, Unix sockets, proxies but those
 * of the environment, HTTP/2, TLS and whether it is verified), and how epoll is
 * waited for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_HANDLE_H
#define PERFCHECK_HTTP_CLIENT_HANDLE_H

#include <curl/curl.h>

#include "http/client/client.h"

/* error is a buffer of CURL_ERROR_SIZE bytes that outlives the handle. */
extern bool handle_set_common(CURL *easy, const ClientSettings *settings,
							  char *error);

extern bool handle_is_tls(const ClientSettings *settings);

/* libcurl counts in milliseconds; never fewer than these. */
extern long handle_ms(int64_t us);

/* When a timer goes off that libcurl has just asked for; INT64_MAX: never. */
extern int64_t handle_timer_us(long timeout_ms);

/*
 * Waits on epoll as epoll_wait() does, but to the microsecond where the
 * system can, and adds the time spent to *idle_us.
 */
struct epoll_event;
extern int handle_wait(int epoll, struct epoll_event *events, int room,
					   int64_t until_us, int64_t *idle_us);

/* epoll's events for what libcurl's socket callback asks for, and back. */
extern uint32_t handle_to_epoll(int what);
extern int handle_from_epoll(uint32_t events);

/* Changes what epoll waits for on a socket, or adds it. */
extern bool handle_watch(int epoll, int socket, uint32_t events, uint64_t data);

#endif /* PERFCHECK_HTTP_CLIENT_HANDLE_H */
