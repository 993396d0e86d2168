/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Signatures of a candidate, checked and shown.
 */
#ifndef DEBAR_SIGNERS_H
#define DEBAR_SIGNERS_H

#include "candidate.h"
#include "signature.h"

/* What there is to say about the signatures of one image. */
struct signers {
	struct signature_info list[DEBAR_SIGNATURES_MAX];
	size_t n;
	bool trusting;		/* somebody is trusted: that they are not says something */
	size_t n_trusted;	/* different ones that are trusted, with dates that hold */
};

/**
 * signers_check() - who signed a candidate
 * @candidate: from candidate_read()
 * @trust: whom to trust; NULL: nobody
 * @ret_signers: filled in; free with signers_free()
 */
void signers_check(const struct candidate *candidate, const struct signature_trust *trust,
		   struct signers *ret_signers);

/** signers_print() - as the list "signatures" of the present document. */
void signers_print(struct out *out, const struct signers *signers, enum out_list look);

void signers_free(struct signers *signers);

#endif
