// SPDX-License-Identifier: GPL-2.0-only
/*
 * Days and instants of the language.
 */
#include <string.h>

#include "date.h"
#include "field.h"

#define DAY_FORM	"dddd-dd-dd"
#define INSTANT_FORM	DAY_FORM "Tdd:dd:ddZ"
#define DAY		"a date (YYYY-MM-DD)"
#define INSTANT		"a date (YYYY-MM-DD) or an instant in UTC (YYYY-MM-DDThh:mm:ssZ)"

struct day {
	unsigned int year, month, day;
};

static unsigned int digits(const char *s, size_t n)
{
	unsigned int value = 0;

	while (n-- > 0)
		value = 10 * value + (*s++ - '0');
	return value;
}

static bool is_leap(unsigned int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned int days_of_month(unsigned int year, unsigned int month)
{
	static const unsigned char days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
	};

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* In a form, 'd' stands for a digit and any other character for itself. */
static bool has_form(const struct policy_node *node, const char *form)
{
	size_t i;

	if (node->length != strlen(form))
		return false;
	for (i = 0; i < node->length; i++) {
		bool digit = node->text[i] >= '0' && node->text[i] <= '9';

		if (form[i] == 'd' ? !digit : node->text[i] != form[i])
			return false;
	}
	return true;
}

static bool is_text(struct policy_report *report, const struct policy_node *node,
		    const char *key, const char *expected)
{
	if (!node)
		return false;
	if (node->kind == POLICY_NODE_TEXT && !policy_node_is_null(node))
		return true;
	policy_field_report_kind(report, node, key, expected);
	return false;
}

static void report_form(struct policy_report *report, const struct policy_node *node,
			const char *key, const char *expected)
{
	policy_error(report, node->place, "'%s' must be %s, not %s", key, expected,
		     policy_quote(node->text, node->length).text);
}

/* The day that @node, which has the form of one, begins with. */
static bool read_day(struct policy_report *report, const struct policy_node *node,
		     const char *key, struct day *ret_day)
{
	struct day day = {
		.year = digits(node->text, 4),
		.month = digits(node->text + 5, 2),
		.day = digits(node->text + 8, 2),
	};

	/* The Gregorian calendar and federal law both start later than this. */
	if (day.year < 1700 || day.month < 1 || day.month > 12 || day.day < 1 ||
	    day.day > days_of_month(day.year, day.month)) {
		policy_error(report, node->place, "'%s' is no day of the calendar", key);
		return false;
	}
	*ret_day = day;
	return true;
}

bool policy_field_date(struct policy_report *report, const struct policy_node *node,
		       const char *key, uint32_t *ret_date)
{
	struct day day;

	if (!is_text(report, node, key, DAY))
		return false;
	if (!has_form(node, DAY_FORM)) {
		report_form(report, node, key, DAY);
		return false;
	}
	if (!read_day(report, node, key, &day))
		return false;
	*ret_date = day.year * 10000 + day.month * 100 + day.day;
	return true;
}

/* Seconds from 1970 to the beginning of a day that is not before. */
static int64_t seconds_to(const struct day *day)
{
	int64_t days = day->day - 1;
	unsigned int i;

	for (i = 1970; i < day->year; i++)
		days += is_leap(i) ? 366 : 365;
	for (i = 1; i < day->month; i++)
		days += days_of_month(day->year, i);
	return days * 24 * 60 * 60;
}

bool policy_field_instant(struct policy_report *report, const struct policy_node *node,
			  const char *key, int64_t *ret_seconds)
{
	unsigned int hour = 0, minute = 0, second = 0;
	struct day day;

	if (!is_text(report, node, key, INSTANT))
		return false;
	if (has_form(node, INSTANT_FORM)) {
		hour = digits(node->text + 11, 2);
		minute = digits(node->text + 14, 2);
		second = digits(node->text + 17, 2);
	} else if (!has_form(node, DAY_FORM)) {
		report_form(report, node, key, INSTANT);
		return false;
	}
	if (!read_day(report, node, key, &day))
		return false;
	if (day.year < 1970) {
		policy_error(report, node->place, "'%s' is before 1970", key);
		return false;
	}
	if (hour > 23 || minute > 59 || second > 59) {
		policy_error(report, node->place, "'%s' is no time of the day", key);
		return false;
	}
	*ret_seconds = seconds_to(&day) + (hour * 60 + minute) * 60 + second;
	return true;
}
