// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guard: each file that is needed goes through the size filter, then its
 * digest is looked up, as the kernel would do it.
 */
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guard.h"
#include "guard_paths.h"
#include "libdebar.h"
#include "sizes.h"

/* Ends the walk: there are more files than input->max_files. */
#define TOO_MANY	1

/* What makes two paths the same file. */
struct identity {
	dev_t dev;
	ino_t inode;
};

struct guard {
	const struct guard_input *input;
	struct guard_result *result;
	struct debar_sizes *sizes;	/* of each image */
	void *seen;			/* tree of struct identity */
	size_t n_seen;
	uint64_t hashed;		/* bytes */
};

static int compare_identities(const void *a, const void *b)
{
	const struct identity *x = a, *y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->inode > y->inode) - (x->inode < y->inode);
}

static bool is_seen(const struct guard *guard, const struct stat *st)
{
	const struct identity identity = { st->st_dev, st->st_ino };

	return tfind(&identity, &guard->seen, compare_identities);
}

static int note_seen(struct guard *guard, const struct stat *st)
{
	struct identity *identity = malloc(sizeof(*identity));

	if (!identity)
		return -ENOMEM;
	*identity = (struct identity){ st->st_dev, st->st_ino };
	if (!tsearch(identity, &guard->seen, compare_identities)) {
		free(identity);
		return -ENOMEM;
	}
	guard->n_seen++;
	return 0;
}

static bool may_be_banned(const struct guard *guard, uint64_t size)
{
	const struct guard_input *input = guard->input;
	size_t i;

	for (i = 0; i < input->n_images; i++) {
		if (debar_sizes_may_ban(&guard->sizes[i], &input->images[i], size))
			return true;
	}
	return false;
}

static int add_gap(void *data, const char *path, const char *why, int err)
{
	struct guard_result *result = ((struct guard *)data)->result;
	struct guard_gap *gaps;
	size_t i;

	/* Process 1 is looked at for being that, and for running. */
	for (i = 0; i < result->n_gaps; i++) {
		if (strcmp(result->gaps[i].path, path) == 0)
			return 0;
	}
	if (result->n_gaps == GUARD_GAPS_MAX) {
		result->n_dropped++;
		return 0;
	}
	gaps = reallocarray(result->gaps, result->n_gaps + 1, sizeof(*gaps));
	if (!gaps)
		return -ENOMEM;
	result->gaps = gaps;
	gaps += result->n_gaps++;
	*gaps = (struct guard_gap){ strdup(path), strdup(why), err };
	return gaps->path && gaps->why ? 0 : -ENOMEM;
}

static int add_hit(struct guard *guard, const struct guard_hit *hit, const char *path,
		   const char *why)
{
	struct guard_result *result = guard->result;
	struct guard_hit *hits;

	hits = reallocarray(result->hits, result->n_hits + 1, sizeof(*hits));
	if (!hits)
		return -ENOMEM;
	result->hits = hits;
	hits += result->n_hits++;
	*hits = *hit;
	hits->path = strdup(path);
	hits->why = strdup(why);
	return hits->path && hits->why ? 0 : -ENOMEM;
}

/* When the ban denies, if it ever does: what policy.c of the module decides. */
static bool denies(const struct debar_image *image, const struct debar_image_ban *ban,
		   uint64_t now, struct guard_hit *hit)
{
	const struct debar_image_product *product =
		&image->products[debar_image_ban_product(ban)];
	const struct debar_image_exception *exception = debar_image_exception(image, ban);
	uint64_t from = le64_to_cpu(product->effective);
	uint64_t expires = le64_to_cpu(product->expires);

	hit->product = product;
	hit->excepted = exception ? le64_to_cpu(exception->expires) : 0;
	if (hit->excepted <= now)
		hit->excepted = 0;
	if (hit->excepted > from)
		from = hit->excepted;
	hit->from = from > now ? from : 0;
	if (le32_to_cpu(product->action) != DEBAR_ACTION_DENY)
		return false;
	return expires == 0 || (expires > now && expires > from);
}

