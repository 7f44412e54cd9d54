/*-------------------------------------------------------------------------
 *
 * client_light.c
 *		The light client; see client.h.
 *
 * libcurl makes the connections (see connector.h) with names, IPv6 and TLS.
 * From then on a request is written with curl_easy_send() and its answer read
 * with curl_easy_recv(), driven by epoll; libcurl's multi interface would go
 * through all of its states for each request. Without TLS those two only
 * search for the connection and call send() and recv(), which this does itself.
 *
 * wait() first reads and time-stamps all that is ready, and hands out the
 * answers afterwards, so that what checking one answer costs does not count as
 * latency of the next.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/client/compose.h"
#include "http/client/connector.h"
#include "http/client/handle.h"
#include "http/client/jar.h"
#include "http/client/parser.h"
#include "http/client/socket.h"
#include "http/client/strict.h"
#include "http/client/unpacked.h"

#define EVENTS_A_WAIT 256

/* epoll's data for the connector's file. */
#define CONNECTOR UINT64_MAX

/* In bytes; as much as libcurl reads in one call by default. */
#define READ_SIZE 16384

typedef enum ConnectionState
{
	CONNECTION_CLOSED,
	CONNECTION_MAKING, /* by the connector */
	CONNECTION_OPEN
} ConnectionState;

typedef struct Slot
{
	Client *client;
	ConnectionState state;
	CURL *easy;           /* while open */
	curl_socket_t socket; /* while open */
	bool watches_room;    /* epoll also waits until it can be written to */
	bool kept;            /* the connection has carried an answer before */

	const Request *request;    /* NULL if the slot is free */
	TAILQ_ENTRY(Slot) waiting; /* while the request has not ended */
	int64_t sent_us;
	int64_t ended_us;
	Bytes out;
	size_t out_sent; /* bytes of `out` that were sent */
	Parser parser;
	Jar jar; /* of the connection, and of those that take its place */
	int connects;
	int resent;
	LossCause loss; /* of the last time that it was sent again */
	int64_t lag_us; /* of the sample of it, or -1 */
	bool ended;     /* the answer is to be handed out */
	AnswerKind kind;
	char error[CURL_ERROR_SIZE];
} Slot;

TAILQ_HEAD(SlotQueue, Slot);

struct Client
{
	ClientSettings settings;
	Composer composer;
	bool is_tls;
	int epoll;
	Slot *slots;
	Connector *connector;
	struct SlotQueue waiting; /* oldest first, as all have the same timeout */
	int *done;                /* slots whose answers are to be handed out */
	int done_count;
	int *handing; /* the same, while they are handed out */
	int64_t idle_us;
	Unpacked unpacked;
	int64_t now_us;     /* a moment ago */
	int64_t sampled_us; /* when the last sample of the lag was taken */
	bool failed;        /* epoll refused a socket */
	char read[READ_SIZE];
};

static int
number_of(const Slot *slot)
{
	return (int) (slot - slot->client->slots);
}

/* --- the end of a request -------------------------------------------------- */

static void
set_error(Slot *slot, const char *error)
{
	if (error == NULL)
		slot->error[0] = '\0';
	else if (error != slot->error)
		(void) snprintf(slot->error, sizeof(slot->error), "%s", error);
}

static void
finish(Slot *slot, AnswerKind kind, const char *error)
{
	Client *client = slot->client;

	slot->ended = true;
	slot->kind = kind;
	set_error(slot, error);
	slot->ended_us = client->now_us = clock_now_us();
	TAILQ_REMOVE(&client->waiting, slot, waiting);
	client->done[client->done_count++] = number_of(slot);
}

/* Bytes on a connection that carries no request are not an answer. */
static bool
expects_answer(const Slot *slot)
{
	return slot->request != NULL && !slot->ended;
}

/* --- connections ----------------------------------------------------------- */

