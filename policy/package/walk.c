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
#include "walk.h"

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

static bool ends(const char *text, const char *suffix)
{
	size_t length = strlen(text), n = strlen(suffix);

	return length >= n && strcmp(text + length - n, suffix) == 0;
}

int package_check_findings(struct package_walk *walk, int err, const char *name)
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
	return package_check_findings(walk, findings_add(&walk->findings, &finding,
						 walk->options->bounds.names),
			      member->shown);
}

/* Look behind the ELF part of a file: at its end, or where that is rounded up. */
static int find_behind_elf(struct package_member *member, enum package_kind *ret_kind,
			   const char **ret_name)
{
	static const unsigned int alignments[] = { 1, 16, 512, 4096 };
	uint64_t end, begin, position;
	size_t i, left;
	int err;

	end = package_elf_end(member_head(member),
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
		*ret_kind = package_kind_of(member_head(member) +
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
	*ret_kind = package_find_appended(member_head(member), length, &offset,
					  ret_name);
	if (*ret_kind == KIND_NONE) {
		if (memchr(member_head(member), '\0', length))
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
	bool appimage = package_is_appimage(member_head(member),
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
	const char *head = (const char *)member_head(member);
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
	const unsigned char *head = member_head(member);
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

	kind = package_kind_of(member_head(member),
			       member->filled - member->start, &name);
	read_facts(member, kind);
	if (member->layer && (code != PACKAGE_DATA || package_kind_compressed(kind)))
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
	err = package_walk_container(member, kind, &inner);
	if (!err && code == PACKAGE_DATA && package_kind_compressed(kind) && inner == PACKAGE_MODULE)
		*ret_code = PACKAGE_COMPRESSED_MODULE;
	return err;
}

int package_walk_member(struct package_member *member, enum package_code *ret_code)
{
	struct package_walk *walk = member->walk;
	int err;

	err = member_fill(member, PACKAGE_HEAD);
	if (err)
		return err;
	*ret_code = code_of(member);
	walk_content(member, ret_code);
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
		.source.read = member_read,
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
		package_walk_member(&member, &code);
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