static int look_up(struct guard *guard, const uint8_t *sha256, const char *path,
		   const char *why)
{
	const struct guard_input *input = guard->input;
	struct guard_hit hit;
	size_t i;
	int err = 0;

	for (i = 0; i < input->n_images && !err; i++) {
		const struct debar_image_ban *ban =
			debar_image_find(&input->images[i], sha256);

		hit = (struct guard_hit){ .image = i };
		if (!ban || !denies(&input->images[i], ban, input->now, &hit))
			continue;
		memcpy(hit.sha256, sha256, sizeof(hit.sha256));
		err = add_hit(guard, &hit, path, why);
	}
	return err;
}

static int report_progress(const struct guard *guard, uint64_t done)
{
	const struct guard_input *input = guard->input;

	return input->progress ? input->progress(guard->hashed + done, input->data) : 0;
}

/* A hash that is being computed. */
struct hashing {
	const struct guard *guard;
	int stopped;		/* what progress returned */
};

static int watch_hashing(uint64_t done, void *data)
{
	struct hashing *hashing = data;

	hashing->stopped = report_progress(hashing->guard, done);
	if (hashing->stopped)
		return hashing->stopped;
	/* A file can grow for ever while it is read. */
	return done > GUARD_BYTES_MAX ? -EFBIG : 0;
}

static int hash_and_look_up(struct guard *guard, int fd, const char *path,
			    const char *why)
{
	struct hashing hashing = { .guard = guard };
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t size;
	int err;

	err = debar_hash_fd(fd, sha256, &size, watch_hashing, &hashing);
	if (hashing.stopped || err == -ENOMEM)
		return err;
	if (err)
		return add_gap(guard, path, why, -err);
	guard->hashed += size;
	return look_up(guard, sha256, path, why);
}

static bool is_missing(int err)
{
	/* ESRCH: the process has ended. */
	return err == ENOENT || err == ENOTDIR || err == ESRCH;
}

static int fail_open(struct guard *guard, const char *path, const char *why, int err)
{
	return is_missing(err) ? 0 : add_gap(guard, path, why, err);
}

static int visit(void *data, const char *path, const char *open_by, const char *why)
{
	struct guard *guard = data;
	struct stat st;
	int err, fd;

	err = report_progress(guard, 0);
	if (err)
		return err;
	/* Look first: merely opening a device can do things. */
	if (stat(open_by, &st))
		return fail_open(guard, path, why, errno);
	if (!S_ISREG(st.st_mode) || !may_be_banned(guard, st.st_size) ||
	    is_seen(guard, &st))
		return 0;
	if (guard->n_seen == guard->input->max_files)
		return TOO_MANY;
	if ((uint64_t)st.st_size > GUARD_BYTES_MAX)
		return add_gap(guard, path, why, EFBIG);
	fd = open(open_by, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return fail_open(guard, path, why, errno);
	/* It may have been replaced since, by what was looked at before, too. */
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && !is_seen(guard, &st)) {
		err = note_seen(guard, &st);
		if (!err)
			err = hash_and_look_up(guard, fd, path, why);
	}
	close(fd);
	return err;
}

int guard_check(const struct guard_input *input, struct guard_result *ret_result)
{
	struct guard guard = { .input = input, .result = ret_result };
	const struct guard_visitor visitor = {
		.root = input->root,
		.proc = input->proc,
		.file = visit,
		.gap = add_gap,
		.data = &guard,
	};
	size_t i;
	int err;

	*ret_result = (struct guard_result){ 0 };
	guard.sizes = calloc(input->n_images, sizeof(*guard.sizes));
	if (!guard.sizes)
		return -ENOMEM;
	for (i = 0; i < input->n_images; i++)
		debar_sizes_init(&guard.sizes[i], &input->images[i]);
	err = guard_visit_installed(&visitor);
	if (!err)
		err = guard_visit_processes(&visitor);
	if (err == TOO_MANY)
		err = add_gap(&guard, input->proc, "more files than are looked at",
			      EOVERFLOW);
	tdestroy(guard.seen, free);
	free(guard.sizes);
	return err;
}

void guard_free(struct guard_result *result)
{
	size_t i;

	for (i = 0; i < result->n_hits; i++) {
		free(result->hits[i].path);
		free(result->hits[i].why);
	}
	for (i = 0; i < result->n_gaps; i++) {
		free(result->gaps[i].path);
		free(result->gaps[i].why);
	}
	free(result->hits);
	free(result->gaps);
	*result = (struct guard_result){ 0 };
}
