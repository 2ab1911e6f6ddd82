/* SPDX-License-Identifier: GPL-3.0-or-later */
/* librrd, loaded when it is needed first: it brings some 25 other libraries along, and most commands have
 * nothing to do with history. */
#ifndef STORE_RRD_LIBRARY_H
#define STORE_RRD_LIBRARY_H

#include <rrd.h>

/* Its functions by their names, without the prefix. */
struct rrd_library {
	__typeof__(&rrd_create_r) create_r;
	__typeof__(&rrd_update_r) update_r;
	__typeof__(&rrd_fetch_r) fetch_r;
	__typeof__(&rrd_lastupdate_r) lastupdate_r;
	__typeof__(&rrd_info_r) info_r;
	__typeof__(&rrd_info_free) info_free;
	__typeof__(&rrd_freemem) freemem;
	__typeof__(&rrd_clear_error) clear_error;
};

/* NULL: this machine has none.  Any thread; it stays loaded. */
const struct rrd_library *rrd_library(void);

#endif
