// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event in the Open Cybersecurity Schema Framework 1.4.0.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "event_output.h"
#include "outcome.h"

#define OCSF_VERSION "1.4.0"
#define LINUX 200	/* os.type_id */

enum class {
	FILE_ACTIVITY = 1001,
	KERNEL_EXTENSION_ACTIVITY = 1002,
	MODULE_ACTIVITY = 1005,
	PROCESS_ACTIVITY = 1007,
	ENTITY_MANAGEMENT = 3004,
};

static enum class class_of(const struct debar_event *e)
{
	if (e->reason == DEBAR_REASON_START)
		return KERNEL_EXTENSION_ACTIVITY;
	if (!debar_reason_of_file(e->reason))
		return ENTITY_MANAGEMENT;
	switch (e->kind) {
	case DEBAR_KIND_EXEC:
	case DEBAR_KIND_EXEC_CHECK:
		return PROCESS_ACTIVITY;
	case DEBAR_KIND_MMAP:
	case DEBAR_KIND_MPROTECT:
		return MODULE_ACTIVITY;
	case DEBAR_KIND_MODULE:
	case DEBAR_KIND_MODULE_BUFFER:
		return KERNEL_EXTENSION_ACTIVITY;
	default:
		return FILE_ACTIVITY;
	}
}

static unsigned int activity_of(const struct debar_event *e)
{
	switch (e->reason) {
	case DEBAR_REASON_POLICY_LOAD:
		return 1;	/* Create */
	case DEBAR_REASON_POLICY_REMOVE:
		return 4;	/* Delete */
	case DEBAR_REASON_START:
		return 1;	/* Load */
	default:
		break;
	}
	if (!debar_reason_of_file(e->reason))
		return 3;	/* Update */
	return class_of(e) == FILE_ACTIVITY ? 2 /* Read */ : 1 /* Launch, Load */;
}

/* 1 Informational to 4 High */
static unsigned int severity_of(const struct debar_event *e)
{
	switch (evidence_outcome(e)) {
	case EVIDENCE_DENIED:
		return 4;
	case EVIDENCE_WATCH:
		return e->reason == DEBAR_REASON_GAP ? 4 :
		       e->reason == DEBAR_REASON_POLICY_REJECT ? 3 : 1;
	default:
		return 3;
	}
}

static bool failed(const struct debar_event *e)
{
	if (debar_reason_of_file(e->reason))
		return e->verdict == DEBAR_VERDICT_DENY;
	return e->reason == DEBAR_REASON_POLICY_REJECT;
}

static void put_head(json_t *root, const struct debar_event *e)
{
	unsigned int class = class_of(e), activity = activity_of(e);
	const char *code = e->error ? strerrorname_np(e->error) : NULL;

	event_put_number(root, "class_uid", class);
	event_put_number(root, "category_uid", class / 1000);
	event_put_number(root, "activity_id", activity);
	event_put_number(root, "type_uid", class * 100 + activity);
	event_put_number(root, "time", e->time_ns / 1000000);
	event_put_number(root, "severity_id", severity_of(e));
	event_put_number(root, "status_id", failed(e) ? 2 : 1);
	if (debar_reason_of_file(e->reason) && failed(e))
		code = "EPERM";
	event_put_text(root, "status_code", code ? code : "");
	event_put_text(root, "status_detail", e->text);
	event_put_text(root, "message", event_message(e));
}

static json_t *metadata(const struct debar_event *e)
{
	json_t *metadata = json_object(), *product = json_object();

	event_put_text(metadata, "version", OCSF_VERSION);
	event_put_text(product, "name", "debar");
	event_put_text(product, "vendor_name", "Debar");
	event_put_text(product, "version", DEBAR_VERSION);
	json_object_set_new(metadata, "product", product);
	json_object_set_new(metadata, "profiles",
			    e->reason == DEBAR_REASON_BAN ?
				    json_pack("[ss]", "host", "security_control") :
				    json_pack("[s]", "host"));
	event_put_text(metadata, "log_name", "debar");
	event_put_number(metadata, "sequence", e->seq);
	return metadata;
}

static json_t *device(const struct event_host *host)
{
	json_t *device = json_object(), *os = json_object();

	event_put_text(device, "hostname", host->name);
	event_put_text(device, "uid", host->id);
	event_put_number(device, "type_id", 0);
	event_put_text(os, "name", "Linux");
	event_put_number(os, "type_id", LINUX);
	json_object_set_new(device, "os", os);
	return device;
}

