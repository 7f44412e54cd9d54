/*-------------------------------------------------------------------------
 *
 * rows.c
 *		Finds the rows of a body; see rows.h.
 *
 * All arrays that are not in another array are candidates, but for those in
 * members that APIs add beside the rows, such as links and errors. Where one
 * has objects, its place is clear. An empty one counts where its name is usual,
 * so that a page without rows is read like one that has some.
 *
 *-------------------------------------------------------------------------
 */
#include "http/answer/rows.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "http/base/memory.h"

#define MAX_CANDIDATES 32

/* Rows are not searched for in more objects around them. */
#define MAX_WRAPS 8

typedef struct Name
{
	const char *text;
	size_t size;
} Name;

typedef enum Elements
{
	ELEMENTS_NONE,
	ELEMENTS_OBJECTS,
	ELEMENTS_OTHER
} Elements;

typedef struct Candidate
{
	uint32_t array;
	uint32_t parent; /* the object that it is a member of */
	Elements elements;
	bool usual; /* its name is one of rows */
	char path[80];
} Candidate;

typedef struct Search
{
	const JsonTree *tree;
	Candidate found[MAX_CANDIDATES];
	int count;
} Search;

/* What arrays of rows are usually called. */
static const char *const row_names[] = {
	"events",       "data",      "items",   "results", "rows",     "content",
	"hits",         "edges",     "nodes",   "value",   "values",   "records",
	"hydra:member", "list",      "entries", "objects", "features", "member",
	"elements",     "resources", NULL};

/* Members that stand beside the rows, or arrays that do. */
static const char *const side_names[] = {
	"_links",     "links",        "errors",
	"warnings",   "included",     "meta",
	"_meta",      "metadata",     "pageable",
	"sort",       "pagination",   "paging",
	"pageInfo",   "page_info",    "extensions",
	"@context",   "aggregations", "hydra:search",
	"hydra:view", "suggest",      "_shards",
	NULL};

static bool
is_among(const char *text, size_t size, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strlen(*names) == size && memcmp(*names, text, size) == 0)
			return true;
	return false;
}

static Name
name_of(const JsonTree *tree, uint32_t node)
{
	return (Name){tree->text + tree->nodes[node].start,
				  tree->nodes[node].end - tree->nodes[node].start};
}

static Elements
look_at_elements(const JsonTree *tree, uint32_t array)
{
	const JsonNode *nodes = tree->nodes;

	if (nodes[array].count == 0)
		return ELEMENTS_NONE;
	for (uint32_t i = array + 1; i < nodes[array].after; i = nodes[i].after)
		if (nodes[i].type == TREE_OBJECT)
			return ELEMENTS_OBJECTS;
	return ELEMENTS_OTHER;
}

static void
add_candidate(Search *search, uint32_t parent, uint32_t array, Name name,
			  const char *prefix)
{
	Candidate *found;

	if (search->count == MAX_CANDIDATES)
		return;
	found = &search->found[search->count++];
	*found = (Candidate){.array = array,
						 .parent = parent,
						 .elements = look_at_elements(search->tree, array),
						 .usual = is_among(name.text, name.size, row_names)};
	(void) snprintf(found->path, sizeof(found->path), "%s%.*s", prefix,
					(int) name.size, name.text);
}

/* Adds the arrays of an object, and of the objects in it. */
static void
search_object(Search *search, uint32_t object, const char *prefix, int depth)
{
	const JsonNode *nodes = search->tree->nodes;

	for (uint32_t i = object + 1; i < nodes[object].after;
		 i = nodes[i + 1].after)
	{
		Name name = name_of(search->tree, i);
		char path[64];

		if (is_among(name.text, name.size, side_names))
			continue;
		if (nodes[i + 1].type == TREE_ARRAY)
			add_candidate(search, object, i + 1, name, prefix);
		else if (nodes[i + 1].type == TREE_OBJECT && depth < MAX_WRAPS)
		{
			(void) snprintf(path, sizeof(path), "%s%.*s.", prefix,
							(int) name.size, name.text);
			search_object(search, i + 1, path, depth + 1);
		}
	}
}

/* --- results -------------------------------------------------------------------- */

static AnswerState refuse(AnswerView *view, AnswerState state,
						  const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static AnswerState
refuse(AnswerView *view, AnswerState state, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void) vsnprintf(view->problem, sizeof(view->problem), format, args);
	va_end(args);
	view->state = state;
	return state;
}

