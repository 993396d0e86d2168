/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which files a machine cannot live without: those of known names, and those that
 * run now.
 */
#ifndef DEBAR_GUARD_PATHS_H
#define DEBAR_GUARD_PATHS_H

/**
 * struct guard_visitor - where to look, and who is told
 * @root: what stands before each path, "" for this machine; without the characters
 *	of glob(7)
 * @proc: where procfs is mounted, e.g. "/proc"
 * @file: a file that is needed, if it exists: the @path that it has on the machine,
 *	the path to @open it by, and @why it is needed. What is not 0 ends the walk
 * @gap: something that could not be looked at, with a positive errno; as @file
 * @data: for both
 *
 * A file can be named more than once, the first time for the weightiest reason.
 * Strings live until the call returns.
 */
struct guard_visitor {
	const char *root;
	const char *proc;
	int (*file)(void *data, const char *path, const char *open, const char *why);
	int (*gap)(void *data, const char *path, const char *why, int err);
	void *data;
};

/**
 * guard_visit_installed() - what has a known name
 * @visitor: see above
 *
 * Process 1, dynamic loaders, shells, what one logs in with, tools for modules and
 * mounts, systemd and the programs of its units, package managers, Debar itself.
 *
 * Return: 0; -ENOMEM; what the visitor returned.
 */
int guard_visit_installed(const struct guard_visitor *visitor);

/**
 * guard_visit_units() - programs that systemd's services start
 * @visitor: see above
 *
 * Return: 0; -ENOMEM; what the visitor returned.
 */
int guard_visit_units(const struct guard_visitor *visitor);

/**
 * guard_visit_processes() - programs and libraries that run now, deleted ones too
 * @visitor: see above
 *
 * Return: 0; -ENOMEM; what the visitor returned.
 */
int guard_visit_processes(const struct guard_visitor *visitor);

/**
 * guard_visit_name() - a program wherever programs are
 * @visitor: see above
 * @name: without a slash
 * @why: it is needed
 *
 * Return: 0; -ENOMEM; what the visitor returned.
 */
int guard_visit_name(const struct guard_visitor *visitor, const char *name,
		     const char *why);

/**
 * guard_visit_path() - a file of the machine; of a script also what runs it
 * @visitor: see above
 * @path: on the machine, absolute
 * @why: it is needed
 *
 * Return: 0; -ENOMEM; what the visitor returned.
 */
int guard_visit_path(const struct guard_visitor *visitor, const char *path,
		     const char *why);

/**
 * guard_visit_glob() - files of the machine that a pattern matches
 * @visitor: see above
 * @pattern: of glob(7), absolute on the machine
 * @why: they are needed
 * @fn: told of each: visitor, path on the machine, @why; e.g. guard_visit_path()
 *
 * Return: 0; -ENOMEM; what @fn or the visitor returned.
 */
int guard_visit_glob(const struct guard_visitor *visitor, const char *pattern,
		     const char *why,
		     int (*fn)(const struct guard_visitor *visitor, const char *path,
			       const char *why));

#endif
