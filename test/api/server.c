/*-------------------------------------------------------------------------
 *
 * server.c
 *		The HTTP side: routes, status codes, threads; see server.h.
 *
 *-------------------------------------------------------------------------
 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "log.h"
#include "request.h"

#define MAX_CONNECTIONS 2000u
#define THREAD_STACK_BYTES ((size_t) 512 * 1024)
#define IDLE_TIMEOUT_S 120u

/*
 * Four texts of 200 four-byte characters, percent-encoded, take 9600 bytes.
 * libmicrohttpd itself refuses what does not fit into its buffer of 32 KB.
 */
#define MAX_URL_BYTES 16384

struct Server
{
	struct MHD_Daemon *daemon;
	uint16_t port;
	Pool *pool;
	const QueryTarget *target;
};

/* Iterating over the parameters of one URL. */
typedef struct ParameterWalk
{
	EventRequest *request;
	char error[REQUEST_ERROR_SIZE];
	bool ok;
} ParameterWalk;

typedef enum MHD_Result (*Handler)(const Server *server,
								   struct MHD_Connection *connection);

/* What a request's own pointer, *state, may point to. */
static char state_started;
static char state_url_too_long;
static char state_nul_in_path;

/* Takes over body, malloc'ed JSON. Without one the connection is closed. */
static enum MHD_Result
respond(struct MHD_Connection *connection, unsigned status, char *body)
{
	struct MHD_Response *response;
	enum MHD_Result queued = MHD_NO;

	if (body == NULL)
		return MHD_NO;
	response = MHD_create_response_from_buffer(strlen(body), body,
											   MHD_RESPMEM_MUST_FREE);
	if (response == NULL)
	{
		free(body);
		return MHD_NO;
	}
	if (MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
								"application/json; charset=utf-8") == MHD_YES &&
		(status != MHD_HTTP_METHOD_NOT_ALLOWED ||
		 MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
								 "GET, HEAD") == MHD_YES))
		queued = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return queued;
}

/* reason must need no escaping in JSON. */
static enum MHD_Result
respond_error(struct MHD_Connection *connection, unsigned status,
			  const char *reason)
{
	char *body;

	if (asprintf(&body, "{\"error\": \"%s\"}", reason) < 0)
		return MHD_NO;
	return respond(connection, status, body);
}

static enum MHD_Result
respond_failure(struct MHD_Connection *connection, QueryStatus status)
{
	if (status == QUERY_BAD_VALUE)
		return respond_error(connection, MHD_HTTP_BAD_REQUEST,
							 "a value is not one that the database can take");
	if (status == QUERY_UNAVAILABLE)
		return respond_error(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
							 "database unavailable");
	return respond_error(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
						 "internal error");
}

static enum MHD_Result
add_parameter(void *context, enum MHD_ValueKind kind, const char *name,
			  size_t name_length, const char *value, size_t value_length)
{
	ParameterWalk *walk = context;

	(void) kind;
	walk->ok = request_add(walk->request, name, name_length, value,
						   value_length, walk->error);
	return walk->ok ? MHD_YES : MHD_NO;
}

static enum MHD_Result
handle_events(const Server *server, struct MHD_Connection *connection)
{
	EventRequest request;
	ParameterWalk walk = {.request = &request, .ok = true};
	QueryStatus status;
	char *body;

	request_init(&request);
	MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND,
								add_parameter, &walk);
	if (!walk.ok || !request_finish(&request, walk.error))
		return respond_error(connection, MHD_HTTP_BAD_REQUEST, walk.error);
	status = query_events(server->pool, server->target, &request, &body);
	if (status != QUERY_OK)
		return respond_failure(connection, status);
	return respond(connection, MHD_HTTP_OK, body);
}

static enum MHD_Result
handle_health(const Server *server, struct MHD_Connection *connection)
{
	QueryStatus status = query_health(server->pool);

	if (status != QUERY_OK)
		return respond_error(connection, MHD_HTTP_SERVICE_UNAVAILABLE,
							 "database unavailable");
	return respond(connection, MHD_HTTP_OK, strdup("{\"ok\": true}"));
}

static const struct
{
	const char *path;
	Handler handle;
} routes[] = {
	{"/api/events", handle_events},
	{"/health", handle_health},
};

