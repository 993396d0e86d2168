// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar status: mode, coverage, counters, live policies.
 */
#include <errno.h>
#include <stdlib.h>

#include "escape.h"
#include "hits.h"
#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

static void print_mode(struct out *out, const struct debar_status *s)
{
	enum out_colour colour =
		s->mode == DEBAR_MODE_ENFORCE && !s->off ? OUT_GOOD : OUT_WARN;

	out_word(out, "module_version", "Module", OUT_PLAIN, s->version);
	out_number(out, "protocol", NULL, s->protocol);
	out_word(out, "mode", "Mode", colour, debar_mode_name(s->mode));
	out_flag(out, "off", NULL, s->off);
	if (s->off)
		out_word(out, NULL, "Off", OUT_BAD,
			 "loaded with off=1: nothing is judged or denied");
}

static void print_trust(struct out *out, const struct debar_status *s)
{
	char text[80];

	snprintf(text, sizeof(text), "%u certificate%s built in%s", s->n_certificates,
		 s->n_certificates == 1 ? "" : "s",
		 s->system_keys ? ", and keys of the machine" : "");
	out_flag(out, "sealed", NULL, s->sealed);
	out_word(out, NULL, "Sealed", s->sealed ? OUT_GOOD : OUT_PLAIN,
		 s->sealed ? "until this machine is started anew" : "no");
	out_number(out, "n_certificates", NULL, s->n_certificates);
	out_flag(out, "system_keys", NULL, s->system_keys);
	if (!s->n_certificates && !s->system_keys)
		out_word(out, NULL, "Trust", OUT_WARN, "unsigned policies accepted");
	else
		out_word(out, NULL, "Trust", OUT_PLAIN, text);
}

static void print_counters(struct out *out, const struct debar_status *s)
{
	out_number(out, "denied", "Denied", s->denied);
	out_number(out, "observed", "Observed", s->observed);
	out_number(out, "failed", "Not judged", s->failed);
	out_number(out, "hashed", "Files hashed", s->hashed);
	out_number(out, "cached", "Known by cache", s->cached);
	out_number(out, "event_seq", "Last event", s->event_seq);
	out_number(out, "events_lost", "Events lost", s->events_lost);
	out_number(out, "ring", NULL, s->ring);
	out_number(out, "suppressed", "Suppressed", s->suppressed);
	out_flag(out, "audit", "Audit on", s->audit);
	out_time(out, "loaded", "Loaded", s->loaded_ns, "-");
	out_number(out, "generation", "Generation", s->generation);
}

static void print_coverage(struct out *out, const struct debar_status *s)
{
	size_t i;

	if (s->n_coverage)
		out_note(out, "%s", "");
	out_list(out, "coverage", OUT_TABLE);
	for (i = 0; i < s->n_coverage; i++) {
		const struct debar_coverage *c = &s->coverage[i];
		char *text = escape_terminal(c->text), why[4 * sizeof(c->text) + 16];

		snprintf(why, sizeof(why), "INACTIVE: %s", text ? text : "?");
		free(text);
		out_row(out);
		out_word(out, "kind", "COVERAGE", OUT_PLAIN, debar_kind_name(c->kind));
		out_flag(out, "active", NULL, c->active);
		out_word(out, NULL, "STATE", c->active ? OUT_GOOD : OUT_BAD,
			 c->active ? "active" : why);
		out_bytes(out, "text", NULL, c->text);
		out_end(out);
	}
	out_end(out);
}

struct policies {
	struct out *out;
	size_t n;
};

static int print_policy(const struct debar_policy *policy, void *data)
{
	struct policies *policies = data;
	struct out *out = policies->out;
	char signers[16];

	if (!policies->n++) {
		out_note(out, "%s", "");
		out_list(out, "policies", OUT_TABLE);
	}
	snprintf(signers, sizeof(signers), policy->n_signers ? "%zu" : "unsigned",
		 policy->n_signers);
	out_row(out);
	out_bytes(out, "name", "POLICY", policy->name);
	out_number(out, "serial", "SERIAL", policy->serial);
	out_number(out, "n_signers", NULL, policy->n_signers);
	out_word(out, NULL, "SIGNERS", OUT_PLAIN, signers);
	out_number(out, "n_products", "PRODUCTS", policy->n_products);
	out_number(out, "n_bans", "BANS", policy->n_bans);
	out_number(out, "n_exceptions", "EXCEPTIONS", policy->n_exceptions);
	out_time(out, "committed", "COMMITTED", policy->time_ns, "-");
	out_sha256(out, "sha256", "IMAGE SHA-256", policy->sha256);
	out_end(out);
	return 0;
}

static enum status print_hits(struct cli *cli, struct debar *debar)
{
	int err = hits_print_products(cli, debar, NULL, true);

	return err ? fail_module(cli, debar, err, "listing what was hit") : STATUS_OK;
}

/* Who may not see the policies still gets the rest. */
static enum status print_policies(struct cli *cli, struct debar *debar)
{
	static const struct debar_list_ops ops = { .policy = print_policy };
	struct policies policies = { .out = &cli->out };
	struct out *out = &cli->out;
	int err;

	err = debar_list(debar, DEBAR_DETAIL_POLICIES, NULL, &ops, &policies);
	if (err && err != -EPERM)
		return fail_module(cli, debar, err, "listing the policies");
	if (err) {
		out_note(out, "\nThe policies are shown to root only.");
		out_none(out, "policies", NULL);
		out_none(out, "hits", NULL);
		return STATUS_OK;
	}
	if (!policies.n) {
		out_note(out, "\nNo policy is live: nothing is banned. "
			 "Load one with 'debar load FILE'.");
		out_list(out, "policies", OUT_HIDDEN);
	}
	out_end(out);
	return print_hits(cli, debar);
}

static bool all_covered(const struct debar_status *s)
{
	size_t i;

	for (i = 0; i < s->n_coverage; i++)
		if (!s->coverage[i].active)
			return false;
	return !s->off;
}

static enum status run(struct cli *cli)
{
	struct debar_status s;
	enum status status;
	struct debar *debar;
	bool check = false;
	int c, err;

	while ((c = options_next(cli)) > 0)
		check = true;
	if (c < 0 || !options_none(cli))
		return cli->status;
	status = connect_module(cli, &debar);
	if (status)
		return status;
	err = debar_get_status(debar, &s);
	if (err) {
		status = fail_module(cli, debar, err, "reading the status");
	} else {
		out_document(&cli->out, "debar-status/1");
		print_mode(&cli->out, &s);
		print_trust(&cli->out, &s);
		print_counters(&cli->out, &s);
		print_coverage(&cli->out, &s);
		status = print_policies(cli, debar);
		out_end(&cli->out);
		if (!status && check && !all_covered(&s))
			status = STATUS_OTHER;
	}
	debar_close(debar);
	return status;
}

static const struct option_row options[] = {
	{ 'c', "check", NULL, "exit with 1 unless every kind of event is judged" },
	{ 0 },
};

const struct verb verb_status = {
	.name = "status",
	.summary = "Show mode, coverage, counters and live policies",
	.text = "Needs no privilege, but only root sees the policies.\n",
	.options = options,
	.run = run,
};
