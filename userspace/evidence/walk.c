// SPDX-License-Identifier: GPL-2.0-only
/*
 * A walk along the chain.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "event_body.h"
#include "walk.h"

int evidence_break(struct evidence_proof *proof, int64_t id, uint64_t time_ns,
		   const char *format, ...)
{
	va_list args;

	proof->broken = true;
	proof->broken_id = id;
	proof->broken_ns = time_ns;
	va_start(args, format);
	vsnprintf(proof->what, sizeof(proof->what), format, args);
	va_end(args);
	return 1;
}

void evidence_walk_begin(struct evidence_walk *walk, struct evidence_proof *proof,
			 const uint8_t *anchor, const uint8_t previous[EVIDENCE_HASH],
			 int64_t first)
{
	*walk = (struct evidence_walk){ .proof = proof, .anchor = anchor, .next = first };
	memcpy(walk->previous, previous, EVIDENCE_HASH);
	memcpy(proof->head, previous, EVIDENCE_HASH);
}

static int settle(struct evidence_walk *walk, const char *which)
{
	struct evidence_proof *proof = walk->proof;

	return evidence_break(proof, proof->last, proof->last_ns,
			      "its %s and its hash do not belong together", which);
}

/* The record behind it was hashed with the true hash: so that tells which it is. */
static int explain(struct evidence_walk *walk, const struct evidence_record *record)
{
	struct evidence_proof *proof = walk->proof;
	uint8_t hash[EVIDENCE_HASH];

	if (evidence_chain_hash(walk->computed, record, hash))
		return -EIO;
	if (memcmp(hash, record->hash, EVIDENCE_HASH) == 0)
		return evidence_break(proof, proof->last, proof->last_ns,
				      "its hash was altered: the next record was made with "
				      "another");
	if (evidence_chain_hash(walk->stored, record, hash))
		return -EIO;
	if (memcmp(hash, record->hash, EVIDENCE_HASH) == 0)
		return evidence_break(proof, proof->last, proof->last_ns,
				      "its content was altered: the hash is that of another");
	return settle(walk, "content");
}

/* Numbers have no gap but those that are reported. */
static int count_event(struct evidence_walk *walk, const struct evidence_record *record)
{
	struct evidence_proof *proof = walk->proof;

	proof->n_events++;
	if (walk->numbered && record->seq != walk->seq + 1)
		return evidence_break(proof, record->id, record->time_ns,
				      "event #%" PRIu64 " follows #%" PRIu64 ", and no loss is "
				      "recorded between them", record->seq, walk->seq);
	walk->numbered = true;
	walk->seq = record->seq;
	return 0;
}

static int count_loss(struct evidence_walk *walk, const struct evidence_record *record,
		      const json_t *body)
{
	struct evidence_proof *proof = walk->proof;
	uint64_t first, last;

	if (!evidence_get_number(body, "first", &first) ||
	    !evidence_get_number(body, "last", &last) || !first || last < first ||
	    (walk->numbered && first != walk->seq + 1))
		return evidence_break(proof, record->id, record->time_ns,
				      "the loss that it records does not follow the event "
				      "before it");
	proof->n_lost += last - first + 1;
	walk->numbered = true;
	walk->seq = last;
	return 0;
}

/* debard goes on where it had come to with the same load, and nowhere else. */
static int begin_epoch(struct evidence_walk *walk, const struct evidence_record *record,
		       const json_t *body)
{
	const char *boot_id = json_string_value(json_object_get(body, "boot_id"));
	uint64_t after = 0, before = walk->seq;

	if (walk->loaded_ns)
		walk->load_seq = before;
	walk->numbered = evidence_get_number(body, "after_seq", &after);
	walk->seq = after;
	walk->loaded_ns = 0;
	evidence_get_number(body, "loaded_ns", &walk->loaded_ns);
	snprintf(walk->boot_id, sizeof(walk->boot_id), "%s", boot_id ? boot_id : "");
	if (!walk->loaded_ns)
		return 0;
	if (walk->load_ns == walk->loaded_ns && strcmp(walk->load_boot_id, walk->boot_id) == 0 &&
	    walk->load_seq != after)
		return evidence_break(walk->proof, record->id, record->time_ns,
				      "its epoch goes on after event #%" PRIu64 ", and the same "
				      "load had come to #%" PRIu64, after, walk->load_seq);
	walk->load_ns = walk->loaded_ns;
	strcpy(walk->load_boot_id, walk->boot_id);
	return 0;
}

/* What a record means for those behind it. */
static int read_body(struct evidence_walk *walk, const struct evidence_record *record)
{
	json_t *body;
	uint64_t number;
	int err = 0;

	if (record->seq)
		return count_event(walk, record);
	body = json_loadb(record->body, record->body_length, JSON_REJECT_DUPLICATES, NULL);
	if (!json_is_object(body)) {
		err = evidence_break(walk->proof, record->id, record->time_ns,
				     "its body is not JSON");
	} else if (strcmp(record->kind, "lost") == 0) {
		err = count_loss(walk, record, body);
	} else if (strcmp(record->kind, "epoch") == 0) {
		err = begin_epoch(walk, record, body);
	} else if (strcmp(record->kind, "pruned") == 0 &&
		   evidence_get_number(body, "last_id", &number)) {
		const char *hex = json_string_value(json_object_get(body, "last_hash"));
		size_t i;

		walk->pruned = number;
		for (i = 0; hex && i < EVIDENCE_HASH && strlen(hex) >= 2; i++, hex += 2)
			sscanf(hex, "%2hhx", &walk->pruned_hash[i]);
	}
	json_decref(body);
	return err;
}

static void look_for_anchor(struct evidence_walk *walk, int64_t id, const uint8_t *hash)
{
	if (walk->anchor && memcmp(walk->anchor, hash, EVIDENCE_HASH) == 0) {
		walk->proof->anchored = true;
		walk->proof->anchor = id;
	}
}

int evidence_walk(struct evidence_walk *walk, const struct evidence_record *record)
{
	struct evidence_proof *proof = walk->proof;

	if (walk->pending)
		return explain(walk, record);
	if (record->id != walk->next)
		return evidence_break(proof, walk->next, record->time_ns,
				      "record %" PRId64 " stands where it should: it was "
				      "removed, or its id was altered", record->id);
	if (!proof->n) {
		proof->first = record->id;
		proof->first_ns = record->time_ns;
		look_for_anchor(walk, record->id - 1, walk->previous);
	}
	proof->last = record->id;
	proof->last_ns = record->time_ns;
	if (evidence_chain_hash(walk->previous, record, walk->computed))
		return -EIO;
	memcpy(walk->stored, record->hash, EVIDENCE_HASH);
	if (memcmp(walk->computed, walk->stored, EVIDENCE_HASH) != 0) {
		walk->pending = true;
		return 0;
	}
	memcpy(walk->previous, record->hash, EVIDENCE_HASH);
	memcpy(proof->head, record->hash, EVIDENCE_HASH);
	look_for_anchor(walk, record->id, record->hash);
	proof->n++;
	walk->next++;
	return read_body(walk, record);
}

int evidence_walk_end(struct evidence_walk *walk)
{
	struct evidence_proof *proof = walk->proof;

	if (walk->pending)
		return settle(walk, "content");
	if (walk->anchor && !proof->anchored)
		return evidence_break(proof, 0, 0, "no record has the hash that was given: "
				      "the chain was made anew, or its end was removed");
	return 0;
}
