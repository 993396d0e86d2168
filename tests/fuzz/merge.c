// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any bytes as the list of expected machines and, behind each line "==>", a summary
 * that another machine sent: what is refused says why, and what is merged comes out the
 * same in whatever order it was named, safe to be shown, and with no machine twice.
 */
#include <errno.h>

#include "fleet.h"
#include "fleet_output.h"
#include "fleet_private.h"
#include "written.h"

#define SUMMARIES_MAX 6
#define MARK "\n==>\n"

struct input {
	json_t *summaries[SUMMARIES_MAX];
	size_t n;
	char *hosts;
};

static void read_input(struct input *input, const char *data, size_t size)
{
	const char *end = data + size, *at = data, *mark;

	*input = (struct input){ 0 };
	mark = memmem(at, end - at, MARK, strlen(MARK));
	input->hosts = strndup(at, (mark ? mark : end) - at);
	fuzz_require(input->hosts);
	while (mark && input->n < SUMMARIES_MAX) {
		json_t *summary;

		at = mark + strlen(MARK);
		mark = memmem(at, end - at, MARK, strlen(MARK));
		summary = json_loadb(at, (mark ? mark : end) - at, JSON_REJECT_DUPLICATES,
				     NULL);
		if (json_is_object(summary))
			input->summaries[input->n++] = summary;
		else
			json_decref(summary);
	}
}

/* Return: how many were taken. */
static size_t merge(struct fleet *fleet, const struct input *input, bool backwards)
{
	struct fleet_error error;
	size_t i, n = 0;

	*fleet = (struct fleet){ 0 };
	for (i = 0; i < input->n; i++) {
		size_t k = backwards ? input->n - 1 - i : i;
		char path[2] = { '0' + k };
		int err;

		*error.text = '\0';
		err = fleet_add(fleet, path, json_incref(input->summaries[k]), &error);
		fuzz_require(err == 0 || err == -EBADMSG);
		fuzz_require(!err || *error.text);
		n += !err;
	}
	fuzz_require(fleet_expect(fleet, input->hosts) == 0);
	return n;
}

static void check_fleet(const struct fleet *fleet)
{
	size_t i, silent = 0;

	for (i = 0; i < fleet->n_assets; i++) {
		const struct fleet_asset *asset = &fleet->assets[i];

		fuzz_require(!i || strcmp(asset[-1].id, asset->id) < 0);
		fuzz_require(asset->since_ns < asset->until_ns);
		fuzz_require(asset->since_ns >= fleet->since_ns);
		fuzz_require(asset->until_ns <= fleet->until_ns);
		fuzz_require(asset->finding < REPORT_FINDINGS);
	}
	for (i = 0; i < fleet->n_hosts; i++)
		silent += fleet->silent[i];
	fuzz_require(silent == fleet->n_silent);
	for (i = 0; i < fleet->n_products; i++) {
		const struct fleet_product *p = &fleet->products[i];
		size_t k;

		for (k = 0; k < HISTORY_OUTCOMES; k++)
			fuzz_require(p->count.n[k] <= FLEET_COUNT_MAX);
		fuzz_require(p->n_used + p->n_attempted <= p->n_findings);
		fuzz_require(p->n_findings <= fleet->n_assets && p->n_findings > 0);
	}
}

static void write_all(const struct fleet *fleet)
{
	struct written file;

	fleet_csv_products(fleet, written_begin(&file));
	written_table(&file);
	fleet_csv_endpoints(fleet, written_begin(&file));
	written_table(&file);
	fleet_csv_plan(fleet, written_begin(&file));
	written_table(&file);
	fleet_text(fleet, written_begin(&file));
	written_text(&file);
	fleet_html(fleet, written_begin(&file));
	written_page(&file);
	fleet_json(fleet, written_begin(&file));
	written_json(&file, "debar-fleet/1");
}

static char *as_json(const struct fleet *fleet)
{
	struct written file;

	fleet_json(fleet, written_begin(&file));
	written_end(&file);
	return file.text;
}

static void check_order(const struct fleet *fleet, const struct input *input)
{
	struct fleet again;
	char *one, *other;

	merge(&again, input, true);
	fuzz_require(fleet_settle(&again) == 0);
	/* The directive is the first one's: its title may be another. */
	if (json_equal(fleet->directive, again.directive)) {
		one = as_json(fleet);
		other = as_json(&again);
		fuzz_require(strcmp(one, other) == 0);
		free(one);
		free(other);
	}
	fleet_free(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input;
	struct fleet fleet;
	size_t i, n;

	read_input(&input, (const char *)data, size);
	n = merge(&fleet, &input, false);
	if (n) {
		fuzz_require(fleet_settle(&fleet) == 0);
		check_fleet(&fleet);
		write_all(&fleet);
		/* With one refused, the other order may refuse others. */
		if (n == input.n)
			check_order(&fleet, &input);
	}
	fleet_free(&fleet);
	for (i = 0; i < input.n; i++)
		json_decref(input.summaries[i]);
	free(input.hosts);
	return 0;
}
