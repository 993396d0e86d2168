// SPDX-License-Identifier: GPL-2.0-only
/*
 * OpenIOC 1.0 and 1.1 (XML): alternatives of FileItem/Sha256sum. expat reads them;
 * a document type, and with it every entity and every reference to another file,
 * is an error.
 */
#include <errno.h>
#include <expat.h>
#include <stdlib.h>
#include <string.h>

#include "import_digest.h"
#include "import_formats.h"

/* Terms joined by one AND: a digest, a size, a name, and some to be refused. */
#define TERMS_MAX	8
/* A digest, a size or a file name. */
#define CONTENT_MAX	POLICY_LINE_MAX

enum operator {
	OPERATOR_NONE,		/* not inside an Indicator */
	OPERATOR_OR,
	OPERATOR_AND,
};

struct item {
	char search[64];	/* e.g. "FileItem/Sha256sum" */
	char content[CONTENT_MAX];
	size_t length;
	bool plain;		/* condition is "is", not negated */
	uint64_t line;
};

/* An element: what its Indicator says. */
struct level {
	enum operator operator;
	bool is_indicator;
	bool under_and;		/* some Indicator around it is an AND */
	bool nested;		/* there is an Indicator in it */
	size_t n_terms;
	uint64_t line;
};

struct openioc {
	struct import *import;
	XML_Parser parser;
	struct level levels[IMPORT_DEPTH_MAX];
	size_t depth;
	struct item item;
	bool in_item, in_content;
	bool too_long;
	/* Of the AND at hand: one inside another is refused. */
	struct item terms[TERMS_MAX];
};

static void set_line(struct openioc *ioc)
{
	ioc->import->line = XML_GetCurrentLineNumber(ioc->parser);
}

static void stop(struct openioc *ioc)
{
	ioc->import->stopped = true;
	XML_StopParser(ioc->parser, XML_FALSE);
}

/* "namespace|name" to "name". */
static const char *local(const char *name)
{
	const char *bar = strrchr(name, '|');

	return bar ? bar + 1 : name;
}

static const char *attribute(const char **attributes, const char *name)
{
	for (; *attributes; attributes += 2)
		if (strcmp(*attributes, name) == 0)
			return attributes[1];
	return NULL;
}

static bool is_search(const struct item *item, const char *what)
{
	return strcasecmp(item->search, what) == 0;
}

