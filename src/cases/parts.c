/*-------------------------------------------------------------------------
 *
 * parts.c
 *		What a row can be searched for: the elements, words and keys of a value.
 *
 * Each form has an expression that turns a value into an array of text. It must
 * not fail on any row: a JSON value that is no object has no pairs. Where in a
 * JSON document a parameter stands, as in jsonb_build_object('a', $1), is found by
 * giving it a value that is looked for in the result.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "cases/absent.h"
#include "cases/parts.h"
#include "query/operand.h"

/* Longer values are not searched for. */
#define PARTS_LONGEST 200

/* Words that no language has, for a search of words. */
static const char *const parts_no_words[] = {"qzxqzx", "xqvzjk", "zqxwvj"};

bool
parts_are_contained(const Search *search)
{
	return (strcmp(search->name, "<@") == 0) == search->left &&
		   (strcmp(search->name, "<@") == 0 || strcmp(search->name, "@>") == 0);
}

/* ---- JSON ---- */

/* The value as jsonb: that of hstore is an object of strings. */
static const char *
parts_jsonb(const char *expression)
{
	return psprintf("(%s)::jsonb", expression);
}

static const char *
parts_of_keys(const char *expression)
{
	const char *x = parts_jsonb(expression);

	return psprintf("CASE jsonb_typeof(%s) "
					"WHEN 'object' THEN ARRAY(SELECT jsonb_object_keys(%s)) "
					"WHEN 'array' THEN ARRAY(SELECT DISTINCT e #>> '{}' "
					"FROM jsonb_array_elements(%s) AS a (e) "
					"WHERE jsonb_typeof(e) = 'string') "
					"WHEN 'string' THEN ARRAY[%s #>> '{}'] END",
					x, x, x, x);
}

/*
 * Documents with one scalar of the value each, down to the second level:
 * {"a": 1}, {"a": {"b": 1}}, {"a": [1]}; and [1] for an array.
 */
static const char *
parts_of_documents(const char *expression)
{
	const char *x = parts_jsonb(expression);

	return psprintf(
		"ARRAY(SELECT DISTINCT d::text FROM ("
		"SELECT CASE jsonb_typeof(v) WHEN 'object' THEN (SELECT "
		"jsonb_build_object(k, jsonb_build_object(i.key, i.value)) "
		"FROM jsonb_each(v) AS i WHERE jsonb_typeof(i.value) NOT IN "
		"('object', 'array') LIMIT 1) "
		"WHEN 'array' THEN jsonb_build_object(k, jsonb_build_array(v -> 0)) "
		"ELSE jsonb_build_object(k, v) END FROM jsonb_each("
		"CASE jsonb_typeof(%s) WHEN 'object' THEN %s ELSE '{}' END) AS o (k, v) "
		"UNION ALL SELECT jsonb_build_array(e) FROM jsonb_array_elements("
		"CASE jsonb_typeof(%s) WHEN 'array' THEN %s ELSE '[]' END) AS a (e) "
		"UNION ALL SELECT %s WHERE jsonb_typeof(%s) NOT IN ('object', 'array')"
		") AS s (d) WHERE length(d::text) <= %d)",
		x, x, x, x, x, x, PARTS_LONGEST);
}

/* The same as JSON path: whether the value at a key is that of the row. */
static const char *
parts_of_paths(const char *expression, bool is_predicate)
{
	const char *x = parts_jsonb(expression);

	return psprintf(
		"ARRAY(SELECT format(%s, to_json(k)::text, v::text) FROM jsonb_each("
		"CASE jsonb_typeof(%s) WHEN 'object' THEN %s ELSE '{}' END) AS o (k, v) "
		"WHERE jsonb_typeof(v) NOT IN ('object', 'array') "
		"AND length(v::text) <= %d)",
		is_predicate ? "'$.%s == %s'" : "'$.%s ? (@ == %s)'", x, x,
		PARTS_LONGEST);
}

/* Whether the parameter is a JSON path, and not a value in one. */
static bool
parts_are_paths(const ValueVariable *variable, int i)
{
	char *path = "$.\"a\" == 1";
	OperandValues put = {1, &variable->params[i], &path};

	return operand_evaluate(variable->uses[i].operand, &put) != NULL;
}

