// SPDX-License-Identifier: GPL-2.0-only
/*
 * MISP events: attributes sha256 and filename|sha256 with to_ids, alone or in an
 * object 'file', where size, name and other digests stand beside it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_json.h"

enum {
	DOCUMENT,
	RESPONSE,
	EVENT,
	EVENT_UUID,
	EVENT_INFO,
	ATTRIBUTES,
	ATTRIBUTE,
	OBJECTS,
	OBJECT,
	OBJECT_NAME,
	OBJECT_DELETED,
	OBJECT_ATTRIBUTE,
	TYPE,			/* from here on, texts of an attribute */
	VALUE,
	UUID,
	RELATION,
	N_TEXTS,
	TO_IDS = N_TEXTS,
	DELETED,
};

/* Attributes of one object that are held until its name is known, and their texts. */
#define HELD_MAX	256
#define HELD_TEXT_MAX	POLICY_LINE_MAX

static const struct json_shape attribute[] = {
	{ "type", JSON_TEXT, TYPE, NULL },
	{ "value", JSON_SCALAR, VALUE, NULL },
	{ "uuid", JSON_TEXT, UUID, NULL },
	{ "object_relation", JSON_TEXT, RELATION, NULL },
	{ "to_ids", JSON_FLAG, TO_IDS, NULL },
	{ "deleted", JSON_FLAG, DELETED, NULL },
	{ 0 },
};

static const struct json_shape attributes[] = {
	{ "", JSON_OBJECT, ATTRIBUTE, attribute },
	{ 0 },
};

static const struct json_shape object_attributes[] = {
	{ "", JSON_OBJECT, OBJECT_ATTRIBUTE, attribute },
	{ 0 },
};

static const struct json_shape object[] = {
	{ "name", JSON_TEXT, OBJECT_NAME, NULL },
	{ "deleted", JSON_FLAG, OBJECT_DELETED, NULL },
	{ "Attribute", JSON_ARRAY, ATTRIBUTES, object_attributes },
	{ 0 },
};

static const struct json_shape objects[] = {
	{ "", JSON_OBJECT, OBJECT, object },
	{ 0 },
};

static const struct json_shape event[] = {
	{ "uuid", JSON_TEXT, EVENT_UUID, NULL },
	{ "info", JSON_TEXT, EVENT_INFO, NULL },
	{ "Attribute", JSON_ARRAY, ATTRIBUTES, attributes },
	{ "Object", JSON_ARRAY, OBJECTS, objects },
	{ 0 },
};

static const struct json_shape holder[] = {
	{ "Event", JSON_OBJECT, EVENT, event },
	{ 0 },
};

static const struct json_shape holders[] = {
	{ "", JSON_OBJECT, DOCUMENT, holder },
	{ 0 },
};

static const struct json_shape members[] = {
	{ "Event", JSON_OBJECT, EVENT, event },
	{ "response", JSON_ARRAY, RESPONSE, holders },
	{ 0 },
};

static const struct json_shape document = { "", JSON_OBJECT, DOCUMENT, members };

struct attribute {
	struct json_text texts[N_TEXTS];	/* from TYPE on */
	bool to_ids;
	bool has_to_ids;
	bool deleted;
	uint64_t line;
};

struct misp {
	struct import *import;
	struct attribute attribute;
	struct json_text uuid, info;		/* of the event */
	struct json_text name;			/* of the object */
	bool object_deleted;
	uint64_t object_line;
	struct attribute held[HELD_MAX];	/* of the object */
	size_t n_held;
	bool any_event;
};

/* False if it has none. What follows the "|" of "filename|sha256" and its value. */
static bool split(const struct attribute *a, struct import_row *row, const char **ret_type,
		  const char **ret_digest)
{
	const char *type = a->texts[TYPE].text, *value = a->texts[VALUE].text;
	const char *bar = strrchr(value, '|');

	*ret_type = type;
	*ret_digest = value;
	if (strncmp(type, "filename|", 9) != 0)
		return true;
	if (!bar)
		return false;
	*ret_type = type + 9;
	*ret_digest = bar + 1;
	if (!row->name) {
		row->name = value;
		row->name_length = bar - value;
	}
	return true;
}