static json_t *actor(const struct debar_event *e)
{
	json_t *actor = json_object(), *process = json_object(), *parent = json_object();
	json_t *user = json_object();

	event_put_number(process, "pid", e->pid);
	event_put_text(process, "name", e->comm);
	event_put_number(parent, "pid", e->ppid);
	json_object_set_new(process, "parent_process", parent);
	json_object_set_new(actor, "process", process);
	event_put_id(user, "uid", e->uid);
	json_object_set_new(actor, "user", user);
	return actor;
}

static json_t *file_of(const struct debar_event *e)
{
	const char *slash = strrchr(e->path, '/');
	const char *name = slash && slash[1] ? slash + 1 : e->path;
	json_t *file = json_object(), *hash = json_object();

	event_put_text(file, "name", *name ? name : "(memory)");
	event_put_text(file, "path", e->path);
	/* Content in memory is no file of any type. */
	event_put_number(file, "type_id", *e->path ? 1 : 0);
	event_put_number(file, "size", e->file_size);
	if (e->reason == DEBAR_REASON_BAN) {
		event_put_number(hash, "algorithm_id", 3);
		event_put_hex(hash, "value", e->sha256);
		json_object_set_new(file, "hashes", json_pack("[O]", hash));
	}
	json_decref(hash);
	return file;
}

static void put_object(json_t *root, const struct debar_event *e)
{
	json_t *holder = json_object();

	switch (class_of(e)) {
	case FILE_ACTIVITY:
		json_object_set_new(root, "file", file_of(e));
		json_decref(holder);
		return;
	case PROCESS_ACTIVITY:
		/* An exec that goes on keeps its process. */
		json_object_set_new(holder, "file", file_of(e));
		event_put_number(holder, "pid", e->pid);
		json_object_set_new(root, "process", holder);
		return;
	case MODULE_ACTIVITY:
		json_object_set_new(holder, "file", file_of(e));
		event_put_number(holder, "load_type_id", 4);
		json_object_set_new(root, "module", holder);
		return;
	case KERNEL_EXTENSION_ACTIVITY:
		json_object_set_new(holder, "file",
				    e->reason == DEBAR_REASON_START ?
					    json_pack("{sssi}", "name", "debar.ko", "type_id", 1) :
					    file_of(e));
		json_object_set_new(root, "driver", holder);
		return;
	default:
		break;
	}
	event_put_text(holder, "name", *e->policy ? e->policy : "debar");
	event_put_text(holder, "type", e->reason >= DEBAR_REASON_POLICY_LOAD &&
				       e->reason <= DEBAR_REASON_POLICY_REJECT ? "policy" :
										"module");
	if (e->serial)
		event_put_id(holder, "version", e->serial);
	if (e->reason >= DEBAR_REASON_POLICY_LOAD && e->reason <= DEBAR_REASON_POLICY_REJECT)
		event_put_hex(holder, "uid", e->sha256);
	json_object_set_new(root, "entity", holder);
}

static void put_control(json_t *root, const struct debar_event *e)
{
	json_t *policy = json_object();
	bool denied = failed(e);

	event_put_number(root, "action_id", denied ? 2 : 1);
	event_put_number(root, "disposition_id", denied ? 2 /* Blocked */ : 17 /* Logged */);
	json_object_set_new(root, "is_alert", json_true());
	event_put_text(policy, "name", e->policy);
	event_put_id(policy, "version", e->serial);
	json_object_set_new(policy, "is_applied", json_boolean(denied));
	json_object_set_new(root, "policy", policy);
}

static json_t *unmapped(const struct debar_event *e)
{
	json_t *unmapped = json_object();

	event_put_text(unmapped, "reason", debar_reason_name(e->reason));
	event_put_text(unmapped, "outcome", event_word(e));
	event_put_text(unmapped, "mode", debar_mode_name(e->mode));
	event_put_text(unmapped, "vendor", e->vendor);
	event_put_text(unmapped, "product", e->product);
	event_put_text(unmapped, "release", e->release);
	event_put_text(unmapped, "authority", e->authority);
	if (e->auid != UINT32_MAX)
		event_put_number(unmapped, "auid", e->auid);
	if (e->kind)
		event_put_text(unmapped, "kind", debar_kind_name(e->kind));
	if (e->reason == DEBAR_REASON_MODE)
		event_put_text(unmapped, "old_mode", debar_mode_name(e->old_mode));
	return unmapped;
}

json_t *event_ocsf(const struct debar_event *e, const struct event_host *host)
{
	json_t *root = json_object();

	put_head(root, e);
	json_object_set_new(root, "metadata", metadata(e));
	json_object_set_new(root, "device", device(host));
	json_object_set_new(root, "actor", actor(e));
	put_object(root, e);
	if (e->reason == DEBAR_REASON_BAN)
		put_control(root, e);
	json_object_set_new(root, "unmapped", unmapped(e));
	return root;
}
