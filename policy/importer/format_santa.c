// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules of Santa, as "santactl rule --import" takes them: those of the type BINARY
 * that block name a file by its SHA-256. The other types are identities that only
 * macOS knows.
 */
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_json.h"

enum {
	DOCUMENT,
	RULES,
	RULE,
	TYPE,			/* from here on, texts of a rule */
	POLICY,
	IDENTIFIER,
	SHA256,			/* what older rules call the identifier */
	N_TEXTS,
};

static const struct json_shape rule[] = {
	{ "rule_type", JSON_TEXT, TYPE, NULL },
	{ "policy", JSON_TEXT, POLICY, NULL },
	{ "identifier", JSON_TEXT, IDENTIFIER, NULL },
	{ "sha256", JSON_TEXT, SHA256, NULL },
	{ 0 },
};

static const struct json_shape rules[] = {
	{ "", JSON_OBJECT, RULE, rule },
	{ 0 },
};

static const struct json_shape members[] = {
	{ "rules", JSON_ARRAY, RULES, rules },
	{ 0 },
};

static const struct json_shape document = { "", JSON_OBJECT, DOCUMENT, members };

static const struct {
	const char *name;
	const char *reason;
} types[] = {
	{ "CERTIFICATE", "CERTIFICATE rules" },
	{ "TEAMID", "TEAMID rules" },
	{ "SIGNINGID", "SIGNINGID rules" },
	{ "CDHASH", "CDHASH rules" },
};

static const char *const other_policies[] = {
	"ALLOWLIST", "ALLOWLIST_COMPILER", "ALLOWLIST_LOCAL_BINARY",
	"ALLOWLIST_LOCAL_SIGNINGID", "WHITELIST", "WHITELIST_COMPILER", "REMOVE",
};

struct santa {
	struct import *import;
	struct json_text texts[N_TEXTS];
	uint64_t line;
};

static bool blocks(const struct json_text *policy)
{
	/* The last two are what they were called before 2020. */
	return json_text_is(policy, "BLOCKLIST") ||
	       json_text_is(policy, "SILENT_BLOCKLIST") ||
	       json_text_is(policy, "BLACKLIST") ||
	       json_text_is(policy, "SILENT_BLACKLIST");
}

static bool is_other_policy(const struct json_text *policy)
{
	size_t i;

	for (i = 0; i < sizeof(other_policies) / sizeof(other_policies[0]); i++)
		if (json_text_is(policy, other_policies[i]))
			return true;
	return false;
}

static void read_binary(struct santa *santa, const struct json_text *identifier)
{
	struct import_row row = { .size = IMPORT_SIZE_UNKNOWN };
	const char *reason;

	/* Said to be a SHA-256: any other length is wrong. */
	if (import_digest_read(santa->import, "SHA-256", strlen("SHA-256"),
			       identifier->text, identifier->length, row.sha256,
			       &reason) == IMPORT_DIGEST_SHA256)
		import_take(santa->import, &row);
}

static void read_rule(struct santa *santa)
{
	const struct json_text *texts = santa->texts;
	const struct json_text *identifier = &texts[IDENTIFIER];
	size_t i;

	if (!identifier->given)
		identifier = &texts[SHA256];
	if (!texts[TYPE].given || !texts[POLICY].given || !identifier->given) {
		import_error(santa->import, "a rule without 'rule_type', 'policy' or "
			     "'identifier'");
		return;
	}
	if (is_other_policy(&texts[POLICY])) {
		import_ignore(santa->import, "rules that do not block", 1);
		return;
	}
	if (!blocks(&texts[POLICY])) {
		import_error(santa->import, "%s is no policy of Santa that Debar knows",
			     policy_quote(texts[POLICY].text, texts[POLICY].length).text);
		return;
	}
	if (json_text_is(&texts[TYPE], "BINARY")) {
		read_binary(santa, identifier);
		return;
	}
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!json_text_is(&texts[TYPE], types[i].name))
			continue;
		import_refuse(santa->import, types[i].reason, "%s %s is an identity of macOS, "
			      "not a file's SHA-256", types[i].name,
			      policy_quote(identifier->text, identifier->length).text);
		return;
	}
	import_error(santa->import, "%s is no type of rule that Debar knows",
		     policy_quote(texts[TYPE].text, texts[TYPE].length).text);
}

static void on_begin(void *data, int id)
{
	struct santa *santa = data;
	size_t i;

	if (id != RULE)
		return;
	for (i = TYPE; i < N_TEXTS; i++)
		json_text_clear(&santa->texts[i]);
	santa->line = santa->import->line;
}

static void on_end(void *data, int id)
{
	struct santa *santa = data;

	if (id != RULE)
		return;
	santa->import->line = santa->line;
	read_rule(santa);
}

static void on_text(void *data, int id, const char *text, size_t length)
{
	struct santa *santa = data;

	json_text_set(santa->import, &santa->texts[id], text, length);
}

int import_santa(struct import *import)
{
	static const struct json_hooks hooks = { on_begin, on_end, on_text, NULL };
	struct santa santa = { .import = import };
	int error = json_read(import, &document, &hooks, &santa);
	size_t i;

	for (i = TYPE; i < N_TEXTS; i++)
		json_text_free(&santa.texts[i]);
	return error;
}
