// SPDX-License-Identifier: GPL-2.0-only
/*
 * Keys and certificates, by OpenSSL.
 */
/* Engines are deprecated, and what Debian has for PKCS#11 until there is a provider. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <dirent.h>
#include <errno.h>
#include <openssl/bio.h>
#include <openssl/engine.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "files.h"
#include "keys.h"
#include "report.h"

static enum status read_small(struct cli *cli, const char *path, void **ret_data,
			      size_t *ret_length)
{
	enum status status;
	struct stat st;
	int fd;

	status = file_open(cli, path, &fd, &st);
	if (status)
		return status;
	if (st.st_size > SIGNATURE_FILE_MAX)
		status = fail(cli, STATUS_PATH, EFBIG,
			      "%s: it is too large to be a key or certificate", path);
	else
		status = file_read(cli, fd, path, SIGNATURE_FILE_MAX, ret_data, ret_length);
	close(fd);
	return status;
}

static enum status key_from_file(struct cli *cli, const char *path, EVP_PKEY **ret_key)
{
	enum status status;
	void *data = NULL;
	size_t length = 0;
	BIO *bio;

	status = read_small(cli, path, &data, &length);
	if (status)
		return status;
	bio = BIO_new_mem_buf(data, length);
	*ret_key = bio ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
	BIO_free(bio);
	OPENSSL_cleanse(data, length);
	free(data);
	if (*ret_key)
		return STATUS_OK;
	return fail(cli, STATUS_PATH, 0,
		    "%s: it is no private key in PEM, or the passphrase is wrong", path);
}

static EVP_PKEY *key_from_provider(const char *uri)
{
	OSSL_STORE_CTX *store = OSSL_STORE_open(uri, UI_OpenSSL(), NULL, NULL,
						NULL);
	EVP_PKEY *key = NULL;

	while (store && !key && !OSSL_STORE_eof(store)) {
		OSSL_STORE_INFO *info = OSSL_STORE_load(store);

		if (!info)
			break;
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	return key;
}

static EVP_PKEY *key_from_engine(ENGINE *engine, const char *uri)
{
	if (!ENGINE_init(engine))
		return NULL;
	/* Still in use by the key when this returns: it ends with the program. */
	return ENGINE_load_private_key(engine, uri, UI_OpenSSL(), NULL);
}

/* By the provider if it is installed, else by the engine. */
static enum status key_from_token(struct cli *cli, const char *uri, EVP_PKEY **ret_key)
{
	OSSL_PROVIDER *provider = OSSL_PROVIDER_try_load(NULL, "pkcs11", 1);
	ENGINE *engine = NULL;

	*ret_key = provider ? key_from_provider(uri) : NULL;
	if (!*ret_key && !provider) {
		ENGINE_load_dynamic();
		engine = ENGINE_by_id("pkcs11");
		*ret_key = engine ? key_from_engine(engine, uri) : NULL;
		ENGINE_free(engine);
	}
	if (*ret_key)
		return STATUS_OK;
	if (!provider && !engine)
		return fail(cli, STATUS_OTHER, 0,
			    "OpenSSL cannot use PKCS#11: install pkcs11-provider or "
			    "libengine-pkcs11-openssl");
	return fail(cli, STATUS_PATH, 0,
		    "%.*s: the token has no such private key, or refuses to give it",
		    key_shown(uri), uri);
}

static bool is_token(const char *name)
{
	return strncasecmp(name, "pkcs11:", strlen("pkcs11:")) == 0;
}

/* The query of a PKCS#11 URI can hold the PIN. */
int key_shown(const char *name)
{
	return is_token(name) ? strcspn(name, "?") : strlen(name);
}

enum status key_read(struct cli *cli, const char *name, EVP_PKEY **ret_key)
{
	enum status status;

