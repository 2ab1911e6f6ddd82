/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for large arrays: zeroed, in large pages where there are any, taken as it is touched, and given
 * back at once.  A million fresh elements in small pages cost as much time as sorting them does. */
#ifndef ENGINE_RESERVE_H
#define ENGINE_RESERVE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* Of most machines.  Where they are larger, nothing is lost but time. */
#define RESERVE_LARGE_PAGE ((size_t)2 << 20)

static inline size_t reserve_rounded(size_t len)
{
	if (len < RESERVE_LARGE_PAGE)
		return len;
	return (len + RESERVE_LARGE_PAGE - 1) / RESERVE_LARGE_PAGE * RESERVE_LARGE_PAGE;
}

/* NULL when there is no address space left.  What fills a large page begins at the border of one, which not
 * every kernel sees to. */
static inline void *reserve_pages(size_t len)
{
	size_t whole = reserve_rounded(len), spare = whole >= RESERVE_LARGE_PAGE ? RESERVE_LARGE_PAGE : 0;
	uint8_t *p = mmap(NULL, whole + spare, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	if (!spare)
		return p;
	size_t before = (RESERVE_LARGE_PAGE - ((uintptr_t)p & (RESERVE_LARGE_PAGE - 1))) &
			(RESERVE_LARGE_PAGE - 1);
	if (before)
		(void)munmap(p, before);
	p += before;
	if (before < spare)
		(void)munmap(p + whole, spare - before);
	(void)madvise(p, whole, MADV_HUGEPAGE);
	return p;
}

/* len as it was asked for.  Accepts NULL. */
static inline void reserve_release(void *p, size_t len)
{
	if (p)
		(void)munmap(p, reserve_rounded(len));
}

#endif
