// SPDX-License-Identifier: GPL-2.0-only
/*
 * SHA-256 of files: known digests, sizes around the buffer's, progress, errors.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "escape.h"
#include "libdebar.h"

#define BUFFER (128u << 10)

static int make_file(const void *data, size_t length)
{
	int fd = memfd_create("debar-test", MFD_CLOEXEC);

	assert_true(fd >= 0);
	while (length) {
		ssize_t n = write(fd, data, length);

		assert_true(n > 0);
		data = (const char *)data + n;
		length -= n;
	}
	return fd;
}

static void test_known(void **state)
{
	static const struct {
		const char *content, *hex;
	} cases[] = {
		/* FIPS 180-2 */
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t size;
	char hex[65];
	size_t i;
	int fd;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fd = make_file(cases[i].content, strlen(cases[i].content));
		assert_int_equal(debar_hash_fd(fd, sha256, &size, NULL, NULL), 0);
		escape_hex(sha256, sizeof(sha256), hex);
		assert_string_equal(hex, cases[i].hex);
		assert_int_equal(size, strlen(cases[i].content));
		close(fd);
	}
}

static void test_around_the_buffer(void **state)
{
	static const size_t lengths[] = {
		1, BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER, 3 * BUFFER + 7,
	};
	uint8_t sha256[DEBAR_SHA256_SIZE], expected[DEBAR_SHA256_SIZE];
	unsigned char *data = malloc(4 * BUFFER);
	uint64_t size;
	size_t i;
	int fd;

	(void)state;
	assert_non_null(data);
	for (i = 0; i < 4 * BUFFER; i++)
		data[i] = i * 31 + (i >> 8);
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		EVP_Digest(data, lengths[i], expected, NULL, EVP_sha256(), NULL);
		fd = make_file(data, lengths[i]);
		/* The descriptor's position, here at the end, does not matter. */
		assert_int_equal(debar_hash_fd(fd, sha256, &size, NULL, NULL), 0);
		assert_memory_equal(sha256, expected, sizeof(expected));
		assert_int_equal(size, lengths[i]);
		close(fd);
	}
	free(data);
}

struct progress {
	uint64_t last;
	unsigned int calls;
	uint64_t stop_at;
};

static int note(uint64_t done, void *data)
{
	struct progress *progress = data;

	assert_true(done > progress->last);
	progress->last = done;
	progress->calls++;
	return progress->stop_at && done >= progress->stop_at ? -ECANCELED : 0;
}

static void test_progress(void **state)
{
	struct progress all = { 0 }, stopped = { .stop_at = 1 };
	uint8_t sha256[DEBAR_SHA256_SIZE] = { 7 }, before[DEBAR_SHA256_SIZE] = { 7 };
	uint64_t size = 7;
	int fd = make_file("", 0);

	(void)state;
	assert_int_equal(ftruncate(fd, 100 << 20), 0);
	assert_int_equal(debar_hash_fd(fd, sha256, &size, note, &stopped), -ECANCELED);
	assert_int_equal(stopped.calls, 1);
	/* Results are set on success only. */
	assert_int_equal(size, 7);
	assert_memory_equal(sha256, before, sizeof(before));

	assert_int_equal(debar_hash_fd(fd, sha256, &size, note, &all), 0);
	assert_in_range(all.calls, 2, 100);
	assert_int_equal(size, 100 << 20);
	close(fd);
}

static void test_errors(void **state)
{
	uint8_t sha256[DEBAR_SHA256_SIZE];
	uint64_t size;
	int fd;

	(void)state;
	assert_int_equal(debar_hash_fd(-1, sha256, &size, NULL, NULL), -EBADF);
	fd = open("/", O_RDONLY | O_CLOEXEC);
	assert_int_equal(debar_hash_fd(fd, sha256, &size, NULL, NULL), -EISDIR);
	close(fd);
	fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	assert_int_equal(debar_hash_fd(fd, sha256, &size, NULL, NULL), -EBADF);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_known),
		cmocka_unit_test(test_around_the_buffer),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests_name("hash", tests, NULL, NULL);
}
