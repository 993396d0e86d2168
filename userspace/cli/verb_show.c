// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy show: what an image holds, without the kernel.
 */
#include <stdlib.h>
#include <time.h>

#include "candidate.h"
#include "image.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"
#include "signers.h"
#include "terms.h"

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

/* Of a product that is a release; else NULL. */
static const char *release(const struct debar_image *image,
			   const struct debar_image_product *p)
{
	return le32_to_cpu(p->release) == DEBAR_IMAGE_NONE ? NULL : text(image, p->release);
}

static void print_release(struct out *out, const struct debar_image *image,
			  const struct debar_image_product *p)
{
	if (release(image, p))
		out_bytes(out, "release", "RELEASE", release(image, p));
	else
		out_none(out, "release", "RELEASE");
}

static void print_products(struct out *out, const struct debar_image *image,
			   const struct counts *counts, bool hidden)
{
	const uint64_t now = time(NULL);
	uint32_t i;

	out_list(out, "products", hidden ? OUT_HIDDEN : OUT_TABLE);
	for (i = 0; i < image->n_products; i++) {
		const struct debar_image_product *p = &image->products[i];
		enum out_colour colour;
		char words[TERMS_TEXT];

		out_row(out);
		out_number(out, "id", NULL, i);
		out_bytes(out, "vendor", "VENDOR", text(image, p->vendor));
		out_bytes(out, "product", "PRODUCT", text(image, p->product));
		print_release(out, image, p);
		out_bytes(out, "authority", "AUTHORITY", text(image, p->authority));
		out_word(out, "action", "ACTION", OUT_PLAIN,
			 debar_action_name(le32_to_cpu(p->action)));
		out_instant(out, "effective", "EFFECTIVE", le64_to_cpu(p->effective), "-");
		out_instant(out, "expires", "EXPIRES", le64_to_cpu(p->expires), "-");
		colour = terms_of_ban(le32_to_cpu(p->action), le64_to_cpu(p->effective),
				      le64_to_cpu(p->expires), now, words);
		out_word(out, "now", "NOW", colour, words);
		out_number(out, "n_bans", "BANS", counts[i].bans);
		out_number(out, "n_unsized", "UNSIZED", counts[i].unsized);
		out_end(out);
	}
	out_end(out);
}

static void print_excepted(struct out *out, const struct debar_image *image,
			   const struct debar_image_exception *e)
{
	const struct debar_image_product *p;
	char *name;

	if (le32_to_cpu(e->product) == DEBAR_IMAGE_NONE) {
		out_none(out, "product_id", NULL);
		out_sha256(out, "sha256", "EXCEPTED", e->sha256);
		return;
	}
	p = &image->products[le32_to_cpu(e->product)];
	name = terms_name(text(image, p->vendor), text(image, p->product),
			  release(image, p));
	out_number(out, "product_id", NULL, le32_to_cpu(e->product));
	out_none(out, "sha256", NULL);
	out_bytes(out, NULL, "EXCEPTED", name ? name : "?");
	free(name);
}

static void print_exceptions(struct out *out, const struct debar_image *image, bool hidden)
{
	const uint64_t now = time(NULL);
	enum out_colour colour;
	const char *word;
	uint32_t i;

	if (image->n_exceptions && !hidden)
		out_note(out, "%s", "");
	out_list(out, "exceptions", hidden ? OUT_HIDDEN : OUT_TABLE);
	for (i = 0; i < image->n_exceptions; i++) {
		const struct debar_image_exception *e = &image->exceptions[i];

		out_row(out);
		print_excepted(out, image, e);
		out_bytes(out, "approver", "APPROVER", text(image, e->approver));
		out_bytes(out, "reason", "REASON", text(image, e->reason));
		out_instant(out, "expires", "EXPIRES", le64_to_cpu(e->expires), "-");
		colour = terms_of_exception(le64_to_cpu(e->expires), now, &word);
		out_word(out, "now", "NOW", colour, word);
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
		if (release(image, p))
			out_bytes(out, NULL, "RELEASE", release(image, p));
		out_end(out);
	}
	out_end(out);
}

static enum status print(struct cli *cli, const struct candidate *c, bool bans)
{
	struct out *out = &cli->out;
	struct debar_image image;
	struct signers signers;
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
	if (c->compiled)
		out_number(out, "n_left_out", bans || !c->n_left_out ? NULL : "Left out",
			   c->n_left_out);
	out_number(out, "n_exceptions", bans ? NULL : "Exceptions", c->n_exceptions);
	out_number(out, "n_signers_needed", bans ? NULL : "Signers needed",
		   c->n_signers_needed);
	out_flag(out, "allows_local", NULL,
		 le32_to_cpu(image.header->flags) & DEBAR_IMAGE_ALLOWS_LOCAL);
	if (le32_to_cpu(image.header->flags) & DEBAR_IMAGE_ALLOWS_LOCAL && !bans)
		out_word(out, NULL, "Local policy", OUT_PLAIN, "may be unsigned");
	out_number(out, "length", bans ? NULL : "Bytes", c->length);
	out_sha256(out, "sha256", bans ? NULL : "Image SHA-256", c->sha256);
	if (!bans && image.n_products)
		out_note(out, "%s", "");
	print_products(out, &image, counts, bans);
	print_exceptions(out, &image, bans);
	signers_check(c, NULL, &signers);
	signers_print(out, &signers, bans ? OUT_HIDDEN : OUT_RECORDS);
	signers_free(&signers);
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
