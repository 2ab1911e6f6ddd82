// SPDX-License-Identifier: GPL-3.0-or-later
//
// The answers of the API, as docs/openapi.yaml has them; of each what this page reads.

export type Time = string | null;
type N = number | null;

export interface Client {
	ip: string;
	name: string | null;
	first: string;
	last: string;
	rx: number;
	tx: number;
	rx_flags: string;
	tx_flags: string;
	rx_every_s: N;
	alert: string;
	recent_every_s: N;
	owed: number;
	peak_1s: number;
	peak_10s: number;
	rx_bytes: number;
	tx_bytes: number;
	kod_rate: number;
	kod_deny: number;
	kod_rstr: number;
	icmp_errors: number;
	last_port: N;
	poll_log2s: N;
	deltas: number;
	delta_mean_s: N;
	delta_max_s: N;
	classes: string[];
	servers: string[];
}

export interface ClientsPage {
	total: number;
	matched: number;
	offset: number;
	next_offset: N;
	sort: string;
	order: string;
	view: string;
	made_at: Time;
	now: Time;
	one_way: boolean;
	clients: Client[];
}

export interface Exchange {
	number: number;
	request_time: Time;
	response_time: Time;
	delta_s: N;
	client: string;
	name: string | null;
	client_port: number;
	server: string;
	version: number;
	mode: number;
	poll_log2s: N;
	stratum: N;
	kiss: string | null;
	request_flags: string | null;
	response_flags: string | null;
	request_bytes: N;
	response_bytes: N;
}

export interface Exchanges {
	now: Time;
	since: Time;
	matched: number;
	exchanges: Exchange[];
}

export interface Slow {
	delta_s: number;
	request_time: string;
	response_time: string;
	client: string;
	name: string | null;
	server: string | null;
}

export interface Worst {
	from: Time;
	to: Time;
	known: number;
	exchanges: Slow[];
}

export interface Dossier {
	now: string;
	client: Client;
	first_rx: Time;
	last_rx: Time;
	rx_share: N;
	recent: { packets: number; requests: number; answers: number; since: Time };
	intervals: { from_s: number; to_s: number; n: number }[];
	exchanges: Exchange[];
}

export interface DeltaNow {
	start: string;
	width_s: number;
	n: number;
	p50_s: number;
	p90_s: number;
	p99_s: number;
	max_s: number;
}

export type Unique = Partial<Record<"300_s" | "1200_s" | "3600_s" | "86400_s" | "604800_s" | "all", number>>;

export interface Rates {
	requests_per_s: number;
	answers_per_s: number;
	new_clients_per_s: number;
	answered_share: N;
}

export interface Attention {
	id: string;
	level: string;
	n: N;
	text: string;
	filter: string | null;
}

export interface Source {
	name: string;
	kind: string;
	state: string;
	received_packets: N;
	dropped_packets: N;
	interface_dropped_packets: N;
}

export interface Server {
	ip: string | null;
	name: string | null;
	one_way: boolean;
	clients: number;
	rx: number;
	tx: number;
	requests: number;
	answered: number;
	kod: number;
	nak: number;
	lost: number;
	retransmitted: number;
	answered_share: N;
	kod_share: N;
	lost_share: N;
	interleaved: number;
	stratum: N;
	leap: N;
	refid: string | null;
	precision_log2s: N;
}

export type Counts = Record<string, number>;

export interface Summary {
	wall_time: string;
	started_at: string;
	uptime_s: number;
	first: Time;
	now: Time;
	one_way: boolean;
	rates: Rates;
	delta: DeltaNow | null;
	packets: {
		frames: number;
		bytes: number;
		ntp: number;
		requests: number;
		answers: number;
		icmp_errors: number;
		nts_ke: number;
		malformed: number;
		fragments: number;
		by_class: Counts;
	};
	exchanges: Counts;
	kisses: Counts;
	clients: Record<string, number> & { unique: Unique; as_of: Time };
	servers: Server[];
	sources: Source[];
	dropped_packets: number;
	names: { state: string; known: number; waiting: number; queries: number };
	memory_bytes: number;
	attention: Attention[];
}

export interface Series {
	width_s: number;
	now: Time;
	n: number;
	columns: Record<string, (number | null)[]> & { time_s: number[] };
}

export interface Pulse {
	instance: string;
	wall_time: string;
	now: Time;
	uptime_s: number;
	sources: string[];
	dropped_packets: number;
	requests: number;
	answers: number;
	rates: Rates;
	delta: DeltaNow | null;
	clients: number;
	unique: Unique;
	alert_yellow: number;
	alert_red: number;
	abusive: number;
	attention: number;
}

export interface Packet {
	number: number;
	time: string;
	client: string;
	name: string | null;
	client_port: number;
	server: string;
	to_server: boolean;
	version: number;
	mode: number;
	stratum: number;
	poll_log2s: number;
	kiss: string | null;
	flags: string;
	payload_bytes: number;
	delta_s: N;
}

export interface Packets {
	left_out: number;
	packets: Packet[];
}

export interface About {
	program: string;
	version: string;
	instance: string;
	pid: number;
	host: string;
	started_at: string;
	uptime_s: number;
	sources: Source[];
	memory: { engine_bytes: number; resident_bytes: N; views_bytes: number };
	files: { what: string; path: string; note: string | null }[];
	settings: { name: string; value: string }[];
	safety: string[];
	libraries: { name: string; version: string }[];
	flags: { letter: string; name: string; meaning: string }[];
	http: { connections: number; connections_max: number; tls: boolean; password: boolean; page: boolean };
}
