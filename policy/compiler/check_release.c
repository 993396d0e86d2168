// SPDX-License-Identifier: GPL-2.0-only
/*
 * Releases, and the packages that they came in.
 */
#include <string.h>

#include "check.h"

enum {
	PACKAGE_NAME,
	PACKAGE_SHA256,
	PACKAGE_SIZE,
	PACKAGE_SOURCE,
	PACKAGE_VERIFIED,
	N_PACKAGE
};

static const struct policy_field package_fields[N_PACKAGE] = {
	[PACKAGE_NAME] = { "name", true },
	[PACKAGE_SHA256] = { "sha256", true },
	[PACKAGE_SIZE] = { "size", false },
	[PACKAGE_SOURCE] = { "source", false },
	[PACKAGE_VERIFIED] = { "verified", false },
};

/* A package of this release, which are the last ones, with the same digest. */
static const struct policy_package *find_package(const struct policy_model *model,
						 const struct policy_package *package)
{
	size_t i = model->n_packages;

	while (i-- > 0 && model->packages[i].release == package->release)
		if (memcmp(model->packages[i].sha256, package->sha256,
			   DEBAR_SHA256_SIZE) == 0)
			return &model->packages[i];
	return NULL;
}

static int check_package(struct check *check, const struct policy_node *item,
			 uint32_t release)
{
	struct policy_report *report = check->report;
	const struct policy_node *values[N_PACKAGE];
	struct policy_package package = { .release = release };
	const struct policy_package *other;
	bool valid;

	if (!policy_fields(report, item, "a package", package_fields, N_PACKAGE, values))
		return 0;
	package.name = policy_field_text(report, values[PACKAGE_NAME], "name");
	package.url = policy_field_text(report, values[PACKAGE_SOURCE], "source");
	valid = check_sha256(check, values[PACKAGE_SHA256], "sha256", package.sha256);
	policy_field_number(report, values[PACKAGE_SIZE], "size", &package.size);
	package.unverified = check_unverified(check, values[PACKAGE_VERIFIED]);
	if (!valid || !package.name)
		return 0;
	package.place = values[PACKAGE_SHA256]->place;
	other = find_package(check->model, &package);
	if (other) {
		policy_error(report, package.place,
			     "a package with this SHA-256 is already in line %u",
			     other->place.line);
		return 0;
	}
	if (!check_room(check, CHECK_PACKAGES, check->model->n_packages, package.place))
		return 0;
	check->model->products[check->model->releases[release].product].known = true;
	return policy_model_add_package(check->model, &package);
}

enum {
	RELEASE_VERSION,
	RELEASE_EFFECTIVE,
	RELEASE_EXPIRES,
	RELEASE_PACKAGES,
	RELEASE_FILES,
	N_RELEASE
};

static const struct policy_field release_fields[N_RELEASE] = {
	[RELEASE_VERSION] = { "version", true },
	[RELEASE_EFFECTIVE] = { "effective", false },
	[RELEASE_EXPIRES] = { "expires", false },
	[RELEASE_PACKAGES] = { "packages", false },
	[RELEASE_FILES] = { "files", false },
};

/* A release of the same product, which are the last ones, with the same version. */
static void report_same_version(struct check *check, const struct policy_release *release)
{
	const struct policy_model *model = check->model;
	size_t i = model->n_releases;

	while (i-- > 0 && model->releases[i].product == release->product) {
		if (strcmp(model->releases[i].version, release->version) != 0)
			continue;
		policy_error(check->report, release->place,
			     "this release is already in line %u: put the files together",
			     model->releases[i].place.line);
		return;
	}
}

int check_release(struct check *check, const struct policy_node *item, uint32_t product)
{
	const struct policy_node *values[N_RELEASE];
	struct policy_model *model = check->model;
	struct policy_release release = {
		.product = product,
		.effective = model->products[product].effective,
		.expires = model->products[product].expires,
	};
	uint32_t index;
	int error;

	if (!policy_fields(check->report, item, "a release", release_fields, N_RELEASE,
			   values))
		return 0;
	release.version = policy_field_text(check->report, values[RELEASE_VERSION],
					    "version");
	release.place = release.version ? values[RELEASE_VERSION]->place : item->place;
	if (!values[RELEASE_PACKAGES] && !values[RELEASE_FILES])
		policy_error(check->report, item->place,
			     "a release needs the key 'files' or 'packages'");
	check_window(check, values[RELEASE_EFFECTIVE], values[RELEASE_EXPIRES],
		     &release.effective, &release.expires);
	if (release.version)
		report_same_version(check, &release);
	else	/* its files are to be checked nevertheless */
		release.version = "?";
	if (!check_room(check, CHECK_RELEASES, model->n_releases, release.place))
		return 0;
	index = model->n_releases;
	error = policy_model_add_release(model, &release);
	if (!error)
		error = check_each(check, values[RELEASE_PACKAGES], "packages", index,
				   check_package);
	if (!error)
		error = check_each(check, values[RELEASE_FILES], "files", index,
				   check_file);
	return error;
}
