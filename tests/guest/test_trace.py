#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""
One run, traced in each format: the same events with the same values. What a
filter keeps is what it says of the whole trace; what a bounded trace keeps is
its end. A Perfetto trace is read by a decoder that knows nothing of ours but
the numbers in Perfetto's .proto files. And tracing changes nothing: the run's
hash stays.
"""
import json
import os
import re
import struct
import subprocess
import tempfile

import guestrun
from guestrun import check

FOLDER = tempfile.mkdtemp()
LINE = re.compile(r" *(\d+) \[(\d+)\] (.*)-(\d+) (\w+): (.*)")


def trace(name, *options):
    path = os.path.join(FOLDER, name)
    stats = path + ".stats"
    subprocess.run(
        [os.path.join(guestrun.BUILD, "mmuscope"), "run", "-q",
         guestrun.BOARD, "--trace", path, "--stats", stats, *options, "--",
         *guestrun.guest("cow")], check=True, stdout=subprocess.DEVNULL,
        timeout=guestrun.TIMEOUT)
    hashes.add(json.load(open(stats))["run_hash"])
    return open(path, "rb").read()


# ---- Perfetto's messages ------------------------------------------------------

def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7f) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def fields(data):
    """(number, value) of each field of a message."""
    at = 0
    while at < len(data):
        tag, at = varint(data, at)
        kind = tag & 7
        check(kind in (0, 2), f"wire type {kind}")
        value, at = varint(data, at)
        if kind == 2:
            check(at + value <= len(data), "a field is longer than the file")
            value, at = data[at:at + value], at + value
        yield tag >> 3, value


def signed(value):
    return struct.unpack("<q", struct.pack("<Q", value))[0]


def annotation(data):
    """debug_annotation.proto"""
    read = {3: int, 4: signed, 6: bytes.decode, 7: hex}
    name = value = None
    for number, raw in fields(data):
        if number == 10:
            name = raw.decode()
        else:
            value = read[number](raw)
    return name, value


class Perfetto:
    def __init__(self, data):
        self.tracks, self.events = {}, []
        for number, packet in fields(data):
            check(number == 1, "Trace has packets alone")
            packet = list(fields(packet))
            names = {n for n, _ in packet}
            check(names <= {8, 10, 11, 13, 60}, f"packet fields {names}")
            check(10 in names, "a packet is of no sequence")
            for number, value in packet:
                if number == 60:
                    track = dict(fields(value))
                    self.tracks[track[1]] = track
                elif number == 11:
                    self.event(dict(packet)[8], list(fields(value)))

    def event(self, time, event):
        parts = dict(event)
        check(parts[11] in self.tracks, "a track is described before its use")
        self.events.append((
            time, parts[9], parts[11], parts.get(23, b"").decode(),
            dict(annotation(v) for n, v in event if n == 4), parts.get(30)))

    def thread(self, uuid):
        """ThreadDescriptor of a track, or None."""
        return dict(fields(self.tracks[uuid].get(4, b"")))


def check_perfetto(data, lines):
    p = Perfetto(data)
    depth = {}
    # a viewer sorts by time, and keeps the order of what has the same
    for time, kind, track, name, _, _ in sorted(p.events, key=lambda e: e[0]):
        check(kind in (1, 2, 3, 4), f"event type {kind}")
        depth[track] = depth.get(track, 0) + {1: 1, 2: -1}.get(kind, 0)
        check(depth[track] >= 0, f"at {time} a slice ends that never began")
    check(not any(depth.values()), "a slice never ends")

    faults = [e for e in p.events if e[3].startswith("page_fault_")]
    wanted = [x for x in lines if x["event"].startswith("page_fault_")]
    check(len(faults) == len(wanted) > 100, "as many faults as in the text")
    for event, line in zip(faults, wanted):
        thread = p.thread(event[2])
        check(event[3] == line["event"] and
              event[4]["address"] == line["fields"]["address"] and
              event[4]["how"] == line["fields"]["how"] and
              thread[2] == line["pid"] and thread[1] == line["tgid"] and
              thread[5].decode(), f"{event} is {line}")
    calls = {e[3] for e in p.events if e[1] == 1}
    check({"brk", "clone", "wait4", "write"} <= calls,
          f"system calls by name, not {calls}")
    cpu = [u for u, t in p.tracks.items() if t.get(2) == b"CPU 0"]
    check(any(e[2] == cpu[0] and e[1] == 1 and e[3].startswith("cow-")
              for e in p.events), "who runs on the core")
    free = [e[5] for e in p.events if e[1] == 4 and
            p.tracks[e[2]].get(2) == b"MemFree"]
    check(free and 200 << 20 < max(free) < 256 << 20,
          f"free memory in bytes: {free}")


# ---- the tests -------------------------------------------------------------------

hashes = set()
plain = guestrun.Run(guestrun.guest("cow")).expect().stats["run_hash"]
text = trace("t.txt", "--trace-events", "all").decode()
title, *listed = text.splitlines()
parsed = [LINE.fullmatch(line).groups() for line in listed]
version, *lines = [json.loads(line) for line in trace(
    "t.json", "--trace-events", "all").splitlines()]
check(title == f"# mmuscope trace, schema {version['schema']}",
      "both say first what version they have")

check(len(lines) == len(parsed) > 2000, "as many lines of JSON as of text")
for (cycle, cpu, task, pid, event, rest), line in zip(parsed, lines):
    check((int(cycle), int(cpu), task, int(pid), event) ==
          (line["cycle"], line["cpu"], line["task"], line["pid"],
           line["event"]), f"{line} is another event")
    values = dict(re.findall(r"([\w-]+)=([^ ,]+)", rest))
    for key, value in line["fields"].items():
        check(not key.startswith("arg") or event == "sys_enter",
              f"{event}: a field without a name")
        if key in values and not isinstance(value, int):
            said = values[key]
            check(value == said or int(value, 16) == int(said, 16),
                  f"{event}: {key} is {value} and {said}")
        elif key in values:
            check(str(value) == values[key].rstrip("kB") or
                  int(value) == int(values[key]), f"{event}: {key}")
    # what the text calls by a name, JSON calls so too
    for key in values:
        check(key.replace("-", "_") in line["fields"] or "=0" in key + "=" +
              values[key] or key in ("accounted",),
              f"{event}: {key} is missing in {line['fields']}")

check(trace("again.txt", "--trace-events", "all").decode() == text,
      "the same run has the same trace")
short = trace("last.txt", "--trace-events", "all", "--trace-buffer", "50")
check(short.decode().splitlines()[2:] == text.splitlines()[-50:],
      "the last 50 events")

# where the program's data lie depends on its compiler: half of its addresses
touched = sorted(int(x["fields"]["address"], 16) for x in lines
                 if x["pid"] == 7 and "address" in x["fields"])
first, last = touched[len(touched) // 4], touched[3 * len(touched) // 4]
some = trace("some.json", "--trace-events", "all", "--trace-filter",
             f"pid == 7 && address == {first:#x}..{last:#x} "
             "|| mm_page_alloc && order > 0")
kept = [x for x in lines if x["pid"] == 7 and
        first <= int(x["fields"].get("address", "0"), 16) <= last or
        x["event"] == "mm_page_alloc" and x["fields"]["order"] > 0]
check([json.loads(x) for x in some.splitlines()][1:] == kept and len(kept) > 10,
      "a filter keeps what it says")

check_perfetto(trace("t.pftrace"), lines)
check_perfetto(trace("all.pftrace", "--trace-events", "all"), lines)
check_perfetto(trace("ring", "--trace-format", "perfetto", "--trace-buffer",
                     "100000"), lines)
cut = Perfetto(trace("cut.pftrace", "--trace-buffer", "300"))
check(sum({1: 1, 2: -1}.get(e[1], 0) for e in cut.events) == 0,
      "slices that begin before the trace does end all the same")
check(len(hashes) == 1, f"tracing changes the run: {hashes}")

def panic(name, *options):
    """A trace of a machine that panics for want of memory."""
    path = os.path.join(FOLDER, name)
    done = subprocess.run(
        [os.path.join(guestrun.BUILD, "mmuscope"), "run", "-q",
         guestrun.BOARD, "--set", "memory.size=16M", "--trace", path,
         "--trace-events", "all", *options, "--", "/bin/busybox", "sh", "-c",
         "echo 1 > /proc/sys/vm/panic_on_oom; "
         "a=x; while :; do a=$a$a; done"], stdin=subprocess.DEVNULL,
        capture_output=True, timeout=guestrun.TIMEOUT)
    check(done.returncode == 126 and b"Kernel panic" in done.stderr,
          f"it panics: {done.returncode} {done.stderr}")
    with open(path, encoding="ascii") as file:
        return file.read().splitlines()


check(panic("panic.txt", "--trace-buffer", "80")[2:] ==
      panic("whole.txt")[-80:], "the last 80 events before a panic")

print(f"{len(lines)} events, run {plain}")
