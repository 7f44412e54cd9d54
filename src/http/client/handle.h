/*-------------------------------------------------------------------------
 *
 * handle.h
 *		Options of libcurl and uses of epoll that all clients share.
 *
 * Owns how a connection is made (names, IPv6, Unix sockets, TLS and whether it
 * is verified, HTTP/2, and a proxy, but never one that the environment names),
 * and how epoll is waited for.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_HANDLE_H
#define PERFCHECK_HTTP_CLIENT_HANDLE_H

#include <curl/curl.h>

#include "http/client/client.h"

/*
 * Sets the options that every handle needs. error is a buffer of
 * CURL_ERROR_SIZE bytes that outlives the handle. Returns false if libcurl
 * refuses one of them.
 */
extern bool handle_set_common(CURL *easy, const ClientSettings *settings,
							  char *error);

/* Returns whether the base URL is one of https. */
extern bool handle_is_tls(const ClientSettings *settings);

/* Returns milliseconds, libcurl's unit, rounded up. */
extern long handle_ms(int64_t us);

/*
 * Returns when a timer that libcurl has just asked for expires. A negative
 * timeout means never, which is INT64_MAX.
 */
extern int64_t handle_timer_us(long timeout_ms);

/*
 * Waits until until_us at the latest and returns what epoll_wait() would, with
 * errno; to the microsecond if the kernel can. Adds the time it took to
 * *idle_us.
 */
struct epoll_event;
extern int handle_wait(int epoll, struct epoll_event *events, int room,
					   int64_t until_us, int64_t *idle_us);

/*
 * Returns whether a transfer has ended for want of a connection. If a kept one
 * turns out to be dead, libcurl makes a new one; when that fails, its times are
 * still those of the old one, so the code has to decide.
 */
extern bool handle_no_connection(CURLcode code);

/* Convert what libcurl's socket callback asks for to epoll's events, and back. */
extern uint32_t handle_to_epoll(int what);
extern int handle_from_epoll(uint32_t events);

/*
 * Changes the events that epoll waits for on a socket, or adds the socket.
 * Returns false, with errno set, if epoll refuses it.
 */
extern bool handle_watch(int epoll, int socket, uint32_t events, uint64_t data);

/*
 * Sets how many connections and streams all requests have. A connection carries one
 * request at a time, unless HTTP/2 has more streams: then all slots share the number
 * of connections that was asked for. Returns false if libcurl refuses an option.
 */
extern bool handle_set_streams(CURLM *multi, const ClientSettings *settings);

#endif /* PERFCHECK_HTTP_CLIENT_HANDLE_H */
