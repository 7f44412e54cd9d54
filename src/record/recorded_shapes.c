/*-------------------------------------------------------------------------
 *
 * recorded_shapes.c
 *		The shapes of what was recorded.
 *
 * A text is read once, however often it was executed. Of the texts that have one
 * key, that which was executed most often is shown, and of equals the first in the
 * order of the alphabet, so that two recordings of one program show the same. Of
 * texts with lists of rows it is the longest, which the values of all others fit.
 *
 * The type of a parameter is that which it was bound with most often; it is found
 * by counting up for one type and down for the others.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"

#include "record/recorded_shapes.h"

/* A text that was executed. */
typedef struct RecordedText
{
	const char *sql; /* the key in the hash table */
	Shape *shape;
	RecordedShape *group;
	uint64 calls;
	Oid *types;     /* of each parameter */
	int64 *surplus; /* of executions that had this type */
} RecordedText;

struct RecordedShapes
{
	bool any_columns;
	MemoryContext context;
	HTAB *texts;
	HTAB *groups;
	List *list; /* of the groups */
	List *all;  /* of the texts */
};

static uint32
text_hash(const void *key, Size size)
{
	const char *sql = *(const char *const *) key;

	return hash_bytes((const unsigned char *) sql, strlen(sql));
}

static int
text_compare(const void *a, const void *b, Size size)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static HTAB *
text_table(MemoryContext context)
{
	HASHCTL control = {.keysize = sizeof(const char *),
					   .entrysize = sizeof(RecordedText),
					   .hash = text_hash,
					   .match = text_compare,
					   .hcxt = context};

	return hash_create("texts on record", 256, &control,
					   HASH_ELEM | HASH_FUNCTION | HASH_COMPARE | HASH_CONTEXT);
}

static HTAB *
group_table(MemoryContext context)
{
	HASHCTL control = {.keysize = sizeof(uint64),
					   .entrysize = sizeof(RecordedShape),
					   .hcxt = context};

	return hash_create("shapes on record", 256, &control,
					   HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
}

/* Reads a text that is new, and finds the group that it belongs to. */
static void
read_new_text(RecordedShapes *shapes, RecordedText *text, const char *sql)
{
	MemoryContext before = MemoryContextSwitchTo(shapes->context);
	bool found;

	text->sql = pstrdup(sql);
	text->shape = shape_read(sql, shapes->any_columns);
	text->calls = 0;
	text->types = palloc0(Max(text->shape->nparams, 1) * sizeof(Oid));
	text->surplus = palloc0(Max(text->shape->nparams, 1) * sizeof(int64));
	text->group =
		hash_search(shapes->groups, &text->shape->key, HASH_ENTER, &found);
	if (!found)
	{
		text->group->shape = text->shape;
		text->group->types = text->types;
		text->group->calls = 0;
		shapes->list = lappend(shapes->list, text->group);
	}
	shapes->all = lappend(shapes->all, text);
	MemoryContextSwitchTo(before);
}

static RecordedText *
find_text(RecordedShapes *shapes, const char *sql)
{
	bool found;
	RecordedText *text = hash_search(shapes->texts, &sql, HASH_ENTER, &found);

	if (!found)
		read_new_text(shapes, text, sql);
	return text;
}

/*
 * Returns the type that the items of a parameter were bound with; InvalidOid if
 * it is a constant.
 */
static Oid
bound_type(const ShapeParam *param, const RecordedExecution *execution)
{
	for (int i = 0; i < param->nitems; i++)
	{
		int number = param->items[i].param;

		if (number > 0 && number <= execution->nparams &&
			execution->types[number - 1] != UNKNOWNOID)
			return execution->types[number - 1];
	}
	return InvalidOid;
}

static void
count_types(RecordedText *text, const RecordedExecution *execution)
{
	for (int i = 0; i < text->shape->nparams; i++)
	{
		Oid type = bound_type(&text->shape->params[i], execution);

		if (!OidIsValid(type))
			continue;
		if (text->types[i] == type)
			text->surplus[i]++;
		else if (text->surplus[i] > 0)
			text->surplus[i]--;
		else
		{
			text->types[i] = type;
			text->surplus[i] = 1;
		}
	}
}

static void
count_execution(const RecordedExecution *execution, void *arg)
{
	RecordedText *text = find_text(arg, execution->sql);

	text->calls++;
	if (execution->cut && text->shape->problem == NULL)
		text->shape->problem = SHAPE_CUT_PROBLEM;
	count_types(text, execution);
}

/* Is the text to be shown rather than the one that its group has? */
static bool
is_better(const RecordedText *text)
{
	const Shape *shape = text->group->shape;

	if (text->shape->nparams != shape->nparams)
		return text->shape->nparams > shape->nparams;
	if (text->calls != text->group->calls)
		return text->calls > text->group->calls;
	return text->shape->sql && shape->sql &&
		   strcmp(text->shape->sql, shape->sql) < 0;
}

/* Adds the types of a text to those of its group. A list has an array of them. */
static void
add_types(const RecordedText *text)
{
	for (int i = 0; i < text->shape->nparams; i++)
	{
		Oid type = text->types[i];

		if (OidIsValid(type) && text->shape->params[i].list)
			type = get_array_type(type);
		if (!OidIsValid(text->group->types[i]))
			text->group->types[i] = type;
	}
}

RecordedShapes *
recorded_shapes_read(bool any_columns)
{
	RecordedShapes *shapes = palloc0(sizeof(*shapes));
	ListCell *cell;

	shapes->any_columns = any_columns;
	shapes->context = CurrentMemoryContext;
	shapes->texts = text_table(shapes->context);
	shapes->groups = group_table(shapes->context);
	recording_read(count_execution, shapes);
	foreach(cell, shapes->all)
	{
		RecordedText *text = lfirst(cell);

		if (text->group->calls == 0 || is_better(text))
		{
			text->group->shape = text->shape;
			text->group->calls = text->calls;
		}
	}
	foreach(cell, shapes->list)
	{
		RecordedShape *group = lfirst(cell);

		group->types = palloc0(Max(group->shape->nparams, 1) * sizeof(Oid));
	}
	foreach(cell, shapes->all)
		if (((RecordedText *) lfirst(cell))->shape ==
			((RecordedText *) lfirst(cell))->group->shape)
			add_types(lfirst(cell));
	foreach(cell, shapes->all)
		add_types(lfirst(cell));
	return shapes;
}

List *
recorded_shapes_list(RecordedShapes *shapes)
{
	return shapes->list;
}

char **
recorded_shapes_args(RecordedShapes *shapes, const RecordedExecution *execution,
					 const RecordedShape **found, int *nargs)
{
	RecordedText *text = find_text(shapes, execution->sql);
	const Shape *shape = text->shape;
	int width = shape->row_width;
	char **args;

	*found = text->group;
	*nargs = width > 0 ? Max(text->group->shape->nparams, shape->nparams)
					   : shape->nparams;
	args = palloc(Max(*nargs, 1) * sizeof(char *));
	for (int i = 0; i < *nargs; i++)
		args[i] = i < shape->nparams
					  ? shape_value(&shape->params[i], execution->values,
									execution->nparams)
					  : args[i - width];
	return args;
}
