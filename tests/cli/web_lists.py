# SPDX-License-Identifier: GPL-3.0-or-later
"""The lists of a running monitor are those that `ntpscope clients` makes of the same capture."""
import http.server
import json
import threading

import cli
from cli import check
from watching import DAY, Monitor

SORTS = ("rx ip name first last tx rx_every alert owed peak rx_bytes tx_bytes delta icmp recent_every peak_10s "
         "delta_max deltas poll port kod_rate kod_deny kod_rstr rx_flags tx_flags servers classes").split()
FILTERS = ["alert:red", "alert:yellow,sleep", "flag:R", "-flag:4 rx>3", "2001:db8::/32 rx>100", "class:scanner",
           "198.51.100.7", "every<8s", "owed>0 tx>10", "last<1h", "first>20h -class:active", "51.100"]


def clients(*args):
    return json.loads(cli.run("clients", "--format", "json", *args, DAY).out)


def same_rows(m):
    wanted = clients("--sort", "ip")
    streamed = m.get("/api/v1/clients.json", sort="ip")
    check(list(wanted["clients"][0]) == list(streamed["clients"][0]), "the keys of a row are those of the command")
    check(set(wanted) == set(streamed), "the keys of the list are those of the command")
    check(wanted["clients"] == streamed["clients"], "each client has the figures of the command")
    unordered = m.get("/api/v1/clients.json")["clients"]
    check(sorted(json.dumps(r) for r in unordered) == sorted(json.dumps(r) for r in streamed["clients"]),
          "the list without an order has the same rows")
    csv = m.ask("/api/v1/clients.csv?sort=rx&limit=100")[2]
    check(csv == cli.run("clients", "--format", "csv", "--limit", "100", DAY).out, "CSV is the command's")
    return wanted["clients"]


def by_address(rows):
    return [r["ip"] for r in rows]


def each_order(m):
    # Two runs of the command for all orders take long: its orders are those of the list by ip, sorted here where
    # a key says how, and asked for where it does not.
    for sort in SORTS:
        for order, reverse in ((None, []), ("other", ["--reverse"])):
            page = m.get("/api/v1/clients", sort=sort, limit=300)
            if order:
                page = m.get("/api/v1/clients", sort=sort, limit=300,
                             order="asc" if page["order"] == "desc" else "desc")
            if sort in ("rx", "rx_every", "delta", "alert", "ip", "classes"):
                wanted = clients("--sort", sort, "--limit", "300", *reverse)["clients"]
                check(by_address(wanted) == by_address(page["clients"]), f"sort {sort} {' '.join(reverse)}")
            else:
                check_order(page, sort)


COLUMN = {"peak": "peak_1s", "icmp": "icmp_errors", "recent_every": "recent_every_s", "delta_max": "delta_max_s",
          "poll": "poll_log2s", "port": "last_port"}


def check_order(page, sort):
    column = COLUMN.get(sort, sort)
    if sort in ("rx_flags", "tx_flags", "servers", "name"):
        return
    values = [r[column] for r in page["clients"]]
    known = [v for v in values if v is not None]
    check(values[:len(known)] == known, f"sort {sort}: what is undefined comes last")
    check(known == sorted(known, reverse=page["order"] == "desc"), f"sort {sort} {page['order']}")


def paging(m, wanted):
    for filter_text in ("", "rx>1"):
        seen, offset, view, pages = [], 0, None, 0
        while offset is not None:
            page = m.get("/api/v1/clients", sort="ip", order="asc", limit=997, offset=offset, filter=filter_text,
                         **({"view": view} if view else {}))
            check(view in (None, page["view"]), "the view stays the same from page to page")
            view = page["view"]
            seen += by_address(page["clients"])
            offset = page["next_offset"]
            pages += 1
        rows = [r for r in wanted if not filter_text or r["rx"] > 1]
        check(seen == by_address(rows), f"pages have no gaps and no doubles ({filter_text or 'all'})")
        check(page["matched"] == len(rows) and page["total"] == len(wanted), "matched and total")
    beyond = m.get("/api/v1/clients", offset=10**12)
    check(beyond["clients"] == [] and beyond["next_offset"] is None, "behind the end there is an empty page")
    check(m.get("/api/v1/clients", view="0123456789abcdef")["view"] != "0123456789abcdef", "an unknown view is made anew")


def filters(m):
    for text in FILTERS:
        wanted = clients("--filter", text, "--sort", "ip")["clients"]
        page = m.get("/api/v1/clients", sort="ip", filter=text, limit=1000)
        check(page["matched"] == len(wanted) > 0, f"filter '{text}': {page['matched']} of {len(wanted)}")
        check(by_address(page["clients"]) == by_address(wanted)[:1000], f"filter '{text}'")
        streamed = m.get("/api/v1/clients.json", filter=text)
        check(sorted(by_address(streamed["clients"])) == sorted(by_address(wanted)), f"filter '{text}', streamed")


