/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "net/sandbox.h"

/* What a child in the sandbox found, one bit each. */
enum {
	ENTERED = 1,
	THREADS = 2,
	FORKS = 4,
	WRITES_OWN = 8,
	WRITES_OTHER = 16,
	READS_OTHER = 32,
	EXECUTES = 64,
	MAKES_SOCKETS = 128,
};

static char folder[] = "/tmp/ntpscope-sandbox-XXXXXX";
static char elsewhere[] = "/tmp/ntpscope-elsewhere-XXXXXX";

static bool writes(const char *in)
{
	char made[64], path[128], other[128];
	snprintf(made, sizeof(made), "%s/made", in);
	snprintf(path, sizeof(path), "%s/file", made);
	snprintf(other, sizeof(other), "%s/renamed", made);
	if (mkdir(made, 0700) != 0 && errno != EEXIST)
		return false;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && write(fd, "x", 1) == 1 && fsync(fd) == 0;
	if (fd >= 0)
		close(fd);
	return good && rename(path, other) == 0 && unlink(other) == 0;
}

static bool makes_sockets(const char *in)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	snprintf(a.sun_path, sizeof(a.sun_path), "%.80s/socket", in);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool good = fd >= 0 && bind(fd, (const struct sockaddr *)(const void *)&a, sizeof(a)) == 0;
	if (fd >= 0)
		close(fd);
	return good && unlink(a.sun_path) == 0;
}

static void *nothing(void *arg)
{
	return arg;
}

static bool can_fork(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool can_execute(void)
{
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	return waitpid(pid, &status, 0) == pid && status == 0;
}

static int found_within(const struct sandbox_config *c, bool *seccomp, int *landlock)
{
	int fds[2], status, found = 0;
	assert_int_equal(pipe(fds), 0);
	pid_t pid = fork();
	if (pid == 0) {
		struct sandbox_state s;
		pthread_t thread;
		found |= sandbox_enter(c, &s) == ERR_OK ? ENTERED : 0;
		found |= pthread_create(&thread, NULL, nothing, NULL) == 0 && pthread_join(thread, NULL) == 0
				 ? THREADS
				 : 0;
		found |= can_fork() ? FORKS : 0;
		found |= writes(folder) ? WRITES_OWN : 0;
		found |= writes(elsewhere) ? WRITES_OTHER : 0;
		found |= access("/etc/passwd", R_OK) == 0 && open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0
				 ? READS_OTHER
				 : 0;
		found |= makes_sockets(elsewhere) ? MAKES_SOCKETS : 0;
		found |= can_execute() ? EXECUTES : 0;
		ssize_t n = write(fds[1], &s, sizeof(s));
		_exit(n == (ssize_t)sizeof(s) ? found : 0);
	}
	struct sandbox_state s = { 0 };
	assert_int_equal(read(fds[0], &s, sizeof(s)), sizeof(s));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	close(fds[0]);
	close(fds[1]);
	*seccomp = s.has_seccomp;
	*landlock = s.landlock;
	return WEXITSTATUS(status);
}

static void in_it_own_files_threads_and_children_are_all_there_is(void **state)
{
	struct sandbox_config c = { .has_seccomp = true, .has_landlock = true };
	bool seccomp;
	int landlock;
	(void)state;
	c.writable[c.n_writable++] = folder;
	c.sockets[c.n_sockets++] = elsewhere;
	c.readable[c.n_readable++] = "/usr";
	c.readable[c.n_readable++] = "/nowhere/at/all";
	int found = found_within(&c, &seccomp, &landlock);
	print_message("seccomp: %d, Landlock: %d\n", seccomp, landlock);
	assert_int_equal(found & (ENTERED | THREADS | FORKS | WRITES_OWN | MAKES_SOCKETS),
			 ENTERED | THREADS | FORKS | WRITES_OWN | MAKES_SOCKETS);
	if (landlock)
		assert_int_equal(found & (WRITES_OTHER | READS_OTHER), 0);
	if (seccomp)
		assert_int_equal(found & EXECUTES, 0);
}

static void parts_that_are_not_wanted_stay_off(void **state)
{
	struct sandbox_config c = { .has_seccomp = false };
	bool seccomp;
	int landlock;
	(void)state;
	int found = found_within(&c, &seccomp, &landlock);
	assert_false(seccomp);
	assert_int_equal(landlock, 0);
	assert_int_equal(found, ENTERED | THREADS | FORKS | WRITES_OWN | WRITES_OTHER | READS_OTHER |
					EXECUTES | MAKES_SOCKETS);
}

static void root_becomes_the_user_for_good(void **state)
{
	(void)state;
	if (geteuid() != 0)
		skip();
	int status;
	pid_t pid = fork();
	if (pid == 0) {
		struct sandbox_config c = { .user = "nobody", .keeps_raw = true };
		struct sandbox_state s;
		bool good = sandbox_enter(&c, &s) == ERR_OK && !s.is_root && strcmp(s.user, "nobody") == 0 &&
			    setuid(0) != 0 && prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
		/* AF_PACKET still opens, if it did before. */
		int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
		good = good && s.has_raw == (fd >= 0);
		/* and what root may, it may no more */
		good = good && chown(elsewhere, 0, 0) != 0;
		_exit(good ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void an_unknown_user_is_an_error(void **state)
{
	struct sandbox_config c = { .user = "no-such-user-here" };
	struct sandbox_state s;
	unsigned uid, gid;
	(void)state;
	assert_false(sandbox_user("no-such-user-here", &uid, &gid));
	assert_true(sandbox_user("root", &uid, &gid));
	assert_int_equal(uid, 0);
	if (geteuid() == 0)
		assert_int_equal(sandbox_enter(&c, &s), ERR_USAGE);
}

static void a_line_says_what_is_on(void **state)
{
	struct sandbox_state s = { .has_raw = true, .has_seccomp = true, .landlock = 4, .user = "ntpscope" };
	char text[SANDBOX_TEXT_MAX];
	(void)state;
	sandbox_text(&s, text);
	assert_string_equal(text, "user ntpscope, CAP_NET_RAW only, no new privileges, seccomp, Landlock 4");
	s = (struct sandbox_state){ .user = "root", .is_root = true };
	sandbox_text(&s, text);
	assert_string_equal(text, "user root, no capabilities, no new privileges, no seccomp, no Landlock");
}

static void remove_made(const char *in)
{
	char made[64];
	snprintf(made, sizeof(made), "%s/made", in);
	rmdir(made);
	rmdir(in);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_it_own_files_threads_and_children_are_all_there_is),
		cmocka_unit_test(parts_that_are_not_wanted_stay_off),
		cmocka_unit_test(root_becomes_the_user_for_good),
		cmocka_unit_test(an_unknown_user_is_an_error),
		cmocka_unit_test(a_line_says_what_is_on),
	};
	if (!mkdtemp(folder) || !mkdtemp(elsewhere))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	remove_made(folder);
	remove_made(elsewhere);
	return failed;
}