/* Is it complete, and does it say that the file is to be found? */
static bool is_wanted(struct misp *misp, const struct attribute *a)
{
	if (!a->texts[TYPE].given || !a->texts[VALUE].given || !a->has_to_ids) {
		import_error(misp->import, "an attribute without 'type', 'value' or "
			     "'to_ids'");
		return false;
	}
	if (a->deleted) {
		import_ignore(misp->import, "attributes that are deleted", 1);
		return false;
	}
	return true;
}

/* Is it a digest, or something that means a file like "malware-sample"? */
static bool is_digest(const struct attribute *a)
{
	const char *type = a->texts[TYPE].text;

	if (strncmp(type, "filename|", 9) == 0)
		type += 9;
	return import_digest_known(type, strlen(type)) ||
	       strcmp(type, "malware-sample") == 0;
}

static void add_digest(struct misp *misp, struct import_file *file,
		       const struct attribute *a)
{
	const char *type, *digest;

	misp->import->line = a->line;
	if (strcmp(a->texts[TYPE].text, "malware-sample") == 0) {
		import_refuse(misp->import, "malware samples", "a sample, which MISP names by "
			      "its MD5: export its SHA-256");
		return;
	}
	if (!split(a, &file->row, &type, &digest)) {
		import_error(misp->import, "%s is no file name, '|' and a digest",
			     policy_quote(a->texts[VALUE].text,
					  a->texts[VALUE].length).text);
		file->wrong = true;
		return;
	}
	import_file_digest(misp->import, file, type, strlen(type), digest, strlen(digest));
	if (file->has_sha256 && !file->row.source && a->texts[UUID].given) {
		file->row.source = a->texts[UUID].text;
		file->row.source_length = a->texts[UUID].length;
	}
}

static void read_attribute(struct misp *misp)
{
	const struct attribute *a = &misp->attribute;
	struct import_file file;

	if (!is_wanted(misp, a))
		return;
	if (!is_digest(a)) {
		import_ignore(misp->import, "attributes that are no digests", 1);
		return;
	}
	if (!a->to_ids) {
		import_ignore(misp->import, "digests without to_ids", 1);
		return;
	}
	import_file_begin(&file);
	add_digest(misp, &file, a);
	import_file_end(misp->import, &file);
}

static void hold(struct misp *misp)
{
	struct attribute *held;
	size_t i;

	if (!is_wanted(misp, &misp->attribute))
		return;
	if (misp->n_held == HELD_MAX) {
		import_error(misp->import, "an object with more than %u attributes",
			     HELD_MAX);
		return;
	}
	held = &misp->held[misp->n_held++];
	held->to_ids = misp->attribute.to_ids;
	held->line = misp->attribute.line;
	for (i = TYPE; i < N_TEXTS; i++) {
		const struct json_text *text = &misp->attribute.texts[i];

		json_text_clear(&held->texts[i]);
		if (text->length > HELD_TEXT_MAX && is_digest(&misp->attribute))
			import_error(misp->import, "an attribute with more than %u bytes",
				     HELD_TEXT_MAX);
		else if (text->given)
			json_text_set(misp->import, &held->texts[i], text->text,
				      text->length > HELD_TEXT_MAX ? 0 : text->length);
	}
}

/* Size and name stand beside the digests. */
static void read_beside(struct misp *misp, const struct attribute *a,
			struct import_file *file)
{
	const struct json_text *value = &a->texts[VALUE];

	misp->import->line = a->line;
	if (json_text_is(&a->texts[RELATION], "size-in-bytes")) {
		if (!import_size(misp->import, value->text, value->length, &file->row.size))
			file->wrong = true;
	} else if (json_text_is(&a->texts[RELATION], "filename") && !file->row.name) {
		file->row.name = value->text;
		file->row.name_length = value->length;
	}
}

