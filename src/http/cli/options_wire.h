/*-------------------------------------------------------------------------
 *
 * options_wire.h
 *		The options of how a server is reached, and of what is expected of it.
 *
 * Owns --host, --connect-to, the certificates, --no-keepalive, --trace, what is
 * expected of each answer, and the limits of what a run may lose. options.h
 * knows all others.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLI_OPTIONS_WIRE_H
#define PERFCHECK_HTTP_CLI_OPTIONS_WIRE_H

#include "http/base/error.h"
#include "http/base/settings.h"

/* Values of getopt_long(), apart from those of options.c. */
enum WireOption
{
	OPT_HOST = 512,
	OPT_CONNECT_TO,
	OPT_CACERT,
	OPT_CERT,
	OPT_CERT_KEY,
	OPT_NO_KEEPALIVE,
	OPT_TRACE,
	OPT_EXPECT_STATUS,
	OPT_EXPECT_JSON,
	OPT_MAX_RESENT,
	OPT_SETUP_TIMEOUT,
	OPT_WIRE_END
};

#define OPTIONS_WIRE                                                           \
	{"host", required_argument, NULL, OPT_HOST},                               \
		{"connect-to", required_argument, NULL, OPT_CONNECT_TO},               \
		{"cacert", required_argument, NULL, OPT_CACERT},                       \
		{"cert", required_argument, NULL, OPT_CERT},                           \
		{"cert-key", required_argument, NULL, OPT_CERT_KEY},                   \
		{"no-keepalive", no_argument, NULL, OPT_NO_KEEPALIVE},                 \
		{"trace", no_argument, NULL, OPT_TRACE},                               \
		{"expect-status", required_argument, NULL, OPT_EXPECT_STATUS},         \
		{"expect-json", required_argument, NULL, OPT_EXPECT_JSON},             \
		{"max-resent", required_argument, NULL, OPT_MAX_RESENT},               \
	{                                                                          \
		"setup-timeout", required_argument, NULL, OPT_SETUP_TIMEOUT            \
	}

/*
 * Parses one of them. next is the argument behind it, or NULL; returns in
 * *taken whether that belongs to the option. Returns false, and sets the error,
 * if the option is invalid.
 */
extern bool options_wire_parse(int option, const char *argument,
							   const char *next, bool *taken,
							   Settings *settings, RunError *error);

/* Returns whether a header "Name: value" asks for a connection a request. */
extern bool options_wire_closes(const char *header);

/* Has each request sent on a connection of its own. */
extern void options_wire_close_each(Settings *settings);

/*
 * Checks them together, and sets what follows from them and from the URL.
 * Returns false, and sets the error, if two of them conflict.
 */
extern bool options_wire_settle(Settings *settings, RunError *error);
extern void options_wire_free(Settings *settings);

#endif /* PERFCHECK_HTTP_CLI_OPTIONS_WIRE_H */
