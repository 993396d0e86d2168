// SPDX-License-Identifier: GPL-2.0-only
/*
 * An event in the Elastic Common Schema 8.11.0: process.* is who did it, file.* what it
 * was about, event.outcome what came of the attempt.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "event_output.h"
#include "outcome.h"

#define ECS_VERSION "8.11.0"

/* In the words of ECS; "library" and "driver" are categories of their own. */
static const char *category(const struct debar_event *e)
{
	switch (e->kind) {
	case DEBAR_KIND_EXEC:
	case DEBAR_KIND_EXEC_CHECK:
		return "process";
	case DEBAR_KIND_MMAP:
	case DEBAR_KIND_MPROTECT:
		return "library";
	case DEBAR_KIND_MODULE:
	case DEBAR_KIND_MODULE_BUFFER:
	case DEBAR_KIND_FIRMWARE:
		return "driver";
	default:
		return "host";
	}
}

static void put_what(json_t *event, const struct debar_event *e)
{
	enum evidence_outcome outcome = evidence_outcome(e);
	bool denied = e->verdict == DEBAR_VERDICT_DENY;
	char action[64];

	if (outcome == EVIDENCE_WATCH) {
		bool start = e->reason == DEBAR_REASON_START;

		event_put_text(event, "kind", "event");
		json_object_set_new(event, "category", json_pack("[s]", start ? "driver" :
									       "configuration"));
		json_object_set_new(event, "type", json_pack("[s]", start ? "start" : "change"));
		event_put_text(event, "action", debar_reason_name(e->reason));
		event_put_text(event, "outcome", e->reason == DEBAR_REASON_POLICY_REJECT ?
							 "failure" : "success");
		event_put_text(event, "dataset", "debar.watch");
		event_put_number(event, "severity", e->reason == DEBAR_REASON_GAP ? 73 : 21);
		return;
	}
	snprintf(action, sizeof(action), "%s-%s", debar_kind_name(e->kind),
		 denied ? "deny" : outcome == EVIDENCE_NOT_JUDGED ? "unjudged" : "observe");
	event_put_text(event, "kind", outcome == EVIDENCE_NOT_JUDGED ? "event" : "alert");
	json_object_set_new(event, "category",
			    json_pack("[ss]", category(e), "intrusion_detection"));
	json_object_set_new(event, "type", json_pack("[ss]", strcmp(category(e), "host") ?
							     "start" : "info",
						     denied ? "denied" : "allowed"));
	event_put_text(event, "action", action);
	event_put_text(event, "outcome", denied ? "failure" : "success");
	event_put_text(event, "dataset", "debar.file");
	event_put_number(event, "severity", denied ? 73 : 47);
}

static json_t *process(const struct debar_event *e)
{
	json_t *process = json_object(), *parent = json_object();

	event_put_number(process, "pid", e->pid);
	event_put_text(process, "name", e->comm);
	event_put_number(parent, "pid", e->ppid);
	json_object_set_new(process, "parent", parent);
	return process;
}

static void put_file(json_t *root, const struct debar_event *e)
{
	json_t *file = json_object(), *hash = json_object();
	char device[24];

	snprintf(device, sizeof(device), "%u:%u", e->dev_major, e->dev_minor);
	event_put_text(file, "path", e->path);
	event_put_id(file, "inode", e->inode);
	event_put_text(file, "device", device);
	event_put_number(file, "size", e->file_size);
	if (e->reason == DEBAR_REASON_BAN) {
		json_t *related = json_object(), *list = json_array();

		event_put_hex(hash, "sha256", e->sha256);
		json_object_set(file, "hash", hash);
		json_array_append(list, json_object_get(hash, "sha256"));
		json_object_set_new(related, "hash", list);
		json_object_set_new(root, "related", related);
	}
	json_decref(hash);
	json_object_set_new(root, "file", file);
}

