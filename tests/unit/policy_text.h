/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Beginnings of policies, for cases that add a line or two.
 */
#ifndef DEBAR_TEST_POLICY_TEXT_H
#define DEBAR_TEST_POLICY_TEXT_H

#define D1 "1111111111111111111111111111111111111111111111111111111111111111"
#define D2 "2222222222222222222222222222222222222222222222222222222222222222"
#define DE "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
#define DF "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
#define EMPTY_FILE \
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* Lines 1 to 5, up to 7, up to 11: what a case adds begins in the line after. */
#define TOP	"debar: 1\n" \
		"policy: test\n" \
		"serial: 5\n" \
		"authorities:\n" \
		"- {id: A, citation: c}\n"
#define VENDORS	TOP "vendors:\n" \
		"- name: V\n" \
		"  products:\n"
#define BANS	VENDORS \
		"  - name: P\n" \
		"    action: deny\n" \
		"    authority: A\n" \
		"    files:\n"
#define ONE_BAN	"    - {sha256: " D1 ", size: 9}\n"
#define MORE	"  - {name: Q, action: deny, authority: A, files: [{sha256: " D2 \
		", size: 9}]}\n"

#define TEN(x) x x x x x x x x x x

#endif
