// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes an evidence store of a readable history, through the library that debard
 * stores with. Lines of standard input:
 *
 *	TIME VERB KEY=VALUE...
 *
 * TIME is RFC 3339 to the second. A value ends at white space; in it, \xHH is a byte,
 * \s a space, and "*4000a" after a '\' 4000 times the letter: \*4000a.
 *
 *	epoch boot= [loaded=TIME] [mode=permissive] [off=1] [missing=KIND:WHY] [id= host=]
 *	      [set=MS]
 *		debard begins to listen; without loaded=, there is no module. The
 *		clock was set by MS while it did not. The policies and products
 *		below are told again.
 *	policy name= serial= [signers=]		product policy= vendor= product= ...
 *	exception policy= product= or sha256=, approver= justification= expires=
 *		add to what is live
 *	clear	nothing is live			live	tell what is live
 *	policies	tell only the policies that are live
 *	status [mode= missing=]			stop	alive	head
 *	event outcome= vendor= product= authority= policy= path= sha256= uid= [auid=] [n=]
 *		outcome: denied observed would-be-denied excepted unreadable
 *	watch reason= [mode= kind= errno= policy= serial=]
 *	lost n=					clock ms=
 *	prune before=TIME			corrupt
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "epoch.h"
#include "event_body.h"
#include "prune.h"
#include "when.h"

#define NS INT64_C(1000000000)
#define FIELDS_MAX 16

struct plant {
	struct evidence *evidence;
	unsigned int line;
	uint64_t now;
	struct evidence_epoch epoch;
	struct debar_status status;
	bool loaded;
	uint64_t seq;
	json_t *policies, *products, *exceptions;
	struct {
		const char *key;
		char *value;
	} fields[FIELDS_MAX];
	size_t n_fields;
};

__attribute__((noreturn))
static void die(const struct plant *p, const char *what)
{
	fprintf(stderr, "plant: line %u: %s\n", p->line, what);
	exit(1);
}

static void must(const struct plant *p, int err)
{
	if (err)
		die(p, p->evidence ? evidence_error(p->evidence) : strerror(-err));
}

static const char *get(const struct plant *p, const char *key)
{
	size_t i;

	for (i = 0; i < p->n_fields; i++)
		if (strcmp(p->fields[i].key, key) == 0)
			return p->fields[i].value;
	return "";
}

static uint64_t get_number(const struct plant *p, const char *key, uint64_t otherwise)
{
	const char *text = get(p, key);

	return *text ? strtoull(text, NULL, 0) : otherwise;
}

static uint64_t get_time(const struct plant *p, const char *key)
{
	uint64_t ns = 0;

	if (*get(p, key) && !when_parse(get(p, key), 0, &ns))
		die(p, "not a time");
	return ns;
}

/* In place: what is left is never longer, but for repetitions, which are allocated. */
static char *unescape(struct plant *p, const char *from)
{
	char *text = malloc(strlen(from) + 8192), *to = text, *end;
	unsigned long n;

	if (!text)
		die(p, "out of memory");
	while (*from) {
		if (*from != '\\') {
			*to++ = *from++;
		} else if (from[1] == 'x') {
			const char digits[] = { from[2], from[2] ? from[3] : '\0', '\0' };

			*to++ = strtoul(digits, NULL, 16);
			from += 4;
		} else if (from[1] == 's') {
			*to++ = ' ';
			from += 2;
		} else if (from[1] == '*') {
			n = strtoul(from + 2, &end, 10);
			if (n > 8000)
				die(p, "too often");
			memset(to, *end, n);
			to += n;
			from = end + 1;
		} else {
			die(p, "not an escape");
		}
	}
	*to = '\0';
	return text;
}

static void append(struct plant *p, const char *kind, json_t *body)
{
	must(p, evidence_append(p->evidence, p->epoch.id, p->now, kind, body));
}

static void tell_live(struct plant *p)
{
	append(p, "policy", json_pack("{sO}", "policies", p->policies));
	append(p, "product", json_pack("{sOsO}", "products", p->products, "exceptions",
				       p->exceptions));
}

static enum debar_kind kind_of(const struct plant *p, const char *word, size_t length)
{
	unsigned int kind;

