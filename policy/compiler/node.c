// SPDX-License-Identifier: GPL-2.0-only
/*
 * YAML as a tree whose nodes know where they stand. libyaml finds the events;
 * what is made of them, and how much, is decided here.
 */
#include <errno.h>
#include <string.h>
#include <yaml.h>

#include "bounds.h"
#include "compiler.h"

#define NO_ANCHORS \
	"anchors (&) and aliases (*) are not part of the language: write the values out"

struct builder {
	struct policy_compiler *compiler;
	uint32_t source;
	size_t n_documents;
	struct policy_node *root;
	struct policy_node *open[POLICY_DEPTH_MAX];	/* from the root inwards */
	bool key[POLICY_DEPTH_MAX];	/* of a mapping: its last node is a key */
	size_t depth;
};

static struct policy_place place_of(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct policy_place) {
		.source = b->source,
		.line = mark->line + 1,
		.column = mark->column + 1,
	};
}

bool policy_node_is_null(const struct policy_node *node)
{
	static const char *const null[] = { "", "~", "null", "Null", "NULL" };
	size_t i;

	if (node->kind != POLICY_NODE_TEXT || !node->plain)
		return false;
	for (i = 0; i < sizeof(null) / sizeof(null[0]); i++)
		if (strcmp(node->text, null[i]) == 0)
			return true;
	return false;
}

const char *policy_node_kind_text(const struct policy_node *node)
{
	if (policy_node_is_null(node))
		return "nothing";
	switch (node->kind) {
	case POLICY_NODE_TEXT:
		return node->plain ? "a plain value" : "text in quotes";
	case POLICY_NODE_LIST:
		return "a list";
	case POLICY_NODE_MAPPING:
		return "a mapping";
	case POLICY_NODE_BROKEN:
		break;
	}
	return "something broken";
}

static void check_key(struct builder *b, const struct policy_node *mapping,
		      const struct policy_node *key)
{
	struct policy_report *report = &b->compiler->report;
	const struct policy_node *other;

	if (key->kind == POLICY_NODE_BROKEN)
		return;
	if (key->kind != POLICY_NODE_TEXT) {
		policy_error(report, key->place, "a key must be text, this is %s",
			     policy_node_kind_text(key));
		return;
	}
	if (key->plain && strcmp(key->text, "<<") == 0) {
		policy_error(report, key->place,
			     "merge keys (<<) are not part of the language: write the "
			     "values out");
		return;
	}
	for (other = mapping->first; other; other = other->next->next) {
		if (other->kind != POLICY_NODE_TEXT || other->length != key->length ||
		    memcmp(other->text, key->text, key->length) != 0)
			continue;
		policy_error(report, key->place,
			     "key %s stands twice in this mapping, first in line %u",
			     policy_quote(key->text, key->length).text,
			     other->place.line);
		return;
	}
}

/* Put a new node where it belongs. */
static int insert(struct builder *b, struct policy_node *node)
{
	struct policy_node *parent = b->depth > 0 ? b->open[b->depth - 1] : NULL;

	if (!parent) {
		b->root = node;
		return 0;
	}
	if (parent->kind == POLICY_NODE_MAPPING && b->key[b->depth - 1]) {
		b->key[b->depth - 1] = false;	/* its value follows */
	} else if (parent->kind == POLICY_NODE_MAPPING) {
		if (parent->n >= POLICY_KEYS_MAX) {
			policy_error(&b->compiler->report, node->place,
				     "a mapping has %u keys at most", POLICY_KEYS_MAX);
			return -EBADMSG;
		}
		check_key(b, parent, node);
		b->key[b->depth - 1] = true;
		parent->n++;
	} else {
		parent->n++;
	}
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	return 0;
}

/* A node that is in no tree yet, or NULL with the reason in @ret_error. */
static struct policy_node *new_node(struct builder *b, const yaml_event_t *event,
				    enum policy_node_kind kind, int *ret_error)
{
	struct policy_place place = place_of(b, &event->start_mark);
	struct policy_node *node;

	if (++b->compiler->n_nodes > POLICY_NODES_MAX) {
		policy_error(&b->compiler->report, place,
			     "the policy has more than %u values: put files into hash "
			     "lists",
			     POLICY_NODES_MAX);
		*ret_error = -EBADMSG;
		return NULL;
	}
	node = policy_arena_alloc(&b->compiler->arena, sizeof(*node));
	if (!node) {
		*ret_error = -ENOMEM;
		return NULL;
	}
	node->kind = kind;
	node->place = place;
	return node;
}

static int open_node(struct builder *b, const yaml_event_t *event,
		     enum policy_node_kind kind)
{
	struct policy_node *node;
	int error;

	if (b->depth == POLICY_DEPTH_MAX) {
		policy_error(&b->compiler->report, place_of(b, &event->start_mark),
			     "nested more than %u deep", POLICY_DEPTH_MAX);
		return -EBADMSG;
	}
	node = new_node(b, event, kind, &error);
	if (!node)
		return error;
	error = insert(b, node);
	if (error)
		return error;
	b->open[b->depth] = node;
	b->key[b->depth] = false;
	b->depth++;
	return 0;
}

