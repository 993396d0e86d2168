// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar policy lint: what the compiler has to say of a policy.
 */
#include <inttypes.h>
#include <limits.h>

#include "candidate.h"
#include "options.h"
#include "policy_verbs.h"
#include "report.h"

static void print_count(FILE *stream, size_t n, const char *what)
{
	fprintf(stream, ", %zu %s%s", n, what, n == 1 ? "" : "s");
}

static void print_text(struct out *out, const struct policy_summary *summary,
		       size_t n_warnings)
{
	fprintf(out->stream, "%s: serial %" PRIu64, summary->name, summary->serial);
	print_count(out->stream, summary->n_files, "file");
	print_count(out->stream, summary->n_vendors, "vendor");
	print_count(out->stream, summary->n_products, "product");
	print_count(out->stream, summary->n_releases, "release");
	print_count(out->stream, summary->n_bans, "ban");
	if (summary->n_unsized)
		fprintf(out->stream, " (%zu without a size)", summary->n_unsized);
	print_count(out->stream, summary->n_exceptions, "exception");
	print_count(out->stream, n_warnings, "warning");
	fputc('\n', out->stream);
}

static void print(struct out *out, const struct policy_summary *summary,
		  size_t n_warnings)
{
	out_document(out, "debar-policy-lint/1");
	out_bytes(out, "name", NULL, summary->name);
	out_number(out, "serial", NULL, summary->serial);
	out_number(out, "n_files", NULL, summary->n_files);
	out_number(out, "n_authorities", NULL, summary->n_authorities);
	out_number(out, "n_vendors", NULL, summary->n_vendors);
	out_number(out, "n_products", NULL, summary->n_products);
	out_number(out, "n_releases", NULL, summary->n_releases);
	out_number(out, "n_bans", NULL, summary->n_bans);
	out_number(out, "n_unsized", NULL, summary->n_unsized);
	out_number(out, "n_exceptions", NULL, summary->n_exceptions);
	out_number(out, "n_warnings", NULL, n_warnings);
	out_end(out);
	if (!out->json)
		print_text(out, summary, n_warnings);
}

enum status verb_lint_run(struct cli *cli)
{
	struct policy_summary summary;
	bool strict = false;
	enum status status;
	size_t n_warnings;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0)
		strict = true;
	if (letter < 0 || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;
	status = candidate_lint(cli, paths, cli->argc - optind, &summary, &n_warnings);
	if (status)
		return status;
	if (strict && n_warnings)
		return fail(cli, STATUS_POLICY, 0, "%s: the policy has %zu warning%s",
			    paths[0], n_warnings, n_warnings == 1 ? "" : "s");
	print(&cli->out, &summary, n_warnings);
	return STATUS_OK;
}

const struct option_row verb_lint_options[] = {
	{ 's', "strict", NULL, "fail for warnings, too" },
	{ 0 },
};
