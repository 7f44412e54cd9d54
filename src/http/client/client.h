/*-------------------------------------------------------------------------
 *
 * client.h
 *		The interface that every HTTP client implements.
 *
 * A client has as many slots as there are connections. A slot carries one
 * request at a time: send() starts it, and wait() calls `answered` once for
 * it, with an answer or with the reason why there is none. `answered` may give
 * the slot its next request. The load loop uses this interface only, and both
 * clients classify the same answer as the same kind. A client belongs to one
 * thread; each thread of a run has its own.
 *
 * If a connection that was kept alive turns out to be lost before a byte of the
 * answer has arrived, a GET is sent again on another connection, and the answer
 * says so: a server may close a connection that is idle, but one that loses
 * requests is not to look like one that does not. Any other request is not sent
 * again once a part of it was sent, because it might be executed twice.
 *
 * Bytes that belong to no answer make the answer before them a broken one. If
 * they arrive when that was handed out already, `stray` is called for its slot.
 *
 * Latency is measured with CLOCK_MONOTONIC, in microseconds: from just before
 * a request is handed to the client until just after its last byte was read.
 * libcurl's own CURLINFO_TOTAL_TIME_T begins only when libcurl processes the
 * request. It would leave out the wait for a free connection in an open loop,
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

/* A larger body, in bytes, is cut off and makes the answer an error. */
#define CLIENT_MAX_BODY (16 * 1024 * 1024)

/* How often the lag of an answer is measured at most; see Answer.lag_us. */
#define CLIENT_SAMPLE_US 500

typedef enum AnswerKind
{
	ANSWER_COMPLETE,      /* the status and the whole body have arrived */
	ANSWER_NO_CONNECTION, /* it was not made, or was lost before an answer */
	ANSWER_TIMEOUT,
	ANSWER_BROKEN, /* cut off, or not HTTP */
	ANSWER_TOO_LARGE
} AnswerKind;

/* How a connection was lost that had a request and got no answer. */
typedef enum LossCause
{
	LOSS_RESET,
	LOSS_CLOSED, /* without an answer, but in order */
	LOSS_CAUSES
} LossCause;

/* An answer is valid only during the call of `answered`. */
typedef struct Answer
{
	AnswerKind kind;
	int status;       /* of ANSWER_COMPLETE */
	const char *body; /* of ANSWER_COMPLETE; not terminated by a zero byte */
	size_t body_size; /* in bytes */
	bool is_json;     /* by its Content-Type; always false for GET and HEAD */
	const char *type; /* its Content-Type, or NULL */
	const char *link; /* the values of its header Link, or NULL */
	const char *encoding; /* of a body that is still compressed, or NULL */
	const char *error;    /* what went wrong; if complete, why its redirect
						* was not followed, or NULL */
	int64_t asked_us;     /* when send() was called */
	int64_t sent_us; /* later than that if the request waited for a stream */
	int64_t ended_us;
	int connects;   /* new connections; 0 if one was kept alive */
	int redirects;  /* how many were followed to get this answer */
	int resent;     /* how often the request was sent again after a loss */
	LossCause loss; /* the last one, if it was sent again */
	int64_t lag_us; /* its bytes lay there before they were read; or -1 */
} Answer;

/*
 * The addresses of host names, shared by all clients of a run. A look-up for
 * each connection would measure the resolver, and block a loop meanwhile.
 * client_names_create() never returns NULL.
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
	const char *unix_socket; /* instead of the URL's host, or NULL */
	const char *connect_to;  /* as CURLOPT_CONNECT_TO has it, or NULL */
	const char *cacert;      /* files in PEM, or NULL */
	const char *cert;
	const char *cert_key;
	bool close_each;     /* a connection carries one request */
	uint64_t trace_run;  /* 0: requests are not traced; see trace.h */
	int thread;          /* distinguishes the traces of several clients */
	const char *proxy;   /* its URL, or NULL */
	ClientNames *names;  /* or NULL: each handle looks up for itself */
	bool http2;          /* requests and all answers use HTTP/2 */
	int streams;         /* requests at a time on one connection of HTTP/2 */
	int redirects;       /* followed at most, for a GET or HEAD */
	bool unpacks;        /* compressed bodies are unpacked */
	const char *cookies; /* every connection has them, "" or more; NULL:
						  * connections keep no cookies */
	void (*answered)(void *context, int slot, const Request *request,
					 const Answer *answer);
	void (*stray)(void *context, int slot);
	void *context;
} ClientSettings;

typedef struct Client Client;

typedef struct ClientOps
{
	int files_a_slot; /* file descriptors that a slot needs */

	/* Returns NULL, and sets the error, if libcurl cannot be set up. */
	Client *(*create)(const ClientSettings *settings, RunError *error);

	/*
	 * Starts a request on a free slot. The request must stay valid until it
	 * has been answered. Returns false, and sets the error, if the client
	 * cannot go on; a request that fails is reported by `answered` instead.
	 */
	bool (*send)(Client *client, int slot, const Request *request,
				 RunError *error);

	/*
	 * Waits for events until until_us at the latest, and calls `answered` for
	 * every request that has ended. Returns false, and sets the error, if the
	 * client cannot go on.
	 */
	bool (*wait)(Client *client, int64_t until_us, RunError *error);

	/* Returns for how long, in microseconds, it has waited for events. */
	int64_t (*idle_us)(const Client *client);

	/* Frees the client; requests under way are dropped without an answer. */
	void (*destroy)(Client *client);
} ClientOps;

/* Sends HTTP/1.1 with keep-alive on connections that libcurl makes. */
extern const ClientOps client_light;

/*
 * Sends through libcurl's multi interface, at about twice the cost. It also
 * supports proxies, HTTP/2 and redirects.
 */
extern const ClientOps client_multi;

/*
 * Connects once and sends nothing, which also stores the address in
 * settings->names. Returns false, and sets the error, if there is no connection
 * or if libcurl lacks a feature.
 */
extern bool client_probe(const ClientSettings *settings, RunError *error);

#endif /* PERFCHECK_HTTP_CLIENT_CLIENT_H */