static void read_object(struct misp *misp)
{
	bool is_file = json_text_is(&misp->name, "file");
	struct import_file file;
	size_t i, n_other = 0, n_unwanted = 0;

	import_file_begin(&file);
	for (i = 0; i < misp->n_held; i++) {
		const struct attribute *a = &misp->held[i];

		if (!is_digest(a)) {
			n_other++;
			read_beside(misp, a, &file);
		} else if (!a->to_ids) {
			n_unwanted++;
		} else if (is_file) {
			add_digest(misp, &file, a);
		} else {
			misp->import->line = a->line;
			import_refuse(misp->import, "digests in objects other than files",
				      "a digest in an object %s, which may be that of a part "
				      "of a file",
				      policy_quote(misp->name.given ? misp->name.text : "",
						   misp->name.length).text);
		}
	}
	misp->import->line = misp->object_line;
	if (n_other > 0)
		import_ignore(misp->import, "attributes that are no digests", n_other);
	if (n_unwanted > 0)
		import_ignore(misp->import, "digests without to_ids", n_unwanted);
	if (is_file)
		import_file_end(misp->import, &file);
}

static void on_begin(void *data, int id)
{
	struct misp *misp = data;
	size_t i;

	switch (id) {
	case EVENT:
		misp->any_event = true;
		json_text_clear(&misp->uuid);
		json_text_clear(&misp->info);
		break;
	case OBJECT:
		json_text_clear(&misp->name);
		misp->object_deleted = false;
		misp->object_line = misp->import->line;
		misp->n_held = 0;
		break;
	case ATTRIBUTE:
	case OBJECT_ATTRIBUTE:
		for (i = TYPE; i < N_TEXTS; i++)
			json_text_clear(&misp->attribute.texts[i]);
		misp->attribute.to_ids = false;
		misp->attribute.has_to_ids = false;
		misp->attribute.deleted = false;
		misp->attribute.line = misp->import->line;
		break;
	}
}

static void on_end(void *data, int id)
{
	struct misp *misp = data;

	switch (id) {
	case EVENT:
		import_note(misp->import, "MISP event %s: %s",
			    misp->uuid.given ? misp->uuid.text : "without UUID",
			    misp->info.given ? misp->info.text : "");
		break;
	case OBJECT:
		misp->import->line = misp->object_line;
		if (misp->object_deleted)
			import_ignore(misp->import, "objects that are deleted", 1);
		else
			read_object(misp);
		break;
	case ATTRIBUTE:
		misp->import->line = misp->attribute.line;
		read_attribute(misp);
		break;
	case OBJECT_ATTRIBUTE:
		misp->import->line = misp->attribute.line;
		hold(misp);
		break;
	}
}

static void on_text(void *data, int id, const char *text, size_t length)
{
	struct misp *misp = data;
	struct json_text *to;

	if (id == EVENT_UUID)
		to = &misp->uuid;
	else if (id == EVENT_INFO)
		to = &misp->info;
	else if (id == OBJECT_NAME)
		to = &misp->name;
	else
		to = &misp->attribute.texts[id];
	json_text_set(misp->import, to, text, length);
}

static void on_flag(void *data, int id, bool flag)
{
	struct misp *misp = data;

	if (id == OBJECT_DELETED) {
		misp->object_deleted = flag;
	} else if (id == DELETED) {
		misp->attribute.deleted = flag;
	} else {
		misp->attribute.to_ids = flag;
		misp->attribute.has_to_ids = true;
	}
}

static void free_attribute(struct attribute *a)
{
	size_t i;

	for (i = TYPE; i < N_TEXTS; i++)
		json_text_free(&a->texts[i]);
}

int import_misp(struct import *import)
{
	static const struct json_hooks hooks = { on_begin, on_end, on_text, on_flag };
	struct misp *misp = calloc(1, sizeof(*misp));
	size_t i;
	int error;

	if (!misp)
		return import_stop(import, -ENOMEM);
	misp->import = import;
	error = json_read(import, &document, &hooks, misp);
	if (!error && !import->stopped && !misp->any_event) {
		import->line = 0;
		import_error(import, "no MISP event: there is no 'Event'");
	}
	free_attribute(&misp->attribute);
	for (i = 0; i < HELD_MAX; i++)
		free_attribute(&misp->held[i]);
	json_text_free(&misp->uuid);
	json_text_free(&misp->info);
	json_text_free(&misp->name);
	free(misp);
	return error;
}
