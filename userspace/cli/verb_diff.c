// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy diff: what changes from one policy to the next. Both sides are
 * images, in which products and bans are in order, so that one walk finds it.
 */
#include <inttypes.h>
#include <string.h>

#include "candidate.h"
#include "image.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"

struct side {
	struct candidate candidate;
	struct debar_image image;
};

struct counts {
	uint32_t added, removed;
	uint32_t changed;	/* of products: another action or authority */
};

static const char *vendor(const struct side *side, uint32_t i)
{
	return side->image.text + le32_to_cpu(side->image.products[i].vendor);
}

static const char *product(const struct side *side, uint32_t i)
{
	return side->image.text + le32_to_cpu(side->image.products[i].product);
}

static const char *authority(const struct side *side, uint32_t i)
{
	return side->image.text + le32_to_cpu(side->image.products[i].authority);
}

static const char *action(const struct side *side, uint32_t i)
{
	return debar_action_name(le32_to_cpu(side->image.products[i].action));
}

/* The order of product @i of @a and @j of @b, as strcmp(3). */
static int compare_products(const struct side *a, uint32_t i, const struct side *b,
			    uint32_t j)
{
	int order = strcmp(vendor(a, i), vendor(b, j));

	return order ? order : strcmp(product(a, i), product(b, j));
}

/* A product that is only on one side, or as it is on the new side. */
static void print_product(struct out *out, const char *change, enum out_colour colour,
			  const struct side *side, uint32_t i)
{
	out_row(out);
	out_word(out, "change", "CHANGE", colour, change);
	out_bytes(out, "vendor", "VENDOR", vendor(side, i));
	out_bytes(out, "product", "PRODUCT", product(side, i));
	out_word(out, "action", "ACTION", OUT_PLAIN, action(side, i));
	out_bytes(out, "authority", "AUTHORITY", authority(side, i));
}

static void print_was(struct out *out, const char *was_action, const char *was_authority)
{
	if (!was_action) {
		out_none(out, "old_action", "WAS");
		out_none(out, "old_authority", "BY");
	} else {
		out_word(out, "old_action", "WAS", OUT_PLAIN, was_action);
		out_bytes(out, "old_authority", "BY", was_authority);
	}
	out_end(out);
}

static void print_products(struct out *out, const struct side *old,
			   const struct side *new, struct counts *counts)
{
	uint32_t i = 0, j = 0;

	while (i < old->image.n_products || j < new->image.n_products) {
		int order;

		if (i == old->image.n_products)
			order = 1;
		else if (j == new->image.n_products)
			order = -1;
		else
			order = compare_products(old, i, new, j);
		if (order < 0) {
			print_product(out, "removed", OUT_BAD, old, i++);
			print_was(out, NULL, NULL);
			counts->removed++;
			continue;
		}
		if (order > 0) {
			print_product(out, "added", OUT_GOOD, new, j++);
			print_was(out, NULL, NULL);
			counts->added++;
			continue;
		}
		if (strcmp(action(old, i), action(new, j)) != 0 ||
		    strcmp(authority(old, i), authority(new, j)) != 0) {
			print_product(out, "changed", OUT_WARN, new, j);
			print_was(out, action(old, i), authority(old, i));
			counts->changed++;
		}
		i++;
		j++;
	}
}

static void print_file(struct out *out, bool added, const struct side *side, uint32_t i)
{
	const struct debar_image_ban *ban = &side->image.bans[i];
	uint32_t id = debar_image_ban_product(ban);
	__u64 size;

	out_row(out);
	out_word(out, "change", NULL, OUT_PLAIN, added ? "added" : "removed");
	out_word(out, NULL, "CHANGE", added ? OUT_GOOD : OUT_BAD, added ? "+" : "-");
	out_sha256(out, "sha256", "SHA256", ban->sha256);
	if (debar_image_ban_size(&side->image, ban, &size))
		out_number(out, "size", "SIZE", size);
	else
		out_none(out, "size", "SIZE");
	out_bytes(out, "vendor", "VENDOR", vendor(side, id));
	out_bytes(out, "product", "PRODUCT", product(side, id));
	out_end(out);
}

