/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine that is made of a few files below a scratch directory, and policies
 * against what they hold. Include it after cmocka.h.
 */
#ifndef DEBAR_TEST_GUARD_MACHINE_H
#define DEBAR_TEST_GUARD_MACHINE_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "escape.h"
#include "guard.h"
#include "policy.h"
#include "scratch.h"

#define NOW	UINT64_C(1796083200)	/* 2026-12-01 */
#define DAY	UINT64_C(86400)
#define MAX_FILES 40

static struct scratch scratch;
static char root[96], proc[96];

/* Folders of @path below the scratch directory. */
static inline void make_folders(const char *path)
{
	char *copy = strdup(path), *at = copy + strlen(scratch.path) + 1;

	for (; (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		mkdir(copy, 0755);
	}
	free(copy);
}

/* A file of the machine ("root/bin/sh") or of procfs ("proc/1/comm"). */
static inline void put(const char *name, const char *content)
{
	make_folders(scratch_path(&scratch, name));
	scratch_text(&scratch, name, content);
}

static inline void put_link(const char *name, const char *target)
{
	const char *path = scratch_path(&scratch, name);

	make_folders(path);
	assert_int_equal(symlink(target, path), 0);
}

/* A process that runs the file @exe. */
static inline void put_process(const char *pid, const char *comm, const char *exe)
{
	char name[64], line[128];

	snprintf(name, sizeof(name), "proc/%s/comm", pid);
	snprintf(line, sizeof(line), "%s\n", comm);
	put(name, line);
	snprintf(name, sizeof(name), "proc/%s/maps", pid);
	put(name, "");
	snprintf(name, sizeof(name), "proc/%s/stat", pid);
	snprintf(line, sizeof(line), "%s (%s) S 1 1 1 0 -1 4194560 0 0\n", pid, comm);
	put(name, line);
	snprintf(name, sizeof(name), "proc/%s/exe", pid);
	put_link(name, scratch_path(&scratch, exe));
}

/* The least that a machine has: process 1, and us. */
static inline int setup(void **state)
{
	(void)state;
	scratch_make(&scratch);
	snprintf(root, sizeof(root), "%s/root", scratch.path);
	snprintf(proc, sizeof(proc), "%s/proc", scratch.path);
	put("root/sbin/first", "the first process");
	put("root/opt/debar/here", "Debar, wherever it is");
	put_process("1", "first", "root/sbin/first");
	put_link("proc/self/exe", scratch_path(&scratch, "root/opt/debar/here"));
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

/* A policy in the making. */
struct text {
	struct scratch_file file;
};

static inline void begin_policy(struct text *text)
{
	scratch_open(&text->file);
	fputs("debar: 1\npolicy: t\nserial: 1\nauthorities:\n- {id: A, citation: c}\n"
	      "vendors:\n- name: V\n  products:\n", text->file.stream);
}

static inline void add_product(struct text *text, const char *name, const char *rest)
{
	fprintf(text->file.stream, "  - name: %s\n    authority: A\n    %s\n    files:\n",
		name, rest);
}

static inline void hex_of(const char *content, char hex[65])
{
	uint8_t sha256[32];

	EVP_Digest(content, strlen(content), sha256, NULL, EVP_sha256(), NULL);
	escape_hex(sha256, 32, hex);
}

static inline void add_ban(struct text *text, const char *content)
{
	char hex[65];

	hex_of(content, hex);
	fprintf(text->file.stream, "    - {sha256: %s, size: %zu}\n", hex,
		strlen(content));
}

/* Deny what has one of these contents, up to NULL. */
static inline void add_bans(struct text *text, const char *const *contents)
{
	add_product(text, "P", "action: deny");
	for (; *contents; contents++)
		add_ban(text, *contents);
}

static struct debar_image images[2];
static void *data[2];

static inline void end_policy(struct text *text, size_t i)
{
	struct policy_diagnostics diagnostics;
	size_t length;
	int err;

	err = policy_compile(scratch_close(&text->file, &scratch, "policy.yaml"),
			     &diagnostics, &data[i], &length, NULL);
	policy_diagnostics_print(&diagnostics, stderr);
	policy_diagnostics_free(&diagnostics);
	assert_int_equal(err, 0);
	assert_int_equal(debar_image_check(&images[i], data[i], length), DEBAR_IMAGE_OK);
}

static uint64_t bytes_hashed;
static int stop_with;

static inline int note_progress(uint64_t done, void *unused)
{
	(void)unused;
	bytes_hashed = done;
	return stop_with;
}

/* The first @n policies against the machine. */
static inline struct guard_result run(size_t n)
{
	struct guard_input input = {
		.root = root, .proc = proc, .images = images, .n_images = n, .now = NOW,
		.max_files = MAX_FILES, .progress = note_progress,
	};
	struct guard_result result;

	stop_with = 0;
	assert_int_equal(guard_check(&input, &result), 0);
	while (n)
		free(data[--n]);
	return result;
}

static inline const struct guard_hit *find_hit(const struct guard_result *result,
					const char *path)
{
	const struct guard_hit *hit = NULL;
	size_t i;

	for (i = 0; i < result->n_hits; i++) {
		if (strcmp(result->hits[i].path, path) != 0)
			continue;
		assert_null(hit);
		hit = &result->hits[i];
	}
	return hit;
}

static inline void assert_hit(const struct guard_result *result, const char *path,
		       const char *why)
{
	const struct guard_hit *hit = find_hit(result, path);

	if (!hit)
		fail_msg("%s is no hit", path);
	assert_string_equal(hit->why, why);
}

static inline void assert_gap(const struct guard_result *result, const char *path, int err)
{
	size_t i;

	for (i = 0; i < result->n_gaps; i++) {
		if (strcmp(result->gaps[i].path, path) == 0)
			break;
	}
	if (i == result->n_gaps)
		fail_msg("%s is no gap", path);
	assert_int_equal(result->gaps[i].err, err);
}

static inline void ban_nothing_there(size_t i)
{
	static const char *const banned[] = { "nothing of the kind", NULL };
	struct text text;

	begin_policy(&text);
	add_bans(&text, banned);
	end_policy(&text, i);
}

#define test(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

#endif
