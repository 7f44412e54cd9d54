/*-------------------------------------------------------------------------
 *
 * compare.c
 *		perfcheck-http compare; see compare.h.
 *
 * Of several runs before and after, which take turns on the command line, the
 * slices of each side follow each other. Two statistics of each query are
 * compared, so that many verdicts are made at once: the p value that one needs is
 * divided by their number.
 *
 *-------------------------------------------------------------------------
 */
#include "http/compare/compare.h"

#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "http/base/memory.h"
#include "http/base/text.h"
#include "http/compare/run_file.h"

#define COMPARE_SEED 1
#define STATISTICS 2

static const double percents[STATISTICS] = {50, 95};
static const char *const statistic_names[STATISTICS] = {"p50", "p95"};

typedef struct CompareSettings
{
	double smallest; /* a change up to that is neither slower nor faster */
	const char *json_file;
	bool help;
} CompareSettings;

typedef struct QueryChange
{
	const char *name;
	Comparison changes[STATISTICS];
	ComparisonVerdict verdict;
} QueryChange;

typedef struct Comparing
{
	CompareSettings settings;
	RunFile *files; /* before, after, before, after, ... */
	size_t file_count;
	QueryChange *queries;
	size_t query_count;
	size_t by_verdict[COMPARISON_SLOWER + 1];
} Comparing;

static void
help(FILE *out)
{
	fputs(
		"perfcheck-http compare [options] BEFORE.json AFTER.json [...]\n"
		"Tells which queries are slower in AFTER, from the samples of runs "
		"that were kept\n"
		"with --samples. More runs, which take turns (BEFORE AFTER BEFORE "
		"AFTER), make it surer.\n"
		"\n"
		"  --smallest PERCENT   a smaller change is neither slower nor "
		"faster (5)\n"
		"  --json FILE          the comparison as JSON; - is stdout\n"
		"Exit: 0 no query is slower, 1 one is, 2 bad usage or not comparable, "
		"3 could not run\n",
		out);
}

static bool
parse(int argc, char **argv, CompareSettings *settings, RunError *error)
{
	static const struct option options[] = {
		{"smallest", required_argument, NULL, 's'},
		{"json", required_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0}};
	int option;

	*settings = (CompareSettings){.smallest = COMPARISON_SMALLEST};
	optind = 0;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":h", options, NULL)) != -1)
	{
		double percent;

		if (option == 'h')
			settings->help = true;
		else if (option == 'j')
			settings->json_file = optarg;
		else if (option != 's')
		{
			error_set(error, EXIT_BAD_USAGE,
					  option == ':' ? "option \"%s\" requires an argument"
									: "compare has no option \"%s\"",
					  argv[optind - 1]);
			return error_hint(error, "Try \"perfcheck-http compare --help\".");
		}
		else if (text_to_decimal(optarg, &percent) && percent > 0 &&
				 percent < 100)
			settings->smallest = percent / 100;
		else
			return error_set(error, EXIT_BAD_USAGE,
							 "invalid --smallest \"%s\": give a percentage "
							 "above 0 and below 100",
							 optarg);
	}
	if (settings->help || (argc - optind >= 2 && (argc - optind) % 2 == 0))
		return true;
	error_set(error, EXIT_BAD_USAGE,
			  argc - optind < 2
				  ? "compare requires two files: BEFORE.json AFTER.json"
				  : "compare requires as many files after as before");
	return error_hint(error,
					  "perfcheck-http --samples --json FILE writes them.");
}

static bool
read_files(Comparing *comparing, char **names, RunError *error)
{
	for (size_t i = 0; i < comparing->file_count; i++)
		if (!run_file_read(&comparing->files[i], names[i], error))
			return false;
	for (size_t i = 1; i < comparing->file_count; i++)
		if (!run_file_comparable(&comparing->files[0], &comparing->files[i],
								 error))
			return false;
	return true;
}