	for (kind = DEBAR_KIND_EXEC; kind < __DEBAR_KIND_LAST; kind++)
		if (strlen(debar_kind_name(kind)) == length &&
		    strncmp(debar_kind_name(kind), word, length) == 0)
			return kind;
	die(p, "no such kind");
}

static void set_status(struct plant *p)
{
	const char *missing = get(p, "missing"), *why = strchr(missing, ':');
	struct debar_status *s = &p->status;
	unsigned int kind;

	memset(s, 0, sizeof(*s));
	strcpy(s->version, "1.0");
	s->mode = strcmp(get(p, "mode"), "permissive") ? DEBAR_MODE_ENFORCE :
							 DEBAR_MODE_PERMISSIVE;
	s->off = *get(p, "off");
	s->ring = 4096;
	s->event_seq = p->seq;
	for (kind = DEBAR_KIND_EXEC; kind < __DEBAR_KIND_LAST; kind++) {
		struct debar_coverage *c = &s->coverage[s->n_coverage++];

		c->kind = kind;
		c->active = true;
		if (why && kind == kind_of(p, missing, why - missing)) {
			c->active = false;
			snprintf(c->text, sizeof(c->text), "%s", why + 1);
		}
	}
}

static void do_epoch(struct plant *p)
{
	static const uint8_t fingerprint[EVIDENCE_HASH];
	char id[64], hostname[64];
	struct evidence_host host = { .id = id, .hostname = hostname };
	struct evidence_epoch epoch = {
		.started_ns = p->now,
		.offset_ns = (p->epoch.offset_ns ? p->epoch.offset_ns : NS) +
			     get_number(p, "set", 0) * (NS / 1000),
		.load.loaded_ns = get_time(p, "loaded"),
	};
	bool same = p->epoch.load.loaded_ns == epoch.load.loaded_ns &&
		    strcmp(p->epoch.load.boot_id, get(p, "boot")) == 0;

	snprintf(epoch.load.boot_id, sizeof(epoch.load.boot_id), "%s", get(p, "boot"));
	snprintf(id, sizeof(id), "%s", get(p, "id"));
	snprintf(hostname, sizeof(hostname), "%s", get(p, "host"));
	if (*id)
		epoch.load.host = &host;
	p->loaded = epoch.load.loaded_ns;
	if (!same)
		p->seq = 0;
	set_status(p);
	must(p, evidence_epoch_begin(p->evidence, &epoch, p->loaded ? &p->status : NULL,
				     fingerprint));
	p->epoch = epoch;
	p->epoch.load.host = NULL;
	append(p, "status", evidence_status_body(p->loaded ? &p->status : NULL, "start"));
	if (p->loaded)
		tell_live(p);
}

static void do_status(struct plant *p, const char *why)
{
	set_status(p);
	append(p, "status", evidence_status_body(p->loaded ? &p->status : NULL, why));
}

static void make_sha256(const struct plant *p, uint8_t sha256[DEBAR_SHA256_SIZE])
{
	memset(sha256, get_number(p, "sha256", 0), DEBAR_SHA256_SIZE);
}

static void do_policy(struct plant *p)
{
	json_t *policy = json_object(), *signers = json_array();
	uint64_t n = get_number(p, "signers", 0);
	uint8_t sha256[DEBAR_SHA256_SIZE];

	make_sha256(p, sha256);
	evidence_put_bytes(policy, "name", get(p, "name"));
	evidence_put_number(policy, "serial", get_number(p, "serial", 1));
	evidence_put_hash(policy, "sha256", sha256);
	evidence_put_number(policy, "committed_ns", p->now);
	while (n--)
		json_array_append_new(signers, json_object());
	json_object_set_new(policy, "signers", signers);
	json_array_append_new(p->policies, policy);
}

static void do_product(struct plant *p)
{
	json_t *product = json_object();

	evidence_put_bytes(product, "policy", get(p, "policy"));
	evidence_put_number(product, "id", json_array_size(p->products));
	evidence_put_bytes(product, "vendor", get(p, "vendor"));
	evidence_put_bytes(product, "product", get(p, "product"));
	evidence_put_bytes(product, "release", get(p, "release"));
	evidence_put_bytes(product, "authority", get(p, "authority"));
	json_object_set_new(product, "action",
			    json_string(*get(p, "action") ? get(p, "action") : "deny"));
	evidence_put_number(product, "effective", get_time(p, "effective") / NS);
	evidence_put_number(product, "expires", get_time(p, "expires") / NS);
	json_array_append_new(p->products, product);
}

