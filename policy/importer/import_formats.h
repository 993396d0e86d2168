/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reader for each format, see struct import_format.
 */
#ifndef DEBAR_IMPORT_FORMATS_H
#define DEBAR_IMPORT_FORMATS_H

struct import;

int import_csv(struct import *import);
int import_cyclonedx(struct import *import);
int import_fapolicyd(struct import *import);
int import_hsb(struct import *import);
int import_misp(struct import *import);
int import_nsrl(struct import *import);
int import_openioc(struct import *import);
int import_santa(struct import *import);
int import_sha256sum(struct import *import);
int import_spdx(struct import *import);
int import_stix(struct import *import);

#endif
