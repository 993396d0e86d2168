// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar list: what the kernel really holds.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "hits.h"
#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "terms.h"
#include "verbs.h"

/* What bans and exceptions of the present policy refer to. */
struct names {
	char policy[DEBAR_NAME_MAX + 1];
	struct debar_product *products;
	size_t n, max;
};

struct listing {
	struct out *out;
	enum debar_detail detail;
	bool begun;		/* the document and its list of policies */
	bool in_policy;		/* a row of that list */
	const char *open;	/* list within it: "products", "exceptions", "bans" or NULL */
	struct names names;
	uint64_t now;		/* seconds since 1970 */
	uint32_t generation;
};

/* People who list bans want bans, a line each, and nothing else between. */
static const char *label(const struct listing *listing, const char *text)
{
	return listing->detail == DEBAR_DETAIL_BANS ? NULL : text;
}

static void begin(struct listing *listing)
{
	if (listing->begun)
		return;
	listing->begun = true;
	out_document(listing->out, "debar-list/1");
	out_list(listing->out, "policies", listing->detail == DEBAR_DETAIL_POLICIES ?
		 OUT_TABLE : listing->detail == DEBAR_DETAIL_BANS ?
		 OUT_HIDDEN : OUT_RECORDS);
}

/* For JSON, which has the list in any case. */
static void open_empty_exceptions(struct listing *listing)
{
	out_end(listing->out);
	listing->open = "exceptions";
	out_list(listing->out, listing->open, OUT_HIDDEN);
}

static void open_list(struct listing *listing, const char *key)
{
	if (listing->open && strcmp(listing->open, key) == 0)
		return;
	if (listing->open && strcmp(listing->open, "products") == 0 &&
	    strcmp(key, "bans") == 0)
		open_empty_exceptions(listing);
	if (listing->open)
		out_end(listing->out);
	if (listing->open && listing->detail == DEBAR_DETAIL_PRODUCTS)
		out_note(listing->out, "%s", "");
	listing->open = key;
	if (strcmp(key, "bans") == 0)
		out_list(listing->out, key, OUT_LINES);
	else if (listing->detail == DEBAR_DETAIL_BANS)
		out_list(listing->out, key, OUT_HIDDEN);
	else
		out_list(listing->out, key, OUT_TABLE);
}

/* Who signed it: in a table their number, else each. */
static void print_signers(struct listing *listing, const struct debar_policy *p, bool table)
{
	static const uint8_t machine[DEBAR_SHA256_SIZE];
	struct out *out = listing->out;
	char text[48];
	size_t i;

	snprintf(text, sizeof(text), p->n_signers ? "%zu, %u needed" : "unsigned",
		 p->n_signers, p->n_signers_needed);
	out_number(out, "n_signers_needed", NULL, p->n_signers_needed);
	out_word(out, NULL, label(listing, table ? "SIGNERS" : "Signers"), OUT_PLAIN, text);
	for (i = 0; i < p->n_signers && !table && !out->json; i++) {
		if (memcmp(p->signers[i], machine, sizeof(machine)) == 0)
			out_word(out, NULL, label(listing, "Signer"), OUT_PLAIN,
				 "a key of the machine");
		else
			out_sha256(out, NULL, label(listing, "Signer"), p->signers[i]);
	}
	if (!out->json)
		return;
	out_list(out, "signers", OUT_HIDDEN);
	for (i = 0; i < p->n_signers; i++) {
		out_row(out);
		out_sha256(out, "sha256", NULL, p->signers[i]);
		out_flag(out, "system_key", NULL,
			 memcmp(p->signers[i], machine, sizeof(machine)) == 0);
		out_end(out);
	}
	out_end(out);
}

static void end_policy(struct listing *listing)
{
	if (!listing->in_policy)
		return;
	/* Lists that had nothing to begin them are there, and empty. */
	if (listing->detail >= DEBAR_DETAIL_PRODUCTS && !listing->open)
		open_list(listing, "products");
	if (listing->detail >= DEBAR_DETAIL_PRODUCTS &&
	    strcmp(listing->open, "products") == 0)
		open_empty_exceptions(listing);
	if (listing->detail >= DEBAR_DETAIL_BANS)
		open_list(listing, "bans");
	if (listing->open)
		out_end(listing->out);
	listing->open = NULL;
	out_end(listing->out);
	listing->in_policy = false;
}

