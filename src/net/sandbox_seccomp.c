/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "net/sandbox_parts.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* What a server that watches interfaces, serves pages, asks the DNS and writes files of its own needs,
 * with glibc's and GnuTLS's ways of doing so. No execve, no ptrace, no mount, no keys, no bpf, no
 * namespaces. */
static const char *const allowed[] = {
	/* memory and threads */
	"brk",
	"mmap",
	"munmap",
	"mprotect",
	"mremap",
	"madvise",
	"mincore",
	"mlock",
	"munlock",
	"membarrier",
	"memfd_create",
	"futex",
	"futex_waitv",
	"set_robust_list",
	"get_robust_list",
	"rseq",
	"set_tid_address",
	"arch_prctl",
	"prctl",
	"sched_yield",
	"sched_getaffinity",
	"sched_setaffinity",
	"sched_getparam",
	"sched_getscheduler",
	"getcpu",
	"exit",
	"exit_group",
	"fork",
	"vfork",
	"wait4",
	"waitid",
	"pidfd_open",
	"setpriority",
	"getpriority",
	"ioprio_set",
	"sched_setscheduler",
	/* signals and time */
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigtimedwait",
	"rt_sigpending",
	"sigaltstack",
	"sigreturn",
	"kill",
	"tgkill",
	"restart_syscall",
	"pause",
	"alarm",
	"clock_gettime",
	"clock_getres",
	"clock_nanosleep",
	"nanosleep",
	"gettimeofday",
	"time",
	"times",
	"timerfd_create",
	"timerfd_settime",
	"timerfd_gettime",
	"signalfd",
	"signalfd4",
	/* who and what */
	"getpid",
	"gettid",
	"getppid",
	"getpgrp",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"getresuid",
	"getresgid",
	"getgroups",
	"getrandom",
	"uname",
	"sysinfo",
	"getrusage",
	"prlimit64",
	"getrlimit",
	"capget",
	/* descriptors and files */
	"read",
	"write",
	"readv",
	"writev",
	"pread64",
	"pwrite64",
	"preadv",
	"pwritev",
	"preadv2",
	"pwritev2",
	"close",
	"close_range",
	"open",
	"openat",
	"openat2",
	"creat",
	"lseek",
	"dup",
	"dup2",
	"dup3",
	"fcntl",
	"ioctl",
	"pipe",
	"pipe2",
	"stat",
	"lstat",
	"fstat",
	"newfstatat",
	"statx",
	"statfs",
	"fstatfs",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"getdents",
	"getdents64",
	"getcwd",
	"rename",
	"renameat",
	"renameat2",
	"unlink",
	"unlinkat",
	"link",
	"linkat",
	"mkdir",
	"mkdirat",
	"fsync",
	"fdatasync",
	"sync_file_range",
	"ftruncate",
	"truncate",
	"fallocate",
	"fadvise64",
	"fchmod",
	"chmod",
	"fchmodat",
	"umask",
	"flock",
	"sendfile",
	"copy_file_range",
	"splice",
	"inotify_init1",
	"inotify_add_watch",
	"inotify_rm_watch",
	/* waiting */
	"poll",
	"ppoll",
	"select",
	"pselect6",
	"epoll_create",
	"epoll_create1",
	"epoll_ctl",
	"epoll_wait",
	"epoll_pwait",
	"epoll_pwait2",
	"eventfd",
	"eventfd2",
	/* the network; socket() is below */
	"socketpair",
	"bind",
	"connect",
	"listen",
	"accept",
	"accept4",
	"getsockname",
	"getpeername",
	"getsockopt",
	"setsockopt",
	"sendto",
	"sendmsg",
	"sendmmsg",
	"recvfrom",
	"recvmsg",
	"recvmmsg",
	"shutdown",
};

static int allow_table(scmp_filter_ctx filter)
{
	int status = 0;
	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]) && status == 0; i++) {
		int number = seccomp_syscall_resolve_name(allowed[i]);
		/* Not every architecture has every one. */
		if (number != __NR_SCMP_ERROR && number >= 0)
			status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
	}
	return status;
}

static int allow_family(scmp_filter_ctx filter, int family)
{
	struct scmp_arg_cmp is = {
		.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (scmp_datum_t)family, .datum_b = 0
	};
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, &is);
}

static int allow_sockets(scmp_filter_ctx filter, bool opens_interfaces)
{
	static const int families[] = { AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };
	int status = 0;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && status == 0; i++)
		status = allow_family(filter, families[i]);
	if (status == 0 && opens_interfaces)
		status = allow_family(filter, AF_PACKET);
	return status;
}

/* Threads and children, but no namespaces.  clone3's flags lie in memory, where a filter cannot look: the C
 * library goes back to clone when there seems to be none. */
static int allow_threads(scmp_filter_ctx filter)
{
	const scmp_datum_t namespaces = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER |
					CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWCGROUP;
	int status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
	if (status == 0)
		status = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
					  SCMP_A0(SCMP_CMP_MASKED_EQ, namespaces, 0));
	return status;
}

enum err sandbox_seccomp(bool opens_interfaces, bool *is_on)
{
	*is_on = false;
	if (SANITIZED || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) < 0)
		return ERR_OK;
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	if (!filter)
		return ERR_MEMORY;
	int status = allow_table(filter);
	if (status == 0)
		status = allow_sockets(filter, opens_interfaces);
	if (status == 0)
		status = allow_threads(filter);
	if (status == 0)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status) {
		errno = -status;
		return ERR_SYS;
	}
	*is_on = true;
	return ERR_OK;
}
