/*-------------------------------------------------------------------------
 *
 * connector.c
 *		Makes the connections of the light client; see connector.h.
 *
 * connector_start() and connector_close() queue an order, which says whether a
 * slot is to have a connection. Carrying it out ends whatever the slot has, and
 * then begins a connection if one is wanted. A Maker whose connection is made,
 * or has failed, goes to the queue of the ended, from which connector_next()
 * takes it. A newer order for the same slot makes an older result void.
 *
 * The helper thread and the caller share these two queues under the lock, and
 * wake each other by eventfds. A handle belongs to one thread at a time.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/connector.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/queue.h>
#include <unistd.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/client/handle.h"

#define EVENTS_A_WAIT 64

/* epoll's data for the file that announces an order. */
#define ORDERED UINT64_MAX

typedef struct Maker
{
	Connector *connector;

	/* These belong to the thread that has the handle. */
	CURLM *multi;
	CURL *easy;
	bool added;       /* the easy handle is in the multi handle */
	int64_t timer_us; /* when libcurl is to be called, while making */
	char error[CURL_ERROR_SIZE];

	/* These belong to the thread that makes connections. */
	bool making;              /* among the makers */
	TAILQ_ENTRY(Maker) maker; /* while making */

	/* These are protected by the lock. */
	bool wanted;
	bool ordered;             /* among the orders */
	bool ended;               /* among the ended */
	bool handed_over;         /* the handle belongs to the caller */
	CURLcode code;            /* when ended */
	TAILQ_ENTRY(Maker) queue; /* of orders, or of the ended */
} Maker;

TAILQ_HEAD(MakerQueue, Maker);

struct Connector
{
	int count; /* of makers */
	Maker *makers;
	int epoll;
	struct MakerQueue making;
	bool refused; /* see connector_works() */

	pthread_mutex_t lock; /* protects the queues that follow */
	struct MakerQueue orders;
	struct MakerQueue ended;
	int ended_count; /* is also read without the lock */

	/* The files are -1 without a helper. */
	int ordered_file; /* wakes the helper up */
	int ended_file;   /* wakes the caller up */
	pthread_t helper;
	bool has_helper;
	int stop; /* the helper ends when this is not 0 */
};

static void
lock(Connector *connector)
{
	/* This cannot fail with a valid mutex that this thread does not hold. */
	(void) pthread_mutex_lock(&connector->lock);
}

static void
unlock(Connector *connector)
{
	(void) pthread_mutex_unlock(&connector->lock);
}

static void
refuse(Connector *connector)
{
	__atomic_store_n(&connector->refused, true, __ATOMIC_RELAXED);
}

bool
connector_works(const Connector *connector)
{
	return !__atomic_load_n(&connector->refused, __ATOMIC_RELAXED);
}

static void
wake(int file)
{
	uint64_t one = 1;

	/* This fails only after 2^64 - 2 calls that were not heard. */
	if (write(file, &one, sizeof(one)) < 0)
		return;
}

static void
hear(int file)
{
	uint64_t calls;

	/* This fails with EAGAIN if the calls were heard before. */
	if (read(file, &calls, sizeof(calls)) < 0)
		return;
}

/* --- by the thread that makes connections ----------------------------------- */

/* libcurl calls this to say which events of a socket it waits for. */
static int
on_socket(CURL *easy, curl_socket_t socket, int what, void *context,
		  void *known)
{
	Maker *maker = context;
	Connector *connector = maker->connector;
	uint64_t index = (uint64_t) (maker - connector->makers);

	(void) easy;
	(void) known;
	if (what == CURL_POLL_REMOVE)
	{
		/* If it is closed already, epoll has dropped it as well. */
		(void) epoll_ctl(connector->epoll, EPOLL_CTL_DEL, socket, NULL);
		return 0;
	}
	if (!handle_watch(connector->epoll, socket, handle_to_epoll(what),
					  index << 32 | (uint32_t) socket))
		refuse(connector);
	return 0;
}

