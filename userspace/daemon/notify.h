/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sd_notify(3)'s protocol: a datagram to the socket that NOTIFY_SOCKET names. It is
 * made to be spoken without libsystemd, which would be debard's largest library.
 */
#ifndef DEBARD_NOTIFY_H
#define DEBARD_NOTIFY_H

#include <stdint.h>

/* Tell the service manager; does nothing without one. */
void notify(const char *state);

/* Half the time after which the watchdog bites, in ms; 0: there is none. */
uint64_t notify_watchdog_ms(void);

#endif
