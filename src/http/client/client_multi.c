/*-------------------------------------------------------------------------
 *
 * client_multi.c
 *		The client on libcurl's multi interface; see client.h.
 *
 * It drives curl_multi_socket_action() by epoll, so that the cost of a request
 * does not grow with the number of connections as with curl_multi_poll(). Each
 * slot has an easy handle, so there are never more connections than slots, and
 * fewer if HTTP/2 shares them; the cache of the multi handle keeps all of them.
 * Redirects are followed here, because libcurl would follow them to any server.
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
#include <sys/socket.h>
#include <unistd.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/client/compose.h"
#include "http/client/easy_body.h"
#include "http/client/easy_request.h"
#include "http/client/handle.h"
#include "http/client/heads.h"
#include "http/client/jar.h"
#include "http/client/redirect.h"
#include "http/client/socket.h"
#include "http/client/strict.h"
#include "http/client/trace.h"
#include "http/client/unpacked.h"

#define EVENTS_A_WAIT 256

/* A flag in epoll's data: no request uses this socket. */
#define IDLE (UINT64_C(1) << 32)
#define MAX_IDLE_READS 64

typedef struct Slot
{
	CURL *easy;
	struct curl_slist *headers; /* of the request */
	const Request *request;     /* NULL if the slot is free */
	int64_t sent_us;
	int64_t ended_us;
	CURLcode result;
	EasyBody body;
	int tries;        /* of libcurl, since the request or its last redirect */
	bool tried_again; /* at least once since the handle was set up */
	long before;      /* bytes sent before the first try, for a tunnel */
	int64_t begun_us; /* when the first try began, or 0 */
	int connects;     /* before the last redirect */
	int redirects;    /* followed so far */
	bool timeout_cut; /* by a redirect, to what was left of it */
	bool not_followed;
	Heads heads; /* of the last answer, without those before a redirect */
	Jar jar;
	int resent;
	LossCause loss; /* of the last time that it was sent again */
	int64_t lag_us; /* of the sample of it, or -1 */
	Strict strict;
	char error[CURL_ERROR_SIZE];
} Slot;

struct Client
{
	ClientSettings settings;
	CURLM *multi;
	int epoll;
	bool may_speak;   /* idle connections may receive bytes */
	int64_t timer_us; /* when libcurl wants to be called, or INT64_MAX */
	Slot *slots;
	int *done; /* slots whose answers are to be handed out */
	int done_count;
	int64_t idle_us;
	Unpacked unpacked;
	Composer composer; /* for the path of the base URL */
	bool is_tls;
	int64_t sampled_us; /* when the last sample of the lag was taken */
	SocketUsers users;
	Trace trace;
	bool failed; /* epoll refused a socket */
};

/* Notes which slot uses a socket. */
static void
note_user(Client *client, curl_socket_t socket, CURL *easy)
{
	Slot *slot = NULL;

	(void) curl_easy_getinfo(easy, CURLINFO_PRIVATE, &slot);
	if (slot != NULL)
		socket_users_note(&client->users, socket, (int) (slot - client->slots));
}

/* Returns the slot that has used a socket last, or NULL. */
static Slot *
user_of(Client *client, curl_socket_t socket)
{
	int number = socket_users_find(&client->users, socket);

	return number >= 0 ? &client->slots[number] : NULL;
}

/* libcurl closes a connection by this. How it ended is known until then. */
static int
on_close(void *context, curl_socket_t socket)
{
	Slot *slot = user_of(context, socket);

	if (slot != NULL)
		slot->loss = socket_loss(socket);
	return close(socket);
}

/*
 * libcurl calls this to say which events of a socket it waits for. It does not
 * watch an idle connection, and when it uses it again, it takes any bytes for a
 * sign of life, even the notice with which TLS closes. So idle connections are
 * watched here: for their end and, if the server has nothing to say, for bytes.
 */
static int
on_socket(CURL *easy, curl_socket_t socket, int what, void *context,
		  void *known)
{
	Client *client = context;
	uint64_t data = (uint64_t) socket;

	(void) known;
	if (what == CURL_POLL_REMOVE)
	{
		/* If it is closed already, epoll has dropped it as well. */
		(void) handle_watch(client->epoll, socket,
							client->may_speak ? EPOLLRDHUP : EPOLLIN,
							data | IDLE);
		return 0;
	}
	note_user(client, socket, easy);
	if (!handle_watch(client->epoll, socket, handle_to_epoll(what), data))
		client->failed = true;
	return 0;
}

