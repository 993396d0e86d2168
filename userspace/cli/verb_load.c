// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar load: make policies live.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "floors.h"
#include "guard_report.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "signers.h"

struct batch {
	struct candidate *list;
	size_t n;
	bool allow_rollback;
	bool dry_run;
};

static enum status refuse_same_name(struct cli *cli, const struct batch *batch,
				    const struct candidate *c)
{
	const struct candidate *other;

	for (other = batch->list; other < c; other++) {
		if (strcmp(other->name, c->name) == 0)
			return fail(cli, STATUS_POLICY, EEXIST,
				    "%s and %s are both named '%s': rename one",
				    other->path, c->path, c->name);
	}
	return STATUS_OK;
}

/*
 * What the kernel cannot see or would only find out halfway: a signature that is
 * not of this image, a certificate that has expired. Trust is for the kernel.
 */
static enum status check_signatures(struct cli *cli, const struct candidate *c)
{
	enum status status = STATUS_OK;
	struct signers signers;
	size_t i;

	signers_check(c, NULL, &signers);
	for (i = 0; i < signers.n; i++) {
		const struct signature_info *info = &signers.list[i];

		if (info->state == SIGNATURE_BAD)
			status = fail(cli, STATUS_TRUST, EKEYREJECTED,
				      "%s: signature %zu is bad: %s", c->path, i + 1,
				      info->why);
		else if (info->expired || info->premature)
			warn(cli, "%s: the certificate of '%s' %s: ask for a new signature",
			     c->path, info->subject ? info->subject : "a signer",
			     info->expired ? "has expired" : "is not valid yet");
	}
	signers_free(&signers);
	return status;
}

/* All of them are compiled or checked before the first is uploaded. */
static enum status read_all(struct cli *cli, struct batch *batch, char **paths)
{
	enum status status = STATUS_OK, one;

	for (; *paths; paths++) {
		struct candidate *c = &batch->list[batch->n];

		one = candidate_read(cli, paths, 1, c);
		if (!one) {
			batch->n++;
			one = refuse_same_name(cli, batch, c);
			if (!one)
				one = check_signatures(cli, c);
		}
		if (!status)
			status = one;
	}
	return status;
}

static int note_live(const struct debar_policy *policy, void *data)
{
	struct batch *batch = data;
	size_t i;

	for (i = 0; i < batch->n; i++) {
		struct candidate *c = &batch->list[i];

		if (strcmp(c->name, policy->name) != 0)
			continue;
		c->live = true;
		c->live_serial = policy->serial;
		memcpy(c->live_sha256, policy->sha256, sizeof(c->live_sha256));
	}
	return 0;
}

static bool is_unchanged(const struct candidate *c)
{
	return c->live && memcmp(c->sha256, c->live_sha256, sizeof(c->sha256)) == 0;
}

static enum status fail_stale(struct cli *cli, const struct candidate *c)
{
	return fail(cli, STATUS_POLICY, ESTALE,
		    "%s: serial %" PRIu64 " is not newer than the live policy '%s', "
		    "which has serial %" PRIu64 ": raise 'serial:' above %" PRIu64,
		    c->path, c->serial, c->name, c->live_serial, c->live_serial);
}

/* What the kernel would refuse anyway, before anything is changed. */
static enum status compare_with_live(struct cli *cli, struct debar *debar,
				     struct batch *batch)
{
	static const struct debar_list_ops ops = { .policy = note_live };
	enum status status = STATUS_OK;
	size_t i;
	int err;

	err = debar_list(debar, DEBAR_DETAIL_POLICIES, NULL, &ops, batch);
	if (err)
		return fail_module(cli, debar, err, "loading a policy");
	for (i = 0; i < batch->n; i++) {
		const struct candidate *c = &batch->list[i];

		if (c->live && !is_unchanged(c) && c->serial <= c->live_serial &&
		    !batch->allow_rollback)
			status = fail_stale(cli, c);
	}
	return status;
}

static int show_progress(size_t sent, size_t length, void *data)
{
	(void)length;
	return progress_update(data, sent);
}

static enum status explain(struct cli *cli, struct debar *debar,
			   const struct candidate *c, int err)
{
	const char *text = debar_error_text(debar);

	switch (-err) {
	case EINTR:
		return fail(cli, STATUS_INTERRUPTED, err,
			    "%s: interrupted: the live policies are untouched", c->path);
	case ESTALE:
		return fail(cli, STATUS_POLICY, err,
			    "%s: serial %" PRIu64 " is not newer than one that policy '%s' "
			    "has or had here: raise 'serial:', or see --allow-rollback",
			    c->path, c->serial, c->name);
	case EPERM:
		if (!*text)
			return fail_module(cli, debar, err, "loading a policy");
		return fail(cli, STATUS_TRUST, err, "%s: the kernel refuses it: %s",
			    c->path, text);
	case EBUSY:
		return fail(cli, STATUS_MODULE, err,
			    "%s: somebody else is loading a policy: try again in a "
			    "moment", c->path);
	case ENOSPC:
		return fail(cli, STATUS_POLICY, err,
			    "%s: %s", c->path, *text ? text :
			    "too many policies are live: unload one first");
	case EBADMSG:
	case EMSGSIZE:
		return fail(cli, STATUS_POLICY, err,
			    "%s: the kernel refuses the image: %s", c->path,
			    *text ? text : strerror(-err));
	case EKEYREJECTED:
	case ENOKEY:
		return fail(cli, STATUS_TRUST, err,
			    "%s: the kernel does not trust it: %s", c->path,
			    *text ? text : strerror(-err));
	default:
		return fail_module(cli, debar, err, "loading a policy");
	}
}

