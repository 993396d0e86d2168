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

static void print_text(struct out *out, const struct candidate_findings *findings)
{
	const struct policy_summary *summary = &findings->summary;

	fprintf(out->stream, "%s: serial %" PRIu64, summary->name, summary->serial);
	print_count(out->stream, summary->n_files, "file");
	print_count(out->stream, summary->n_vendors, "vendor");
	print_count(out->stream, summary->n_products, "product");
	if (summary->n_products_open)
		fprintf(out->stream, " (%zu without a ban)", summary->n_products_open);
	print_count(out->stream, summary->n_releases, "release");
	print_count(out->stream, summary->n_bans, "ban");
	if (summary->n_unsized)
		fprintf(out->stream, " (%zu without a size)", summary->n_unsized);
	if (summary->n_left_out)
		fprintf(out->stream, ", %zu unverified ban%s left out", summary->n_left_out,
			summary->n_left_out == 1 ? "" : "s");
	print_count(out->stream, summary->n_exceptions, "exception");
	print_count(out->stream, findings->n_warnings, "warning");
	fputc('\n', out->stream);
}

static void print_vendors(struct out *out, const struct candidate_findings *findings)
{
	size_t i;

	out_list(out, "vendors", OUT_HIDDEN);
	for (i = 0; i < findings->n_vendors; i++) {
		const struct policy_vendor_counts *vendor = &findings->vendors[i];

		out_row(out);
		out_bytes(out, "name", NULL, vendor->name);
		out_number(out, "n_products", NULL, vendor->n_products);
		out_number(out, "n_releases", NULL, vendor->n_releases);
		out_number(out, "n_packages", NULL, vendor->n_packages);
		out_number(out, "n_packages_unverified", NULL, vendor->n_packages_unverified);
		out_number(out, "n_files", NULL, vendor->n_files);
		out_number(out, "n_files_unverified", NULL, vendor->n_files_unverified);
		out_end(out);
	}
	out_end(out);
}

static void print(struct out *out, const struct candidate_findings *findings)
{
	const struct policy_summary *summary = &findings->summary;

	out_document(out, "debar-policy-lint/1");
	out_bytes(out, "name", NULL, summary->name);
	out_number(out, "serial", NULL, summary->serial);
	out_number(out, "n_files", NULL, summary->n_files);
	out_number(out, "n_authorities", NULL, summary->n_authorities);
	out_number(out, "n_vendors", NULL, summary->n_vendors);
	out_number(out, "n_products", NULL, summary->n_products);
	out_number(out, "n_products_open", NULL, summary->n_products_open);
	out_number(out, "n_releases", NULL, summary->n_releases);
	out_number(out, "n_packages", NULL, summary->n_packages);
	out_number(out, "n_packages_unverified", NULL, summary->n_packages_unverified);
	out_number(out, "n_bans", NULL, summary->n_bans);
	out_number(out, "n_unsized", NULL, summary->n_unsized);
	out_number(out, "n_left_out", NULL, summary->n_left_out);
	out_number(out, "n_exceptions", NULL, summary->n_exceptions);
	out_number(out, "n_warnings", NULL, findings->n_warnings);
	print_vendors(out, findings);
	out_end(out);
	if (!out->json)
		print_text(out, findings);
}

enum status verb_lint_run(struct cli *cli)
{
	struct candidate_findings findings;
	bool strict = false;
	enum status status;
	char **paths;
	int letter;

	while ((letter = options_next(cli)) > 0)
		strict = true;
	if (letter < 0 || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;
	status = candidate_lint(cli, paths, cli->argc - optind, &findings);
	if (!status && strict && findings.n_warnings)
		status = fail(cli, STATUS_POLICY, 0, "%s: the policy has %zu warning%s",
			      paths[0], findings.n_warnings,
			      findings.n_warnings == 1 ? "" : "s");
	if (!status)
		print(&cli->out, &findings);
	candidate_findings_free(&findings);
	return status;
}

const struct option_row verb_lint_options[] = {
	{ 's', "strict", NULL, "fail for warnings, too" },
	{ 0 },
};