/* What the search asks of a file's content, as a digest; NULL: no digest. */
static const char *algorithm(const struct item *item)
{
	static const struct {
		const char *search;
		const char *algorithm;
	} table[] = {
		{ "FileItem/Sha256sum", "SHA-256" },
		{ "FileItem/Sha1sum", "SHA-1" },
		{ "FileItem/Md5sum", "MD5" },
		{ "FileItem/Sha512sum", "SHA-512" },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (is_search(item, table[i].search))
			return table[i].algorithm;
	return NULL;
}

static void refuse_and(struct openioc *ioc)
{
	import_refuse(ioc->import, "conditions joined by AND", "a digest joined by AND with "
		      "other conditions: a ban is for the file wherever it is");
}

/* One alternative that stands alone. */
static void read_single(struct openioc *ioc, const struct item *item)
{
	const char *name = algorithm(item);
	struct import_file file;

	ioc->import->line = item->line;
	if (!name) {
		import_ignore(ioc->import, "indicators of other things than a file's digest",
			      1);
		return;
	}
	if (!item->plain) {
		import_refuse(ioc->import, "digests that are not to be equal", "a digest with "
			      "another condition than 'is', or negated");
		return;
	}
	import_file_begin(&file);
	import_file_digest(ioc->import, &file, name, strlen(name), item->content,
			   item->length);
	import_file_end(ioc->import, &file);
}

/* Terms of one AND: one SHA-256, and size and name beside it. */
static void read_terms(struct openioc *ioc, const struct level *level)
{
	struct import_file file;
	size_t i, n_digests = 0, n_other = 0;

	ioc->import->line = level->line;
	if (level->nested || level->under_and) {
		refuse_and(ioc);
		return;
	}
	import_file_begin(&file);
	for (i = 0; i < level->n_terms && i < TERMS_MAX; i++) {
		const struct item *item = &ioc->terms[i];
		const char *name = algorithm(item);

		ioc->import->line = item->line;
		if (name)
			n_digests++;
		if (!item->plain)
			n_other++;
		else if (name && n_digests == 1)
			import_file_digest(ioc->import, &file, name, strlen(name),
					   item->content, item->length);
		else if (name)
			n_other++;
		else if (is_search(item, "FileItem/SizeInBytes"))
			file.wrong |= !import_size(ioc->import, item->content, item->length,
						   &file.row.size);
		else if (is_search(item, "FileItem/FileName")) {
			file.row.name = item->content;
			file.row.name_length = item->length;
		} else {
			n_other++;
		}
	}
	ioc->import->line = level->line;
	if (n_digests == 0)
		import_ignore(ioc->import, "indicators of other things than a file's digest",
			      1);
	else if (!file.wrong &&
		 (n_other > 0 || level->n_terms > TERMS_MAX))
		refuse_and(ioc);
	else
		import_file_end(ioc->import, &file);
}

static void end_item(struct openioc *ioc)
{
	struct level *level = &ioc->levels[ioc->depth - 1];

	if (ioc->too_long) {
		ioc->import->line = ioc->item.line;
		import_error(ioc->import, "a Content with more than %u bytes", CONTENT_MAX);
		return;
	}
	if (level->operator == OPERATOR_AND) {
		if (level->n_terms < TERMS_MAX)
			ioc->terms[level->n_terms] = ioc->item;
		level->n_terms++;
	} else if (level->under_and && algorithm(&ioc->item)) {
		ioc->import->line = ioc->item.line;
		refuse_and(ioc);
	} else {
		read_single(ioc, &ioc->item);
	}
}

/* Pretty-printers put white space around it. */
static void end_content(struct openioc *ioc)
{
	struct item *item = &ioc->item;

	while (item->length > 0 && strchr(" \t\r\n", item->content[item->length - 1]))
		item->length--;
	ioc->in_content = false;
}

static void begin_root(struct openioc *ioc, const char *name)
{
	if (strcmp(name, "ioc") == 0 || strcmp(name, "OpenIOC") == 0)
		return;
	if (strcmp(name, "SiPolicy") == 0)
		import_error(ioc->import, "a WDAC policy: its hashes are Authenticode hashes "
			     "of PE files or of pages, not the SHA-256 of a file");
	else
		import_error(ioc->import, "no OpenIOC document: its first element is %s",
			     policy_quote(name, strlen(name)).text);
	stop(ioc);
}

static void begin_indicator(struct openioc *ioc, struct level *level,
			    const char **attributes)
{
	const char *operator = attribute(attributes, "operator");

	level->is_indicator = true;
	level->line = ioc->import->line;
	if (operator && strcasecmp(operator, "AND") == 0) {
		level->operator = OPERATOR_AND;
	} else {
		level->operator = OPERATOR_OR;
		if (!operator || strcasecmp(operator, "OR") != 0)
			import_error(ioc->import, "an Indicator whose operator is neither OR "
				     "nor AND");
	}
	if (level[-1].operator == OPERATOR_AND) {
		level[-1].nested = true;
		level->under_and = true;
	}
}

static void begin_item(struct openioc *ioc, const char **attributes)
{
	const char *condition = attribute(attributes, "condition");
	const char *negate = attribute(attributes, "negate");

	if (!ioc->levels[ioc->depth - 2].is_indicator)
		import_error(ioc->import, "an IndicatorItem outside of an Indicator");
	memset(&ioc->item, 0, sizeof(ioc->item));
	ioc->item.line = ioc->import->line;
	ioc->item.plain = condition && strcasecmp(condition, "is") == 0 &&
			  (!negate || strcasecmp(negate, "false") == 0 ||
			   strcmp(negate, "0") == 0);
	ioc->in_item = true;
	ioc->too_long = false;
}

static void on_begin(void *data, const char *name, const char **attributes)
{
	struct openioc *ioc = data;
	struct level *level = &ioc->levels[ioc->depth];
	const char *search;

	set_line(ioc);
	name = local(name);
	if (ioc->depth == IMPORT_DEPTH_MAX) {
		import_error(ioc->import, "nested more than %u deep", IMPORT_DEPTH_MAX);
		stop(ioc);
		return;
	}
	*level = (struct level) { 0 };
	if (ioc->depth == 0) {
		begin_root(ioc, name);
	} else {
		level->operator = level[-1].operator;
		level->under_and = level[-1].under_and;
	}
	ioc->depth++;
	if (ioc->depth > 1 && strcmp(name, "Indicator") == 0) {
		begin_indicator(ioc, level, attributes);
	} else if (ioc->depth > 1 && strcmp(name, "IndicatorItem") == 0) {
		begin_item(ioc, attributes);
	} else if (ioc->in_item && strcmp(name, "Context") == 0) {
		search = attribute(attributes, "search");
		if (search && strlen(search) < sizeof(ioc->item.search))
			strcpy(ioc->item.search, search);
	} else if (ioc->in_item && strcmp(name, "Content") == 0) {
		ioc->in_content = true;
	}
}

static void on_end(void *data, const char *name)
{
	struct openioc *ioc = data;
	struct level *level = &ioc->levels[--ioc->depth];

	if (ioc->import->stopped)
		return;
	name = local(name);
	if (level->is_indicator && level->operator == OPERATOR_AND)
		read_terms(ioc, level);
	else if (strcmp(name, "Content") == 0)
		end_content(ioc);
	else if (ioc->in_item && strcmp(name, "IndicatorItem") == 0) {
		ioc->in_item = false;
		end_item(ioc);
	}
	if (ioc->import->stopped)
		stop(ioc);
}

static void on_text(void *data, const char *text, int length)
{
	struct openioc *ioc = data;
	struct item *item = &ioc->item;
	int i;

	if (!ioc->in_content)
		return;
	for (i = 0; i < length; i++) {
		if (strchr(" \t\r\n", text[i]) && item->length == 0)
			continue;
		if (item->length == sizeof(item->content)) {
			ioc->too_long = true;
			return;
		}
		item->content[item->length++] = text[i];
	}
}

static void on_doctype(void *data, const char *name, const char *system,
		       const char *public, int internal)
{
	struct openioc *ioc = data;

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	set_line(ioc);
	import_error(ioc->import, "a DOCTYPE: an OpenIOC document has none, and entities are "
		     "not followed");
	stop(ioc);
}

/* One piece of the document. Returns 0, or -errno. */
static int feed(struct openioc *ioc, const char *bytes, size_t length)
{
	enum XML_Error error;

	if (XML_Parse(ioc->parser, bytes, length, length == 0) != XML_STATUS_ERROR) {
		/* expat keeps a tag or comment that goes on, however long it gets. */
		if (ioc->import->done >
		    XML_GetCurrentByteIndex(ioc->parser) + (uint64_t)IMPORT_TEXT_MAX) {
			set_line(ioc);
			import_error(ioc->import, "a tag or comment with more than %u bytes",
				     IMPORT_TEXT_MAX);
			ioc->import->stopped = true;
		}
		return ioc->import->error;
	}
	if (ioc->import->stopped)
		return ioc->import->error;
	error = XML_GetErrorCode(ioc->parser);
	if (error == XML_ERROR_NO_MEMORY)
		return import_stop(ioc->import, -ENOMEM);
	set_line(ioc);
	import_error(ioc->import, "not XML from here on: %s", XML_ErrorString(error));
	ioc->import->stopped = true;
	return 0;
}

static int read_all(struct openioc *ioc)
{
	char *chunk = malloc(IMPORT_CHUNK);
	size_t n;
	int error;

	if (!chunk)
		return import_stop(ioc->import, -ENOMEM);
	do {
		error = import_read(ioc->import, chunk, IMPORT_CHUNK, &n);
		if (!error)
			error = feed(ioc, chunk, n);
	} while (!error && n > 0 && !ioc->import->stopped);
	free(chunk);
	return error;
}

int import_openioc(struct import *import)
{
	struct openioc *ioc = calloc(1, sizeof(*ioc));
	int error = -ENOMEM;

	if (ioc)
		ioc->parser = XML_ParserCreateNS(NULL, '|');
	if (ioc && ioc->parser) {
		ioc->import = import;
		XML_SetUserData(ioc->parser, ioc);
		XML_SetElementHandler(ioc->parser, on_begin, on_end);
		XML_SetCharacterDataHandler(ioc->parser, on_text);
		XML_SetStartDoctypeDeclHandler(ioc->parser, on_doctype);
		error = read_all(ioc);
		XML_ParserFree(ioc->parser);
	}
	free(ioc);
	return error;
}
