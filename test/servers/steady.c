/*-------------------------------------------------------------------------
 *
 * steady.c
 *		A well-behaved HTTP server for any number of connections, with TLS.
 *
 *	steady [CERTIFICATE_FILE KEY_FILE [IDLE_SECONDS]]
 *
 * Answers every GET with one event, on an address of its own that it prints:
 * /close with "Connection: close", all others with keep-alive. PEM files make
 * it speak TLS. A connection that is idle for so many seconds is closed, as TLS
 * wants it.
 *
 *-------------------------------------------------------------------------
 */
#include <arpa/inet.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const char body[] = "{\"events\":[1]}";

static enum MHD_Result
answer(void *context, struct MHD_Connection *connection, const char *path,
	   const char *method, const char *version, const char *upload,
	   size_t *upload_size, void **state)
{
	static int begun;
	struct MHD_Response *response;
	enum MHD_Result result;

	(void) context;
	(void) method;
	(void) version;
	(void) upload;
	*upload_size = 0;
	if (*state == NULL)
	{
		/* An answer at the first call would close the connection. */
		*state = &begun;
		return MHD_YES;
	}
	response = MHD_create_response_from_buffer(sizeof(body) - 1, (void *) body,
											   MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return MHD_NO;
	if (strcmp(path, "/close") == 0)
		(void) MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION,
									   "close");
	result = MHD_queue_response(connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

/* A file's text, ended by a zero byte. */
static char *
read_file(const char *name)
{
	static const size_t room = 65536;
	FILE *file = fopen(name, "r");
	char *text = calloc(1, room);

	if (file == NULL || text == NULL || fread(text, 1, room - 1, file) == 0)
	{
		perror(name);
		exit(1);
	}
	(void) fclose(file);
	return text;
}

int
main(int argc, char **argv)
{
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG;
	struct sockaddr_in address = {.sin_family = AF_INET,
								  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct rlimit files;
	struct MHD_OptionItem tls[] = {
		{MHD_OPTION_HTTPS_MEM_CERT, 0, NULL},
		{MHD_OPTION_HTTPS_MEM_KEY, 0, NULL},
		{MHD_OPTION_END, 0, NULL},
	};
	struct MHD_Daemon *daemon;

	if (argc >= 3)
	{
		flags |= MHD_USE_TLS;
		tls[0].ptr_value = read_file(argv[1]);
		tls[1].ptr_value = read_file(argv[2]);
	}
	else
		tls[0].option = MHD_OPTION_END;
	(void) signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0)
	{
		files.rlim_cur = files.rlim_max;
		(void) setrlimit(RLIMIT_NOFILE, &files);
	}
	daemon = MHD_start_daemon(
		flags, 0, NULL, NULL, answer, NULL, MHD_OPTION_SOCK_ADDR, &address,
		MHD_OPTION_CONNECTION_TIMEOUT,
		argc == 4 ? (unsigned) atoi(argv[3]) : 0u, MHD_OPTION_CONNECTION_LIMIT,
		4096u, MHD_OPTION_LISTEN_BACKLOG_SIZE, 4096u, MHD_OPTION_ARRAY, tls,
		MHD_OPTION_END);
	if (daemon == NULL)
	{
		fputs("steady: cannot start\n", stderr);
		return 1;
	}
	printf("%s://localhost:%d\n", argc >= 3 ? "https" : "http",
		   MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	(void) fflush(stdout);
	for (;;)
		(void) pause();
}
