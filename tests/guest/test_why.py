#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`mmuscope why` beside what a guest reads in pagemap, kpagecount, kpageflags."""
import json
import os
import subprocess

from guestrun import ALLOCATOR, BOARD, BUILD, check, guest

FLAGS = {0: "locked", 2: "referenced", 3: "uptodate", 4: "dirty", 5: "lru",
         6: "active", 14: "swapbacked", 18: "unevictable", 33: "mlocked"}
KPF_ANON = 1 << 12
KPF_BUDDY = 1 << 10


def why(*args, status=0, program=guest("pagefacts")):
    """(stdout, stderr) of one run."""
    command = [os.path.join(BUILD, "mmuscope"), "why", BOARD]
    for setting in ["kernel.verify=end", *ALLOCATOR]:
        command += ["--set", setting]
    done = subprocess.run([*command, *args, "--", *program], input="",
                          capture_output=True, text=True, timeout=60)
    check(done.returncode == status, f"{args}: status {done.returncode}: "
          f"{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


def pages(text):
    """What the guest printed, by name."""
    rows = [line.split() for line in text.splitlines() if " 0x" in line]
    return {row[0]: {"pid": int(row[1]), "va": int(row[2], 16),
                     "pfn": int(row[3], 16), "count": int(row[4]),
                     "flags": int(row[5], 16)}
            for row in rows if len(row) == 6}


facts = pages(why("--page", "0x60200")[1])
check(set(facts) == {"own", "cow", "shared", "text"}, f"told: {facts}")
check([facts[name]["count"] for name in ("own", "cow", "shared")] ==
      [1, 2, 2], f"as it should be for this program: {facts}")
for name, page in facts.items():
    va = f"{page['pid']}:{page['va']:#x}"
    answer = json.loads(why("--va", va, "--json")[0])
    address = answer["address"]
    check(int(address["pfn"], 16) == page["pfn"], f"{name}: {address}")
    check(int(address["linux_word"], 16) >> 12 == page["pfn"], name)
    # the words of the walk: the second holds the frame, the first the table
    l1, l2 = answer["walk"]
    check(int(l2["word"], 16) >> 12 == page["pfn"], f"{name}: {l2}")
    check(int(l1["word"], 16) & ~0x3ff ==
          int(l2["descriptor_at"], 16) & ~0x3ff, f"{name}: {l1} {l2}")
    check(int(l2["descriptor_at"], 16) & 0x3ff ==
          (page["va"] >> 12 & 0xff) * 4, f"{name}: {l2}")
    verdict = {a["kind"]: a["verdict"] for a in answer["access"]}
    check(verdict == {"read": "allowed",
                      "write": "allowed" if name in ("own", "shared")
                      else "permission",
                      "fetch": "allowed" if name == "text"
                      else "permission"}, f"{name}: {verdict}")
    for entry in answer["tlb"]:
        check(int(entry["physical"], 16) >> 12 == page["pfn"], f"{entry}")

    answer = json.loads(why("--page", hex(page["pfn"]), "--json")[0])
    frame, mappers = answer["frame"], answer["mapped_by"]
    check(len(mappers) == page["count"] == frame["mapcount"],
          f"{name}: {page['count']} by kpagecount, {mappers}")
    check(any(m["pid"] == page["pid"] and
              int(m["at"], 16) == page["va"] & ~0xfff for m in mappers),
          f"{name}: {mappers}")
    check(len({m["pid"] for m in mappers}) == page["count"], f"{mappers}")
    flags = set(frame["flags"].split("|"))
    for bit, flag in FLAGS.items():
        check((page["flags"] >> bit & 1) == (flag in flags),
              f"{name}: {flag}: {page['flags']:#x}, {flags}")
    check((frame["use"] == "anonymous memory") ==
          bool(page["flags"] & KPF_ANON), f"{name}: {frame}")
    history = [event["event"] for event in answer["history"]]
    check(any(" mm_page_alloc: " in event for event in history),
          f"{name}: {history}")
    check(history[-1].split("-")[0] == "pagefacts", f"{name}: {history}")

# At the end all is over: the frame of the program's own memory is free again,
# and the last thing that happened to it says so.
own = facts["own"]
answer = json.loads(why("--page", hex(own["pfn"]), "--at", "end", "--json")[0])
check(answer["frame"]["use"].startswith("free") and
      not answer["mapped_by"], f"{answer}")
check("mm_page_free" in answer["history"][-1]["event"], f"{answer}")
# Before its first fault there is no such process; faults are counted from 1.
text, messages = why("--va", f"{own['pid']}:{own['va']:#x}", "--at", "fault:3",
                     status=125)
check("has nothing at" in messages and "below lies" in messages, messages)
answer = json.loads(why("--page", hex(own["pfn"]), "--at", "fault:3",
                        "--json")[0])
check(answer["faults"] == 3, f"{answer}")
late = json.loads(why("--page", hex(own["pfn"]), "--at", "cycle:60000",
                      "--json")[0])
check(late["cycle"] >= 60000 and late["faults"] > 3, f"{late}")
# The kernel's part: its linear map of the same frame, in a section, is closed
# to the program; of the vectors it may read and run the helpers.
linear = 0x80000000 + (own["pfn"] - 0x60000 << 12)
for va, levels, frame, allowed in [(linear, 1, own["pfn"], ()),
                                   (0xffff0fa0, 2, None, ("read", "fetch")),
                                   (0xbfff0000, 1, None, None)]:
    answer = json.loads(why("--va", f"{own['pid']}:{va:x}", "--json")[0])
    check("kernel" in answer["address"]["vma"] and
          len(answer["walk"]) == levels, f"{answer}")
    check({a["kind"]: a["verdict"] for a in answer["access"]} ==
          {kind: "translation" if allowed is None else
           "allowed" if kind in allowed else "permission"
           for kind in ("read", "write", "fetch")}, f"{answer}")
    check(not frame or int(answer["walk"][0]["word"], 16) >> 20 == frame >> 8,
          f"{answer}")
# Asked twice, told the same; and the text has what JSON has.
once = why("--page", hex(own["pfn"]))[0]
check(once == why("--page", hex(own["pfn"]))[0], "two runs differ")
check(f"  pfn                      {own['pfn']:#x}\n" in once and
      "\nmapped by: 1\n" in once and " mm_page_alloc: " in once, once)
print(f"{len(facts)} pages, {len(history)} events for the last")