static void do_exception(struct plant *p)
{
	json_t *exception = json_object();
	uint8_t sha256[DEBAR_SHA256_SIZE];

	evidence_put_bytes(exception, "policy", get(p, "policy"));
	make_sha256(p, sha256);
	if (*get(p, "sha256"))
		evidence_put_hash(exception, "sha256", sha256);
	else
		evidence_put_number(exception, "product_id", get_number(p, "product", 0));
	evidence_put_bytes(exception, "approver", get(p, "approver"));
	evidence_put_bytes(exception, "justification", get(p, "justification"));
	evidence_put_number(exception, "expires", get_time(p, "expires") / NS);
	json_array_append_new(p->exceptions, exception);
}

static void copy(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
}

static void do_event(struct plant *p)
{
	static struct debar_event e;
	const char *outcome = get(p, "outcome");
	uint64_t n = get_number(p, "n", 1);

	memset(&e, 0, sizeof(e));
	e.reason = strcmp(outcome, "unreadable") ? DEBAR_REASON_BAN : DEBAR_REASON_UNREADABLE;
	e.mode = p->status.mode;
	e.kind = DEBAR_KIND_EXEC;
	e.verdict = strcmp(outcome, "denied") ? DEBAR_VERDICT_OBSERVE : DEBAR_VERDICT_DENY;
	e.action = strcmp(outcome, "observed") ? DEBAR_ACTION_DENY : DEBAR_ACTION_OBSERVE;
	e.excepted = strcmp(outcome, "excepted") == 0;
	e.error = e.reason == DEBAR_REASON_BAN ? 0 : EIO;
	e.pid = 100;
	e.ppid = 1;
	strcpy(e.comm, "bash");
	e.uid = get_number(p, "uid", 0);
	e.auid = get_number(p, "auid", UINT32_MAX);
	copy(e.path, sizeof(e.path), get(p, "path"));
	e.file_size = 13;
	if (e.reason == DEBAR_REASON_BAN) {
		make_sha256(p, e.sha256);
		copy(e.policy, sizeof(e.policy), get(p, "policy"));
		e.serial = 1;
		copy(e.vendor, sizeof(e.vendor), get(p, "vendor"));
		copy(e.product, sizeof(e.product), get(p, "product"));
		copy(e.release, sizeof(e.release), get(p, "release"));
		copy(e.authority, sizeof(e.authority), get(p, "authority"));
	}
	while (n--) {
		e.seq = ++p->seq;
		e.time_ns = p->now++;
		must(p, evidence_append_event(p->evidence, p->epoch.id, &e));
	}
}

static void do_watch(struct plant *p)
{
	static struct debar_event e;
	unsigned int reason = DEBAR_REASON_GAP;

	memset(&e, 0, sizeof(e));
	while (reason < __DEBAR_REASON_LAST &&
	       strcmp(debar_reason_name(reason), get(p, "reason")) != 0)
		reason++;
	e.reason = reason;
	e.seq = ++p->seq;
	e.time_ns = p->now;
	e.mode = strcmp(get(p, "mode"), "permissive") ? DEBAR_MODE_ENFORCE : DEBAR_MODE_PERMISSIVE;
	e.auid = UINT32_MAX;
	if (*get(p, "kind"))
		e.kind = kind_of(p, get(p, "kind"), strlen(get(p, "kind")));
	e.error = get_number(p, "errno", 0);
	make_sha256(p, e.sha256);
	copy(e.policy, sizeof(e.policy), get(p, "policy"));
	e.serial = get_number(p, "serial", 0);
	must(p, evidence_append_event(p->evidence, p->epoch.id, &e));
}

static void do_lost(struct plant *p)
{
	uint64_t n = get_number(p, "n", 1);

	append(p, "lost", evidence_lost_body(p->seq + 1, p->seq + n));
	p->seq += n;
}

