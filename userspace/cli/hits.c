// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which products were hit, and by which files.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "hits.h"
#include "report.h"

/* Events that the kernel keeps are fewer; more files than that cannot be in them. */
#define FILES_MAX 4096

/* A file that was hit, of one policy. */
struct file {
	struct debar_event last;	/* its newest event */
	uint64_t denied, observed;	/* in the events that are left */
};

struct files {
	struct file *list;
	size_t n, max;
	const char *policy;	/* only of this; NULL: of all */
};

struct products {
	struct out *out;
	bool apart;	/* an empty line is due before the first */
	char policy[DEBAR_NAME_MAX + 1];
};

static int note_policy(const struct debar_policy *policy, void *data)
{
	struct products *products = data;

	memcpy(products->policy, policy->name, sizeof(products->policy));
	return 0;
}

static void print_names(struct out *out, const char *policy, const char *vendor,
			const char *product, const char *release)
{
	out_bytes(out, "policy", "POLICY", policy);
	out_bytes(out, "vendor", "VENDOR", vendor);
	out_bytes(out, "product", "PRODUCT", product);
	if (*release)
		out_bytes(out, "release", "RELEASE", release);
	else
		out_none(out, "release", "RELEASE");
}

static int print_product(const struct debar_product *p, void *data)
{
	struct products *products = data;
	struct out *out = products->out;

	if (!p->denied && !p->observed)
		return 0;
	if (products->apart)
		out_note(out, "%s", "");
	products->apart = false;
	out_row(out);
	print_names(out, products->policy, p->vendor, p->product, p->release);
	out_number(out, "denied", "DENIED", p->denied);
	out_number(out, "observed", "OBSERVED", p->observed);
	out_time(out, "last_hit", "LAST HIT", p->last_hit_ns, "never");
	out_end(out);
	return 0;
}

int hits_print_products(struct cli *cli, struct debar *debar, const char *name, bool apart)
{
	static const struct debar_list_ops ops = {
		.policy = note_policy,
		.product = print_product,
	};
	struct products products = { .out = &cli->out, .apart = apart };
	int err;

	out_list(&cli->out, "hits", OUT_TABLE);
	err = debar_list(debar, DEBAR_DETAIL_PRODUCTS, name, &ops, &products);
	out_end(&cli->out);
	return err;
}

static struct file *find(struct files *files, const struct debar_event *e)
{
	size_t i;

	for (i = 0; i < files->n; i++)
		if (memcmp(files->list[i].last.sha256, e->sha256, sizeof(e->sha256)) == 0 &&
		    strcmp(files->list[i].last.policy, e->policy) == 0)
			return &files->list[i];
	if (files->n == files->max) {
		size_t max = files->max ? 2 * files->max : 64;
		struct file *bigger;

		if (max > FILES_MAX)
			return NULL;
		bigger = reallocarray(files->list, max, sizeof(*bigger));
		if (!bigger)
			return NULL;
		files->list = bigger;
		files->max = max;
	}
	files->list[files->n] = (struct file){ 0 };
	return &files->list[files->n++];
}

static int note_event(const struct debar_event *e, void *data)
{
	struct files *files = data;
	struct file *file;

	if (e->reason != DEBAR_REASON_BAN ||
	    (files->policy && strcmp(files->policy, e->policy) != 0))
		return 0;
	file = find(files, e);
	if (!file)
		return -ENOMEM;
	if (e->verdict == DEBAR_VERDICT_DENY)
		file->denied++;
	else
		file->observed++;
	file->last = *e;
	return 0;
}

static void print_files(struct out *out, const struct files *files)
{
	size_t i;

	if (files->n)
		out_note(out, "%s", "");
	out_list(out, "files", OUT_TABLE);
	for (i = 0; i < files->n; i++) {
		const struct file *file = &files->list[i];

		out_row(out);
		out_sha256(out, "sha256", "SHA256", file->last.sha256);
		print_names(out, file->last.policy, file->last.vendor, file->last.product,
			    file->last.release);
		out_number(out, "denied", "DENIED", file->denied);
		out_number(out, "observed", "OBSERVED", file->observed);
		out_time(out, "last_hit", "LAST HIT", file->last.time_ns, "never");
		out_bytes(out, "last_path", "LAST PATH", file->last.path);
		out_end(out);
	}
	out_end(out);
}

enum status hits_list(struct cli *cli, struct debar *debar, const char *name)
{
	struct files files = { .policy = name };
	enum status status = STATUS_OK;
	int err;

	out_document(&cli->out, "debar-hits/1");
	err = hits_print_products(cli, debar, name, false);
	if (!err)
		err = debar_events(debar, 0, note_event, &files);
	/* JSON that was begun is left unfinished: it must not pass for complete. */
	if (err == -ENOENT && name) {
		status = fail(cli, STATUS_PATH, err, "no live policy is called '%s': 'debar "
			      "list' shows them", name);
	} else if (err) {
		status = fail_module(cli, debar, err, "listing what was hit");
	} else {
		print_files(&cli->out, &files);
		out_end(&cli->out);
	}
	free(files.list);
	return status;
}
