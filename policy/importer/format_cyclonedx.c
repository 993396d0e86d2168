// SPDX-License-Identifier: GPL-2.0-only
/*
 * CycloneDX: components of the type 'file' with their SHA-256. The digest of any
 * other component is that of an archive it came in.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_json.h"

enum {
	DOCUMENT,
	FORMAT,
	SERIAL,
	METADATA,
	COMPONENTS,
	COMPONENT,
	TYPE,
	NAME,
	HASHES,
	HASH,
	ALGORITHM,
	CONTENT,
};

static const struct json_shape hash[] = {
	{ "alg", JSON_TEXT, ALGORITHM, NULL },
	{ "content", JSON_TEXT, CONTENT, NULL },
	{ 0 },
};

static const struct json_shape hashes[] = {
	{ "", JSON_OBJECT, HASH, hash },
	{ 0 },
};

/* A component may hold others. */
static const struct json_shape components[2];

static const struct json_shape component[] = {
	{ "type", JSON_TEXT, TYPE, NULL },
	{ "name", JSON_TEXT, NAME, NULL },
	{ "hashes", JSON_ARRAY, HASHES, hashes },
	{ "components", JSON_ARRAY, COMPONENTS, components },
	{ 0 },
};

static const struct json_shape components[2] = {
	{ "", JSON_OBJECT, COMPONENT, component },
	{ 0 },
};

static const struct json_shape metadata[] = {
	{ "component", JSON_OBJECT, COMPONENT, component },
	{ 0 },
};

static const struct json_shape members[] = {
	{ "bomFormat", JSON_TEXT, FORMAT, NULL },
	{ "serialNumber", JSON_TEXT, SERIAL, NULL },
	{ "metadata", JSON_OBJECT, METADATA, metadata },
	{ "components", JSON_ARRAY, COMPONENTS, components },
	{ 0 },
};

static const struct json_shape document = { "", JSON_OBJECT, DOCUMENT, members };

/* Of one component, kept while those in it are read. */
struct level {
	struct json_text type, name;
	struct import_file file;
	uint64_t line;
};

struct cyclonedx {
	struct import *import;
	struct json_text format, serial, algorithm, content;
	struct level levels[IMPORT_DEPTH_MAX];
	size_t depth;
};

static void read_component(struct cyclonedx *bom, struct level *level)
{
	struct import_file *file = &level->file;

	if (!level->type.given || !level->name.given) {
		import_error(bom->import, "a component without 'type' or 'name'");
		return;
	}
	if (json_text_is(&level->type, "file")) {
		file->row.name = level->name.text;
		file->row.name_length = level->name.length;
		if (!import_file_end(bom->import, file))
			import_refuse(bom->import, "files without a digest",
				      "a file without a digest");
		return;
	}
	if (file->wrong)
		return;
	if (file->has_sha256 || file->n_others > 0)
		import_refuse(bom->import, "digests of packages", "%s: the digest of a "
			      "component of the type %s, which is that of an archive, not of "
			      "a file that runs",
			      policy_quote(level->name.text, level->name.length).text,
			      policy_quote(level->type.text, level->type.length).text);
	else
		import_ignore(bom->import, "components that are no files", 1);
}

static void on_begin(void *data, int id)
{
	struct cyclonedx *bom = data;
	struct level *level;

	if (id == COMPONENT) {
		level = &bom->levels[bom->depth++];
		json_text_clear(&level->type);
		json_text_clear(&level->name);
		import_file_begin(&level->file);
		level->line = bom->import->line;
	} else if (id == HASH) {
		json_text_clear(&bom->algorithm);
		json_text_clear(&bom->content);
	}
}

static void on_end(void *data, int id)
{
	struct cyclonedx *bom = data;
	struct level *level;

	if (id == COMPONENT) {
		level = &bom->levels[--bom->depth];
		bom->import->line = level->line;
		read_component(bom, level);
	} else if (id == HASH) {
		level = &bom->levels[bom->depth - 1];
		if (bom->algorithm.given && bom->content.given) {
			import_file_digest(bom->import, &level->file, bom->algorithm.text,
					   bom->algorithm.length, bom->content.text,
					   bom->content.length);
		} else {
			import_error(bom->import, "a hash without 'alg' or 'content'");
			level->file.wrong = true;
		}
	}
}

static void on_text(void *data, int id, const char *text, size_t length)
{
	struct cyclonedx *bom = data;
	struct json_text *to = NULL;

	switch (id) {
	case FORMAT:
		to = &bom->format;
		break;
	case SERIAL:
		to = &bom->serial;
		break;
	case ALGORITHM:
		to = &bom->algorithm;
		break;
	case CONTENT:
		to = &bom->content;
		break;
	case TYPE:
		to = &bom->levels[bom->depth - 1].type;
		break;
	case NAME:
		to = &bom->levels[bom->depth - 1].name;
		break;
	}
	json_text_set(bom->import, to, text, length);
}

int import_cyclonedx(struct import *import)
{
	static const struct json_hooks hooks = { on_begin, on_end, on_text, NULL };
	struct cyclonedx *bom = calloc(1, sizeof(*bom));
	size_t i;
	int error;

	if (!bom)
		return import_stop(import, -ENOMEM);
	bom->import = import;
	error = json_read(import, &document, &hooks, bom);
	import->line = 0;
	if (!error && !import->stopped && !json_text_is(&bom->format, "CycloneDX"))
		import_error(import, "no CycloneDX document: its 'bomFormat' has to be "
			     "'CycloneDX'");
	if (bom->serial.given)
		import_note(import, "CycloneDX %s", bom->serial.text);
	for (i = 0; i < IMPORT_DEPTH_MAX; i++) {
		json_text_free(&bom->levels[i].type);
		json_text_free(&bom->levels[i].name);
	}
	json_text_free(&bom->format);
	json_text_free(&bom->serial);
	json_text_free(&bom->algorithm);
	json_text_free(&bom->content);
	free(bom);
	return error;
}
