// SPDX-License-Identifier: GPL-2.0-only
/*
 * An archive or a compressed file: from entry to entry.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "random.h"
#include "walk.h"

/* An archive whose entries are being walked. */
struct container {
	struct package_member *member;
	struct package_layer layer;
	enum package_kind kind;
	struct links links;
	bool is_deb, has_data;
};

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *plain_name(const char *name)
{
	while (begins(name, "./") && name[2])
		name += 2;
	return name;
}

/* The name of an entry, which may be anything and is never used as a path. */
static const char *entry_name(struct archive_entry *entry)
{
	const char *name = archive_entry_pathname(entry);

	if (!name)
		name = archive_entry_pathname_utf8(entry);
	if (!name || !*name)
		return "(without a name)";
	return plain_name(name);
}

/* How a name in @member is shown: with the names of the archives around it. */
static char *join(const struct package_member *member, const char *name)
{
	char *joined;

	if (!*member->path)
		return strdup(name);
	return asprintf(&joined, "%s!/%s", member->path, name) < 0 ? NULL : joined;
}

static int check_name(struct package_walk *walk, const char *name)
{
	size_t max = walk->options->bounds.name;

	if (strlen(name) <= max)
		return 0;
	return package_stop(walk, -E2BIG, NULL, "%.200s...: this name exceeds %zu bytes",
			    name, max);
}

/* A tar that breaks off between two members looks whole: ask for its end mark. */
static int check_tar_end(struct container *c, uint64_t began)
{
	struct package_member *member = c->member;
	int64_t end = archive_read_header_position(c->layer.archive);
	int err;

	err = member_go(member, UINT64_MAX);
	if (err)
		return err;
	if (member->size - began >= (uint64_t)end + 512)
		return 0;
	return package_problem(member->walk, member->shown,
			       "it is truncated: the mark at the end of a tar archive is missing");
}

static int link_entry(struct container *c, const char *target, const char *name)
{
	struct package_walk *walk = c->member->walk;
	char *joined;
	int err;

	joined = join(c->member, plain_name(target));
	if (!joined)
		return package_no_memory(walk);
	err = check_name(walk, joined);
	if (!err)
		err = package_check_findings(walk, links_name(&c->links, &walk->findings, joined,
						      name, walk->options->bounds.names),
				     name);
	free(joined);
	return err;
}

/*
 * What other entries call this one's content: in a cpio the last name has it, and
 * all link to the first.
 */
static char *link_key(struct container *c, const char *shown)
{
	const char *target = archive_entry_hardlink(c->layer.entry);

	return target ? join(c->member, plain_name(target)) : strdup(shown);
}

/* There is code behind this entry: others may link to it. */
static int link_content(struct container *c, const char *shown)
{
	struct package_walk *walk = c->member->walk;
	char *key = link_key(c, shown);
	int err;

	if (!key)
		return package_no_memory(walk);
	err = links_content(&c->links, &walk->findings, key, walk->options->bounds.names);
	free(key);
	return package_check_findings(walk, err, shown);
}

/* Names around the files in an entry, where the archive is only a wrapping. */
static const char *path_in(struct container *c, const char *entry, const char *shown)
{
	if (package_kind_compressed(c->kind) || (c->is_deb && begins(entry, "data.tar")))
		return c->member->path;
	return shown;
}

static int walk_file(struct container *c, const char *entry, const char *shown,
		     enum package_code *ret_code)
{
	struct package_member *outer = c->member;
	struct package_member member = {
		.source.read = member_read,
		.walk = outer->walk,
		.layer = &c->layer,
		.path = path_in(c, entry, shown),
		.shown = shown,
		.entry = entry,
		.depth = outer->depth + 1,
		.in_control = outer->in_control ||
			      (c->is_deb && !outer->depth && begins(entry, "control.tar")),
	};
	size_t found = outer->walk->findings.n;
	int err;

	err = package_walk_member(&member, ret_code);
	member_free(&member);
	if (!err && *ret_code != PACKAGE_DATA && outer->walk->findings.n > found)
		err = link_content(c, shown);
	return err;
}

/* The content of a compressed file is shown by the file's name. */
static char *shown_name(struct container *c, const char *entry)
{
	char *shown;

	if (!package_kind_compressed(c->kind))
		return join(c->member, entry);
	return asprintf(&shown, "%s (decompressed)", c->member->shown) < 0 ? NULL : shown;
}

