/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What debard says: lines on standard error, which systemd takes to the journal.
 */
#ifndef DEBARD_LOG_H
#define DEBARD_LOG_H

#include <stdbool.h>
#include <syslog.h>

/* Put the priority in front of each line, as sd-daemon(3) has it? */
void log_init(bool priorities);

/**
 * log_say() - one line
 * @priority: LOG_ERR, LOG_WARNING, LOG_NOTICE or LOG_INFO
 * @format: one sentence, without a period; control characters are escaped
 */
__attribute__((format(printf, 2, 3)))
void log_say(int priority, const char *format, ...);

#endif
