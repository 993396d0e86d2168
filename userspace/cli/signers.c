// SPDX-License-Identifier: GPL-2.0-only
/*
 * Signatures of a candidate.
 */
#include <string.h>
#include <time.h>

#include "signers.h"

/* Several by the same anchor are one signer, as in the kernel. */
static bool is_first(const struct signers *signers, const struct signature_info *info)
{
	const struct signature_info *other;

	for (other = signers->list; other < info; other++)
		if (other->state == SIGNATURE_TRUSTED && !other->expired &&
		    !other->premature && other->anchor == info->anchor)
			return false;
	return true;
}

void signers_check(const struct candidate *candidate, const struct signature_trust *trust,
		   struct signers *ret_signers)
{
	struct signers *signers = ret_signers;
	size_t i;

	*signers = (struct signers){
		.n = candidate->n_signatures,
		.trusting = trust && trust->n,
	};
	for (i = 0; i < signers->n; i++) {
		struct signature_info *info = &signers->list[i];

		signature_check(candidate->image, candidate->length,
				&candidate->signatures[i], trust, time(NULL), info);
		if (info->state == SIGNATURE_TRUSTED && !info->expired && !info->premature &&
		    is_first(signers, info))
			signers->n_trusted++;
	}
}

static const char *state_name(const struct signers *signers,
			      const struct signature_info *info, enum out_colour *ret_colour)
{
	*ret_colour = OUT_BAD;
	switch (info->state) {
	case SIGNATURE_BAD:
		return "bad";
	case SIGNATURE_UNKNOWN:
		return "unknown";
	case SIGNATURE_UNTRUSTED:
		*ret_colour = signers->trusting ? OUT_BAD : OUT_PLAIN;
		return signers->trusting ? "untrusted" : "valid";
	default:
		break;
	}
	if (info->expired || info->premature)
		return info->expired ? "expired" : "not valid yet";
	*ret_colour = OUT_GOOD;
	return "trusted";
}

static void print_certificate(struct out *out, const struct signature_info *info)
{
	out_bytes(out, "subject", "Signer", info->subject ? info->subject : "");
	out_sha256(out, "sha256", "Certificate", info->sha256);
	out_instant(out, "not_before", "Valid from", info->not_before, "-");
	out_instant(out, "not_after", "Valid until", info->not_after, "-");
	out_flag(out, "expired", NULL, info->expired);
	out_flag(out, "premature", NULL, info->premature);
}

void signers_print(struct out *out, const struct signers *signers, enum out_list look)
{
	enum out_colour colour;
	size_t i;

	if (signers->n && look != OUT_HIDDEN)
		out_note(out, "%s", "");
	out_list(out, "signatures", look);
	for (i = 0; i < signers->n; i++) {
		const struct signature_info *info = &signers->list[i];

		out_row(out);
		out_word(out, "state", NULL, OUT_PLAIN, state_name(signers, info, &colour));
		if (info->known)
			print_certificate(out, info);
		else
			out_word(out, NULL, "Signer", OUT_WARN, "not known");
		out_word(out, NULL, "Signature", colour, state_name(signers, info, &colour));
		if (info->why && (signers->trusting || info->state != SIGNATURE_UNTRUSTED))
			out_word(out, "why", "Because", OUT_PLAIN, info->why);
		out_end(out);
	}
	out_end(out);
}

void signers_free(struct signers *signers)
{
	while (signers->n)
		signature_info_free(&signers->list[--signers->n]);
}
