/*
 * test_block_projection.c
 *		Unit tests of src/work/block_projection.c: how the blocks of single nodes
 *		grow, and what does not fit into memory any more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "work/block_projection.h"
#include "work/projection.h"

#define SCALE 100.0

static WorkNode
scan(double examined, double exponent, WorkBlocks *blocks)
{
	WorkNode node = {.kind = WORK_SCAN,
					 .role = WORK_OUTER,
					 .loops = 1,
					 .rows = examined,
					 .examined = examined,
					 .read = exponent,
					 .found = exponent,
					 .blocks = blocks};

	blocks->exponent = 1;
	return node;
}

static double
project(WorkNode *run, WorkNode *more)
{
	WorkRuns runs = {.run = run, .more = more};

	return projection_project(&runs, SCALE).blocks;
}

/* A scan below LIMIT 10, whose blocks are a and, for 80 rows, b. */
static double
project_limited(double a, double b)
{
	WorkBlocks blocks = {.index = a};
	WorkBlocks more_blocks = {.index = b};
	WorkNode run_scan = scan(10, 1, &blocks);
	WorkNode more_scan = scan(80, 1, &more_blocks);
	WorkNode *run_child[] = {&run_scan};
	WorkNode *more_child[] = {&more_scan};
	WorkNode run = {.kind = WORK_LIMIT,
					.loops = 1,
					.rows = 10,
					.limit = 10,
					.nchildren = 1,
					.children = run_child};
	WorkNode more = run;

	more.rows = more.limit = 80;
	more.children = more_child;
	return project(&run, &more);
}

static void
test_blocks_grow_as_the_rows(void **state)
{
	WorkBlocks blocks = {.table = 200};
	WorkNode run = scan(10000, 1, &blocks);

	(void) state;
	assert_float_equal(project(&run, NULL), 20000, 1e-6);
	run.read = run.found = 0;
	assert_float_equal(project(&run, NULL), 200, 1e-6);
}

/* 453 blocks lie in front of the first match, as those of dead rows do. */
static void
test_blocks_before_the_first_match(void **state)
{
	(void) state;
	assert_float_equal(project_limited(463, 533), 45310, 1e-6);
	assert_float_equal(project_limited(12, 82), 12, 1e-6);
}

/* The three blocks from the root down become four, and none is read twice. */
static void
test_a_tree_grows_in_height(void **state)
{
	WorkBlocks blocks = {.table = 50,
						 .index = 150,
						 .descent = 3,
						 .method = WORK_INDEX_BTREE,
						 .index_pages = 290};
	WorkNode run = scan(50, 0, &blocks);
	WorkRuns runs = {.run = &run};
	Projection then;

	(void) state;
	run.loops = 50;
	then = projection_project(&runs, SCALE);
	assert_float_equal(then.blocks, 250, 1e-6);
	assert_float_equal(block_projection_look_ups(&run), 200, 1e-6);
}

/* 90 of 100 pages for one row will be 9,000 of 10,000. */
static void
test_a_search_visits_a_part_of_the_index(void **state)
{
	WorkBlocks blocks = {.table = 1,
						 .index = 90,
						 .method = WORK_INDEX_SEARCH,
						 .index_pages = 100};
	WorkNode run = scan(1, 0, &blocks);

	(void) state;
	assert_true(block_projection_searches(&run));
	assert_float_equal(project(&run, NULL), 9001, 1e-6);
	blocks.index = 9;
	assert_false(block_projection_searches(&run));
	assert_float_equal(project(&run, NULL), 10, 1e-6);
}

/* The keys of a long word are found on as many pages at any size. */
static void
test_keys_take_as_many_pages(void **state)
{
	WorkBlocks blocks = {
		.index = 120, .method = WORK_INDEX_KEYS, .index_pages = 200};
	WorkNode run = scan(1024, 1, &blocks);

	(void) state;
	run.kind = WORK_BITMAP_INDEX;
	assert_float_equal(project(&run, NULL), 119 + 100, 1e-6);
}

static void
test_an_index_is_read_whole(void **state)
{
	WorkBlocks blocks = {.index = 3, .method = WORK_INDEX_WHOLE};
	WorkNode run = scan(0, 0, &blocks);

	(void) state;
	assert_float_equal(project(&run, NULL), 300, 1e-6);
}

/* What is stored out of line grows with what is read, and with what is sent. */
static void
test_toast(void **state)
{
	WorkBlocks blocks = {.table = 1, .other = 1200, .sent = 80};
	WorkNode run = scan(300, 1, &blocks);
	WorkRuns runs = {.run = &run};

	(void) state;
	assert_float_equal(block_projection_today(&run), 1281, 1e-6);
	assert_float_equal(projection_project(&runs, SCALE).blocks, 128100, 1e-6);
	assert_float_equal(blocks.sent_then, 8000, 1e-6);
}