static void
add_row(AnswerView *view, uint32_t node)
{
	view->rows =
		memory_grow(view->rows, view->count + 1, &view->room, sizeof(uint32_t));
	view->rows[view->count++] = node;
}

static AnswerState
take_single(AnswerView *view, uint32_t object)
{
	view->single = true;
	if (object != JSON_NONE && view->tree.nodes[object].count > 0)
		add_row(view, object);
	return ANSWER_ROWS;
}

/* GraphQL wraps each row in an edge; an edge without a node stays as it is. */
static AnswerState
take_array(AnswerView *view, uint32_t array, uint32_t parent)
{
	const JsonNode *nodes = view->tree.nodes;

	view->parent = parent;
	for (uint32_t i = array + 1; i < nodes[array].after; i = nodes[i].after)
	{
		uint32_t node = json_tree_member(&view->tree, i, "node", 4);

		add_row(view, node != JSON_NONE && nodes[node].type == TREE_OBJECT
						  ? node
						  : i);
	}
	return ANSWER_ROWS;
}

static const char *
type_name(const JsonTree *tree, uint32_t node)
{
	static const char *const names[] = {
		[TREE_NULL] = "null",       [TREE_FALSE] = "false",
		[TREE_TRUE] = "true",       [TREE_NUMBER] = "a number",
		[TREE_STRING] = "a string", [TREE_ARRAY] = "an array",
		[TREE_OBJECT] = "an object"};

	return names[tree->nodes[node].type];
}

/* --- an object by key -------------------------------------------------------------- */

static bool
has_key(const AnswerView *view, uint32_t object, const AnswerHow *how)
{
	uint32_t rows[] = {object};
	AnswerView one = {.tree = view->tree, .rows = rows, .count = 1};
	AnswerValue key;

	return view->tree.nodes[object].type == TREE_OBJECT &&
		   answer_row_key(&one, 0, how, &key) && key.type != TREE_OBJECT &&
		   key.type != TREE_ARRAY;
}

/*
 * Returns the object that has the key: the root, or one that wraps nothing else
 * ({"data": {...}}, {"data": {"event": {...}}}); or JSON_NONE.
 */
static uint32_t
find_single(const AnswerView *view, const AnswerHow *how)
{
	const JsonNode *nodes = view->tree.nodes;
	uint32_t object = 0;

	for (int depth = 0; depth < MAX_WRAPS; depth++)
	{
		uint32_t inner = JSON_NONE;

		if (has_key(view, object, how))
			return object;
		for (uint32_t i = object + 1; i < nodes[object].after;
			 i = nodes[i + 1].after)
		{
			Name name = name_of(&view->tree, i);

			if (nodes[i + 1].type != TREE_OBJECT ||
				is_among(name.text, name.size, side_names))
				continue;
			if (inner != JSON_NONE)
				return JSON_NONE;
			inner = i + 1;
		}
		if (inner == JSON_NONE)
			return JSON_NONE;
		object = inner;
	}
	return JSON_NONE;
}

/* Returns whether all that a root wraps is null: no row has the key. */
static bool
is_nothing(const AnswerView *view)
{
	const JsonNode *nodes = view->tree.nodes;
	uint32_t data = json_tree_member(&view->tree, 0, "data", 4);
	uint32_t errors = json_tree_member(&view->tree, 0, "errors", 6);

	if (nodes[0].type == TREE_NULL)
		return true;
	if (errors != JSON_NONE && nodes[errors].count > 0)
		return false;
	if (data != JSON_NONE && nodes[data].type == TREE_OBJECT &&
		nodes[data].count == 1)
		data += 2;
	return data != JSON_NONE && nodes[data].type == TREE_NULL;
}

/* --- the search ----------------------------------------------------------------------- */

/* Drops the array "nodes" beside "edges": the same rows in another form. */
static void
drop_nodes(Search *search)
{
	int kept = 0;

	for (int i = 0; i < search->count; i++)
	{
		bool twice = false;

		for (int j = 0; j < search->count; j++)
			twice = twice ||
					(search->found[j].parent == search->found[i].parent &&
					 json_tree_member(search->tree, search->found[i].parent,
									  "edges", 5) == search->found[j].array &&
					 json_tree_member(search->tree, search->found[i].parent,
									  "nodes", 5) == search->found[i].array);
		if (!twice)
			search->found[kept++] = search->found[i];
	}
	search->count = kept;
}

