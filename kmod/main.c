// SPDX-License-Identifier: GPL-2.0
/*
 * Debar: start and stop.
 */
#include <linux/init.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "compat/compat.h"
#include "cache.h"
#include "clock.h"
#include "digest.h"
#include "hook.h"
#include "limits.h"
#include "netlink.h"
#include "policy.h"
#include "record.h"
#include "seal.h"
#include "tally.h"
#include "trust.h"
#include "upload.h"
#include "verdict.h"
#include "version.h"

static char *mode = "enforce";
module_param(mode, charp, 0444);
MODULE_PARM_DESC(mode, "mode at start: enforce (default) or permissive");

static bool off;
module_param(off, bool, 0444);
MODULE_PARM_DESC(off, "hook nothing: every file runs; on the kernel command line: debar.off=1");

static bool seal;
module_param(seal, bool, 0444);
MODULE_PARM_DESC(seal, "seal at once: see debar(4)");

static unsigned int ring = DEBAR_RING_EVENTS;
module_param(ring, uint, 0444);
MODULE_PARM_DESC(ring, "events kept for readers: 64 to 65536 (default 1024)");

static bool trust_system_keys;
module_param(trust_system_keys, bool, 0444);
MODULE_PARM_DESC(trust_system_keys, "policies may be signed by keys of the machine's secondary keyring");

static int set_mode(void)
{
	if (strcmp(mode, "enforce") == 0) {
		debar_verdict_set_mode(DEBAR_MODE_ENFORCE);
	} else if (strcmp(mode, "permissive") == 0) {
		debar_verdict_set_mode(DEBAR_MODE_PERMISSIVE);
	} else {
		pr_err("debar: parameter mode must be enforce or permissive\n");
		return -EINVAL;
	}
	return 0;
}

static int __init start(void)
{
	int err;

	err = set_mode();
	if (err)
		return err;
	err = debar_digest_init();
	if (err)
		return err;
	debar_clock_init();
	err = debar_trust_init(trust_system_keys);
	if (err)
		goto err_digest;
	err = debar_cache_init();
	if (err)
		goto err_trust;
	err = debar_record_init(ring);
	if (err == -EINVAL)
		pr_err("debar: parameter ring must be from %u to %u\n", DEBAR_RING_MIN,
		       DEBAR_RING_MAX);
	if (err)
		goto err_cache;
	err = debar_netlink_init(off);
	if (err)
		goto err_record;
	debar_record_start(debar_verdict_mode(), off);
	/* Last, and it cannot fail: from here on processes may be inside. */
	debar_hook_init(off);
	/* Nor can this: a module that is coming can be held. */
	if (seal)
		debar_seal();
	pr_info("debar: " DEBAR_VERSION " loaded, mode %s%s, sha256 by %s\n", mode,
		off ? ", switched off (off=1)" : "", debar_digest_driver());
	return 0;

err_record:
	debar_record_exit();
err_cache:
	debar_cache_exit();
err_trust:
	debar_trust_exit();
err_digest:
	debar_digest_exit();
	return err;
}

static void __exit stop(void)
{
	debar_hook_exit();
	debar_record_stop();
	debar_netlink_exit();
	debar_upload_exit();
	debar_policy_exit();
	debar_record_exit();
	debar_tally_exit();
	debar_cache_exit();
	debar_trust_exit();
	debar_digest_exit();
	pr_info("debar: unloaded\n");
}

module_init(start);
module_exit(stop);

MODULE_DESCRIPTION("Deny execution of banned vendors' software");
MODULE_LICENSE("GPL");
MODULE_VERSION(DEBAR_VERSION);
/*
 * The generic driver is built in, so the kernel's crypto asks for no module when
 * "sha256" is wanted: the fast drivers have to be there before. Names that a
 * machine does not have are passed over.
 */
MODULE_SOFTDEP("pre: sha256-ssse3 sha2-ce sha256-arm64");