static int
on_timer(CURLM *multi, long timeout_ms, void *context)
{
	Maker *maker = context;

	(void) multi;
	maker->timer_us = handle_timer_us(timeout_ms);
	return 0;
}

static void
leave_makers(Maker *maker)
{
	if (maker->making)
		TAILQ_REMOVE(&maker->connector->making, maker, maker);
	maker->making = false;
}

/* Removing the handle closes the connection, and so removes it from epoll. */
static void
remove_handle(Maker *maker)
{
	if (maker->added)
		(void) curl_multi_remove_handle(maker->multi, maker->easy);
	maker->added = false;
}

/* Announces the result to the caller, unless there is a newer order. */
static void
end(Maker *maker, CURLcode code)
{
	Connector *connector = maker->connector;

	leave_makers(maker);
	if (code != CURLE_OK)
		remove_handle(maker);
	lock(connector);
	if (!maker->ordered)
	{
		maker->ended = true;
		maker->code = code;
		TAILQ_INSERT_TAIL(&connector->ended, maker, queue);
		__atomic_add_fetch(&connector->ended_count, 1, __ATOMIC_RELEASE);
	}
	unlock(connector);
	if (connector->has_helper)
		wake(connector->ended_file);
}

/* From now on the caller watches the socket, so the connector stops. */
static CURLcode
release_socket(const Maker *maker)
{
	curl_socket_t socket = CURL_SOCKET_BAD;

	if (curl_easy_getinfo(maker->easy, CURLINFO_ACTIVESOCKET, &socket) !=
			CURLE_OK ||
		socket == CURL_SOCKET_BAD)
		return CURLE_COULDNT_CONNECT;
	(void) epoll_ctl(maker->connector->epoll, EPOLL_CTL_DEL, socket, NULL);
	return CURLE_OK;
}

static void
go_on(Maker *maker, curl_socket_t socket, int events)
{
	const CURLMsg *message;
	int left;

	if (socket == CURL_SOCKET_TIMEOUT)
		maker->timer_us = INT64_MAX;
	if (curl_multi_socket_action(maker->multi, socket, events, &left) !=
		CURLM_OK)
		refuse(maker->connector);
	while ((message = curl_multi_info_read(maker->multi, &left)) != NULL)
	{
		CURLcode code = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		/* From here on the handle may belong to the other thread. */
		end(maker, code == CURLE_OK ? release_socket(maker) : code);
		return;
	}
}

static void
begin(Maker *maker)
{
	maker->error[0] = '\0';
	maker->timer_us = INT64_MAX;
	maker->making = true;
	TAILQ_INSERT_TAIL(&maker->connector->making, maker, maker);
	maker->added = curl_multi_add_handle(maker->multi, maker->easy) == CURLM_OK;
	if (maker->added)
		go_on(maker, CURL_SOCKET_TIMEOUT, 0);
	else
		refuse(maker->connector);
}

/* Returns the oldest order and whether it wants a connection, or NULL. */
static Maker *
take_order(Connector *connector, bool *wanted)
{
	Maker *maker;

	lock(connector);
	maker = TAILQ_FIRST(&connector->orders);
	if (maker != NULL)
	{
		TAILQ_REMOVE(&connector->orders, maker, queue);
		maker->ordered = false;
		*wanted = maker->wanted;
	}
	unlock(connector);
	return maker;
}

static void
carry_out_orders(Connector *connector)
{
	Maker *maker;
	bool wanted;

	while ((maker = take_order(connector, &wanted)) != NULL)
	{
		leave_makers(maker);
		remove_handle(maker);
		if (wanted)
			begin(maker);
	}
}

static void
on_event(Connector *connector, const struct epoll_event *event)
{
	Maker *maker = &connector->makers[event->data.u64 >> 32];

	if (maker->making)
		go_on(maker, (curl_socket_t) (event->data.u64 & UINT32_MAX),
			  handle_from_epoll(event->events));
}

