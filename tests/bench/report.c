// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes a table, JSON, a plot and a verdict of the samples that guest/rounds
 * prints.
 *
 * report [--check] SAMPLES PREFIX
 *	reads SAMPLES, prints the table, writes PREFIX.txt, PREFIX.json and
 *	PREFIX.svg. With --check, exits with 1 if a target is missed.
 *
 * A round's value of an operation is the median of its samples. What a
 * configuration adds is the median, over rounds, of its value minus that of no
 * module in the same round; the error is that median's standard error,
 * 1.2533 * 1.4826 * (median absolute deviation) / sqrt(rounds).
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROUNDS_MAX 64
#define SAMPLES_MAX 1000
#define FACTS_MAX 64
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

struct name {
	const char *id;
	const char *text;
};

static const struct name configs[] = {
	{ "none", "no module" },
	{ "none-again", "no module, again" },
	{ "module", "no policy" },
	{ "bans-1k", "1 k sized bans" },
	{ "bans-100k", "100 k sized bans" },
	{ "bans-1m", "1 M sized bans" },
	{ "match", "size matches" },
	{ "unsized", "one unsized ban" },
	{ "fapolicyd-allow", "fapolicyd, allow all" },
	{ "fapolicyd-sha256", "fapolicyd, sha256 rule" },
	{ "ima-loaded", "IMA, other user's rules" },
	{ "ima-measure", "IMA measure" },
	{ "ima-appraise", "IMA appraise hash" },
};

enum { NONE, AGAIN, MODULE, BANS_1K, BANS_100K, BANS_1M, MATCH, UNSIZED };
#define N_CONFIGS ARRAY_SIZE(configs)

static const struct name operations[] = {
	{ "static", "exec static" },
	{ "static-first", "... first run" },
	{ "dynamic-3", "exec dynamic, 3 libraries" },
	{ "dynamic-3-first", "... first run" },
	{ "dynamic-30", "exec dynamic, 30 libraries" },
	{ "dynamic-30-first", "... first run" },
	{ "script", "exec #! script" },
	{ "script-first", "... first run" },
	{ "open", "open+close" },
	{ "fork", "fork+exit+wait" },
	{ "mmap", "mmap file, not PROT_EXEC" },
	{ "mmap-memory", "mmap memory" },
	{ "mmap-exec", "mmap file, PROT_EXEC" },
};

enum { STATIC, STATIC_FIRST, DYNAMIC_3, DYNAMIC_3_FIRST, DYNAMIC_30, DYNAMIC_30_FIRST,
       SCRIPT, SCRIPT_FIRST, OPEN, FORK, MMAP, MMAP_MEMORY };
#define N_OPERATIONS ARRAY_SIZE(operations)

struct cell {
	double rounds[ROUNDS_MAX];	/* NAN where not measured */
	unsigned int n;
	double value;		/* median of rounds */
	double delta;		/* median of differences from no module */
	double error;		/* of delta */
};

struct fact {
	char key[64];
	char value[256];
};

static struct cell cells[N_CONFIGS][N_OPERATIONS];
static struct fact facts[FACTS_MAX];
static struct fact notes[FACTS_MAX];
static unsigned int n_facts, n_notes;

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "report: %s: %s\n", what, strerror(errno));
	exit(2);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sorts @values. */
static double median(double *values, unsigned int n)
{
	if (n == 0)
		return NAN;
	qsort(values, n, sizeof(*values), compare);
	return (values[(n - 1) / 2] + values[n / 2]) / 2;
}

static int find(const struct name *names, unsigned int n, const char *id)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (strcmp(names[i].id, id) == 0)
			return i;
	return -1;
}

static void read_samples(char *line)
{
	double values[SAMPLES_MAX], per;
	unsigned int n = 0, round;
	int config, operation;
	char *word;

	config = find(configs, N_CONFIGS, strtok(line, " \n"));
	round = atoi(strtok(NULL, " \n"));
	operation = find(operations, N_OPERATIONS, strtok(NULL, " \n"));
	per = atof(strtok(NULL, " \n"));
	while ((word = strtok(NULL, " \n")) && n < SAMPLES_MAX)
		values[n++] = atof(word) / per;
	if (config < 0 || operation < 0 || round < 1 || round > ROUNDS_MAX || n == 0)
		return;
	cells[config][operation].rounds[round - 1] = median(values, n);
	cells[config][operation].n++;
}

