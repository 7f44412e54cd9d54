/*-------------------------------------------------------------------------
 *
 * settings.c
 *		The perfcheck.* settings (GUCs).
 *
 * Each setting is a variable that the server writes, defined when the module is
 * loaded; the values before that are the defaults. The prefix is reserved, so
 * that a misspelt setting is an error. perfcheck.fixed_tables is checked here
 * for its syntax alone, and perfcheck.role not at all, since a setting may be
 * made where no catalog can be read; plan/fixed_tables.c looks the tables up
 * when it plans a query, and contract/statement.c the role when it opens one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <limits.h>
#include <math.h>

#include "utils/guc.h"
#include "utils/varlena.h"

#include "base/record_settings.h"
#include "base/settings.h"

int perfcheck_max_rows_examined = 50000;
int perfcheck_max_blocks = 10000;
int perfcheck_max_rows_returned = 10000;
double perfcheck_scale = 100;
int perfcheck_statement_timeout = 30000;
int perfcheck_requests_time = 0;
int perfcheck_prove_rows = 100000;
int perfcheck_max_memory = 2048;
double perfcheck_max_load_share = 1;
char *perfcheck_fixed_tables = NULL;
char *perfcheck_role = NULL;
bool perfcheck_verbose_report = false;
bool perfcheck_progress = true;

static bool
settings_check_fixed_tables(char **newval, void **extra, GucSource source)
{
	char *copy = pstrdup(*newval);
	List *names = NIL;
	bool valid = SplitGUCList(copy, ',', &names);

	if (!valid)
		GUC_check_errdetail("List syntax is invalid.");
	list_free(names);
	pfree(copy);
	return valid;
}

/* What a call may take of the server that it runs on. */
static void
settings_init_load(void)
{
	DefineCustomIntVariable("perfcheck.max_memory",
							"The most memory that a case of a query may take.",
							"0 means no limit.", &perfcheck_max_memory, 2048, 0,
							INT_MAX, PGC_USERSET, GUC_UNIT_MB, NULL, NULL,
							NULL);
	DefineCustomRealVariable(
		"perfcheck.max_load_share",
		"The share of the time that judging and timing work.",
		"They rest between cases for the others of it; 1 means that they do "
		"not.",
		&perfcheck_max_load_share, 1, PERFCHECK_MIN_LOAD_SHARE, 1, PGC_USERSET,
		0, NULL, NULL, NULL);
}

void
settings_init(void)
{
	DefineCustomIntVariable(
		"perfcheck.max_rows_examined",
		"Row budget: the rows that a query may examine at the target size.",
		"The column max_rows of perfcheck_query overrides it for a query.",
		&perfcheck_max_rows_examined, 50000, 1, INT_MAX, PGC_USERSET, 0, NULL,
		NULL, NULL);
	DefineCustomIntVariable(
		"perfcheck.max_blocks",
		"Block budget: the blocks that a query may touch at the target size.",
		"The column max_blocks of perfcheck_query overrides it for a query.",
		&perfcheck_max_blocks, 10000, 1, INT_MAX, PGC_USERSET, 0, NULL, NULL,
		NULL);
	DefineCustomIntVariable(
		"perfcheck.max_rows_returned",
		"The most rows that a query may return at the target size.",
		"0 means no ceiling. The column max_rows_returned of perfcheck_query "
		"overrides it for a query.",
		&perfcheck_max_rows_returned, 10000, 0, INT_MAX, PGC_USERSET, 0, NULL,
		NULL, NULL);
	DefineCustomRealVariable(
		"perfcheck.scale",
		"The table size that perfcheck_verify and perfcheck_assert judge for, "
		"in multiples of today's.",
		NULL, &perfcheck_scale, 100, PERFCHECK_MIN_SCALE, PERFCHECK_MAX_SCALE,
		PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("perfcheck.statement_timeout",
							"The longest that one case of a query may run.",
							"0 means no limit.", &perfcheck_statement_timeout,
							30000, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, NULL,
							NULL, NULL);
	DefineCustomIntVariable(
		"perfcheck.requests_time",
		"How long perfcheck_requests() counts the rows of each query.",
		"Requests whose turn has not come then have no count. 0 means no limit.",
		&perfcheck_requests_time, 0, 0, INT_MAX, PGC_USERSET, GUC_UNIT_MS, NULL,
		NULL, NULL);
	DefineCustomStringVariable(
		"perfcheck.fixed_tables",
		"Tables that do not grow when perfcheck plans for another size.",
		"Comma-separated names, schema-qualified or found by search_path.",
		&perfcheck_fixed_tables, "", PGC_USERSET, GUC_LIST_INPUT,
		settings_check_fixed_tables, NULL, NULL);
	DefineCustomStringVariable(
		"perfcheck.role", "The role that queries run as which name none.",
		"Empty means the caller. The column role of perfcheck_query overrides "
		"it for a query.",
		&perfcheck_role, "", PGC_USERSET, 0, NULL, NULL, NULL);

	DefineCustomIntVariable(
		"perfcheck.prove_rows",
		"A fix is tried out, and rolled back, on tables of up to this many "
		"rows.",
		"0 turns this off; fixes are then proposals.", &perfcheck_prove_rows,
		100000, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL, NULL);

	DefineCustomBoolVariable(
		"perfcheck.verbose_report",
		"Whether the report has a line for each fragile query and each wrong "
		"estimate.",
		"If not, one line counts them.", &perfcheck_verbose_report, false,
		PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable(
		"perfcheck.progress",
		"Whether the caller is told how far a long run is.",
		"Messages begin after three seconds.", &perfcheck_progress, true,
		PGC_USERSET, 0, NULL, NULL, NULL);

	settings_init_load();
	record_settings_init();

	MarkGUCPrefixReserved("perfcheck");
}

void
settings_check_scale(double scale)
{
	if (!(scale >= PERFCHECK_MIN_SCALE && scale <= PERFCHECK_MAX_SCALE))
		ereport(ERROR, errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				errmsg("scale must be between %g and %.0f", PERFCHECK_MIN_SCALE,
					   PERFCHECK_MAX_SCALE),
				errhint("1 is for the tables as they are, 100 for a hundred "
						"times their rows."));
}

double
settings_row_budget(double max_rows)
{
	return max_rows > 0 ? max_rows : perfcheck_max_rows_examined;
}

double
settings_block_budget(double max_blocks)
{
	return max_blocks > 0 ? max_blocks : perfcheck_max_blocks;
}

double
settings_rows_returned(double max_rows_returned)
{
	double most =
		max_rows_returned < 0 ? perfcheck_max_rows_returned : max_rows_returned;

	return most > 0 ? most : INFINITY;
}
