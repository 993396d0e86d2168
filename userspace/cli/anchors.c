// SPDX-License-Identifier: GPL-2.0-only
/*
 * The packages that a policy knows by their digest.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "anchors.h"
#include "candidate.h"
#include "policy.h"
#include "progress.h"
#include "report.h"

struct reading {
	struct progress progress;
	struct anchors *anchors;
};

static int show_progress(uint64_t done, void *data)
{
	struct reading *reading = data;

	return progress_update(&reading->progress, done);
}

static int keep(const struct policy_anchor *from, void *data)
{
	struct anchors *anchors = ((struct reading *)data)->anchors;
	struct anchor *list, *to;

	/* Powers of two: doubled when it is full. */
	if (!(anchors->n & (anchors->n - 1))) {
		list = reallocarray(anchors->list, anchors->n ? 2 * anchors->n : 1,
				    sizeof(*list));
		if (!list)
			return -ENOMEM;
		anchors->list = list;
	}
	to = &anchors->list[anchors->n++];
	*to = (struct anchor){
		.vendor = strdup(from->vendor),
		.product = strdup(from->product),
		.authority = strdup(from->authority),
		.version = from->version ? strdup(from->version) : NULL,
		.observe = from->observe,
		.unverified = from->unverified,
	};
	memcpy(to->sha256, from->sha256, sizeof(to->sha256));
	return to->vendor && to->product && to->authority &&
	       (to->version || !from->version) ? 0 : -ENOMEM;
}

enum status anchors_read(struct cli *cli, const char *path, struct anchors *anchors)
{
	struct policy_diagnostics diagnostics = { 0 };
	struct reading reading = { .anchors = anchors };
	char *file = candidate_file(path);
	struct policy_input input = {
		.paths = (const char *const *)&file,
		.n_paths = 1,
		.progress = show_progress,
		.anchor = keep,
		.data = &reading,
	};
	enum status status = STATUS_OK;
	int err;

	if (!file)
		return fail_memory(cli);
	progress_begin(&reading.progress, cli, "compiling", 0);
	err = policy_build(&input, &diagnostics, NULL, NULL, NULL);
	progress_end(&reading.progress);
	/* Warnings are for who builds the policy. */
	if (diagnostics.n_errors)
		candidate_print_diagnostics(cli, &diagnostics);
	if (err == -EINTR)
		status = fail(cli, STATUS_INTERRUPTED, err, "interrupted");
	else if (err == -EBADMSG)
		status = fail(cli, STATUS_POLICY, err,
			      "%s: the policy has %zu error%s, so the packages that it "
			      "knows are not known", file, diagnostics.n_errors,
			      diagnostics.n_errors == 1 ? "" : "s");
	else if (err)
		status = fail_path(cli, err, file);
	policy_diagnostics_free(&diagnostics);
	free(file);
	return status;
}

const struct anchor *anchors_find(const struct anchors *anchors, const uint8_t *sha256)
{
	const struct anchor *found = NULL;
	size_t i;

	for (i = 0; i < anchors->n; i++) {
		const struct anchor *anchor = &anchors->list[i];

		if (memcmp(anchor->sha256, sha256, sizeof(anchor->sha256)) == 0 &&
		    (!found || (found->unverified && !anchor->unverified)))
			found = anchor;
	}
	return found;
}

void anchors_free(struct anchors *anchors)
{
	while (anchors->n) {
		struct anchor *anchor = &anchors->list[--anchors->n];

		free(anchor->vendor);
		free(anchor->product);
		free(anchor->authority);
		free(anchor->version);
	}
	free(anchors->list);
	anchors->list = NULL;
}
