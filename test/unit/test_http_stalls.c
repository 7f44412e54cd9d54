/*-------------------------------------------------------------------------
 *
 * test_http_stalls.c
 *		Unit tests of src/http/load/stalls.c: what the loop itself has held back.
 *
 *-------------------------------------------------------------------------
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "http/load/stalls.h"

static void
test_one(void **state)
{
	Stalls stalls = {0};

	(void) state;
	assert_int_equal(stalls_held_us(&stalls, 5), 0);
	stalls_note(&stalls, 100, 200);
	assert_int_equal(stalls_held_us(&stalls, 99), 0);
	assert_int_equal(stalls_held_us(&stalls, 100), 100);
	assert_int_equal(stalls_held_us(&stalls, 199), 1);
	assert_int_equal(stalls_held_us(&stalls, 200), 0);
	stalls_free(&stalls);
}

/* Those that follow while requests of the first still wait take nothing from it. */
static void
test_several(void **state)
{
	Stalls stalls = {0};

	(void) state;
	stalls_note(&stalls, 100, 1000);
	assert_int_equal(stalls_held_us(&stalls, 110), 890);
	stalls_note(&stalls, 1010, 1020);
	stalls_note(&stalls, 1040, 1050);
	assert_int_equal(stalls_held_us(&stalls, 500), 500);
	assert_int_equal(stalls_held_us(&stalls, 1005), 0);
	assert_int_equal(stalls_held_us(&stalls, 1015), 5);
	assert_int_equal(stalls_held_us(&stalls, 1030), 0);
	assert_int_equal(stalls_held_us(&stalls, 1049), 1);
	assert_int_equal(stalls_held_us(&stalls, 1050), 0);
	stalls_free(&stalls);
}

static void
test_that_overlap(void **state)
{
	Stalls stalls = {0};

	(void) state;
	stalls_note(&stalls, 100, 200);
	stalls_note(&stalls, 300, 400);
	/* begins within the first, and ends after the second */
	stalls_note(&stalls, 150, 500);
	assert_int_equal(stalls.count, 1);
	assert_int_equal(stalls_held_us(&stalls, 100), 400);
	assert_int_equal(stalls_held_us(&stalls, 250), 250);
	/* within what is known */
	stalls_note(&stalls, 420, 500);
	assert_int_equal(stalls_held_us(&stalls, 410), 90);
	stalls_free(&stalls);
}

/* Few are kept, however many there were. */
static void
test_forgets(void **state)
{
	Stalls stalls = {0};

	(void) state;
	for (int64_t i = 0; i < 10000; i++)
	{
		stalls_note(&stalls, 100 * i, 100 * i + 50);
		assert_int_equal(stalls_held_us(&stalls, 100 * i + 20), 30);
		assert_int_equal(stalls_held_us(&stalls, 100 * i + 60), 0);
	}
	assert_true(stalls.room < 100);
	stalls_free(&stalls);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_that_overlap),
		cmocka_unit_test(test_forgets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
