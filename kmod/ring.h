/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The newest events, numbered. A reader drains them from any number on; what was
 * overwritten before he came shows as a gap in the numbers.
 */
#ifndef DEBAR_RING_H
#define DEBAR_RING_H

#include <linux/types.h>

struct debar_event;

/**
 * debar_ring_init() - room for events
 * @size: how many, DEBAR_RING_MIN to DEBAR_RING_MAX
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: @size is out of range; -ENOMEM.
 */
int debar_ring_init(unsigned int size);
void debar_ring_exit(void);

/**
 * debar_ring_add() - give an event its number and a place, which the oldest leaves
 * @event: the ring takes a reference of its own
 *
 * Context: any; takes ring_lock.
 */
void debar_ring_add(struct debar_event *event);

/* An event that could not be kept still takes a number: readers see the gap. */
void debar_ring_skip(void);

/**
 * debar_ring_next() - the oldest event after a sequence number
 * @after: sequence number; 0 for the oldest of all
 *
 * Context: any; takes ring_lock.
 * Return: the event, to be given back with debar_event_put(); NULL if there is
 * none.
 */
struct debar_event *debar_ring_next(u64 after);

/* Sequence number of the newest event; 0: none yet. */
u64 debar_ring_last(void);

/* Events that debar_ring_skip() counted. */
u64 debar_ring_skipped(void);

/* Events that there is room for. */
unsigned int debar_ring_size(void);

#endif
