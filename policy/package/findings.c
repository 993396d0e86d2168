// SPDX-License-Identifier: GPL-2.0-only
/*
 * What has been found in a package so far.
 */
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "findings.h"

int findings_add(struct findings *findings, const struct finding *finding,
		 size_t names_max)
{
	size_t length = strlen(finding->name) + 1;
	struct finding *list;
	char *name;

	if (length > names_max - findings->names_length)
		return -E2BIG;
	if (findings->n == findings->capacity) {
		size_t capacity = findings->capacity ? 2 * findings->capacity : 64;

		list = reallocarray(findings->list, capacity, sizeof(*list));
		if (!list)
			return -ENOMEM;
		findings->list = list;
		findings->capacity = capacity;
	}
	name = strdup(finding->name);
	if (!name)
		return -ENOMEM;
	findings->names_length += length;
	findings->list[findings->n] = *finding;
	findings->list[findings->n++].name = name;
	return 0;
}

static int by_content(const void *a, const void *b)
{
	const struct finding *x = a, *y = b;
	int order = memcmp(x->sha256, y->sha256, sizeof(x->sha256));

	return order ? order : strcmp(x->name, y->name);
}

static int by_name(const void *a, const void *b)
{
	const struct package_file *x = a, *y = b;
	int order = strcmp(x->names[0], y->names[0]);

	/* An archive can hold two files of one name. */
	return order ? order : memcmp(x->sha256, y->sha256, sizeof(x->sha256));
}

int findings_fold(struct findings *findings, struct package *package)
{
	struct package_file *file = NULL;
	size_t i;

	package->files = calloc(findings->n + 1, sizeof(*package->files));
	package->all_names = calloc(findings->n + 1, sizeof(*package->all_names));
	if (!package->files || !package->all_names)
		return -ENOMEM;
	if (findings->n)
		qsort(findings->list, findings->n, sizeof(*findings->list), by_content);
	for (i = 0; i < findings->n; i++) {
		struct finding *f = &findings->list[i];

		if (!file || memcmp(file->sha256, f->sha256, sizeof(f->sha256)) != 0) {
			file = &package->files[package->n_files++];
			memcpy(file->sha256, f->sha256, sizeof(f->sha256));
			file->size = f->size;
			file->names = package->all_names + package->n_names;
		}
		if (f->code > file->code)
			file->code = f->code;
		if (file->n_names && strcmp(file->names[file->n_names - 1], f->name) == 0)
			continue;
		file->names[file->n_names++] = f->name;
		package->n_names++;
		f->name = NULL;
	}
	if (package->n_files)
		qsort(package->files, package->n_files, sizeof(*package->files), by_name);
	findings_free(findings);
	return 0;
}

void findings_free(struct findings *findings)
{
	size_t i;

	for (i = 0; i < findings->n; i++)
		free(findings->list[i].name);
	free(findings->list);
	*findings = (struct findings){ 0 };
}

struct waiting {
	struct waiting *next;
	char *name;
};

struct link_target {
	char *name;
	bool found;
	struct finding content;		/* its name is not used */
	struct waiting *waiting;
};

static int by_target(const void *a, const void *b)
{
	const struct link_target *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* What links keep in memory counts as names until they are freed. */
static int charge(struct links *links, struct findings *findings, size_t n,
		  size_t names_max)
{
	if (n > names_max - findings->names_length)
		return -E2BIG;
	findings->names_length += n;
	links->charged += n;
	return 0;
}

static int find_target(struct links *links, struct findings *findings, const char *name,
		       size_t names_max, struct link_target **ret_target)
{
	struct link_target key = { .name = (char *)name }, *target;
	struct link_target **found = tfind(&key, &links->root, by_target);
	int err;

	if (found) {
		*ret_target = *found;
		return 0;
	}
	err = charge(links, findings, strlen(name) + sizeof(*target), names_max);
	if (err)
		return err;
	target = calloc(1, sizeof(*target));
	if (!target)
		return -ENOMEM;
	target->name = strdup(name);
	if (!target->name || !tsearch(target, &links->root, by_target)) {
		free(target->name);
		free(target);
		return -ENOMEM;
	}
	*ret_target = target;
	return 0;
}

static int add_name(struct findings *findings, const struct link_target *target,
		    char *name, size_t names_max)
{
	struct finding finding = target->content;

	finding.name = name;
	return findings_add(findings, &finding, names_max);
}

int links_content(struct links *links, struct findings *findings, const char *name,
		  size_t names_max)
{
	struct link_target *target;
	int err;

	err = find_target(links, findings, name, names_max, &target);
	if (err)
		return err;
	target->found = true;
	target->content = findings->list[findings->n - 1];
	while (target->waiting && !err) {
		struct waiting *waiting = target->waiting;

		err = add_name(findings, target, waiting->name, names_max);
		target->waiting = waiting->next;
		free(waiting->name);
		free(waiting);
	}
	return err;
}

int links_name(struct links *links, struct findings *findings, const char *target_name,
	       const char *name, size_t names_max)
{
	struct link_target *target;
	struct waiting *waiting;
	int err;

	err = find_target(links, findings, target_name, names_max, &target);
	if (err)
		return err;
	if (target->found)
		return add_name(findings, target, (char *)name, names_max);
	err = charge(links, findings, strlen(name) + sizeof(*waiting), names_max);
	if (err)
		return err;
	waiting = malloc(sizeof(*waiting));
	if (!waiting)
		return -ENOMEM;
	waiting->name = strdup(name);
	if (!waiting->name) {
		free(waiting);
		return -ENOMEM;
	}
	waiting->next = target->waiting;
	target->waiting = waiting;
	return 0;
}

static void free_target(void *data)
{
	struct link_target *target = data;

	while (target->waiting) {
		struct waiting *waiting = target->waiting;

		target->waiting = waiting->next;
		free(waiting->name);
		free(waiting);
	}
	free(target->name);
	free(target);
}

void links_free(struct links *links, struct findings *findings)
{
	tdestroy(links->root, free_target);
	findings->names_length -= links->charged;
	*links = (struct links){ 0 };
}
