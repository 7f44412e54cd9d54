/*-------------------------------------------------------------------------
 *
 * capacity.c
 *		An HTTP server that can do a known number of requests a second.
 *
 *	capacity pool RATE WORKERS         a queue before workers; RATE is what all of
 *	                                   them can do
 *	capacity bucket RATE BURST         a token for each request, or 503
 *	capacity smooth RATE P99_MS        its p99 grows with the square of the rate, and
 *	                                   is P99_MS at RATE
 *	capacity fixed MS PERCENT [SEED]   each answer takes MS, and PERCENT of that more
 *	                                   or less as the minutes go by
 *
 * An answer is sent when the model says so, which takes the server no time of the
 * processor, so that a busy machine changes little. Prints its URL; any number of
 * connections, one request at a time on each.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>

#include "front.h"
#include "shared/splitmix64.h"

#define MAX_WORKERS 1024

/* The rate of arrivals is that of so many seconds. */
#define RATE_WINDOW_S 0.5

static const char right_answer[] = "HTTP/1.1 200 OK\r\n"
								   "Content-Type: application/json\r\n"
								   "Content-Length: 14\r\n"
								   "\r\n"
								   "{\"events\":[1]}";
static const char refusal[] = "HTTP/1.1 503 Service Unavailable\r\n"
							  "Content-Length: 0\r\n"
							  "\r\n";

typedef struct Due
{
	int64_t at_us;
	int socket;
	bool refused;
} Due;

typedef struct Server
{
	char model; /* 'p', 'b', 's' or 'f' */
	double rate;
	double other; /* workers, burst, ms or percent */
	Front front;
	Due heap[MAX_FILES]; /* the earliest one first */
	int count;
	double free_us[MAX_WORKERS];
	double tokens;
	double arrivals; /* of late; each counts less as time passes */
	double noise;
	int64_t last_us; /* when the last request came */
	int64_t noise_us;
	uint64_t key;
	uint64_t drawn;
} Server;

static double
uniform(Server *server)
{
	uint64_t bits = splitmix64_number(server->key, server->drawn++);

	return ((double) (bits >> 11) + 0.5) / 9007199254740992.0;
}

static double
normal(Server *server)
{
	double radius = sqrt(-2 * log(uniform(server)));

	return radius * cos(2 * 3.14159265358979 * uniform(server));
}

static void
push(Server *server, Due due)
{
	int i = server->count++;

	if (server->count > MAX_FILES)
		die("too many requests");
	while (i > 0 && server->heap[(i - 1) / 2].at_us > due.at_us)
	{
		server->heap[i] = server->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	server->heap[i] = due;
}

static Due
pop(Server *server)
{
	Due first = server->heap[0];
	Due last = server->heap[--server->count];
	int i = 0;

	for (;;)
	{
		int child = 2 * i + 1;

		if (child >= server->count)
			break;
		if (child + 1 < server->count &&
			server->heap[child + 1].at_us < server->heap[child].at_us)
			child++;
		if (server->heap[child].at_us >= last.at_us)
			break;
		server->heap[i] = server->heap[child];
		i = child;
	}
	server->heap[i] = last;
	return first;
}

/* A worker takes half its mean at least, and as much more at most. */
static double
pool_us(Server *server, int64_t at_us)
{
	int workers = (int) server->other;
	int first = 0;

	for (int i = 1; i < workers; i++)
		if (server->free_us[i] < server->free_us[first])
			first = i;
	server->free_us[first] =
		fmax(server->free_us[first], (double) at_us) +
		1e6 * workers / server->rate * (0.5 + uniform(server));
	return server->free_us[first] - (double) at_us;
}

/* Returns how long a request takes, or -1 if it is refused. */
static double
model_us(Server *server, int64_t at_us)
{
	double passed_s = (double) (at_us - server->last_us) / 1e6;
	double rate;

	server->last_us = at_us;
	switch (server->model)
	{
		case 'p':
			return pool_us(server, at_us);
		case 'b':
			server->tokens =
				fmin(server->other, server->tokens + passed_s * server->rate);
			if (server->tokens < 1)
				return -1;
			server->tokens -= 1;
			return 2000;
		case 's':
			server->arrivals =
				server->arrivals * exp(-passed_s / RATE_WINDOW_S) + 1;
			/* The last one counts in full, others less: half of one too much. */
			rate = (server->arrivals - 0.5) / RATE_WINDOW_S;
			return server->other * 1000 * pow(rate / server->rate, 2) *
				   exp(0.4 * (normal(server) - 2.3263));
		default:
			/* Half a second's noise resembles that of the one before. */
			for (; server->noise_us < at_us; server->noise_us += 500000)
				server->noise = 0.6 * server->noise + 0.8 * normal(server);
			return server->rate * 1000 *
				   exp(server->other / 100 * server->noise +
					   0.2 * normal(server));
	}
}

static void
on_request(Server *server, int socket)
{
	int64_t at_us = now_us();
	double us = model_us(server, at_us);

	push(server, (Due){at_us + (int64_t) fmax(us, 500), socket, us < 0});
}

static void
answer_due(Server *server)
{
	while (server->count > 0 && server->heap[0].at_us <= now_us())
	{
		Due due = pop(server);

		/* Small enough for any socket's buffer; a client may have left. */
		if (due.refused)
			(void) send(due.socket, refusal, sizeof(refusal) - 1, MSG_NOSIGNAL);
		else
			(void) send(due.socket, right_answer, sizeof(right_answer) - 1,
						MSG_NOSIGNAL);
	}
}

static void
serve(Server *server)
{
	struct epoll_event events[EVENTS_A_WAIT];

	for (;;)
	{
		int64_t left_us =
			server->count > 0 ? server->heap[0].at_us - now_us() : 1000000;
		struct timespec left;
		int count;

		left_us = left_us < 0 ? 0 : left_us;
		left = (struct timespec){.tv_sec = left_us / 1000000,
								 .tv_nsec = left_us % 1000000 * 1000};
		count = epoll_pwait2(server->front.epoll, events, EVENTS_A_WAIT, &left,
							 NULL);
		for (int i = 0; i < count; i++)
		{
			int socket = events[i].data.fd;

			for (int n = front_read(&server->front, socket); n > 0; n--)
				on_request(server, socket);
		}
		answer_due(server);
	}
}

int
main(int argc, char **argv)
{
	static Server server;

	if (argc < 4 || strchr("pbsf", argv[1][0]) == NULL ||
		(argv[1][0] == 'p' && atoi(argv[3]) > MAX_WORKERS))
	{
		fputs("usage: capacity pool|bucket|smooth|fixed NUMBER NUMBER [SEED]\n",
			  stderr);
		return 2;
	}
	server.model = argv[1][0];
	server.rate = strtod(argv[2], NULL);
	server.other = strtod(argv[3], NULL);
	server.key = splitmix64_mix(argc > 4 ? (uint64_t) atoll(argv[4]) + 1 : 1);
	server.tokens = server.other;
	server.last_us = server.noise_us = now_us();
	(void) prctl(PR_SET_TIMERSLACK, 1UL);
	front_listen(&server.front);
	serve(&server);
}