static void
watch(Slot *slot, uint32_t events)
{
	uint64_t index = (uint64_t) number_of(slot);

	if (!handle_watch(slot->client->epoll, slot->socket, events,
					  index << 32 | (uint32_t) slot->socket))
		slot->client->failed = true;
}

/* Closing the socket also removes it from epoll. */
static void
close_connection(Slot *slot)
{
	if (slot->state == CONNECTION_CLOSED)
		return;
	slot->state = CONNECTION_CLOSED;
	connector_close(slot->client->connector, number_of(slot));
}

static void
start_parser(Slot *slot)
{
	Method method = slot->request->method;

	parser_start(&slot->parser, method == METHOD_HEAD, true, CLIENT_MAX_BODY);
}

static void
open_connection(Slot *slot)
{
	slot->state = CONNECTION_MAKING;
	slot->kept = false;
	slot->out_sent = 0;
	slot->connects++;
	start_parser(slot);
	connector_start(slot->client->connector, number_of(slot));
}

/* --- reading and writing --------------------------------------------------- */

/* Translates the result of send() or recv() to libcurl's code. */
static CURLcode
to_code(ssize_t size, CURLcode problem)
{
	if (size >= 0)
		return CURLE_OK;
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR
			   ? CURLE_AGAIN
			   : problem;
}

static CURLcode
receive(const Slot *slot, char *buffer, size_t room, size_t *size)
{
	ssize_t got;

	if (slot->client->is_tls)
		return curl_easy_recv(slot->easy, buffer, room, size);
	got = recv(slot->socket, buffer, room, 0);
	*size = got > 0 ? (size_t) got : 0;
	return to_code(got, CURLE_RECV_ERROR);
}

static CURLcode
transmit(const Slot *slot, const char *data, size_t wanted, size_t *size)
{
	ssize_t sent;

	if (slot->client->is_tls)
		return curl_easy_send(slot->easy, data, wanted, size);
	sent = send(slot->socket, data, wanted, MSG_NOSIGNAL);
	*size = sent > 0 ? (size_t) sent : 0;
	return to_code(sent, CURLE_SEND_ERROR);
}

/*
 * The connection is lost. If it had been kept alive and no answer has begun, a
 * GET is sent again, and so is any request of which nothing was sent.
 */
static void
lost(Slot *slot, CURLcode code)
{
	bool again = slot->kept && !slot->parser.begun &&
				 (slot->request->method == METHOD_GET || slot->out_sent == 0);
	bool began = slot->parser.begun;
	LossCause loss = socket_loss(slot->socket);
	const char *problem = code != CURLE_OK && loss == LOSS_RESET
							  ? "the server reset the connection"
						  : code != CURLE_OK ? curl_easy_strerror(code)
						  : began            ? parser_problem(&slot->parser)
											 : "empty reply from server";

	close_connection(slot);
	if (again)
	{
		slot->resent++;
		slot->loss = loss;
		open_connection(slot);
	}
	else
		finish(slot, began ? ANSWER_BROKEN : ANSWER_NO_CONNECTION, problem);
}

static void
complete(Slot *slot)
{
	finish(slot, ANSWER_COMPLETE, NULL);
	slot->kept = true;
	if (!slot->parser.keep_alive || slot->out_sent < slot->out.size ||
		slot->client->settings.close_each)
		close_connection(slot);
}

/* Acts upon the parser's state; returns whether there is more to read. */
static bool
take(Slot *slot, ParserState state)
{
	switch (state)
	{
		case PARSER_MORE:
			return true;
		case PARSER_DONE:
			complete(slot);
			return false;
		case PARSER_BROKEN:
			finish(slot, ANSWER_BROKEN, parser_problem(&slot->parser));
			break;
		case PARSER_TOO_LARGE:
			finish(slot, ANSWER_TOO_LARGE, NULL);
			break;
	}
	close_connection(slot);
	return false;
}