static int print_policy(const struct debar_policy *p, void *data)
{
	struct listing *listing = data;
	struct out *out = listing->out;
	bool table = listing->detail == DEBAR_DETAIL_POLICIES;

	end_policy(listing);
	begin(listing);
	listing->generation = p->generation;
	listing->in_policy = true;
	listing->names.n = 0;
	memcpy(listing->names.policy, p->name, sizeof(p->name));

	out_row(out);
	out_bytes(out, "name", label(listing, table ? "POLICY" : "Policy"), p->name);
	out_number(out, "serial", label(listing, table ? "SERIAL" : "Serial"), p->serial);
	out_number(out, "n_products", table ? "PRODUCTS" : NULL, p->n_products);
	out_number(out, "n_bans", label(listing, table ? "BANS" : "Bans"), p->n_bans);
	out_number(out, "n_sizes", NULL, p->n_sizes);
	out_number(out, "n_unsized", label(listing, table ? "UNSIZED" : "Without a size"),
		   p->n_unsized);
	out_number(out, "n_exceptions", label(listing, table ? "EXCEPTIONS" : "Exceptions"),
		   p->n_exceptions);
	out_number(out, "length", NULL, p->length);
	print_signers(listing, p, table);
	out_time(out, "committed", label(listing, table ? "COMMITTED" : "Committed"),
		 p->time_ns, "-");
	out_sha256(out, "sha256",
		   label(listing, table ? "IMAGE SHA-256" : "Image SHA-256"), p->sha256);
	if (listing->detail == DEBAR_DETAIL_PRODUCTS && p->n_products)
		out_note(out, "%s", "");
	return 0;
}

static int remember(struct names *names, const struct debar_product *product)
{
	struct debar_product *bigger;

	if (product->id != names->n)
		return -EPROTO;
	if (names->n == names->max) {
		size_t max = names->max ? 2 * names->max : 16;

		bigger = realloc(names->products, max * sizeof(*bigger));
		if (!bigger)
			return -ENOMEM;
		names->products = bigger;
		names->max = max;
	}
	names->products[names->n++] = *product;
	return 0;
}

static int print_product(const struct debar_product *p, void *data)
{
	struct listing *listing = data;
	struct out *out = listing->out;
	enum out_colour colour;
	char now[TERMS_TEXT];

	if (!listing->in_policy)
		return -EPROTO;
	open_list(listing, "products");
	out_row(out);
	out_number(out, "id", NULL, p->id);
	out_bytes(out, "vendor", "VENDOR", p->vendor);
	out_bytes(out, "product", "PRODUCT", p->product);
	if (*p->release)
		out_bytes(out, "release", "RELEASE", p->release);
	else
		out_none(out, "release", "RELEASE");
	out_bytes(out, "authority", "AUTHORITY", p->authority);
	out_word(out, "action", "ACTION", OUT_PLAIN, debar_action_name(p->action));
	out_instant(out, "effective", "EFFECTIVE", p->effective, "-");
	out_instant(out, "expires", "EXPIRES", p->expires, "-");
	colour = terms_of_ban(p->action, p->effective, p->expires, listing->now, now);
	out_word(out, "now", "NOW", colour, now);
	out_number(out, "denied", "DENIED", p->denied);
	out_number(out, "observed", "OBSERVED", p->observed);
	out_time(out, "last_hit", "LAST HIT", p->last_hit_ns, "never");
	out_end(out);
	return remember(&listing->names, p);
}

static int print_excepted(struct listing *listing, const struct debar_exception *e)
{
	const struct debar_product *p;
	struct out *out = listing->out;
	char *name;

	if (e->of_file) {
		out_none(out, "product_id", NULL);
		out_sha256(out, "sha256", "EXCEPTED", e->sha256);
		return 0;
	}
	if (e->product_id >= listing->names.n)
		return -EPROTO;
	p = &listing->names.products[e->product_id];
	name = terms_name(p->vendor, p->product, p->release);
	if (!name)
		return -ENOMEM;
	out_number(out, "product_id", NULL, e->product_id);
	out_none(out, "sha256", NULL);
	out_bytes(out, NULL, "EXCEPTED", name);
	free(name);
	return 0;
}

