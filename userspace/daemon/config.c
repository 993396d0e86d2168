// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "log.h"
#include "store.h"

#define MAX_DAYS 36500
#define DEFAULT_DAYS 400	/* a year, and time to report on it */
#define DEFAULT_BYTES (UINT64_C(1) << 30)

struct parser {
	struct config *config;
	const char *path;
	unsigned int line;
	unsigned int seen;	/* bit by bit, which keys */
};

static bool wrong(const struct parser *p, const char *text, const char *word)
{
	log_say(LOG_ERR, "%s:%u: %s: %s", p->path, p->line, word, text);
	return false;
}

static bool set_path(struct parser *p, char **place, const char *value)
{
	if (*value != '/')
		return wrong(p, "it is not an absolute path", value);
	free(*place);
	*place = strdup(value);
	return *place || wrong(p, "out of memory", value);
}

/* Digits, and at most one letter behind them. */
static bool parse_number(const char *text, uint64_t *ret_number, char *ret_letter)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	*ret_letter = *end;
	return !errno && (!*end || !end[1]);
}

static bool set_store(struct parser *p, const char *value)
{
	return set_path(p, &p->config->store, value);
}

static bool set_metrics(struct parser *p, const char *value)
{
	return set_path(p, &p->config->metrics, value);
}

static bool set_days(struct parser *p, const char *value)
{
	char letter;

	if (!parse_number(value, &p->config->days, &letter) || letter ||
	    p->config->days > MAX_DAYS)
		return wrong(p, "say how many days, 0 for no limit", value);
	return true;
}

static bool set_size(struct parser *p, const char *value)
{
	static const char letters[] = "KMGT";
	const char *at;
	uint64_t number;
	char letter;
	int shift;

	if (!parse_number(value, &number, &letter))
		return wrong(p, "say a size such as 512M or 2G, 0 for no limit", value);
	at = letter ? strchr(letters, letter) : NULL;
	shift = at ? 10 * (at - letters + 1) : 0;
	if ((letter && !at) || number > UINT64_MAX >> 1 >> shift)
		return wrong(p, "say a size such as 512M or 2G, 0 for no limit", value);
	p->config->max_bytes = number << shift;
	/* Less than that is what the tables take when they are empty. */
	if (number && p->config->max_bytes < 1 << 20)
		return wrong(p, "1M is the least", value);
	return true;
}

static const struct {
	const char *key;
	bool (*set)(struct parser *p, const char *value);
} keys[] = {
	{ "store", set_store },
	{ "metrics", set_metrics },
	{ "retention-days", set_days },
	{ "retention-size", set_size },
};

static char *trim(char *text)
{
	size_t length;

	text += strspn(text, " \t");
	length = strlen(text);
	while (length && isspace((unsigned char)text[length - 1]))
		text[--length] = '\0';
	return text;
}

static bool parse_line(struct parser *p, char *line)
{
	char *key = trim(line), *value = strchr(key, '=');
	size_t i;

	if (!*key || *key == '#')
		return true;
	if (!value)
		return wrong(p, "say KEY = VALUE", key);
	*value++ = '\0';
	key = trim(key);
	value = trim(value);
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].key, key) != 0)
			continue;
		if (p->seen & 1u << i)
			return wrong(p, "it was set before", key);
		p->seen |= 1u << i;
		if (!*value)
			return wrong(p, "its value is missing", key);
		return keys[i].set(p, value);
	}
	return wrong(p, "there is no such key", key);
}

static bool parse(struct parser *p, FILE *file)
{
	char *line = NULL;
	bool good = true;
	size_t size = 0;
	ssize_t n;

	while (good && (n = getline(&line, &size, file)) > 0) {
		p->line++;
		good = strlen(line) == (size_t)n ? parse_line(p, line) :
						   wrong(p, "there is a NUL byte", "line");
	}
	free(line);
	if (good && ferror(file)) {
		log_say(LOG_ERR, "%s: %s", p->path, strerror(errno));
		good = false;
	}
	return good;
}

bool config_read(const char *path, bool must_exist, struct config *ret_config)
{
	struct config config = {
		.store = strdup(EVIDENCE_STORE),
		.days = DEFAULT_DAYS,
		.max_bytes = DEFAULT_BYTES,
	};
	struct parser parser = { .config = &config, .path = path };
	FILE *file = fopen(path, "re");
	bool good;

	if (file) {
		good = parse(&parser, file);
		fclose(file);
	} else {
		good = errno == ENOENT && !must_exist;
		if (!good)
			log_say(LOG_ERR, "%s: %s", path, strerror(errno));
	}
	if (good && !config.store) {
		log_say(LOG_ERR, "out of memory");
		good = false;
	}
	if (good)
		*ret_config = config;
	else
		config_free(&config);
	return good;
}

void config_free(struct config *config)
{
	free(config->store);
	free(config->metrics);
	config->store = NULL;
	config->metrics = NULL;
}
