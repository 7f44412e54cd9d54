/*-------------------------------------------------------------------------
 *
 * interrupt.c
 *		Ctrl-C, and SIGTERM; see interrupt.h.
 *
 *-------------------------------------------------------------------------
 */
#include "http/base/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#include "http/base/error.h"

static volatile sig_atomic_t interrupts = 0;
static volatile sig_atomic_t held = 0;

static const int stop_signals[] = {SIGINT, SIGTERM};

#define STOP_SIGNALS (sizeof(stop_signals) / sizeof(stop_signals[0]))

static void
on_signal(int signal)
{
	(void) signal;
	if (++interrupts > 1 && !held)
		_exit(EXIT_INTERRUPTED);
}

/* These calls cannot fail with these arguments. */
void
interrupt_catch(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	(void) sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		(void) sigaction(stop_signals[i], &action, NULL);
}

int
interrupt_count(void)
{
	return interrupts;
}

void
interrupt_hold(bool hold)
{
	held = hold;
}

void
interrupt_mask(bool mask)
{
	sigset_t set;

	(void) sigemptyset(&set);
	for (size_t i = 0; i < STOP_SIGNALS; i++)
		(void) sigaddset(&set, stop_signals[i]);
	(void) pthread_sigmask(mask ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}
