// SPDX-License-Identifier: GPL-2.0
/*
 * Events: made, shared, freed.
 */
#include "event.h"

#include <linux/audit.h>
#include <linux/build_bug.h>
#include <linux/cred.h>
#include <linux/dcache.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/timekeeping.h>
#include <linux/user_namespace.h>

/*
 * Path of @file in @buffer of PATH_MAX bytes. A path that is too long or cannot
 * be told is cut down to its last components.
 */
static const char *path_of(struct file *file, char *buffer, bool *ret_truncated)
{
	const char *path = d_path(&file->f_path, buffer, PATH_MAX);

	*ret_truncated = IS_ERR(path);
	if (!IS_ERR(path))
		return path;
	snprintf(buffer, PATH_MAX, "%pD4", file);
	return buffer;
}

static void set_process(struct debar_event *event)
{
	event->pid = task_tgid_nr(current);
	rcu_read_lock();
	event->ppid = task_tgid_nr(rcu_dereference(current->real_parent));
	rcu_read_unlock();
	event->uid = from_kuid(&init_user_ns, current_uid());
	event->auid = from_kuid(&init_user_ns, audit_get_loginuid(current));
	get_task_comm(event->comm, current);
}

static void set_file(struct debar_event *event, struct file *file)
{
	const struct inode *inode = file_inode(file);

	event->dev = MAJOR(inode->i_sb->s_dev) << 20 |
		     MINOR(inode->i_sb->s_dev);
	event->inode = inode->i_ino;
	strscpy(event->device, inode->i_sb->s_id, sizeof(event->device));
}

static struct debar_event *make(enum debar_reason reason, enum debar_mode mode,
				const char *path, size_t length)
{
	struct debar_event *event;

	event = kzalloc(struct_size(event, path, length + 1), GFP_KERNEL);
	if (!event)
		return NULL;
	refcount_set(&event->references, 1);
	event->time_ns = ktime_get_real_ns();
	event->reason = reason;
	event->mode = mode;
	event->path_length = length;
	memcpy(event->path, path, length);
	set_process(event);
	return event;
}

struct debar_event *debar_event_make(enum debar_reason reason, enum debar_mode mode)
{
	return make(reason, mode, "", 0);
}

struct debar_event *debar_event_of_file(const struct debar_subject *subject,
					enum debar_reason reason,
					enum debar_verdict verdict,
					enum debar_mode mode)
{
	struct debar_event *event;
	const char *path = "";
	bool truncated = false;
	char *buffer = NULL;

	if (subject->file) {
		buffer = kmalloc(PATH_MAX, GFP_KERNEL);
		if (!buffer)
			return NULL;
		path = path_of(subject->file, buffer, &truncated);
	}
	event = make(reason, mode, path, strnlen(path, PATH_MAX - 1));
	kfree(buffer);
	if (!event)
		return NULL;
	event->kind = subject->kind;
	event->verdict = verdict;
	event->mapped = subject->mapped;
	event->size = subject->size;
	event->path_truncated = truncated;
	if (subject->file)
		set_file(event, subject->file);
	return event;
}

struct debar_event *debar_event_get(struct debar_event *event)
{
	refcount_inc(&event->references);
	return event;
}

void debar_event_put(struct debar_event *event)
{
	if (event && refcount_dec_and_test(&event->references))
		kfree(event);
}

const char *debar_event_verdict(const struct debar_event *event)
{
	static const char *const names[] = { "allow", "observe", "deny" };

	static_assert(ARRAY_SIZE(names) == __DEBAR_VERDICT_LAST);
	return names[event->verdict];
}

const char *debar_kind_name(enum debar_kind kind)
{
	static const char *const names[] = {
		[DEBAR_KIND_EXEC] = "exec",
		[DEBAR_KIND_EXEC_CHECK] = "exec-check",
		[DEBAR_KIND_MMAP] = "mmap",
		[DEBAR_KIND_MPROTECT] = "mprotect",
		[DEBAR_KIND_MODULE] = "module",
		[DEBAR_KIND_MODULE_BUFFER] = "module-buffer",
		[DEBAR_KIND_FIRMWARE] = "firmware",
		[DEBAR_KIND_KEXEC] = "kexec",
	};

	static_assert(ARRAY_SIZE(names) == __DEBAR_KIND_LAST);
	return names[kind];
}
