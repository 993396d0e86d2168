// SPDX-License-Identifier: GPL-2.0-only
/*
 * The code in a package: from the package inwards, layer by layer.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "facts.h"
#include "member.h"
#include "package.h"

static int walk_member(struct package_member *member, enum package_code *ret_code);

/* An archive whose entries are being walked. */
struct container {
	struct package_member *member;
	struct package_layer layer;
	enum package_kind kind;
	struct links links;
	bool is_deb, has_data;
};

const char *package_code_text(enum package_code code)
{
	static const char *const texts[] = {
		[PACKAGE_DATA] = "data",
		[PACKAGE_SCRIPT] = "script",
		[PACKAGE_ELF] = "elf",
		[PACKAGE_MODULE] = "module",
		[PACKAGE_COMPRESSED_MODULE] = "compressed-module",
	};

	return texts[code];
}

static bool is_compressed(enum package_kind kind)
{
	return kind == KIND_COMPRESSED || kind == KIND_RPM;
}

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), n = strlen(suffix);

	return length >= n && strcmp(text + length - n, suffix) == 0;
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

static int check_findings(struct package_walk *walk, int err, const char *name)
{
	if (err == -E2BIG)
		return package_stop(walk, err, name,
				    "here the names of code exceed %zu bytes",
				    walk->options->bounds.names);
	return err ? package_no_memory(walk) : 0;
}

static int add_finding(struct package_member *member, enum package_code code)
{
	struct package_walk *walk = member->walk;
	struct finding finding = {
		.size = member->layer ? member->size : walk->package->size,
		.code = code,
		.name = (char *)member->shown,
	};

	if (!member->layer)
		memcpy(finding.sha256, walk->package->sha256, sizeof(finding.sha256));
	else if (!EVP_DigestFinal_ex(member->md, finding.sha256, NULL))
		return package_no_memory(walk);
	return check_findings(walk, findings_add(&walk->findings, &finding,
						 walk->options->bounds.names),
			      member->shown);
}

static ssize_t read_member(struct package_source *source, const void **ret_block)
{
	size_t length;
	int err;

	err = member_take((struct package_member *)source, ret_block, &length);
	return err ? err : (ssize_t)length;
}

/*
 * What is read back and forth: the package itself, or bytes of a member that are
 * held in memory. Of a zip behind a program those before it are gone; they count
 * in its offsets but are not read, so zeros do.
 */
struct random_source {
	struct package_source source;
	struct package_walk *walk;
	const unsigned char *memory;	/* NULL: the package */
	uint64_t base;			/* where in the package it begins */
	uint64_t gone;			/* bytes before @memory */
	uint64_t size;			/* those included */
	uint64_t position;
	unsigned char block[65536];
};

static ssize_t read_random(struct package_source *source, const void **ret_block)
{
	struct random_source *random = (struct random_source *)source;
	uint64_t left = random->position < random->size ?
			random->size - random->position : 0;
	ssize_t n = left < sizeof(random->block) ? left : sizeof(random->block);

	*ret_block = random->block;
	if (!random->memory) {
		n = package_pread(random->walk, random->block, n,
				  random->base + random->position);
	} else if (random->position < random->gone) {
		memset(random->block, 0, sizeof(random->block));
		if ((uint64_t)n > random->gone - random->position)
			n = random->gone - random->position;
	} else {
		*ret_block = random->memory + (random->position - random->gone);
	}
	if (n > 0)
		random->position += n;
	return n;
}