/* Instructions of an exec, and of its delay, while something else runs. */
struct beside {
	double values[SAMPLES_MAX];	/* ascending */
	unsigned int n;
};

static struct beside exec_spin, exec_commit, late_spin, late_commit;

static void read_beside(struct beside *spin, struct beside *commit, char *line)
{
	struct beside *to = strcmp(strtok(line, " \n"), "spin") == 0 ? spin : commit;
	char *word;

	while ((word = strtok(NULL, " \n")) && to->n < SAMPLES_MAX)
		to->values[to->n++] = atof(word);
	median(to->values, to->n);
}

static double worst(const struct beside *beside)
{
	return beside->n ? beside->values[beside->n - 1] : NAN;
}

static double middle(const struct beside *beside)
{
	return beside->n ? beside->values[beside->n / 2] : NAN;
}

static void keep(struct fact *list, unsigned int *n, char *line)
{
	char *key = strtok(line, " \n"), *value = strtok(NULL, "\n");
	unsigned int i;

	for (i = 0; i < *n; i++)
		if (strcmp(list[i].key, key) == 0)
			return;
	if (*n == FACTS_MAX)
		return;
	snprintf(list[*n].key, sizeof(list->key), "%s", key);
	snprintf(list[*n].value, sizeof(list->value), "%s", value ? value : "");
	(*n)++;
}

static const char *fact(const char *key)
{
	unsigned int i;

	for (i = 0; i < n_facts; i++)
		if (strcmp(facts[i].key, key) == 0)
			return facts[i].value;
	return NULL;
}

static double number(const char *key)
{
	const char *value = fact(key);

	return value ? atof(value) : NAN;
}

static void read_file(const char *path)
{
	static char line[65536];
	FILE *in = fopen(path, "r");
	unsigned int c, o, r;

	if (!in)
		die(path);
	for (c = 0; c < N_CONFIGS; c++)
		for (o = 0; o < N_OPERATIONS; o++)
			for (r = 0; r < ROUNDS_MAX; r++)
				cells[c][o].rounds[r] = NAN;
	while (fgets(line, sizeof(line), in)) {
		if (strncmp(line, "S ", 2) == 0)
			read_samples(line + 2);
		else if (strncmp(line, "M ", 2) == 0)
			keep(facts, &n_facts, line + 2);
		else if (strncmp(line, "C ", 2) == 0)
			read_beside(&exec_spin, &exec_commit, line + 2);
		else if (strncmp(line, "L ", 2) == 0)
			read_beside(&late_spin, &late_commit, line + 2);
		else if (strncmp(line, "N ", 2) == 0)
			keep(notes, &n_notes, line + 2);
	}
	fclose(in);
}

static void evaluate(struct cell *cell, const struct cell *base)
{
	double values[ROUNDS_MAX], deltas[ROUNDS_MAX], off[ROUNDS_MAX];
	unsigned int n = 0, i;

	for (i = 0; i < ROUNDS_MAX; i++) {
		if (isnan(cell->rounds[i]) || isnan(base->rounds[i]))
			continue;
		values[n] = cell->rounds[i];
		deltas[n++] = cell->rounds[i] - base->rounds[i];
	}
	cell->value = median(values, n);
	cell->delta = median(deltas, n);
	for (i = 0; i < n; i++)
		off[i] = fabs(deltas[i] - cell->delta);
	cell->error = 1.2533 * 1.4826 * median(off, n) / sqrt(n);
}

/* IMA's rules stay, so its rounds come after all others: the first with the first, and so on. */
static void evaluate_all(void)
{
	unsigned int c, o;

	for (c = 0; c < N_CONFIGS; c++)
		for (o = 0; o < N_OPERATIONS; o++)
			evaluate(&cells[c][o], &cells[NONE][o]);
}

