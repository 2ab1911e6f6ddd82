/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history_build.h"
#include "store/history_rrd.h"
#include "store/inherit.h"
#include "store/journal.h"
#include "unit/in_folder.h"

/* Nobody of this number need exist. */
enum { OTHER = 4242 };

static void give_or_skip(const char *path)
{
	if (geteuid() != 0 || chown(path, OTHER, OTHER) != 0)
		skip();
}

static const char *in(const char *name)
{
	static char path[256];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static uid_t owner_of(const char *path)
{
	struct stat st;
	assert_int_equal(lstat(path, &st), 0);
	return st.st_uid;
}

static void touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	close(fd);
}

static void what_root_makes_is_the_owners_of_the_folder(void **state)
{
	(void)state;
	give_or_skip(folder);
	touch(in("file"));
	inherit_owner(in("file"));
	assert_int_equal(owner_of(in("file")), OTHER);
	assert_int_equal(mkdir(in("made"), 0755), 0);
	inherit_owner(in("made//"));
	assert_int_equal(owner_of(in("made")), OTHER);
	/* Of root's own folder it stays root's, and what is another's stays his. */
	assert_int_equal(chown(in("made"), 0, 0), 0);
	touch(in("made/file"));
	inherit_owner(in("made/file"));
	assert_int_equal(owner_of(in("made/file")), 0);
	assert_int_equal(chown(in("file"), OTHER + 1, OTHER), 0);
	inherit_owner(in("file"));
	assert_int_equal(owner_of(in("file")), OTHER + 1);
	inherit_owner(in("none"));
}

static void neither_a_link_nor_a_second_name_gives_another_file_away(void **state)
{
	char other[] = "/tmp/ntpscope-roots-XXXXXX", name[256];
	(void)state;
	give_or_skip(folder);
	int fd = mkstemp(other);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(symlink(other, in("link")), 0);
	inherit_owner(in("link"));
	snprintf(name, sizeof(name), "%s", in("second"));
	assert_int_equal(link(other, name), 0);
	inherit_owner(name);
	assert_int_equal(owner_of(other), 0);
	assert_int_equal(unlink(other), 0);
}

static size_t n_found;

static int is_given(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)type;
	(void)at;
	n_found++;
	if (st->st_uid != OTHER || st->st_gid != OTHER)
		print_error("'%s' is of %u\n", path, (unsigned)st->st_uid);
	return st->st_uid != OTHER || st->st_gid != OTHER;
}

/* Days, a packed one, and all that lies under rrd/. */
static void a_store_that_root_writes_into_is_still_its_owners(void **state)
{
	const int64_t noon_ns = INT64_C(1772366400) * NS_PER_S, day_ns = 86400 * NS_PER_S;
	const struct history_point point = { "offset_s", 1e-6 };
	struct history_made made;
	struct history_feed f;
	struct journal *j;
	(void)state;
	give_or_skip(folder);
	assert_int_equal(journal_open(in("history"), &j), ERR_OK);
	for (int i = 0; i < 3; i++)
		assert_int_equal(journal_add(j, noon_ns + i * day_ns, NS_PER_S, "ntp1/a part", &point, 1),
				 ERR_OK);
	journal_close(j);
	assert_int_equal(access(in("history/2026-03-01.log.zst"), F_OK), 0);
	if (history_rrd_is_built()) {
		assert_int_equal(history_rebuild(in("history"), NULL, 0, noon_ns + 3 * day_ns, &made),
				 ERR_OK);
		assert_int_equal(made.n_files, 1);
		assert_int_equal(history_feed_init(&f, in("history")), ERR_OK);
		assert_int_equal(history_feed_catch_up(&f, noon_ns + 3 * day_ns), ERR_OK);
		assert_int_equal(history_marks_want(&f.marks, "ntp1"), ERR_OK);
		history_feed_release(&f);
		assert_int_equal(access(in("history/rrd/wanted"), F_OK), 0);
	}
	n_found = 0;
	assert_int_equal(nftw(folder, is_given, 16, FTW_PHYS), 0);
	assert_true(n_found > (history_rrd_is_built() ? 10 : 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		each_in_its_folder(what_root_makes_is_the_owners_of_the_folder),
		each_in_its_folder(neither_a_link_nor_a_second_name_gives_another_file_away),
		each_in_its_folder(a_store_that_root_writes_into_is_still_its_owners),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
