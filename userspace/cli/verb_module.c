// SPDX-License-Identifier: GPL-2.0-only
/*
 * debar module: load, unload and describe the kernel module.
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <libkmod.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "files.h"
#include "floors.h"
#include "options.h"
#include "report.h"

#define MODULE "debar"
#define UNLOAD_TRIES 100
#define UNLOAD_PAUSE_NS 100000000	/* 100 times that is 10 s */

struct module {
	struct kmod_ctx *kmod;
	struct kmod_module *module;
};

static void close_module(struct module *m)
{
	kmod_module_unref(m->module);
	kmod_unref(m->kmod);
}

/*
 * A context reads modprobe.d and the kernel's command line, so that their
 * options, debar.off=1 among them, hold for what is loaded.
 */
static int open_module(struct module *m, const char *path)
{
	struct kmod_list *list = NULL;
	int err;

	*m = (struct module){ .kmod = kmod_new(NULL, NULL) };
	if (!m->kmod)
		return -ENOMEM;
	/* The sentences are ours. */
	kmod_set_log_priority(m->kmod, -1);
	if (path)
		return kmod_module_new_from_path(m->kmod, path, &m->module);
	err = kmod_module_new_from_lookup(m->kmod, MODULE, &list);
	if (err < 0)
		return err;
	if (list)
		m->module = kmod_module_get_module(list);
	else
		err = kmod_module_new_from_name(m->kmod, MODULE, &m->module);
	kmod_module_unref_list(list);
	return err < 0 ? err : 0;
}

static bool is_loaded(const struct module *m)
{
	int state = m->module ? kmod_module_get_initstate(m->module) : -ENOENT;

	return state == KMOD_MODULE_LIVE || state == KMOD_MODULE_BUILTIN ||
		state == KMOD_MODULE_COMING || state == KMOD_MODULE_GOING;
}

static void print_state(struct out *out, const char *schema, const char *state)
{
	out_document(out, schema);
	out_word(out, "state", NULL, OUT_PLAIN, state);
	out_note(out, "debar: %s", state);
	out_end(out);
}

/* "mode=permissive off=1", or NULL without memory. */
static char *join_parameters(char **words)
{
	size_t length = 1;
	char *joined;
	int i;

	for (i = 0; words[i]; i++)
		length += strlen(words[i]) + 1;
	joined = calloc(1, length);
	for (i = 0; joined && words[i]; i++) {
		strcat(joined, i ? " " : "");
		strcat(joined, words[i]);
	}
	return joined;
}

static enum status explain_load(struct cli *cli, int err)
{
	struct utsname uts;

	uname(&uts);
	switch (-err) {
	case ENOENT:
		return fail(cli, STATUS_MODULE, err,
			    "there is no debar module for kernel %s: install or build "
			    "it, or name it with --file", uts.release);
	case EPERM:
	case EACCES:
		return fail(cli, STATUS_IO, err,
			    "loading a module is not permitted: run this as root");
	case EKEYREJECTED:
	case ENOKEY:
		return fail(cli, STATUS_TRUST, err,
			    "the kernel loads only modules with a trusted signature, and "
			    "this one has none: sign it or enrol its key");
	case ENOEXEC:
	case EINVAL:
		return fail(cli, STATUS_MODULE, err,
			    "the kernel refuses the module or a parameter: dmesg says "
			    "why (built for another kernel than %s?)", uts.release);
	default:
		return fail(cli, STATUS_MODULE, err,
			    "loading the module failed: %s: dmesg may say why",
			    strerror(-err));
	}
}

static enum status check_parameters(struct cli *cli, char **words)
{
	for (; *words; words++) {
		if (!strchr(*words, '=') || **words == '=' ||
		    strpbrk(*words, " \t\n\""))
			return fail(cli, STATUS_USAGE, 0,
				    "'%s' is not a parameter: say NAME=VALUE", *words);
	}
	return STATUS_OK;
}

/* The path is looked at first, for libkmod says little about a bad one. */
static enum status check_path(struct cli *cli, const char *path)
{
	enum status status;
	struct stat st;
	int fd;

	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	close(fd);
	return STATUS_OK;
}

/* Before anything else can load a policy that is older than one that was live. */
static void set_floors(struct cli *cli)
{
	struct debar *debar;
	int err;

	err = debar_open(&debar);
	if (err) {
		warn(cli, "the floors of policies are not set: %s", strerror(-err));
		return;
	}
	floors_hand_over(cli, debar);
	debar_close(debar);
}

static enum status load(struct cli *cli)
{
	const char *path = NULL;
	struct module m;
	enum status status;
	char **words, *parameters;
	int c, err;

	while ((c = options_next(cli)) > 0)
		path = optarg;
	if (c < 0 || !options_arguments(cli, 0, INT_MAX, &words))
		return cli->status;
	status = check_parameters(cli, words);
	if (!status && path)
		status = check_path(cli, path);
	if (status)
		return status;
	parameters = join_parameters(words);
	if (!parameters)
		return fail_memory(cli);
	err = open_module(&m, path);
	if (!err && is_loaded(&m)) {
		print_state(&cli->out, "debar-module-load/1", "loaded already");
	} else {
		if (!err)
			err = kmod_module_probe_insert_module(m.module, 0, parameters,
							      NULL, NULL, NULL);
		if (err)
			status = explain_load(cli, err);
		else
			print_state(&cli->out, "debar-module-load/1", "loaded");
	}
	if (!status)
		set_floors(cli);
	close_module(&m);
	free(parameters);
	return status;
}

static void pause_a_little(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = UNLOAD_PAUSE_NS }, NULL);
}