/* Keeps 1,000 rows of 500 bytes today, and 100 times as many then. */
static bool
spills(WorkKeeps keeps, double memory, double bound, double *blocks,
	   WorkSpill *spill)
{
	WorkBlocks none = {0};
	WorkBlocks kept = {.keeps = keeps,
					   .row_bytes = 500,
					   .file_bytes = 400,
					   .outer_bytes = 400,
					   .memory = memory,
					   .bound = bound};
	WorkNode outer = scan(1000, 1, &none);
	WorkNode inner = outer;
	WorkNode *children[] = {&outer, &inner};
	WorkNode run = {.kind = WORK_BLOCK,
					.loops = 1,
					.rows = 1000,
					.blocks = &kept,
					.nchildren = keeps == WORK_KEEPS_HASH ? 2 : 1,
					.children = children};

	inner.role = WORK_INNER;
	*blocks = project(&run, NULL);
	return block_projection_spills(&run, spill);
}

static void
test_what_does_not_fit(void **state)
{
	WorkSpill spill;
	double blocks;

	(void) state;
	/* All of the input once to and once from the files. */
	double once = 2 * 100000 * 400 / 8192.0;

	assert_true(spills(WORK_KEEPS_SORT, 4e6, 0, &blocks, &spill));
	assert_float_equal(spill.rows, 100000, 1e-6);
	assert_float_equal(spill.bytes, 5e7, 1e-6);
	assert_float_equal(blocks, once, 1e-6);
	/* Fifty million bytes in runs of 64 kB take more than one merge. */
	assert_true(spills(WORK_KEEPS_SORT, 65536, 0, &blocks, &spill));
	assert_float_equal(blocks, 4 * once, 1e-6);
	assert_false(spills(WORK_KEEPS_SORT, 1e8, 0, &blocks, &spill));
	assert_float_equal(blocks, 0, 1e-6);
	/* A LIMIT keeps its rows alone, if they fit; else all is written. */
	assert_false(spills(WORK_KEEPS_SORT, 4e6, 20, &blocks, &spill));
	assert_float_equal(blocks, 0, 1e-6);
	assert_true(spills(WORK_KEEPS_SORT, 4e6, 50000, &blocks, &spill));
	assert_float_equal(spill.rows, 50000, 1e-6);
	assert_float_equal(blocks, once, 1e-6);
	/* Of 16 batches of both sides one stays in memory. */
	assert_true(spills(WORK_KEEPS_HASH, 4e6, 0, &blocks, &spill));
	assert_float_equal(blocks, 2 * once * 15 / 16, 1e-6);
	/* Nine of ten groups do not fit. */
	assert_true(spills(WORK_KEEPS_GROUPS, 5e6, 0, &blocks, &spill));
	assert_float_equal(blocks, once * 0.9, 1e-6);
	assert_true(spills(WORK_KEEPS_ROWS, 4e6, 0, &blocks, &spill));
	assert_float_equal(blocks, once, 1e-6);
}

/*
 * A statement of a function runs for each of 10 rows, and 1,000 then, with 50
 * blocks of a table that grows; for the bound of a scan it runs once.
 */
static void
test_statements_of_functions(void **state)
{
	WorkBlocks none = {0};
	WorkBlocks blocks = {.table = 500};
	WorkNode statement = scan(5000, 1, &blocks);
	WorkNode *nested[] = {&statement};
	WorkNode run = scan(10, 1, &none);
	WorkRuns runs = {.run = &run};

	(void) state;
	statement.role = WORK_SUBPLAN;
	statement.loops = 10;
	run.nnested = 1;
	run.nested = nested;
	assert_float_equal(projection_examined(&run), 5010, 1e-6);
	assert_float_equal(project(&run, NULL), 500 * SCALE * SCALE, 1e-6);
	assert_float_equal(projection_project(&runs, SCALE).examined,
					   1000 + 5000 * SCALE * SCALE, 1e-3);
	statement.per_loop = true;
	assert_float_equal(project(&run, NULL), 500 * SCALE, 1e-6);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_grow_as_the_rows),
		cmocka_unit_test(test_blocks_before_the_first_match),
		cmocka_unit_test(test_a_tree_grows_in_height),
		cmocka_unit_test(test_a_search_visits_a_part_of_the_index),
		cmocka_unit_test(test_keys_take_as_many_pages),
		cmocka_unit_test(test_an_index_is_read_whole),
		cmocka_unit_test(test_toast),
		cmocka_unit_test(test_what_does_not_fit),
		cmocka_unit_test(test_statements_of_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
