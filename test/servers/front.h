/*-------------------------------------------------------------------------
 *
 * front.h
 *		What servers of a known behaviour have in common.
 *
 * Owns the sockets: any number of connections, one request at a time on each, and
 * requests without a body. What is done with a request is the server's own.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_TEST_SERVERS_FRONT_H
#define PERFCHECK_TEST_SERVERS_FRONT_H

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES 16384
#define EVENTS_A_WAIT 256

typedef struct Front
{
	int listener;
	int epoll;
	size_t matched[MAX_FILES]; /* bytes of the empty line, by socket */
} Front;

static inline void
die(const char *what)
{
	perror(what);
	exit(1);
}

static inline int64_t
now_us(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static inline void
front_watch(Front *front, int socket)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};

	if (socket >= MAX_FILES ||
		epoll_ctl(front->epoll, EPOLL_CTL_ADD, socket, &event) != 0)
		die("epoll_ctl");
}

/* Listens on any port, and prints the URL. */
static inline void
front_listen(Front *front)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
								  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);

	front->listener = socket(AF_INET, SOCK_STREAM, 0);
	front->epoll = epoll_create1(0);
	if (front->listener < 0 || front->epoll < 0 ||
		bind(front->listener, (struct sockaddr *) &address, size) != 0 ||
		listen(front->listener, 1024) != 0 ||
		getsockname(front->listener, (struct sockaddr *) &address, &size) != 0)
		die("cannot listen");
	front_watch(front, front->listener);
	printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
	(void) fflush(stdout);
}

/* Accepts, or reads; returns how many requests have ended on that socket. */
static inline int
front_read(Front *front, int socket)
{
	static const char end[] = "\r\n\r\n";
	char bytes[4096];
	ssize_t size;
	int requests = 0;

	if (socket == front->listener)
	{
		front_watch(front, accept(front->listener, NULL, NULL));
		return 0;
	}
	size = read(socket, bytes, sizeof(bytes));
	if (size <= 0)
	{
		front->matched[socket] = 0;
		(void) close(socket);
		return 0;
	}
	for (ssize_t i = 0; i < size; i++)
	{
		size_t *matched = &front->matched[socket];

		*matched = bytes[i] == end[*matched] ? *matched + 1 : bytes[i] == '\r';
		if (*matched == sizeof(end) - 1)
		{
			*matched = 0;
			requests++;
		}
	}
	return requests;
}

#endif /* PERFCHECK_TEST_SERVERS_FRONT_H */