/* The scalars of a document, at any level. */
static const char *
parts_of_scalars(const char *expression, const char *path)
{
	return psprintf(
		"ARRAY(SELECT DISTINCT v #>> '{}' FROM jsonb_path_query(%s, %s) AS p "
		"(v) WHERE jsonb_typeof(v) NOT IN ('object', 'array', 'null') "
		"AND length(v::text) <= %d)",
		parts_jsonb(expression), quote_literal_cstr(path), PARTS_LONGEST);
}

/*
 * A value that no document has, for a parameter of a type: the n-th of the
 * variable, so that one does not begin with another.
 */
static char *
parts_marker(Oid type, int n)
{
	switch (TypeCategory(getBaseType(type)))
	{
		case TYPCATEGORY_NUMERIC:
			return psprintf("%d", 30817 + n);
		case TYPCATEGORY_DATETIME:
			return psprintf("19%02d-04-05", 10 + n);
		case TYPCATEGORY_STRING:
			return psprintf("qzx %d", 30817 + n);
		case TYPCATEGORY_BOOLEAN:
			return pstrdup("true");
		default:
			return getBaseType(type) == UUIDOID
					   ? psprintf("30817308-1730-4173-8173-0817308173%02d", n)
					   : NULL;
	}
}

/*
 * The path to where parameter i stands in the document that the query makes of it,
 * as JSON path; NULL if it is that document itself.
 */
static char *
parts_place(const ValueVariable *variable, int i)
{
	const ParamUse *use = &variable->uses[i];
	char **values = palloc0(variable->nparams * sizeof(char *));
	OperandValues put = {variable->nparams, variable->params, values};
	char *document;

	for (int j = 0; j < variable->nparams; j++)
		values[j] = parts_marker(variable->types[j], j);
	if (values[i] == NULL)
		return NULL;
	document = operand_evaluate(use->operand, &put);
	if (document == NULL)
		return NULL;
	return probe_try(psprintf(
		"WITH RECURSIVE w (path, v) AS (SELECT '$', %s UNION ALL "
		"SELECT w.path || e.step, e.v FROM w, LATERAL (SELECT '.' || "
		"to_json(k)::text, v FROM jsonb_each(CASE jsonb_typeof(w.v) "
		"WHEN 'object' THEN w.v ELSE '{}' END) AS o (k, v) UNION ALL "
		"SELECT '[*]', v FROM jsonb_array_elements(CASE jsonb_typeof(w.v) "
		"WHEN 'array' THEN w.v ELSE '[]' END) AS a (v)) AS e (step, v)) "
		"SELECT path FROM w WHERE v #>> '{}' LIKE %s || '%%' LIMIT 1",
		parts_jsonb(probe_literal(document, exprType(use->operand))),
		quote_literal_cstr(values[i])));
}

int
parts_key(const ValueVariable *variable)
{
	SearchForm form = variable->uses[0].search->form;

	if (variable->nparams != 2)
		return -1;
	if (form == SEARCH_PAIR)
		return bms_is_member(variable->params[0],
							 variable->uses[0].search->asides)
				   ? 1
				   : 0;
	/* The path to the value has the marker of the key. */
	for (int key = 0; key < 2 && form == SEARCH_DOCUMENT; key++)
	{
		char *marker = parts_marker(variable->types[key], key);
		char *place = parts_place(variable, 1 - key);

		if (marker != NULL && place != NULL && strstr(place, marker) != NULL)
			return key;
	}
	return -1;
}

static const char *
parts_of_document(const ValueVariable *variable, int i, const char *expression)
{
	char *place;

	if (parts_are_contained(variable->uses[i].search))
		return psprintf("ARRAY[%s::text]", expression);
	place = parts_place(variable, i);
	/* A scalar is also found as an element of the array that is the document. */
	if (place != NULL)
		return parts_of_scalars(expression,
								strcmp(place, "$") == 0 ? "$[*]" : place);
	return search_is_type(exprType(variable->uses[i].expr), "hstore")
			   ? psprintf("ARRAY(SELECT format('%%s=>%%s', to_json(key)::text, "
						  "to_json(value)::text) FROM jsonb_each_text(%s))",
						  parts_jsonb(expression))
			   : parts_of_documents(expression);
}

