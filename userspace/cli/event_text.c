// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event as a line of text.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "escape.h"
#include "event_output.h"
#include "outcome.h"

const char *event_word(const struct debar_event *e)
{
	enum evidence_outcome outcome = evidence_outcome(e);

	return outcome == EVIDENCE_WATCH ? debar_reason_name(e->reason) :
					   evidence_outcome_name(outcome);
}

const char *event_message(const struct debar_event *e)
{
	switch (e->reason) {
	case DEBAR_REASON_BAN:
		if (e->verdict == DEBAR_VERDICT_DENY)
			return "A banned file was denied";
		return e->excepted ? "A banned file was let through by an exception" :
				     "A banned file was let through and recorded";
	case DEBAR_REASON_GAP:
		return "Events of a kind are not judged any more";
	case DEBAR_REASON_COVERED:
		return "Events of a kind are judged again";
	case DEBAR_REASON_START:
		return e->off ? "The module was loaded switched off" : "The module was loaded";
	case DEBAR_REASON_POLICY_LOAD:
		return "A policy was loaded";
	case DEBAR_REASON_POLICY_REPLACE:
		return "A policy was replaced";
	case DEBAR_REASON_POLICY_REMOVE:
		return "A policy was removed";
	case DEBAR_REASON_POLICY_REJECT:
		return "A policy was refused";
	case DEBAR_REASON_MODE:
		return e->mode == DEBAR_MODE_ENFORCE ? "Bans are enforced from now on" :
						       "Bans are not enforced any more";
	case DEBAR_REASON_SEAL:
		return "The module was sealed";
	default:
		return "A file could not be judged";
	}
}

static enum out_colour colour_of(const struct debar_event *e)
{
	switch (evidence_outcome(e)) {
	case EVIDENCE_DENIED:
	case EVIDENCE_NOT_JUDGED:
		return OUT_BAD;
	case EVIDENCE_WATCH:
		break;
	default:
		return OUT_WARN;
	}
	switch (e->reason) {
	case DEBAR_REASON_GAP:
	case DEBAR_REASON_POLICY_REJECT:
		return OUT_BAD;
	case DEBAR_REASON_START:
		return e->off ? OUT_BAD : OUT_PLAIN;
	case DEBAR_REASON_MODE:
		return e->mode == DEBAR_MODE_ENFORCE ? OUT_GOOD : OUT_WARN;
	case DEBAR_REASON_COVERED:
	case DEBAR_REASON_SEAL:
		return OUT_GOOD;
	default:
		return OUT_PLAIN;
	}
}

static void print_bytes(struct out *out, const char *before, const char *text)
{
	char *escaped = escape_terminal(text);

	fprintf(out->stream, "%s%s", before, escaped ? escaped : "?");
	free(escaped);
}

static void print_file(struct out *out, const struct debar_event *e)
{
	fprintf(out->stream, " %s", debar_kind_name(e->kind));
	print_bytes(out, " ", e->path);
	fputs(e->path_truncated ? "(truncated): " : ": ", out->stream);
	if (e->reason == DEBAR_REASON_BAN) {
		print_bytes(out, "", e->vendor);
		print_bytes(out, ", ", e->product);
		if (*e->release)
			print_bytes(out, " ", e->release);
		print_bytes(out, " (", e->authority);
		print_bytes(out, ", policy ", e->policy);
		fprintf(out->stream, " serial %" PRIu64 ")", e->serial);
	} else {
		fprintf(out->stream, "%s: %s, %s", debar_reason_name(e->reason),
			strerror(e->error),
			e->verdict == DEBAR_VERDICT_DENY ? "denied" : "let through");
	}
}

static void print_watch(struct out *out, const struct debar_event *e)
{
	switch (e->reason) {
	case DEBAR_REASON_GAP:
		fprintf(out->stream, " %s: not judged any more: %s", debar_kind_name(e->kind),
			strerror(e->error));
		break;
	case DEBAR_REASON_COVERED:
		fprintf(out->stream, " %s: judged again", debar_kind_name(e->kind));
		break;
	case DEBAR_REASON_START:
		print_bytes(out, " module ", e->version);
		fprintf(out->stream, ", mode %s%s", debar_mode_name(e->mode),
			e->off ? ", off: nothing is judged" : "");
		break;
	case DEBAR_REASON_POLICY_LOAD:
	case DEBAR_REASON_POLICY_REPLACE:
	case DEBAR_REASON_POLICY_REMOVE:
		print_bytes(out, " ", e->policy);
		fprintf(out->stream, " serial %" PRIu64, e->serial);
		if (e->old_serial)
			fprintf(out->stream, " in place of %" PRIu64, e->old_serial);
		fprintf(out->stream, ", %u bans", e->n_bans);
		break;
	case DEBAR_REASON_POLICY_REJECT:
		fprintf(out->stream, ": %s", strerror(e->error));
		print_bytes(out, ": ", e->text);
		break;
	case DEBAR_REASON_MODE:
		fprintf(out->stream, " %s, before %s", debar_mode_name(e->mode),
			debar_mode_name(e->old_mode));
		break;
	default:
		break;
	}
}

static bool has_digest(enum debar_reason reason)
{
	return reason == DEBAR_REASON_BAN || (reason >= DEBAR_REASON_POLICY_LOAD &&
					      reason <= DEBAR_REASON_POLICY_REJECT);
}

void event_print_text(struct out *out, const struct debar_event *e)
{
	char time[48], hex[2 * DEBAR_SHA256_SIZE + 1];
	bool of_file = debar_reason_of_file(e->reason);

	out_format_time(e->time_ns, 3, time);
	fprintf(out->stream, "%s #%" PRIu64 " %s%s%s", time, e->seq,
		out_paint(out, colour_of(e)), event_word(e), out_unpaint(out));
	if (of_file)
		print_file(out, e);
	else
		print_watch(out, e);
	fprintf(out->stream, " pid=%u ppid=%u", e->pid, e->ppid);
	print_bytes(out, " comm=", e->comm);
	fprintf(out->stream, " uid=%u", e->uid);
	if (e->auid == UINT32_MAX)
		fputs(" auid=unset", out->stream);
	else
		fprintf(out->stream, " auid=%u", e->auid);
	if (of_file)
		fprintf(out->stream, " size=%" PRIu64, e->file_size);
	if (has_digest(e->reason)) {
		escape_hex(e->sha256, sizeof(e->sha256), hex);
		fprintf(out->stream, " sha256=%s", hex);
	}
	fputc('\n', out->stream);
}