/* Counts the candidates of a kind; sets *one to the first, *other to the second. */
static int
count_of(const Search *search, Elements elements, bool usual,
		 const Candidate **one, const Candidate **other)
{
	int count = 0;

	for (int i = 0; i < search->count; i++)
	{
		const Candidate *found = &search->found[i];

		if (found->elements != elements || (usual && !found->usual))
			continue;
		if (count == 0)
			*one = found;
		else if (count == 1)
			*other = found;
		count++;
	}
	return count;
}

static AnswerState
refuse_both(AnswerView *view, const Candidate *one, const Candidate *other)
{
	return refuse(view, ANSWER_UNCLEAR,
				  "\"%s\" and \"%s\" are both arrays: name that of the rows "
				  "with --rows PATH",
				  one->path, other->path);
}

/* Says what is there in place of rows. */
static AnswerState
refuse_none(AnswerView *view)
{
	const JsonTree *tree = &view->tree;
	uint32_t errors = json_tree_member(tree, 0, "errors", 6);
	uint32_t data = json_tree_member(tree, 0, "data", 4);
	uint32_t text = json_tree_path(tree, 0, "errors[0].message");

	if (errors != JSON_NONE && tree->nodes[errors].count > 0 &&
		(data == JSON_NONE || tree->nodes[data].type != TREE_ARRAY))
		return refuse(view, ANSWER_ERRORS, "the answer has errors%s%.*s",
					  text != JSON_NONE ? ": " : "",
					  text != JSON_NONE ? (int) name_of(tree, text).size : 0,
					  text != JSON_NONE ? name_of(tree, text).text : "");
	for (const char *const *name = row_names; *name != NULL; name++)
	{
		uint32_t node = json_tree_member(tree, 0, *name, strlen(*name));

		if (node != JSON_NONE && tree->nodes[node].type < TREE_ARRAY)
			return refuse(view, ANSWER_UNCLEAR, "\"%s\" is %s, not an array",
						  *name, type_name(tree, node));
	}
	return refuse(view, ANSWER_UNCLEAR,
				  "the JSON has no array of objects: name that of the rows "
				  "with --rows PATH");
}

static AnswerState
choose(AnswerView *view, Search *search, const AnswerHow *how)
{
	const Candidate *one = NULL;
	const Candidate *other = NULL;
	const Candidate *empty = NULL;
	int usual;
	int count;

	drop_nodes(search);
	/* What this program has always read, whatever else there is. */
	for (int i = 0; i < search->count; i++)
		if (strcmp(search->found[i].path, "events") == 0)
			return take_array(view, search->found[i].array, 0);
	count = count_of(search, ELEMENTS_OBJECTS, false, &one, &other);
	if (count > 1)
		return refuse_both(view, one, other);
	usual = count_of(search, ELEMENTS_NONE, true, &empty, &other);
	if (usual == 0)
		usual = count_of(search, ELEMENTS_OTHER, true, &empty, &other);
	/* Rows that are gone are not taken for what stands beside them. */
	if (count == 1 && !one->usual && usual > 0)
		return refuse_both(view, empty, one);
	if (count == 1)
		return take_array(view, one->array, one->parent);
	/* An object by itself may have any empty array. */
	if (usual == 0 && (how->or_object || count_of(search, ELEMENTS_NONE, false,
												  &empty, &other) == 0))
		return refuse_none(view);
	if (empty->elements == ELEMENTS_OTHER)
		return refuse(view, ANSWER_UNCLEAR,
					  "\"%s\" is an array without an object", empty->path);
	/* Of several that are empty each has no rows. */
	return take_array(view, empty->array, empty->parent);
}

/* Returns the innermost object that a node is in; the root if there is none. */
static uint32_t
object_around(const JsonTree *tree, uint32_t node)
{
	const JsonNode *nodes = tree->nodes;
	uint32_t found = 0;

	/* Whatever begins before the node and ends after it is around it. */
	for (uint32_t i = 0; i < node;)
		if (nodes[i].after > node)
		{
			if (nodes[i].type == TREE_OBJECT)
				found = i;
			i++;
		}
		else
			i = nodes[i].after;
	return found;
}

