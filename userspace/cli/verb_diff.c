// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy diff: what changes from one policy to the next. Both sides are
 * images, in which products and bans are in order, so that one walk finds it.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "candidate.h"
#include "image.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"
#include "terms.h"

struct side {
	struct candidate candidate;
	struct debar_image image;
};

struct counts {
	uint32_t added, removed;
	uint32_t changed;	/* the same product or exception, on other terms */
};

static const char *vendor(const struct side *side, uint32_t i)
{
	return side->image.text + le32_to_cpu(side->image.products[i].vendor);
}

static const char *product(const struct side *side, uint32_t i)
{
	return side->image.text + le32_to_cpu(side->image.products[i].product);
}

/* "" where the product is no release, which comes before all others. */
static const char *release(const struct side *side, uint32_t i)
{
	uint32_t at = le32_to_cpu(side->image.products[i].release);

	return at == DEBAR_IMAGE_NONE ? "" : side->image.text + at;
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

	if (!order)
		order = strcmp(product(a, i), product(b, j));
	return order ? order : strcmp(release(a, i), release(b, j));
}

/* The same product: on the same terms? */
static bool is_same_product(const struct side *old, uint32_t i, const struct side *new,
			    uint32_t j)
{
	const struct debar_image_product *a = &old->image.products[i];
	const struct debar_image_product *b = &new->image.products[j];

	return a->action == b->action && a->effective == b->effective &&
	       a->expires == b->expires &&
	       strcmp(authority(old, i), authority(new, j)) == 0;
}

static void print_release(struct out *out, const struct side *side, uint32_t i)
{
	if (*release(side, i))
		out_bytes(out, "release", "RELEASE", release(side, i));
	else
		out_none(out, "release", "RELEASE");
}

/* "deny from 2026-12-01 until 2027-12-01": for people. NULL without memory. */
static char *terms(const struct side *side, uint32_t i)
{
	const struct debar_image_product *p = &side->image.products[i];
	char from[48], until[48], *text;

	out_format_instant(le64_to_cpu(p->effective), from);
	out_format_instant(le64_to_cpu(p->expires), until);
	if (asprintf(&text, "%s%s%s%s%s", action(side, i), p->effective ? " from " : "",
		     p->effective ? from : "", p->expires ? " until " : "",
		     p->expires ? until : "") < 0)
		return NULL;
	return text;
}

static void print_terms(struct out *out, const char *label, const struct side *side,
			uint32_t i)
{
	char *text = terms(side, i);

	out_word(out, NULL, label, OUT_PLAIN, text ? text : "?");
	free(text);
}

/* A product that is only on one side, or as it is on the new side. */
static void print_product(struct out *out, const char *change, enum out_colour colour,
			  const struct side *side, uint32_t i)
{
	out_row(out);
	out_word(out, "change", "CHANGE", colour, change);
	out_bytes(out, "vendor", "VENDOR", vendor(side, i));
	out_bytes(out, "product", "PRODUCT", product(side, i));
	print_release(out, side, i);
	out_word(out, "action", NULL, OUT_PLAIN, action(side, i));
	out_instant(out, "effective", NULL, le64_to_cpu(side->image.products[i].effective), "");
	out_instant(out, "expires", NULL, le64_to_cpu(side->image.products[i].expires), "");
	print_terms(out, "ACTION", side, i);
	out_bytes(out, "authority", "AUTHORITY", authority(side, i));
}

