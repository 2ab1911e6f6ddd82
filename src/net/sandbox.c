/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "net/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net/sandbox_parts.h"

bool sandbox_user(const char *name, unsigned *uid, unsigned *gid)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	if (getpwnam_r(name, &entry, room, sizeof(room), &found) || !found)
		return false;
	*uid = found->pw_uid;
	*gid = found->pw_gid;
	return true;
}

/* ---- capabilities -------------------------------------------------------------------------------- */

static bool caps_get(struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	return syscall(SYS_capget, &header, data) == 0;
}

static bool caps_set(const struct __user_cap_data_struct data[2])
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	return syscall(SYS_capset, &header, data) == 0;
}

static bool has_cap(const struct __user_cap_data_struct data[2], int cap)
{
	return data[CAP_TO_INDEX(cap)].permitted & CAP_TO_MASK(cap);
}

/* All go but CAP_NET_RAW, where it is to stay and was there: from the bounding set, too, where that is
 * ours to change. */
static bool drop_caps(bool keeps_raw, bool *has_raw)
{
	struct __user_cap_data_struct data[2] = { { 0 } };

	if (!caps_get(data))
		return false;
	*has_raw = keeps_raw && has_cap(data, CAP_NET_RAW);
	if (has_cap(data, CAP_SETPCAP)) {
		data[CAP_TO_INDEX(CAP_SETPCAP)].effective |= CAP_TO_MASK(CAP_SETPCAP);
		if (!caps_set(data))
			return false;
		for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
			if (cap != CAP_NET_RAW || !*has_raw)
				prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	}
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* old kernels know none */
	memset(data, 0, sizeof(data));
	if (*has_raw) {
		data[CAP_TO_INDEX(CAP_NET_RAW)].permitted = CAP_TO_MASK(CAP_NET_RAW);
		data[CAP_TO_INDEX(CAP_NET_RAW)].effective = CAP_TO_MASK(CAP_NET_RAW);
	}
	return caps_set(data);
}

/* ---- the user ------------------------------------------------------------------------------------ */

static enum err become(const char *user, struct sandbox_state *state)
{
	unsigned uid, gid;

	if (!user || geteuid() != 0)
		return ERR_OK;
	state->failed = "find the user";
	if (!sandbox_user(user, &uid, &gid))
		return ERR_USAGE;
	state->failed = "become the user";
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return ERR_SYS;
	return ERR_OK;
}

static void name_user(struct sandbox_state *state)
{
	struct passwd entry, *found = NULL;
	char room[4096];

	if (getpwuid_r(geteuid(), &entry, room, sizeof(room), &found) == 0 && found)
		snprintf(state->user, sizeof(state->user), "%s", found->pw_name);
	else
		snprintf(state->user, sizeof(state->user), "%u", (unsigned)geteuid());
	state->is_root = geteuid() == 0;
}

/* ---- all of it ----------------------------------------------------------------------------------- */

enum err sandbox_enter(const struct sandbox_config *c, struct sandbox_state *state)
{
	*state = (struct sandbox_state){ 0 };
	enum err e = become(c->user, state);
	if (e)
		return e;
	name_user(state);
	state->failed = "drop capabilities";
	if (!drop_caps(c->keeps_raw, &state->has_raw))
		return ERR_SYS;
	state->failed = "give up new privileges";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return ERR_SYS;
	state->failed = "restrict the file system";
	if (c->has_landlock && (e = sandbox_landlock(c, &state->landlock)))
		return e;
	state->failed = "restrict system calls";
	if (c->has_seccomp && (e = sandbox_seccomp(c->keeps_raw, &state->has_seccomp)))
		return e;
	state->failed = NULL;
	return ERR_OK;
}

void sandbox_text(const struct sandbox_state *s, char out[SANDBOX_TEXT_MAX])
{
	char landlock[32] = "no Landlock";
	if (s->landlock)
		snprintf(landlock, sizeof(landlock), "Landlock %d", s->landlock);
	snprintf(out, SANDBOX_TEXT_MAX, "user %s, %s, no new privileges, %s, %s", s->user,
		 s->has_raw ? "CAP_NET_RAW only" : "no capabilities",
		 s->has_seccomp ? "seccomp" : "no seccomp", landlock);
}