static int64_t seek_random(struct package_source *source, int64_t offset, int whence)
{
	struct random_source *random = (struct random_source *)source;
	int64_t base = 0;

	if (whence == SEEK_CUR)
		base = random->position;
	else if (whence == SEEK_END)
		base = random->size;
	if (__builtin_add_overflow(base, offset, &base) || base < 0)
		return -EINVAL;
	random->position = base;
	return base;
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
		err = check_findings(walk, links_name(&c->links, &walk->findings, joined,
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
	return check_findings(walk, err, shown);
}

/* Names around the files in an entry, where the archive is only a wrapping. */
static const char *path_in(struct container *c, const char *entry, const char *shown)
{
	if (is_compressed(c->kind) || (c->is_deb && begins(entry, "data.tar")))
		return c->member->path;
	return shown;
}

static int walk_file(struct container *c, const char *entry, const char *shown,
		     enum package_code *ret_code)
{
	struct package_member *outer = c->member;
	struct package_member member = {
		.source.read = read_member,
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

	err = walk_member(&member, ret_code);
	member_free(&member);
	if (!err && *ret_code != PACKAGE_DATA && outer->walk->findings.n > found)
		err = link_content(c, shown);
	return err;
}

/* The content of a compressed file is shown by the file's name. */
static char *shown_name(struct container *c, const char *entry)
{
	char *shown;

	if (!is_compressed(c->kind))
		return join(c->member, entry);
	return asprintf(&shown, "%s (decompressed)", c->member->shown) < 0 ? NULL : shown;
}

static int walk_entry(struct container *c, enum package_code *ret_code)
{
	struct package_walk *walk = c->member->walk;
	struct archive_entry *entry = c->layer.entry;
	const char *target = archive_entry_hardlink(entry);
	const char *name = is_compressed(c->kind) ? c->member->entry : entry_name(entry);
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
	struct random_source *random;
	uint64_t begins_at;
	int err = 0;

	if (member->layer)
		err = hold(member);
	if (err)
		return err;
	random = malloc(sizeof(*random));
	if (!random)
		return package_no_memory(walk);
	begins_at = member->size - (member->filled - member->start);
	*random = (struct random_source){
		.source = { .read = read_random, .seek = seek_random },
		.walk = walk,
		.size = member->layer ? member->size : walk->package->size,
	};
	if (member->layer)
		random->memory = member->buffer + member->start;
	if (c->kind != KIND_ZIP) {
		random->base = begins_at;
		random->size -= begins_at;
	} else if (member->layer) {
		random->gone = begins_at;
	}
	err = walk_layer(c, &random->source, ret_code);
	free(random);
	if (member->layer)
		walk->held -= member->filled - member->start;
	return err;
}

/*
 * Walk what a member holds, from where its buffer begins. @ret_code is set to
 * what the last entry is, which for a compressed file is its content.
 */
static int walk_container(struct package_member *member, enum package_kind kind,
			  enum package_code *ret_code)
{
	struct container c = { .member = member, .kind = kind };
	struct package_walk *walk = member->walk;

	if (member->depth == walk->options->bounds.layers)
		return package_stop(walk, -E2BIG, member->shown,
				    "archives are nested more than %u deep",
				    walk->options->bounds.layers);
	if (!is_compressed(kind))
		walk->archives++;
	if (package_kind_seeks(kind))
		return walk_random(&c, ret_code);
	return walk_layer(&c, &member->source, ret_code);
}

/* Look behind the ELF part of a file: at its end, or where that is rounded up. */
static int find_behind_elf(struct package_member *member, enum package_kind *ret_kind,
			   const char **ret_name)
{
	static const unsigned int alignments[] = { 1, 16, 512, 4096 };
	uint64_t end, begin, position;
	size_t i, left;
	int err;

	end = package_elf_end(member->buffer + member->start,
			      member->filled - member->start);
	if (!end)
		return 0;
	err = member_go(member, end);
	if (!err)
		err = member_fill(member, PACKAGE_HEAD);
	if (err)
		return err;
	begin = member->size - (member->filled - member->start);
	for (i = 0; i < sizeof(alignments) / sizeof(alignments[0]); i++) {
		if (__builtin_add_overflow(end, alignments[i] - 1, &position))
			break;
		position -= position % alignments[i];
		left = member->filled - member->start;
		if (position < begin || position - begin >= left)
			continue;
		*ret_kind = package_kind_of(member->buffer + member->start +
					    (position - begin),
					    left - (position - begin), ret_name);
		if (*ret_kind != KIND_NONE)
			return member_go(member, position);
	}
	return 0;
}

static int find_behind_script(struct package_member *member, enum package_kind *ret_kind,
			      const char **ret_name)
{
	size_t offset = 0, length;
	int err;

	err = member_fill(member, PACKAGE_SCRIPT_SEARCH);
	if (err)
		return err;
	length = member->filled - member->start;
	if (length > PACKAGE_SCRIPT_SEARCH)
		length = PACKAGE_SCRIPT_SEARCH;
	*ret_kind = package_find_appended(member->buffer + member->start, length, &offset,
					  ret_name);
	if (*ret_kind == KIND_NONE) {
		if (memchr(member->buffer + member->start, '\0', length))
			return package_problem(member->walk, member->shown,
					       "a script with data behind it that is no "
					       "archive known here");
		return 0;
	}
	return member_go(member, offset);
}

/* Archives that begin where code ends: self-extracting scripts, AppImages. */
static int find_appended(struct package_member *member, enum package_code code,
			 enum package_kind *ret_kind, const char **ret_name)
{
	bool appimage = package_is_appimage(member->buffer + member->start,
					    member->filled - member->start);
	int err;

	if (code == PACKAGE_SCRIPT)
		return find_behind_script(member, ret_kind, ret_name);
	err = find_behind_elf(member, ret_kind, ret_name);
	if (!err && appimage && *ret_kind == KIND_NONE)
		err = package_problem(member->walk, member->shown,
				      "an AppImage whose content is no archive known here");
	return err;
}

static void read_facts(struct package_member *member, enum package_kind kind)
{
	struct package_facts *facts = &member->walk->package->facts;
	const char *head = (const char *)member->buffer + member->start;
	size_t length = member->filled - member->start;

	if (kind == KIND_RPM && !member->layer)
		facts_read_rpm(facts, head, length);
	else if (member->in_control && strcmp(member->entry, "control") == 0)
		facts_read_control(facts, head, length);
	else if (strcmp(member->shown, "package/package.json") == 0)
		facts_read_json(facts, head, length);
}

static enum package_code code_of(const struct package_member *member)
{
	const unsigned char *head = member->buffer + member->start;
	size_t length = member->filled - member->start;

	if (package_is_script(head, length))
		return PACKAGE_SCRIPT;
	if (!package_is_elf(head, length))
		return PACKAGE_DATA;
	if (ends(member->entry, ".ko") ||
	    (strstr(member->entry, ".ko.") && package_is_relocatable(head, length)))
		return PACKAGE_MODULE;
	return PACKAGE_ELF;
}

/* Recognise what there is and walk it; what cannot be read is a problem. */
static int walk_content(struct package_member *member, enum package_code *ret_code)
{
	enum package_code code = *ret_code, inner = PACKAGE_DATA;
	enum package_kind kind;
	const char *name = NULL;
	char text[80];
	int err = 0;

	kind = package_kind_of(member->buffer + member->start,
			       member->filled - member->start, &name);
	read_facts(member, kind);
	if (member->layer && (code != PACKAGE_DATA || is_compressed(kind)))
		err = member_hash(member);
	if (!err && kind == KIND_NONE && code != PACKAGE_DATA)
		err = find_appended(member, code, &kind, &name);
	if (err)
		return err;
	if (!member->layer)
		member->walk->package->format = name ? name : package_code_text(code);
	if (kind == KIND_UNREADABLE) {
		snprintf(text, sizeof(text), "%s%s cannot be read here",
			 code == PACKAGE_DATA ? "" : "the archive behind it: ", name);
		return package_problem(member->walk, member->shown, text);
	}
	if (kind == KIND_NONE)
		return 0;
	err = walk_container(member, kind, &inner);
	if (!err && code == PACKAGE_DATA && is_compressed(kind) && inner == PACKAGE_MODULE)
		*ret_code = PACKAGE_COMPRESSED_MODULE;
	return err;
}

static int walk_member(struct package_member *member, enum package_code *ret_code)
{
	struct package_walk *walk = member->walk;
	int err;

	err = member_fill(member, PACKAGE_HEAD);
	if (err)
		return err;
	*ret_code = code_of(member);
	err = walk_content(member, ret_code);
	if (walk->err)
		return walk->err;
	/* Even if what it holds is damaged, the file itself may be whole. */
	err = member->layer ? member_go(member, UINT64_MAX) : 0;
	if (!err && *ret_code != PACKAGE_DATA)
		err = add_finding(member, *ret_code);
	return err;
}

static int hash_package(struct package_walk *walk)
{
	struct package_member member = { .walk = walk, .shown = walk->package->name };
	int err;

	member.md = EVP_MD_CTX_new();
	if (!member.md || !EVP_DigestInit_ex(member.md, EVP_sha256(), NULL))
		err = package_no_memory(walk);
	else
		err = member_go(&member, UINT64_MAX);
	if (!err && !EVP_DigestFinal_ex(member.md, walk->package->sha256, NULL))
		err = package_no_memory(walk);
	walk->package->size = member.size;
	walk->fd_done = 0;
	walk->told = 0;
	member_free(&member);
	return err;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
	       a->st_ctim.tv_sec == b->st_ctim.tv_sec &&
	       a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static int walk_package(struct package_walk *walk)
{
	struct package *package = walk->package;
	enum package_code code = PACKAGE_DATA;
	struct package_member member = {
		.source.read = read_member,
		.walk = walk,
		.path = "",
		.shown = package->name,
		.entry = package->name,
	};
	struct stat before, after;
	int err;

	if (fstat(walk->fd, &before))
		return package_stop(walk, -errno, NULL, "%s", strerror(errno));
	err = hash_package(walk);
	if (!err && !package->size)
		err = package_stop(walk, -EBADMSG, NULL, "it is empty");
	if (!err)
		err = walk_member(&member, &code);
	member_free(&member);
	if (walk->err)
		return walk->err;
	if (!package->format || strcmp(package->format, "data") == 0)
		return package_stop(walk, -EBADMSG, NULL,
				    "it is no package, archive or program known here");
	/* What is cut after a few bytes can still be unpacked to a few bytes. */
	if (!walk->findings.n && !package->n_problems && (!walk->archives || !walk->entries))
		return package_stop(walk, -EBADMSG, NULL,
				    "there is no archive with files in it, and no code");
	if (fstat(walk->fd, &after) || !is_same(&before, &after))
		return package_stop(walk, -EBUSY, NULL, "it changed while it was read");
	return 0;
}

int package_read(int fd, const char *name, const struct package_options *options,
		 struct package *ret_package, char **ret_error)
{
	const char *slash = strrchr(name, '/');
	struct package package = { 0 };
	struct package_walk walk = { .options = options, .package = &package, .fd = fd };
	int err;

	package.name = strdup(slash ? slash + 1 : name);
	err = package.name ? walk_package(&walk) : -ENOMEM;
	if (!err)
		err = findings_fold(&walk.findings, &package);
	findings_free(&walk.findings);
	*ret_error = walk.error;
	if (err) {
		package_free(&package);
		return err;
	}
	facts_guess(&package.facts, package.name);
	*ret_package = package;
	return 0;
}

void package_free(struct package *package)
{
	size_t i;

	for (i = 0; i < package->n_names; i++)
		free(package->all_names[i]);
	for (i = 0; i < package->n_problems; i++) {
		free(package->problems[i].member);
		free(package->problems[i].text);
	}
	free(package->all_names);
	free(package->files);
	free(package->problems);
	facts_free(&package->facts);
	free(package->name);
	*package = (struct package){ 0 };
}