static enum status explain_unload(struct cli *cli, const struct module *m, int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		return fail(cli, STATUS_IO, err,
			    "unloading a module is not permitted: run this as root");
	case EAGAIN:
	case EBUSY:
		return fail(cli, STATUS_MODULE, err,
			    "the module is in use (reference count %d): programs that "
			    "are starting hold it, try again in a moment",
			    kmod_module_get_refcnt(m->module));
	default:
		return fail(cli, STATUS_MODULE, err, "unloading the module failed: %s",
			    strerror(-err));
	}
}

/* Trying for long would not help. */
static bool is_sealed(void)
{
	struct debar_status s = { 0 };
	struct debar *debar;

	if (debar_open(&debar))
		return false;
	if (debar_get_status(debar, &s))
		s.sealed = false;
	debar_close(debar);
	return s.sealed;
}

static enum status unload(struct cli *cli)
{
	enum status status = STATUS_OK;
	int err, tries = UNLOAD_TRIES;
	struct module m;

	if (!options_none(cli))
		return cli->status;
	err = open_module(&m, NULL);
	if (!err && !is_loaded(&m)) {
		print_state(&cli->out, "debar-module-unload/1", "not loaded");
		close_module(&m);
		return STATUS_OK;
	}
	if (!err && is_sealed()) {
		close_module(&m);
		return fail(cli, STATUS_MODULE, EBUSY,
			    "the module is sealed: it stays until this machine is started "
			    "anew");
	}
	if (!err)
		err = kmod_module_remove_module(m.module, 0);
	/* An exec that is being judged holds a reference, for a moment. */
	while ((err == -EAGAIN || err == -EBUSY) && --tries) {
		pause_a_little();
		err = kmod_module_remove_module(m.module, 0);
	}
	if (err)
		status = explain_unload(cli, &m, err);
	else
		print_state(&cli->out, "debar-module-unload/1", "unloaded");
	close_module(&m);
	return status;
}

static void print_version(struct out *out, struct kmod_module *module)
{
	struct kmod_list *list = NULL, *item;

	if (kmod_module_get_info(module, &list) < 0)
		return;
	kmod_list_foreach(item, list) {
		const char *key = kmod_module_info_get_key(item);

		if (strcmp(key, "version") == 0)
			out_bytes(out, "version", "Version",
				  kmod_module_info_get_value(item));
		else if (strcmp(key, "vermagic") == 0)
			out_bytes(out, "vermagic", "Built for",
				  kmod_module_info_get_value(item));
	}
	kmod_module_info_free_list(list);
}

static bool read_line(const char *directory, const char *name, char *line, size_t size)
{
	char path[512];
	FILE *f;
	bool ok;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	f = fopen(path, "re");
	ok = f && fgets(line, size, f);
	if (f)
		fclose(f);
	if (ok)
		line[strcspn(line, "\n")] = '\0';
	return ok;
}

static void print_parameters(struct out *out)
{
	static const char directory[] = "/sys/module/" MODULE "/parameters";
	DIR *dir = opendir(directory);
	struct dirent *entry;
	char value[256], shown[512];

	out_list(out, "parameters", OUT_HIDDEN);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    !read_line(directory, entry->d_name, value, sizeof(value)))
			continue;
		out_row(out);
		out_bytes(out, "name", NULL, entry->d_name);
		out_bytes(out, "value", NULL, value);
		out_end(out);
		snprintf(shown, sizeof(shown), "%s=%s", entry->d_name, value);
		out_note(out, "%-16s %s", "Parameter", shown);
	}
	out_end(out);
	if (dir)
		closedir(dir);
}

static enum status info(struct cli *cli)
{
	struct out *out = &cli->out;
	const char *path;
	struct module m;
	bool loaded;
	char line[64];
	int err;

	if (!options_none(cli))
		return cli->status;
	err = open_module(&m, NULL);
	if (err) {
		close_module(&m);
		return explain_load(cli, err);
	}
	path = kmod_module_get_path(m.module);
	loaded = is_loaded(&m);
	out_document(out, "debar-module-info/1");
	if (path) {
		out_bytes(out, "path", "File", path);
		print_version(out, m.module);
	} else {
		out_none(out, "path", NULL);
		out_word(out, NULL, "File", OUT_WARN, "none for this kernel");
	}
	out_flag(out, "loaded", "Loaded", loaded);
	if (loaded) {
		if (read_line("/sys/module/" MODULE, "version", line, sizeof(line)))
			out_bytes(out, "loaded_version", "Loaded version", line);
		out_number(out, "refcount", "References",
			   kmod_module_get_refcnt(m.module));
		print_parameters(out);
	}
	out_end(out);
	close_module(&m);
	return STATUS_OK;
}

static const struct option_row load_options[] = {
	{ 'f', "file", "KO", "this file instead of the installed module" },
	{ 0 },
};

static const struct verb verbs[] = {
	{
		.name = "load",
		.arguments = "[NAME=VALUE...]",
		.summary = "Load the module, if it is not loaded",
		.text = "Options of modprobe.d and of the kernel's command line\n"
			"(debar.off=1) hold; those given here come last. debar(4) lists\n"
			"the parameters. The kernel is then told the serials that were live\n"
			"before, below which it refuses policies.\n",
		.options = load_options,
		.run = load,
	},
	{
		.name = "unload",
		.summary = "Unload the module: policies, counters and events are gone",
		.text = "Tries for 10 seconds while programs that are just starting\n"
			"hold it.\n",
		.run = unload,
	},
	{
		.name = "info",
		.summary = "Show the module's file, version, parameters and use",
		.run = info,
	},
	{ 0 },
};

const struct verb verb_module = {
	.name = "module",
	.arguments = "VERB",
	.summary = "Load, unload or describe the kernel module",
	.verbs = verbs,
};
