/*-------------------------------------------------------------------------
 *
 * socket.c
 *		What the kernel knows of a connection; see socket.h.
 *
 * A connection that was reset is in the state CLOSED, one that the server has
 * closed in CLOSE_WAIT. The time at which bytes arrived comes with a read that
 * leaves them where they are; the kernel attaches it to a segment that was
 * read to its end, hence the size of the buffer.
 *
 *-------------------------------------------------------------------------
 */
#include "http/client/socket.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "http/base/memory.h"

/* In bytes; a segment of the loopback interface has up to 64 kB. */
#define PEEK_SIZE 65536

LossCause
socket_loss(int socket)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return LOSS_CLOSED;
	return info.tcpi_state == TCP_CLOSE ? LOSS_RESET : LOSS_CLOSED;
}

void
socket_stamp(int socket)
{
	int on = 1;

	(void) setsockopt(socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on));
}

static int64_t
since_us(const struct timespec *then)
{
	struct timespec now;

	/* Those times are of this clock. */
	(void) clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t) (now.tv_sec - then->tv_sec) * 1000000 +
		   (now.tv_nsec - then->tv_nsec) / 1000;
}

int64_t
socket_lag_us(int socket)
{
	static __thread char bytes[PEEK_SIZE];
	union
	{
		struct cmsghdr first; /* for its alignment */
		char space[256];
	} control;
	struct iovec room = {.iov_base = bytes, .iov_len = sizeof(bytes)};
	struct msghdr message = {.msg_iov = &room,
							 .msg_iovlen = 1,
							 .msg_control = &control,
							 .msg_controllen = sizeof(control)};

	if (recvmsg(socket, &message, MSG_PEEK | MSG_DONTWAIT) <= 0)
		return -1;
	for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one != NULL;
		 one = CMSG_NXTHDR(&message, one))
	{
		struct timespec arrived;
		int64_t lag_us;

		if (one->cmsg_level != SOL_SOCKET || one->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&arrived, CMSG_DATA(one), sizeof(arrived));
		lag_us = since_us(&arrived);
		/* The clock may have been set meanwhile. */
		return lag_us >= 0 && lag_us < INT64_C(3600000000) ? lag_us : -1;
	}
	return -1;
}

void
socket_users_note(SocketUsers *users, int socket, int slot)
{
	size_t before = users->room;

	users->slots = memory_grow(users->slots, (size_t) socket + 1, &users->room,
							   sizeof(int));
	for (size_t i = before; i < users->room; i++)
		users->slots[i] = -1;
	users->slots[socket] = slot;
}

int
socket_users_find(const SocketUsers *users, int socket)
{
	return socket >= 0 && (size_t) socket < users->room ? users->slots[socket]
														: -1;
}
