#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope report --format=html`: one well-formed page that needs nothing else, with the report's figures."""
import base64
import hashlib
import html.parser
import json
import re
import tempfile

from cli import all_captures, capture, check, finish, run, some

VOID = {"meta", "br", "img", "link", "input", "hr"}


class Page(html.parser.HTMLParser):
    """Tags in balance; attributes and text, for whoever asks."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.attributes, self.words, self.style = [], [], [], [], ""
        self.feed(text)
        self.close()
        if self.open:
            self.wrong.append(f"left open: {self.open}")

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, k, v or "") for k, v in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.attributes += [(tag, k, v or "") for k, v in attrs]

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        else:
            self.words.append(data)


def page_of(*args):
    r = run("report", "--format=html", *args)
    check(r.status in (0, 1), f"{args}: {r.status} {r.err}")
    return Page(r.out.decode("utf-8")), r.out.decode("utf-8")


def needs_nothing_else(name, page, text):
    check(not page.wrong, f"{name}: {page.wrong[:3]}")
    tags = {t for t, _, _ in page.attributes}
    check(not tags & {"script", "link", "img", "iframe", "object", "use", "image"}, f"{name}: {tags}")
    for tag, key, value in page.attributes:
        check(key != "style" and not key.startswith("on"), f"{name}: {tag} {key}")
        check(key not in ("src", "href", "xlink:href") or value.startswith("#"), f"{name}: {key}={value}")
    check("url(" not in page.style and "@import" not in page.style, f"{name}: the style sheet fetches nothing")
    policy = [v for t, k, v in page.attributes if t == "meta" and k == "content" and "default-src" in v][0]
    digest = base64.b64encode(hashlib.sha256(page.style.encode()).digest()).decode()
    check(policy.startswith("default-src 'none'; "), policy)
    check(f"'sha256-{digest}'" in policy,
          f"the style sheet has changed: STYLE_HASH in src/present/report_html.c must be {digest}")
    ids = re.findall(r' id="([^"]+)"', text)
    check(len(ids) == len(set(ids)), f"{name}: each id once")


def figures_are_the_report_s(name, page):
    report = json.loads(run("report", "--format=json", capture(name)).out)
    words = " ".join(page.words)
    for s in report["servers"][:5]:
        if s["requests"]:
            check(s["ip"] in page.words and f"{s['requests']:,}" in page.words, f"{name}: server {s['ip']}")
    for c in report["loudest"][:10]:
        check(c["ip"] in page.words and f"{c['rx']:,}" in page.words, f"{name}: client {c['ip']}")
    for key, x in report["exchanges"].items():
        if isinstance(x, dict) and x.get("packets"):
            check(key in page.words and f"{x['packets']:,}" in page.words, f"{name}: class {key}")
    check(f"{report['frames']['n']:,}" in words, f"{name}: frames")


def hostile_names_are_text():
    with tempfile.TemporaryDirectory() as folder:
        hosts, mine = f"{folder}/hosts", f"{folder}/<img src=x onerror=alert(1)>&.pcap"
        with open(hosts, "wb") as f:
            f.write(b"192.0.2.1 a&b;c\n192.0.2.101 it's&lt;b\n2001:db8::1 \xff\xe2\x80\xae\n")
        with open(capture("chrony-basic.pcap"), "rb") as f, open(mine, "wb") as g:
            g.write(f.read())
        page, text = page_of("--hosts", hosts, mine)
        needs_nothing_else("hostile", page, text)
        check("<script" not in text and "<img" not in text and "\u202e" not in text, "hostile names")
        check("a&amp;b;c" in text and "&lt;img src=x" in text, "shown as they are")


for path in some(all_captures()):
    r = run("report", "--format=html", path)
    if r.status == 2:
        continue
    needs_nothing_else(path, Page(r.out.decode()), r.out.decode())
for name in ("chrony-basic.pcap", "ntpsec-and-chrony.pcap", "icmp-unreachable.pcap", "ntpsec-mode6.pcap"):
    page, text = page_of(capture(name))
    figures_are_the_report_s(name, page)
    check(text.count("<svg") == 8, f"{name}: four graphs, each for two widths")
check(run("report", "--format=html", "--threads=1", capture("chrony-peers.pcap")).out ==
      run("report", "--format=html", "--threads=4", capture("chrony-peers.pcap")).out, "threads change nothing")
hostile_names_are_text()
finish()
