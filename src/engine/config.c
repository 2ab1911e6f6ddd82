/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "engine/config.h"

struct engine_config engine_config_default(void)
{
	struct engine_config c = {
		.n_threads = 1,
		.timeout_ns = 5 * NS_PER_S,
		.late_ns = 64 * NS_PER_S,
		.reorder_ns = NS_PER_S,
		.capacity = UINT64_C(1) << 24,
		.pending_capacity = UINT64_C(1) << 23,
		.age_out_ns = 7 * 86400 * NS_PER_S,
		.age_out_min_ns = 1200 * NS_PER_S,
		.alert_min_rx = 10,
		.alert_fast_ns = 8 * NS_PER_S,
		.alert_sleep_min_rx = 3,
		.alert_sleep_least_ns = 64 * NS_PER_S,
		.alert_sleep_most_ns = 36 * 3600 * NS_PER_S,
		.n_worst = 10,
		.peak_factor = 3.0,
	};
	return c;
}