static void
run_timers(Connector *connector)
{
	int64_t now_us = clock_now_us();
	Maker *next;

	for (Maker *maker = TAILQ_FIRST(&connector->making); maker != NULL;
		 maker = next)
	{
		next = TAILQ_NEXT(maker, maker);
		if (maker->timer_us <= now_us)
			go_on(maker, CURL_SOCKET_TIMEOUT, 0);
	}
}

/* Returns when libcurl wants to be called even without an event. */
static int64_t
next_timer(const Connector *connector)
{
	int64_t due_us = INT64_MAX;
	const Maker *maker;

	TAILQ_FOREACH(maker, &connector->making, maker)
	if (maker->timer_us < due_us)
		due_us = maker->timer_us;
	return due_us;
}

static void
drive(Connector *connector, int64_t until_us)
{
	struct epoll_event events[EVENTS_A_WAIT];
	int64_t waited_us = 0;
	int count = handle_wait(connector->epoll, events, EVENTS_A_WAIT, until_us,
							&waited_us);

	for (int i = 0; i < count; i++)
		if (events[i].data.u64 == ORDERED)
			hear(connector->ordered_file);
		else
			on_event(connector, &events[i]);
	run_timers(connector);
	carry_out_orders(connector);
}

/* An order wakes the helper up, so that it may sleep for long. */
#define HELPER_SLEEP_US 1000000

static void *
help(void *context)
{
	Connector *connector = context;
	sigset_t all;

	/* Signals are for the main thread, which waits for them. */
	(void) sigfillset(&all);
	(void) pthread_sigmask(SIG_BLOCK, &all, NULL);
	while (__atomic_load_n(&connector->stop, __ATOMIC_ACQUIRE) == 0)
	{
		int64_t until_us = clock_now_us() + HELPER_SLEEP_US;
		int64_t timer_us = next_timer(connector);

		drive(connector, timer_us < until_us ? timer_us : until_us);
	}
	return NULL;
}

/* --- by the caller ----------------------------------------------------------- */

static bool
create_maker(Connector *connector, Maker *maker, const ClientSettings *settings)
{
	maker->connector = connector;
	maker->timer_us = INT64_MAX;
	maker->multi = curl_multi_init();
	maker->easy = curl_easy_init();
	/* The client itself limits the time of a request. */
	return maker->multi != NULL && maker->easy != NULL &&
		   handle_set_common(maker->easy, settings, maker->error) &&
		   curl_easy_setopt(maker->easy, CURLOPT_TIMEOUT_MS, 0L) == CURLE_OK &&
		   curl_easy_setopt(maker->easy, CURLOPT_URL, settings->base_url) ==
			   CURLE_OK &&
		   curl_easy_setopt(maker->easy, CURLOPT_CONNECT_ONLY, 1L) ==
			   CURLE_OK &&
		   curl_multi_setopt(maker->multi, CURLMOPT_SOCKETFUNCTION,
							 on_socket) == CURLM_OK &&
		   curl_multi_setopt(maker->multi, CURLMOPT_SOCKETDATA, maker) ==
			   CURLM_OK &&
		   curl_multi_setopt(maker->multi, CURLMOPT_TIMERFUNCTION, on_timer) ==
			   CURLM_OK &&
		   curl_multi_setopt(maker->multi, CURLMOPT_TIMERDATA, maker) ==
			   CURLM_OK;
}

static bool
create_helper(Connector *connector)
{
	connector->ordered_file = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	connector->ended_file = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	connector->has_helper =
		connector->ordered_file >= 0 && connector->ended_file >= 0 &&
		handle_watch(connector->epoll, connector->ordered_file, EPOLLIN,
					 ORDERED) &&
		pthread_create(&connector->helper, NULL, help, connector) == 0;
	return connector->has_helper;
}

