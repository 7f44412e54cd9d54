/*-------------------------------------------------------------------------
 *
 * client_job.c
 *		What a client of perfcheck_time is given to do, as bytes.
 *
 * Fields stand one after another, each as it is in memory: both sides are the same
 * program on the same machine. A text is its length with the final zero, and its
 * bytes; a length of 0 is NULL.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "base/compat.h"
#include "run/client_job.h"

/* ---- settings of the session ---- */

/*
 * Some settings cannot be set to what they show, or would say something wrong of
 * another process.
 */
static bool
client_job_is_personal(const char *name)
{
	static const char *const names[] = {
		"application_name",
		"client_encoding",
		"is_superuser",
		"role",
		"seed",
		"session_authorization",
		"transaction_deferrable",
		"transaction_isolation",
		"transaction_read_only",
	};

	for (int i = 0; i < lengthof(names); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/*
 * Those of the server, the database and the role come to a client as they come to
 * any session. What the caller could set, it can set.
 */
List *
client_job_session_settings(void)
{
	int n;
	struct config_generic **all = compat_all_settings(&n);
	List *settings = NIL;

	for (int i = 0; i < n; i++)
	{
		const struct config_generic *one = all[i];
		CaseSetting *setting;

		if (one->source < PGC_S_CLIENT ||
			(one->context != PGC_USERSET && one->context != PGC_SUSET) ||
			client_job_is_personal(one->name))
			continue;
		setting = palloc(sizeof(*setting));
		setting->name = one->name;
		setting->value = pstrdup(GetConfigOption(one->name, false, false));
		settings = lappend(settings, setting);
	}
	return settings;
}

/* ---- writing ---- */

static void
client_job_put(StringInfo bytes, const void *field, int size)
{
	appendBinaryStringInfo(bytes, field, size);
}

#define CLIENT_JOB_PUT(bytes, field)                                           \
	client_job_put((bytes), &(field), sizeof(field))

static void
client_job_put_text(StringInfo bytes, const char *text)
{
	int length = text == NULL ? 0 : strlen(text) + 1;

	CLIENT_JOB_PUT(bytes, length);
	if (length > 0)
		client_job_put(bytes, text, length);
}

static void
client_job_put_settings(StringInfo bytes, List *settings)
{
	int n = list_length(settings);
	ListCell *cell;

	CLIENT_JOB_PUT(bytes, n);
	foreach(cell, settings)
	{
		const CaseSetting *setting = lfirst(cell);

		client_job_put_text(bytes, setting->name);
		client_job_put_text(bytes, setting->value);
	}
}

/* What it takes to execute a query; its targets stay with the caller. */
static void
client_job_put_query(StringInfo bytes, const ContractQuery *query)
{
	client_job_put_text(bytes, query->name);
	client_job_put_text(bytes, query->sql);
	client_job_put_text(bytes, query->search_path);
	client_job_put_text(bytes, query->role);
	client_job_put_text(bytes, query->settings);
	CLIENT_JOB_PUT(bytes, query->ntypes);
	client_job_put(bytes, query->types, query->ntypes * sizeof(Oid));
	CLIENT_JOB_PUT(bytes, query->nwriters);
	client_job_put(bytes, query->writers, query->nwriters * sizeof(Oid));
	CLIENT_JOB_PUT(bytes, query->built_in);
}

static void
client_job_put_case(StringInfo bytes, const TimedCase *timed)
{
	CLIENT_JOB_PUT(bytes, timed->statement);
	CLIENT_JOB_PUT(bytes, timed->weight);
	client_job_put_text(bytes, timed->one->label);
	CLIENT_JOB_PUT(bytes, timed->one->nargs);
	for (int i = 0; i < timed->one->nargs; i++)
		client_job_put_text(bytes, timed->one->args[i]);
	client_job_put_settings(bytes, timed->one->settings);
}

void
client_job_write(StringInfo bytes, const ClientJob *job)
{
	const TimedWork *work = &job->work;
	int last = -1;

	CLIENT_JOB_PUT(bytes, job->user);
	client_job_put_settings(bytes, job->settings);
	CLIENT_JOB_PUT(bytes, work->options);
	CLIENT_JOB_PUT(bytes, work->ncases);
	for (int i = 0; i < work->ncases; i++)
	{
		client_job_put_case(bytes, &work->cases[i]);
		/* The cases of a query follow each other. */
		if (work->cases[i].statement != last)
			client_job_put_query(bytes, work->cases[i].query);
		last = work->cases[i].statement;
	}
}

/* ---- reading ---- */

typedef struct ClientJobReader
{
	const char *at;
	const char *end;
} ClientJobReader;

static void
client_job_get(ClientJobReader *reader, void *field, int size)
{
	if (size > reader->end - reader->at)
		elog(ERROR, "the job of a client ends too soon");
	if (size > 0)
		memcpy(field, reader->at, size);
	reader->at += size;
}

#define CLIENT_JOB_GET(reader, field)                                          \
	client_job_get((reader), &(field), sizeof(field))

static char *
client_job_get_text(ClientJobReader *reader)
{
	int length;
	char *text;

	CLIENT_JOB_GET(reader, length);
	if (length == 0)
		return NULL;
	text = palloc(length);
	client_job_get(reader, text, length);
	return text;
}

static List *
client_job_get_settings(ClientJobReader *reader)
{
	List *settings = NIL;
	int n;

	CLIENT_JOB_GET(reader, n);
	for (int i = 0; i < n; i++)
	{
		CaseSetting *setting = palloc(sizeof(*setting));

		setting->name = client_job_get_text(reader);
		setting->value = client_job_get_text(reader);
		settings = lappend(settings, setting);
	}
	return settings;
}

static ContractQuery *
client_job_get_query(ClientJobReader *reader)
{
	ContractQuery *query = palloc0(sizeof(*query));

	query->name = client_job_get_text(reader);
	query->sql = client_job_get_text(reader);
	query->search_path = client_job_get_text(reader);
	query->role = client_job_get_text(reader);
	query->settings = client_job_get_text(reader);
	CLIENT_JOB_GET(reader, query->ntypes);
	query->types = palloc0(Max(query->ntypes, 1) * sizeof(Oid));
	client_job_get(reader, query->types, query->ntypes * sizeof(Oid));
	CLIENT_JOB_GET(reader, query->nwriters);
	query->writers = palloc0(Max(query->nwriters, 1) * sizeof(Oid));
	client_job_get(reader, query->writers, query->nwriters * sizeof(Oid));
	CLIENT_JOB_GET(reader, query->built_in);
	return query;
}

static void
client_job_get_case(ClientJobReader *reader, TimedCase *timed)
{
	Case *one;
	int nargs;

	CLIENT_JOB_GET(reader, timed->statement);
	CLIENT_JOB_GET(reader, timed->weight);
	one = case_make(client_job_get_text(reader), 0);
	CLIENT_JOB_GET(reader, nargs);
	one->nargs = nargs;
	one->args = palloc0(Max(nargs, 1) * sizeof(char *));
	for (int i = 0; i < nargs; i++)
		one->args[i] = client_job_get_text(reader);
	one->settings = client_job_get_settings(reader);
	timed->one = one;
}

ClientJob *
client_job_read(const char *bytes, int length)
{
	ClientJobReader reader = {.at = bytes, .end = bytes + length};
	ClientJob *job = palloc0(sizeof(*job));
	TimedWork *work = &job->work;

	CLIENT_JOB_GET(&reader, job->user);
	job->settings = client_job_get_settings(&reader);
	CLIENT_JOB_GET(&reader, work->options);
	CLIENT_JOB_GET(&reader, work->ncases);
	work->cases = palloc0(Max(work->ncases, 1) * sizeof(TimedCase));
	for (int i = 0; i < work->ncases; i++)
	{
		client_job_get_case(&reader, &work->cases[i]);
		work->cases[i].query =
			i > 0 && work->cases[i].statement == work->cases[i - 1].statement
				? work->cases[i - 1].query
				: client_job_get_query(&reader);
	}
	return job;
}
