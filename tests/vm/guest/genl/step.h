/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef GENL_STEP_H
#define GENL_STEP_H

/* Does one step, as main.c lists them. Changes @step. */
void step_run(char *step);

#endif
