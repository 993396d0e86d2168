// SPDX-License-Identifier: GPL-2.0-only
/*
 * Epochs.
 */
#include <errno.h>
#include <string.h>

#include "epoch.h"
#include "store_private.h"

static void read_epoch(sqlite3_stmt *row, struct evidence_epoch *epoch)
{
	const char *boot_id = (const char *)sqlite3_column_text(row, 1);

	*epoch = (struct evidence_epoch){
		.id = sqlite3_column_int64(row, 0),
		.load.loaded_ns = sqlite3_column_int64(row, 2),
		.started_ns = sqlite3_column_int64(row, 3),
		.alive_ns = sqlite3_column_int64(row, 4),
		.last_seq = sqlite3_column_int64(row, 5),
		.offset_ns = sqlite3_column_int64(row, 6),
	};
	snprintf(epoch->load.boot_id, sizeof(epoch->load.boot_id), "%s",
		 boot_id ? boot_id : "");
}

int evidence_epoch_last(struct evidence *evidence, struct evidence_epoch *ret_epoch)
{
	sqlite3_stmt *row;
	int code, err = 0;

	memset(ret_epoch, 0, sizeof(*ret_epoch));
	row = evidence_prepare(evidence,
			       "SELECT id, boot_id, loaded_ns, started_ns, alive_ns, last_seq,"
			       " offset_ns FROM epoch ORDER BY id DESC LIMIT 1");
	code = row ? sqlite3_step(row) : SQLITE_ERROR;
	if (code == SQLITE_ROW)
		read_epoch(row, ret_epoch);
	else if (code != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

/* The number behind which events of this load are to be read. */
static int find_resume(struct evidence *evidence, const struct evidence_load *load,
		       uint64_t *ret_seq)
{
	sqlite3_stmt *row;
	int err = 0;

	row = evidence_prepare(evidence, "SELECT coalesce(max(last_seq), 0) FROM epoch"
					 " WHERE boot_id = ? AND loaded_ns = ?");
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_text(row, 1, load->boot_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 2, load->loaded_ns);
	if (sqlite3_step(row) == SQLITE_ROW)
		*ret_seq = sqlite3_column_int64(row, 0);
	else
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

static bool same_boot(const struct evidence_epoch *a, const struct evidence_epoch *b)
{
	return strcmp(a->load.boot_id, b->load.boot_id) == 0;
}

static bool same_load(const struct evidence_epoch *a, const struct evidence_epoch *b)
{
	return same_boot(a, b) && a->load.loaded_ns == b->load.loaded_ns;
}

static const char *why(const struct evidence_epoch *old, const struct evidence_epoch *new)
{
	if (!old->id)
		return "first";
	if (!same_boot(old, new))
		return "boot";
	return same_load(old, new) ? "daemon" : "module";
}

static int append_gap(struct evidence *evidence, const struct evidence_epoch *old,
		      const struct evidence_epoch *new, uint64_t from_ns, uint64_t until_ns,
		      const char *reason, bool watched)
{
	/* Where the clock was set back, it took no time that anybody knows. */
	if (until_ns < from_ns)
		until_ns = from_ns;
	return evidence_append(evidence, new->id, new->started_ns, "gap",
			       evidence_gap_body(from_ns, until_ns, reason, watched,
						 old->last_seq));
}

static int append_gaps(struct evidence *evidence, const struct evidence_epoch *old,
		       const struct evidence_epoch *new)
{
	uint64_t until_ns = new->load.loaded_ns ? new->load.loaded_ns : new->started_ns;
	int err = 0;

	if (!old->id)
		return 0;
	/* All of an epoch without the module was one. */
	if (!old->load.loaded_ns)
		err = append_gap(evidence, old, new, old->started_ns, old->alive_ns, "module",
				 false);
	if (err)
		return err;
	if (!same_boot(old, new))
		return append_gap(evidence, old, new, old->alive_ns, until_ns, "machine", false);
	if (!same_load(old, new) || !new->load.loaded_ns)
		return append_gap(evidence, old, new, old->alive_ns, until_ns, "module", false);
	return append_gap(evidence, old, new, old->alive_ns, new->started_ns, "daemon", true);
}

static int insert(struct evidence *evidence, const struct evidence_epoch *epoch)
{
	sqlite3_stmt *row;
	int err = 0;

	row = evidence_prepare(evidence,
			       "INSERT INTO epoch VALUES(?, ?, ?, ?, ?, NULL, ?, ?)");
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, epoch->id);
	sqlite3_bind_text(row, 2, epoch->load.boot_id, -1, SQLITE_STATIC);
	sqlite3_bind_int64(row, 3, epoch->load.loaded_ns);
	sqlite3_bind_int64(row, 4, epoch->started_ns);
	sqlite3_bind_int64(row, 5, epoch->alive_ns);
	sqlite3_bind_int64(row, 6, epoch->last_seq);
	sqlite3_bind_int64(row, 7, epoch->offset_ns);
	if (sqlite3_step(row) != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

int evidence_epoch_begin(struct evidence *evidence, struct evidence_epoch *new,
			 const struct debar_status *status,
			 const uint8_t fingerprint[EVIDENCE_HASH])
{
	struct evidence_epoch old;
	int err;

	err = evidence_epoch_last(evidence, &old);
	if (err)
		return err;
	new->id = old.id + 1;
	new->alive_ns = new->started_ns;
	new->last_seq = 0;
	if (new->load.loaded_ns)
		err = find_resume(evidence, &new->load, &new->last_seq);
	if (!err)
		err = append_gaps(evidence, &old, new);
	if (!err)
		err = evidence_append(evidence, new->id, new->started_ns, "epoch",
				      evidence_epoch_body(&new->load, status, fingerprint,
							  new->last_seq, new->offset_ns,
							  why(&old, new)));
	/* It was set while nobody looked. */
	if (!err && old.id && same_boot(&old, new) &&
	    evidence_clock_jumped(old.offset_ns, new->offset_ns))
		err = evidence_append(evidence, new->id, new->started_ns, "clock",
				      evidence_clock_body(old.offset_ns, new->offset_ns));
	return err ? err : insert(evidence, new);
}

int evidence_epoch_save(struct evidence *evidence, const struct evidence_epoch *epoch)
{
	sqlite3_stmt *row;
	int err = 0;

	row = evidence_prepare(evidence, "UPDATE epoch SET alive_ns = ?, last_seq = ?,"
					 " offset_ns = ? WHERE id = ?");
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, epoch->alive_ns);
	sqlite3_bind_int64(row, 2, epoch->last_seq);
	sqlite3_bind_int64(row, 3, epoch->offset_ns);
	sqlite3_bind_int64(row, 4, epoch->id);
	if (sqlite3_step(row) != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}

int evidence_epoch_end(struct evidence *evidence, const struct evidence_epoch *epoch,
		       uint64_t time_ns)
{
	sqlite3_stmt *row;
	int err = 0;

	row = evidence_prepare(evidence, "UPDATE epoch SET ended_ns = ? WHERE id = ?");
	if (!row)
		return evidence_fail(evidence);
	sqlite3_bind_int64(row, 1, time_ns);
	sqlite3_bind_int64(row, 2, epoch->id);
	if (sqlite3_step(row) != SQLITE_DONE)
		err = evidence_fail(evidence);
	sqlite3_finalize(row);
	return err;
}
