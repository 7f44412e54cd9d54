/*-------------------------------------------------------------------------
 *
 * test_http_search.c
 *		Unit tests of src/http/rate: the rate that is found against servers whose
 *		limit is known.
 *
 * The servers are simulated, so that a search of two minutes takes none: each
 * request's latency follows from when it arrives. A seed decides a server's limit
 * and its chances; now and then the machine has other things to do.
 *
 *-------------------------------------------------------------------------
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/base/memory.h"
#include "http/rate/probe.h"
#include "shared/splitmix64.h"

#define SECOND INT64_C(1000000)
#define SEEDS 40
#define WORKERS_MAX 16
#define P99_TARGET_MS 200.0

typedef enum ServerKind
{
	POOL,   /* n workers, a queue */
	BUCKET, /* refuses what is over a rate, but for bursts */
	SMOOTH  /* its p99 grows with the square of the rate */
} ServerKind;

typedef struct Server
{
	ServerKind kind;
	double limit; /* the rate that it can do */
	int workers;
	double burst;
	bool disturbed; /* other programs use the machine at times */
} Server;

typedef struct Found
{
	SearchStage stage;
	double rate;
	bool held;
	double low;
	double high;
	bool by_client;
	int64_t took_us;
	int runs;
} Found;

static uint64_t key;
static uint64_t number;

static double
uniform(void)
{
	return ((double) (splitmix64_number(key, number++) >> 11) + 0.5) / 0x1p53;
}

static double
normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(2 * acos(-1.0) * uniform());
}

/* Returns a latency in us, or -1 if the server refuses. */
static int64_t
serve(const Server *server, double rate, double at_s, double *free_at,
	  double *tokens)
{
	double service_s;
	int first = 0;

	switch (server->kind)
	{
		case POOL:
			service_s = server->workers / server->limit * (0.5 + uniform());
			for (int i = 1; i < server->workers; i++)
				if (free_at[i] < free_at[first])
					first = i;
			free_at[first] = fmax(free_at[first], at_s) + service_s;
			return (int64_t) ((free_at[first] - at_s) * 1e6);
		case BUCKET:
			*tokens = fmin(server->burst, *tokens + server->limit / rate);
			if (*tokens < 1)
				return -1;
			*tokens -= 1;
			return (int64_t) (3000 * exp(0.3 * normal()));
		default:
			return (int64_t) (P99_TARGET_MS * 1000 *
							  pow(rate / server->limit, 2) *
							  exp(0.4 * (normal() - 2.3263)));
	}
}

/* A run of the load, as load_run() would make it. */
static void
run(const Server *server, double rate, int64_t duration_us, Result *result)
{
	static const Finding right = {.class = ERROR_NONE};
	static const Finding refused = {.class = ERROR_STATUS, .status = 503};
	double free_at[WORKERS_MAX] = {0};
	double tokens = server->burst;
	Request request = {.path = "/", .group = 0};
	double stall_s = server->disturbed && uniform() < 0.1
						 ? uniform() * (double) duration_us / 1e6
						 : INFINITY;

	result_init(result, 1);
	result_slice(result, duration_us, PROBE_SLICES);
	for (int64_t n = 0; (double) n / rate < (double) duration_us / 1e6; n++)
	{
		double at_s = (double) n / rate;
		int64_t us = serve(server, rate, at_s, free_at, &tokens);
		Timing timing = {.at_us = (int64_t) (at_s * 1e6)};

		timing.latency_us = us < 0 ? 1000 : us;
		/* What is due during the stall waits for its end. */
		if (at_s >= stall_s && at_s < stall_s + 0.4)
			timing.latency_us += (int64_t) ((stall_s + 0.4 - at_s) * 1e6);
		timing.service_us = timing.latency_us;
		timing.in_time = timing.at_us + timing.latency_us <= duration_us;
		result_add(result, &request, &timing, us < 0 ? &refused : &right);
	}
	result_finish(result, duration_us);
}

static const SearchRules rules = {.first_rate = 50,
								  .precision = 0.02,
								  .held_us = 20 * SECOND,
								  .budget_us = 115 * SECOND,
								  .probe_us = 4 * SECOND,
								  .requests = 100};

static Found
find(const Server *server, uint64_t seed, double client_limit)
{
	Targets targets = {
		.avg_ms = INFINITY, .p95_ms = INFINITY, .p99_ms = P99_TARGET_MS};
	RequestList requests = {0};
	Found found = {0};
	Search search;
	double rate;
	int64_t duration_us;

	key = splitmix64_mix(seed + 1);
	number = 0;
	(void) request_group(&requests, "/");
	requests.groups[0].targets = targets;
	search_init(&search, &rules);
	while ((found.stage = search_next(&search, &rate, &duration_us)) !=
		   SEARCH_OVER)
	{
		Result result;
		Probe probe;

		run(server, rate, duration_us, &result);
		if (rate > client_limit)
			result.busy_share = 0.99;
		probe_judge(&probe, &requests, &result, &targets, rate, rules.held_us);
		if (rate > client_limit)
			probe.outcome = SEARCH_CLIENT;
		/* Half a second of warm-up, and of waiting for the last answers. */
		search_told(&search, probe.outcome, result.total.summary.rps,
					duration_us + SECOND);
		free(probe.reason);
		result_free(&result);
		assert_in_range(++found.runs, 1, 60);
	}
	found.rate = search_found(&search);
	found.held = search.held > 0;
	found.low = search.low;
	found.high = search.high;
	found.by_client = search.by_client;
	found.took_us = search.spent_us;
	request_free(&requests);
	return found;
}