/*
 * Shuts an idle connection down, so that libcurl finds it dead and makes a new
 * one. Unread bytes would make it look alive, so they are read first.
 */
static void
end_idle(Client *client, curl_socket_t socket)
{
	char unasked[4096];
	int reads = 0;
	ssize_t size;
	const Slot *slot = user_of(client, socket);

	while (reads++ < MAX_IDLE_READS &&
		   (size = recv(socket, unasked, sizeof(unasked), MSG_DONTWAIT)) > 0)
		if (reads == 1 && slot != NULL && !client->may_speak &&
			strict_is_stray(unasked, (size_t) size))
			client->settings.stray(client->settings.context,
								   (int) (slot - client->slots));
	(void) epoll_ctl(client->epoll, EPOLL_CTL_DEL, socket, NULL);
	(void) shutdown(socket, SHUT_RDWR);
}

/*
 * libcurl calls this before each request, on a new connection or a kept one. It
 * sends a request again if the connection was closed before an answer. That is
 * right for a GET only: other requests might be executed twice.
 */
static int
on_request(void *context, char *ip, char *local_ip, int port, int local_port)
{
	Slot *slot = context;
	long sent = 0;

	(void) ip;
	(void) local_ip;
	(void) port;
	(void) local_port;
	(void) curl_easy_getinfo(slot->easy, CURLINFO_REQUEST_SIZE, &sent);
	if (slot->begun_us == 0)
		slot->begun_us = clock_now_us();
	if (slot->tries++ == 0)
		slot->before = sent;
	else
	{
		slot->tried_again = true;
		slot->resent++;
	}
	return sent > slot->before && slot->request->method != METHOD_GET
			   ? CURL_PREREQFUNC_ABORT
			   : CURL_PREREQFUNC_OK;
}

static int
on_timer(CURLM *multi, long timeout_ms, void *context)
{
	Client *client = context;

	(void) multi;
	client->timer_us = handle_timer_us(timeout_ms);
	return 0;
}

static bool
set_up_slot(Client *client, Slot *slot)
{
	CURL *easy = slot->easy;

	return handle_set_common(easy, &client->settings, slot->error) &&
		   easy_body_set_up(&slot->body, easy) &&
		   strict_set_up(&slot->strict, easy, &slot->heads) &&
		   curl_easy_setopt(easy, CURLOPT_FORBID_REUSE,
							client->settings.close_each ? 1L : 0L) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, on_close) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, client) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, on_request) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PREREQDATA, slot) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PRIVATE, slot) == CURLE_OK;
}

static bool
create_multi(Client *client)
{
	CURLM *multi = client->multi = curl_multi_init();

	return multi != NULL &&
		   curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket) ==
			   CURLM_OK &&
		   curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, client) == CURLM_OK &&
		   curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer) ==
			   CURLM_OK &&
		   curl_multi_setopt(multi, CURLMOPT_TIMERDATA, client) == CURLM_OK &&
		   handle_set_streams(multi, &client->settings);
}

static void
multi_destroy(Client *client)
{
	for (int i = 0; i < client->settings.slots; i++)
	{
		Slot *slot = &client->slots[i];

		if (slot->request != NULL)
			(void) curl_multi_remove_handle(client->multi, slot->easy);
		curl_easy_cleanup(slot->easy);
		curl_slist_free_all(slot->headers);
		free(slot->body.data);
		heads_free(&slot->heads);
		jar_free(&slot->jar);
	}
	free(client->unpacked.data);
	compose_free(&client->composer);
	if (client->multi != NULL)
		(void) curl_multi_cleanup(client->multi);
	if (client->epoll >= 0)
		(void) close(client->epoll);
	free(client->slots);
	free(client->done);
	free(client->users.slots);
	free(client);
}

static Client *
multi_create(const ClientSettings *settings, RunError *error)
{
	Client *client = memory_zeroed(1, sizeof(Client));
	bool ok;

	client->settings = *settings;
	client->timer_us = INT64_MAX;
	client->trace = trace_start(settings->trace_run, settings->thread);
	/* Session tickets of TLS and frames of HTTP/2 may come at any time. */
	client->is_tls = handle_is_tls(settings);
	client->may_speak = client->is_tls || settings->http2;
	client->slots = memory_zeroed((size_t) settings->slots, sizeof(Slot));
	client->done = memory_zeroed((size_t) settings->slots, sizeof(int));
	client->epoll = epoll_create1(EPOLL_CLOEXEC);
	ok = client->epoll >= 0 && create_multi(client) &&
		 compose_init(&client->composer, settings);
	for (int i = 0; ok && i < settings->slots; i++)
	{
		Slot *slot = &client->slots[i];

		if (settings->cookies != NULL)
			jar_add(&slot->jar, settings->cookies);
		slot->easy = curl_easy_init();
		ok = slot->easy != NULL && set_up_slot(client, slot);
	}
	if (!ok)
	{
		error_set(error, EXIT_CANNOT_RUN, "could not set up libcurl: %s",
				  strerror(errno));
		multi_destroy(client);
		return NULL;
	}
	return client;
}

