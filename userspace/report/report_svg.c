// SPDX-License-Identifier: GPL-2.0-only
/*
 * Charts as SVG. Lengths are in units of the view box, which is as wide as the page.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "html.h"
#include "report_svg.h"
#include "report_words.h"

#define WIDTH 960.0
#define LEFT 110.0		/* of the timeline: names of lanes */
#define LANE 22.0
#define GAP 8.0
#define BARS_LEFT 44.0
#define BARS_HEIGHT 84.0
#define NARROW 6.0
#define LANES_MAX 12		/* of policies */
#define NS UINT64_C(1000000000)
#define HOUR UINT64_C(3600)
#define DAY (24 * HOUR)

void report_svg_patterns(FILE *stream)
{
	fputs("<svg width=\"0\" height=\"0\" aria-hidden=\"true\" style=\"position:absolute\"><defs>"
	      "<pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" "
	      "patternTransform=\"rotate(45)\"><rect class=\"hatch-bg\" width=\"7\" height=\"7\"/>"
	      "<line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" y2=\"7\"/></pattern>"
	      "<pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">"
	      "<rect class=\"dots-bg\" width=\"6\" height=\"6\"/>"
	      "<circle class=\"dots\" cx=\"3\" cy=\"3\" r=\"1.4\"/></pattern></defs></svg>\n",
	      stream);
}

void report_svg_key(FILE *stream, const char *class)
{
	fprintf(stream, "<svg viewBox=\"0 0 18 12\" aria-hidden=\"true\"><rect class=\"%s\" "
		"width=\"18\" height=\"12\" rx=\"2\"/></svg>", class);
}

static double place(const struct report *r, uint64_t ns, double left)
{
	if (ns <= r->since_ns)
		return left;
	if (ns >= r->until_ns)
		return WIDTH;
	return left + (WIDTH - left) * ((double)(ns - r->since_ns) /
					(double)(r->until_ns - r->since_ns));
}

/* Days or hours, eight at most, under what is drawn down to @y. */
static void draw_axis(FILE *stream, const struct report *r, double left, double y)
{
	static const uint64_t steps[] = { 60, 300, 900, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY,
					  2 * DAY, 5 * DAY, 10 * DAY, 30 * DAY, 90 * DAY,
					  365 * DAY };
	uint64_t since = r->since_ns / NS, until = r->until_ns / NS, step, at;
	size_t i = 0, last = sizeof(steps) / sizeof(steps[0]) - 1;

	while (i < last && (until - since) / steps[i] > 7)
		i++;
	step = steps[i];
	/* A window of centuries has fewer marks than years. */
	while ((until - since) / step > 7)
		step *= 2;
	for (at = (since + step - 1) / step * step; at <= until; at += step) {
		double x = place(r, at * NS, left);
		time_t seconds = at;
		struct tm tm;
		char text[32];

		gmtime_r(&seconds, &tm);
		if (step >= 90 * DAY)
			strftime(text, sizeof(text), "%b %Y", &tm);
		else if (at % DAY == 0)
			strftime(text, sizeof(text), "%e %b", &tm);
		else
			strftime(text, sizeof(text), "%H:%M", &tm);
		fprintf(stream, "<line class=\"axis\" x1=\"%.1f\" y1=\"0\" x2=\"%.1f\" y2=\"%.1f\"/>"
			"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>\n", x, x, y + 4,
			x, y + 17, x > WIDTH - 25 ? "end" : x < left + 15 ? "start" : "middle",
			*text == ' ' ? text + 1 : text);
	}
}

/* A bar of a lane; one that lasts no time to speak of can still be seen. */
static void draw_bar(FILE *stream, const struct report *r, double y, uint64_t from,
		     uint64_t to, const char *class, const char *narrow, double least)
{
	double x = place(r, from, LEFT), end = place(r, to, LEFT);

	if (end - x < least)
		end = x + least;
	/* A pattern is nothing to see there. */
	if (end - x < NARROW && least > 1)
		class = narrow;
	fprintf(stream, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.0f\"/>\n",
		class, x, y, end - x, LANE);
}

static void draw_name(FILE *stream, double y, const char *name)
{
	char text[32];

	/* What is too long for its place is told in the table. */
	snprintf(text, sizeof(text), "%.*s%s", strlen(name) > 16 ? 14 : 16, name,
		 strlen(name) > 16 ? "..." : "");
	fprintf(stream, "<text x=\"0\" y=\"%.1f\">", y + LANE / 2 + 4);
	html_text(stream, text);
	fputs("</text>\n", stream);
}

static void describe_timeline(FILE *stream, const struct report *r)
{
	char duration[48], percent[32];
	size_t i;

	fputs("<title id=\"timeline-title\">How the machine was watched</title>\n"
	      "<desc id=\"timeline-desc\">", stream);
	for (i = 0; i < REPORT_WATCHES; i++) {
		if (!r->watch_ns[i])
			continue;
		report_duration(r->watch_ns[i], duration);
		report_percent(r->watch_ns[i], r->until_ns - r->since_ns, percent);
		fprintf(stream, "%s: %s, %s. ", report_watch_text(i), duration, percent);
	}
	fputs("The tables below hold the same.</desc>\n", stream);
}

