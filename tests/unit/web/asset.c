/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "web/asset.h"

static void views_are_the_page_and_files_are_files(void **state)
{
	(void)state;
	if (!assets[0].path)
		skip();
	const struct asset *page = asset_find("/");
	assert_non_null(page);
	assert_string_equal(page->path, "/index.html");
	assert_ptr_equal(asset_find("/clients"), page);
	assert_ptr_equal(asset_find("/index.html"), page);
	assert_null(asset_find("/nothing.js"));
	assert_null(asset_find("/api/v1/nothing"));
	assert_null(asset_find("x"));
}

static void each_file_is_there_plain_and_compressed(void **state)
{
	(void)state;
	for (const struct asset *a = assets; a->path; a++) {
		assert_int_equal(a->path[0], '/');
		assert_true(a->plain_end > a->plain);
		assert_true(a->gzip_end - a->gzip > 18);
		assert_memory_equal(a->gzip, "\x1f\x8b", 2);
		assert_int_equal(a->etag[0], '"');
		assert_true(strlen(a->etag) > 18);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(views_are_the_page_and_files_are_files),
		cmocka_unit_test(each_file_is_there_plain_and_compressed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
