// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar check: would a file be denied, and by which ban?
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "script.h"

/* A file that one exec would touch: what an argument names, or an interpreter. */
struct link {
	char *path;
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t size;
	struct debar_check check;
};

struct chain {
	struct link links[1 + SCRIPT_CHAIN_MAX];
	size_t n;
	const struct link *hit;	/* the one that decides, or NULL */
};

static enum status judge(struct cli *cli, struct debar *debar, const char *path,
			 struct link *link, char **ret_interpreter)
{
	enum status status;
	struct stat st;
	int fd, err;

	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	status = file_hash(cli, fd, &st, path, link->sha256, &link->size);
	*ret_interpreter = status ? NULL : script_interpreter(fd);
	close(fd);
	if (status)
		return status;
	err = debar_check(debar, link->sha256, link->size, &link->check);
	return err ? fail_module(cli, debar, err, "checking a file") : STATUS_OK;
}

/* The strictest verdict of the chain is the exec's; the first such link says why. */
static void decide(struct chain *chain)
{
	size_t i;

	for (i = 0; i < chain->n; i++) {
		const struct link *link = &chain->links[i];

		if (link->check.banned &&
		    (!chain->hit || link->check.verdict > chain->hit->check.verdict))
			chain->hit = link;
	}
}

static enum status follow_chain(struct cli *cli, struct debar *debar, const char *path,
				struct chain *chain)
{
	char *next = strdup(path);
	enum status status;

	if (!next)
		return fail_memory(cli);
	while (next && chain->n < 1 + SCRIPT_CHAIN_MAX) {
		struct link link = { 0 };
		char *interpreter = NULL;

		status = judge(cli, debar, next, &link, &interpreter);
		/* So that it is freed, whatever comes of it. */
		link.path = next;
		chain->links[chain->n++] = link;
		next = interpreter;
		if (status) {
			free(next);
			return status;
		}
	}
	free(next);
	decide(chain);
	return STATUS_OK;
}

static void print_links(struct out *out, const struct chain *chain)
{
	size_t i;

	out_list(out, "files", OUT_HIDDEN);
	for (i = 0; i < chain->n; i++) {
		const struct link *link = &chain->links[i];

		out_row(out);
		out_bytes(out, "path", NULL, link->path);
		out_sha256(out, "sha256", NULL, link->sha256);
		out_number(out, "size", NULL, link->size);
		out_word(out, "verdict", NULL, OUT_PLAIN,
			 debar_verdict_name(link->check.verdict));
		out_end(out);
	}
	out_end(out);
}

static const char *sentence(const struct debar_check *check, enum out_colour *ret_colour)
{
	*ret_colour = OUT_WARN;
	if (check->verdict == DEBAR_VERDICT_DENY) {
		*ret_colour = OUT_BAD;
		return "would be denied";
	}
	if (check->excepted)
		return "would run and be recorded, because of an exception";
	if (check->action == DEBAR_ACTION_OBSERVE)
		return "would run and be recorded";
	return "banned, but would run: nothing is denied in this mode";
}

static void print_hit(struct out *out, const struct chain *chain)
{
	const struct debar_check *check = &chain->hit->check;
	const bool itself = chain->hit == chain->links;
	enum out_colour colour;
	const char *words = sentence(check, &colour);

	out_bytes(out, "banned_path", itself ? NULL : "Interpreter", chain->hit->path);
	out_word(out, NULL, "Verdict", colour, words);
	out_word(out, "action", "Action", OUT_PLAIN, debar_action_name(check->action));
	out_flag(out, "excepted", check->excepted ? "Excepted" : NULL, check->excepted);
	out_bytes(out, "vendor", "Vendor", check->vendor);
	out_bytes(out, "product", "Product", check->product);
	if (*check->release)
		out_bytes(out, "release", "Release", check->release);
	else
		out_none(out, "release", NULL);
	out_bytes(out, "authority", "Authority", check->authority);
	out_bytes(out, "policy", "Policy", check->policy);
	out_number(out, "serial", "Serial", check->serial);
	out_sha256(out, "banned_sha256", "SHA-256", chain->hit->sha256);
}

static enum status check_one(struct cli *cli, struct debar *debar, const char *path)
{
	enum debar_verdict verdict = DEBAR_VERDICT_ALLOW;
	struct chain chain = { 0 };
	struct out *out = &cli->out;
	enum status status;

	status = follow_chain(cli, debar, path, &chain);
	if (!status) {
		if (chain.hit)
			verdict = chain.hit->check.verdict;
		out_row(out);
		out_bytes(out, "path", "File", path);
		out_word(out, "verdict", NULL, OUT_PLAIN, debar_verdict_name(verdict));
		out_word(out, "mode", NULL, OUT_PLAIN,
			 debar_mode_name(chain.links[0].check.mode));
		out_flag(out, "banned", NULL, chain.hit);
		if (chain.hit)
			print_hit(out, &chain);
		else
			out_word(out, NULL, "Verdict", OUT_GOOD, "would not be denied");
		print_links(out, &chain);
		out_end(out);
		if (verdict == DEBAR_VERDICT_DENY)
			status = STATUS_BANNED;
	}
	while (chain.n)
		free(chain.links[--chain.n].path);
	return status;
}

static enum status run(struct cli *cli)
{
	enum status status, one;
	struct debar *debar;
	char **paths;

	if (options_next(cli) || !options_arguments(cli, 1, INT_MAX, &paths))
		return cli->status;
	status = connect_module(cli, &debar);
	if (status)
		return status;
	out_document(&cli->out, "debar-check/1");
	out_list(&cli->out, "results", OUT_RECORDS);
	for (; *paths; paths++) {
		one = check_one(cli, debar, *paths);
		/* A banned file matters more than one that could not be read. */
		if (one == STATUS_BANNED || !status)
			status = one;
		if (one == STATUS_INTERRUPTED) {
			status = one;
			break;
		}
	}
	out_end(&cli->out);
	out_end(&cli->out);
	debar_close(debar);
	return status;
}

const struct verb verb_check = {
	.name = "check",
	.arguments = "FILE...",
	.summary = "Tell whether files would be denied, and by which ban",
	.text = "The kernel is asked about the content as it is now and the mode as it\n"
		"is now. For a script that begins with #!, the interpreters are asked\n"
		"about too. Exits with 10 if one of the files would be denied.\n",
	.run = run,
};