static bool
set_timeout(Slot *slot, int64_t us)
{
	return curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, handle_ms(us)) ==
		   CURLE_OK;
}

/* Readies the handle, which may have carried another request before. */
static bool
renew_handle(Client *client, Slot *slot)
{
	bool reset = slot->tried_again;
	bool timeout_cut = slot->timeout_cut;

	slot->tried_again = false;
	slot->timeout_cut = false;

	/*
	 * libcurl 7.88 gives up at the sixth time that a handle tries again, even
	 * if those were six different requests: only a reset forgets them.
	 */
	if (reset)
	{
		curl_easy_reset(slot->easy);
		return set_up_slot(client, slot);
	}
	return !timeout_cut || set_timeout(slot, client->settings.timeout_us);
}

/* Sets the header Cookie of the next transfer, or that there is none. */
static bool
set_cookies(Client *client, Slot *slot)
{
	return client->settings.cookies == NULL ||
		   curl_easy_setopt(slot->easy, CURLOPT_COOKIE,
							jar_line(&slot->jar, client->composer.prefix,
									 slot->request->path, client->is_tls,
									 time(NULL))) == CURLE_OK;
}

static void
keep_cookies(Client *client, Slot *slot)
{
	if (client->settings.cookies != NULL)
		jar_take(&slot->jar, slot->heads.cookies, client->composer.prefix,
				 slot->request->path, time(NULL));
}

static bool
multi_send(Client *client, int index, const Request *request, RunError *error)
{
	Slot *slot = &client->slots[index];

	easy_body_start(&slot->body);
	slot->tries = 0;
	slot->begun_us = 0;
	slot->connects = 0;
	slot->redirects = 0;
	slot->not_followed = false;
	slot->resent = 0;
	slot->loss = LOSS_CLOSED;
	slot->lag_us = -1;
	slot->error[0] = '\0';
	slot->request = request;
	heads_start(&slot->heads);
	if (!renew_handle(client, slot) || !strict_start(&slot->strict) ||
		!easy_request_set(slot->easy, client->settings.base_url, request,
						  trace_next(&client->trace), &slot->headers) ||
		!set_cookies(client, slot))
		return error_set(error, EXIT_CANNOT_RUN, "libcurl refused %s%s",
						 client->settings.base_url, request->path);
	slot->sent_us = clock_now_us();
	return curl_multi_add_handle(client->multi, slot->easy) == CURLM_OK ||
		   error_set(error, EXIT_CANNOT_RUN, "libcurl refused the request");
}

static int
count_connects(const Slot *slot)
{
	long connects = 0;

	(void) curl_easy_getinfo(slot->easy, CURLINFO_NUM_CONNECTS, &connects);
	return (int) connects;
}

/* Returns the URL that an answer redirects to, or NULL if none is followed. */
static const char *
redirected_to(const Client *client, const Slot *slot)
{
	long status = 0;
	char *url = NULL;

	if (slot->result != CURLE_OK || client->settings.redirects == 0 ||
		!request_method_is_safe(slot->request->method))
		return NULL;
	(void) curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
	(void) curl_easy_getinfo(slot->easy, CURLINFO_REDIRECT_URL, &url);
	return redirect_is_one((int) status) ? url : NULL;
}

static void
do_not_follow(Slot *slot, const char *url, const char *why)
{
	slot->not_followed = true;
	(void) snprintf(slot->error, sizeof(slot->error), "%s: %s", why, url);
}

