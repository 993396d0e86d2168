// SPDX-License-Identifier: GPL-2.0
/*
 * Code that enters the kernel: modules from a file (as it is on disk, compressed
 * or not) and from memory (as kmod has decompressed it), firmware, and what
 * kexec_file_load() starts.
 */
#include <linux/fs.h>
#include <linux/kernel_read_file.h>
#include <linux/security.h>

#include "compat/compat.h"
#include "hook.h"
#include "redirect.h"
#include "verdict.h"

/*
 * int security_kernel_read_file(struct file *file, enum kernel_read_file_id id,
 *				 bool contents)
 */

static noinline __noclone
int kernel_read_file_stub(struct file *file, enum kernel_read_file_id id,
			  bool contents)
{
	return debar_redirect_stopped();
}

/* Certificates and IMA policies are data: no kind. */
static unsigned int kind_of(enum kernel_read_file_id id)
{
	if (debar_read_file_is_module(id))
		return DEBAR_KIND_MODULE;
	switch (id) {
	case READING_FIRMWARE:
		return DEBAR_KIND_FIRMWARE;
	case READING_KEXEC_IMAGE:
	case READING_KEXEC_INITRAMFS:
		return DEBAR_KIND_KEXEC;
	default:
		return 0;
	}
}

static int kernel_read_file_entered(struct file *file, enum kernel_read_file_id id,
				    bool contents)
{
	int err = debar_verdict(file, kind_of(id));

	if (!err)
		err = kernel_read_file_stub(file, id, contents);
	debar_redirect_leave();
	return err;
}

static bool read_file_wanted(const struct debar_call *call)
{
	struct file *file = (struct file *)debar_call_argument(call, 0);

	return file && kind_of(debar_call_argument(call, 1)) &&
	       debar_verdict_wanted(file);
}

static struct debar_redirect read_file_redirect = {
	.symbol = "security_kernel_read_file",
	.wanted = read_file_wanted,
	.ours = kernel_read_file_entered,
	.stub = kernel_read_file_stub,
};

const struct debar_hook debar_hook_module_file = {
	.kinds = BIT(DEBAR_KIND_MODULE) | BIT(DEBAR_KIND_FIRMWARE) | BIT(DEBAR_KIND_KEXEC),
	.redirect = &read_file_redirect,
};

/*
 * int security_kernel_post_load_data(char *buf, loff_t size,
 *				      enum kernel_load_data_id id,
 *				      char *description)
 */

static noinline __noclone
int post_load_data_stub(char *buf, loff_t size, enum kernel_load_data_id id,
			char *description)
{
	return debar_redirect_stopped();
}

static int post_load_data(char *buf, loff_t size, enum kernel_load_data_id id,
			  char *description)
{
	int err = debar_verdict_memory(buf, size, DEBAR_KIND_MODULE_BUFFER);

	if (!err)
		err = post_load_data_stub(buf, size, id, description);
	debar_redirect_leave();
	return err;
}

static bool load_data_wanted(const struct debar_call *call)
{
	return debar_call_argument(call, 2) == LOADING_MODULE &&
	       debar_verdict_wanted_size(debar_call_argument(call, 1));
}

static struct debar_redirect load_data_redirect = {
	.symbol = "security_kernel_post_load_data",
	.wanted = load_data_wanted,
	.ours = post_load_data,
	.stub = post_load_data_stub,
};

const struct debar_hook debar_hook_module_buffer = {
	.kinds = BIT(DEBAR_KIND_MODULE_BUFFER),
	.redirect = &load_data_redirect,
};