static void put_ban(json_t *root, const struct debar_event *e)
{
	json_t *rule = json_object(), *package = json_object();

	event_put_text(rule, "name", e->product);
	event_put_text(rule, "ruleset", e->policy);
	event_put_id(rule, "version", e->serial);
	event_put_text(rule, "category", "banned-vendor");
	event_put_text(rule, "reference", e->authority);
	json_object_set_new(root, "rule", rule);
	event_put_text(package, "name", e->product);
	event_put_text(package, "version", e->release);
	json_object_set_new(root, "package", package);
}

/* Labels are keywords: text all of them. */
static json_t *labels(const struct debar_event *e)
{
	json_t *labels = json_object();

	if (e->auid != UINT32_MAX)
		event_put_id(labels, "auid", e->auid);
	event_put_text(labels, "mode", debar_mode_name(e->mode));
	event_put_text(labels, "outcome", event_word(e));
	event_put_text(labels, "vendor", e->vendor);
	if (e->reason == DEBAR_REASON_MODE)
		event_put_text(labels, "old_mode", debar_mode_name(e->old_mode));
	if (e->reason == DEBAR_REASON_GAP || e->reason == DEBAR_REASON_COVERED)
		event_put_text(labels, "kind", debar_kind_name(e->kind));
	if (e->old_serial)
		event_put_id(labels, "old_serial", e->old_serial);
	if (e->path_truncated)
		event_put_text(labels, "path_truncated", "true");
	return labels;
}

static void put_policy(json_t *root, const struct debar_event *e)
{
	json_t *rule = json_object();

	event_put_text(rule, "ruleset", e->policy);
	if (e->serial)
		event_put_id(rule, "version", e->serial);
	if (e->reason >= DEBAR_REASON_POLICY_LOAD && e->reason <= DEBAR_REASON_POLICY_REJECT)
		event_put_hex(rule, "id", e->sha256);
	if (json_object_size(rule))
		json_object_set(root, "rule", rule);
	json_decref(rule);
}

static void put_error(json_t *root, const struct debar_event *e)
{
	const char *name = strerrorname_np(e->error);
	json_t *error = json_object();

	event_put_text(error, "code", name ? name : "");
	event_put_text(error, "message", *e->text ? e->text : strerror(e->error));
	json_object_set_new(root, "error", error);
}

json_t *event_ecs(const struct debar_event *e, const struct event_host *from)
{
	json_t *root = json_object(), *event = json_object(), *host = json_object();
	json_t *user = json_object(), *os = json_object();
	char time[48];

	out_format_time(e->time_ns, 9, time);
	event_put_text(root, "@timestamp", time);
	json_object_set_new(root, "ecs", json_pack("{ss}", "version", ECS_VERSION));
	put_what(event, e);
	event_put_text(event, "module", "debar");
	event_put_text(event, "provider", "debar.ko");
	event_put_text(event, "reason", debar_reason_name(e->reason));
	event_put_number(event, "sequence", e->seq);
	json_object_set_new(root, "event", event);
	event_put_text(root, "message", event_message(e));
	event_put_id(user, "id", e->uid);
	json_object_set_new(root, "user", user);
	json_object_set_new(root, "process", process(e));
	if (debar_reason_of_file(e->reason))
		put_file(root, e);
	if (e->reason == DEBAR_REASON_BAN)
		put_ban(root, e);
	else
		put_policy(root, e);
	if (e->error)
		put_error(root, e);
	event_put_text(host, "name", from->name);
	event_put_text(host, "id", from->id);
	event_put_text(os, "kernel", from->kernel);
	json_object_set_new(host, "os", os);
	json_object_set_new(root, "host", host);
	json_object_set_new(root, "observer",
			    json_pack("{ssssssss}", "vendor", "Debar", "product", "debar",
				      "type", "application-control", "version", DEBAR_VERSION));
	json_object_set_new(root, "labels", labels(e));
	return root;
}
