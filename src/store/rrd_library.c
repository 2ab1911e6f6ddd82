/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifdef NTPSCOPE_RRD

#include "store/rrd_library.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdbool.h>
#include <string.h>

static struct rrd_library library;
static bool is_loaded;
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* A function's address comes as that of an object; POSIX says that both are alike. */
static bool find(void *so, const char *name, void *out)
{
	void *p = dlsym(so, name);

	memcpy(out, &p, sizeof(p));
	return p;
}

static void load(void)
{
	void *so = dlopen("librrd.so.8", RTLD_NOW | RTLD_LOCAL);

	is_loaded = so && find(so, "rrd_create_r", &library.create_r) &&
		    find(so, "rrd_update_r", &library.update_r) &&
		    find(so, "rrd_fetch_r", &library.fetch_r) &&
		    find(so, "rrd_lastupdate_r", &library.lastupdate_r) &&
		    find(so, "rrd_info_r", &library.info_r) &&
		    find(so, "rrd_info_free", &library.info_free) &&
		    find(so, "rrd_freemem", &library.freemem) &&
		    find(so, "rrd_clear_error", &library.clear_error);
}

const struct rrd_library *rrd_library(void)
{
	pthread_once(&once, load);
	return is_loaded ? &library : NULL;
}

#else
typedef int rrd_library_is_left_out;
#endif