	*ret_key = NULL;
	if (is_token(name))
		status = key_from_token(cli, name, ret_key);
	else
		status = key_from_file(cli, name, ret_key);
	ERR_clear_error();
	return status;
}

/* One in PEM, or DER with nothing behind; NULL. */
static X509 *parse_certificate(const void *data, size_t length, bool *ret_several)
{
	const unsigned char *at = data;
	X509 *certificate, *second;
	BIO *bio;

	*ret_several = false;
	certificate = d2i_X509(NULL, &at, length);
	if (certificate) {
		*ret_several = at != (const unsigned char *)data + length;
		return certificate;
	}
	bio = BIO_new_mem_buf(data, length);
	certificate = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	second = certificate ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	*ret_several = second;
	X509_free(second);
	BIO_free(bio);
	return certificate;
}

enum status certificate_read(struct cli *cli, const char *path, X509 **ret_certificate)
{
	X509 *certificate;
	enum status status;
	void *data = NULL;
	size_t length = 0;
	bool several;

	status = read_small(cli, path, &data, &length);
	if (status)
		return status;
	certificate = parse_certificate(data, length, &several);
	free(data);
	ERR_clear_error();
	if (!certificate)
		return fail(cli, STATUS_PATH, 0,
			    "%s: it is no X.509 certificate in PEM or DER", path);
	if (several) {
		X509_free(certificate);
		return fail(cli, STATUS_PATH, 0,
			    "%s: it holds more than one certificate: one a file", path);
	}
	*ret_certificate = certificate;
	return STATUS_OK;
}

static enum status add(struct cli *cli, const char *path, struct signature_trust *trust)
{
	X509 *certificate = NULL, **bigger;
	enum status status;

	status = certificate_read(cli, path, &certificate);
	if (status)
		return status;
	if (trust->n == TRUST_MAX) {
		X509_free(certificate);
		return fail(cli, STATUS_PATH, 0,
			    "%s: more than %d certificates cannot be trusted", path,
			    TRUST_MAX);
	}
	bigger = reallocarray(trust->list, trust->n + 1, sizeof(*trust->list));
	if (!bigger) {
		X509_free(certificate);
		return fail_memory(cli);
	}
	trust->list = bigger;
	trust->list[trust->n++] = certificate;
	return STATUS_OK;
}

static int is_certificate_name(const struct dirent *entry)
{
	static const char *const suffixes[] = { ".pem", ".crt", ".cer", ".der" };
	size_t length = strlen(entry->d_name), i;

	for (i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (length > 4 && entry->d_name[0] != '.' &&
		    strcmp(entry->d_name + length - 4, suffixes[i]) == 0)
			return 1;
	return 0;
}

static enum status add_entry(struct cli *cli, const char *directory, const char *name,
			     struct signature_trust *trust)
{
	enum status status;
	char *path;

	if (asprintf(&path, "%s/%s", directory, name) < 0)
		return fail_memory(cli);
	status = add(cli, path, trust);
	free(path);
	return status;
}

enum status trust_read(struct cli *cli, const char *path, struct signature_trust *trust)
{
	enum status status = STATUS_OK;
	struct dirent **entries;
	struct stat st;
	int n, i;

	if (stat(path, &st) || !S_ISDIR(st.st_mode))
		return add(cli, path, trust);
	n = scandir(path, &entries, is_certificate_name, alphasort);
	if (n < 0)
		return fail_path(cli, errno, path);
	for (i = 0; i < n; i++) {
		if (!status)
			status = add_entry(cli, path, entries[i]->d_name, trust);
		free(entries[i]);
	}
	free(entries);
	if (n == 0)
		return fail(cli, STATUS_PATH, 0,
			    "%s: there is no certificate in it (*.pem, *.crt, *.cer, *.der)",
			    path);
	return status;
}

void trust_free(struct signature_trust *trust)
{
	while (trust->n)
		X509_free(trust->list[--trust->n]);
	free(trust->list);
	trust->list = NULL;
}
