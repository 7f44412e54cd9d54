/*
 * test_fuzz_corpus.c
 *		The inputs of test/fuzz/corpus, given to the targets of test/fuzz/parsers.c.
 *
 * make fuzz-parsers looks for new inputs, with libFuzzer. Here each input that is kept goes to
 * each target, as it is, cut short, and with one byte changed; what a target promises it
 * checks itself, and the sanitizers of the unit tests the rest.
 */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../fuzz/parsers.c"

#define CORPUS "test/fuzz/corpus"

/* Of each input so many are made, whatever its length. */
#define VARIANTS 40

typedef struct Input
{
	char *data;
	size_t size;
} Input;

static Input
read_input(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat status;
	Input input;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &status), 0);
	input.size = (size_t) status.st_size;
	input.data = malloc(input.size + 1);
	assert_int_equal(fread(input.data, 1, input.size, file), input.size);
	(void) fclose(file);
	return input;
}

/* What is of its own target is varied, too. */
static void
give(size_t target, const Input *input, bool own)
{
	size_t step = input->size / VARIANTS + 1;

	targets[target].run(input->data, input->size);
	for (size_t at = 0; own && at < input->size; at += step)
	{
		char kept = input->data[at];

		targets[target].run(input->data, at);
		input->data[at] = (char) (kept ^ 0x80);
		targets[target].run(input->data, input->size);
		input->data[at] = '\n';
		targets[target].run(input->data, input->size);
		input->data[at] = kept;
	}
}

/* Returns how many inputs there are. */
static size_t
give_folder(size_t target)
{
	char path[512];
	struct dirent *entry;
	size_t count = 0;
	DIR *folder;

	(void) snprintf(path, sizeof(path), CORPUS "/%s", targets[target].name);
	folder = opendir(path);
	if (folder == NULL)
		return 0;
	while ((entry = readdir(folder)) != NULL)
	{
		Input input;

		if (entry->d_name[0] == '.')
			continue;
		(void) snprintf(path, sizeof(path), CORPUS "/%s/%s",
						targets[target].name, entry->d_name);
		input = read_input(path);
		for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
			give(i, &input, i == target);
		free(input.data);
		count++;
	}
	(void) closedir(folder);
	return count;
}

static void
test_all_targets_take_all_inputs(void **state)
{
	size_t count = 0;

	(void) state;
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		count += give_folder(i);
	assert_true(count > 10);
	/* The smallest inputs. */
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
		for (int byte = 0; byte < 256; byte++)
		{
			char data[3] = {(char) byte, (char) byte, '\n'};

			for (size_t size = 0; size <= sizeof(data); size++)
				targets[i].run(data, size);
		}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_targets_take_all_inputs),
	};

	return cmocka_run_group_tests_name("fuzz_corpus", tests, NULL, NULL);
}
