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
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "front.h"

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
	Front front;
	int64_t delay_us;
	int64_t every_us;
	int64_t length_us;
	int64_t stall_us; /* when the next one is due; until the first request,
					   * from then on */
	bool started;
	Due due[MAX_FILES]; /* a ring */
	unsigned first;
	unsigned count;
} Server;

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
		int count = epoll_pwait2(server->front.epoll, events, EVENTS_A_WAIT,
								 &left, NULL);

		if (server->started && server->stall_us <= now_us())
		{
			answer_due(server, server->stall_us);
			stall(server);
		}
		for (int i = 0; i < count; i++)
		{
			int socket = events[i].data.fd;

			for (int n = front_read(&server->front, socket); n > 0; n--)
				on_request(server, socket);
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
	front_listen(&server.front);
	serve(&server);
}