static double percent(double delta, unsigned int o)
{
	return 100 * delta / cells[NONE][o].value;
}

/* --- table ---------------------------------------------------------------- */

static void table(FILE *out)
{
	unsigned int c, o, i;

	fprintf(out, "Linux %s, instructions per operation", fact("release"));
	fprintf(out, " (median of %u rounds; +- is the standard error)\n",
		cells[NONE][0].n);
	for (o = 0; o < N_OPERATIONS; o++) {
		const char *last = o > 0 ? operations[o - 1].text : "";
		bool first = strncmp(operations[o].text, "...", 3) == 0;

		fprintf(out, "\n%s%s\n", first ? last : operations[o].text,
			first ? ", first run" : "");
		fprintf(out, "  %-26s%12.0f\n", configs[NONE].text, cells[NONE][o].value);
		for (c = 1; c < N_CONFIGS; c++) {
			const struct cell *cell = &cells[c][o];

			if (cell->n == 0)
				continue;
			fprintf(out, "  %-26s%+12.0f +-%-8.0f%+10.3f %% +-%.3f\n",
				configs[c].text, cell->delta, cell->error,
				percent(cell->delta, o), percent(cell->error, o));
		}
	}
	for (i = 0; i < n_notes; i++)
		fprintf(out, "\nnot measured: %s: %s\n", notes[i].key, notes[i].value);
}

/* --- targets -------------------------------------------------------------- */

static unsigned int n_missed;

static void judge(FILE *out, const char *what, double value, double error, double limit,
		  const char *unit)
{
	const char *verdict;

	if (isnan(value)) {
		verdict = "NOT MEASURED";
		n_missed++;
	} else if (value <= limit) {
		verdict = value + 2 * error <= limit ? "met" : "met, within the error";
	} else if (limit == 0 && value <= 2 * error) {
		verdict = "met, within the error";
	} else {
		verdict = "MISSED";
		n_missed++;
	}
	fprintf(out, "  %-58s%9.3f +-%.3f, at most %.2f %s: %s\n", what, value, error,
		limit, unit, verdict);
}

static void judge_cell(FILE *out, const char *what, unsigned int c, unsigned int o,
		       double limit)
{
	judge(out, what, percent(cells[c][o].delta, o), percent(cells[c][o].error, o),
	      limit, "%");
}

/*
 * Kernel memory in bytes a ban, for 1,000,000 bans beside a small policy. What is
 * free says less: pages that were given back wait on lists of their own.
 */
static double memory_of_ban(void)
{
	return (number("after-VmallocUsed") - number("before-VmallocUsed") +
		number("after-Slab") - number("before-Slab") +
		number("after-PageTables") - number("before-PageTables")) * 1024 / 1e6;
}

static void targets(FILE *out)
{
	fprintf(out, "\ntargets\n");
	judge_cell(out, "100 k sized bans: dynamic exec, 3 libraries", BANS_100K, DYNAMIC_3,
		   0.3);
	judge_cell(out, "100 k sized bans: the same, first run", BANS_100K, DYNAMIC_3_FIRST,
		   0.3);
	judge_cell(out, "100 k sized bans: dynamic exec, 30 libraries", BANS_100K, DYNAMIC_30,
		   0.3);
	judge_cell(out, "100 k sized bans: the same, first run", BANS_100K, DYNAMIC_30_FIRST,
		   0.3);
	judge_cell(out, "no policy: dynamic exec, 3 libraries", MODULE, DYNAMIC_3, 0.05);
	judge_cell(out, "no policy: dynamic exec, 30 libraries", MODULE, DYNAMIC_30, 0.05);
	judge_cell(out, "size matches, warm: dynamic exec, 3 libraries", MATCH, DYNAMIC_3,
		   0.5);
	judge_cell(out, "100 k sized bans: open+close", BANS_100K, OPEN, 0);
	judge_cell(out, "100 k sized bans: fork+exit+wait", BANS_100K, FORK, 0);
	judge_cell(out, "100 k sized bans: mmap file, not PROT_EXEC", BANS_100K, MMAP, 0);
	judge(out, "1 M bans: image, bytes a ban",
	      (number("image-bytes-1m") - number("image-bytes-1k")) / 999000, 0, 44, "bytes");
	judge(out, "1 M bans: kernel memory, bytes a ban", memory_of_ban(), 0, 44, "bytes");
	judge(out, "1 M bans being committed: median exec beside it",
	      100 * (middle(&exec_commit) / middle(&exec_spin) - 1), 0, 1, "%");
	judge(out, "1 M bans being committed: worst exec beside it",
	      100 * (worst(&exec_commit) - worst(&exec_spin)) / middle(&exec_spin), 0, 1,
	      "%");
	judge(out, "the same: worst wait until it may begin, on one processor",
	      100 * (worst(&late_commit) - worst(&late_spin)) / middle(&exec_spin), 0, 1,
	      "%");
}

