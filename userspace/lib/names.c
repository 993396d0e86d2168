// SPDX-License-Identifier: LGPL-2.1-or-later
/*
 * Names of enum values, for people and for scripts.
 */
#include <assert.h>

#include "libdebar.h"

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

static const char *const modes[] = {
	[DEBAR_MODE_PERMISSIVE] = "permissive",
	[DEBAR_MODE_ENFORCE] = "enforce",
};
static_assert(ARRAY_SIZE(modes) == __DEBAR_MODE_LAST, "a mode lacks a name");

static const char *const actions[] = {
	[DEBAR_ACTION_OBSERVE] = "observe",
	[DEBAR_ACTION_DENY] = "deny",
};
static_assert(ARRAY_SIZE(actions) == __DEBAR_ACTION_LAST, "an action lacks a name");

static const char *const verdicts[] = {
	[DEBAR_VERDICT_ALLOW] = "allow",
	[DEBAR_VERDICT_OBSERVE] = "observe",
	[DEBAR_VERDICT_DENY] = "deny",
};
static_assert(ARRAY_SIZE(verdicts) == __DEBAR_VERDICT_LAST, "a verdict lacks a name");

static const char *const kinds[] = {
	[DEBAR_KIND_EXEC] = "exec",
	[DEBAR_KIND_EXEC_CHECK] = "exec-check",
	[DEBAR_KIND_MMAP] = "mmap",
	[DEBAR_KIND_MPROTECT] = "mprotect",
	[DEBAR_KIND_MODULE] = "module",
	[DEBAR_KIND_MODULE_BUFFER] = "module-buffer",
	[DEBAR_KIND_FIRMWARE] = "firmware",
	[DEBAR_KIND_KEXEC] = "kexec",
};
static_assert(ARRAY_SIZE(kinds) == __DEBAR_KIND_LAST, "a kind lacks a name");

static const char *const reasons[] = {
	[DEBAR_REASON_BAN] = "ban",
	[DEBAR_REASON_NO_MEMORY] = "no-memory",
	[DEBAR_REASON_UNREADABLE] = "unreadable",
	[DEBAR_REASON_CRYPTO] = "crypto",
	[DEBAR_REASON_KILLED] = "killed",
	[DEBAR_REASON_BUSY] = "busy",
	[DEBAR_REASON_GAP] = "gap",
	[DEBAR_REASON_COVERED] = "covered",
	[DEBAR_REASON_START] = "start",
	[DEBAR_REASON_POLICY_LOAD] = "policy-load",
	[DEBAR_REASON_POLICY_REPLACE] = "policy-replace",
	[DEBAR_REASON_POLICY_REMOVE] = "policy-remove",
	[DEBAR_REASON_POLICY_REJECT] = "policy-reject",
	[DEBAR_REASON_MODE] = "mode",
	[DEBAR_REASON_SEAL] = "seal",
};
static_assert(ARRAY_SIZE(reasons) == __DEBAR_REASON_LAST, "a reason lacks a name");

/* Values come from a kernel that may be newer than this table. */
static const char *name(const char *const *names, size_t n, unsigned int value)
{
	return value < n && names[value] ? names[value] : "unknown";
}

const char *debar_mode_name(enum debar_mode mode)
{
	return name(modes, ARRAY_SIZE(modes), mode);
}

const char *debar_action_name(enum debar_action action)
{
	return name(actions, ARRAY_SIZE(actions), action);
}

const char *debar_verdict_name(enum debar_verdict verdict)
{
	return name(verdicts, ARRAY_SIZE(verdicts), verdict);
}

const char *debar_kind_name(enum debar_kind kind)
{
	return name(kinds, ARRAY_SIZE(kinds), kind);
}

const char *debar_reason_name(enum debar_reason reason)
{
	return name(reasons, ARRAY_SIZE(reasons), reason);
}

bool debar_reason_of_file(enum debar_reason reason)
{
	return reason >= DEBAR_REASON_BAN && reason <= DEBAR_REASON_BUSY;
}