/* Sends the next request if the answer is a redirect; returns whether it did. */
static bool
follow(Client *client, Slot *slot)
{
	const char *url = redirected_to(client, slot);
	int64_t left_us =
		slot->sent_us + client->settings.timeout_us - slot->ended_us;

	if (url == NULL)
		return false;
	if (!redirect_stays(client->settings.base_url, url))
	{
		do_not_follow(slot, url, "the redirect leads to another server");
		return false;
	}
	if (slot->redirects == client->settings.redirects)
	{
		do_not_follow(slot, url, "too many redirects");
		return false;
	}
	keep_cookies(client, slot);
	slot->redirects++;
	slot->tries = 0;
	slot->connects += count_connects(slot);
	slot->body.size = 0;
	slot->timeout_cut = true;
	if (left_us > 0 && set_timeout(slot, left_us) &&
		curl_easy_setopt(slot->easy, CURLOPT_URL, url) == CURLE_OK &&
		set_cookies(client, slot) &&
		curl_multi_add_handle(client->multi, slot->easy) == CURLM_OK)
		return true;
	slot->result = CURLE_OPERATION_TIMEDOUT;
	return false;
}

/* Time-stamps the requests that have ended, and removes their handles. */
static void
collect(Client *client)
{
	CURLMsg *message;
	int left;
	int64_t now_us = clock_now_us();

	while ((message = curl_multi_info_read(client->multi, &left)) != NULL)
	{
		Slot *slot = NULL;

		if (message->msg != CURLMSG_DONE ||
			curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot) !=
				CURLE_OK)
			continue;
		slot->ended_us = now_us;
		slot->result = message->data.result;
		(void) curl_multi_remove_handle(client->multi, slot->easy);
		if (!follow(client, slot))
			client->done[client->done_count++] = (int) (slot - client->slots);
	}
}

/* With TLS, a server may choose HTTP/1.1 although HTTP/2 was asked for. */
static bool
is_wrong_version(const Client *client, const Slot *slot)
{
	long version = CURL_HTTP_VERSION_NONE;

	(void) curl_easy_getinfo(slot->easy, CURLINFO_HTTP_VERSION, &version);
	return client->settings.http2 && version != CURL_HTTP_VERSION_2_0;
}

/* Returns whether the request has waited for a free stream in vain. */
static bool
no_stream(const Client *client, const Slot *slot)
{
	return client->settings.streams > 1 && slot->begun_us == 0 &&
		   slot->result == CURLE_OPERATION_TIMEDOUT &&
		   count_connects(slot) == 0;
}

/* A body that follows an answer to HEAD is less than its status says. */
static bool
is_failed_head(const Slot *slot)
{
	long status = 0;

	(void) curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
	return slot->request->method == METHOD_HEAD && slot->result == CURLE_OK &&
		   (status < 200 || status > 299);
}

static AnswerKind
answer_kind(const Client *client, const Slot *slot)
{
	curl_off_t connected_us = 0;
	long header_size = 0;

	if (slot->strict.fault != NULL && !is_failed_head(slot))
		return ANSWER_BROKEN;
	if (slot->result == CURLE_OK)
		return is_wrong_version(client, slot) ? ANSWER_BROKEN : ANSWER_COMPLETE;
	/* on_request() has kept libcurl from sending it again. */
	if (slot->result == CURLE_ABORTED_BY_CALLBACK)
		return ANSWER_NO_CONNECTION;
	if (no_stream(client, slot))
		return ANSWER_TIMEOUT;
	if (slot->body.too_large)
		return ANSWER_TOO_LARGE;
	(void) curl_easy_getinfo(slot->easy, CURLINFO_PRETRANSFER_TIME_T,
							 &connected_us);
	(void) curl_easy_getinfo(slot->easy, CURLINFO_HEADER_SIZE, &header_size);
	if (connected_us == 0 || handle_no_connection(slot->result))
		return ANSWER_NO_CONNECTION;
	if (slot->result == CURLE_OPERATION_TIMEDOUT)
		return ANSWER_TIMEOUT;
	if (header_size == 0 &&
		(slot->result == CURLE_GOT_NOTHING ||
		 slot->result == CURLE_SEND_ERROR || slot->result == CURLE_RECV_ERROR))
		return ANSWER_NO_CONNECTION;
	return ANSWER_BROKEN;
}

static const char *
answer_error(const Client *client, const Slot *slot, AnswerKind kind)
{
	if (kind == ANSWER_COMPLETE)
		return slot->not_followed ? slot->error : NULL;
	if (slot->strict.fault != NULL)
		return slot->strict.fault;
	if (slot->result == CURLE_OK)
		return "the server answered in HTTP/1.1, not in HTTP/2";
	if (slot->result == CURLE_ABORTED_BY_CALLBACK)
		return "connection closed before an answer";
	if (no_stream(client, slot))
		return "no stream was free: the server allows fewer than --streams";
	return slot->error[0] != '\0' ? slot->error
								  : curl_easy_strerror(slot->result);
}