static int walk_entry(struct container *c, enum package_code *ret_code)
{
	struct package_walk *walk = c->member->walk;
	struct archive_entry *entry = c->layer.entry;
	const char *target = archive_entry_hardlink(entry);
	const char *name = package_kind_compressed(c->kind) ? c->member->entry : entry_name(entry);
	mode_t type = archive_entry_filetype(entry);
	char *shown;
	int err;

	if (++walk->entries > walk->options->bounds.entries)
		return package_stop(walk, -E2BIG, c->member->shown,
				    "here the package exceeds %" PRIu64 " members",
				    walk->options->bounds.entries);
	if (type && type != AE_IFREG)
		return 0;
	err = check_name(walk, name);
	if (err)
		return err;
	shown = shown_name(c, name);
	if (!shown)
		return package_no_memory(walk);
	err = check_name(walk, shown);
	if (err)
		goto out;
	if (c->is_deb && begins(name, "data.tar"))
		c->has_data = true;
	if (archive_entry_size(entry) == 0 && archive_entry_size_is_set(entry) &&
	    (target || archive_entry_nlink(entry) > 1))
		err = link_entry(c, target ? target : name, shown);
	else
		err = walk_file(c, name, shown, ret_code);
out:
	free(shown);
	return err;
}

static int layer_problem(struct container *c)
{
	/* What the source could not read has been reported by its own layer. */
	if (c->layer.source_err)
		return c->layer.source_err;
	return package_problem(c->member->walk, c->member->shown,
			       package_layer_error(&c->layer));
}

static int walk_entries(struct container *c, enum package_code *ret_code)
{
	struct package_walk *walk = c->member->walk;
	bool first = true;
	int more, err = 0;

	while ((more = package_layer_next(&c->layer)) > 0) {
		if (first && c->kind == KIND_AR)
			c->is_deb = strcmp(entry_name(c->layer.entry), "debian-binary") == 0;
		if (c->is_deb && !c->member->depth)
			walk->package->format = "deb";
		first = false;
		err = walk_entry(c, ret_code);
		if (walk->err || c->layer.broken)
			return err;
	}
	if (more < 0)
		return layer_problem(c);
	if (c->is_deb && !c->has_data)
		return package_problem(walk, c->member->shown,
				       "it is truncated: a Debian package has a data.tar");
	return 0;
}

/* Hold the rest of a member in memory, for what is read back and forth. */
static int hold(struct package_member *member)
{
	struct package_walk *walk = member->walk;
	size_t max = walk->options->bounds.held - walk->held;
	int err;

	err = member_fill(member, max + 1);
	if (err)
		return err;
	if (member->filled - member->start > max)
		return package_stop(walk, -E2BIG, member->shown,
				    "an archive of this kind inside another is held in memory, "
				    "and this one exceeds the %zu bytes that are left for it",
				    max);
	walk->held += member->filled - member->start;
	return 0;
}

static int walk_layer(struct container *c, struct package_source *source,
		      enum package_code *ret_code)
{
	uint64_t began = c->member->size - (c->member->filled - c->member->start);
	int err;

	err = package_layer_open(&c->layer, c->kind, source);
	if (err == -ENOMEM)
		err = package_no_memory(c->member->walk);
	else if (err)
		err = layer_problem(c);
	else
		err = walk_entries(c, ret_code);
	if (!err && c->kind == KIND_TAR)
		err = check_tar_end(c, began);
	package_layer_close(&c->layer);
	links_free(&c->links, &c->member->walk->findings);
	return err;
}

static int walk_random(struct container *c, enum package_code *ret_code)
{
	struct package_member *member = c->member;
	struct package_walk *walk = member->walk;
	struct package_source *source;
	int err;

	err = member->layer ? hold(member) : 0;
	if (err)
		return err;
	source = package_random_open(member, c->kind == KIND_ZIP);
	err = source ? walk_layer(c, source, ret_code) : package_no_memory(walk);
	free(source);
	if (member->layer)
		walk->held -= member->filled - member->start;
	return err;
}

int package_walk_container(struct package_member *member, enum package_kind kind,
			   enum package_code *ret_code)
{
	struct container c = { .member = member, .kind = kind };
	struct package_walk *walk = member->walk;

	if (member->depth == walk->options->bounds.layers)
		return package_stop(walk, -E2BIG, member->shown,
				    "archives are nested more than %u deep",
				    walk->options->bounds.layers);
	if (!package_kind_compressed(kind))
		walk->archives++;
	if (package_kind_seeks(kind))
		return walk_random(&c, ret_code);
	return walk_layer(&c, &member->source, ret_code);
}
