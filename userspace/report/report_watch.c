// SPDX-License-Identifier: GPL-2.0-only
/*
 * How well the machine was watched: records in, spans of time out.
 *
 * A span needs a record at both of its ends. Between two records of one epoch the
 * module stayed loaded, so it was watching as the first of them says. Between two
 * epochs the store says what was in between; where it says nothing, nothing is
 * claimed.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report_live.h"
#include "report_model.h"

struct hook {
	bool missing;
	uint64_t since_ns;
	const char *reason;
};

struct watcher {
	struct report *report;
	bool begun;		/* at_ns means something */
	uint64_t at_ns;		/* told until here */
	int64_t epoch;
	bool known;		/* the next four are */
	bool loaded;
	enum debar_mode mode;
	bool off;
	struct hook hooks[HISTORY_KINDS];
	bool stopped;		/* the daemon said goodbye, and nothing came since */
	bool in_gap;		/* nobody listened... */
	bool gap_watched;	/* ...but the module went on */
	const char *gap_reason;	/* of the last gap */
	bool gap_over;		/* it is, and no epoch began since */
	/* The module was loaded, and what it could not hook was not told yet... */
	bool fresh;
	uint64_t load_ns;	/* ...since then */
	size_t load_span;	/* ...with this span */
	struct report_live live;	/* its err is that of all of this */
};

void *report_grow(void *list, size_t n, size_t *capacity, size_t size)
{
	size_t more = *capacity ? 2 * *capacity : 16;
	char *bigger = list;

	if (!list || n == *capacity) {
		bigger = reallocarray(list, more, size);
		if (!bigger)
			return NULL;
		*capacity = more;
	}
	memset(bigger + n * size, 0, size);
	return bigger;
}

static const char *keep(struct watcher *w, const char *text)
{
	return report_live_keep(&w->live, text);
}

/* What of a span is in the window? */
static bool clip(const struct report *r, uint64_t *from, uint64_t *to)
{
	if (*from < r->since_ns)
		*from = r->since_ns;
	if (*to > r->until_ns)
		*to = r->until_ns;
	return *from < *to;
}

static void add_span(struct watcher *w, uint64_t from, uint64_t to, enum report_watch watch,
		     const char *reason)
{
	struct report *r = w->report;
	struct report_span *last, *list;

	if (!clip(r, &from, &to))
		return;
	last = r->n_spans ? &r->spans[r->n_spans - 1] : NULL;
	if (last && last->to_ns == from && last->watch == watch &&
	    strcmp(last->reason, reason) == 0) {
		last->to_ns = to;
		return;
	}
	list = report_grow(r->spans, r->n_spans, &r->spans_capacity, sizeof(*list));
	if (!list) {
		w->live.err = -ENOMEM;
		return;
	}
	r->spans = list;
	r->spans[r->n_spans++] = (struct report_span){
		.from_ns = from, .to_ns = to, .watch = watch, .reason = keep(w, reason),
	};
}

static enum report_watch state(const struct watcher *w, const char **ret_reason)
{
	size_t i;

	*ret_reason = "";
	if (w->in_gap && !w->gap_watched) {
		*ret_reason = w->gap_reason;
		return REPORT_GAP;
	}
	if (w->stopped && !w->in_gap) {
		*ret_reason = "debard did not run";
		return REPORT_GAP;
	}
	if (!w->known)
		return REPORT_UNKNOWN;
	if (!w->loaded) {
		*ret_reason = "the module was not loaded";
		return REPORT_GAP;
	}
	if (w->off)
		return REPORT_OFF;
	for (i = 0; i < HISTORY_KINDS; i++)
		if (w->hooks[i].missing)
			return REPORT_PARTIAL;
	return w->mode == DEBAR_MODE_ENFORCE ? REPORT_ENFORCED : REPORT_PERMISSIVE;
}

static void advance_as(struct watcher *w, uint64_t ns, enum report_watch watch,
		       const char *reason)
{
	if (!w->begun)
		add_span(w, 0, ns, REPORT_UNKNOWN, "before the first record");
	else if (ns > w->at_ns)
		add_span(w, w->at_ns, ns, watch, reason);
	/* A clock that was set back tells a time twice; the first telling stays. */
	if (!w->begun || ns > w->at_ns)
		w->at_ns = ns;
	w->begun = true;
}

/* Until @ns it was as the records before said. */
static void advance(struct watcher *w, uint64_t ns)
{
	const char *reason;
	enum report_watch watch = state(w, &reason);

	advance_as(w, ns, watch, reason);
}

static void add_hook_gap(struct watcher *w, enum debar_kind kind, uint64_t from, uint64_t to,
			 const char *reason)
{
	struct report *r = w->report;
	struct report_hook_gap *list;

	if (!clip(r, &from, &to))
		return;
	list = report_grow(r->hook_gaps, r->n_hook_gaps, &r->hook_gaps_capacity, sizeof(*list));
	if (!list) {
		w->live.err = -ENOMEM;
		return;
	}
	r->hook_gaps = list;
	r->hook_gaps[r->n_hook_gaps++] = (struct report_hook_gap){ kind, from, to, reason };
}