/* Bytes that belong to no answer make the one before them a broken one. */
static void
take_stray(Slot *slot, const char *bytes, size_t size)
{
	if (!strict_is_stray(bytes, size))
		return;
	if (slot->request == NULL)
		slot->client->settings.stray(slot->client->settings.context,
									 number_of(slot));
	else if (slot->kind == ANSWER_COMPLETE)
	{
		slot->kind = ANSWER_BROKEN;
		set_error(slot, PARSER_EXCESS);
	}
}

/* Reads until the end of the answer, or until the socket has no more bytes. */
static void
read_answer(Slot *slot)
{
	Client *client = slot->client;
	CURLcode code;
	size_t size;

	do
	{
		size = 0;
		code = receive(slot, client->read, READ_SIZE, &size);
		if (code == CURLE_AGAIN)
			return;
		if (!expects_answer(slot))
		{
			/* It was closed between two requests, or sent unexpected bytes. */
			take_stray(slot, client->read, code == CURLE_OK ? size : 0);
			close_connection(slot);
			return;
		}
		if (code == CURLE_OK && size == 0 &&
			parser_end(&slot->parser) == PARSER_DONE)
		{
			complete(slot);
			return;
		}
		if (code != CURLE_OK || size == 0)
		{
			lost(slot, code);
			return;
		}
	} while (take(slot, parser_feed(&slot->parser, client->read, size)));
}

static void
wait_for_room(Slot *slot, bool wanted)
{
	if (slot->watches_room == wanted)
		return;
	slot->watches_room = wanted;
	watch(slot, wanted ? EPOLLIN | EPOLLOUT : EPOLLIN);
}

static void
write_request(Slot *slot)
{
	while (slot->out_sent < slot->out.size)
	{
		size_t sent = 0;
		CURLcode code = transmit(slot, slot->out.data + slot->out_sent,
								 slot->out.size - slot->out_sent, &sent);

		if (code == CURLE_AGAIN || (code == CURLE_OK && sent == 0))
		{
			wait_for_room(slot, true);
			return;
		}
		if (code != CURLE_OK)
		{
			/* The server may have answered before it closed the connection. */
			read_answer(slot);
			if (slot->state == CONNECTION_OPEN && expects_answer(slot))
				lost(slot, code);
			return;
		}
		slot->out_sent += sent;
	}
	wait_for_room(slot, false);
}

/* --- new connections -------------------------------------------------------- */

static void
connected(Slot *slot)
{
	slot->easy = connector_handle(slot->client->connector, number_of(slot));
	slot->state = CONNECTION_OPEN;
	slot->kept = false;
	slot->watches_room = false;
	if (curl_easy_getinfo(slot->easy, CURLINFO_ACTIVESOCKET, &slot->socket) !=
		CURLE_OK)
	{
		lost(slot, CURLE_COULDNT_CONNECT);
		return;
	}
	watch(slot, EPOLLIN);
	write_request(slot);
}

/* Sends, or fails, the requests whose connections are made or have failed. */
static void
take_connections(Client *client)
{
	const char *problem;
	int number;

	while (connector_next(client->connector, &number, &problem))
	{
		Slot *slot = &client->slots[number];

		if (problem == NULL)
			connected(slot);
		else
		{
			slot->state = CONNECTION_CLOSED;
			finish(slot, ANSWER_NO_CONNECTION, problem);
		}
	}
}

/* --- the interface --------------------------------------------------------- */

static void
light_destroy(Client *client)
{
	connector_destroy(client->connector);
	for (int i = 0; i < client->settings.slots; i++)
	{
		parser_free(&client->slots[i].parser);
		jar_free(&client->slots[i].jar);
		free(client->slots[i].out.data);
	}
	if (client->epoll >= 0)
		(void) close(client->epoll);
	compose_free(&client->composer);
	free(client->unpacked.data);
	free(client->slots);
	free(client->done);
	free(client->handing);
	free(client);
}