/* Takes what --rows leads to. */
static AnswerState
take_path(AnswerView *view, const AnswerHow *how)
{
	uint32_t node = json_tree_path(&view->tree, 0, how->rows);

	if (node == JSON_NONE)
	{
		AnswerState state = refuse_none(view);

		return state == ANSWER_ERRORS
				   ? state
				   : refuse(view, ANSWER_UNCLEAR,
							"the JSON has no \"%s\", where --rows says that "
							"the rows are",
							how->rows);
	}
	if (view->tree.nodes[node].type == TREE_ARRAY)
		return take_array(view, node, object_around(&view->tree, node));
	if (how->by_key && view->tree.nodes[node].type == TREE_NULL)
		return take_single(view, JSON_NONE);
	if (view->tree.nodes[node].type == TREE_OBJECT)
		return take_single(view, node);
	return refuse(view, ANSWER_UNCLEAR, "\"%s\" is %s, not an array", how->rows,
				  type_name(&view->tree, node));
}

static AnswerState
take_lines(AnswerView *view)
{
	uint32_t node = 0;

	for (uint32_t i = 0; i < view->tree.roots; i++)
	{
		add_row(view, node);
		node = view->tree.nodes[node].after;
	}
	return ANSWER_ROWS;
}

/* Finds the rows in one JSON value. */
static AnswerState
take_value(AnswerView *view, const AnswerHow *how)
{
	const JsonNode *nodes = view->tree.nodes;
	Search search = {.tree = &view->tree};
	uint32_t object;

	if (how->rows != NULL)
		return take_path(view, how);
	if (nodes[0].type == TREE_ARRAY)
		return look_at_elements(&view->tree, 0) != ELEMENTS_OTHER
				   ? take_array(view, 0, 0)
				   : refuse(view, ANSWER_UNCLEAR,
							"the JSON is an array without an object");
	if (how->by_key && is_nothing(view))
		return take_single(view, JSON_NONE);
	if (nodes[0].type != TREE_OBJECT)
		return refuse(view, ANSWER_UNCLEAR,
					  "the JSON is %s, neither an object nor an array",
					  type_name(&view->tree, 0));
	if (how->by_key && (object = find_single(view, how)) != JSON_NONE)
		return take_single(view, object);
	search_object(&search, 0, "", 0);
	if (choose(view, &search, how) == ANSWER_ROWS)
		return ANSWER_ROWS;
	return how->or_object && (object = find_single(view, how)) != JSON_NONE
			   ? take_single(view, object)
			   : view->state;
}

/* Returns whether a Content-Type is one of a JSON value on each line. */
static bool
is_lines_type(const char *type)
{
	static const char *const words[] = {"ndjson", "jsonl", "json-lines",
										"jsonlines", "json-stream"};

	for (size_t i = 0; type != NULL && i < sizeof(words) / sizeof(words[0]);
		 i++)
		if (strcasestr(type, words[i]) != NULL)
			return true;
	return false;
}

/* An object on each line, where none of them is a list of its own. */
static bool
are_lines(const AnswerView *view)
{
	const JsonNode *nodes = view->tree.nodes;
	Search search = {.tree = &view->tree};

	for (uint32_t i = 0; i < view->tree.count; i = nodes[i].after)
		if (nodes[i].type != TREE_OBJECT)
			return false;
	search_object(&search, 0, "", MAX_WRAPS);
	for (int i = 0; i < search.count; i++)
		if (search.found[i].usual)
			return false;
	return true;
}

static AnswerState
open_body(AnswerView *view, const AnswerBody *body, const AnswerHow *how)
{
	bool lines = is_lines_type(body->type);

	if (body->size == 0 && !lines)
		return refuse(view, ANSWER_BAD, "the body is empty");
	if (!json_tree_parse(&view->tree, body->data, body->size, true))
		return refuse(view, ANSWER_BAD, "not JSON: %s at byte %zu",
					  view->tree.problem, view->tree.problem_at + 1);
	if (lines)
		return take_lines(view);
	if (view->tree.roots == 0)
		return refuse(view, ANSWER_BAD, "the body has blanks only");
	if (view->tree.roots == 1)
		return take_value(view, how);
	if (are_lines(view))
		return take_lines(view);
	return refuse(view, ANSWER_BAD,
				  "not JSON: more text follows the value at byte %u",
				  view->tree.nodes[0].end + 1);
}

AnswerState
answer_open(AnswerView *view, const AnswerBody *body, const AnswerHow *how)
{
	view->count = 0;
	view->single = false;
	view->parent = 0;
	view->problem[0] = '\0';
	view->state = open_body(view, body, how);
	return view->state;
}

void
answer_free(AnswerView *view)
{
	json_tree_free(&view->tree);
	free(view->rows);
	*view = (AnswerView){0};
}
