// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stores that arguments name.
 */
#include <errno.h>

#include "report.h"
#include "store_open.h"

enum status store_fail(struct cli *cli, const char *path, const struct evidence *evidence,
		       int err)
{
	if (!evidence || err == -ENOMEM)
		return fail_memory(cli);
	switch (-err) {
	case EBADMSG:
	case EPROTO:
	case EINVAL:
		return fail(cli, STATUS_PATH, err, "%s: %s", path, evidence_error(evidence));
	case ENOENT:
	case ENOTDIR:
		return fail(cli, STATUS_PATH, err, "%s: there is no such store: does debard run?",
			    path);
	case EACCES:
	case EPERM:
		return fail_path(cli, err, path);
	default:
		return fail(cli, STATUS_IO, err, "%s: %s", path, evidence_error(evidence));
	}
}

enum status store_open(struct cli *cli, const char *path, struct evidence **ret_evidence)
{
	enum status status;
	int err;

	err = evidence_open(path, ret_evidence);
	if (!err)
		return STATUS_OK;
	status = store_fail(cli, path, *ret_evidence, err);
	evidence_close(*ret_evidence);
	return status;
}
