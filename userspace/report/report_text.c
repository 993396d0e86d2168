// SPDX-License-Identifier: GPL-2.0-only
/*
 * A report to be read on a terminal or in a mail.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "output.h"
#include "report_text.h"
#include "report_words.h"

#define WIDTH 78

void report_text_bytes(FILE *stream, const char *text)
{
	char *escaped = escape_terminal(text ? text : "");

	fputs(escaped ? escaped : "?", stream);
	free(escaped);
}

void report_text_wrap(FILE *stream, const char *sentence, const char *first,
		      const char *next)
{
	char *escaped = escape_terminal(sentence), *at = escaped;
	size_t column = escape_columns(first);

	fputs(first, stream);
	while (at && *at) {
		size_t length = strcspn(at, " "), columns;
		char after = at[length];

		at[length] = '\0';
		columns = escape_columns(at);
		if (at != escaped && column + 1 + columns > WIDTH) {
			fprintf(stream, "\n%s", next);
			column = escape_columns(next);
		} else if (at != escaped) {
			fputc(' ', stream);
			column++;
		}
		fputs(at, stream);
		column += columns;
		at += length + (after != '\0');
	}
	fputc('\n', stream);
	free(escaped);
}

void report_text_heading(FILE *stream, const char *heading)
{
	size_t n = escape_columns(heading);

	fprintf(stream, "\n%s\n", heading);
	while (n--)
		fputc('-', stream);
	fputc('\n', stream);
}

static void put_field(FILE *stream, const char *label, const char *text)
{
	if (!text || !*text)
		return;
	fprintf(stream, "  %-14s ", label);
	report_text_bytes(stream, text);
	fputc('\n', stream);
}

static void put_period(FILE *stream, const char *label, uint64_t from, uint64_t to,
		       const char *open)
{
	char first[48], last[48];

	report_time(from, first);
	report_time(to, last);
	fprintf(stream, "  %-14s %s to %s\n", label, first, to ? last : open);
}

static void put_counts(FILE *stream, const struct report_count *count)
{
	const char *comma = "";
	size_t i;

	for (i = 0; i < HISTORY_OUTCOMES; i++) {
		if (!count->n[i])
			continue;
		fprintf(stream, "%s%" PRIu64 " %s", comma, count->n[i], report_outcome_word(i));
		comma = ", ";
	}
}

static void put_users(FILE *stream, const struct report_product *p)
{
	char uid[16], auid[16];
	size_t i;

	for (i = 0; i < p->n_users && i < REPORT_SHOWN; i++) {
		report_uid(p->users[i].uid, uid);
		report_uid(p->users[i].auid, auid);
		fprintf(stream, "  %-14s uid %s, login %s: ", i ? "" : "users", uid, auid);
		put_counts(stream, &p->users[i].count);
		fputc('\n', stream);
	}
	if (p->n_users > REPORT_SHOWN)
		fprintf(stream, "  %-14s and %zu%s more\n", "", p->n_users - REPORT_SHOWN,
			p->users_cut ? " or" : "");
}

static void put_paths(FILE *stream, const struct report_product *p)
{
	size_t i;

	for (i = 0; i < p->n_paths && i < REPORT_SHOWN; i++) {
		fprintf(stream, "  %-14s ", i ? "" : "files");
		report_text_bytes(stream, p->paths[i].path);
		fprintf(stream, "\n  %-14s   ", "");
		put_counts(stream, &p->paths[i].count);
		fprintf(stream, "; sha256 %s\n", p->paths[i].sha256);
	}
	if (p->n_paths > REPORT_SHOWN)
		fprintf(stream, "  %-14s and %zu more: see evidence.csv\n", "",
			p->n_paths - REPORT_SHOWN);
}

static void put_exceptions(FILE *stream, const struct report_exception *list, size_t n)
{
	char expires[48];
	size_t i;

	for (i = 0; i < n; i++) {
		const struct report_exception *e = &list[i];

		out_format_instant(e->expires, expires);
		fprintf(stream, "  %-14s until %s, approved by ", "exception", expires);
		report_text_bytes(stream, e->approver);
		fputs(": ", stream);
		report_text_bytes(stream, e->justification);
		if (*e->sha256)
			fprintf(stream, " (file %s)", e->sha256);
		fputc('\n', stream);
	}
}

static void put_product(FILE *stream, const struct report *r, const struct report_product *p)
{
	char percent[32];
	size_t i;

	fputc('\n', stream);
	report_text_bytes(stream, p->vendor);
	fputs(": ", stream);
	report_text_bytes(stream, p->product);
	fprintf(stream, "\n  %-14s %s%s\n", "finding", report_finding_text(p->finding),
		p->in_scope ? "" : " (not in scope)");
	put_field(stream, "authority", p->authority);
	for (i = 0; i < p->n_releases; i++)
		put_field(stream, i ? "" : "versions", p->releases[i]);
	if (report_total(&p->count)) {
		fprintf(stream, "  %-14s ", "events");
		put_counts(stream, &p->count);
		fputc('\n', stream);
		put_period(stream, "seen", p->count.first_ns, p->count.last_ns, "");
	}
	put_users(stream, p);
	put_paths(stream, p);
	put_exceptions(stream, p->exceptions, p->n_exceptions);
	report_percent(p->watched_ns, r->until_ns - r->since_ns, percent);
	fprintf(stream, "  %-14s %s of the period\n", "watched for", percent);
}

static void put_policies(FILE *stream, const struct report *r)
{
	size_t i;

	report_text_heading(stream, "Policies in force");
	if (!r->n_policies)
		fputs("None.\n", stream);
	for (i = 0; i < r->n_policies; i++) {
		const struct report_policy *p = &r->policies[i];

		report_text_bytes(stream, p->name);
		fprintf(stream, " serial %" PRIu64 ", signers: %zu\n", p->serial, p->n_signers);
		put_period(stream, "in force", p->from_ns, p->open ? 0 : p->to_ns,
			   "the end of the records");
		put_field(stream, "sha256", p->sha256);
	}
}

static void put_watch(FILE *stream, const struct report *r)
{
	uint64_t window = r->until_ns - r->since_ns;
	char duration[48], percent[32], from[48], to[48];
	size_t i;

	report_text_heading(stream, "Was the machine watched?");
	for (i = 0; i < REPORT_WATCHES; i++) {
		if (!r->watch_ns[i])
			continue;
		report_duration(r->watch_ns[i], duration);
		report_percent(r->watch_ns[i], window, percent);
		fprintf(stream, "  %-24s %9s  %s\n", report_watch_text(i), percent, duration);
	}
	fputc('\n', stream);
	for (i = 0; i < r->n_spans; i++) {
		report_time(r->spans[i].from_ns, from);
		report_time(r->spans[i].to_ns, to);
		fprintf(stream, "  %s to %s  %s%s", from, to,
			report_watch_text(r->spans[i].watch), *r->spans[i].reason ? ": " : "");
		report_text_bytes(stream, r->spans[i].reason);
		fputc('\n', stream);
	}
}

static void put_details(FILE *stream, const struct report *r)
{
	char from[48], to[48];
	size_t i;

	for (i = 0; i < r->n_hook_gaps; i++) {
		report_time(r->hook_gaps[i].from_ns, from);
		report_time(r->hook_gaps[i].to_ns, to);
		fprintf(stream, "  hook missing: %s, %s to %s: ",
			debar_kind_name(r->hook_gaps[i].kind), from, to);
		report_text_bytes(stream, r->hook_gaps[i].reason);
		fputc('\n', stream);
	}
	for (i = 0; i < r->n_losses; i++) {
		report_time(r->losses[i].time_ns, from);
		fprintf(stream, "  lost: %" PRIu64 " events, #%" PRIu64 " to #%" PRIu64
			", noticed %s\n", r->losses[i].n, r->losses[i].first,
			r->losses[i].last, from);
	}
	for (i = 0; i < r->n_jumps; i++) {
		report_time(r->jumps[i].time_ns, from);
		fprintf(stream, "  clock set: by %+.3f s, noticed %s\n",
			r->jumps[i].jump_ns / 1e9, from);
	}
	for (i = 0; i < r->n_unjudged; i++) {
		fprintf(stream, "  not judged: %" PRIu64 " times, %s: ", r->unjudged[i].n,
			r->unjudged[i].reason);
		report_text_bytes(stream, r->unjudged[i].path);
		fputc('\n', stream);
	}
	if (r->n_unjudged_files > r->n_unjudged)
		fprintf(stream, "  not judged: %zu more files\n",
			r->n_unjudged_files - r->n_unjudged);
	for (i = 0; i < r->n_pruned; i++) {
		report_time(r->pruned[i].time_ns, from);
		fprintf(stream, "  removed: %" PRIu64 " records before %s, as their time was over\n",
			r->pruned[i].n, from);
	}
	for (i = 0; i < r->n_replaced; i++) {
		report_time(r->replaced[i].time_ns, from);
		fprintf(stream, "  store replaced: %s, the one before was damaged\n", from);
	}
}

static void put_limit(const char *sentence, void *data)
{
	report_text_wrap(data, sentence, "* ", "  ");
}

static void put_head(FILE *stream, const struct report *r)
{
	const struct directive *d = r->directive;
	char *statement = NULL;
	size_t length;
	FILE *memory = open_memstream(&statement, &length);

	report_text_wrap(stream, d->title, "", "");
	if (d->citation)
		report_text_wrap(stream, d->citation, "", "");
	fputc('\n', stream);
	if (memory) {
		report_statement(r, memory);
		fclose(memory);
	}
	report_text_wrap(stream, statement ? statement : "", "", "");
	free(statement);
	fputc('\n', stream);
	put_period(stream, "period", r->since_ns, r->until_ns, "");
	put_field(stream, "machine", r->asset.hostname);
	put_field(stream, "asset id", r->asset.id);
	put_field(stream, "system", r->asset.os);
	put_field(stream, "kernel", r->asset.kernel);
	put_field(stream, "agency", r->about.agency);
	put_field(stream, "component", r->about.component);
	put_field(stream, "contact", r->about.contact);
}

void report_text(const struct report *r, FILE *stream)
{
	const struct report_method *method;
	size_t i;

	put_head(stream, r);
	report_text_heading(stream, "Products");
	if (!r->n_products)
		fputs("\nNo policy named a product.\n", stream);
	for (i = 0; i < r->n_products; i++)
		put_product(stream, r, &r->products[i]);
	if (r->n_exceptions) {
		fputs("\nSingle files\n", stream);
		put_exceptions(stream, r->exceptions, r->n_exceptions);
	}
	put_policies(stream, r);
	put_watch(stream, r);
	put_details(stream, r);
	report_text_heading(stream, "What this report cannot know");
	report_limits(r, put_limit, stream);
	report_text_heading(stream, "Methods");
	for (method = report_methods; method->code; method++)
		report_text_wrap(stream, method->text, "* ", "  ");
	fprintf(stream, "\nStore: %" PRIu64 " records", r->store.n_records);
	if (*r->store.head)
		fprintf(stream, ", head %s", r->store.head);
	fputs(".\nMade by debar " DEBAR_VERSION ".\n", stream);
}
