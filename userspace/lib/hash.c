// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * SHA-256 of a file.
 */
#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <unistd.h>

#include "libdebar.h"

#define BUFFER_SIZE	(128u << 10)
#define PROGRESS_EVERY	(16u << 20)	/* bytes; a few times a second */

struct progress {
	int (*fn)(uint64_t done, void *data);
	void *data;
};

/* pread() so that the descriptor's own position does not matter. */
static int hash_all(int fd, EVP_MD_CTX *md, unsigned char *buffer,
		    const struct progress *progress, uint64_t *ret_size)
{
	uint64_t done = 0, next = PROGRESS_EVERY;
	ssize_t n;
	int err;

	while ((n = pread(fd, buffer, BUFFER_SIZE, done)) != 0) {
		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0) {
			if (!EVP_DigestUpdate(md, buffer, n))
				return -EIO;
			done += n;
		}
		if (progress->fn && (n < 0 || done >= next)) {
			err = progress->fn(done, progress->data);
			if (err)
				return err;
			next = done + PROGRESS_EVERY;
		}
	}
	*ret_size = done;
	return 0;
}

int debar_hash_fd(int fd, uint8_t ret_sha256[DEBAR_SHA256_SIZE], uint64_t *ret_size,
		  int (*progress)(uint64_t done, void *data), void *data)
{
	const struct progress p = { progress, data };
	unsigned char *buffer;
	EVP_MD_CTX *md;
	uint64_t size = 0;
	int err = -ENOMEM;

	buffer = malloc(BUFFER_SIZE);
	md = EVP_MD_CTX_new();
	if (!buffer || !md)
		goto out;
	err = -EIO;
	if (!EVP_DigestInit_ex(md, EVP_sha256(), NULL))
		goto out;
	err = hash_all(fd, md, buffer, &p, &size);
	if (err)
		goto out;
	if (!EVP_DigestFinal_ex(md, ret_sha256, NULL)) {
		err = -EIO;
		goto out;
	}
	*ret_size = size;
out:
	EVP_MD_CTX_free(md);
	free(buffer);
	return err;
}