static Client *
light_create(const ClientSettings *settings, RunError *error)
{
	Client *client = memory_zeroed(1, sizeof(Client));
	size_t slots = (size_t) settings->slots;
	bool ok;

	client->settings = *settings;
	client->is_tls = handle_is_tls(settings);
	client->slots = memory_zeroed(slots, sizeof(Slot));
	client->done = memory_zeroed(slots, sizeof(int));
	client->handing = memory_zeroed(slots, sizeof(int));
	TAILQ_INIT(&client->waiting);
	for (size_t i = 0; i < slots; i++)
	{
		client->slots[i].client = client;
		if (settings->cookies != NULL)
			jar_add(&client->slots[i].jar, settings->cookies);
	}
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	client->connector = connector_create(settings);
	ok = client->epoll >= 0 && client->connector != NULL &&
		 handle_watch(client->epoll, connector_file(client->connector), EPOLLIN,
					  CONNECTOR) &&
		 compose_init(&client->composer, settings);
	if (!ok)
	{
		error_set(error, EXIT_CANNOT_RUN, "could not set up libcurl: %s",
				  strerror(errno));
		light_destroy(client);
		return NULL;
	}
	return client;
}

/*
 * Returns whether an idle connection was closed or has unexpected bytes. This
 * costs a system call, so it is used only for what must not be sent twice.
 */
static bool
is_stale(Slot *slot)
{
	char bytes[16];
	size_t size = 0;
	CURLcode code = receive(slot, bytes, sizeof(bytes), &size);

	if (code == CURLE_OK && strict_is_stray(bytes, size))
		slot->client->settings.stray(slot->client->settings.context,
									 number_of(slot));
	return code != CURLE_AGAIN;
}

static bool
works(const Client *client, RunError *error)
{
	return (!client->failed && connector_works(client->connector)) ||
		   error_set(error, EXIT_CANNOT_RUN,
					 "libcurl or epoll refused a connection");
}

/* Returns what a request sends as its header Cookie, or NULL. */
static const char *
cookies_for(Slot *slot)
{
	const Client *client = slot->client;

	return client->settings.cookies == NULL
			   ? NULL
			   : jar_line(&slot->jar, client->composer.prefix,
						  slot->request->path, client->is_tls, time(NULL));
}

static void
keep_cookies(Slot *slot)
{
	if (slot->client->settings.cookies != NULL)
		jar_take(&slot->jar, slot->parser.heads.cookies,
				 slot->client->composer.prefix, slot->request->path,
				 time(NULL));
}

static bool
light_send(Client *client, int index, const Request *request, RunError *error)
{
	Slot *slot = &client->slots[index];

	slot->request = request;
	slot->ended = false;
	slot->connects = 0;
	slot->resent = 0;
	slot->lag_us = -1;
	slot->out_sent = 0;
	compose_request(&client->composer, request, cookies_for(slot), &slot->out);
	TAILQ_INSERT_TAIL(&client->waiting, slot, waiting);
	slot->sent_us = clock_now_us();
	if (slot->state == CONNECTION_OPEN && request->method != METHOD_GET &&
		is_stale(slot))
		close_connection(slot);
	if (slot->state == CONNECTION_OPEN)
	{
		start_parser(slot);
		write_request(slot);
	}
	else
		open_connection(slot);
	return works(client, error);
}

static void
on_event(Client *client, const struct epoll_event *event)
{
	Slot *slot = &client->slots[event->data.u64 >> 32];
	curl_socket_t socket = (curl_socket_t) (event->data.u64 & UINT32_MAX);

	/* Ignore an event of a socket that has been closed since. */
	if (slot->state == CONNECTION_OPEN && slot->socket == socket)
	{
		if ((event->events & EPOLLOUT) && expects_answer(slot))
			write_request(slot);
		if ((event->events & ~(uint32_t) EPOLLOUT) &&
			slot->state == CONNECTION_OPEN)
		{
			if (client->now_us - client->sampled_us >= CLIENT_SAMPLE_US)
			{
				client->sampled_us = client->now_us;
				slot->lag_us = socket_lag_us(socket);
			}
			read_answer(slot);
		}
	}
}

