// SPDX-License-Identifier: GPL-2.0-only
/*
 * SPDX 2.2 and 2.3: files with their SHA256. The checksums of packages are those
 * of archives, and a packageVerificationCode is that of a tree.
 */
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"
#include "import_json.h"

enum {
	DOCUMENT,
	VERSION,
	NAMESPACE,
	FILES,
	FILE_OBJECT,
	PACKAGES,
	PACKAGE,
	NAME,
	CHECKSUMS,
	CHECKSUM,
	ALGORITHM,
	VALUE,
	VERIFICATION,
	VERIFICATION_VALUE,
};

static const struct json_shape checksum[] = {
	{ "algorithm", JSON_TEXT, ALGORITHM, NULL },
	{ "checksumValue", JSON_TEXT, VALUE, NULL },
	{ 0 },
};

static const struct json_shape checksums[] = {
	{ "", JSON_OBJECT, CHECKSUM, checksum },
	{ 0 },
};

static const struct json_shape file[] = {
	{ "fileName", JSON_TEXT, NAME, NULL },
	{ "checksums", JSON_ARRAY, CHECKSUMS, checksums },
	{ 0 },
};

static const struct json_shape verification[] = {
	{ "packageVerificationCodeValue", JSON_TEXT, VERIFICATION_VALUE, NULL },
	{ 0 },
};

static const struct json_shape package[] = {
	{ "name", JSON_TEXT, NAME, NULL },
	{ "checksums", JSON_ARRAY, CHECKSUMS, checksums },
	{ "packageVerificationCode", JSON_OBJECT, VERIFICATION, verification },
	{ 0 },
};

static const struct json_shape files[] = {
	{ "", JSON_OBJECT, FILE_OBJECT, file },
	{ 0 },
};

static const struct json_shape packages[] = {
	{ "", JSON_OBJECT, PACKAGE, package },
	{ 0 },
};

static const struct json_shape members[] = {
	{ "spdxVersion", JSON_TEXT, VERSION, NULL },
	{ "documentNamespace", JSON_TEXT, NAMESPACE, NULL },
	{ "files", JSON_ARRAY, FILES, files },
	{ "packages", JSON_ARRAY, PACKAGES, packages },
	{ 0 },
};

static const struct json_shape document = { "", JSON_OBJECT, DOCUMENT, members };

struct spdx {
	struct import *import;
	struct json_text version, namespace;
	struct json_text name, algorithm, value;
	struct import_file file;	/* or package */
	bool verified;		/* the package has a verification code */
	uint64_t line;
};

static void read_file(struct spdx *spdx)
{
	if (!spdx->name.given) {
		import_error(spdx->import, "a file without 'fileName'");
		return;
	}
	spdx->file.row.name = spdx->name.text;
	spdx->file.row.name_length = spdx->name.length;
	if (!import_file_end(spdx->import, &spdx->file))
		import_refuse(spdx->import, "files without a digest",
			      "a file without a checksum");
}

static void read_package(struct spdx *spdx)
{
	struct policy_quote name = policy_quote(spdx->name.given ? spdx->name.text : "",
						spdx->name.length);

	if (spdx->file.wrong)
		return;
	if (spdx->file.has_sha256 || spdx->file.n_others > 0)
		import_refuse(spdx->import, "digests of packages", "%s: the checksum of a "
			      "package, which is that of an archive, not of a file that runs",
			      name.text);
	if (spdx->verified)
		import_refuse(spdx->import, "digests of trees", "%s: a "
			      "packageVerificationCode is the digest of a whole tree",
			      name.text);
	if (!spdx->file.has_sha256 && !spdx->file.n_others && !spdx->verified)
		import_ignore(spdx->import, "packages", 1);
}

static void on_begin(void *data, int id)
{
	struct spdx *spdx = data;

	switch (id) {
	case FILE_OBJECT:
	case PACKAGE:
		json_text_clear(&spdx->name);
		import_file_begin(&spdx->file);
		spdx->verified = false;
		spdx->line = spdx->import->line;
		break;
	case CHECKSUM:
		json_text_clear(&spdx->algorithm);
		json_text_clear(&spdx->value);
		break;
	}
}

static void on_end(void *data, int id)
{
	struct spdx *spdx = data;

	switch (id) {
	case FILE_OBJECT:
		spdx->import->line = spdx->line;
		read_file(spdx);
		break;
	case PACKAGE:
		spdx->import->line = spdx->line;
		read_package(spdx);
		break;
	case CHECKSUM:
		if (spdx->algorithm.given && spdx->value.given) {
			import_file_digest(spdx->import, &spdx->file, spdx->algorithm.text,
					   spdx->algorithm.length, spdx->value.text,
					   spdx->value.length);
		} else {
			import_error(spdx->import, "a checksum without 'algorithm' or "
				     "'checksumValue'");
			spdx->file.wrong = true;
		}
		break;
	}
}

static void on_text(void *data, int id, const char *text, size_t length)
{
	struct spdx *spdx = data;
	struct json_text *to = NULL;

	switch (id) {
	case VERSION:
		to = &spdx->version;
		break;
	case NAMESPACE:
		to = &spdx->namespace;
		break;
	case NAME:
		to = &spdx->name;
		break;
	case ALGORITHM:
		to = &spdx->algorithm;
		break;
	case VALUE:
		to = &spdx->value;
		break;
	case VERIFICATION_VALUE:
		spdx->verified = true;
		return;
	}
	json_text_set(spdx->import, to, text, length);
}

int import_spdx(struct import *import)
{
	static const struct json_hooks hooks = { on_begin, on_end, on_text, NULL };
	struct spdx spdx = { .import = import };
	int error = json_read(import, &document, &hooks, &spdx);

	import->line = 0;
	if (!error && !import->stopped && !json_text_is(&spdx.version, "SPDX-2.2") &&
	    !json_text_is(&spdx.version, "SPDX-2.3"))
		import_error(import, "no SPDX document of version 2.2 or 2.3: its "
			     "'spdxVersion' has to say so");
	if (spdx.namespace.given)
		import_note(import, "SPDX %s", spdx.namespace.text);
	json_text_free(&spdx.version);
	json_text_free(&spdx.namespace);
	json_text_free(&spdx.name);
	json_text_free(&spdx.algorithm);
	json_text_free(&spdx.value);
	return error;
}