static int add_alias(struct builder *b, const yaml_event_t *event)
{
	struct policy_node *node;
	int error;

	policy_error(&b->compiler->report, place_of(b, &event->start_mark), NO_ANCHORS);
	node = new_node(b, event, POLICY_NODE_BROKEN, &error);
	return node ? insert(b, node) : error;
}

static void refuse_properties(struct builder *b, const yaml_event_t *event,
			      const yaml_char_t *anchor, const yaml_char_t *tag)
{
	struct policy_place place = place_of(b, &event->start_mark);

	if (anchor)
		policy_error(&b->compiler->report, place, NO_ANCHORS);
	if (tag)
		policy_error(&b->compiler->report, place,
			     "tags (!) are not part of the language: quote a text that "
			     "begins with '!'");
}

static int add_text(struct builder *b, const yaml_event_t *event)
{
	struct policy_node *node;
	int error;

	refuse_properties(b, event, event->data.scalar.anchor, event->data.scalar.tag);
	node = new_node(b, event, POLICY_NODE_TEXT, &error);
	if (!node)
		return error;
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->length = event->data.scalar.length;
	node->text = policy_arena_text(&b->compiler->arena,
				       (const char *)event->data.scalar.value,
				       node->length);
	if (!node->text)
		return -ENOMEM;
	return insert(b, node);
}

/* One event. Returns 0, -EBADMSG to stop, or -ENOMEM. */
static int take_event(struct builder *b, const yaml_event_t *event)
{
	struct policy_report *report = &b->compiler->report;
	struct policy_place place = place_of(b, &event->start_mark);

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (++b->n_documents > 1) {
			policy_error(report, place,
				     "a second document begins here: one file is one "
				     "document");
			return -EBADMSG;
		}
		if (event->data.document_start.version_directive ||
		    event->data.document_start.tag_directives.start !=
		    event->data.document_start.tag_directives.end)
			policy_error(report, place,
				     "directives (%%) are not part of the language");
		return 0;
	case YAML_ALIAS_EVENT:
		return add_alias(b, event);
	case YAML_SCALAR_EVENT:
		return add_text(b, event);
	case YAML_SEQUENCE_START_EVENT:
		refuse_properties(b, event, event->data.sequence_start.anchor,
				  event->data.sequence_start.tag);
		return open_node(b, event, POLICY_NODE_LIST);
	case YAML_MAPPING_START_EVENT:
		refuse_properties(b, event, event->data.mapping_start.anchor,
				  event->data.mapping_start.tag);
		return open_node(b, event, POLICY_NODE_MAPPING);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* Say what libyaml found wrong, in words that help. */
static void report_syntax(struct builder *b, const yaml_parser_t *parser)
{
	const struct policy_source *source = &b->compiler->sources.list[b->source];
	struct policy_report *report = &b->compiler->report;
	struct policy_place place = place_of(b, &parser->problem_mark);
	const char *problem = parser->problem ? parser->problem : "cannot be parsed";

	if (parser->error == YAML_READER_ERROR) {
		/* Without a mark. Text was checked before, so this is not expected. */
		place = (struct policy_place) { .source = b->source };
		policy_error(report, place, "not YAML: %s", problem);
		return;
	}
	if (policy_source_byte(source, place) == '\t') {
		policy_error(report, place, "a tab where YAML allows only spaces");
		return;
	}
	if (!parser->context) {
		policy_error(report, place, "not YAML: %s", problem);
		return;
	}
	policy_error(report, place, "not YAML: %s, %s (from line %zu)", problem,
		     parser->context, parser->context_mark.line + 1);
}

static int parse(struct builder *b, yaml_parser_t *parser)
{
	bool done = false;

	while (!done) {
		yaml_event_t event;
		int error;

		if (!yaml_parser_parse(parser, &event)) {
			if (parser->error == YAML_MEMORY_ERROR)
				return -ENOMEM;
			report_syntax(b, parser);
			return -EBADMSG;
		}
		done = event.type == YAML_STREAM_END_EVENT;
		error = take_event(b, &event);
		yaml_event_delete(&event);
		if (error)
			return error;
	}
	return 0;
}

int policy_node_parse(struct policy_compiler *compiler, uint32_t source,
		      struct policy_node **ret_root)
{
	const struct policy_source *file = &compiler->sources.list[source];
	struct builder b = { .compiler = compiler, .source = source };
	yaml_parser_t parser;
	int error;

	if (!yaml_parser_initialize(&parser))
		return -ENOMEM;
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)file->data,
				     file->length);
	error = parse(&b, &parser);
	yaml_parser_delete(&parser);
	if (error)
		return error;
	if (!b.root) {
		policy_error(&compiler->report, (struct policy_place) { source, 0, 0 },
			     "the file is empty");
		return -EBADMSG;
	}
	*ret_root = b.root;
	return 0;
}
