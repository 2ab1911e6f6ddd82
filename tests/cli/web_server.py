# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitor as an HTTP server: events, metrics, who may ask, and what strangers may do to it."""
import base64
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import tempfile
import time
import warnings

import cli
from cli import check
from watching import DAY, Monitor

# ---- server-sent events ----------------------------------------------------------------------------


def events(m, target, seconds):
    """(name, data) of what comes in that time."""
    c = m.connect(timeout=seconds)
    c.request("GET", target)
    r = c.getresponse()
    check(r.status == 200 and r.headers["Content-Type"] == "text/event-stream", f"{target} is a stream of events")
    found, lines, end = [], [], time.monotonic() + seconds
    try:
        while time.monotonic() < end:
            line = r.readline().decode()
            if not line:
                break
            if line == "\n":
                fields = dict(x.split(": ", 1) for x in lines)
                if "data" in fields:
                    found.append((fields["event"], json.loads(fields["data"])))
                lines = []
            else:
                lines.append(line.rstrip("\n"))
    except OSError:
        pass
    c.close()
    return found


def watch_events(m):
    seen = events(m, "/api/v1/events", 2.7)
    check([n for n, _ in seen] == ["summary"] * len(seen) and 2 <= len(seen) <= 4, "a summary a second")
    check(all(d["schema"] == "ntpscope-pulse-1" for _, d in seen), "a pulse says its schema")


def live_packets():
    """A replay at its own pace, so many times as fast that some packets come each second."""
    with Monitor("--speed", "600", whole=False) as m:
        seen = events(m, "/api/v1/events?prefix=all&rate=1000", 4)
        packets = [p for n, d in seen if n == "packets" for p in d["packets"]]
        left_out = sum(d["left_out"] for n, d in seen if n == "packets")
        numbers = [p["number"] for p in packets]
        check(len(packets) > 100 and left_out == 0, f"{len(packets)} packets come as they come")
        check(numbers == list(range(numbers[0], numbers[0] + len(numbers))), "each once, in order")
        check(any(p["delta_s"] is not None for p in packets), "answers have their delta times")
        begin = time.monotonic()
        seen = events(m, "/api/v1/events?prefix=2001:db8::/32&rate=4", 3)
        most = 4 * (time.monotonic() - begin + 1)  # a busy machine may give it more than three seconds
        packets = [p for n, d in seen if n == "packets" for p in d["packets"]]
        check(packets and all(p["client"].startswith("2001:db8:") for p in packets), "of the prefix only")
        check(len(packets) <= most, f"at the rate that was asked for: {len(packets)} of {most:.1f}")
        check(sum(d["left_out"] for n, d in seen if n == "packets") > 0, "what is left out is counted")


# ---- metrics ---------------------------------------------------------------------------------------

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABELS = rf'\{{(?:{NAME}="(?:[^"\\\n]|\\["\\n])*"(?:,{NAME}="(?:[^"\\\n]|\\["\\n])*")*)?\}}'
SAMPLE = re.compile(rf"({NAME})({LABELS})? (\S+)$")
SUFFIXES = {"counter": ["_total"], "gauge": [""], "info": ["_info"], "gaugehistogram": ["_bucket", "_gsum", "_gcount"],
            "histogram": ["_bucket", "_sum", "_count"]}