static int print_exception(const struct debar_exception *e, void *data)
{
	struct listing *listing = data;
	struct out *out = listing->out;
	enum out_colour colour;
	const char *word;
	int err;

	if (!listing->in_policy)
		return -EPROTO;
	open_list(listing, "exceptions");
	out_row(out);
	err = print_excepted(listing, e);
	out_bytes(out, "approver", "APPROVER", e->approver);
	out_bytes(out, "reason", "REASON", e->reason);
	out_instant(out, "expires", "EXPIRES", e->expires, "-");
	colour = terms_of_exception(e->expires, listing->now, &word);
	out_word(out, "now", "NOW", colour, word);
	out_end(out);
	return err;
}

static int print_ban(const struct debar_ban *b, void *data)
{
	struct listing *listing = data;
	const struct debar_product *p;
	struct out *out = listing->out;

	if (!listing->in_policy || b->product_id >= listing->names.n)
		return -EPROTO;
	p = &listing->names.products[b->product_id];
	open_list(listing, "bans");
	out_row(out);
	out_sha256(out, "sha256", "SHA256", b->sha256);
	if (b->sized)
		out_number(out, "size", "SIZE", b->size);
	else
		out_none(out, "size", "SIZE");
	out_number(out, "product_id", NULL, b->product_id);
	out_bytes(out, NULL, "POLICY", listing->names.policy);
	out_word(out, NULL, "ACTION", OUT_PLAIN, debar_action_name(p->action));
	out_bytes(out, NULL, "VENDOR", p->vendor);
	out_bytes(out, NULL, "PRODUCT", p->product);
	out_bytes(out, NULL, "AUTHORITY", p->authority);
	if (*p->release)
		out_bytes(out, NULL, "RELEASE", p->release);
	out_end(out);
	return out->err;
}

static enum status list(struct cli *cli, struct debar *debar, enum debar_detail detail,
			const char *name)
{
	static const struct debar_list_ops ops = {
		.policy = print_policy,
		.product = print_product,
		.exception = print_exception,
		.ban = print_ban,
	};
	struct listing listing = {
		.out = &cli->out,
		.detail = detail,
		.now = time(NULL),
	};
	int err;

	err = debar_list(debar, detail, name, &ops, &listing);
	free(listing.names.products);
	/* JSON that was begun is left unfinished: it must not pass for complete. */
	if (err == -ENOENT && name)
		return fail(cli, STATUS_PATH, err,
			    "no live policy is called '%s': 'debar list' shows them",
			    name);
	if (err)
		return fail_module(cli, debar, err, "listing the policies");
	if (!listing.begun && detail != DEBAR_DETAIL_BANS)
		out_note(&cli->out, "No policy is live: nothing is banned.");
	begin(&listing);
	end_policy(&listing);
	out_end(&cli->out);
	out_end(&cli->out);
	return STATUS_OK;
}

static enum status run(struct cli *cli)
{
	enum debar_detail detail = DEBAR_DETAIL_PRODUCTS;
	const char *name = NULL;
	bool hits = false;
	enum status status;
	struct debar *debar;
	int c;

	while ((c = options_next(cli)) > 0) {
		switch (c) {
		case 'p':
			name = optarg;
			break;
		case 's':
			detail = DEBAR_DETAIL_POLICIES;
			break;
		case 'b':
			detail = DEBAR_DETAIL_BANS;
			break;
		case 'H':
			hits = true;
			break;
		default:
			detail = DEBAR_DETAIL_PRODUCTS;
			break;
		}
	}
	if (c < 0 || !options_none(cli))
		return cli->status;
	status = connect_module(cli, &debar);
	if (status)
		return status;
	status = hits ? hits_list(cli, debar, name) : list(cli, debar, detail, name);
	debar_close(debar);
	return status;
}

static const struct option_row options[] = {
	{ 'p', "policy", "NAME", "only this policy" },
	{ 's', "summary", NULL, "policies, without their products" },
	{ 'P', "products", NULL, "policies and their products (the default)" },
	{ 'b', "bans", NULL, "every ban, a line each" },
	{ 'H', "hits", NULL, "products that were hit, and which of their files" },
	{ 0 },
};

const struct verb verb_list = {
	.name = "list",
	.summary = "Show the live policies, as the kernel holds them",
	.text = "With --bans, a line has these fields, separated by tabs: SHA-256,\n"
		"size or \"-\", policy, action, vendor, product, authority and, where there\n"
		"is one, release. Lines are in order of policy, then SHA-256. It is one\n"
		"snapshot: a policy loaded meanwhile is not mixed into it. With --hits,\n"
		"products are counted since the module was loaded, files only in the\n"
		"events that the kernel still holds.\n",
	.options = options,
	.run = run,
};