def by_url(m):
    for form in ("table", "csv"):
        args = ["--sort", "tx", "--limit", "40", "--format", form]
        here, there = cli.run("clients", *args, DAY), cli.run("clients", "--url", m.url, *args)
        if form == "csv":
            check(here.out == there.out, "clients --url prints the same CSV")
        else:
            check(here.out.split()[-60:] == there.out.split()[-60:], "clients --url prints the same table")
        check(there.status == 0 and there.err == "", "and says nothing else")
    one = cli.run("clients", "--url", m.url + "/", "--alert", "red", "--filter", "rx>100", "--format", "json")
    check(all(r["alert"] == "red" and r["rx"] > 100 for r in json.loads(one.out)["clients"]), "alert and filter add up")
    bad = cli.run("clients", "--url", m.url, "--filter", "rx>>1")
    check(bad.status == 2 and "the server says 400: at character 1" in bad.err, "a wrong filter is told")
    for args in (["x.pcap"], ["-f", "udp"], ["--hosts", "h"], ["--anonymise", "k"]):
        both = cli.run("clients", "--url", m.url, *args)
        check(both.status == 2 and "do not go with it" in both.err, f"--url does not go with {args}")
    none = cli.run("clients", "--url", "http://127.0.0.1:1")
    check(none.status == 2 and "cannot ask 'http://127.0.0.1:1'" in none.err, "no server is an error")
    check(cli.run("clients", "--url", "gopher://x").status == 2, "another scheme is an error")


class Stranger(http.server.BaseHTTPRequestHandler):
    """No monitor: its answers have no end.  The first part of the path says which."""
    pieces = {"line": b"x" * 65536, "lines": b'{ "a": 1,\n' * 6000, "missing": b"y" * 65536}
    ROW = (b'{"ip":"198.51.100.99","name":null,"first":"2026-03-01T15:41:00.000000000Z","last":'
           b'"2026-03-01T19:41:12.704413000Z","rx":3,"tx":1,"rx_flags":"3C","tx_flags":"3S","rx_every_s":8.0,"alert":'
           b'"none","recent_every_s":0.07,"owed":1,"peak_1s":1,"peak_10s":2,"rx_bytes":144,"tx_bytes":48,"kod_rate":0,'
           b'"kod_deny":0,"kod_rstr":0,"icmp_errors":0,"last_port":16088,"poll_log2s":6,"deltas":1,'
           b'"delta_mean_s":0.000032948,"delta_max_s":0.000083455,"classes":[],"servers":["192.0.2.123"]},\n')
    HEAD = b'{\n"schema": "ntpscope-clients-1",\n"clients": [\n'

    def do_GET(self):
        what = self.path.split("/")[1]
        self.send_response(404 if what == "missing" else 200)
        self.end_headers()
        try:
            if what == "rows" and "clients.json" not in self.path:
                self.wfile.write(b'{"matched": 5}')
                return
            if what == "rows":
                self.wfile.write(self.HEAD)
            while True:
                self.wfile.write(self.pieces.get(what) or 100 * self.ROW)
        except OSError:
            pass

    def log_message(self, *args):
        pass


def endless_answers():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stranger)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for what in Stranger.pieces:
        for form in ("table", "csv", "json"):
            r = cli.run("clients", "--url", f"http://127.0.0.1:{server.server_port}/{what}", "--format", form)
            says = "the server says 404" if what == "missing" else \
                "a row that cannot be read" if form == "table" else "is no client list"
            check(r.status == 2 and not r.out and says in r.err, f"an answer without an end, {what}, {form}: {r.err}")
    r = cli.run("clients", "--url", f"http://127.0.0.1:{server.server_port}/rows")
    check(r.status == 2 and not r.out and "more than the 10005 rows" in r.err, f"good rows without an end: {r.err}")
    r = cli.run("clients", "--url", f"http://127.0.0.1:{server.server_port}/rows", "--limit", "7")
    check(r.status == 2 and "more than the 7 rows" in r.err, f"more rows than were asked for: {r.err}")
    server.shutdown()