static void set_hook(struct watcher *w, enum debar_kind kind, bool active, uint64_t ns,
		     const char *reason)
{
	struct hook *hook = &w->hooks[kind];

	if (hook->missing && !active) {
		/* Of a status, why is told in more words than an errno. */
		if (reason && *reason && strcmp(reason, hook->reason) != 0)
			hook->reason = keep(w, reason);
		return;
	}
	if (hook->missing)
		add_hook_gap(w, kind, hook->since_ns, ns, hook->reason);
	hook->missing = !active;
	hook->since_ns = ns;
	hook->reason = active ? "" : keep(w, reason);
}

/* May it have happened within the window? It is noticed, and stored, later than that. */
static bool may_be_within(const struct report *r, const struct history_record *record)
{
	return record->after_ns < r->until_ns && record->time_ns >= r->since_ns;
}

static void add_loss(struct watcher *w, const struct history_record *record)
{
	struct report *r = w->report;
	struct report_loss *list;

	if (!may_be_within(r, record))
		return;
	list = report_grow(r->losses, r->n_losses, &r->losses_capacity, sizeof(*list));
	if (!list) {
		w->live.err = -ENOMEM;
		return;
	}
	r->losses = list;
	r->losses[r->n_losses++] = (struct report_loss){
		record->after_ns, record->time_ns, record->first, record->last, record->n,
	};
	r->n_lost += record->n;
}

static void add_jump(struct watcher *w, const struct history_record *record)
{
	struct report *r = w->report;
	struct report_jump *list;

	if (!may_be_within(r, record))
		return;
	list = report_grow(r->jumps, r->n_jumps, &r->jumps_capacity, sizeof(*list));
	if (!list) {
		w->live.err = -ENOMEM;
		return;
	}
	r->jumps = list;
	r->jumps[r->n_jumps++] = (struct report_jump){
		record->after_ns, record->time_ns, record->jump_ns,
	};
}

static void add_note(struct watcher *w, struct report_note **list, size_t *n, size_t *capacity,
		     const struct history_record *record)
{
	struct report_note *bigger;

	if (record->time_ns >= w->report->until_ns)
		return;
	bigger = report_grow(*list, *n, capacity, sizeof(*bigger));
	if (!bigger) {
		w->live.err = -ENOMEM;
		return;
	}
	*list = bigger;
	bigger[(*n)++] = (struct report_note){ record->time_ns, record->n };
}

/* A module that is gone has no policies, and no hooks that could be missing. */
static void end_load(struct watcher *w, uint64_t ns)
{
	size_t i;

	report_live_end(&w->live, ns);
	for (i = 0; i < HISTORY_KINDS; i++)
		set_hook(w, i, true, ns, "");
}

static void set_state(struct watcher *w, const struct history_record *record)
{
	size_t i;

	w->known = true;
	w->loaded = record->loaded;
	w->mode = record->mode;
	w->off = record->off;
	if (!w->loaded)
		end_load(w, record->time_ns);
	for (i = 0; i < HISTORY_KINDS; i++)
		if (record->hooks[i].known)
			set_hook(w, i, record->hooks[i].active || record->off,
				 record->time_ns, record->hooks[i].reason);
}

static void take_host(struct watcher *w, const struct history_record *record)
{
	struct report_asset *asset = &w->report->asset;

	if (*record->hostname)
		asset->hostname = keep(w, record->hostname);
	if (*record->os)
		asset->os = keep(w, record->os);
	if (*record->kernel)
		asset->kernel = keep(w, record->kernel);
	if (*record->machine_id && !*w->report->about.asset) {
		asset->id = keep(w, record->machine_id);
		asset->id_source = "store";
	}
}

/* What a status says is missing was so from the load on. */
static void look_back(struct watcher *w, const struct history_record *record)
{
	struct report *r = w->report;
	bool missing = false;
	size_t i;

	for (i = 0; i < HISTORY_KINDS; i++) {
		if (!record->hooks[i].known || record->hooks[i].active || record->off)
			continue;
		set_hook(w, i, false, w->load_ns, record->hooks[i].reason);
		missing = true;
	}
	for (i = w->load_span; missing && i < r->n_spans; i++)
		if (r->spans[i].watch <= REPORT_PERMISSIVE)
			r->spans[i].watch = REPORT_PARTIAL;
	w->fresh = false;
}

static void take_epoch(struct watcher *w, const struct history_record *record)
{
	if (w->fresh)
		look_back(w, record);
	/* Between two epochs is what a gap says; without one, nothing can be claimed. */
	if (record->epoch == w->epoch || w->in_gap || !w->begun || (w->gap_over && w->known))
		advance(w, record->time_ns);
	else
		advance_as(w, record->time_ns, REPORT_GAP,
			   w->gap_over ? w->gap_reason : "nothing is recorded");
	w->gap_over = false;
	w->stopped = false;
	w->epoch = record->epoch;
	set_state(w, record);
	take_host(w, record);
}

