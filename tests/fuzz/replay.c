/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs a fuzz target over the files (or the files in the folders) named as arguments, so that every corpus
 * is replayed in every test run, by any compiler, without a fuzzer.  Also what AFL++ starts: one file is
 * one run.  A folder that does not exist counts as empty; an empty run still feeds the target 0 bytes.
 */
#include <dirent.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes go into a block of exactly their size, so that a sanitizer sees the first byte read behind it. */
static int replay_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f) {
		perror(path);
		return 1;
	}
	int failed = 1;
	uint8_t *data = NULL;
	struct stat st;
	if (fstat(fileno(f), &st))
		goto out;
	size_t size = (size_t)st.st_size;
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, f) != size)
		goto out;
	LLVMFuzzerTestOneInput(data, size);
	failed = 0;
out:
	if (failed)
		fprintf(stderr, "replay: cannot read '%s'\n", path);
	free(data);
	fclose(f);
	return failed;
}

static int replay_folder(DIR *dir, const char *path, unsigned *n_files)
{
	int failed = 0;
	const struct dirent *entry;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		char file[PATH_MAX];
		int len = snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(file))
			continue;
		failed |= replay_file(file);
		++*n_files;
	}
	return failed;
}

int main(int argc, char **argv)
{
	int failed = 0;
	unsigned n_files = 0;

	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++) {
		struct stat st;
		if (stat(argv[i], &st))
			continue;
		DIR *dir = S_ISDIR(st.st_mode) ? opendir(argv[i]) : NULL;
		if (dir) {
			failed |= replay_folder(dir, argv[i], &n_files);
			closedir(dir);
		} else {
			failed |= replay_file(argv[i]);
			n_files++;
		}
	}
	printf("%u files replayed\n", n_files);
	return failed;
}