def dossier(m, wanted):
    for row in (max(wanted, key=lambda r: r["rx"]), next(r for r in wanted if ":" in r["ip"] and r["icmp_errors"])):
        d = m.get("/api/v1/clients/" + row["ip"], limit=10000)
        check(d["client"] == row, "the dossier has the row of the list")
        check(d["recent"]["requests"] == row["rx"] and d["recent"]["answers"] == row["tx"],
              "a day's packets are all among the recent ones")
        check(sum(b["n"] for b in d["intervals"]) == max(row["rx"] - 1, 0), "each interval is in a bin")
        check(all(b["from_s"] < b["to_s"] for b in d["intervals"]), "bins rise")
        both = [x for x in d["exchanges"] if x["request_time"] and x["response_time"]]
        check(abs(len(both) - row["deltas"]) <= 0.02 * row["deltas"] + 2, "exchanges are put together")
        times = [x["request_time"] or x["response_time"] for x in d["exchanges"]]
        check(times == sorted(times, reverse=True), "latest first")
    slow = m.get("/api/v1/exchanges", sort="delta", limit=50)["exchanges"]
    deltas = [x["delta_s"] for x in slow]
    check(deltas == sorted(deltas, reverse=True) and deltas[0] > 1, "exchanges by delta time")
    check(all(x["client"].startswith("2001:db8:") for x in m.get("/api/v1/exchanges", client="2001:db8::/32")["exchanges"]),
          "exchanges of a prefix")


def report(m):
    here = cli.run("report", "--full", DAY).out.decode().splitlines()
    there = m.ask("/api/v1/report?format=text")[2].decode().splitlines()
    rest = [line for line in here if line not in there]
    check(all("clock went back" in line for line in rest), f"the report is the command's: {rest}")


HOUR = "2026-03-01 23:00:00"
# Of a part of the time: what goes back to when a client was first seen, or is not known, and what a capture of
# that hour alone cannot know better (docs/formats.md).
OF_ALL_TIME = {
    "span", "settings", "loudest", "subnets",
    "source.files", "source.display_filter", "source.file_bytes", "source.first", "source.length_s",
    "source.time_backwards", "source.frames", "source.captured_bytes",
    "exchanges.unsolicited_before_capture", "frames.n", "frames.by_fate.filtered",
    "errors.sources", "errors.clients", "errors.clients_ipv6", "errors.share_of_ipv6_clients",
    "errors.by_type.sources", "errors.by_type.clients", "auth.nts_ke.clients",
    "exposed.mode_6.clients", "exposed.mode_7.clients", "exposed.scanners", "peaks",
    "servers.worst", "servers.last_answer.frame", "clients.refused_addresses_estimate",
}
CLIENTS_OF_THE_HOUR = ("n", "n_ipv6", "unique", "unique_ipv6")


def flat(value, path=""):
    """{path of a leaf: [its values]}"""
    if isinstance(value, dict):
        parts = [flat(v, f"{path}.{k}" if path else k) for k, v in value.items()]
    elif isinstance(value, list):
        parts = [flat(v, path) for v in value]
    else:
        return {path: [value]}
    out = {}
    for part in parts:
        for k, v in part.items():
            out.setdefault(k, []).extend(v)
    return out


def is_excused(path, excused):
    return any(path == e or path.startswith(e + ".") for e in excused)


def near(a, b, path):
    """Extremes are known by their steps of a histogram, and percentiles are no further out than they."""
    if path.rsplit(".", 1)[-1] in ("min_s", "p50_s", "p90_s", "p95_s", "p99_s", "p999_s", "max_s"):
        return abs(a - b) <= 0.01 * abs(b)
    return a == b


def last_hour(m):
    whole = m.get("/api/v1/report", format="json", span="hour")
    alone = json.loads(cli.run("report", "--format", "json", "-Y", f'frame.time >= "{HOUR}"', DAY).out)
    check(whole["span"]["from"] == "2026-03-01T23:00:00.000000000Z", f"it begins at {whole['span']['from']}")
    check(whole["span"]["to"] == alone["source"]["last"] == whole["source"]["last"], "it ends with the capture")
    for key in CLIENTS_OF_THE_HOUR:
        check(whole["clients"][key] == alone["clients"][key], f"clients.{key} of the last hour")
    for report in (whole, alone):
        del report["clients"]
    have, want = flat(whole), flat(alone)
    wrong = [p for p in sorted(set(have) | set(want)) if not is_excused(p, OF_ALL_TIME) and (
        len(have.get(p, [])) != len(want.get(p, [])) or not all(near(a, b, p) for a, b in zip(have[p], want[p])))]
    check(not wrong, f"the last hour is that hour cut out, but for {[(p, have.get(p), want.get(p)) for p in wrong]}")
    for part in ("hour", "day"):
        text = m.ask(f"/api/v1/report?format=text&span={part}")[2].decode()
        check("Part of the time:" in text, f"the report of the last {part} says so")


def main():
    with Monitor() as m:
        wanted = same_rows(m)
        each_order(m)
        paging(m, wanted)
        filters(m)
        by_url(m)
        dossier(m, wanted)
        report(m)
        last_hour(m)
    endless_answers()
    cli.finish()


main()
