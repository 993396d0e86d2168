// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as a file of another program, in the format FUZZ_FORMAT that the build
 * names. Messages are clean; a list that comes out is one that the policy compiler
 * takes, with as many bans as were counted.
 */
#include <errno.h>
#include <sys/prctl.h>

#include "compiler.h"
#include "fuzz.h"
#include "importer.h"

/* A compilation that has nothing but one release and a list. */
static struct policy_compiler *begin(const struct policy_input *input, const char *list,
				     size_t length)
{
	struct policy_compiler *compiler = calloc(1, sizeof(*compiler));
	struct policy_source *source = calloc(1, sizeof(*source));

	fuzz_require(compiler && source);
	*source = (struct policy_source){
		.kind = POLICY_SOURCE_LIST, .path = strdup("list.csv"), .length = length,
		.data = malloc(length + 1), .directory = -1,
	};
	fuzz_require(source->data);
	memcpy(source->data, list, length);
	source->data[length] = '\0';
	compiler->input = input;
	compiler->sources.list = source;
	compiler->sources.n = 1;
	compiler->sources.capacity = 1;
	fuzz_require(!policy_model_add_product(&compiler->model, &(struct policy_product){ 0 }));
	fuzz_require(!policy_model_add_release(&compiler->model, &(struct policy_release){ 0 }));
	return compiler;
}

static void check_list(const struct import_result *result)
{
	const struct policy_input input = { 0 };
	struct policy_compiler *compiler = begin(&input, result->list, result->length);
	struct policy_diagnostics diagnostics;

	fuzz_require(policy_source_text_valid(&compiler->sources, 0, &compiler->report));
	fuzz_require(policy_hashlist_read(compiler, 0, 0, false) == 0);
	fuzz_require(compiler->report.n_errors == 0);
	fuzz_require(compiler->model.n_bans == result->n_taken);
	fuzz_require(compiler->model.products[0].n_unsized == result->n_unsized);
	policy_report_finish(&compiler->report, &compiler->sources, &diagnostics);
	policy_diagnostics_free(&diagnostics);
	policy_model_free(&compiler->model);
	policy_sources_free(&compiler->sources);
	policy_arena_free(&compiler->arena);
	free(compiler);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const anybody[] = { "*" };
	const struct import_format *format = import_format_find(FUZZ_FORMAT);
	const struct import_options options = {
		.path = "input", .skip_unusable = size % 2, .manufacturers = anybody,
		.n_manufacturers = format->by_manufacturer,
	};
	struct import_result result;
	int fd = fuzz_file(data, size), error;

	/* Of the table for a million rows a few are used: do not clear it in huge pages. */
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
	error = import_run(format, fd, &options, &result);
	close(fd);
	fuzz_require(error == 0 || error == -EBADMSG);
	fuzz_require((error == 0) == (result.list != NULL));
	fuzz_require(result.refused.total + result.ignored.total <= result.n_entries);
	fuzz_require(result.n_taken + result.n_duplicates <= result.n_entries);
	fuzz_check_diagnostics(&result.diagnostics, result.diagnostics.n_errors > 0);
	if (error == 0) {
		fuzz_require(result.diagnostics.n_errors == 0 && result.n_taken > 0);
		check_list(&result);
	}
	import_result_free(&result);
	return 0;
}