/* ---- text ---- */

/* The words of a text, and the text itself unless it is long. */
static const char *
parts_of_text(const char *expression)
{
	return psprintf("ARRAY(SELECT DISTINCT w FROM (SELECT m[1] FROM "
					"regexp_matches(%s::text, '[^\\W_]{3,}', 'g') AS r (m) "
					"UNION ALL SELECT left(%s::text, 60)) AS s (w))",
					expression, expression);
}

static const char *
parts_of_lexemes(const ValueVariable *variable, const char *expression)
{
	bool is_vector =
		getBaseType(exprType(variable->uses[0].expr)) == TSVECTOROID;

	return psprintf(
		"ARRAY(SELECT w FROM unnest(tsvector_to_array(%s)) AS u (w) "
		"WHERE w ~ '^[[:alnum:]]{2,}$')",
		is_vector ? expression : psprintf("to_tsvector(%s::text)", expression));
}

/* ---- other types ---- */

static const char *
parts_of_array(const ValueVariable *variable, const char *expression)
{
	Oid type = getBaseType(exprType(variable->uses[0].expr));

	if (parts_are_contained(variable->uses[0].search))
		return psprintf("ARRAY[%s::text]", expression);
	return psprintf("ARRAY(SELECT DISTINCT %s FROM unnest(%s) AS u (e) "
					"WHERE e IS NOT NULL)",
					probe_text("e", get_element_type(type)), expression);
}

/* Networks around an address, or addresses in a network. */
static const char *
parts_of_network(const Search *search, const char *expression)
{
	bool within = search->name[0] == '<' && search->name[1] == '<';

	if (within != search->left && search->name[0] != '&')
		return psprintf("ARRAY[host(%s)]", expression);
	return psprintf("ARRAY[network(set_masklen(%s::inet, least(masklen(%s), "
					"24)))::text, network(set_masklen(%s::inet, "
					"least(masklen(%s), 16)))::text]",
					expression, expression, expression, expression);
}

/* The path of a tree and those above it, or patterns for what is below. */
static const char *
parts_of_tree(const Search *search, const char *expression)
{
	const char *labels = psprintf("string_to_array(%s::text, '.')", expression);
	const char *format =
		strcmp(search->name, "~") == 0 || strcmp(search->name, "?") == 0
			? " || '.*'"
			: "";

	return psprintf("ARRAY(SELECT DISTINCT array_to_string((%s)[1:n], '.')%s "
					"FROM unnest(ARRAY[1, 2, cardinality(%s)]) AS u (n))",
					labels, format, labels);
}

/* What a set-returning function makes of the value. */
static const char *
parts_of_members(const ValueVariable *variable, const char *expression)
{
	const Search *search = variable->uses[0].search;
	const char *text = probe_text("v", exprType(variable->uses[0].expr));

	if (search->strategy == 0)
		text =
			psprintf("'%%' || substring(%s FROM '[^\\W_]{3,}') || '%%'", text);
	return psprintf("ARRAY(SELECT DISTINCT %s FROM (SELECT %s AS v) AS s "
					"WHERE v IS NOT NULL)",
					text, expression);
}

/* What a function that is not known may take, from the value of the row. */
static const char *
parts_of_value(const ValueVariable *variable, int i, const char *expression)
{
	Oid type = getBaseType(exprType(variable->uses[i].expr));

	if (type == JSONBOID)
		return parts_of_scalars(expression, "$.**");
	if (OidIsValid(get_element_type(type)))
		return psprintf("ARRAY(SELECT DISTINCT %s FROM unnest(%s) AS u (e) "
						"WHERE e IS NOT NULL)",
						probe_text("e", get_element_type(type)), expression);
	if (TypeCategory(type) == TYPCATEGORY_DATETIME &&
		TypeCategory(getBaseType(variable->types[i])) == TYPCATEGORY_TIMESPAN)
		return psprintf("ARRAY[justify_hours(now() - %s)::text]", expression);
	return TypeCategory(type) == TYPCATEGORY_STRING
			   ? parts_of_text(expression)
			   : psprintf("ARRAY[%s]", probe_text(expression, type));
}