Connector *
connector_create(const ClientSettings *settings)
{
	Connector *connector = memory_zeroed(1, sizeof(Connector));
	bool ok;

	connector->count = settings->slots;
	connector->makers = memory_zeroed((size_t) settings->slots, sizeof(Maker));
	TAILQ_INIT(&connector->making);
	TAILQ_INIT(&connector->orders);
	TAILQ_INIT(&connector->ended);
	connector->ordered_file = connector->ended_file = -1;
	/* This cannot fail with default attributes. */
	(void) pthread_mutex_init(&connector->lock, NULL);
	connector->epoll = epoll_create1(EPOLL_CLOEXEC);
	ok = connector->epoll >= 0;
	for (int i = 0; ok && i < connector->count; i++)
		ok = create_maker(connector, &connector->makers[i], settings);
	if (ok && handle_is_tls(settings))
		ok = create_helper(connector);
	if (ok)
		return connector;
	connector_destroy(connector);
	return NULL;
}

static void
close_file(int file)
{
	if (file >= 0)
		(void) close(file);
}

void
connector_destroy(Connector *connector)
{
	if (connector == NULL)
		return;
	if (connector->has_helper)
	{
		__atomic_store_n(&connector->stop, 1, __ATOMIC_RELEASE);
		wake(connector->ordered_file);
		(void) pthread_join(connector->helper, NULL);
	}
	for (int i = 0; i < connector->count; i++)
	{
		Maker *maker = &connector->makers[i];

		remove_handle(maker);
		curl_easy_cleanup(maker->easy);
		if (maker->multi != NULL)
			(void) curl_multi_cleanup(maker->multi);
	}
	close_file(connector->ended_file);
	close_file(connector->ordered_file);
	close_file(connector->epoll);
	(void) pthread_mutex_destroy(&connector->lock);
	free(connector->makers);
	free(connector);
}

int
connector_file(const Connector *connector)
{
	return connector->has_helper ? connector->ended_file : connector->epoll;
}

static bool
has_ended(const Connector *connector)
{
	return __atomic_load_n(&connector->ended_count, __ATOMIC_ACQUIRE) > 0;
}

int64_t
connector_due_us(Connector *connector)
{
	if (has_ended(connector))
		return 0;
	return connector->has_helper ? INT64_MAX : next_timer(connector);
}

void
connector_run(Connector *connector)
{
	/* The helper may have announced a result that is void by now. */
	if (connector->has_helper)
		hear(connector->ended_file);
	else if (!TAILQ_EMPTY(&connector->making))
		drive(connector, 0);
}

/* Queues an order. The caller holds the lock, and this releases it. */
static void
order(Connector *connector, Maker *maker, bool wanted)
{
	maker->wanted = wanted;
	if (maker->ended)
	{
		TAILQ_REMOVE(&connector->ended, maker, queue);
		__atomic_sub_fetch(&connector->ended_count, 1, __ATOMIC_RELEASE);
		maker->ended = false;
	}
	if (!maker->ordered)
		TAILQ_INSERT_TAIL(&connector->orders, maker, queue);
	maker->ordered = true;
	unlock(connector);
	if (connector->has_helper)
		wake(connector->ordered_file);
	else
		carry_out_orders(connector);
}

void
connector_start(Connector *connector, int slot)
{
	lock(connector);
	order(connector, &connector->makers[slot], true);
}

void
connector_close(Connector *connector, int slot)
{
	Maker *maker = &connector->makers[slot];

	lock(connector);
	if (!maker->handed_over)
	{
		order(connector, maker, false);
		return;
	}
	maker->handed_over = false;
	unlock(connector);
	remove_handle(maker);
}

bool
connector_next(Connector *connector, int *slot, const char **problem)
{
	Maker *maker;

	if (!has_ended(connector))
		return false;
	lock(connector);
	maker = TAILQ_FIRST(&connector->ended);
	TAILQ_REMOVE(&connector->ended, maker, queue);
	__atomic_sub_fetch(&connector->ended_count, 1, __ATOMIC_RELEASE);
	maker->ended = false;
	maker->handed_over = maker->code == CURLE_OK;
	unlock(connector);
	*slot = (int) (maker - connector->makers);
	*problem = maker->code == CURLE_OK   ? NULL
			   : maker->error[0] != '\0' ? maker->error
										 : curl_easy_strerror(maker->code);
	return true;
}

CURL *
connector_handle(const Connector *connector, int slot)
{
	return connector->makers[slot].easy;
}
