// SPDX-License-Identifier: GPL-2.0
/*
 * The event ring.
 */
#include "ring.h"

#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "event.h"
#include "limits.h"

/* Guards ring, last_seq and skipped. Innermost: nothing is taken inside. */
static DEFINE_SPINLOCK(ring_lock);
static struct debar_event **ring;	/* event seq is in ring[seq % ring_size] */
static unsigned int ring_size;
static u64 last_seq;
static u64 skipped;

int debar_ring_init(unsigned int size)
{
	if (size < DEBAR_RING_MIN || size > DEBAR_RING_MAX)
		return -EINVAL;
	ring = kvcalloc(size, sizeof(ring[0]), GFP_KERNEL);
	if (!ring)
		return -ENOMEM;
	ring_size = size;
	return 0;
}

void debar_ring_exit(void)
{
	unsigned int i;

	for (i = 0; i < ring_size; i++)
		debar_event_put(ring[i]);
	kvfree(ring);
}

/* The next number, and its place, for @event. Returns who was there. */
static struct debar_event *take_place(struct debar_event *event)
{
	struct debar_event **place;
	struct debar_event *oldest;

	lockdep_assert_held(&ring_lock);
	last_seq++;
	if (event)
		event->seq = last_seq;
	else
		skipped++;
	place = &ring[last_seq % ring_size];
	oldest = *place;
	*place = event;
	return oldest;
}

void debar_ring_add(struct debar_event *event)
{
	struct debar_event *oldest;

	debar_event_get(event);
	spin_lock(&ring_lock);
	oldest = take_place(event);
	spin_unlock(&ring_lock);
	debar_event_put(oldest);
}

void debar_ring_skip(void)
{
	struct debar_event *oldest;

	spin_lock(&ring_lock);
	oldest = take_place(NULL);
	spin_unlock(&ring_lock);
	debar_event_put(oldest);
}

struct debar_event *debar_ring_next(u64 after)
{
	struct debar_event *event = NULL;
	u64 seq;

	spin_lock(&ring_lock);
	seq = after + 1;
	if (last_seq > ring_size)
		seq = max(seq, last_seq - ring_size + 1);
	for (; !event && seq > after && seq <= last_seq; seq++)
		event = ring[seq % ring_size];
	if (event)
		debar_event_get(event);
	spin_unlock(&ring_lock);
	return event;
}

u64 debar_ring_last(void)
{
	u64 seq;

	spin_lock(&ring_lock);
	seq = last_seq;
	spin_unlock(&ring_lock);
	return seq;
}

u64 debar_ring_skipped(void)
{
	u64 n;

	spin_lock(&ring_lock);
	n = skipped;
	spin_unlock(&ring_lock);
	return n;
}

unsigned int debar_ring_size(void)
{
	return ring_size;
}
