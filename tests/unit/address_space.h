/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of it we have, to take away the rest with RLIMIT_AS: so there is no memory, and no thread.  Not
 * under a sanitizer, which needs it. */
#ifndef UNIT_ADDRESS_SPACE_H
#define UNIT_ADDRESS_SPACE_H

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_BOUND_OF_MEMORY 0
#else
#define HAS_BOUND_OF_MEMORY 1
#endif

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

/* So many octets more than there are, from now on; *old is for setrlimit() afterwards. */
static inline void bound_address_space(rlim_t more, struct rlimit *old)
{
	unsigned long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu", &pages), 1);
	fclose(f);
	assert_int_equal(getrlimit(RLIMIT_AS, old), 0);
	struct rlimit l = { pages * (rlim_t)sysconf(_SC_PAGESIZE) + more, old->rlim_max };
	assert_int_equal(setrlimit(RLIMIT_AS, &l), 0);
}

#endif
