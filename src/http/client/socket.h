/*-------------------------------------------------------------------------
 *
 * socket.h
 *		What the kernel knows of a connection.
 *
 * Owns two questions that neither libcurl nor a read can answer: how the
 * connection was lost, and how long an answer has lain there before this
 * process read it. The latter is the client's own part of a latency, whether
 * its loop was busy or the machine gave it no processor.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_CLIENT_SOCKET_H
#define PERFCHECK_HTTP_CLIENT_SOCKET_H

#include "http/client/client.h"

/*
 * Returns how a connection was lost that got no answer. To be called before the
 * socket is closed; what is no TCP counts as closed.
 */
extern LossCause socket_loss(int socket);

/* Asks the kernel to note when bytes arrive. It may be unable to. */
extern void socket_stamp(int socket);

/*
 * Returns for how long, in microseconds, the bytes that can be read now have
 * been there; or -1 if that is unknown. Reads nothing. This costs as much as a
 * read, so it is for samples.
 */
extern int64_t socket_lag_us(int socket);

/* The slot that has used a socket last, by the socket's number. */
typedef struct SocketUsers
{
	int *slots;
	size_t room;
} SocketUsers;

extern void socket_users_note(SocketUsers *users, int socket, int slot);

/* Returns -1 if none has. */
extern int socket_users_find(const SocketUsers *users, int socket);

#endif /* PERFCHECK_HTTP_CLIENT_SOCKET_H */