/* ---- all forms ---- */

const char *
parts_sql(const ValueVariable *variable, int i, const char *expression)
{
	const Search *search = variable->uses[i].search;

	switch (search->form)
	{
		case SEARCH_ARRAY:
			return parts_of_array(variable, expression);
		case SEARCH_DOCUMENT:
			return parts_of_document(variable, i, expression);
		case SEARCH_KEY:
		case SEARCH_PAIR:
			return parts_of_keys(expression);
		case SEARCH_PATH:
			return parts_are_paths(variable, i)
					   ? parts_of_paths(expression,
										strcmp(search->name, "@@") == 0)
					   : parts_of_scalars(expression, "$.**");
		case SEARCH_LEXEME:
			return parts_of_lexemes(variable, expression);
		case SEARCH_MEMBER:
			return parts_of_members(variable, expression);
		case SEARCH_SIMILAR:
			return parts_of_text(expression);
		case SEARCH_NETWORK:
			return parts_of_network(search, expression);
		case SEARCH_TREE:
			return parts_of_tree(search, expression);
		case SEARCH_VALUE:
			return parts_of_value(variable, i, expression);
		default:
			return NULL;
	}
}

char *
parts_value(const ValueVariable *variable, int i, char *part, bool in_array)
{
	const Search *search = variable->uses[i].search;
	/* The part of array <@ $1 is the whole array. */
	bool whole = search->form == SEARCH_ARRAY && parts_are_contained(search);

	in_array =
		in_array || OidIsValid(get_base_element_type(variable->types[i]));
	return in_array && !whole ? probe_array(list_make1(part)) : part;
}

static List *
parts_list(const char *const *texts, int n)
{
	List *list = NIL;

	for (int i = 0; i < n; i++)
		list = lappend(list, pstrdup(texts[i]));
	return list;
}

List *
parts_absent(const ValueVariable *variable, int i)
{
	static const char *const documents[] = {
		"{\"perfcheck absent\": \"perfcheck absent\"}",
		"[\"perfcheck absent\"]"};
	static const char *const hashes[] = {"\"perfcheck absent\"=>\"1\""};
	static const char *const paths[] = {"$.\"perfcheck absent\" ? (@ == 1)"};
	static const char *const predicates[] = {"$.\"perfcheck absent\" == 1"};
	static const char *const networks[] = {"192.0.2.0/24", "198.51.100.0/24",
										   "203.0.113.0/24"};
	static const char *const trees[] = {"perfcheck_absent"};
	const ParamUse *use = &variable->uses[i];
	Oid type = getBaseType(exprType(use->expr));

	switch (use->search->form)
	{
		case SEARCH_ARRAY:
			return absent_fixed_values(get_element_type(type));
		case SEARCH_DOCUMENT:
			if (parts_place(variable, i) != NULL || parts_key(variable) >= 0)
				return absent_fixed_values(variable->types[i]);
			return search_is_type(type, "hstore")
					   ? parts_list(hashes, lengthof(hashes))
					   : parts_list(documents, lengthof(documents));
		case SEARCH_KEY:
		case SEARCH_PAIR:
			return absent_fixed_values(TEXTOID);
		case SEARCH_PATH:
			if (!parts_are_paths(variable, i))
				return absent_fixed_values(variable->types[i]);
			return strcmp(use->search->name, "@@") == 0
					   ? parts_list(predicates, lengthof(predicates))
					   : parts_list(paths, lengthof(paths));
		case SEARCH_MEMBER:
			return absent_fixed_values(type);
		case SEARCH_NETWORK:
			return parts_list(networks, lengthof(networks));
		case SEARCH_TREE:
			return parts_list(trees, lengthof(trees));
		case SEARCH_VALUE:
			return absent_fixed_values(variable->types[i]);
		default:
			return parts_list(parts_no_words, lengthof(parts_no_words));
	}
}