/* Returns how many of SEEDS servers' limits are found within 5 %. */
static int
count_found(ServerKind kind, bool disturbed)
{
	int right = 0;

	for (uint64_t seed = 0; seed < SEEDS; seed++)
	{
		Server server = {.kind = kind, .disturbed = disturbed};
		Found found;

		key = splitmix64_mix(seed * 1000 + (uint64_t) kind);
		number = 0;
		server.limit = 30 * pow(10, uniform());
		server.workers = 1 + (int) (uniform() * (WORKERS_MAX - 1));
		/* A bucket that is not emptied by the held run would not be found. */
		server.burst = server.limit * 0.3 + 2;
		/* A worker that takes longer than the target would never meet it. */
		while (server.workers / server.limit > P99_TARGET_MS / 4000)
			server.workers--;
		if (server.workers == 0)
		{
			server.workers = 1;
			server.limit = 50;
		}
		found = find(&server, seed, INFINITY);
		assert_in_range(found.took_us, 0, 120 * SECOND);
		assert_true(found.rate <= found.high);
		right += fabs(found.rate / server.limit - 1) <= 0.05;
	}
	return right;
}

static void
test_pool(void **state)
{
	(void) state;
	assert_in_range(count_found(POOL, false), SEEDS * 19 / 20, SEEDS);
}

static void
test_bucket(void **state)
{
	(void) state;
	assert_in_range(count_found(BUCKET, false), SEEDS * 19 / 20, SEEDS);
}

static void
test_smooth(void **state)
{
	(void) state;
	assert_in_range(count_found(SMOOTH, false), SEEDS * 19 / 20, SEEDS);
}

/* In one run of ten the machine stops for 0.4 s. */
static void
test_disturbed(void **state)
{
	(void) state;
	assert_in_range(count_found(POOL, true) + count_found(SMOOTH, true),
					SEEDS * 2 * 9 / 10, 2 * SEEDS);
}

static Server
pool_of(double limit, int workers)
{
	return (Server){.kind = POOL, .limit = limit, .workers = workers};
}

/* The interval has the limit, and ends at what was held. */
static void
test_interval(void **state)
{
	Server server = pool_of(700, 4);
	Found found = find(&server, 1, INFINITY);

	(void) state;
	assert_true(found.held);
	assert_true(found.low == found.rate);
	assert_true(found.low <= 700 * 1.01 && found.high >= 700);
	assert_true(found.high / found.low < 1.06);
}

/* A server that is far below the first rate, and one that meets nothing. */
static void
test_slow(void **state)
{
	Server server = {.kind = SMOOTH, .limit = 3};
	Found found = find(&server, 1, INFINITY);

	(void) state;
	assert_true(found.rate > 2 && found.rate < 4);
	server.limit = 0.001;
	found = find(&server, 1, INFINITY);
	assert_true(found.rate == 0);
	assert_false(found.held);
	assert_int_equal(found.stage, SEARCH_OVER);
	assert_in_range(found.took_us, 0, 120 * SECOND);
}

/* Where perfcheck-http is the limit, the search says so. */
static void
test_client(void **state)
{
	Server server = pool_of(3000, 8);
	Found found = find(&server, 1, 1000);

	(void) state;
	assert_true(found.by_client);
	assert_true(fabs(found.rate / 1000 - 1) < 0.05);
	found = find(&server, 1, INFINITY);
	assert_false(found.by_client);
}

/* What the machine did once is not the server's limit, nor the client's. */
static void
test_excused(void **state)
{
	Search search;
	double rate;
	double again;
	int64_t duration_us;

	(void) state;
	search_init(&search, &rules);
	(void) search_next(&search, &rate, &duration_us);
	search_told(&search, SEARCH_CLIENT, rate, SECOND);
	assert_int_equal(search_next(&search, &again, &duration_us),
					 SEARCH_DOUBLING);
	assert_true(again == rate && search.high == 0);
	search_told(&search, SEARCH_HOLDS, rate, SECOND);
	(void) search_next(&search, &again, &duration_us);
	assert_true(again == 2 * rate);
	/* Twice is once too often. */
	search_told(&search, SEARCH_CLIENT, rate, SECOND);
	(void) search_next(&search, &again, &duration_us);
	search_told(&search, SEARCH_CLIENT, rate, SECOND);
	assert_true(search.by_client && search.high == 2 * rate);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pool),     cmocka_unit_test(test_bucket),
		cmocka_unit_test(test_smooth),   cmocka_unit_test(test_disturbed),
		cmocka_unit_test(test_interval), cmocka_unit_test(test_slow),
		cmocka_unit_test(test_client),   cmocka_unit_test(test_excused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
