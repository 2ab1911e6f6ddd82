/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A day of the journal, whatever is in it: the first octet says whether it is packed.  What is read must be
 * safe to lay into buckets and to name files after, and no file may lie outside the folder.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/history.h"
#include "store/history_path.h"
#include "store/history_scan.h"
#include "store/history_table.h"
#include "store/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool take(void *arg, const char *name, const char *series, int64_t first_ns, int64_t last_ns)
{
	const char *folder = arg;
	char path[PATH_MAX];
	size_t len = strlen(folder);
	struct history_span span;

	assert(first_ns <= last_ns && history_is_series(series));
	if (history_path(path, folder, name, series, ".rrd")) {
		assert(strncmp(path, folder, len) == 0 && strncmp(path + len, "/rrd/", 5) == 0);
		assert(!strstr(path + len, "/..") && !strstr(path + len, "/./"));
	}
	const struct history_wish w = { name, series, ns_minus(last_ns, 3600 * NS_PER_S), ns_plus(last_ns, 1),
					100 };
	if (history_scan_read(folder, &w, &span) == ERR_OK)
		assert(span.n > 0 && span.n <= 100);
	history_span_release(&span);
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char folder[] = "/tmp/ntpscope-fuzz-journal-XXXXXX", path[sizeof(folder) + 40];

	if (!size || !mkdtemp(folder))
		return 0;
	snprintf(path, sizeof(path), "%s/2026-03-01.log%s", folder, data[0] & 1 ? ".zst" : "");
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && write(fd, data + 1, size - 1) == (ssize_t)size - 1)
		(void)history_scan_list(folder, take, folder);
	if (fd >= 0)
		close(fd);
	unlink(path);
	rmdir(folder);
	return 0;
}
