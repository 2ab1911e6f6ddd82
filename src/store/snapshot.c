/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/nstime.h"
#include "store/snapshot_file.h"

const char *snapshot_reason(enum snapshot_state s)
{
	static const char *const reason[] = {
		[SNAPSHOT_LOADED] = "it was taken up",
		[SNAPSHOT_NONE] = "there is none",
		[SNAPSHOT_UNREADABLE] = "it cannot be read",
		[SNAPSHOT_DAMAGED] = "it is damaged: a checksum, a length or what is in it is wrong",
		[SNAPSHOT_OTHER_VERSION] = "it is of another version",
		[SNAPSHOT_OTHER_SERVERS] = "it is about other servers",
		[SNAPSHOT_OLD] = "it is older than the age-out",
		[SNAPSHOT_CLOCK_STEPPED] = "the clock has stepped by more than 128 s since it was made",
	};
	return reason[s];
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t = { 0 };
	(void)clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * NS_PER_S + t.tv_nsec;
}

static int hex_value(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* "01234567-89ab-...": 32 digits. */
static void read_boot_id(uint8_t id[16])
{
	char text[64] = { 0 };
	unsigned n = 0;
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	ssize_t len = read(fd, text, sizeof(text) - 1);
	(void)close(fd);
	for (ssize_t i = 0; i < len && n < 32; i++) {
		int v = hex_value(text[i]);
		if (v >= 0) {
			id[n / 2] = (uint8_t)(id[n / 2] << 4 | v);
			n++;
		}
	}
}

void snapshot_moment_now(struct snapshot_moment *m)
{
	*m = (struct snapshot_moment){
		.wall_ns = clock_ns(CLOCK_REALTIME),
		.boot_ns = clock_ns(CLOCK_BOOTTIME),
	};
	read_boot_id(m->boot_id);
}

/* ---- saving -------------------------------------------------------------------------------------- */

static enum err write_snapshot(int fd, const struct snapshot_moment *now, uint64_t identity, struct live *l)
{
	struct snapshot_file f;
	enum err e = snapshot_file_init(&f, fd);
	if (!e && !snapshot_file_begin(&f, now, identity))
		e = ERR_SYS;
	if (!e)
		e = live_save(l, snapshot_file_write, &f);
	if (!e && (!snapshot_file_end(&f) || fsync(fd) != 0))
		e = ERR_SYS;
	snapshot_file_release(&f);
	return e;
}

/* So that the new name lasts, too. */
static enum err sync_folder(const char *path)
{
	char folder[PATH_MAX] = ".";
	const char *slash = strrchr(path, '/');
	size_t len = slash ? (size_t)(slash - path) + (slash == path) : 0;
	if (slash) {
		memcpy(folder, path, len);
		folder[len] = '\0';
	}
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return ERR_SYS;
	enum err e = fsync(fd) == 0 ? ERR_OK : ERR_SYS;
	(void)close(fd);
	return e;
}

enum err snapshot_save(const char *path, const struct snapshot_moment *now, uint64_t identity, struct live *l)
{
	char beside[PATH_MAX];
	int len = snprintf(beside, sizeof(beside), "%s.new", path);
	if (len < 0 || (size_t)len >= sizeof(beside)) {
		errno = ENAMETOOLONG;
		return ERR_SYS;
	}
	/* Whatever has the name, half a file or something that one waits for, is nobody's. */
	if (unlink(beside) != 0 && errno != ENOENT)
		return ERR_SYS;
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return ERR_SYS;
	enum err e = write_snapshot(fd, now, identity, l);
	int saved_errno = errno;
	if (close(fd) != 0 && !e) {
		e = ERR_SYS;
		saved_errno = errno;
	}
	if (!e && rename(beside, path) != 0) {
		e = ERR_SYS;
		saved_errno = errno;
	}
	if (!e)
		return sync_folder(path);
	(void)unlink(beside);
	errno = saved_errno;
	return e;
}

/* ---- loading ------------------------------------------------------------------------------------- */

static bool has_boot_id(const struct snapshot_moment *m)
{
	static const uint8_t none[16];
	return memcmp(m->boot_id, none, sizeof(none)) != 0;
}

/* Within one boot both clocks must have gone on by the same; from one to another the wall clock must at
 * least not have gone back. */
static bool clock_stepped(const struct snapshot_moment *made, const struct snapshot_moment *now)
{
	int64_t wall_ns = ns_minus(now->wall_ns, made->wall_ns),
		boot_ns = ns_minus(now->boot_ns, made->boot_ns);
	if (!has_boot_id(made) || memcmp(made->boot_id, now->boot_id, sizeof(now->boot_id)) != 0)
		return wall_ns < -SNAPSHOT_STEP_NS;
	int64_t step_ns = ns_minus(wall_ns, boot_ns);
	return step_ns > SNAPSHOT_STEP_NS || step_ns < -SNAPSHOT_STEP_NS;
}

static enum snapshot_state judge(const struct snapshot_moment *made, const struct snapshot_moment *now,
				 int64_t age_out_ns)
{
	if (clock_stepped(made, now))
		return SNAPSHOT_CLOCK_STEPPED;
	if (ns_minus(now->wall_ns, made->wall_ns) > age_out_ns)
		return SNAPSHOT_OLD;
	return SNAPSHOT_LOADED;
}

static enum snapshot_state read_snapshot(struct snapshot_file *f, const struct snapshot_moment *now,
					 uint64_t identity, int64_t age_out_ns, struct live *l,
					 int64_t *made_ns)
{
	struct snapshot_moment made;
	uint64_t whose;
	if (!snapshot_file_header(f, &made, &whose))
		return f->state;
	*made_ns = made.wall_ns;
	if (whose != identity)
		return SNAPSHOT_OTHER_SERVERS;
	enum snapshot_state s = judge(&made, now, age_out_ns);
	if (s != SNAPSHOT_LOADED)
		return s;
	enum err e = live_load(l, snapshot_file_read, f);
	if (e)
		return e == ERR_UNSUPPORTED && !f->state ? SNAPSHOT_OTHER_VERSION : SNAPSHOT_DAMAGED;
	return snapshot_file_is_at_end(f) ? SNAPSHOT_LOADED : SNAPSHOT_DAMAGED;
}

/* A name that nothing has yet. */
static void set_aside(const char *path, const char *how, char aside[PATH_MAX])
{
	for (unsigned i = 0; i < 1000; i++) {
		int len = i ? snprintf(aside, PATH_MAX, "%s.%s.%u", path, how, i)
			    : snprintf(aside, PATH_MAX, "%s.%s", path, how);
		if (len < 0 || len >= PATH_MAX)
			break;
		if (link(path, aside) == 0) {
			(void)unlink(path);
			return;
		}
		if (errno != EEXIST)
			break;
	}
	aside[0] = '\0';
}

/* How the name of one that may still be wanted goes on; NULL: nobody misses it when the next save replaces
 * it. */
static const char *what_to_call(enum snapshot_state s)
{
	switch (s) {
	case SNAPSHOT_DAMAGED: return "damaged";
	case SNAPSHOT_OTHER_VERSION: return "other-version";
	case SNAPSHOT_OTHER_SERVERS: return "other-servers";
	case SNAPSHOT_CLOCK_STEPPED: return "clock-stepped";
	case SNAPSHOT_LOADED:
	case SNAPSHOT_NONE:
	case SNAPSHOT_UNREADABLE:
	case SNAPSHOT_OLD: break;
	}
	return NULL;
}

static enum snapshot_state open_and_read(const char *path, const struct snapshot_moment *now,
					 uint64_t identity, int64_t age_out_ns, struct live *l,
					 struct snapshot_result *result)
{
	struct snapshot_file f;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return errno == ENOENT ? SNAPSHOT_NONE : SNAPSHOT_UNREADABLE;
	enum snapshot_state s = SNAPSHOT_UNREADABLE;
	struct stat st;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && snapshot_file_init(&f, fd) == ERR_OK) {
		s = read_snapshot(&f, now, identity, age_out_ns, l, &result->made_ns);
		snapshot_file_release(&f);
	}
	(void)close(fd);
	if (what_to_call(s))
		set_aside(path, what_to_call(s), result->aside);
	return s;
}

enum err snapshot_load(const char *path, const struct snapshot_moment *now, uint64_t identity,
		       const struct engine_config *config, struct live **out, struct snapshot_result *result)
{
	*result = (struct snapshot_result){ 0 };
	enum err e = live_new(config, out);
	if (e)
		return e;
	result->state = open_and_read(path, now, identity, config->age_out_ns, *out, result);
	if (result->state == SNAPSHOT_LOADED)
		return ERR_OK;
	live_free(*out); /* half of it may be in there */
	return live_new(config, out);
}
