// SPDX-License-Identifier: GPL-2.0-only
/*
 * Draining the ring, against one that is made up here: it takes the place of the
 * library's connection.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/msg.h>
#include <string.h>

#include "client.h"
#include "wire.h"

static struct {
	uint64_t first, last;	/* that the ring holds */
	unsigned int n_torn;	/* dumps that it turns over in the middle of */
	unsigned int n_dumps;
} ring;

static uint64_t message;	/* stands for the one that is handed over: its number */

struct nl_msg *debar_client_request(uint8_t cmd, size_t room)
{
	assert_int_equal(cmd, DEBAR_CMD_EVENT_GET);
	return nlmsg_alloc_size(NLMSG_HDRLEN + room);
}

int debar_client_dump(struct debar *debar, struct nl_msg *msg, debar_client_fn fn,
		      void *data)
{
	struct nlattr *attr = nlmsg_find_attr(nlmsg_hdr(msg), 0, DEBAR_A_EVENT_SEQ);
	uint64_t seq = nla_get_u64(attr), first = ring.first;
	int err = 0;

	(void)debar;
	nlmsg_free(msg);
	ring.n_dumps++;
	for (message = seq + 1 > first ? seq + 1 : first; !err && message <= ring.last; message++)
		err = fn(NULL, data);
	if (err || !ring.n_torn)
		return err;
	ring.n_torn--;
	/* Events came while it was read. */
	ring.first += 10;
	ring.last += 10;
	return -EAGAIN;
}

int debar_wire_event(const struct nlmsghdr *hdr, struct debar_event *ret_event)
{
	(void)hdr;
	*ret_event = (struct debar_event){ .seq = message };
	return 0;
}

static struct {
	uint64_t n, last;	/* events, and the number of the newest */
	uint64_t n_lost, first_lost, last_lost;
	uint64_t stop_at;	/* an event that is not taken; 0: all are */
} taken;

static int take_event(const struct debar_event *event, void *data)
{
	(void)data;
	if (event->seq == taken.stop_at)
		return 7;
	assert_true(event->seq > taken.last);
	taken.last = event->seq;
	taken.n++;
	return 0;
}

static int take_lost(uint64_t first, uint64_t last, void *data)
{
	(void)data;
	taken.n_lost += last - first + 1;
	taken.first_lost = first;
	taken.last_lost = last;
	return 0;
}

static const struct debar_event_ops ops = { .event = take_event, .lost = take_lost };

static int begin(void **state)
{
	(void)state;
	memset(&ring, 0, sizeof(ring));
	memset(&taken, 0, sizeof(taken));
	return 0;
}

static void test_drain(void **state)
{
	uint64_t after = 0;

	(void)state;
	ring.first = 1;
	ring.last = 20;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 0);
	assert_int_equal(after, 20);
	assert_int_equal(taken.n, 20);
	assert_int_equal(taken.n_lost, 0);
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 0);
	assert_int_equal(taken.n, 20);
	ring.first = 31;
	ring.last = 40;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 0);
	assert_int_equal(after, 40);
	assert_int_equal(taken.n, 30);
	assert_int_equal(taken.n_lost, 10);
	assert_int_equal(taken.first_lost, 21);
	assert_int_equal(taken.last_lost, 30);
}

/* What was not taken comes again, and a loss before it does not. */
static void test_stop(void **state)
{
	uint64_t after = 0;

	(void)state;
	ring.first = 11;
	ring.last = 20;
	taken.stop_at = 11;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 7);
	assert_int_equal(after, 10);
	assert_int_equal(taken.n_lost, 10);
	taken.stop_at = 15;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 7);
	assert_int_equal(after, 14);
	taken.stop_at = 0;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 0);
	assert_int_equal(after, 20);
	assert_int_equal(taken.n, 10);
	assert_int_equal(taken.n_lost, 10);
}

/* A ring that turns over while it is read: none twice, and what went is told. */
static void test_torn(void **state)
{
	uint64_t after = 0;

	(void)state;
	ring.first = 1;
	ring.last = 5;
	ring.n_torn = 3;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 0);
	assert_int_equal(ring.n_dumps, 4);
	assert_int_equal(after, 35);
	assert_int_equal(taken.n, 20);
	assert_int_equal(taken.n + taken.n_lost, 35);
	/* It gives up, and has what it got. */
	ring.n_torn = 100;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), -EAGAIN);
	assert_int_equal(ring.n_dumps, 9);
	assert_int_equal(taken.n + taken.n_lost, after);
}

/* Nothing comes after the last number there is, whatever a module says. */
static void test_last(void **state)
{
	uint64_t after = UINT64_MAX;

	(void)state;
	ring.first = 1;
	ring.last = 5;
	assert_int_equal(debar_drain(NULL, &after, &ops, NULL), 0);
	assert_int_equal(after, UINT64_MAX);
	assert_int_equal(taken.n, 0);
	assert_int_equal(taken.n_lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_drain, begin),
		cmocka_unit_test_setup(test_stop, begin),
		cmocka_unit_test_setup(test_torn, begin),
		cmocka_unit_test_setup(test_last, begin),
	};

	return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
