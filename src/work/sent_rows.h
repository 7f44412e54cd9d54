/*-------------------------------------------------------------------------
 *
 * sent_rows.h
 *		Takes the rows of a query, and reads what sending them would read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_WORK_SENT_ROWS_H
#define PERFCHECK_WORK_SENT_ROWS_H

#include "tcop/dest.h"

/*
 * Returns a receiver that sends the rows nowhere, and reads the values that are
 * stored out of line (TOAST) as the server does for a client; it is allocated in
 * the current memory context. Receiving raises what reading a table raises.
 */
extern DestReceiver *sent_rows_receiver(void);

#endif /* PERFCHECK_WORK_SENT_ROWS_H */