/* How it was on the old side; @old is NULL where it was not there. */
static void print_was(struct out *out, const struct side *old, uint32_t i)
{
	if (!old) {
		out_none(out, "old_action", "WAS");
		out_none(out, "old_authority", "BY");
	} else {
		const struct debar_image_product *p = &old->image.products[i];

		out_word(out, "old_action", NULL, OUT_PLAIN, action(old, i));
		out_instant(out, "old_effective", NULL, le64_to_cpu(p->effective), "");
		out_instant(out, "old_expires", NULL, le64_to_cpu(p->expires), "");
		print_terms(out, "WAS", old, i);
		out_bytes(out, "old_authority", "BY", authority(old, i));
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
			print_was(out, NULL, 0);
			counts->removed++;
			continue;
		}
		if (order > 0) {
			print_product(out, "added", OUT_GOOD, new, j++);
			print_was(out, NULL, 0);
			counts->added++;
			continue;
		}
		if (!is_same_product(old, i, new, j)) {
			print_product(out, "changed", OUT_WARN, new, j);
			print_was(out, old, i);
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
	out_bytes(out, "release", *release(side, id) ? "RELEASE" : NULL, release(side, id));
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

static bool allows_local(const struct side *side)
{
	return le32_to_cpu(side->image.header->flags) & DEBAR_IMAGE_ALLOWS_LOCAL;
}

/*
 * The order of exception @i of @a and @j of @b. Of files come last in an image,
 * and products stand in it as their names do, so that names are in order, too.
 */
static int compare_exceptions(const struct side *a, uint32_t i, const struct side *b,
			      uint32_t j)
{
	const struct debar_image_exception *x = &a->image.exceptions[i];
	const struct debar_image_exception *y = &b->image.exceptions[j];
	uint32_t p = le32_to_cpu(x->product), q = le32_to_cpu(y->product);

	if (p != DEBAR_IMAGE_NONE && q != DEBAR_IMAGE_NONE)
		return compare_products(a, p, b, q);
	if (p != q)
		return p == DEBAR_IMAGE_NONE ? 1 : -1;
	return memcmp(x->sha256, y->sha256, sizeof(x->sha256));
}

static const char *exception_text(const struct side *side, __le32 at)
{
	return side->image.text + le32_to_cpu(at);
}

static bool is_same_exception(const struct side *old, uint32_t i, const struct side *new,
			      uint32_t j)
{
	const struct debar_image_exception *a = &old->image.exceptions[i];
	const struct debar_image_exception *b = &new->image.exceptions[j];

	return a->expires == b->expires &&
	       strcmp(exception_text(old, a->approver), exception_text(new, b->approver)) == 0 &&
	       strcmp(exception_text(old, a->reason), exception_text(new, b->reason)) == 0;
}

static void print_excepted(struct out *out, const struct side *side,
			   const struct debar_image_exception *e)
{
	uint32_t id = le32_to_cpu(e->product);
	char *name;

	if (id == DEBAR_IMAGE_NONE) {
		out_sha256(out, "sha256", "EXCEPTED", e->sha256);
		return;
	}
	name = terms_name(vendor(side, id), product(side, id), release(side, id));
	out_bytes(out, "product", "EXCEPTED", name ? name : "?");
	free(name);
}

static void print_exception(struct out *out, const char *change, enum out_colour colour,
			    const struct side *side, uint32_t i,
			    const struct debar_image_exception *was)
{
	const struct debar_image_exception *e = &side->image.exceptions[i];

	out_row(out);
	out_word(out, "change", "CHANGE", colour, change);
	print_excepted(out, side, e);
	out_bytes(out, "approver", "APPROVER", exception_text(side, e->approver));
	out_bytes(out, "reason", "REASON", exception_text(side, e->reason));
	out_instant(out, "expires", "EXPIRES", le64_to_cpu(e->expires), "-");
	out_instant(out, "old_expires", "WAS", was ? le64_to_cpu(was->expires) : 0, "-");
	out_end(out);
}

static void print_exceptions(struct out *out, const struct side *old,
			     const struct side *new, struct counts *counts)
{
	uint32_t i = 0, j = 0;

	while (i < old->image.n_exceptions || j < new->image.n_exceptions) {
		int order;

		if (i == old->image.n_exceptions)
			order = 1;
		else if (j == new->image.n_exceptions)
			order = -1;
		else
			order = compare_exceptions(old, i, new, j);
		if (order < 0) {
			print_exception(out, "removed", OUT_GOOD, old, i++, NULL);
			counts->removed++;
			continue;
		}
		if (order > 0) {
			print_exception(out, "added", OUT_WARN, new, j++, NULL);
			counts->added++;
			continue;
		}
		if (!is_same_exception(old, i, new, j)) {
			print_exception(out, "changed", OUT_WARN, new, j,
					&old->image.exceptions[i]);
			counts->changed++;
		}
		i++;
		j++;
	}
}

static void print_side(struct out *out, const struct side *side, bool new)
{
	const struct candidate *c = &side->candidate;

	out_bytes(out, new ? "new_file" : "old_file", NULL, c->path);
	out_bytes(out, new ? "new_name" : "old_name", NULL, c->name);
	out_number(out, new ? "new_serial" : "old_serial", NULL, c->serial);
	out_sha256(out, new ? "new_sha256" : "old_sha256", NULL, c->sha256);
	out_number(out, new ? "new_n_signers_needed" : "old_n_signers_needed", NULL,
		   c->n_signers_needed);
	out_number(out, new ? "new_n_signatures" : "old_n_signatures", NULL,
		   c->n_signatures);
	out_flag(out, new ? "new_allows_local" : "old_allows_local", NULL,
		 allows_local(side));
	out_note(out, "%s %s, serial %" PRIu64 ", %u product%s, %u ban%s",
		 new ? "new:" : "old:", c->name, c->serial, c->n_products,
		 c->n_products == 1 ? "" : "s", c->n_bans, c->n_bans == 1 ? "" : "s");
}

/* What is said about the whole policy, if it changes. */
static void print_header_changes(struct out *out, const struct side *old,
				 const struct side *new)
{
	if (old->candidate.n_signers_needed != new->candidate.n_signers_needed)
		out_note(out, "signers needed: %u, was %u", new->candidate.n_signers_needed,
			 old->candidate.n_signers_needed);
	if (allows_local(old) != allows_local(new))
		out_note(out, "local policy: %s be unsigned",
			 allows_local(new) ? "may now" : "may no longer");
}

static void print_counts(struct out *out, const struct counts *products,
			 const struct counts *files, const struct counts *exceptions)
{
	out_number(out, "n_products_added", NULL, products->added);
	out_number(out, "n_products_removed", NULL, products->removed);
	out_number(out, "n_products_changed", NULL, products->changed);
	out_number(out, "n_files_added", NULL, files->added);
	out_number(out, "n_files_removed", NULL, files->removed);
	out_number(out, "n_exceptions_added", NULL, exceptions->added);
	out_number(out, "n_exceptions_removed", NULL, exceptions->removed);
	out_number(out, "n_exceptions_changed", NULL, exceptions->changed);
	out_note(out, "products: %u added, %u removed, %u changed; files: %u added, "
		 "%u removed", products->added, products->removed, products->changed,
		 files->added, files->removed);
	if (exceptions->added || exceptions->removed || exceptions->changed)
		out_note(out, "exceptions: %u added, %u removed, %u changed",
			 exceptions->added, exceptions->removed, exceptions->changed);
}

static void print(struct out *out, const struct side *old, const struct side *new,
		  bool summary)
{
	struct counts products = { 0 }, files = { 0 }, exceptions = { 0 };

	out_document(out, "debar-policy-diff/1");
	print_side(out, old, false);
	print_side(out, new, true);
	print_header_changes(out, old, new);
	out_list(out, "products", summary ? OUT_HIDDEN : OUT_TABLE);
	print_products(out, old, new, &products);
	out_end(out);
	out_list(out, "exceptions", summary ? OUT_HIDDEN : OUT_TABLE);
	print_exceptions(out, old, new, &exceptions);
	out_end(out);
	out_list(out, "files", summary ? OUT_HIDDEN : OUT_LINES);
	print_files(out, old, new, &files);
	out_end(out);
	print_counts(out, &products, &files, &exceptions);
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