/* Puts the slices of one side's files, for one query, behind each other. */
static ComparisonSide
join_side(const Comparing *comparing, size_t query, size_t first)
{
	ComparisonSlice *slices = NULL;
	size_t room = 0;
	size_t count = 0;

	for (size_t f = first; f < comparing->file_count; f += 2)
	{
		const QuerySamples *samples = &comparing->files[f].queries[query];

		slices = memory_grow(slices, count + samples->slice_count + 1, &room,
							 sizeof(ComparisonSlice));
		memcpy(&slices[count], samples->slices,
			   samples->slice_count * sizeof(ComparisonSlice));
		count += samples->slice_count;
	}
	return (ComparisonSide){slices, count};
}

static void
compare_query(Comparing *comparing, size_t query)
{
	QueryChange *change = &comparing->queries[query];
	ComparisonSide before = join_side(comparing, query, 0);
	ComparisonSide after = join_side(comparing, query, 1);
	ComparisonRules rules = COMPARISON_RULES(COMPARE_SEED, false);

	rules.smallest = comparing->settings.smallest;
	if (rules.same_within > rules.smallest)
		rules.same_within = rules.smallest;
	rules.tests = comparing->query_count * STATISTICS;
	change->name = comparing->files[0].queries[query].name;
	for (int i = 0; i < STATISTICS; i++)
		if (!comparison_make(&before, &after, percents[i], &rules,
							 &change->changes[i]))
			memory_exhausted();
	change->verdict =
		comparison_both(change->changes[0].verdict, change->changes[1].verdict);
	comparing->by_verdict[change->verdict]++;
	free((ComparisonSlice *) before.slices);
	free((ComparisonSlice *) after.slices);
}

/* "+10.2 %" */
static const char *
percent_text(char *buffer, double ratio)
{
	if (!isfinite(ratio))
		return "?";
	snprintf(buffer, TEXT_NUMBER_SIZE, "%+.1f %%", (ratio - 1) * 100);
	return buffer;
}

static void
put_change(FILE *out, const QueryChange *query, int statistic, int columns)
{
	const Comparison *change = &query->changes[statistic];
	char number[4][TEXT_NUMBER_SIZE];
	char interval[2 * TEXT_NUMBER_SIZE + 8];

	fprintf(out, "%-*s %s %9s %9s", columns, statistic == 0 ? query->name : "",
			statistic_names[statistic], text_from_ms(number[0], change->before),
			text_from_ms(number[1], change->after));
	if (!change->enough)
		fprintf(out, " %9s  %-20s %7s", "", "too few samples", "");
	else
	{
		snprintf(interval, sizeof(interval), "%s to %s",
				 percent_text(number[0], change->low),
				 percent_text(number[1], change->high));
		fprintf(out, " %9s  %-20s %7.4f",
				percent_text(number[2], change->ratio), interval, change->p);
	}
	fprintf(out, "  %s\n", comparison_word(change->verdict));
}

static void
put_notes(FILE *out, const Comparing *comparing)
{
	bool others = false;

	for (size_t f = 0; f < comparing->file_count; f++)
	{
		const RunFile *file = &comparing->files[f];
		json_int_t requests = 0;
		json_int_t errors = 0;

		others |= !run_file_same_requests(&comparing->files[0], file);
		for (size_t i = 0; i < file->query_count; i++)
		{
			requests += file->queries[i].requests;
			errors += file->queries[i].errors;
		}
		if (errors > 0)
			fprintf(out,
					"note: in \"%s\" %lld of %lld requests failed, whose "
					"latencies are included\n",
					file->name, (long long) errors, (long long) requests);
	}
	if (others)
		fputs("note: the contract's requests had other values, which may "
			  "explain a change\n",
			  out);
}

