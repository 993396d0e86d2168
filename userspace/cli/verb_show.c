// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy show: what an image holds, without the kernel.
 */
#include <stdlib.h>

#include "candidate.h"
#include "image.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"

struct counts {
	uint32_t bans;
	uint32_t unsized;
};

static const char *text(const struct debar_image *image, __le32 offset)
{
	return image->text + le32_to_cpu(offset);
}

static void count(const struct debar_image *image, struct counts *counts)
{
	uint32_t i;
	__u64 size;

	for (i = 0; i < image->n_bans; i++) {
		const struct debar_image_ban *ban = &image->bans[i];
		struct counts *c = &counts[debar_image_ban_product(ban)];

		c->bans++;
		c->unsized += !debar_image_ban_size(image, ban, &size);
	}
}

static void print_products(struct out *out, const struct debar_image *image,
			   const struct counts *counts, bool hidden)
{
	uint32_t i;

	out_list(out, "products", hidden ? OUT_HIDDEN : OUT_TABLE);
	for (i = 0; i < image->n_products; i++) {
		const struct debar_image_product *p = &image->products[i];

		out_row(out);
		out_number(out, "id", NULL, i);
		out_bytes(out, "vendor", "VENDOR", text(image, p->vendor));
		out_bytes(out, "product", "PRODUCT", text(image, p->product));
		out_bytes(out, "authority", "AUTHORITY", text(image, p->authority));
		out_word(out, "action", "ACTION", OUT_PLAIN,
			 debar_action_name(le32_to_cpu(p->action)));
		out_number(out, "n_bans", "BANS", counts[i].bans);
		out_number(out, "n_unsized", "UNSIZED", counts[i].unsized);
		out_end(out);
	}
	out_end(out);
}

static void print_bans(struct out *out, const struct debar_image *image,
		       const char *policy)
{
	uint32_t i;

	out_list(out, "bans", OUT_LINES);
	for (i = 0; i < image->n_bans && !out->err; i++) {
		const struct debar_image_ban *ban = &image->bans[i];
		uint32_t id = debar_image_ban_product(ban);
		const struct debar_image_product *p = &image->products[id];
		__u64 size;

		out_row(out);
		out_sha256(out, "sha256", "SHA256", ban->sha256);
		if (debar_image_ban_size(image, ban, &size))
			out_number(out, "size", "SIZE", size);
		else
			out_none(out, "size", "SIZE");
		out_number(out, "product_id", NULL, id);
		out_bytes(out, NULL, "POLICY", policy);
		out_word(out, NULL, "ACTION", OUT_PLAIN,
			 debar_action_name(le32_to_cpu(p->action)));
		out_bytes(out, NULL, "VENDOR", text(image, p->vendor));
		out_bytes(out, NULL, "PRODUCT", text(image, p->product));
		out_bytes(out, NULL, "AUTHORITY", text(image, p->authority));
		out_end(out);
	}
	out_end(out);
}

static enum status print(struct cli *cli, const struct candidate *c, bool bans)
{
	struct out *out = &cli->out;
	struct debar_image image;
	struct counts *counts;

	if (debar_image_check(&image, c->image, c->length))
		return fail(cli, STATUS_OTHER, 0, "the image has changed in memory");
	counts = calloc(image.n_products + 1, sizeof(*counts));
	if (!counts)
		return fail_memory(cli);
	count(&image, counts);
	out_document(out, "debar-policy-show/1");
	out_bytes(out, "file", NULL, c->path);
	out_bytes(out, "name", bans ? NULL : "Policy", c->name);
	out_number(out, "serial", bans ? NULL : "Serial", c->serial);
	out_number(out, "n_vendors", bans ? NULL : "Vendors", c->n_vendors);
	out_number(out, "n_products", bans ? NULL : "Products", c->n_products);
	out_number(out, "n_bans", bans ? NULL : "Bans", c->n_bans);
	out_number(out, "n_sizes", NULL, image.n_sizes);
	out_number(out, "n_unsized", bans ? NULL : "Without a size", c->n_unsized);
	out_number(out, "length", bans ? NULL : "Bytes", c->length);
	out_sha256(out, "sha256", bans ? NULL : "Image SHA-256", c->sha256);
	if (!bans && image.n_products)
		out_note(out, "%s", "");
	print_products(out, &image, counts, bans);
	if (bans)
		print_bans(out, &image, c->name);
	out_end(out);
	free(counts);
	return STATUS_OK;
}

enum status verb_show_run(struct cli *cli)
{
	struct candidate c;
	enum status status;
	bool bans = false;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0)
		bans = true;
	if (letter < 0 || !options_arguments(cli, 1, 1, &paths))
		return cli->status;
	status = candidate_read(cli, paths, 1, &c);
	if (status)
		return status;
	status = print(cli, &c, bans);
	candidate_free(&c);
	return status;
}

const struct option_row verb_show_options[] = {
	{ 'b', "bans", NULL, "every ban, a line each" },
	{ 0 },
};
