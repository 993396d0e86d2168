// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files to ban: one by one, or as a hash list.
 */
#include <errno.h>
#include <string.h>

#include "check.h"

enum {
	FILE_SHA256,
	FILE_SIZE,
	FILE_NAME,
	FILE_SOURCE,
	FILE_VERIFIED,
	FILE_LIST,
	N_FILE
};

static const struct policy_field file_fields[N_FILE] = {
	[FILE_SHA256] = { "sha256", false },
	[FILE_SIZE] = { "size", false },
	[FILE_NAME] = { "name", false },
	[FILE_SOURCE] = { "source", false },
	[FILE_VERIFIED] = { "verified", false },
	[FILE_LIST] = { "list", false },
};

static int read_list(struct check *check, const struct policy_node *node,
		     uint32_t release, bool unverified)
{
	const char *path = policy_field_text(check->report, node, "list");
	struct policy_compiler *compiler = check->compiler;
	uint32_t source;
	int error;

	if (!path)
		return 0;
	if (!policy_source_path_valid(path)) {
		policy_error(check->report, node->place,
			     "'list' must name a file beside or below this one, by a "
			     "relative path without '.' and '..'");
		return 0;
	}
	if (!check_room(check, CHECK_LISTS, check->n_lists, node->place))
		return 0;
	check->n_lists++;
	error = policy_sources_add_below(&compiler->sources, POLICY_SOURCE_LIST,
					 node->place.source, path, &source);
	if (error == -ENOMEM)
		return error;
	if (error) {
		policy_error(check->report, node->place,
			     "cannot read the hash list %s: %s",
			     policy_quote(path, strlen(path)).text,
			     policy_source_error_text(error));
		return 0;
	}
	if (!policy_source_text_valid(&compiler->sources, source, check->report))
		return 0;
	return policy_hashlist_read(compiler, source, release, unverified);
}

static int read_one(struct check *check, const struct policy_node **values,
		    uint32_t release, bool unverified)
{
	struct policy_ban ban = { .release = release, .unverified = unverified };
	bool valid;

	valid = check_sha256(check, values[FILE_SHA256], "sha256", ban.sha256);
	if (values[FILE_SIZE] &&
	    !policy_field_number(check->report, values[FILE_SIZE], "size", &ban.size))
		valid = false;
	policy_field_text(check->report, values[FILE_NAME], "name");
	policy_field_text(check->report, values[FILE_SOURCE], "source");
	if (!valid)
		return 0;
	ban.place = values[FILE_SHA256]->place;
	return policy_model_add_ban(check->compiler, &ban);
}

int check_file(struct check *check, const struct policy_node *item, uint32_t release)
{
	const struct policy_node *values[N_FILE];
	bool unverified;

	if (check->model->full)
		return 0;
	if (!policy_fields(check->report, item, "a file", file_fields, N_FILE, values))
		return 0;
	if (!values[FILE_LIST] && !values[FILE_SHA256]) {
		policy_error(check->report, item->place,
			     "a file needs the key 'sha256' or 'list'");
		return 0;
	}
	unverified = check_unverified(check, values[FILE_VERIFIED]);
	if (!values[FILE_LIST])
		return read_one(check, values, release, unverified);
	if (values[FILE_SHA256] || values[FILE_SIZE] || values[FILE_NAME] ||
	    values[FILE_SOURCE]) {
		policy_error(check->report, item->place,
			     "'list' stands alone, or with 'verified': the list has the "
			     "digests and names");
		return 0;
	}
	return read_list(check, values[FILE_LIST], release, unverified);
}