/* The lanes that policies have: one a name. */
static size_t find_lanes(const struct report *r, const char *lanes[LANES_MAX])
{
	size_t i, j, n = 0;

	for (i = 0; i < r->n_policies; i++) {
		for (j = 0; j < n; j++)
			if (strcmp(lanes[j], r->policies[i].name) == 0)
				break;
		if (j == n && n < LANES_MAX)
			lanes[n++] = r->policies[i].name;
	}
	return n;
}

static void draw_watch(FILE *stream, const struct report *r)
{
	enum report_watch watch;
	char class[32];
	size_t i;

	draw_name(stream, 0, "Watch");
	/* The worst come last, so that a short gap is not painted over. */
	for (watch = REPORT_ENFORCED; watch < REPORT_WATCHES; watch++) {
		snprintf(class, sizeof(class), "s-%s", report_watch_word(watch));
		for (i = 0; i < r->n_spans; i++)
			if (r->spans[i].watch == watch)
				draw_bar(stream, r, 0, r->spans[i].from_ns, r->spans[i].to_ns,
					 class, watch == REPORT_UNKNOWN ? class : "s-narrow",
					 watch > REPORT_PERMISSIVE ? 2.5 : 0.3);
	}
}

void report_svg_timeline(FILE *stream, const struct report *r)
{
	const char *lanes[LANES_MAX];
	size_t i, j, n = find_lanes(r, lanes);
	double height = (n + 1) * (LANE + GAP);

	fprintf(stream, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" "
		"aria-labelledby=\"timeline-title timeline-desc\">\n", WIDTH, height + 20);
	describe_timeline(stream, r);
	draw_axis(stream, r, LEFT, height);
	draw_watch(stream, r);
	for (i = 0; i < n; i++) {
		double y = (i + 1) * (LANE + GAP);

		draw_name(stream, y, lanes[i]);
		fprintf(stream, "<rect class=\"lane\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
			"height=\"%.0f\"/>\n", LEFT, y, WIDTH - LEFT, LANE);
		for (j = 0; j < r->n_policies; j++) {
			const struct report_policy *p = &r->policies[j];

			if (strcmp(p->name, lanes[i]) == 0)
				draw_bar(stream, r, y, p->from_ns,
					 p->open ? r->until_ns : p->to_ns, "s-policy",
					 "s-policy", 2);
		}
	}
	fputs("</svg>\n", stream);
}

static uint64_t highest(const struct report_product *p, size_t *ret_bar)
{
	uint64_t high = 0;
	size_t i;

	for (i = 0; i < REPORT_BARS; i++)
		if (p->bars[i][0] + p->bars[i][1] > high) {
			high = p->bars[i][0] + p->bars[i][1];
			*ret_bar = i;
		}
	return high;
}

void report_svg_product(FILE *stream, const struct report *r, const struct report_product *p,
			size_t n)
{
	double step = (WIDTH - BARS_LEFT) / REPORT_BARS;
	size_t i, bar = 0;
	uint64_t high = highest(p, &bar), width = (r->until_ns - r->since_ns) / REPORT_BARS;
	char duration[48], time[48];

	report_duration(width, duration);
	report_time(r->since_ns + bar * width, time);
	fprintf(stream, "<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-labelledby=\"chart-%zu-title "
		"chart-%zu-desc\">\n<title id=\"chart-%zu-title\">Events over time, ", WIDTH,
		BARS_HEIGHT + 22, n, n, n);
	html_text(stream, p->product);
	fprintf(stream, "</title>\n<desc id=\"chart-%zu-desc\">%" PRIu64 " denied and %" PRIu64
		" that ran, in bars of %s each; most, %" PRIu64 ", in the one from %s.</desc>\n",
		n, p->count.n[HISTORY_DENIED], report_ran(&p->count), duration, high, time);
	draw_axis(stream, r, BARS_LEFT, BARS_HEIGHT);
	fprintf(stream, "<line class=\"axis\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>"
		"<text x=\"%.1f\" y=\"12\" text-anchor=\"end\">%" PRIu64 "</text>"
		"<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">0</text>\n", BARS_LEFT, BARS_HEIGHT,
		WIDTH, BARS_HEIGHT, BARS_LEFT - 8, high, BARS_LEFT - 8, BARS_HEIGHT);
	for (i = 0; i < REPORT_BARS && high; i++) {
		double x = BARS_LEFT + i * step, y = BARS_HEIGHT;
		int ran;

		for (ran = 1; ran >= 0; ran--) {
			double height = (BARS_HEIGHT - 4) * p->bars[i][ran] / high;

			if (!p->bars[i][ran])
				continue;
			height = height < 1.5 ? 1.5 : height;
			y -= height;
			fprintf(stream, "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" "
				"height=\"%.1f\"/>\n", ran ? "b-ran" : "b-denied", x + 1, y,
				step - 2, height);
		}
	}
	fputs("</svg>\n", stream);
}
