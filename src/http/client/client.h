/*-------------------------------------------------------------------------
 *
 * client.h
 *		How requests are sent: the interface that every HTTP client fills in.
 *
 * A client has as many slots as there are connections. A slot carries one
 * request at a time: send() starts it, and wait() calls `answered` once for
 * it, with an answer or with the reason why there is none. From inside of
 * `answered` the slot can be given its next request. The load loop knows this
 * interface only, and both clients put the same answer into the same kind.
 * A client belongs to one thread; each thread of a run has its own.
 *
 * A GET whose kept connection turns out to be closed, before a byte of the
 * answer has come, is sent again on another one: that says nothing about the
 * server. Any other request is not, once some of it was sent: it might be
 * carried out twice.
 *
 * Latency is taken from CLOCK_MONOTONIC, in microseconds: from just before a
 * request is handed to the client until just after its last byte was read.
 * libcurl's own CURLINFO_TOTAL_TIME_T begins only once the request is
 * processed, would leave out what an open loop waits for a free connection,
 * and would differ from what another client reports.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_CLIENT_H
#define PERFCHECK_HTTP_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "http/base/error.h"
#include "http/requests/request.h"

/* Larger bodies are cut off and the answer is an error. */
#define CLIENT_MAX_BODY (16 * 1024 * 1024)

typedef enum AnswerKind
{
	ANSWER_COMPLETE,      /* status and whole body are there */
	ANSWER_NO_CONNECTION, /* none was made, or it was lost before an answer */
	ANSWER_TIMEOUT,
	ANSWER_BROKEN, /* cut off, or not HTTP */
	ANSWER_TOO_LARGE
} AnswerKind;

/* Lives as long as the call of `answered`. */
typedef struct Answer
{
	AnswerKind kind;
	int status;        /* of ANSWER_COMPLETE */
	const char *body;  /* of ANSWER_COMPLETE; not ended by a zero byte */
	size_t body_size;  /* in bytes */
	bool is_json;      /* says the Content-Type; not looked at for GET, HEAD */
	const char *error; /* in words, unless complete; of a complete one NULL,
						* or why its redirect was not followed */
	int64_t asked_us;  /* when send() was called */
	int64_t sent_us;   /* the same, unless it was held back for a free stream */
	int64_t ended_us;
	int connects;  /* new connections that it took; 0: kept alive */
	int redirects; /* how many were followed to get it */
} Answer;

/*
 * Addresses of names that were looked up, for all clients of a run: to look up
 * once for each connection would measure the resolver, and stop a loop with it.
 */
typedef struct ClientNames ClientNames;

extern ClientNames *client_names_create(void);
extern void client_names_destroy(ClientNames *names);

typedef struct ClientSettings
{
	const char *base_url;
	int slots; /* connections times streams */
	int64_t timeout_us;
	int64_t connect_timeout_us;
	bool insecure;           /* the server's certificate is not verified */
	const char *unix_socket; /* instead of the URL's host; NULL: none */
	const char *proxy;       /* its URL; NULL: none */
	ClientNames *names;      /* NULL: each handle looks up for itself */
	bool http2;              /* and nothing else, as all answers must be */
	int streams;             /* requests at a time on a connection of HTTP/2 */
	int redirects;           /* of a GET or HEAD, followed at most */
	void (*answered)(void *context, int slot, const Request *request,
					 const Answer *answer);
	void *context;
} ClientSettings;

typedef struct Client Client;

typedef struct ClientOps
{
	int files_a_slot; /* file descriptors that a connection takes */

	/* NULL and error when it cannot be made. */
	Client *(*create)(const ClientSettings *settings, RunError *error);

	/* The request must stay where it is until it has been answered. */
	bool (*send)(Client *client, int slot, const Request *request,
				 RunError *error);

	/* Reads and writes; returns after an event, at until_us at the latest. */
	bool (*wait)(Client *client, int64_t until_us, RunError *error);

	/* How long it has waited with nothing to do, in microseconds. */
	int64_t (*idle_us)(const Client *client);

	/* Requests that are still under way are dropped. */
	void (*destroy)(Client *client);
} ClientOps;

/* HTTP/1.1 with keep-alive on connections that libcurl makes: no more. */
extern const ClientOps client_light;

/*
 * On libcurl's multi interface, at about twice the cost; with it come proxies,
 * HTTP/2 and redirects.
 */
extern const ClientOps client_multi;

/*
 * Connects once and sends nothing; false when nothing listens there. Afterwards
 * settings->names has the address.
 */
extern bool client_probe(const ClientSettings *settings, RunError *error);

static inline int64_t
client_now_us(void)
{
	struct timespec now;

	/* Cannot fail with this clock and a valid address. */
	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

#endif /* PERFCHECK_HTTP_CLIENT_CLIENT_H */
