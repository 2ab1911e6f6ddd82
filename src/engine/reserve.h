/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for large arrays: zeroed, in large pages where there are any, taken as it is touched, and given
 * back at once.  A million fresh elements in small pages cost as much time as sorting them does. */
#ifndef ENGINE_RESERVE_H
#define ENGINE_RESERVE_H

#include <stddef.h>
#include <sys/mman.h>

/* NULL when there is no address space left. */
static inline void *reserve_pages(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	(void)madvise(p, len, MADV_HUGEPAGE);
	return p;
}

static inline void reserve_release(void *p, size_t len)
{
	if (p)
		(void)munmap(p, len);
}

#endif