#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

static const char no_such_path[] =
	"no such path; there are /api/events and /health";

/* libmicrohttpd calls it before it decodes the URL. */
static void *
check_url(void *context, const char *url, struct MHD_Connection *connection)
{
	(void) context;
	(void) connection;
	if (strlen(url) > MAX_URL_BYTES)
		return &state_url_too_long;
	/* decoded, the path would seem to end there */
	if (memmem(url, strcspn(url, "?"), "%00", 3) != NULL)
		return &state_nul_in_path;
	return NULL;
}

/* Called once with the headers, then with each part of a body, then without. */
static enum MHD_Result
handle_request(void *context, struct MHD_Connection *connection,
			   const char *path, const char *method, const char *version,
			   const char *upload, size_t *upload_size, void **state)
{
	const Server *server = context;

	(void) version;
	(void) upload;
	if (*state == &state_url_too_long)
		return respond_error(connection, MHD_HTTP_URI_TOO_LONG,
							 "the URL is too long");
	if (*state == &state_nul_in_path)
		return respond_error(connection, MHD_HTTP_NOT_FOUND, no_such_path);
	if (*state == NULL)
	{
		*state = &state_started;
		return MHD_YES;
	}
	if (*upload_size > 0)
	{
		*upload_size = 0; /* no route reads a body */
		return MHD_YES;
	}

	for (size_t i = 0; i < ROUTE_COUNT; i++)
	{
		if (strcmp(path, routes[i].path) != 0)
			continue;
		/* HEAD: libmicrohttpd leaves out the body */
		if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
			strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
			return respond_error(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
								 "method not allowed; GET and HEAD are");
		return routes[i].handle(server, connection);
	}
	return respond_error(connection, MHD_HTTP_NOT_FOUND, no_such_path);
}

/* -1, and the reason on stderr; otherwise *port is the one in use. */
static int
open_socket(uint16_t *port)
{
	struct sockaddr_in address = {.sin_family = AF_INET,
								  .sin_port = htons(*port),
								  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	int on = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(fd, (struct sockaddr *) &address, sizeof(address)) != 0 ||
		listen(fd, SOMAXCONN) != 0 ||
		getsockname(fd, (struct sockaddr *) &address, &length) != 0)
	{
		log_line("could not listen on 127.0.0.1:%d: %s "
				 "(--port 0 takes a free port)",
				 *port, strerror(errno));
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*port = ntohs(address.sin_port);
	return fd;
}

Server *
server_start(uint16_t port, Pool *pool, const QueryTarget *target)
{
	Server *server = calloc(1, sizeof(Server));
	int fd;

	if (server == NULL)
	{
		log_line("out of memory for the server");
		return NULL;
	}
	server->port = port;
	fd = open_socket(&server->port);
	if (fd < 0)
	{
		free(server);
		return NULL;
	}
	server->pool = pool;
	server->target = target;
	server->daemon = MHD_start_daemon(
		MHD_USE_THREAD_PER_CONNECTION | MHD_USE_INTERNAL_POLLING_THREAD |
			MHD_USE_POLL | MHD_USE_ITC | MHD_USE_ERROR_LOG,
		server->port, NULL, NULL, handle_request, server,
		/* the logger first: it then hears of the other options too */
		MHD_OPTION_EXTERNAL_LOGGER, log_vline, NULL, MHD_OPTION_LISTEN_SOCKET,
		fd, MHD_OPTION_URI_LOG_CALLBACK, check_url, NULL,
		MHD_OPTION_CONNECTION_LIMIT, MAX_CONNECTIONS,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_TIMEOUT_S,
		MHD_OPTION_THREAD_STACK_SIZE, THREAD_STACK_BYTES, MHD_OPTION_END);
	if (server->daemon == NULL)
	{
		/* fd may be closed or not; the process ends anyway */
		log_line("could not start the HTTP server");
		free(server);
		return NULL;
	}
	return server;
}

uint16_t
server_port(const Server *server)
{
	return server->port;
}

void
server_stop(Server *server)
{
	if (server == NULL)
		return;
	MHD_stop_daemon(server->daemon);
	free(server);
}
