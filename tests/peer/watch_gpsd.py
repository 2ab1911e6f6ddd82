#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`ntpscope monitor --watch` beside a real gpsd, whose receiver is a recording of our own that gpsfake plays: what the page
shows is what gpspipe prints; a gpsd that is started anew is connected to again.

Skipped where network namespaces or the peers are impossible.
"""
import json
import os
import sys
import time

from watching import Monitor, check, in_laboratory, peers, state_folder


def sentence(body):
    check_sum = 0
    for c in body:
        check_sum ^= ord(c)
    return "$%s*%02X\r\n" % (body, check_sum)


def recording(lab):
    """A minute of a receiver that sees seven satellites and uses five."""
    text = "# a receiver that does not move\n"
    for s in range(60):
        t = "1430%02d.00" % s
        text += sentence("GPRMC,%s,A,4934.4200,N,01101.6800,E,0.0,0.0,261126,,,A" % t)
        text += sentence("GPGGA,%s,4934.4200,N,01101.6800,E,1,05,1.2,373.0,M,47.0,M,," % t)
        text += sentence("GPGSA,A,3,05,07,13,20,30,,,,,,,,2.1,1.2,1.7")
        text += sentence("GPGSV,2,1,07,05,40,120,40,07,60,200,42,13,20,050,35,20,35,300,38")
        text += sentence("GPGSV,2,2,07,30,15,270,30,09,05,010,,02,03,180,20")
    return lab.file("receiver.nmea", text)


def start_gpsd(lab, log, name):
    env = peers.environment()
    env["PATH"] += ":" + os.path.dirname(peers.find("gpsd")) + ":" + os.path.dirname(peers.find("gpsfake"))
    return lab.start("server", [sys.executable, peers.find("gpsfake"), "-c", "0.2", "-P", "2947", log], log=name, env=env)


def part(monitor, target, via):
    for t in monitor.get("/api/v1/targets")["targets"]:
        for p in t["parts"]:
            if t["target"] == target and p["via"] == via and p["part"] == "":
                return p
    return None


def until(monitor, target, holds, seconds=45):
    end = time.monotonic() + seconds
    while True:
        p = part(monitor, target, "gpsd")
        if (p and holds(p)) or time.monotonic() > end:
            return p
        time.sleep(0.5)


def pipe(lab):
    """The latest report of each class, as gpspipe prints them."""
    text = lab.run("server", [peers.find("gpspipe"), "-w", "-n", "30", "127.0.0.1:2947"], timeout=30)
    found = {}
    for line in text.splitlines():
        if line.startswith("{"):
            report = json.loads(line)
            if report["class"] != "SKY" or report.get("uSat"):
                found[report["class"]] = report
    return found


def the_receiver_is_as_gpsd_has_it(lab, monitor):
    p = until(monitor, "gps", lambda p: p["values"].get("satellites_used") == 5 and p["values"].get("gps_mode") == 3)
    theirs = pipe(lab)
    sky, tpv = theirs["SKY"], theirs["TPV"]
    check(p and p["ok"] and p["values"].get("gps_mode") == tpv["mode"] == 3, "a fix: %s" % p)
    for ours, name in (("satellites_used", "uSat"), ("satellites_seen", "nSat"), ("gdop", "gdop"), ("pdop", "pdop"),
                       ("hdop", "hdop"), ("vdop", "vdop"), ("tdop", "tdop")):
        check(p["values"].get(ours) == sky[name], "%s: %s, not %s" % (ours, p["values"].get(ours), sky[name]))
    check(abs(p["values"].get("snr_mean_dbhz", 0) - 37) < 1e-9, "signal: %s" % p["values"])
    ours = {s["prn"]: s for s in p["satellites"]}
    check(set(ours) == {s["PRN"] for s in sky["satellites"]}, "satellites: %s" % sorted(ours))
    for s in sky["satellites"]:
        mine = ours.get(s["PRN"], {})
        check((mine.get("used"), mine.get("azimuth_deg"), mine.get("elevation_deg"), mine.get("snr_dbhz")) ==
              (s["used"], s["az"], s["el"], s["ss"]), "%s is %s" % (mine, s))
    facts = p["facts"]
    check(facts["driver"] == "NMEA0183" and facts["fix"] == "3D" and facts["device"] == tpv["device"], str(facts))
    check(facts["position"].startswith("49.573667, 11.028000, 373.0 m"), str(facts))


def a_host_alone_is_found_to_have_gpsd(monitor):
    p = until(monitor, "192.0.2.1", lambda p: p["ok"] and p["values"].get("gps_mode") == 3)
    check(p and p["values"].get("gps_mode") == 3, "found: %s" % p)


def gpsd_may_come_back(lab, monitor, process, log):
    lab.stop(process)
    p = until(monitor, "gps", lambda p: not p["ok"])
    check(p and not p["ok"] and p["why"], "gone: %s" % p)
    start_gpsd(lab, log, "gpsfake2.log")
    p = until(monitor, "gps", lambda p: p["ok"] and p["values"].get("satellites_used") == 5, 90)
    check(p and p["ok"] and p["values"].get("satellites_used") == 5, "back: %s" % p)


def play(lab):
    lab.host("server")
    lab.run("server", ["ip", "address", "add", "192.0.2.1/32", "dev", "lo"])
    log = recording(lab)
    process = start_gpsd(lab, log, "gpsfake.log")
    # gpsd listens on loopback alone: 192.0.2.1 is led there.
    lab.start("server", [sys.executable, "-c", RELAY], log="relay.log")
    # Who is not there when a host is looked at first is not looked for again within the hour.
    check("VERSION" in lab.run("server", [sys.executable, "-c", GREETING]), "gpsd greets through the relay")
    monitor = Monitor(lab, "server", "-i", "lo", "--state-dir", state_folder(lab), "--watch",
                      "127.0.0.1 name=gps via=gpsd", "--watch", "192.0.2.1")
    the_receiver_is_as_gpsd_has_it(lab, monitor)
    a_host_alone_is_found_to_have_gpsd(monitor)
    gpsd_may_come_back(lab, monitor, process, log)
    monitor.stop()
    print(monitor.said()[-1500:])


def main():
    return in_laboratory(play, "gpsd", "gpsd", "gpsfake", "gpspipe")


RELAY = """
import socket, threading
def pump(a, b):
    try:
        while True:
            data = a.recv(4096)
            if not data:
                break
            b.sendall(data)
    except OSError:
        pass
    b.close()
door = socket.create_server(("192.0.2.1", 2947))
while True:
    here, _ = door.accept()
    try:
        there = socket.create_connection(("127.0.0.1", 2947))
    except OSError:
        here.close()
        continue
    threading.Thread(target=pump, args=(here, there), daemon=True).start()
    threading.Thread(target=pump, args=(there, here), daemon=True).start()
"""

GREETING = """
import socket, time
end, said = time.monotonic() + 15, b""
while not said and time.monotonic() < end:
    try:
        with socket.create_connection(("192.0.2.1", 2947), timeout=5) as s:
            said = s.recv(4096)
    except OSError:
        pass
    time.sleep(0.1)
print(said)
"""


if __name__ == "__main__":
    sys.exit(main())