/* Do bans of the same digest agree in all else? */
static bool is_same_ban(const struct side *old, uint32_t i, const struct side *new,
			uint32_t j)
{
	const struct debar_image_ban *a = &old->image.bans[i], *b = &new->image.bans[j];
	__u64 old_size = 0, new_size = 0;

	debar_image_ban_size(&old->image, a, &old_size);
	debar_image_ban_size(&new->image, b, &new_size);
	return old_size == new_size &&
	       compare_products(old, debar_image_ban_product(a), new,
				debar_image_ban_product(b)) == 0;
}

static void print_files(struct out *out, const struct side *old, const struct side *new,
			struct counts *counts)
{
	uint32_t i = 0, j = 0;

	while ((i < old->image.n_bans || j < new->image.n_bans) && !out->err) {
		bool removed = true, added = true;

		if (i < old->image.n_bans && j < new->image.n_bans) {
			int order = memcmp(old->image.bans[i].sha256,
					   new->image.bans[j].sha256,
					   DEBAR_SHA256_SIZE);

			removed = order <= 0;
			added = order >= 0;
			if (order == 0 && is_same_ban(old, i, new, j)) {
				i++;
				j++;
				continue;
			}
		} else {
			removed = i < old->image.n_bans;
			added = !removed;
		}
		if (removed) {
			print_file(out, false, old, i++);
			counts->removed++;
		}
		if (added) {
			print_file(out, true, new, j++);
			counts->added++;
		}
	}
}

static void print_side(struct out *out, const struct side *side, bool new)
{
	const struct candidate *c = &side->candidate;

	out_bytes(out, new ? "new_file" : "old_file", NULL, c->path);
	out_bytes(out, new ? "new_name" : "old_name", NULL, c->name);
	out_number(out, new ? "new_serial" : "old_serial", NULL, c->serial);
	out_sha256(out, new ? "new_sha256" : "old_sha256", NULL, c->sha256);
	out_note(out, "%s %s, serial %" PRIu64 ", %u product%s, %u ban%s",
		 new ? "new:" : "old:", c->name, c->serial, c->n_products,
		 c->n_products == 1 ? "" : "s", c->n_bans, c->n_bans == 1 ? "" : "s");
}

static void print_counts(struct out *out, const struct counts *products,
			 const struct counts *files)
{
	out_number(out, "n_products_added", NULL, products->added);
	out_number(out, "n_products_removed", NULL, products->removed);
	out_number(out, "n_products_changed", NULL, products->changed);
	out_number(out, "n_files_added", NULL, files->added);
	out_number(out, "n_files_removed", NULL, files->removed);
	out_note(out, "products: %u added, %u removed, %u changed; files: %u added, "
		 "%u removed", products->added, products->removed, products->changed,
		 files->added, files->removed);
}

static void print(struct out *out, const struct side *old, const struct side *new,
		  bool summary)
{
	struct counts products = { 0 }, files = { 0 };

	out_document(out, "debar-policy-diff/1");
	print_side(out, old, false);
	print_side(out, new, true);
	out_list(out, "products", summary ? OUT_HIDDEN : OUT_TABLE);
	print_products(out, old, new, &products);
	out_end(out);
	out_list(out, "files", summary ? OUT_HIDDEN : OUT_LINES);
	print_files(out, old, new, &files);
	out_end(out);
	print_counts(out, &products, &files);
	out_end(out);
}

static enum status read_side(struct cli *cli, char *const *path, struct side *side)
{
	enum status status = candidate_read(cli, path, 1, &side->candidate);

	if (!status && debar_image_check(&side->image, side->candidate.image,
					 side->candidate.length)) {
		candidate_free(&side->candidate);
		status = fail(cli, STATUS_OTHER, 0, "the image has changed in memory");
	}
	return status;
}

enum status verb_diff_run(struct cli *cli)
{
	struct side old, new;
	bool summary = false;
	enum status status;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0)
		summary = true;
	if (letter < 0 || !options_arguments(cli, 2, 2, &paths))
		return cli->status;
	status = read_side(cli, &paths[0], &old);
	if (status)
		return status;
	status = read_side(cli, &paths[1], &new);
	if (!status) {
		print(&cli->out, &old, &new, summary);
		candidate_free(&new.candidate);
	}
	candidate_free(&old.candidate);
	return status;
}

const struct option_row verb_diff_options[] = {
	{ 's', "summary", NULL, "only how many come and go" },
	{ 0 },
};
