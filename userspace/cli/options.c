// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options by getopt_long(), from the same table as the help.
 */
#include <limits.h>
#include <string.h>

#include "options.h"
#include "report.h"

#define MAX_OPTIONS 16

static const struct option_row common[] = {
	{ 'j', "json", NULL, "print JSON" },
	{ 'h', "help", NULL, "print this help" },
	{ 0 },
};

struct tables {
	struct option longs[MAX_OPTIONS];
	char shorts[2 * MAX_OPTIONS + 2];
};

static void add_rows(struct tables *tables, size_t *n, const struct option_row *row)
{
	char *shorts = tables->shorts + strlen(tables->shorts);

	for (; row && row->name && *n < MAX_OPTIONS - 1; row++) {
		tables->longs[(*n)++] = (struct option){
			.name = row->name,
			.has_arg = !row->argument ? no_argument :
				   *row->argument == '[' ? optional_argument :
							   required_argument,
			.val = row->letter,
		};
		if (row->letter > UCHAR_MAX)
			continue;
		*shorts++ = row->letter;
		if (row->argument)
			*shorts++ = ':';
	}
}

static void print_rows(const struct option_row *row, FILE *stream)
{
	char name[40];

	for (; row && row->name; row++) {
		snprintf(name, sizeof(name), "--%s%s%s", row->name,
			 row->argument && *row->argument != '[' ? " " : "",
			 row->argument ? row->argument : "");
		if (row->letter > UCHAR_MAX)
			fprintf(stream, "      %-22s %s\n", name, row->help);
		else
			fprintf(stream, "  -%c, %-22s %s\n", row->letter, name,
				row->help);
	}
}

void options_help(const struct verb *verb, const char *title, FILE *stream)
{
	const struct verb *sub;

	fprintf(stream, "Usage: debar %s%s%s%s\n\n%s.\n", title,
		verb->run ? " [OPTION...]" : "", verb->arguments ? " " : "",
		verb->arguments ? verb->arguments : "", verb->summary);
	if (verb->text)
		fprintf(stream, "\n%s", verb->text);
	if (verb->verbs) {
		fputc('\n', stream);
		for (sub = verb->verbs; sub->name; sub++)
			fprintf(stream, "  %-8s %s\n", sub->name, sub->summary);
	}
	fputs("\nOptions:\n", stream);
	print_rows(verb->options, stream);
	print_rows(common, stream);
}

static int wrong_option(struct cli *cli, int what)
{
	const char *word = cli->argv[optind > 1 ? optind - 1 : 1];
	const char *problem = what == ':' ? "needs an argument" : "is not an option";
	char letter[3] = { '-', optopt, '\0' };

	/* A long option that takes no argument was given one. */
	if (what == '?' && strncmp(word, "--", 2) == 0 && optopt)
		problem = "takes no argument";
	else if (strncmp(word, "--", 2) != 0 && optopt && optopt <= UCHAR_MAX)
		word = letter;
	cli->status = fail(cli, STATUS_USAGE, 0, "%s %s: see 'debar %s --help'", word,
			   problem, cli->title);
	return -1;
}

int options_next(struct cli *cli)
{
	struct tables tables = { .shorts = ":" };
	size_t n = 0;
	int c;

	/* The options after a verb in a verb are that one's. */
	if (!cli->verb->run)
		strcpy(tables.shorts, "+:");
	add_rows(&tables, &n, cli->verb->options);
	add_rows(&tables, &n, common);
	opterr = 0;
	for (;;) {
		c = getopt_long(cli->argc, cli->argv, tables.shorts, tables.longs, NULL);
		switch (c) {
		case -1:
			return 0;
		case 'j':
			cli->out.json = true;
			break;
		case 'h':
			options_help(cli->verb, cli->title, cli->out.stream);
			cli->status = STATUS_OK;
			return -1;
		case '?':
		case ':':
			return wrong_option(cli, c);
		default:
			return c;
		}
	}
}

bool options_arguments(struct cli *cli, int min, int max, char ***ret_arguments)
{
	int n = cli->argc - optind;

	*ret_arguments = cli->argv + optind;
	if (n >= min && n <= max)
		return true;
	if (n < min)
		cli->status = fail(cli, STATUS_USAGE, 0,
				   "%s is missing: see 'debar %s --help'",
				   cli->verb->arguments, cli->title);
	else
		cli->status = fail(cli, STATUS_USAGE, 0,
				   "'%s' is one argument too many: see 'debar %s --help'",
				   (*ret_arguments)[max], cli->title);
	return false;
}

bool options_none(struct cli *cli)
{
	char **arguments;

	return options_next(cli) == 0 && options_arguments(cli, 0, 0, &arguments);
}
