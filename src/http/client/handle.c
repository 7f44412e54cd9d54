/*-------------------------------------------------------------------------
 *
 * handle.c
 *		Options of libcurl and uses of epoll that all clients share; see handle.h.
 *
 * The shared host names are a share handle of libcurl with a mutex. epoll is
 * waited for with epoll_pwait2(), because the milliseconds of epoll_wait() are
 * longer than many latencies.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/handle.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "http/base/clock.h"
#include "http/base/memory.h"
#include "http/client/socket.h"

long
handle_ms(int64_t us)
{
	return (long) ((us + 999) / 1000);
}

int64_t
handle_timer_us(long timeout_ms)
{
	return timeout_ms < 0 ? INT64_MAX : clock_now_us() + timeout_ms * 1000;
}

bool
handle_is_tls(const ClientSettings *settings)
{
	return strncmp(settings->base_url, "https:", strlen("https:")) == 0;
}

struct ClientNames
{
	CURLSH *share;
	pthread_mutex_t lock;
};

static void
lock_names(CURL *easy, curl_lock_data data, curl_lock_access access,
		   void *context)
{
	ClientNames *names = context;

	(void) easy;
	(void) data;
	(void) access;
	/* This cannot fail with a valid mutex that this thread does not hold. */
	(void) pthread_mutex_lock(&names->lock);
}

static void
unlock_names(CURL *easy, curl_lock_data data, void *context)
{
	ClientNames *names = context;

	(void) easy;
	(void) data;
	(void) pthread_mutex_unlock(&names->lock);
}

ClientNames *
client_names_create(void)
{
	ClientNames *names = memory_zeroed(1, sizeof(ClientNames));

	/* This cannot fail with default attributes. */
	(void) pthread_mutex_init(&names->lock, NULL);
	names->share = curl_share_init();
	if (names->share == NULL ||
		curl_share_setopt(names->share, CURLSHOPT_LOCKFUNC, lock_names) !=
			CURLSHE_OK ||
		curl_share_setopt(names->share, CURLSHOPT_UNLOCKFUNC, unlock_names) !=
			CURLSHE_OK ||
		curl_share_setopt(names->share, CURLSHOPT_USERDATA, names) !=
			CURLSHE_OK ||
		curl_share_setopt(names->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) !=
			CURLSHE_OK)
		memory_exhausted();
	return names;
}

void
client_names_destroy(ClientNames *names)
{
	(void) curl_share_cleanup(names->share);
	(void) pthread_mutex_destroy(&names->lock);
	free(names);
}

/* An address stays in the cache until the end of the run. */
static bool
set_names(CURL *easy, const ClientNames *names)
{
	return names == NULL ||
		   (curl_easy_setopt(easy, CURLOPT_SHARE, names->share) == CURLE_OK &&
			curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L) == CURLE_OK);
}

/* Without TLS the version cannot be negotiated, so HTTP/2 is assumed. */
static long
http_version(const ClientSettings *settings)
{
	if (!settings->http2)
		return CURL_HTTP_VERSION_1_1;
	return handle_is_tls(settings) ? CURL_HTTP_VERSION_2TLS
								   : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
}

/* libcurl calls this for each socket that it has made. */
static int
on_socket_made(void *context, curl_socket_t socket, curlsocktype purpose)
{
	(void) context;
	(void) purpose;
	socket_stamp(socket);
	return CURL_SOCKOPT_OK;
}

/*
 * The list must outlive each handle, so one is kept for good. It is made before
 * there are other threads.
 */
static struct curl_slist *
connect_to_list(const ClientSettings *settings)
{
	static struct curl_slist *list;

	if (settings->connect_to == NULL)
		return NULL;
	if (list == NULL || strcmp(list->data, settings->connect_to) != 0)
	{
		curl_slist_free_all(list);
		list = curl_slist_append(NULL, settings->connect_to);
		if (list == NULL)
			memory_exhausted();
	}
	return list;
}

/* A key that has a password would make OpenSSL ask for it on the terminal. */
static bool
set_certificates(CURL *easy, const ClientSettings *settings)
{
	const char *key =
		settings->cert_key != NULL ? settings->cert_key : settings->cert;

	return (settings->cacert == NULL ||
			curl_easy_setopt(easy, CURLOPT_CAINFO, settings->cacert) ==
				CURLE_OK) &&
		   (settings->cert == NULL ||
			(curl_easy_setopt(easy, CURLOPT_SSLCERT, settings->cert) ==
				 CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_SSLKEY, key) == CURLE_OK &&
			 curl_easy_setopt(easy, CURLOPT_KEYPASSWD, "") == CURLE_OK));
}

bool
handle_set_common(CURL *easy, const ClientSettings *settings, char *error)
{
	const char *proxy = settings->proxy != NULL ? settings->proxy : "";

	/*
	 * The server at this URL is to be measured, so neither a proxy nor an
	 * exception from one is taken from the environment, and libcurl follows
	 * no redirects.
	 */
	return curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PROXY, proxy) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
							http_version(settings)) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER,
							settings->insecure ? 0L : 1L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST,
							settings->insecure ? 0L : 2L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYPEER,
							settings->insecure ? 0L : 1L) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_PROXY_SSL_VERIFYHOST,
							settings->insecure ? 0L : 2L) == CURLE_OK &&
		   set_names(easy, settings->names) &&
		   set_certificates(easy, settings) &&
		   curl_easy_setopt(easy, CURLOPT_CONNECT_TO,
							connect_to_list(settings)) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_SOCKOPTFUNCTION, on_socket_made) ==
			   CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH,
							settings->unix_socket) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
							handle_ms(settings->timeout_us)) == CURLE_OK &&
		   curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
							handle_ms(settings->connect_timeout_us)) ==
			   CURLE_OK;
}