def parse_metrics(text, is_open):
    """family -> {name and labels: value}; complains about whatever the formats forbid."""
    families, types, current = {}, {}, None
    lines = text.split("\n")
    check(lines[-1] == "", "the last line ends")
    if is_open:
        check(lines[-2] == "# EOF", "OpenMetrics ends in # EOF")
        lines = lines[:-2]
    else:
        lines = lines[:-1]
    for line in lines:
        comment = re.match(rf"# (TYPE|HELP) ({NAME}) (.+)$", line)
        if comment:
            kind, name, rest = comment.groups()
            if name != current:
                check(name not in families, f"{name} stands together")
                families[name], current = {}, name
            if kind == "TYPE":
                check(name not in types and rest in SUFFIXES and not families[name], f"TYPE of {name} once and first")
                types[name] = rest
            continue
        sample = SAMPLE.match(line)
        if not sample:
            check(False, f"a line that is neither comment nor sample: {line!r}")
            continue
        name, labels, value = sample.groups()
        suffixes = SUFFIXES[types[current]] if is_open or types[current] == "histogram" else [""]
        check(name in [current + s for s in suffixes], f"sample {name} belongs to {current}")
        key = name + (labels or "")
        check(key not in families[current], f"{key} once")
        families[current][key] = float(value)
        check(types[current] != "counter" or families[current][key] >= 0, f"{key} is no counter")
    for name, kind in types.items():
        check(families[name], f"{name} has samples")
        check(name.startswith("ntpscope_"), f"{name} has the prefix")
        check(kind != "counter" or name.endswith("_total") == (not is_open), f"{name} is named as counters are")
        if kind.endswith("histogram"):
            check_histogram(name, SUFFIXES[kind], families[name])
    return families


def check_histogram(name, suffixes, samples):
    """Of each set of labels: buckets in order of their bounds, adding up to the count."""
    sets = {}
    for key, v in samples.items():
        if key.startswith(name + "_bucket{"):
            other, bound = re.match(r'.*_bucket\{(.*?),?le="([^"]+)"\}$', key).groups()
            sets.setdefault(other, []).append((float(bound), v))
    for other, buckets in sets.items():
        labels = "{" + other + "}" if other else ""
        check(buckets == sorted(buckets) and len(set(buckets)) == len(buckets), f"{name}: bounds rise")
        counts = [v for _, v in buckets]
        check(counts == sorted(counts), f"{name}: buckets add up")
        check(buckets[-1] == (float("inf"), samples[name + suffixes[2] + labels]), f"{name}: the last bucket is the count")
        check(name + suffixes[1] + labels in samples, f"{name} has its sum")