static bool
is_json(const Slot *slot)
{
	char *type = NULL;

	if (request_method_is_safe(slot->request->method))
		return false;
	(void) curl_easy_getinfo(slot->easy, CURLINFO_CONTENT_TYPE, &type);
	return type != NULL && text_is_json_type(type);
}

/*
 * Returns when a request was sent: if connections are shared, libcurl may hold
 * it back until a stream is free. Time for a new connection belongs to it.
 */
static int64_t
begun_us(const Client *client, const Slot *slot)
{
	bool held_back = client->settings.streams > 1 && slot->begun_us != 0 &&
					 slot->connects == 0 && count_connects(slot) == 0;

	return held_back ? slot->begun_us : slot->sent_us;
}

static void
hand_out(Client *client)
{
	for (int i = 0; i < client->done_count; i++)
	{
		int index = client->done[i];
		Slot *slot = &client->slots[index];
		const Request *request = slot->request;
		AnswerKind kind = answer_kind(client, slot);
		long status = 0;
		Answer answer = {.kind = kind,
						 .body = slot->body.data != NULL ? slot->body.data : "",
						 .body_size = slot->body.size,
						 .is_json = is_json(slot),
						 .type = slot->heads.type,
						 .link = slot->heads.link,
						 .encoding = slot->heads.encoding,
						 .error = answer_error(client, slot, kind),
						 .asked_us = slot->sent_us,
						 .sent_us = begun_us(client, slot),
						 .ended_us = slot->ended_us,
						 .connects = slot->connects + count_connects(slot),
						 .redirects = slot->redirects,
						 .resent = slot->resent,
						 .loss = slot->loss,
						 .lag_us = slot->lag_us};

		(void) curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &status);
		answer.status = (int) status;
		keep_cookies(client, slot);
		unpacked_answer(&answer, client->settings.unpacks, &client->unpacked);
		slot->request = NULL;
		client->settings.answered(client->settings.context, index, request,
								  &answer);
	}
	client->done_count = 0;
}

static int64_t
multi_idle_us(const Client *client)
{
	return client->idle_us;
}

/* Measures for how long an answer has lain there, if it is time to. */
static void
sample_lag(Client *client, curl_socket_t socket)
{
	int64_t now_us = clock_now_us();
	Slot *slot = user_of(client, socket);

	if (slot != NULL && now_us - client->sampled_us >= CLIENT_SAMPLE_US)
	{
		client->sampled_us = now_us;
		slot->lag_us = socket_lag_us(socket);
	}
}

static bool
multi_wait(Client *client, int64_t until_us, RunError *error)
{
	struct epoll_event events[EVENTS_A_WAIT];
	CURLMcode code = CURLM_OK;
	int running;
	int count;

	if (client->timer_us < until_us)
		until_us = client->timer_us;
	count = handle_wait(client->epoll, events, EVENTS_A_WAIT, until_us,
						&client->idle_us);
	if (count < 0 && errno != EINTR)
		return error_set(error, EXIT_CANNOT_RUN,
						 "could not wait for answers: %s", strerror(errno));
	/*
	 * Idle sockets come first: libcurl may close one below, and its number may
	 * come back as another socket.
	 */
	for (int i = 0; i < count; i++)
		if (events[i].data.u64 & IDLE)
			end_idle(client, (curl_socket_t) (events[i].data.u64 & ~IDLE));
	for (int i = 0; i < count && code == CURLM_OK; i++)
	{
		if (events[i].data.u64 & IDLE)
			continue;
		sample_lag(client, (curl_socket_t) events[i].data.u64);
		code = curl_multi_socket_action(
			client->multi, (curl_socket_t) events[i].data.u64,
			handle_from_epoll(events[i].events), &running);
		collect(client);
	}
	if (code == CURLM_OK && client->timer_us <= clock_now_us())
	{
		client->timer_us = INT64_MAX;
		code = curl_multi_socket_action(client->multi, CURL_SOCKET_TIMEOUT, 0,
										&running);
		collect(client);
	}
	if (code != CURLM_OK || client->failed)
		return error_set(error, EXIT_CANNOT_RUN, "libcurl failed: %s",
						 client->failed ? "epoll refused a socket"
										: curl_multi_strerror(code));
	hand_out(client);
	return true;
}

const ClientOps client_multi = {.files_a_slot = 1,
								.create = multi_create,
								.send = multi_send,
								.wait = multi_wait,
								.idle_us = multi_idle_us,
								.destroy = multi_destroy};
