// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prometheus metrics in the text format.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"
#include "metrics.h"
#include "prune.h"

#define NS_PER_S 1e9

void metrics_label(FILE *stream, const char *value)
{
	bool exact;
	char *text = escape_utf8(value, &exact), *at;

	fputc('"', stream);
	for (at = text ? text : ""; *at; at++) {
		if (*at == '\n')
			fputs("\\n", stream);
		else if (*at == '"' || *at == '\\')
			fprintf(stream, "\\%c", *at);
		else
			fputc(*at, stream);
	}
	fputc('"', stream);
	free(text);
}

static void head(FILE *stream, const char *name, const char *type, const char *help)
{
	fprintf(stream, "# HELP debar_%s %s\n# TYPE debar_%s %s\n", name, help, name, type);
}

static void number(FILE *stream, const char *name, const char *type, const char *help,
		   double value)
{
	head(stream, name, type, help);
	fprintf(stream, "debar_%s %.17g\n", name, value);
}

/* Sums by vendor; a policy has a few dozen of them. */
struct vendors {
	struct vendor {
		char name[DEBAR_TEXT_MAX + 1];
		uint64_t denied, observed;
	} *vendors;
	size_t n;
};

static int add_product(const struct debar_product *product, void *data)
{
	struct vendors *all = data;
	struct vendor *more;
	size_t i;

	for (i = 0; i < all->n && strcmp(all->vendors[i].name, product->vendor) != 0; i++)
		;
	if (i == all->n) {
		more = realloc(all->vendors, (all->n + 1) * sizeof(*more));
		if (!more)
			return -ENOMEM;
		all->vendors = more;
		memset(&more[all->n], 0, sizeof(*more));
		strcpy(more[all->n++].name, product->vendor);
	}
	all->vendors[i].denied += product->denied;
	all->vendors[i].observed += product->observed;
	return 0;
}

static int print_vendors(FILE *stream, struct debar *debar)
{
	static const struct debar_list_ops ops = { .product = add_product };
	struct vendors all = { 0 };
	size_t i;
	int err;

	err = debar_list(debar, DEBAR_DETAIL_PRODUCTS, NULL, &ops, &all);
	if (!err && all.n) {
		head(stream, "denied_total", "counter",
		     "Refused because of a ban that is live, by vendor.");
		for (i = 0; i < all.n; i++) {
			fputs("debar_denied_total{vendor=", stream);
			metrics_label(stream, all.vendors[i].name);
			fprintf(stream, "} %" PRIu64 "\n", all.vendors[i].denied);
		}
		head(stream, "observed_total", "counter",
		     "Matched a ban that is live and was let through, by vendor.");
		for (i = 0; i < all.n; i++) {
			fputs("debar_observed_total{vendor=", stream);
			metrics_label(stream, all.vendors[i].name);
			fprintf(stream, "} %" PRIu64 "\n", all.vendors[i].observed);
		}
	}
	free(all.vendors);
	return err;
}

static void print_policies(FILE *stream, const struct watch *watch)
{
	const json_t *list = json_object_get(watch->live.policies, "policies");
	const json_t *policy;
	size_t i;

	if (!json_array_size(list))
		return;
	head(stream, "policy_version_info", "gauge", "A live policy, its serial and digest.");
	json_array_foreach(list, i, policy) {
		const json_t *serial = json_object_get(policy, "serial");

		fputs("debar_policy_version_info{name=", stream);
		metrics_label(stream, json_string_value(json_object_get(policy, "name")));
		/* A serial beyond 2^53 is a string. */
		if (json_is_string(serial))
			fprintf(stream, ",version=\"%s\"", json_string_value(serial));
		else
			fprintf(stream, ",version=\"%lld\"",
				(long long)json_integer_value(serial));
		fprintf(stream, ",digest=\"%s\"} 1\n",
			json_string_value(json_object_get(policy, "sha256")));
	}
	head(stream, "policy_age_seconds", "gauge", "Since a policy became live.");
	json_array_foreach(list, i, policy) {
		const char *ns = json_string_value(json_object_get(policy, "committed_ns"));
		double age = (watch->now.real_ns - strtod(ns ? ns : "0", NULL)) / NS_PER_S;

		fputs("debar_policy_age_seconds{name=", stream);
		metrics_label(stream, json_string_value(json_object_get(policy, "name")));
		fprintf(stream, "} %.0f\n", age > 0 ? age : 0);
	}
}

static int print_module(FILE *stream, struct watch *watch)
{
	struct debar_status s;
	int err = debar_get_status(watch->debar, &s);
	size_t i;

	if (err)
		return err;
	number(stream, "enforcing", "gauge", "Whether bans are enforced.",
	       s.mode == DEBAR_MODE_ENFORCE && !s.off);
	number(stream, "sealed", "gauge", "Whether the module is sealed.", s.sealed);
	number(stream, "audit_enabled", "gauge", "Whether the kernel's audit is on.", s.audit);
	number(stream, "not_judged_total", "counter", "Files that could not be judged.",
	       s.failed);
	number(stream, "suppressed_total", "counter",
	       "Records that neither audit nor the log took.", s.suppressed);
	number(stream, "ring_lost_total", "counter", "Events that left no entry in the ring.",
	       s.events_lost);
	number(stream, "waiting_events", "gauge", "Events that are not stored yet.",
	       s.event_seq > watch->epoch.last_seq ? s.event_seq - watch->epoch.last_seq : 0);
	head(stream, "coverage_active", "gauge", "Whether events of a kind are judged.");
	for (i = 0; i < s.n_coverage; i++)
		fprintf(stream, "debar_coverage_active{kind=\"%s\"} %d\n",
			debar_kind_name(s.coverage[i].kind), s.coverage[i].active);
	print_policies(stream, watch);
	return print_vendors(stream, watch->debar);
}

static void print_store(FILE *stream, struct watch *watch)
{
	uint8_t hash[EVIDENCE_HASH];
	uint64_t bytes = 0;
	int64_t id;

	number(stream, "stored_total", "counter", "Events stored since debard was started.",
	       watch->n_stored);
	number(stream, "lost_total", "counter",
	       "Events overwritten before they were stored, since debard was started.",
	       watch->n_lost);
	if (!watch->evidence)
		return;
	evidence_head(watch->evidence, &id, hash);
	number(stream, "chain_head_record", "gauge", "Number of the newest record.", id);
	number(stream, "chain_head_age_seconds", "gauge",
	       "Since the last sign of life in the store.",
	       watch->now.real_ns > watch->epoch.alive_ns ?
		       (watch->now.real_ns - watch->epoch.alive_ns) / NS_PER_S : 0);
	if (!evidence_size(watch->evidence, &bytes))
		number(stream, "store_bytes", "gauge", "Size of the store.", bytes);
}

int metrics_print(FILE *stream, struct watch *watch)
{
	int err = 0;

	number(stream, "module_loaded", "gauge", "Whether the module is loaded.",
	       watch->debar != NULL);
	print_store(stream, watch);
	if (watch->debar)
		err = print_module(stream, watch);
	return err;
}

int metrics_write(const char *path, struct watch *watch)
{
	char *temporary;
	FILE *file;
	int err;

	if (asprintf(&temporary, "%s.tmp", path) < 0)
		return -ENOMEM;
	unlink(temporary);
	file = fopen(temporary, "wxe");
	err = file ? metrics_print(file, watch) : -errno;
	/* The collector is another user. */
	if (file && !err && fchmod(fileno(file), 0644))
		err = -errno;
	if (file && fclose(file) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err)
		unlink(temporary);
	free(temporary);
	return err;
}
