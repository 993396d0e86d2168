// SPDX-License-Identifier: GPL-2.0-only
/*
 * A plugin for QEMU that counts instructions by where they are, while the guest
 * says so: bench.c (its verb profile) marks the begin and the end of each window
 * by an instruction that does nothing else. At the end of each it writes lines of
 * "WINDOW ADDRESS INSTRUCTIONS" to the file that the option out= names.
 *
 * The interface is that of qemu-plugin.h, version 1, which Debian packages in no
 * release that this is built on; so what is used of it is declared here.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "marks.h"

typedef uint64_t qemu_plugin_id_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
					   void (*cb)(qemu_plugin_id_t id,
						      struct qemu_plugin_tb *tb));
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb,
					  void (*cb)(unsigned int vcpu, void *data),
					  enum qemu_plugin_cb_flags flags, void *data);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn,
					    void (*cb)(unsigned int vcpu, void *data),
					    enum qemu_plugin_cb_flags flags, void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
const void *qemu_plugin_insn_data(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);

__attribute__((visibility("default"))) extern int qemu_plugin_version;
__attribute__((visibility("default"))) int qemu_plugin_version = 1;
__attribute__((visibility("default"))) int
qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv);

/* One translation of some instructions in a row. */
struct block {
	struct block *next;
	uint64_t address;
	size_t n;
	uint64_t runs;	/* in this window */
};

static struct block *blocks;
static unsigned int window;	/* from 1: the last one that was begun */
static bool open;
static FILE *out;

static void begin(unsigned int vcpu, void *data)
{
	(void)vcpu;
	(void)data;
	window++;
	open = true;
}

static void end(unsigned int vcpu, void *data)
{
	struct block *block;

	(void)vcpu;
	(void)data;
	open = false;
	for (block = blocks; block; block = block->next)
		if (block->runs) {
			fprintf(out, "%u %016" PRIx64 " %" PRIu64 "\n", window,
				block->address, block->runs * block->n);
			block->runs = 0;
		}
	if (fflush(out)) {
		perror("profile: the counts");
		exit(1);
	}
}

static void run(unsigned int vcpu, void *data)
{
	struct block *block = data;

	(void)vcpu;
	if (open)
		block->runs++;
}

static bool is(const struct qemu_plugin_insn *insn, const char *mark)
{
	return qemu_plugin_insn_size(insn) == MARK_LENGTH &&
	       memcmp(qemu_plugin_insn_data(insn), mark, MARK_LENGTH) == 0;
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	struct block *block = calloc(1, sizeof(*block));
	size_t i;

	(void)id;
	if (!block)
		abort();
	block->next = blocks;
	block->address = qemu_plugin_tb_vaddr(tb);
	block->n = qemu_plugin_tb_n_insns(tb);
	blocks = block;
	qemu_plugin_register_vcpu_tb_exec_cb(tb, run, QEMU_PLUGIN_CB_NO_REGS, block);
	for (i = 0; i < block->n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		if (is(insn, MARK_BEGIN))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, begin,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
		else if (is(insn, MARK_END))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, end,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4) != 0) {
		fprintf(stderr, "profile: the option out=FILE is needed\n");
		return -1;
	}
	out = fopen(argv[0] + 4, "w");
	if (!out) {
		perror(argv[0] + 4);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	return 0;
}