def metrics(m):
    status, headers, body = m.ask("/metrics")
    check(status == 200 and headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8", "classic by default")
    classic = parse_metrics(body.decode(), False)
    accept = {"Accept": "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"}
    status, headers, body = m.ask("/metrics", accept)
    check(headers["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8", "open when asked for")
    opened = parse_metrics(body.decode(), True)
    check(len(classic) == len(opened) > 30, "both formats have the same families")
    summary = m.get("/api/v1/summary")
    check(opened["ntpscope_requests"]["ntpscope_requests_total"] == summary["packets"]["requests"], "requests")
    check(sum(opened["ntpscope_clients"].values()) == summary["clients"]["n"], "clients by family")
    still_open = summary["packets"]["ntp"] - sum(opened["ntpscope_packets"].values())
    check(0 <= still_open <= 50, f"classes add up to all packets but those of {still_open} open requests")
    check(opened["ntpscope_client_packets"]["ntpscope_client_packets_gsum"] == summary["packets"]["requests"],
          "the histogram's sum is the number of requests")
    addresses = [row["ip"] for row in m.get("/api/v1/clients", limit=1000)["clients"]]
    servers = [s["ip"] for s in summary["servers"]]
    check(not [a for a in addresses if a not in servers and f'"{a}"' in body.decode()], "no client is named")


OPEN = {"Accept": "application/openmetrics-text"}


def counters_only_grow():
    """A replay that takes some seconds, asked all the while."""
    with Monitor("--speed", "20000", whole=False) as m:
        before, n_grown, end = {}, set(), time.monotonic() + 30
        while time.monotonic() < end and not m.get("/api/v1/summary")["sources"][0]["state"] == "ended":
            text = m.ask("/metrics", OPEN)[2].decode()
            now = {}
            for family, samples in parse_metrics(text, True).items():
                if re.search(rf"# TYPE {family} (counter|histogram)\n", text):
                    now.update(samples)
            for key, v in before.items():
                check(key in now and now[key] >= v, f"{key} never falls: {v}, {now.get(key)}")
                if now.get(key, 0) > v:
                    n_grown.add(key.split("{")[0])
            before = now
            time.sleep(0.2)
        check({"ntpscope_requests_total", "ntpscope_server_delta_seconds_bucket", "ntpscope_server_delta_seconds_sum",
               "ntpscope_server_requests_total", "ntpscope_packets_total"} <= n_grown, "and they do grow")


# ---- who may ask -----------------------------------------------------------------------------------


def refusals(folder):
    token, password, short = (os.path.join(folder, n) for n in ("token", "password", "short"))
    for path, text in ((token, "0123456789abcdef\n"), (password, "pass word\n"), (short, "seven77\n")):
        with open(path, "w", encoding="ascii") as f:
            f.write(text)
    base = ["monitor", "--replay", DAY, "--until-end"]
    open_to_all = cli.run(*base, "--listen", "0.0.0.0:0")
    check(open_to_all.status == 2 and "TLS" in open_to_all.err and "both are missing" in open_to_all.err,
          f"an open door is refused: {open_to_all.err}")
    plain = cli.run(*base, "--listen", "0.0.0.0:0", "--token-file", token)
    check(plain.status == 2 and "the certificate is missing" in plain.err, f"a token in clear text: {plain.err}")
    weak = cli.run(*base, "--password-file", short)
    check(weak.status == 2 and "8 to 256" in weak.err, f"a short password: {weak.err}")
    half = cli.run(*base, "--tls-key", token)
    check(half.status == 2 and "certificate" in half.err, f"a key alone: {half.err}")
    nonsense = cli.run(*base, "--tls-key", token, "--tls-certificate", password)
    check(nonsense.status == 2 and "cannot be used" in nonsense.err, f"no PEM: {nonsense.err}")
    return token, password


def secrets(token, password):
    with Monitor("--token-file", token, "--password-file", password, "--web-user", "me", whole=False) as m:
        right = base64.b64encode(b"me:pass word").decode()
        wrong = base64.b64encode(b"me:password").decode()
        check(m.ask("/healthz")[0] == 200, "health is open")
        status, headers, body = m.ask("/api/v1/summary")
        check(status == 401 and b"required" in body, "all else is not")
        check(sorted(h.split()[0] for h in headers.get_all("WWW-Authenticate")) == ["Basic", "Bearer"], "both ways are told")
        check(m.ask("/")[0] == 401 and m.ask("/metrics")[0] == 401, "nor the page, nor the metrics")
        check(m.ask("/api/v1/summary", {"Authorization": "Basic " + right})[0] == 200, "the password opens")
        check(m.ask("/api/v1/summary", {"Authorization": "Bearer 0123456789abcdef"})[0] == 200, "the token opens")
        check(m.ask("/api/v1/summary", {"Authorization": "Basic " + wrong})[0] == 401, "a wrong password does not")
        for _ in range(10):
            m.ask("/api/v1/summary", {"Authorization": "Bearer guess"})
        check(m.ask("/api/v1/summary", {"Authorization": "Basic " + right})[0] == 429, "who guesses has to wait")


def encrypted(folder, token):
    if not shutil.which("openssl"):
        print("no openssl: TLS is not tested")
        return
    key, certificate = (os.path.join(folder, n) for n in ("key.pem", "certificate.pem"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-keyout", key, "-out", certificate, "-days", "3", "-subj", "/CN=127.0.0.1", "-addext",
                    "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
    with Monitor("--token-file", token, "--tls-key", key, "--tls-certificate", certificate, listen="0.0.0.0:0") as m:
        check(m.url.startswith("https://0.0.0.0:"), "others may come when there are TLS and a token")
        context = ssl.create_default_context(cafile=certificate)
        with socket.create_connection(("127.0.0.1", int(m.port)), 10) as plain:
            with context.wrap_socket(plain, server_hostname="127.0.0.1") as s:
                check(s.version() in ("TLSv1.2", "TLSv1.3"), f"it speaks {s.version()}")
                s.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
                check(s.recv(100).startswith(b"HTTP/1.1 200"), "and answers")
        warnings.simplefilter("ignore", DeprecationWarning)
        old = ssl.create_default_context(cafile=certificate)
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        old.maximum_version = ssl.TLSVersion.TLSv1_1
        old.set_ciphers("ALL:@SECLEVEL=0")
        try:
            with socket.create_connection(("127.0.0.1", int(m.port)), 10) as plain:
                old.wrap_socket(plain, server_hostname="127.0.0.1").close()
            check(False, "TLS 1.1 is refused")
        except (ssl.SSLError, OSError):
            pass
        url = f"https://127.0.0.1:{m.port}"
        got = cli.run("clients", "--url", url, "--ca-file", certificate, "--token-file", token, "--format", "csv")
        check(got.status == 0 and got.out.count(b"\n") == 5942, f"clients --url over TLS: {got.err}")
        stranger = cli.run("clients", "--url", url, "--token-file", token)
        check(stranger.status == 2 and "certificate" in stranger.err.lower(), f"whom it does not know: {stranger.err}")
        no_token = cli.run("clients", "--url", url, "--ca-file", certificate)
        check(no_token.status == 2 and "401: a password or token is required" in no_token.err, "the token is asked for")


# ---- strangers -------------------------------------------------------------------------------------


def raw(m, data, wait=5):
    with socket.create_connection((m.host, int(m.port)), 10) as s:
        s.settimeout(wait)
        s.sendall(data)
        got = b""
        try:
            while part := s.recv(65536):
                got += part
        except OSError:
            pass
        return got


def garbage(m):
    for data in (b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20000 + b"\r\n", b"G" * 300000,
                 b"GET /api/v1/clients?" + b"a=b&" * 5000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
                 b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\n\r\nx"):
        try:
            got = raw(m, data, 2)
            check(not got or re.match(rb"HTTP/1\.1 4\d\d ", got), f"garbage gets a status of 400 and more: {got[:40]!r}")
        except OSError:
            pass
    check(m.ask("/healthz")[0] == 200, "after garbage it goes on")
    status, headers, body = m.ask("/api/v1/summary", {"Host": "evil.example"})
    check(status == 403, "a name of another site is no name of ours")
    status, headers, body = m.ask("/%3Cscript%3Ealert(1)%3C/script%3E.html")
    check(status == 404 and headers["Content-Type"] == "application/json" and
          json.loads(body)["error"]["message"].startswith("there is nothing at /<script>"), "no page of a stranger's making")


def slow_readers(m):
    """Readers who do not read, and askers who never finish, keep nobody else waiting."""
    idle = []
    for i in range(40):
        s = socket.create_connection((m.host, int(m.port)), 10)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.sendall((b"GET /api/v1/clients.json HTTP/1.1\r\nHost: localhost\r\n\r\n",
                   b"GET /api/v1/events?prefix=all HTTP/1.1\r\nHost: localhost\r\n\r\n",
                   b"GET /api/v1/summary HTTP/1.1\r\nHos")[i % 3])
        idle.append(s)
    begin = time.monotonic()
    for _ in range(20):
        check(m.ask("/api/v1/clients?limit=10")[0] == 200, "others are served")
    check(time.monotonic() - begin < 10, "quickly")
    for s in idle:
        s.close()


def page(m):
    status, headers, body = m.ask("/", {"Accept-Encoding": "gzip"})
    if status == 404:
        print("no page in this build")
        return
    check(status == 200 and headers["Content-Encoding"] == "gzip", "the page comes compressed")
    check("script-src 'self'" in headers["Content-Security-Policy"] and "unsafe" not in headers["Content-Security-Policy"],
          "its policy is strict")
    etag = headers["ETag"]
    status, headers, body = m.ask("/", {"Accept-Encoding": "gzip", "If-None-Match": etag})
    check(status == 304 and body == b"", "and not again when it is known")
    status, headers, body = m.ask("/clients?sort=rx")
    check(status == 200 and body.startswith(b"<!doctype html>"), "a view's address is the page")
    status, headers, body = m.ask("/app.js")
    check(status == 200 and headers["Content-Type"].startswith("text/javascript"), "its script")


def main():
    with tempfile.TemporaryDirectory() as folder:
        token, password = refusals(folder)
        secrets(token, password)
        encrypted(folder, token)
    with Monitor() as m:
        page(m)
        metrics(m)
        watch_events(m)
        garbage(m)
        slow_readers(m)
        check(m.ask("/healthz")[0] == 200, "it is well to the end")
    live_packets()
    counters_only_grow()
    cli.finish()


main()
