/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * libdebar: talk to debar.ko.
 *
 * Functions return 0 or a negative errno; where the kernel refused, it is the
 * kernel's exact errno and debar_error_text() holds the kernel's sentence.
 * Nothing is printed and no global state is kept. A connection may be used by
 * one thread at a time; several connections are independent.
 */
#ifndef LIBDEBAR_H
#define LIBDEBAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "uapi/debar.h"

#ifdef __cplusplus
extern "C" {
#endif

/* One connection to the module. */
struct debar;

/**
 * debar_open() - connect to the module
 * @ret_debar: set on success; free with debar_close()
 *
 * Return: 0; -ENOENT if the module is not loaded; -EPROTO if it speaks another
 * protocol version (debar_open() then still sets nothing); -ENOMEM; or what
 * socket(2) gave.
 */
int debar_open(struct debar **ret_debar);

/** debar_close() - free a connection; an upload it began is dropped. Accepts NULL. */
void debar_close(struct debar *debar);

/**
 * debar_error_text() - why the last call on this connection failed
 * @debar: connection
 *
 * Return: the kernel's sentence, or "" if it gave none. Valid until the next
 * call on @debar.
 */
const char *debar_error_text(const struct debar *debar);

struct debar_coverage {
	enum debar_kind kind;
	bool active;
	char text[128];		/* why not; "" if active */
};

struct debar_status {
	uint32_t protocol;
	char version[64];
	enum debar_mode mode;
	bool off;		/* loaded with off=1: nothing is hooked */
	bool sealed;		/* see debar_seal() */
	uint32_t n_certificates;	/* built into the module: who may sign policies */
	bool system_keys;	/* keys of the machine are trusted too */
	uint32_t generation;
	uint64_t denied;
	uint64_t observed;
	uint64_t failed;
	uint64_t hashed;	/* files whose digest was computed */
	uint64_t cached;	/* files whose digest was known already */
	uint64_t event_seq;
	uint64_t events_lost;	/* left no entry in the ring */
	uint64_t suppressed;	/* records that audit, or audit and log, did not take */
	uint32_t ring;		/* events that the ring has room for */
	bool audit;		/* the kernel's audit is on */
	uint64_t loaded_ns;	/* ns since 1970: when the module was loaded */
	struct debar_coverage coverage[16];
	size_t n_coverage;
};

/** debar_get_status() - needs no privilege. Return: 0 or -errno. */
int debar_get_status(struct debar *debar, struct debar_status *ret_status);

/** debar_set_mode() - Return: 0; -EPERM without CAP_MAC_ADMIN. */
int debar_set_mode(struct debar *debar, enum debar_mode mode);

/* One detached CMS signature (RFC 5652) of an image, in DER. */
struct debar_signature {
	const void *data;
	size_t length;		/* bytes, 1 to DEBAR_CHUNK_MAX */
};

/**
 * debar_upload() - make an image a live policy
 * @debar: connection
 * @image: compiled image (policy/FORMAT.md)
 * @length: bytes at @image
 * @signatures: of the image; NULL if @n_signatures is 0
 * @n_signatures: entries of @signatures, at most DEBAR_SIGNATURES_MAX
 * @allow_rollback: the serial may be lower than the live policy's and the floor
 * @progress: called after each chunk with bytes sent so far, may be NULL; a
 *	non-zero return aborts the upload and is returned
 * @data: handed to @progress
 *
 * Return: 0, or what POLICY_BEGIN, POLICY_CHUNK, POLICY_SIGNATURE and POLICY_COMMIT
 * refuse with, see uapi/debar.h; -EMSGSIZE if a signature has no length that one
 * can have. On failure nothing has changed.
 */
int debar_upload(struct debar *debar, const void *image, size_t length,
		 const struct debar_signature *signatures, size_t n_signatures,
		 bool allow_rollback,
		 int (*progress)(size_t sent, size_t length, void *data), void *data);

/**
 * debar_set_floor() - refuse policies of a name that are older than this
 * @debar: connection
 * @name: of policies, live or not
 * @serial: the lowest that is accepted; a floor that is higher stays
 *
 * Return: 0; -EINVAL if no policy may have that name; -ENOSPC if DEBAR_FLOORS_MAX
 * names have a floor; -EPERM without CAP_MAC_ADMIN.
 */
int debar_set_floor(struct debar *debar, const char *name, uint64_t serial);

/**
 * debar_seal() - until the machine is started anew, let nothing be weakened
 * @debar: connection
 *
 * The module stays, the mode is enforce, no policy goes, and one is only replaced
 * by a newer one that is signed. Sealing twice is as good as once.
 *
 * Return: 0; -EPERM without CAP_MAC_ADMIN; -ENODEV if the module is being unloaded.
 */
int debar_seal(struct debar *debar);

/** debar_remove() - end a live policy. Return: 0; -ENOENT if none is called @name. */
int debar_remove(struct debar *debar, const char *name);

struct debar_policy {
	uint32_t generation;
	char name[DEBAR_NAME_MAX + 1];
	uint64_t serial;
	uint8_t sha256[DEBAR_SHA256_SIZE];	/* of the image */
	uint32_t length;
	uint32_t n_products;
	uint32_t n_bans;
	uint32_t n_sizes;
	uint32_t n_unsized;
	uint32_t n_exceptions;
	uint64_t time_ns;	/* of its commit */
	uint32_t n_signers_needed;	/* different ones that the image asks for */
	/* Of each that signed it: SHA-256 of its certificate; all 0: a key of the machine. */
	uint8_t signers[DEBAR_SIGNATURES_MAX][DEBAR_SHA256_SIZE];
	size_t n_signers;
};

struct debar_product {
	uint32_t id;
	char vendor[DEBAR_TEXT_MAX + 1];
	char product[DEBAR_TEXT_MAX + 1];
	char release[DEBAR_TEXT_MAX + 1];	/* "": of no particular one */
	char authority[DEBAR_TEXT_MAX + 1];
	enum debar_action action;	/* as written, whatever the time is */
	uint64_t effective;	/* seconds since 1970: observed until then; 0: at once */
	uint64_t expires;	/* seconds since 1970: not banned from then on; 0: never */
	uint64_t denied;
	uint64_t observed;
	uint64_t last_hit_ns;	/* 0: never */
};

struct debar_ban {
	uint8_t sha256[DEBAR_SHA256_SIZE];
	bool sized;
	uint64_t size;
	uint32_t product_id;
};

/* Something that may run in spite of its ban until @expires. */
struct debar_exception {
	bool of_file;		/* else of a product */
	uint8_t sha256[DEBAR_SHA256_SIZE];	/* of the file */
	uint32_t product_id;
	char approver[DEBAR_TEXT_MAX + 1];
	char reason[DEBAR_TEXT_MAX + 1];
	uint64_t expires;	/* seconds since 1970 */
};

/* Called in the order of the dump; a non-zero return ends it and is returned. */
struct debar_list_ops {
	int (*policy)(const struct debar_policy *policy, void *data);
	int (*product)(const struct debar_product *product, void *data);
	int (*exception)(const struct debar_exception *exception, void *data);
	int (*ban)(const struct debar_ban *ban, void *data);
};

/**
 * debar_list() - the live policies as one consistent snapshot
 * @debar: connection
 * @detail: how deep
 * @name: only this policy, or NULL for all
 * @ops: callbacks; each may be NULL
 * @data: handed to them
 *
 * Return: 0; -ENOENT if @name is not live; -EPERM without CAP_MAC_ADMIN; -EBUSY if
 * too many others are at it; or what a callback returned.
 */
int debar_list(struct debar *debar, enum debar_detail detail, const char *name,
	       const struct debar_list_ops *ops, void *data);

struct debar_check {
	enum debar_verdict verdict;
	enum debar_mode mode;
	uint32_t generation;
	bool banned;		/* the fields below are set */
	enum debar_action action;
	char policy[DEBAR_NAME_MAX + 1];
	uint64_t serial;
	char vendor[DEBAR_TEXT_MAX + 1];
	char product[DEBAR_TEXT_MAX + 1];
	char release[DEBAR_TEXT_MAX + 1];	/* "": of no particular one */
	char authority[DEBAR_TEXT_MAX + 1];
	bool excepted;		/* let through because of an exception */
};

/**
 * debar_check() - what the kernel would do with a file of this content now
 * @debar: connection
 * @sha256: digest of the whole content
 * @size: its bytes
 * @ret_check: set on success
 *
 * Return: 0; -EPERM without CAP_MAC_ADMIN.
 */
int debar_check(struct debar *debar, const uint8_t sha256[DEBAR_SHA256_SIZE],
		uint64_t size, struct debar_check *ret_check);

/* Which members are set depends on @reason; the others are 0 or "". */
struct debar_event {
	uint64_t seq;
	uint64_t time_ns;		/* since 1970 */
	enum debar_reason reason;
	enum debar_mode mode;		/* of the machine; DEBAR_REASON_MODE: the new one */
	uint32_t pid;			/* who did it */
	uint32_t ppid;
	char comm[64];			/* any bytes */
	uint32_t uid;
	uint32_t auid;			/* UINT32_MAX: unset */
	/* of a file, see debar_reason_of_file(); kind: GAP and COVERED too */
	enum debar_kind kind;
	enum debar_verdict verdict;
	char path[DEBAR_PATH_MAX + 1];	/* any bytes: escape before printing */
	bool path_truncated;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint64_t inode;
	uint64_t file_size;
	/* DEBAR_REASON_BAN */
	uint8_t sha256[DEBAR_SHA256_SIZE];	/* POLICY_*: of the image */
	enum debar_action action;
	char policy[DEBAR_NAME_MAX + 1];	/* POLICY_LOAD, REPLACE, REMOVE too */
	uint64_t serial;			/* likewise */
	char vendor[DEBAR_TEXT_MAX + 1];
	char product[DEBAR_TEXT_MAX + 1];
	char release[DEBAR_TEXT_MAX + 1];	/* "": of no particular one */
	char authority[DEBAR_TEXT_MAX + 1];
	bool excepted;			/* let through because of an exception */
	/* could not be judged, GAP, POLICY_REJECT */
	int error;			/* positive errno */
	/* START */
	char version[64];
	bool off;			/* nothing is hooked */
	/* POLICY_* */
	uint64_t old_serial;		/* of the policy whose place it took; 0: none */
	uint32_t n_bans;
	char text[DEBAR_TEXT_MAX + 1];	/* POLICY_REJECT: why */
	/* MODE */
	enum debar_mode old_mode;
};

typedef int (*debar_event_fn)(const struct debar_event *event, void *data);

/**
 * debar_events() - events that the module's ring still holds
 * @debar: connection
 * @after: only those with a later sequence number; 0 for all
 * @fn: called for each, oldest first; a non-zero return ends it and is returned
 * @data: handed to @fn
 *
 * Return: 0; -EPERM without CAP_MAC_ADMIN; or what @fn returned.
 */
int debar_events(struct debar *debar, uint64_t after, debar_event_fn fn, void *data);

struct debar_event_ops {
	debar_event_fn event;	/* called for each event in order */
	/*
	 * Called with the first and last missing sequence number where the ring
	 * overwrote events before they could be read; may be NULL.
	 */
	int (*lost)(uint64_t first, uint64_t last, void *data);
};

/**
 * debar_drain() - events that the ring holds, and what it does not hold any more
 * @debar: connection
 * @after: only events with a later sequence number; set to that of the last event or
 *	loss for which a callback returned 0
 * @ops: a non-zero return of a callback ends the call and is returned: so a caller
 *	that has other things to do takes so many events, and goes on later
 * @data: handed to the callbacks
 *
 * Return: 0 when there is no more; -EPERM without CAP_MAC_ADMIN; -ENOENT when the
 * module went away; or what a callback returned.
 */
int debar_drain(struct debar *debar, uint64_t *after, const struct debar_event_ops *ops,
		void *data);

/* Tells when there may be more events, and when the module comes or goes. */
struct debar_wakeup;

/**
 * debar_wakeup_open() - be told when the module comes or goes
 * @ret_wakeup: set on success; free with debar_wakeup_close()
 *
 * Needs neither the module nor a privilege. Return: 0; -ENOMEM; -errno of socket(2).
 */
int debar_wakeup_open(struct debar_wakeup **ret_wakeup);

/**
 * debar_wakeup_join() - be told of events too
 * @wakeup: from debar_wakeup_open(); each load of the module is joined anew
 *
 * Return: 0; -ENOENT if the module is not loaded; -EPERM without CAP_SYS_ADMIN, where
 * the kernel asks for it.
 */
int debar_wakeup_join(struct debar_wakeup *wakeup);

/* Becomes readable when there is something to look for. */
int debar_wakeup_fd(const struct debar_wakeup *wakeup);

/** debar_wakeup_clear() - call it before looking. Return: 0; -errno of recv(2). */
int debar_wakeup_clear(struct debar_wakeup *wakeup);

/** debar_wakeup_close() - accepts NULL. */
void debar_wakeup_close(struct debar_wakeup *wakeup);

/**
 * debar_follow() - wait for events and hand them over without a gap
 * @debar: connection
 * @after: only events with a later sequence number
 * @stop_fd: becoming readable ends the call with 0, in a flood of events too; -1 for
 *	none
 * @fn: called for each event in order; a non-zero return ends it and is returned
 * @lost: as in struct debar_event_ops; may be NULL
 * @data: handed to @fn and @lost
 *
 * Drains the ring, then sleeps until there is more.
 *
 * Return: 0; -EPERM; -ENOENT when the module went away; or what @fn returned.
 */
int debar_follow(struct debar *debar, uint64_t after, int stop_fd, debar_event_fn fn,
		 int (*lost)(uint64_t first, uint64_t last, void *data), void *data);

/**
 * debar_hash_fd() - SHA-256 of a file's content from its start
 * @fd: open for reading, a regular file
 * @ret_sha256: set on success
 * @ret_size: bytes read, set on success
 * @progress: called now and then with bytes read so far, may be NULL; a non-zero
 *	return ends it and is returned
 * @data: handed to @progress
 *
 * Return: 0 or -errno of read(2); -EIO if the library's SHA-256 failed.
 */
int debar_hash_fd(int fd, uint8_t ret_sha256[DEBAR_SHA256_SIZE], uint64_t *ret_size,
		  int (*progress)(uint64_t done, void *data), void *data);

/* Names of enum values: constant strings, "unknown" for what is out of range. */
const char *debar_mode_name(enum debar_mode mode);		/* permissive enforce */
const char *debar_action_name(enum debar_action action);	/* observe deny */
const char *debar_verdict_name(enum debar_verdict verdict);	/* allow observe deny */
const char *debar_kind_name(enum debar_kind kind);		/* exec */
/* ban no-memory unreadable ... policy-load ... seal: see names.c */
const char *debar_reason_name(enum debar_reason reason);

/* Is a record with this reason about a file? */
bool debar_reason_of_file(enum debar_reason reason);

#ifdef __cplusplus
}
#endif
#endif
