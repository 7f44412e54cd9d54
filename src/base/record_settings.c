/*-------------------------------------------------------------------------
 *
 * record_settings.c
 *		The settings of recording: perfcheck.record and perfcheck.record_*.
 *
 * perfcheck.record is text, since it is a word or a share. All of them decide what
 * is kept of what people sent, so a superuser sets them, or a role that was
 * granted it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/varlena.h"

#include "base/compat.h"
#include "base/record_settings.h"

/* Segments are a share of it, and a few of them must fit. */
#define RECORD_SETTINGS_MIN_LIMIT 256

double perfcheck_record_share = 0;
bool perfcheck_record_values = true;
bool perfcheck_record_nested = false;
int perfcheck_record_limit = 65536;
char *perfcheck_record_redact = NULL;
uint64 perfcheck_record_rules = 0;

static char *record_settings_record = NULL;

/* Returns the share that a value of perfcheck.record means, or -1. */
static double
record_settings_share(const char *value)
{
	bool on;
	char *end;
	double share;

	if (parse_bool(value, &on))
		return on ? 1 : 0;
	share = strtod(value, &end);
	if (end == value || *end != '\0' || !(share >= 0 && share <= 1))
		return -1;
	return share;
}

static bool
record_settings_check_record(char **newval, void **extra, GucSource source)
{
	if (record_settings_share(*newval) >= 0)
		return true;
	GUC_check_errhint("It is on, off, or the share of the transactions to "
					  "record, such as 0.1.");
	return false;
}

/* The server makes query ids only where somebody asks for them. */
static void
record_settings_assign_record(const char *newval, void *extra)
{
	perfcheck_record_share = Max(record_settings_share(newval), 0);
	if (perfcheck_record_share > 0)
		EnableQueryId();
}

static bool
record_settings_check_redact(char **newval, void **extra, GucSource source)
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

static void
record_settings_assign_redact(const char *newval, void *extra)
{
	perfcheck_record_rules++;
}

static void
record_settings_assign_values(bool newval, void *extra)
{
	perfcheck_record_rules++;
}

void
record_settings_init(void)
{
	DefineCustomStringVariable(
		"perfcheck.record", "Records the SELECTs that are executed.",
		"off, on, or the share of the transactions to record, such as 0.1.",
		&record_settings_record, "off", PGC_SUSET, 0,
		record_settings_check_record, record_settings_assign_record, NULL);
	DefineCustomBoolVariable(
		"perfcheck.record_values",
		"Whether the values of statements are kept as well.",
		"Off keeps statements with parameters in place of their constants.",
		&perfcheck_record_values, true, PGC_SUSET, 0, NULL,
		record_settings_assign_values, NULL);
	DefineCustomBoolVariable(
		"perfcheck.record_nested",
		"Whether statements of functions are recorded as their own.", NULL,
		&perfcheck_record_nested, false, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"perfcheck.record_limit",
		"The most that the files of what was recorded may have together.",
		"The oldest ones are removed first.", &perfcheck_record_limit, 65536,
		RECORD_SETTINGS_MIN_LIMIT, MAX_KILOBYTES, PGC_SUSET, GUC_UNIT_KB, NULL,
		NULL, NULL);
	DefineCustomStringVariable(
		"perfcheck.record_redact",
		"Tables and columns whose values are left out of what is recorded.",
		"Comma-separated names; * stands for any characters.",
		&perfcheck_record_redact,
		"*password*,*passwd*,*secret*,*token*,*session_key*,*api_key*",
		PGC_SUSET, GUC_LIST_INPUT, record_settings_check_redact,
		record_settings_assign_redact, NULL);
}
