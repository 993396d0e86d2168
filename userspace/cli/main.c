// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar: global options and the table of verbs.
 */
#include <getopt.h>
#include <string.h>
#include <unistd.h>

#include "libdebar.h"
#include "options.h"
#include "report.h"
#include "verbs.h"

static enum status run_help(struct cli *cli);
static enum status run_version(struct cli *cli);

static const struct verb verb_help = {
	.name = "help",
	.arguments = "[VERB [VERB]]",
	.summary = "Explain a verb",
	.run = run_help,
};

static const struct verb verb_version = {
	.name = "version",
	.summary = "Print the version of this program",
	.run = run_version,
};

static const struct verb *const verbs[] = {
	&verb_status, &verb_load,   &verb_unload, &verb_list, &verb_mode,
	&verb_seal,   &verb_events, &verb_evidence, &verb_check, &verb_hash,
	&verb_policy, &verb_report, &verb_module, &verb_version, &verb_help,
};

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char exit_text[] =
	"Exit status:\n"
	"  0    success\n"
	"  1    another failure; status --check: some events are not judged;\n"
	"       policy import: entries were left out; evidence verify: the chain is\n"
	"       broken\n"
	"  2    the command line is wrong\n"
	"  3    what an argument names does not exist or cannot be used\n"
	"  4    a signature is missing or not trusted\n"
	"  5    a policy, image or list is not valid, or too old to load\n"
	"  6    the module is not loaded, does not match this program, or failed\n"
	"  7    input or output failed, or permission is lacking\n"
	"  10   check: a file would be denied; load: one that this machine needs\n"
	"  130  interrupted; nothing is half done\n";

static void print_overview(FILE *stream)
{
	size_t i;

	fputs("Usage: debar [--json] VERB [OPTION...] [ARGUMENT...]\n"
	      "       debar --help | --version\n\n"
	      "Keep banned vendors' software from running.\n\n", stream);
	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		fprintf(stream, "  %-8s %s\n", verbs[i]->name, verbs[i]->summary);
	fputs("\n'debar VERB --help' explains a verb, debar(8) everything.\n\n", stream);
	fputs(exit_text, stream);
}

static const struct verb *find_verb(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (strcmp(verbs[i]->name, name) == 0)
			return verbs[i];
	}
	return NULL;
}

static const struct verb *find_sub(const struct verb *verb, const char *name)
{
	const struct verb *sub;

	for (sub = verb->verbs; sub && sub->name; sub++) {
		if (strcmp(sub->name, name) == 0)
			return sub;
	}
	return NULL;
}

static enum status no_verb(struct cli *cli, const char *after, const char *name)
{
	return fail(cli, STATUS_USAGE, 0, "'%s' is not a verb: see 'debar%s --help'",
		    name, after);
}

static enum status run_help(struct cli *cli)
{
	const struct verb *verb, *sub;
	char **names;

	if (options_next(cli) || !options_arguments(cli, 0, 2, &names))
		return cli->status;
	if (!names[0]) {
		print_overview(cli->out.stream);
		return STATUS_OK;
	}
	verb = find_verb(names[0]);
	if (!verb)
		return no_verb(cli, "", names[0]);
	snprintf(cli->title, sizeof(cli->title), "%s", verb->name);
	if (names[1]) {
		sub = find_sub(verb, names[1]);
		if (!sub)
			return no_verb(cli, "", names[1]);
		snprintf(cli->title, sizeof(cli->title), "%s %s", verb->name, sub->name);
		verb = sub;
	}
	options_help(verb, cli->title, cli->out.stream);
	return STATUS_OK;
}

static enum status print_version(struct cli *cli)
{
	struct out *out = &cli->out;

	out_document(out, "debar-version/1");
	out_word(out, "version", NULL, OUT_PLAIN, DEBAR_VERSION);
	out_number(out, "protocol", NULL, DEBAR_PROTOCOL);
	out_note(out, "debar " DEBAR_VERSION ", protocol %d", DEBAR_PROTOCOL);
	out_end(out);
	return STATUS_OK;
}

static enum status run_version(struct cli *cli)
{
	return options_none(cli) ? print_version(cli) : cli->status;
}

/* A verb of verbs: "debar module load". */
static enum status run_sub(struct cli *cli)
{
	const struct verb *verb = cli->verb;
	const struct verb *sub;

	if (verb->run)
		optind = 1;
	else if (options_next(cli))
		return cli->status;
	if (optind == cli->argc)
		return fail(cli, STATUS_USAGE, 0, "%s is missing: see 'debar %s --help'",
			    verb->arguments, verb->name);
	sub = find_sub(verb, cli->argv[optind]);
	if (!sub)
		return fail(cli, STATUS_USAGE, 0,
			    "'%s %s' is not a verb: see 'debar %s --help'",
			    verb->name, cli->argv[optind], verb->name);
	snprintf(cli->title, sizeof(cli->title), "%s %s", verb->name, sub->name);
	cli->verb = sub;
	cli->argc -= optind;
	cli->argv += optind;
	optind = 0;
	return sub->run(cli);
}

static enum status run_verb(struct cli *cli)
{
	if (!cli->argc)
		return fail(cli, STATUS_USAGE, 0, "VERB is missing: see 'debar --help'");
	cli->verb = find_verb(cli->argv[0]);
	if (!cli->verb)
		return no_verb(cli, "", cli->argv[0]);
	snprintf(cli->title, sizeof(cli->title), "%s", cli->verb->name);
	optind = 0;	/* getopt_long() begins anew */
	/* A verb that does something itself may have others, too: "report merge". */
	if (cli->verb->verbs && (!cli->verb->run ||
				 (cli->argc > 1 && find_sub(cli->verb, cli->argv[1]))))
		return run_sub(cli);
	return cli->verb->run(cli);
}

static enum status run_global(struct cli *cli)
{
	static const struct option longs[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ 0 },
	};
	int c;

	opterr = 0;
	while ((c = getopt_long(cli->argc, cli->argv, "+jhV", longs, NULL)) != -1) {
		switch (c) {
		case 'j':
			cli->out.json = true;
			break;
		case 'h':
			print_overview(cli->out.stream);
			return STATUS_OK;
		case 'V':
			return print_version(cli);
		default:
			return fail(cli, STATUS_USAGE, 0,
				    "%s is not an option: see 'debar --help'",
				    cli->argv[optind > 1 ? optind - 1 : 1]);
		}
	}
	cli->argc -= optind;
	cli->argv += optind;
	return run_verb(cli);
}

/* Nothing here was written to be safe with more rights than its caller has. */
static bool is_setuid(void)
{
	return getuid() != geteuid() || getgid() != getegid();
}

int main(int argc, char **argv)
{
	struct cli cli = { .argc = argc, .argv = argv };
	enum status status;
	int err;

	out_init(&cli.out, stdout);
	if (is_setuid())
		return fail(&cli, STATUS_IO, 0,
			    "refusing to run setuid or setgid: use sudo");
	status = run_global(&cli);
	err = out_finish(&cli.out);
	if (err && status == STATUS_OK)
		status = fail(&cli, STATUS_IO, err, "writing the output failed: %s",
			      strerror(-err));
	return status;
}
