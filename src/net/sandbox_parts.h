/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two parts of sandbox.c that are tables; only it calls them. */
#ifndef NET_SANDBOX_PARTS_H
#define NET_SANDBOX_PARTS_H

#include "net/sandbox.h"

/* *abi stays 0 where the kernel has no Landlock. */
enum err sandbox_landlock(const struct sandbox_config *c, int *abi);

/* *is_on stays false where the kernel has no seccomp filters, and in builds with a sanitizer, which makes
 * calls of its own. */
enum err sandbox_seccomp(bool opens_interfaces, bool *is_on);

#endif
