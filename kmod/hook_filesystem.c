// SPDX-License-Identifier: GPL-2.0
/*
 * The end of a filesystem, for the digest cache: when its memory is given back,
 * another one can appear at the same address with the same device, inode numbers
 * and timestamps, but with other content.
 */
#include <linux/fs.h>

#include "cache.h"
#include "hook.h"
#include "redirect.h"

/* void security_sb_free(struct super_block *sb): listened to, never redirected. */

static bool sb_free_entered(const struct debar_call *call)
{
	debar_cache_filesystem_gone();
	return false;
}

/* Never reached; there has to be one. */
static noinline __noclone int sb_free_stub(struct super_block *sb)
{
	return debar_redirect_stopped();
}

static struct debar_redirect sb_free_redirect = {
	.symbol = "security_sb_free",
	.wanted = sb_free_entered,
	.ours = sb_free_stub,
	.stub = sb_free_stub,
};

const struct debar_hook debar_hook_filesystem = {
	.redirect = &sb_free_redirect,
	.changed = debar_cache_enable,
};
