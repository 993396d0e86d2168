// SPDX-License-Identifier: GPL-2.0-only
/*
 * STIX 2.1 bundles: indicators whose pattern lists files.
 */
#include <string.h>
#include <time.h>

#include "import_formats.h"
#include "import_json.h"
#include "stix_pattern.h"

enum {
	DOCUMENT,
	DOCUMENT_TYPE,
	OBJECTS,
	OBJECT,
	TYPE,			/* from here on, texts of an object */
	SPEC_VERSION,
	ID,
	PATTERN,
	PATTERN_TYPE,
	VALID_FROM,
	VALID_UNTIL,
	N_TEXTS,
	REVOKED = N_TEXTS,
};

static const struct json_shape object[] = {
	{ "type", JSON_TEXT, TYPE, NULL },
	{ "spec_version", JSON_TEXT, SPEC_VERSION, NULL },
	{ "id", JSON_TEXT, ID, NULL },
	{ "pattern", JSON_TEXT, PATTERN, NULL },
	{ "pattern_type", JSON_TEXT, PATTERN_TYPE, NULL },
	{ "valid_from", JSON_TEXT, VALID_FROM, NULL },
	{ "valid_until", JSON_TEXT, VALID_UNTIL, NULL },
	{ "revoked", JSON_FLAG, REVOKED, NULL },
	{ 0 },
};

static const struct json_shape element[] = {
	{ "", JSON_OBJECT, OBJECT, object },
	{ 0 },
};

static const struct json_shape members[] = {
	{ "type", JSON_TEXT, DOCUMENT_TYPE, NULL },
	{ "objects", JSON_ARRAY, OBJECTS, element },
	{ 0 },
};

static const struct json_shape document = { "", JSON_OBJECT, DOCUMENT, members };

struct stix {
	struct import *import;
	struct json_text texts[N_TEXTS];
	bool revoked;
	uint64_t line;		/* where the object begins */
	char now[32];		/* as the texts have it */
};

/* Is it "2026-11-24T08:00:00Z", with a fraction of a second or without? */
static bool is_time(const struct json_text *text)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd";
	size_t i;

	if (text->length < sizeof(form) || text->text[text->length - 1] != 'Z')
		return false;
	for (i = 0; form[i]; i++) {
		char c = text->text[i];

		if (form[i] == 'd' ? c < '0' || c > '9' : c != form[i])
			return false;
	}
	if (text->text[i] == '.')
		while (text->text[++i] >= '0' && text->text[i] <= '9')
			;
	return i + 1 == text->length;
}

static bool has_times(struct stix *stix)
{
	const struct json_text *from = &stix->texts[VALID_FROM];
	const struct json_text *until = &stix->texts[VALID_UNTIL];

	if (!from->given) {
		import_error(stix->import, "an indicator without 'valid_from'");
		return false;
	}
	if (!is_time(from) || (until->given && !is_time(until))) {
		import_error(stix->import, "%s is no time like 2026-11-24T08:00:00Z",
			     policy_quote(is_time(from) ? until->text : from->text,
					  is_time(from) ? until->length :
							  from->length).text);
		return false;
	}
	return true;
}

/* These times compare as texts, up to the second. */
static bool in_force(struct stix *stix)
{
	const struct json_text *from = &stix->texts[VALID_FROM];
	const struct json_text *until = &stix->texts[VALID_UNTIL];
	const size_t n = strlen(stix->now);

	if (stix->revoked) {
		import_ignore(stix->import, "indicators that are revoked", 1);
		return false;
	}
	if (until->given && memcmp(until->text, stix->now, n) <= 0) {
		import_ignore(stix->import, "indicators that are no longer valid", 1);
		return false;
	}
	if (memcmp(from->text, stix->now, n) > 0) {
		import_refuse(stix->import, "indicators that are not valid yet",
			      "not valid before %s, and a hash list has no dates: import it "
			      "then, or give its product an 'effective' time",
			      policy_quote(from->text, from->length).text);
		return false;
	}
	if (until->given)
		import_warning(stix->import, "valid until %s, but a hash list has no dates: "
			       "give its product an 'expires' time",
			       policy_quote(until->text, until->length).text);
	return true;
}

static void read_indicator(struct stix *stix)
{
	const struct json_text *texts = stix->texts;

	if (!json_text_is(&texts[SPEC_VERSION], "2.1")) {
		import_error(stix->import, "an indicator whose 'spec_version' is not 2.1");
		return;
	}
	if (!texts[ID].given || !texts[PATTERN].given || !texts[PATTERN_TYPE].given) {
		import_error(stix->import, "an indicator without 'id', 'pattern' or "
			     "'pattern_type'");
		return;
	}
	if (!has_times(stix) || !in_force(stix))
		return;
	if (!json_text_is(&texts[PATTERN_TYPE], "stix")) {
		import_refuse(stix->import, "patterns in other languages", "a pattern in the "
			      "language %s",
			      policy_quote(texts[PATTERN_TYPE].text,
					   texts[PATTERN_TYPE].length).text);
		return;
	}
	stix_pattern_read(stix->import, texts[PATTERN].text, texts[PATTERN].length,
			  texts[ID].text, texts[ID].length);
}

static void on_begin(void *data, int id)
{
	struct stix *stix = data;
	size_t i;

	if (id != OBJECT)
		return;
	for (i = TYPE; i < N_TEXTS; i++)
		json_text_clear(&stix->texts[i]);
	stix->revoked = false;
	stix->line = stix->import->line;
}

static void on_end(void *data, int id)
{
	struct stix *stix = data;

	if (id != OBJECT)
		return;
	stix->import->line = stix->line;
	if (!stix->texts[TYPE].given)
		import_error(stix->import, "an object without 'type'");
	else if (json_text_is(&stix->texts[TYPE], "indicator"))
		read_indicator(stix);
	else
		import_ignore(stix->import, "objects that are no indicators", 1);
}

static void on_text(void *data, int id, const char *text, size_t length)
{
	struct stix *stix = data;

	json_text_set(stix->import, &stix->texts[id], text, length);
}

static void on_flag(void *data, int id, bool flag)
{
	struct stix *stix = data;

	stix->revoked = id == REVOKED && flag;
}

int import_stix(struct import *import)
{
	static const struct json_hooks hooks = { on_begin, on_end, on_text, on_flag };
	struct stix stix = { .import = import };
	time_t now = time(NULL);
	struct tm tm;
	size_t i;
	int error;

	gmtime_r(&now, &tm);
	strftime(stix.now, sizeof(stix.now), "%Y-%m-%dT%H:%M:%S", &tm);
	error = json_read(import, &document, &hooks, &stix);
	if (!error && !import->stopped &&
	    !json_text_is(&stix.texts[DOCUMENT_TYPE], "bundle")) {
		import->line = 0;
		import_error(import, "no STIX bundle: its 'type' has to be 'bundle'");
	}
	for (i = 0; i < N_TEXTS; i++)
		json_text_free(&stix.texts[i]);
	return error;
}