static void begin_gap(struct watcher *w, const struct history_record *record)
{
	advance(w, record->time_ns);
	w->in_gap = true;
	w->gap_watched = record->ring_kept;
	w->gap_reason = keep(w, record->reason);
	if (w->gap_watched)
		return;
	/* Which module comes after it is not known until it says so. */
	end_load(w, record->time_ns);
	w->known = false;
}

static void end_gap(struct watcher *w, const struct history_record *record)
{
	advance(w, record->time_ns);
	if (!w->gap_watched)
		w->live.floor_ns = record->time_ns;
	w->in_gap = false;
	w->gap_over = true;
	w->stopped = false;
}

/* The module forgets with its load what another one had. */
static void take_load(struct watcher *w, const struct history_record *record)
{
	end_load(w, record->time_ns);
	w->known = true;
	w->loaded = true;
	w->mode = record->mode;
	w->off = record->off;
	w->fresh = true;
	w->live.floor_ns = record->time_ns;
	w->load_ns = record->time_ns;
	w->load_span = w->report->n_spans;
}

/* What has no effect on what was told until now. */
static void note(struct watcher *w, const struct history_record *record)
{
	struct report *r = w->report;

	switch (record->kind) {
	case HISTORY_LOST:
		add_loss(w, record);
		break;
	case HISTORY_CLOCK:
		add_jump(w, record);
		break;
	case HISTORY_PRUNED:
		add_note(w, &r->pruned, &r->n_pruned, &r->pruned_capacity, record);
		break;
	case HISTORY_REPLACED:
		add_note(w, &r->replaced, &r->n_replaced, &r->replaced_capacity, record);
		break;
	default:
		break;
	}
}

static void take_change(struct watcher *w, const struct history_record *record)
{
	switch (record->kind) {
	case HISTORY_STATUS:
	case HISTORY_STOP:
		set_state(w, record);
		w->stopped = record->kind == HISTORY_STOP;
		break;
	case HISTORY_POLICIES:
		report_live_policies(&w->live, record);
		break;
	case HISTORY_POLICY_LIVE:
		report_live_open(&w->live, &record->policies[0], record->time_ns);
		break;
	case HISTORY_POLICY_GONE:
		report_live_close(&w->live, record->policies[0].name, record->time_ns);
		break;
	case HISTORY_PRODUCTS:
		report_live_products(&w->live, record);
		break;
	case HISTORY_LOADED:
		take_load(w, record);
		break;
	case HISTORY_MODE:
		w->mode = record->mode;
		break;
	case HISTORY_UNCOVERED:
	case HISTORY_COVERED:
		set_hook(w, record->kind_of_event, record->kind == HISTORY_COVERED,
			 record->time_ns, record->reason);
		break;
	default:
		note(w, record);
		break;
	}
}

static int take(const struct history_record *record, void *data)
{
	struct watcher *w = data;

	if (record->kind == HISTORY_EPOCH) {
		take_epoch(w, record);
	} else if (record->kind == HISTORY_GAP_BEGIN) {
		begin_gap(w, record);
	} else if (record->kind == HISTORY_GAP_END) {
		end_gap(w, record);
	} else {
		/* Of before an epoch began: the kernel's ring had kept it. */
		advance(w, record->time_ns);
		take_change(w, record);
	}
	return w->live.err;
}

/* Drop what ended before the window or began after it. */
static void clip_policies(struct report *r)
{
	size_t i, n = 0;

	for (i = 0; i < r->n_policies; i++) {
		struct report_policy *policy = &r->policies[i];
		uint64_t to = policy->open ? r->until_ns : policy->to_ns;

		if (policy->from_ns < r->until_ns && to > r->since_ns)
			r->policies[n++] = *policy;
	}
	r->n_policies = n;
}

int report_watch_collect(struct report *report, struct history *history,
			 struct history_error *ret_error)
{
	struct watcher w = { .report = report, .epoch = -1, .live.report = report };
	int err;
	size_t i;

	err = history_records(history, take, &w, ret_error);
	report_live_finish(&w.live);
	if (!err)
		err = w.live.err;
	if (err)
		return err;
	/* The last record's own instant is proved, too. */
	if (w.begun)
		advance(&w, w.at_ns + 1);
	for (i = 0; i < HISTORY_KINDS; i++)
		set_hook(&w, i, true, w.at_ns, "");
	add_span(&w, w.at_ns, UINT64_MAX, REPORT_UNKNOWN,
		 w.begun ? "after the last record" : "the store is empty");
	if (w.live.err)
		return w.live.err;
	for (i = 0; i < report->n_spans; i++) {
		const struct report_span *span = &report->spans[i];

		report->watch_ns[span->watch] += span->to_ns - span->from_ns;
	}
	clip_policies(report);
	return 0;
}