/*
 * libcurl 7.88 breaks each connection of HTTP/2 without TLS at its second
 * request (curl issue 10634), which 8.0 fixes.
 */
static bool
check_http2(const ClientSettings *settings, RunError *error)
{
	const curl_version_info_data *libcurl = curl_version_info(CURLVERSION_NOW);

	if (!settings->http2)
		return true;
	if ((libcurl->features & CURL_VERSION_HTTP2) == 0)
		return error_set(error, EXIT_CANNOT_RUN,
						 "libcurl %s was built without HTTP/2",
						 libcurl->version);
	if (handle_is_tls(settings) || libcurl->version_num < 0x075800 ||
		libcurl->version_num >= 0x080000)
		return true;
	error_set(error, EXIT_CANNOT_RUN,
			  "libcurl %s cannot keep connections of HTTP/2 without TLS",
			  libcurl->version);
	return error_hint(error, "Give a URL with https, or use libcurl 8.");
}

/* Names the next step if there is no connection. */
static bool
hint_at_connection(const ClientSettings *settings, CURLcode code,
				   RunError *error)
{
	if (code == CURLE_PEER_FAILED_VERIFICATION && !settings->insecure)
		return error_hint(error,
						  "Name its authority with --cacert FILE, or use "
						  "--insecure to accept any certificate.");
	if (settings->proxy != NULL)
		return error_hint(
			error,
			"The connection goes through --proxy: check that the proxy is running.");
	if (settings->unix_socket != NULL)
		return error_hint(error,
						  "The connection goes through the socket %s: check "
						  "that the API is listening there.",
						  settings->unix_socket);
	return error_hint(
		error, "Start the API, or check the host and the port in the URL.");
}

bool
client_probe(const ClientSettings *settings, RunError *error)
{
	char words[CURL_ERROR_SIZE] = "";
	CURLcode code = CURLE_OUT_OF_MEMORY;
	CURL *easy;

	if (!check_http2(settings, error))
		return false;
	easy = curl_easy_init();
	if (easy != NULL && handle_set_common(easy, settings, words) &&
		curl_easy_setopt(easy, CURLOPT_URL, settings->base_url) == CURLE_OK &&
		curl_easy_setopt(easy, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK)
		code = curl_easy_perform(easy);
	curl_easy_cleanup(easy);
	if (code == CURLE_OK)
		return true;
	error_set(error, EXIT_CANNOT_RUN, "could not connect to %s: %s",
			  settings->base_url,
			  words[0] != '\0' ? words : curl_easy_strerror(code));
	return hint_at_connection(settings, code, error);
}

int
handle_wait(int epoll, struct epoll_event *events, int room, int64_t until_us,
			int64_t *idle_us)
{
	int64_t start_us = clock_now_us();
	int64_t wait_us = until_us > start_us ? until_us - start_us : 0;
	struct timespec timeout = {.tv_sec = wait_us / 1000000,
							   .tv_nsec = wait_us % 1000000 * 1000};
	int count = wait_us == 0
					? epoll_wait(epoll, events, room, 0)
					: epoll_pwait2(epoll, events, room, &timeout, NULL);
	int problem;

	/* Linux before 5.11 has no epoll_pwait2(), and some sandboxes refuse it. */
	if (count < 0 && (errno == ENOSYS || errno == EPERM))
		count = epoll_wait(epoll, events, room, (int) handle_ms(wait_us));
	problem = errno;
	*idle_us += clock_now_us() - start_us;
	errno = problem;
	return count;
}

bool
handle_no_connection(CURLcode code)
{
	return code == CURLE_COULDNT_CONNECT ||
		   code == CURLE_COULDNT_RESOLVE_HOST ||
		   code == CURLE_SSL_CONNECT_ERROR;
}

uint32_t
handle_to_epoll(int what)
{
	return (what & CURL_POLL_IN ? (uint32_t) EPOLLIN : 0) |
		   (what & CURL_POLL_OUT ? (uint32_t) EPOLLOUT : 0);
}

/* After a hang-up the socket is read, as an answer may precede it. */
int
handle_from_epoll(uint32_t events)
{
	int flags = (events & EPOLLIN ? CURL_CSELECT_IN : 0) |
				(events & EPOLLOUT ? CURL_CSELECT_OUT : 0);

	if (events & (EPOLLERR | EPOLLHUP))
		flags |= flags == 0 ? CURL_CSELECT_ERR : CURL_CSELECT_IN;
	return flags;
}

bool
handle_watch(int epoll, int socket, uint32_t events, uint64_t data)
{
	struct epoll_event event = {.events = events, .data.u64 = data};

	return epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) == 0 ||
		   (errno == ENOENT &&
			epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event) == 0);
}

bool
handle_set_streams(CURLM *multi, const ClientSettings *settings)
{
	long streams = settings->streams;
	long connections = settings->slots / streams;

	return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections) ==
			   CURLM_OK &&
		   curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
							 connections) == CURLM_OK &&
		   curl_multi_setopt(multi, CURLMOPT_PIPELINING,
							 streams > 1 ? CURLPIPE_MULTIPLEX
										 : CURLPIPE_NOTHING) == CURLM_OK &&
		   curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, streams) ==
			   CURLM_OK;
}
