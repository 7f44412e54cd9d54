/*-------------------------------------------------------------------------
 *
 * instructions.c
 *		Counts the instructions of this process, where the system lets it.
 *
 * Linux counts those of a process alone, outside of the kernel, also for users
 * without rights, unless kernel.perf_event_paranoid is above 2. Many virtual
 * machines have no counter.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <unistd.h>
#ifdef __linux__
#include <linux/perf_event.h>
#include <sys/syscall.h>
#endif

#include "run/instructions.h"

#if defined(__linux__) && defined(SYS_perf_event_open)

static const char *
instructions_why(void)
{
	if (errno == EACCES || errno == EPERM)
		return "instructions are not counted: kernel.perf_event_paranoid or a "
			   "container forbids it";
	return "instructions are not counted: the machine has no counter";
}

Instructions
instructions_begin(void)
{
	struct perf_event_attr what;
	Instructions self = {.why = NULL};

	memset(&what, 0, sizeof(what));
	what.type = PERF_TYPE_HARDWARE;
	what.size = sizeof(what);
	what.config = PERF_COUNT_HW_INSTRUCTIONS;
	what.exclude_kernel = 1;
	what.exclude_hv = 1;
	self.fd = (int) syscall(SYS_perf_event_open, &what, 0, -1, -1,
							PERF_FLAG_FD_CLOEXEC);
	if (self.fd < 0)
		self.why = instructions_why();
	return self;
}

#else

Instructions
instructions_begin(void)
{
	return (Instructions){.fd = -1,
						  .why = "instructions are counted on Linux alone"};
}

#endif

void
instructions_end(Instructions *instructions)
{
	if (instructions->fd >= 0)
		close(instructions->fd);
	instructions->fd = -1;
}

int64
instructions_read(const Instructions *instructions)
{
	int64 count;

	if (instructions == NULL || instructions->fd < 0 ||
		read(instructions->fd, &count, sizeof(count)) != sizeof(count))
		return 0;
	return count;
}
