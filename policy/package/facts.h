/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Name, version and vendor as a package gives them.
 */
#ifndef DEBAR_PACKAGE_FACTS_H
#define DEBAR_PACKAGE_FACTS_H

#include "package.h"

/*
 * facts_read_*() - read metadata; what is missing or makes no sense is left alone
 * @facts: what is NULL in it is set, to be freed with facts_free()
 * @data: a .deb's control file, an npm package.json, or the first bytes of an rpm
 * @length: bytes at @data
 */
void facts_read_control(struct package_facts *facts, const char *data, size_t length);
void facts_read_json(struct package_facts *facts, const char *data, size_t length);
void facts_read_rpm(struct package_facts *facts, const void *data, size_t length);

/** facts_guess() - what is still NULL, from the name of the package's file. */
void facts_guess(struct package_facts *facts, const char *name);

void facts_free(struct package_facts *facts);

#endif
