/*
 * test_busiest.c
 *		Unit tests of src/work/busiest.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work/busiest.h"

static WorkNode
scan(double examined)
{
	WorkNode node = {.kind = WORK_SCAN,
					 .role = WORK_OUTER,
					 .loops = 1,
					 .examined_then = examined};

	return node;
}

static WorkNode
above(WorkKind kind, WorkNode **children, int n, double examined)
{
	WorkNode node = {.kind = kind,
					 .role = WORK_OUTER,
					 .loops = 1,
					 .examined_then = examined,
					 .nchildren = n,
					 .children = children};

	return node;
}

static void
test_a_sort_does_nothing_itself(void **state)
{
	WorkNode table = scan(1000);
	WorkNode *input[] = {&table};
	WorkNode sort = above(WORK_BLOCK, input, 1, 0);

	(void) state;
	assert_ptr_equal(busiest_find(&sort), &table);
	assert_ptr_equal(busiest_toward(&sort, &table), &table);
	assert_null(busiest_toward(&table, &sort));
}

static void
test_a_join_that_makes_no_more_pairs_than_rows(void **state)
{
	WorkNode outer = scan(100);
	WorkNode inner = scan(1000);
	WorkNode *sides[] = {&outer, &inner};
	WorkNode join = above(WORK_HASH_JOIN, sides, 2, 1900);

	(void) state;
	inner.role = WORK_INNER;
	assert_ptr_equal(busiest_find(&join), &inner);
	join.examined_then = 2000;
	assert_ptr_equal(busiest_find(&join), &join);
}

static void
test_partitions_count_together(void **state)
{
	WorkNode a = scan(600);
	WorkNode b = scan(700);
	WorkNode other = scan(1000);
	WorkNode *parts[] = {&a, &b};
	WorkNode append = above(WORK_STREAM, parts, 2, 0);
	WorkNode *sides[] = {&append, &other};
	WorkNode join = above(WORK_HASH_JOIN, sides, 2, 0);

	(void) state;
	other.role = WORK_INNER;
	assert_ptr_equal(busiest_find(&join), &b);
	assert_ptr_equal(busiest_toward(&join, &b), &append);
	other.examined_then = 1400;
	assert_ptr_equal(busiest_find(&join), &other);
}

static void
test_a_bitmap_counts_for_its_scan(void **state)
{
	WorkNode a = above(WORK_BITMAP_INDEX, NULL, 0, 500);
	WorkNode b = above(WORK_BITMAP_INDEX, NULL, 0, 400);
	WorkNode *arms[] = {&a, &b};
	WorkNode either = above(WORK_BITMAP_OR, arms, 2, 0);
	WorkNode *bitmap[] = {&either};
	WorkNode heap = above(WORK_SCAN, bitmap, 1, 850);

	(void) state;
	assert_ptr_equal(busiest_find(&heap), &heap);
	assert_float_equal(busiest_own(&heap), 900, 0);
}

static void
test_statements_of_functions(void **state)
{
	WorkNode inside = scan(5000);
	WorkNode *nested[] = {&inside};
	WorkNode table = scan(100);
	WorkNode other = scan(1000);
	WorkNode *sides[] = {&table, &other};
	WorkNode join = above(WORK_NESTED_LOOP, sides, 2, 0);

	(void) state;
	table.nnested = 1;
	table.nested = nested;
	assert_ptr_equal(busiest_find(&join), &table);
	assert_float_equal(busiest_in_functions(&table), 5000, 0);
	assert_float_equal(busiest_own(&table), 5100, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sort_does_nothing_itself),
		cmocka_unit_test(test_a_join_that_makes_no_more_pairs_than_rows),
		cmocka_unit_test(test_partitions_count_together),
		cmocka_unit_test(test_a_bitmap_counts_for_its_scan),
		cmocka_unit_test(test_statements_of_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
