// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard's findings: shown on standard error, as are the compiler's, so that
 * standard output has the verb's one document.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "escape.h"
#include "guard.h"
#include "guard_report.h"
#include "image.h"
#include "progress.h"
#include "report.h"

/* Rows that people get to see; JSON has all. */
#define SHOWN_MAX	40
/* Bytes of a record that name files; a syslog line can be cut at 1024. */
#define RECORD_BYTES	600

struct findings {
	const struct candidate *candidates;
	struct debar_image *images;
	size_t n;
	struct guard_result result;
};

static int show_progress(uint64_t done, void *data)
{
	return progress_update(data, done);
}

/* A day, where it is the beginning of one. */
static void format_instant(uint64_t seconds, char ret_text[32])
{
	const bool day = seconds % 86400 == 0;
	time_t time = seconds;
	struct tm tm;

	if (!gmtime_r(&time, &tm) ||
	    !strftime(ret_text, 32, day ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", &tm))
		snprintf(ret_text, 32, "@%" PRIu64, seconds);
}

static void print_instant(struct out *out, const char *key, uint64_t seconds)
{
	char text[32];

	format_instant(seconds, text);
	if (seconds)
		out_word(out, key, NULL, OUT_PLAIN, text);
	else
		out_none(out, key, NULL);
}

static void format_when(const struct guard_hit *hit, char ret_text[96])
{
	char from[32];

	format_instant(hit->from, from);
	/* An exception that ends before the ban begins changes nothing. */
	if (hit->from && hit->from == hit->excepted)
		snprintf(ret_text, 96, "from %s on (excepted until then)", from);
	else if (hit->from)
		snprintf(ret_text, 96, "from %s on", from);
	else
		strcpy(ret_text, "at once");
}

static const char *text_at(const struct debar_image *image, __le32 offset)
{
	return image->text + le32_to_cpu(offset);
}

/* A row of a table; as JSON a document on a line of its own, as errors are. */
static void begin_finding(struct out *out, const char *finding)
{
	if (out->json)
		out_document(out, "debar-guard/1");
	else
		out_row(out);
	out_word(out, "finding", NULL, OUT_PLAIN, finding);
}

static void begin_table(struct out *out)
{
	if (!out->json)
		out_list(out, "", OUT_TABLE);
}

static void end_table(struct out *out)
{
	if (!out->json)
		out_end(out);
}

static void print_hit(struct out *out, const struct findings *findings,
		      const struct guard_hit *hit)
{
	const struct debar_image *image = &findings->images[hit->image];
	const struct debar_image_product *product = hit->product;
	char when[96];

	format_when(hit, when);
	begin_finding(out, "denied");
	out_bytes(out, "path", "FILE", hit->path);
	out_bytes(out, "why", "NEEDED AS", hit->why);
	out_word(out, NULL, "DENIED", hit->from ? OUT_WARN : OUT_BAD, when);
	print_instant(out, "from", hit->from);
	print_instant(out, "excepted_until", hit->excepted);
	out_bytes(out, "vendor", "VENDOR", text_at(image, product->vendor));
	out_bytes(out, "product", "PRODUCT", text_at(image, product->product));
	if (le32_to_cpu(product->release) == DEBAR_IMAGE_NONE)
		out_none(out, "release", "RELEASE");
	else
		out_bytes(out, "release", "RELEASE", text_at(image, product->release));
	out_bytes(out, "policy", "POLICY", findings->candidates[hit->image].name);
	out_sha256(out, "sha256", NULL, hit->sha256);
	out_end(out);
}

static size_t shown(const struct out *out, size_t n)
{
	return out->json || n < SHOWN_MAX ? n : SHOWN_MAX;
}

static void print_hits(struct out *out, const struct findings *findings)
{
	const struct guard_result *result = &findings->result;
	size_t n = shown(out, result->n_hits), i;

	begin_table(out);
	for (i = 0; i < n; i++)
		print_hit(out, findings, &result->hits[i]);
	end_table(out);
	if (n < result->n_hits)
		out_note(out, "and %zu more: see --json", result->n_hits - n);
}

static void print_gaps(struct out *out, const struct guard_result *result)
{
	size_t n = shown(out, result->n_gaps), i;

	begin_table(out);
	for (i = 0; i < n; i++) {
		const struct guard_gap *gap = &result->gaps[i];

		begin_finding(out, "unchecked");
		out_bytes(out, "path", "NOT CHECKED", gap->path);
		out_bytes(out, "why", "NEEDED AS", gap->why);
		out_word(out, "reason", "BECAUSE", OUT_WARN, strerror(gap->err));
		out_number(out, "errno", NULL, gap->err);
		out_end(out);
	}
	end_table(out);
	if (n < result->n_gaps)
		out_note(out, "and %zu more: see --json", result->n_gaps - n);
	if (result->n_dropped)
		out_note(out, "and %zu more that are not listed", result->n_dropped);
}

static void print(const struct cli *cli, const struct findings *findings)
{
	struct out out;

	out_init(&out, stderr);
	out.json = cli->out.json;
	if (!out.json)
		out_document(&out, "");
	print_hits(&out, findings);
	print_gaps(&out, &findings->result);
	if (!out.json)
		out_end(&out);
	out_finish(&out);
}

/* How many of them the policy @image denies. */
static size_t count_hits(const struct guard_result *result, size_t image)
{
	size_t n = 0, i;

	for (i = 0; i < result->n_hits; i++)
		n += result->hits[i].image == image;
	return n;
}

/* "/bin/sh (shell), ...", as much as fits; NULL without memory. */
static char *list_hits(const struct guard_result *result, size_t image)
{
	size_t length, i, n = 0;
	char *text, *escaped;
	FILE *stream = open_memstream(&text, &length);

	if (!stream)
		return NULL;
	for (i = 0; i < result->n_hits && ftello(stream) < RECORD_BYTES; i++) {
		const struct guard_hit *hit = &result->hits[i];

		if (hit->image == image)
			fprintf(stream, "%s%.256s (%s)", n++ ? ", " : "", hit->path,
				hit->why);
	}
	if (n < count_hits(result, image))
		fputs(", ...", stream);
	if (fclose(stream))
		return NULL;
	escaped = escape_terminal(text);
	free(text);
	return escaped;
}

/*
 * Before it is loaded: afterwards nothing may run that could write it down. The
 * kernel cannot be told yet, the protocol has no attribute for it.
 */
static void record(const struct findings *findings)
{
	size_t i, n;
	char *files;

	openlog("debar", LOG_PID, LOG_AUTHPRIV);
	for (i = 0; i < findings->n; i++) {
		n = count_hits(&findings->result, i);
		if (!n)
			continue;
		files = list_hits(&findings->result, i);
		syslog(LOG_AUTHPRIV | LOG_WARNING,
		       "load --force by uid %u: policy %s, serial %" PRIu64
		       ", denies %zu file%s that this machine needs: %s",
		       (unsigned int)getuid(), findings->candidates[i].name,
		       findings->candidates[i].serial, n, n == 1 ? "" : "s",
		       files ? files : "out of memory");
		free(files);
	}
	closelog();
}

static enum status decide(struct cli *cli, const struct findings *findings,
			  const struct guard_options *options)
{
	const size_t n = findings->result.n_hits;
	const char *files = n == 1 ? "file" : "files";

	print(cli, findings);
	if (!n)
		return STATUS_OK;
	if (!options->force)
		return fail(cli, STATUS_BANNED, 0,
			    "%zu %s that this machine needs would be denied: correct the "
			    "policy, or override this with --force", n, files);
	if (!options->dry_run)
		record(findings);
	if (!cli->out.json)
		fprintf(stderr, "debar: %zu %s that this machine needs will be denied: "
			"overridden with --force\n", n, files);
	return STATUS_OK;
}

static enum status check(struct cli *cli, struct findings *findings,
			 const struct guard_options *options)
{
	struct progress progress;
	const struct guard_input input = {
		.root = "",
		.proc = "/proc",
		.images = findings->images,
		.n_images = findings->n,
		.max_files = GUARD_FILES_MAX,
		.now = time(NULL),
		.progress = show_progress,
		.data = &progress,
	};
	enum status status;
	int err;

	progress_begin(&progress, cli, "checking what this machine needs", 0);
	err = guard_check(&input, &findings->result);
	/* A signal that came after the last file counts, too. */
	if (progress_update(&progress, 0))
		err = -EINTR;
	progress_end(&progress);
	if (err == -EINTR)
		status = fail(cli, STATUS_INTERRUPTED, err, "interrupted");
	else if (err)
		status = fail_memory(cli);
	else
		status = decide(cli, findings, options);
	guard_free(&findings->result);
	return status;
}

enum status guard_run(struct cli *cli, const struct candidate *candidates, size_t n,
		      const struct guard_options *options)
{
	struct findings findings = { .candidates = candidates, .n = n };
	enum status status = STATUS_OK;
	size_t i;

	findings.images = calloc(n, sizeof(*findings.images));
	if (!findings.images)
		return fail_memory(cli);
	for (i = 0; i < n && !status; i++) {
		const struct candidate *c = &candidates[i];
		enum debar_image_error error =
			debar_image_check(&findings.images[i], c->image, c->length);

		if (error)
			status = fail(cli, STATUS_POLICY, EBADMSG,
				      "%s: not a valid image: %s", c->path,
				      debar_image_error_text(error));
	}
	if (!status)
		status = check(cli, &findings, options);
	free(findings.images);
	return status;
}
