/*-------------------------------------------------------------------------
 *
 * json_tree.h
 *		Parses JSON into an array of nodes that refer to the text.
 *
 * Owns what is JSON: RFC 8259 in UTF-8, whose strings may have any escape, and
 * whose numbers may have any size, as they stay text. Nothing is copied and
 * nothing is allocated for a value, so that it takes a fraction of what a tree
 * of values would. Pure.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERFCHECK_HTTP_ANSWER_JSON_TREE_H
#define PERFCHECK_HTTP_ANSWER_JSON_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Arrays and objects may be in each other so often. */
#define JSON_MAX_DEPTH 2000

typedef enum JsonType
{
	TREE_NULL,
	TREE_FALSE,
	TREE_TRUE,
	TREE_NUMBER,
	TREE_STRING,
	TREE_ARRAY,
	TREE_OBJECT
} JsonType;

/*
 * The nodes are in the order of the text. Those of an object's members follow
 * it, each as a node of its name, a string, and that of its value.
 */
typedef struct JsonNode
{
	uint32_t start; /* where its text is; without quotes for a string */
	uint32_t end;
	uint32_t after;       /* the node that follows all that is in this one */
	uint32_t count : 28;  /* elements or members */
	uint32_t type : 3;    /* JsonType */
	uint32_t escaped : 1; /* a string with backslashes */
} JsonNode;

typedef struct JsonTree
{
	const char *text;
	JsonNode *nodes;
	uint32_t count;
	size_t room;
	uint32_t roots;      /* values at the top: 1, unless there is one a line */
	const char *problem; /* what is wrong, or NULL */
	size_t problem_at;   /* the byte */
} JsonTree;

/*
 * Parses n bytes. With `lines` there may be any number of values, each on a line
 * of its own; else there is one. Returns false, and sets the problem, if that is
 * not so. A tree that is all zero can be parsed into, and so can a used one.
 */
extern bool json_tree_parse(JsonTree *tree, const char *text, size_t n,
							bool lines);
extern void json_tree_free(JsonTree *tree);

/* Node 0 is the first value at the top. */
#define JSON_NONE UINT32_MAX

/* Returns the value of a member of an object, or JSON_NONE. */
extern uint32_t json_tree_member(const JsonTree *tree, uint32_t object,
								 const char *name, size_t size);

/* Returns an element of an array; i < 0 counts from its end; or JSON_NONE. */
extern uint32_t json_tree_element(const JsonTree *tree, uint32_t array,
								  int64_t i);

/*
 * Returns what a path leads to from a node, or JSON_NONE: "a.b", "a[0].b",
 * "a[-1]", with "$." before it or not. A member whose own name has a dot is
 * found as well.
 */
extern uint32_t json_tree_path(const JsonTree *tree, uint32_t node,
							   const char *path);

/*
 * Writes a string with its escapes resolved to `to`, which has room for its
 * length in the text; returns the number of bytes.
 */
extern size_t json_tree_unescape(const char *text, size_t n, char *to);

#endif /* PERFCHECK_HTTP_ANSWER_JSON_TREE_H */
