/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoint debar:debar_verdict: a file that was denied, observed, or could not
 * be judged.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM debar

#if !defined(DEBAR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define DEBAR_TRACE_H

#include <linux/string.h>
#include <linux/tracepoint.h>

#include "event.h"

TRACE_EVENT(debar_verdict,
	    /* @path: from debar_log_escape(), for tools print it as it is. */
	    TP_PROTO(const struct debar_event *event, const char *path),
	    TP_ARGS(event, path),

	    TP_STRUCT__entry(__field(u64, seq)
			     __field(u32, kind)
			     __field(u32, reason)
			     __field(u32, verdict)
			     __field(u32, mode)
			     __field(u32, pid)
			     __field(u32, uid)
			     __array(u8, sha256, DEBAR_SHA256_SIZE)
			     __dynamic_array(char, path, strlen(path) + 1)
	    ),

	    TP_fast_assign(__entry->seq = event->seq;
			   __entry->kind = event->kind;
			   __entry->reason = event->reason;
			   __entry->verdict = event->verdict;
			   __entry->mode = event->mode;
			   __entry->pid = event->pid;
			   __entry->uid = event->uid;
			   memcpy(__entry->sha256, event->sha256, DEBAR_SHA256_SIZE);
			   memcpy(__get_dynamic_array(path), path, strlen(path) + 1);
	    ),

	    /* The numbers are those of uapi/debar.h. */
	    TP_printk("seq=%llu kind=%u reason=%u verdict=%s mode=%u pid=%u uid=%u sha256=%s path=%s",
		      __entry->seq, __entry->kind, __entry->reason,
		      __print_symbolic(__entry->verdict, { 0, "allow" },
				       { 1, "observe" }, { 2, "deny" }),
		      __entry->mode, __entry->pid, __entry->uid,
		      __print_hex_str(__entry->sha256, DEBAR_SHA256_SIZE),
		      __get_str(path))
);

#endif

#undef TRACE_INCLUDE_PATH
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_PATH .
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