static void do_prune(struct plant *p)
{
	struct evidence_retention retention = { .before_ns = get_time(p, "before") };
	int64_t n;

	must(p, evidence_commit(p->evidence));
	must(p, evidence_prune(p->evidence, p->epoch.id, p->now, &retention, &n));
	must(p, evidence_begin(p->evidence));
}

static void do_clock(struct plant *p)
{
	int64_t ms = strtoll(get(p, "ms"), NULL, 10);

	append(p, "clock", evidence_clock_body(NS, NS + ms * (NS / 1000)));
}

static void do_clear(struct plant *p)
{
	json_array_clear(p->policies);
	json_array_clear(p->products);
	json_array_clear(p->exceptions);
}

static void do_alive(struct plant *p)
{
	p->epoch.alive_ns = p->now;
	p->epoch.last_seq = p->seq;
	must(p, evidence_epoch_save(p->evidence, &p->epoch));
}

static void do_stop(struct plant *p)
{
	append(p, "status", evidence_status_body(p->loaded ? &p->status : NULL, "stop"));
	do_alive(p);
	must(p, evidence_epoch_end(p->evidence, &p->epoch, p->now));
}

static void do_line(struct plant *p, const char *verb)
{
	if (strcmp(verb, "epoch") == 0)
		do_epoch(p);
	else if (strcmp(verb, "status") == 0)
		do_status(p, "change");
	else if (strcmp(verb, "alive") == 0)
		do_alive(p);
	else if (strcmp(verb, "stop") == 0)
		do_stop(p);
	else if (strcmp(verb, "head") == 0)
		append(p, "head", json_object());
	else if (strcmp(verb, "policy") == 0)
		do_policy(p);
	else if (strcmp(verb, "product") == 0)
		do_product(p);
	else if (strcmp(verb, "exception") == 0)
		do_exception(p);
	else if (strcmp(verb, "clear") == 0)
		do_clear(p);
	else if (strcmp(verb, "live") == 0)
		tell_live(p);
	else if (strcmp(verb, "policies") == 0)
		append(p, "policy", json_pack("{sO}", "policies", p->policies));
	else if (strcmp(verb, "event") == 0)
		do_event(p);
	else if (strcmp(verb, "watch") == 0)
		do_watch(p);
	else if (strcmp(verb, "lost") == 0)
		do_lost(p);
	else if (strcmp(verb, "clock") == 0)
		do_clock(p);
	else if (strcmp(verb, "prune") == 0)
		do_prune(p);
	else if (strcmp(verb, "corrupt") == 0)
		append(p, "corrupt", json_object());
	else
		die(p, "no such verb");
}

static void read_line(struct plant *p, char *line)
{
	char *at = line, *word, *verb;

	word = strsep(&at, " \n");
	if (!*word || *word == '#')
		return;
	if (!when_parse(word, 0, &p->now))
		die(p, "not a time");
	verb = at ? strsep(&at, " \n") : NULL;
	p->n_fields = 0;
	while (at && (word = strsep(&at, " \n"))) {
		char *value = strchr(word, '=');

		if (!*word)
			continue;
		if (!value || p->n_fields == FIELDS_MAX)
			die(p, "not KEY=VALUE, or too many");
		*value = '\0';
		p->fields[p->n_fields].key = word;
		p->fields[p->n_fields++].value = unescape(p, value + 1);
	}
	do_line(p, verb ? verb : "");
	while (p->n_fields)
		free(p->fields[--p->n_fields].value);
}

int main(int argc, char **argv)
{
	struct plant p = {
		.policies = json_array(), .products = json_array(), .exceptions = json_array(),
	};
	char *line = NULL;
	size_t size = 0;

	if (argc != 2) {
		fputs("Usage: plant STORE <HISTORY\n", stderr);
		return 2;
	}
	must(&p, evidence_open_write(argv[1], &p.evidence));
	must(&p, evidence_begin(p.evidence));
	while (getline(&line, &size, stdin) >= 0) {
		p.line++;
		read_line(&p, line);
	}
	must(&p, evidence_commit(p.evidence));
	evidence_close(p.evidence);
	json_decref(p.policies);
	json_decref(p.products);
	json_decref(p.exceptions);
	free(line);
	return 0;
}
