/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each test has a folder of its own, which is made before it and goes with all that is in it. */
#ifndef TESTS_UNIT_IN_FOLDER_H
#define TESTS_UNIT_IN_FOLDER_H

#include <stdio.h>
#include <stdlib.h>

static char folder[64];

static inline int make_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/ntpscope-test-XXXXXX");
	return mkdtemp(folder) ? 0 : -1;
}

/* It fails when the test took the folder away. */
static inline int remove_folder(void **state)
{
	char command[128];
	(void)state;
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	return system(command);
}

#define each_in_its_folder(f) cmocka_unit_test_setup_teardown(f, make_folder, remove_folder)

#endif
