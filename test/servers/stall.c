/*-------------------------------------------------------------------------
 *
 * stall.c
 *		An HTTP server that answers after a fixed time, and stalls by the clock.
 *
 *	stall DELAY_MS FIRST_MS EVERY_MS LENGTH_MS
 *
 * Each request is answered DELAY_MS after it was read. From FIRST_MS after the
 * first request on, and then every EVERY_MS, it does nothing at all for
 * LENGTH_MS: neither reads nor answers. All that makes it useful is that when
 * each request is answered can be computed from when it was sent. Prints its
 * URL; any number of connections, one request at a time on each.
 *
 *-------------------------------------------------------------------------
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MAX_FILES 16384
#define EVENTS_A_WAIT 256

static const char answer[] = "HTTP/1.1 200 OK\r\n"
							 "Content-Type: application/json\r\n"
							 "Content-Length: 14\r\n"
							 "\r\n"
							 "{\"events\":[1]}";

/* Answers are due in the order of the requests: the delay is the same. */
typedef struct Due
{
	int socket;
	int64_t at_us;
} Due;

typedef struct Server
{
	int listener;
	int epoll;
	int64_t delay_us;
	int64_t every_us;
	int64_t length_us;
	int64_t stall_us; /* when the next one is due; until the first request,
					   * from then on */
	bool started;
	Due due[MAX_FILES]; /* a ring */
	unsigned first;
	unsigned count;
	size_t matched[MAX_FILES]; /* bytes of the empty line, by socket */
} Server;

static void
die(const char *what)
{
	perror(what);
	exit(1);
}

static int64_t
now_us(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
watch(Server *server, int socket)
{
	struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};

	if (socket >= MAX_FILES ||
		epoll_ctl(server->epoll, EPOLL_CTL_ADD, socket, &event) != 0)
		die("epoll_ctl");
}

static void
listen_anywhere(Server *server)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
								  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof(address);

	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	server->epoll = epoll_create1(0);
	if (server->listener < 0 || server->epoll < 0 ||
		bind(server->listener, (struct sockaddr *) &address, size) != 0 ||
		listen(server->listener, 1024) != 0 ||
		getsockname(server->listener, (struct sockaddr *) &address, &size) != 0)
		die("cannot listen");
	watch(server, server->listener);
	printf("http://127.0.0.1:%d\n", ntohs(address.sin_port));
	(void) fflush(stdout);
}

static void
on_request(Server *server, int socket)
{
	unsigned last = (server->first + server->count++) % MAX_FILES;
	int64_t at_us = now_us();

	if (!server->started)
	{
		server->started = true;
		server->stall_us += at_us;
	}
	server->due[last] = (Due){socket, at_us + server->delay_us};
}

/* Counts the ends of requests; they have no body. */
static void
read_requests(Server *server, int socket)
{
	static const char end[] = "\r\n\r\n";
	char bytes[4096];
	ssize_t size = read(socket, bytes, sizeof(bytes));

	if (size <= 0)
	{
		server->matched[socket] = 0;
		(void) close(socket);
		return;
	}
	for (ssize_t i = 0; i < size; i++)
	{
		size_t *matched = &server->matched[socket];

		*matched = bytes[i] == end[*matched] ? *matched + 1 : bytes[i] == '\r';
		if (*matched == sizeof(end) - 1)
		{
			*matched = 0;
			on_request(server, socket);
		}
	}
}

static void
answer_due(Server *server, int64_t until_us)
{
	while (server->count > 0 && server->due[server->first].at_us <= until_us)
	{
		/* Small enough for any socket's buffer; a client may have left. */
		(void) send(server->due[server->first].socket, answer,
					sizeof(answer) - 1, MSG_NOSIGNAL);
		server->first = (server->first + 1) % MAX_FILES;
		server->count--;
	}
}

static void
stall(Server *server)
{
	int64_t end_us = server->stall_us + server->length_us;
	struct timespec end = {.tv_sec = end_us / 1000000,
						   .tv_nsec = end_us % 1000000 * 1000};

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL) == EINTR)
		continue;
	server->stall_us += server->every_us;
}

/* How long there is nothing to do but to read. */
static struct timespec
time_left(const Server *server)
{
	int64_t until_us = server->started ? server->stall_us : INT64_MAX;
	int64_t left_us = 1000000;

	if (server->count > 0 && server->due[server->first].at_us < until_us)
		until_us = server->due[server->first].at_us;
	if (until_us != INT64_MAX)
		left_us = until_us - now_us();
	if (left_us < 0)
		left_us = 0;
	return (struct timespec){.tv_sec = left_us / 1000000,
							 .tv_nsec = left_us % 1000000 * 1000};
}

static void
serve(Server *server)
{
	struct epoll_event events[EVENTS_A_WAIT];

	for (;;)
	{
		struct timespec left = time_left(server);
		int count =
			epoll_pwait2(server->epoll, events, EVENTS_A_WAIT, &left, NULL);

		if (server->started && server->stall_us <= now_us())
		{
			answer_due(server, server->stall_us);
			stall(server);
		}
		for (int i = 0; i < count; i++)
		{
			if (events[i].data.fd == server->listener)
				watch(server, accept(server->listener, NULL, NULL));
			else
				read_requests(server, events[i].data.fd);
		}
		answer_due(server, now_us());
	}
}

static int64_t
milliseconds(const char *text)
{
	return (int64_t) (strtod(text, NULL) * 1000);
}

int
main(int argc, char **argv)
{
	static Server server;

	if (argc != 5)
	{
		fputs("usage: stall DELAY_MS FIRST_MS EVERY_MS LENGTH_MS\n", stderr);
		return 2;
	}
	server.delay_us = milliseconds(argv[1]);
	server.stall_us = milliseconds(argv[2]);
	server.every_us = milliseconds(argv[3]);
	server.length_us = milliseconds(argv[4]);
	listen_anywhere(&server);
	serve(&server);
}