/* --- JSON ----------------------------------------------------------------- */

/* Texts here hold nothing that JSON or SVG would have escaped but these. */
static void quoted(FILE *out, const char *text)
{
	putc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			putc('\\', out);
		putc((unsigned char)*text < ' ' ? ' ' : *text, out);
	}
	putc('"', out);
}

static void json_facts(FILE *out, const char *key, const struct fact *list,
		       unsigned int n)
{
	unsigned int i;

	fprintf(out, "  \"%s\": {", key);
	for (i = 0; i < n; i++) {
		fprintf(out, "%s\n    ", i ? "," : "");
		quoted(out, list[i].key);
		fprintf(out, ": ");
		quoted(out, list[i].value);
	}
	fprintf(out, "\n  }");
}

static void json(FILE *out)
{
	unsigned int c, o, r;
	bool first = true;

	fprintf(out, "{\n  \"unit\": \"instructions\",\n");
	json_facts(out, "facts", facts, n_facts);
	fprintf(out, ",\n");
	json_facts(out, "not_measured", notes, n_notes);
	fprintf(out, ",\n  \"results\": [");
	for (c = 0; c < N_CONFIGS; c++) {
		for (o = 0; o < N_OPERATIONS; o++) {
			const struct cell *cell = &cells[c][o];
			const char *comma = "";

			if (cell->n == 0)
				continue;
			fprintf(out, "%s\n    {\"configuration\": \"%s\", \"operation\": \"%s\",",
				first ? "" : ",", configs[c].id, operations[o].id);
			fprintf(out, " \"value\": %.1f, \"delta\": %.1f, \"error\": %.1f,",
				cell->value, cell->delta, cell->error);
			fprintf(out, " \"percent\": %.4f, \"rounds\": [",
				percent(cell->delta, o));
			for (r = 0; r < ROUNDS_MAX; r++) {
				if (isnan(cell->rounds[r]))
					continue;
				fprintf(out, "%s%.1f", comma, cell->rounds[r]);
				comma = ", ";
			}
			fprintf(out, "]}");
			first = false;
		}
	}
	fprintf(out, "\n  ]\n}\n");
}

/* --- plot ----------------------------------------------------------------- */

#define LEFT 190
#define WIDTH 560
#define ROW 17
#define LOW 0.01	/* % at the left edge */
#define DECADES 6

static double x_of(double percent)
{
	double x = percent > LOW ? log10(percent / LOW) / DECADES : 0;

	return LEFT + WIDTH * (x > 1 ? 1 : x);
}

static void axis(FILE *out, int top, int bottom)
{
	int i;

	for (i = 0; i <= DECADES; i++) {
		double x = LEFT + WIDTH * (double)i / DECADES;

		fprintf(out, "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#ddd'/>\n", x,
			top, x, bottom);
		fprintf(out, "<text x='%.1f' y='%d' text-anchor='middle' fill='#666'>%g %%</text>\n",
			x, bottom + 13, LOW * pow(10, i));
	}
}