static void
put_report(FILE *out, const Comparing *comparing)
{
	int columns = text_columns("query");

	for (size_t i = 0; i < comparing->query_count; i++)
	{
		int width = text_columns(comparing->queries[i].name);

		columns = width > columns ? width : columns;
	}
	fprintf(out,
			"compared: %zu quer%s: %zu slower, %zu faster, %zu same, %zu "
			"unclear\n\n",
			comparing->query_count, comparing->query_count == 1 ? "y" : "ies",
			comparing->by_verdict[COMPARISON_SLOWER],
			comparing->by_verdict[COMPARISON_FASTER],
			comparing->by_verdict[COMPARISON_SAME],
			comparing->by_verdict[COMPARISON_UNCLEAR]);
	fprintf(out, "%-*s %3s %9s %9s %9s  %-20s %7s  %s\n", columns, "query", "",
			"before ms", "after ms", "change", "95 % interval", "p", "verdict");
	for (size_t i = 0; i < comparing->query_count; i++)
		for (int k = 0; k < STATISTICS; k++)
			put_change(out, &comparing->queries[i], k, columns);
	put_notes(out, comparing);
}

static json_t *
number(double value)
{
	return isfinite(value) ? json_real(round(value * 1e6) / 1e6) : json_null();
}

static json_t *
change_json(const Comparison *change)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "before_ms",
		number(change->before), "after_ms", number(change->after), "ratio",
		change->enough ? number(change->ratio) : json_null(), "low",
		change->enough ? number(change->low) : json_null(), "high",
		change->enough ? number(change->high) : json_null(), "p",
		number(change->p), "verdict", comparison_word(change->verdict));
}

static json_t *
document(const Comparing *comparing)
{
	json_t *queries = json_array();

	for (size_t i = 0; i < comparing->query_count; i++)
	{
		const QueryChange *query = &comparing->queries[i];

		(void) json_array_append_new(
			queries,
			json_pack("{s:s, s:s, s:o, s:o}", "name", query->name, "verdict",
					  comparison_word(query->verdict), statistic_names[0],
					  change_json(&query->changes[0]), statistic_names[1],
					  change_json(&query->changes[1])));
	}
	return json_pack("{s:b, s:o}", "ok",
					 comparing->by_verdict[COMPARISON_SLOWER] == 0, "queries",
					 queries);
}

static bool
write_json(const Comparing *comparing, const char *name, RunError *error)
{
	json_t *json = document(comparing);
	bool to_stdout = strcmp(name, "-") == 0;
	FILE *out = to_stdout ? stdout : fopen(name, "w");
	bool ok;

	if (json == NULL)
		memory_exhausted();
	ok = out != NULL &&
		 json_dumpf(json, out, JSON_INDENT(2) | JSON_REAL_PRECISION(15)) == 0 &&
		 fputc('\n', out) != EOF && fflush(out) == 0;
	if (out != NULL && !to_stdout)
		ok = fclose(out) == 0 && ok;
	json_decref(json);
	return ok ||
		   error_set(error, EXIT_CANNOT_RUN, "could not write \"%s\"", name);
}

static ExitStatus
compare_files(Comparing *comparing, RunError *error)
{
	const char *json_file = comparing->settings.json_file;
	bool machine = json_file != NULL && strcmp(json_file, "-") == 0;

	comparing->query_count = comparing->files[0].query_count;
	comparing->queries =
		memory_zeroed(comparing->query_count, sizeof(QueryChange));
	for (size_t i = 0; i < comparing->query_count; i++)
		compare_query(comparing, i);
	put_report(machine ? stderr : stdout, comparing);
	if (json_file != NULL && !write_json(comparing, json_file, error))
		return error->status;
	return comparing->by_verdict[COMPARISON_SLOWER] > 0 ? EXIT_TARGETS_MISSED
														: EXIT_TARGETS_MET;
}

ExitStatus
compare_main(int argc, char **argv, RunError *error)
{
	Comparing comparing = {.file_count = 0};
	ExitStatus status;

	if (!parse(argc, argv, &comparing.settings, error))
		return error->status;
	if (comparing.settings.help)
	{
		help(stdout);
		return EXIT_TARGETS_MET;
	}
	comparing.file_count = (size_t) (argc - optind);
	comparing.files = memory_zeroed(comparing.file_count, sizeof(RunFile));
	status = read_files(&comparing, &argv[optind], error)
				 ? compare_files(&comparing, error)
				 : error->status;
	for (size_t i = 0; i < comparing.file_count; i++)
		run_file_free(&comparing.files[i]);
	free(comparing.files);
	free(comparing.queries);
	return status;
}