static enum status upload(struct cli *cli, struct debar *debar, struct candidate *c,
			  bool allow_rollback)
{
	struct progress progress;
	int err;

	if (is_unchanged(c)) {
		floors_keep(cli, c->name, c->serial, c->sha256, false);
		return STATUS_OK;
	}
	progress_begin(&progress, cli, "loading", c->length);
	err = debar_upload(debar, c->image, c->length, c->signatures, c->n_signatures,
			   allow_rollback, show_progress, &progress);
	progress_end(&progress);
	if (err)
		return explain(cli, debar, c, err);
	c->loaded = true;
	floors_keep(cli, c->name, c->serial, c->sha256, allow_rollback);
	return STATUS_OK;
}

/* @n is how many came to be what they should be. */
static void print_result(struct out *out, const struct batch *batch, size_t n)
{
	size_t i;

	out_document(out, "debar-load/1");
	out_list(out, "policies", OUT_HIDDEN);
	for (i = 0; i < n; i++) {
		const struct candidate *c = &batch->list[i];
		const char *result = batch->dry_run ? "checked" :
				     c->loaded ? "loaded" : "unchanged";

		out_row(out);
		candidate_print(out, c);
		out_word(out, "result", NULL, OUT_PLAIN, result);
		out_note(out, "%s: %s, serial %" PRIu64 ", %u product%s, %u ban%s",
			 c->name, result, c->serial, c->n_products,
			 c->n_products == 1 ? "" : "s", c->n_bans,
			 c->n_bans == 1 ? "" : "s");
		candidate_note_left_out(out, c);
		out_end(out);
	}
	out_end(out);
	out_end(out);
}

/*
 * The guard is asked about what is new. What was loaded here before denies nothing
 * that it did not deny already; were it refused, a policy that somebody forced, or
 * one whose product has been started meanwhile, would be gone after a restart.
 */
static enum status ask_guard(struct cli *cli, const struct batch *batch,
			     const struct guard_options *options)
{
	struct candidate *new = calloc(batch->n, sizeof(*new));
	enum status status = STATUS_OK;
	struct floors floors;
	size_t i, n = 0;

	if (!new)
		return fail_memory(cli);
	floors_read(cli, &floors);
	for (i = 0; i < batch->n; i++) {
		const struct candidate *c = &batch->list[i];

		if (batch->dry_run || !floors_know(&floors, c->name, c->sha256))
			new[n++] = *c;
	}
	if (n)
		status = guard_run(cli, new, n, options);
	free(new);
	return status;
}

/* Whoever may not load is told so before the guard looks at the whole machine. */
static enum status load_all(struct cli *cli, struct batch *batch,
			    const struct guard_options *guard)
{
	enum status status;
	struct debar *debar;
	size_t i = 0;

	status = connect_module(cli, &debar);
	if (status)
		return status;
	status = compare_with_live(cli, debar, batch);
	if (!status)
		status = ask_guard(cli, batch, guard);
	if (!status) {
		floors_hand_over(cli, debar);
		while (i < batch->n && !status) {
			status = upload(cli, debar, &batch->list[i],
					batch->allow_rollback);
			if (!status)
				i++;
		}
		/* Those before the one that failed are live: say so. */
		if (!status || i)
			print_result(&cli->out, batch, i);
	}
	debar_close(debar);
	return status;
}

static enum status run(struct cli *cli)
{
	struct guard_options guard = { 0 };
	struct batch batch = { 0 };
	enum status status;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0) {
		if (letter == 'f')
			guard.force = true;
		else if (letter == 'n')
			guard.dry_run = true;
		else
			batch.allow_rollback = true;
	}
	if (letter < 0 || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;
	batch.dry_run = guard.dry_run;
	batch.list = calloc(cli->argc, sizeof(*batch.list));
	if (!batch.list)
		return fail_memory(cli);
	status = read_all(cli, &batch, paths);
	if (!status && !guard.dry_run)
		status = load_all(cli, &batch, &guard);
	else if (!status)
		status = ask_guard(cli, &batch, &guard);
	if (!status && guard.dry_run)
		print_result(&cli->out, &batch, batch.n);
	while (batch.n)
		candidate_free(&batch.list[--batch.n]);
	free(batch.list);
	return status;
}

static const struct option_row options[] = {
	{ 'R', "allow-rollback", NULL, "also if it is older than what is, or was, live" },
	{ 'f', "force", NULL, "load what would deny files that this machine needs" },
	{ 'n', "dry-run", NULL, "check everything, but load nothing" },
	{ 0 },
};

const struct verb verb_load = {
	.name = "load",
	.arguments = "FILE...",
	.summary = "Make policies live",
	.text = "A FILE is a policy source, which is compiled, a compiled image, or a\n"
		"bundle with an image and its signatures; a folder stands for its\n"
		"policy.yaml. Each FILE is a policy of its own. All are checked first, and\n"
		"nothing is loaded if one is wrong. A policy replaces the live one of the\n"
		"same name if its serial is higher; one that is live already stays as it\n"
		"is. Serials that were live are kept in " FLOORS_FILE ", and\n"
		"lower ones are refused from then on. --allow-rollback lowers that; not\n"
		"where policies have to be signed.\n"
		"Exits with 10 if a policy would deny what this machine cannot live without:\n"
		"what starts it, what one logs in with, what runs now. --force overrides\n"
		"that, and the system's log says so. Of what was loaded here last, it is\n"
		"not asked again.\n",
	.options = options,
	.run = run,
};