static void bar(FILE *out, const struct cell *cell, unsigned int o, int y,
		const char *colour, const char *name)
{
	double value = percent(cell->delta, o), error = percent(cell->error, o);

	fprintf(out, "<text x='%d' y='%d' text-anchor='end'>%s</text>\n", LEFT - 6, y + 10,
		name);
	fprintf(out, "<rect x='%d' y='%d' width='%.1f' height='11' fill='%s'/>\n", LEFT, y,
		x_of(value) - LEFT, colour);
	fprintf(out, "<line x1='%.1f' y1='%d' x2='%.1f' y2='%d' stroke='#000'/>\n",
		x_of(value - error), y + 5, x_of(value + error), y + 5);
	fprintf(out, "<text x='%.1f' y='%d'>%+.2f %%</text>\n", x_of(value + error) + 5,
		y + 10, value);
}

static int panel(FILE *out, unsigned int o, const char *title, int y)
{
	unsigned int c, rows = 0;
	int top;

	for (c = 1; c < N_CONFIGS; c++)
		rows += cells[c][o].n > 0;
	fprintf(out, "<text x='%d' y='%d' font-weight='bold'>%s: %.0f instructions, and", LEFT,
		y + 12, title, cells[NONE][o].value);
	fprintf(out, " so much more:</text>\n");
	top = y + 20;
	axis(out, top, top + (int)rows * ROW);
	y = top + 3;
	for (c = 1; c < N_CONFIGS; c++) {
		const char *colour = c == AGAIN ? "#999" : c <= UNSIZED ? "#2a6fb0" : "#d08a2e";

		if (cells[c][o].n == 0)
			continue;
		bar(out, &cells[c][o], o, y, colour, configs[c].text);
		y += ROW;
	}
	return y + 36;
}

static void plot(FILE *out)
{
	static const struct {
		unsigned int operation;
		const char *title;
	} panels[] = {
		{ STATIC, "static program" },
		{ DYNAMIC_3, "dynamic program, 3 libraries" },
		{ DYNAMIC_3_FIRST, "the same, first run" },
		{ DYNAMIC_30, "dynamic program, 30 libraries" },
		{ DYNAMIC_30_FIRST, "the same, first run" },
		{ SCRIPT, "#! script" },
	};
	int height = 50 + (int)ARRAY_SIZE(panels) * (60 + (int)N_CONFIGS * ROW);
	unsigned int i;
	int y = 40;

	fprintf(out, "<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d'",
		LEFT + WIDTH + 90, height);
	fprintf(out, " font-family='sans-serif' font-size='11'>\n");
	fprintf(out, "<rect width='100%%' height='100%%' fill='#fff'/>\n");
	fprintf(out, "<text x='%d' y='22' font-size='15'>What an exec costs more on Linux %s",
		LEFT, fact("release"));
	fprintf(out, " (%%, logarithmic; at or below 0.01 %% no bar)</text>\n");
	for (i = 0; i < ARRAY_SIZE(panels); i++)
		y = panel(out, panels[i].operation, panels[i].title, y);
	fprintf(out, "</svg>\n");
}

static void write_file(const char *prefix, const char *suffix, void (*writer)(FILE *out))
{
	char path[4096];
	FILE *out;

	snprintf(path, sizeof(path), "%s%s", prefix, suffix);
	out = fopen(path, "w");
	if (!out)
		die(path);
	writer(out);
	if (fclose(out))
		die(path);
}

static void text(FILE *out)
{
	n_missed = 0;
	table(out);
	targets(out);
}

int main(int argc, char **argv)
{
	bool check = argc > 1 && strcmp(argv[1], "--check") == 0;

	if (argc - check != 3) {
		fprintf(stderr, "usage: report [--check] SAMPLES PREFIX\n");
		return 2;
	}
	read_file(argv[1 + check]);
	if (!fact("release") || cells[NONE][0].n == 0) {
		fprintf(stderr, "report: %s holds no samples\n", argv[1 + check]);
		return 2;
	}
	evaluate_all();
	write_file(argv[2 + check], ".txt", text);
	write_file(argv[2 + check], ".json", json);
	write_file(argv[2 + check], ".svg", plot);
	text(stdout);
	return check && n_missed > 0;
}
