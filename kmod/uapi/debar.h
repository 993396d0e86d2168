/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The contract between debar.ko and userspace: generic netlink family "debar".
 *
 * The family lives in the initial network namespace only. Every command but
 * DEBAR_CMD_STATUS_GET needs CAP_MAC_ADMIN in the initial user namespace, both
 * for the process that sends and for the one that opened the socket. Refusals
 * carry an errno and, with NETLINK_EXT_ACK set, one sentence that says why.
 *
 * Every value is in host byte order (netlink is local); images are
 * little-endian (policy/FORMAT.md). Strings end in NUL and the length counts
 * it. 64-bit attributes are aligned with DEBAR_A_PAD.
 *
 * STATUS_GET (do)
 *	request: nothing
 *	reply:   PROTOCOL VERSION MODE OFF SEALED N_CERTIFICATES SYSTEM_KEYS
 *		 GENERATION COVERAGE... DENIED OBSERVED FAILED HASHED CACHED
 *		 EVENT_SEQ EVENTS_LOST SUPPRESSED RING AUDIT TIME (when the module
 *		 was loaded: with the machine's boot id, it names this load)
 *	Open to every user: it names neither policy nor product.
 *
 * MODE_SET (do)
 *	request: MODE
 *	-EPERM: sealed, and MODE is permissive.
 *
 * SEAL (do): until the machine is started anew the module stays, the mode is
 * enforce, and policies can only be replaced by newer ones that are signed. A change
 * that was under way is over when this is acknowledged.
 *	-ENODEV: the module is being unloaded.
 *
 * FLOOR_SET (do): policies of this name with a lower serial are refused.
 *	request: NAME SERIAL
 *	A floor only rises; a lower SERIAL changes nothing. Each commit raises its
 *	own. -ENOSPC: DEBAR_FLOORS_MAX names have one.
 *
 * Uploading a policy: one upload at a time in the whole system, owned by the
 * netlink port that began it and dropped when that socket closes, when its
 * owner begins anew, or, 30 s after its last message, when somebody else
 * begins. A refused CHUNK or COMMIT ends the upload. Until COMMIT succeeds the
 * live policies are untouched.
 *
 * POLICY_BEGIN (do)
 *	request: LENGTH (bytes of the image) SHA256 (of the image)
 *	reply:   UPLOAD (names this upload)
 *	-EBUSY: another port is uploading. -EMSGSIZE: LENGTH is out of range.
 * POLICY_CHUNK (do)
 *	request: UPLOAD OFFSET DATA (1 to DEBAR_CHUNK_MAX bytes)
 *	-ENOENT: no such upload of this port. -ERANGE: OFFSET is not where the
 *	last chunk ended, or DATA runs past LENGTH.
 * POLICY_SIGNATURE (do): one detached CMS signature of the image, in DER
 *	request: UPLOAD DATA (1 to DEBAR_CHUNK_MAX bytes)
 *	-ENOSPC: there are DEBAR_SIGNATURES_MAX already.
 * POLICY_COMMIT (do)
 *	request: UPLOAD, ALLOW_ROLLBACK (flag: the serial may be older)
 *	reply:   NAME SERIAL GENERATION
 *	-ENODATA: chunks are missing. -EKEYREJECTED: the image's digest is not the
 *	SHA256 that was announced. -EBADMSG: the image is not valid (the text
 *	says why). -ESTALE: the serial is not newer than the live policy's of
 *	that name, or below the floor. -ENOSPC: DEBAR_POLICIES_MAX policies are
 *	live. -ENOKEY: the image has to be signed, by one or more whose certificates
 *	the module has, and is not. -EPERM: sealed, or ALLOW_ROLLBACK where a
 *	policy is signed or the module has certificates.
 * POLICY_ABORT (do)
 *	request: UPLOAD
 * POLICY_REMOVE (do)
 *	request: NAME
 *	-ENOENT: no live policy has that name. -EPERM: sealed.
 *
 * CHECK (do): what would happen to a file with this content, now?
 *	request: SHA256, FILE_SIZE
 *	reply:   VERDICT MODE GENERATION, and where a ban matches also ACTION NAME
 *		 SERIAL VENDOR PRODUCT RELEASE AUTHORITY EXCEPTED (flag)
 *	VERDICT already accounts for MODE and OFF, ACTION for the time.
 *
 * POLICY_GET (dump): the live policies, as one snapshot that later commits
 * do not change.
 *	request: DETAIL (absent: DEBAR_DETAIL_POLICIES), NAME (absent: all)
 *	replies, for each policy in order of name:
 *	  cmd POLICY_GET:  GENERATION NAME SERIAL SHA256 LENGTH N_PRODUCTS N_BANS
 *			   N_SIZES N_UNSIZED N_EXCEPTIONS TIME (of its commit)
 *			   SIGNERS (it asks for) SIGNER... (SHA-256 of the
 *			   certificate of each who signed it)
 *	  cmd PRODUCT_GET: PRODUCT_ID VENDOR PRODUCT RELEASE (absent: of all)
 *			   AUTHORITY ACTION (as written) EFFECTIVE EXPIRES (absent:
 *			   none) DENIED OBSERVED LAST_HIT (absent: never hit)
 *	  cmd EXCEPTION_GET: PRODUCT_ID or SHA256 (of a file), APPROVER
 *			   JUSTIFICATION EXPIRES
 *	  cmd BAN_GET:     SHA256 FILE_SIZE (absent: unknown) PRODUCT_ID
 *	PRODUCT_ID counts from 0 within its policy. Bans are in order of SHA256.
 *	-ENOENT: NAME is not live. -EBUSY: too many others have begun and are not
 *	at the end.
 *
 * EVENT_GET (dump): the events that the ring still holds, oldest first.
 *	request: EVENT_SEQ (absent or 0: all; else only later ones)
 *	replies, cmd EVENT: as below
 *
 * EVENT (notification to the group "events", and reply of EVENT_GET)
 *	always: EVENT_SEQ TIME REASON MODE, and who did it: PID PPID COMM UID AUID
 *	a file, REASON up to DEBAR_REASON_BUSY: KIND VERDICT PATH PATH_TRUNCATED (flag)
 *		DEV INODE FILE_SIZE; of DEBAR_REASON_BAN also SHA256 ACTION NAME SERIAL
 *		VENDOR PRODUCT RELEASE AUTHORITY EXCEPTED (flag), of the others ERRNO.
 *		PATH is empty and DEV, INODE are 0 where the content is in memory.
 *	DEBAR_REASON_GAP: KIND ERRNO; DEBAR_REASON_COVERED: KIND
 *	DEBAR_REASON_START: VERSION OFF (flag)
 *	DEBAR_REASON_POLICY_LOAD, _REPLACE, _REMOVE: NAME SERIAL OLD_SERIAL (of what it
 *		replaced) SHA256 (of the image) N_BANS
 *	DEBAR_REASON_POLICY_REJECT: SHA256 (announced) ERRNO TEXT (why)
 *	DEBAR_REASON_MODE: OLD_MODE; MODE is the new one
 *	DEBAR_REASON_SEAL: nothing more
 *	Sequence numbers start at 1 and have no gap. Multicast is a hint: who was
 *	too slow for it (ENOBUFS) reads the ring.
 */
#ifndef _UAPI_DEBAR_H
#define _UAPI_DEBAR_H

#include <linux/types.h>

#define DEBAR_GENL_NAME		"debar"
#define DEBAR_GENL_GROUP	"events"
/* Raised when a program built for the old contract would misunderstand. */
#define DEBAR_PROTOCOL		3

#define DEBAR_SHA256_SIZE	32
#define DEBAR_NAME_MAX		63	/* bytes of a policy name, without NUL */
#define DEBAR_TEXT_MAX		255	/* bytes of a vendor, product or authority */
#define DEBAR_PATH_MAX		4095	/* bytes of a path, without NUL */
#define DEBAR_CHUNK_MAX		32768	/* bytes of DATA in one message */
#define DEBAR_POLICIES_MAX	8	/* live at once */
#define DEBAR_SIGNATURES_MAX	8	/* of one image */
#define DEBAR_FLOORS_MAX	64	/* names of policies */
#define DEBAR_LOCAL_NAME	"local"	/* may be unsigned where a signed policy says so */

enum debar_cmd {
	DEBAR_CMD_STATUS_GET = 1,
	DEBAR_CMD_MODE_SET,
	DEBAR_CMD_POLICY_BEGIN,
	DEBAR_CMD_POLICY_CHUNK,
	DEBAR_CMD_POLICY_COMMIT,
	DEBAR_CMD_POLICY_ABORT,
	DEBAR_CMD_POLICY_REMOVE,
	DEBAR_CMD_CHECK,
	DEBAR_CMD_POLICY_GET,
	DEBAR_CMD_PRODUCT_GET,	/* only in replies of POLICY_GET */
	DEBAR_CMD_BAN_GET,	/* only in replies of POLICY_GET */
	DEBAR_CMD_EVENT_GET,
	DEBAR_CMD_EVENT,	/* only from the kernel */
	DEBAR_CMD_EXCEPTION_GET,	/* only in replies of POLICY_GET */
	DEBAR_CMD_POLICY_SIGNATURE,
	DEBAR_CMD_FLOOR_SET,
	DEBAR_CMD_SEAL,
	__DEBAR_CMD_LAST,
#define DEBAR_CMD_MAX (__DEBAR_CMD_LAST - 1)
};

enum debar_attr {
	DEBAR_A_PAD = 1,
	DEBAR_A_PROTOCOL,	/* u32 DEBAR_PROTOCOL */
	DEBAR_A_VERSION,	/* string: release of the module */
	DEBAR_A_MODE,		/* u32 enum debar_mode */
	DEBAR_A_OFF,		/* flag: switched off when loaded, nothing is hooked */
	DEBAR_A_GENERATION,	/* u32: grows with every change of the live policies */
	DEBAR_A_COVERAGE,	/* nest, one a kind: enum debar_coverage_attr */
	DEBAR_A_DENIED,		/* u64: refused because of a ban */
	DEBAR_A_OBSERVED,	/* u64: matched a ban and was let through */
	DEBAR_A_FAILED,		/* u64: could not be judged */
	DEBAR_A_HASHED,		/* u64: files whose digest was computed */
	DEBAR_A_CACHED,		/* u64: files whose digest was known already */
	DEBAR_A_EVENT_SEQ,	/* u64: of the newest event; 0 none yet */
	DEBAR_A_EVENTS_LOST,	/* u64: events that left no entry in the ring */
	DEBAR_A_UPLOAD,		/* u32 */
	DEBAR_A_LENGTH,		/* u32: bytes of an image */
	DEBAR_A_OFFSET,		/* u32: bytes */
	DEBAR_A_DATA,		/* binary */
	DEBAR_A_SHA256,		/* binary, 32 bytes */
	DEBAR_A_NAME,		/* string: name of a policy */
	DEBAR_A_SERIAL,		/* u64: of a policy */
	DEBAR_A_DETAIL,		/* u32 enum debar_detail */
	DEBAR_A_N_PRODUCTS,	/* u32 */
	DEBAR_A_N_BANS,		/* u32 */
	DEBAR_A_N_SIZES,	/* u32: distinct file sizes that bans have */
	DEBAR_A_N_UNSIZED,	/* u32: bans whose file size is unknown */
	DEBAR_A_TIME,		/* u64: ns since 1970, UTC */
	DEBAR_A_PRODUCT_ID,	/* u32 */
	DEBAR_A_VENDOR,		/* string */
	DEBAR_A_PRODUCT,	/* string */
	DEBAR_A_AUTHORITY,	/* string: id of the law or order */
	DEBAR_A_ACTION,		/* u32 enum debar_action */
	DEBAR_A_LAST_HIT,	/* u64: ns since 1970, UTC */
	DEBAR_A_FILE_SIZE,	/* u64: bytes */
	DEBAR_A_KIND,		/* u32 enum debar_kind */
	DEBAR_A_REASON,		/* u32 enum debar_reason */
	DEBAR_A_VERDICT,	/* u32 enum debar_verdict: what happened */
	DEBAR_A_PATH,		/* string: bytes as the kernel has them, any but NUL */
	DEBAR_A_PATH_TRUNCATED,	/* flag: PATH is not whole */
	DEBAR_A_DEV,		/* u32: major << 20 | minor */
	DEBAR_A_INODE,		/* u64 */
	DEBAR_A_PID,		/* u32: thread group, initial pid namespace */
	DEBAR_A_PPID,		/* u32 */
	DEBAR_A_COMM,		/* string: of the process that tried */
	DEBAR_A_UID,		/* u32: real uid, initial user namespace */
	DEBAR_A_AUID,		/* u32: login uid; 4294967295 unset */
	DEBAR_A_ERRNO,		/* u32: positive errno */
	DEBAR_A_RELEASE,	/* string: of the product */
	DEBAR_A_EFFECTIVE,	/* u64: seconds since 1970, UTC */
	DEBAR_A_EXPIRES,	/* u64: seconds since 1970, UTC */
	DEBAR_A_EXCEPTED,	/* flag: let through because of an exception */
	DEBAR_A_APPROVER,	/* string */
	DEBAR_A_JUSTIFICATION,	/* string */
	DEBAR_A_N_EXCEPTIONS,	/* u32 */
	DEBAR_A_SIGNERS,	/* u32: different ones that have to sign */
	DEBAR_A_SIGNER,		/* binary, 32 bytes */
	DEBAR_A_ALLOW_ROLLBACK,	/* flag */
	DEBAR_A_SEALED,		/* flag */
	DEBAR_A_N_CERTIFICATES,	/* u32: built into the module */
	DEBAR_A_SYSTEM_KEYS,	/* flag: keys of the machine are trusted too */
	DEBAR_A_SUPPRESSED,	/* u64: records that audit, or audit and log, did not take */
	DEBAR_A_RING,		/* u32: events that the ring has room for */
	DEBAR_A_AUDIT,		/* flag: the kernel's audit is on */
	DEBAR_A_OLD_MODE,	/* u32 enum debar_mode */
	DEBAR_A_OLD_SERIAL,	/* u64 */
	DEBAR_A_TEXT,		/* string: one sentence */
	__DEBAR_A_LAST,
#define DEBAR_A_MAX (__DEBAR_A_LAST - 1)
};

enum debar_coverage_attr {
	DEBAR_COVERAGE_A_KIND = 1,	/* u32 enum debar_kind */
	DEBAR_COVERAGE_A_ACTIVE,	/* flag: events of this kind are judged */
	DEBAR_COVERAGE_A_TEXT,		/* string: why not, where ACTIVE is absent */
	__DEBAR_COVERAGE_A_LAST,
#define DEBAR_COVERAGE_A_MAX (__DEBAR_COVERAGE_A_LAST - 1)
};

enum debar_mode {
	DEBAR_MODE_PERMISSIVE,	/* nothing is denied; records say what would be */
	DEBAR_MODE_ENFORCE,
	__DEBAR_MODE_LAST,
};

enum debar_action {	/* per product; also stands in images */
	DEBAR_ACTION_OBSERVE = 1,
	DEBAR_ACTION_DENY,
	__DEBAR_ACTION_LAST,
};

enum debar_verdict {
	DEBAR_VERDICT_ALLOW,
	DEBAR_VERDICT_OBSERVE,	/* allowed and recorded */
	DEBAR_VERDICT_DENY,
	__DEBAR_VERDICT_LAST,
};

enum debar_kind {	/* of event */
	DEBAR_KIND_EXEC = 1,	/* execve, execveat, each interpreter of a script */
	DEBAR_KIND_EXEC_CHECK,	/* execveat with AT_EXECVE_CHECK, Linux 6.14 on */
	DEBAR_KIND_MMAP,	/* mmap with PROT_EXEC: libraries, ELF interpreters */
	DEBAR_KIND_MPROTECT,	/* mprotect to PROT_EXEC of a mapped file */
	DEBAR_KIND_MODULE,	/* kernel module from a file, as it is on disk */
	DEBAR_KIND_MODULE_BUFFER, /* kernel module from memory: there is no file */
	DEBAR_KIND_FIRMWARE,	/* firmware for a device */
	DEBAR_KIND_KEXEC,	/* kernel or initramfs for kexec_file_load */
	__DEBAR_KIND_LAST,
};

enum debar_reason {	/* for a record */
	/* About a file; all but the first could not be judged. */
	DEBAR_REASON_BAN = 1,	/* the content is banned */
	DEBAR_REASON_NO_MEMORY,	/* no memory to read or hash the file */
	DEBAR_REASON_UNREADABLE,/* reading the file failed */
	DEBAR_REASON_CRYPTO,	/* the kernel's SHA-256 failed */
	DEBAR_REASON_KILLED,	/* the process was killed while its file was read */
	DEBAR_REASON_BUSY,	/* somebody has the program open for writing */
	/* About the watch itself. */
	DEBAR_REASON_GAP,	/* events of KIND are not judged any more */
	DEBAR_REASON_COVERED,	/* events of KIND are judged again */
	DEBAR_REASON_START,	/* the module was loaded */
	DEBAR_REASON_POLICY_LOAD,	/* a policy of a new name is live */
	DEBAR_REASON_POLICY_REPLACE,	/* a policy took the place of one of its name */
	DEBAR_REASON_POLICY_REMOVE,	/* a policy is not live any more */
	DEBAR_REASON_POLICY_REJECT,	/* a commit was refused */
	DEBAR_REASON_MODE,	/* the mode was set */
	DEBAR_REASON_SEAL,	/* the module was sealed */
	__DEBAR_REASON_LAST,
};

enum debar_detail {	/* of POLICY_GET, each includes the one before */
	DEBAR_DETAIL_POLICIES,
	DEBAR_DETAIL_PRODUCTS,
	DEBAR_DETAIL_BANS,
	__DEBAR_DETAIL_LAST,
};

#endif