/* Ends requests that have reached their timeout. */
static void
expire(Client *client, int64_t now_us)
{
	int64_t timeout_us = client->settings.timeout_us;
	Slot *slot;

	while ((slot = TAILQ_FIRST(&client->waiting)) != NULL &&
		   slot->sent_us + timeout_us <= now_us)
	{
		bool made = slot->state == CONNECTION_OPEN;

		close_connection(slot);
		(void) snprintf(slot->error, sizeof(slot->error),
						"%s timed out after %ld ms",
						made ? "the answer" : "the connection",
						handle_ms(now_us - slot->sent_us));
		finish(slot, made ? ANSWER_TIMEOUT : ANSWER_NO_CONNECTION, slot->error);
	}
}

/* Returns when wait() has to do something even without an event. */
static int64_t
next_due(const Client *client, int64_t until_us)
{
	const Slot *slot = TAILQ_FIRST(&client->waiting);
	int64_t connector_us = connector_due_us(client->connector);

	if (client->done_count > 0)
		return 0;
	if (slot != NULL && slot->sent_us + client->settings.timeout_us < until_us)
		until_us = slot->sent_us + client->settings.timeout_us;
	return connector_us < until_us ? connector_us : until_us;
}

static void
hand_out(Client *client)
{
	int count = client->done_count;
	int *done = client->done;

	/* A request that `answered` sends may end at once, and joins `done`. */
	client->done = client->handing;
	client->handing = done;
	client->done_count = 0;
	for (int i = 0; i < count; i++)
	{
		Slot *slot = &client->slots[done[i]];
		const Request *request = slot->request;
		Answer answer = {
			.kind = slot->kind,
			.status = slot->parser.status,
			.body = slot->parser.body != NULL ? slot->parser.body : "",
			.body_size = slot->parser.body_size,
			.is_json = !request_method_is_safe(request->method) &&
					   parser_is_json(&slot->parser),
			.type = slot->parser.heads.type,
			.link = slot->parser.heads.link,
			.encoding = slot->parser.heads.encoding,
			.error = slot->kind != ANSWER_COMPLETE ? slot->error : NULL,
			.asked_us = slot->sent_us,
			.sent_us = slot->sent_us,
			.ended_us = slot->ended_us,
			.connects = slot->connects,
			.resent = slot->resent,
			.loss = slot->loss,
			.lag_us = slot->lag_us};

		keep_cookies(slot);
		unpacked_answer(&answer, client->settings.unpacks, &client->unpacked);
		slot->request = NULL;
		client->settings.answered(client->settings.context, done[i], request,
								  &answer);
	}
}

static bool
light_wait(Client *client, int64_t until_us, RunError *error)
{
	struct epoll_event events[EVENTS_A_WAIT];
	int count = handle_wait(client->epoll, events, EVENTS_A_WAIT,
							next_due(client, until_us), &client->idle_us);
	int64_t now_us;
	bool connector_calls = false;

	client->now_us = clock_now_us();
	if (count < 0 && errno != EINTR)
		return error_set(error, EXIT_CANNOT_RUN,
						 "could not wait for answers: %s", strerror(errno));
	for (int i = 0; i < count; i++)
		if (events[i].data.u64 == CONNECTOR)
			connector_calls = true;
		else
			on_event(client, &events[i]);
	now_us = clock_now_us();
	if (connector_calls || connector_due_us(client->connector) <= now_us)
		connector_run(client->connector);
	take_connections(client);
	expire(client, now_us);
	if (!works(client, error))
		return false;
	hand_out(client);
	return true;
}

static int64_t
light_idle_us(const Client *client)
{
	return client->idle_us;
}

const ClientOps client_light = {.files_a_slot = CONNECTOR_FILES_A_SLOT,
								.create = light_create,
								.send = light_send,
								.wait = light_wait,
								.idle_us = light_idle_us,
								.destroy = light_destroy};
