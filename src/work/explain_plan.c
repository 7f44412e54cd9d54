/*-------------------------------------------------------------------------
 *
 * explain_plan.c
 *		A plan as EXPLAIN prints it.
 *
 * The words are PostgreSQL's own. It prints the estimates that stand in the plan,
 * which may be those of a larger table, beside the counts of an execution.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "executor/executor.h"
#include "jit/jit.h"
#include "utils/snapmgr.h"

#include "work/explain_plan.h"

char *
explain_plan(PlannedStmt *plan, const ContractStatement *statement,
			 ParamListInfo params, ExplainFormat format, bool execute)
{
	ExplainState *es = NewExplainState();
	QueryDesc *desc;

	es->format = format;
	es->analyze = execute;
	es->costs = true;
	es->settings = true;
	plan->parallelModeNeeded = false;
	plan->jitFlags = PGJIT_NONE;
	desc = CreateQueryDesc(plan, statement->sql, GetActiveSnapshot(),
						   InvalidSnapshot, None_Receiver, params, NULL,
						   execute ? INSTRUMENT_ROWS : 0);
	ExecutorStart(desc, execute ? 0 : EXEC_FLAG_EXPLAIN_ONLY);
	if (execute)
	{
		compat_executor_run(desc);
		ExecutorFinish(desc);
	}
	ExplainBeginOutput(es);
	ExplainOpenGroup("Query", NULL, true, es);
	ExplainPrintPlan(es, desc);
	ExplainCloseGroup("Query", NULL, true, es);
	ExplainEndOutput(es);
	ExecutorEnd(desc);
	FreeQueryDesc(desc);
	return es->str->data;
}
