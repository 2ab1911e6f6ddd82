/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/sandbox_parts.h"

/* Debian 12's header ends with ABI 2. */
enum {
	ACCESS_V1 = (1 << 13) - 1,
	ACCESS_REFER = 1 << 13,    /* ABI 2 */
	ACCESS_TRUNCATE = 1 << 14, /* ABI 3 */
	ACCESS_DEVICE = 1 << 15,   /* ABI 5: ioctl */

	READING = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
	WRITING = READING | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE |
		  LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR | ACCESS_TRUNCATE,
	SOCKETS = READING | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_REMOVE_FILE,
	/* The rights that a file itself may have. */
	OF_FILES = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | ACCESS_TRUNCATE,
};

static uint64_t known(int abi)
{
	uint64_t all = ACCESS_V1;
	if (abi >= 2)
		all |= ACCESS_REFER;
	if (abi >= 3)
		all |= ACCESS_TRUNCATE;
	if (abi >= 5)
		all |= ACCESS_DEVICE;
	return all;
}

static enum err allow(int rules, const char *path, uint64_t access)
{
	struct landlock_path_beneath_attr rule = { .allowed_access = access };
	struct stat st;
	enum err e = ERR_OK;

	rule.parent_fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.parent_fd < 0)
		return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? ERR_OK : ERR_SYS;
	if (fstat(rule.parent_fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed_access &= OF_FILES;
	if (syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0))
		e = ERR_SYS;
	close(rule.parent_fd);
	return e;
}

enum err sandbox_landlock(const struct sandbox_config *c, int *abi)
{
	struct landlock_ruleset_attr attr = { 0 };
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
	enum err e = ERR_OK;

	*abi = 0;
	if (version < 1)
		return ERR_OK;
	attr.handled_access_fs = known((int)version);
	int rules = (int)syscall(SYS_landlock_create_ruleset, &attr, sizeof(attr), 0);
	if (rules < 0)
		return ERR_SYS;
	for (size_t i = 0; i < c->n_readable && !e; i++)
		e = allow(rules, c->readable[i], READING);
	for (size_t i = 0; i < c->n_writable && !e; i++)
		e = allow(rules, c->writable[i], WRITING & known((int)version));
	for (size_t i = 0; i < c->n_sockets && !e; i++)
		e = allow(rules, c->sockets[i], SOCKETS);
	if (!e && syscall(SYS_landlock_restrict_self, rules, 0))
		e = ERR_SYS;
	close(rules);
	if (!e)
		*abi = (int)version;
	return e;
}
