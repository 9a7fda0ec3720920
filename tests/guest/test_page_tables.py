#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""`mmuscope page-tables` beside the kernel's own file and what a guest knows:
the kernel's dump word for word; each page of a process, with Linux's word, the
hardware's made of it by the rules of 2-level ARM, and both in the right place
of one page; ranges, moments, JSON."""
import json
import os
import re
import subprocess

from guestrun import ALLOCATOR, BOARD, BUILD, check, guest

FILE = "/sys/kernel/debug/kernel_page_tables"


def tables(*args, board=BOARD, program=guest("pagefacts")):
    """(stdout, stderr) of one run."""
    command = [os.path.join(BUILD, "mmuscope"), "page-tables", board]
    for setting in ["kernel.verify=end", *ALLOCATOR]:
        command += ["--set", setting]
    done = subprocess.run([*command, *args, "--", *program], input="",
                          capture_output=True, text=True, timeout=60)
    check(done.returncode == 0, f"{args}: status {done.returncode}: "
          f"{done.stdout}{done.stderr}")
    return done.stdout, done.stderr


# ---- the kernel's: what cat saw just before it ended
dump, seen = tables(program=["/bin/cat", FILE])
# (behind it a sanitizer may have its say)
check(seen.startswith(dump.split("\n", 2)[2]) and
      dump.endswith("Vectors End ]---\n"), f"{dump}\nis not\n{seen}")
constants = next(line for line in dump.split("\n") if " KERNEL " in line and
                 line.split()[3:5] == ["ro", "NX"])
part = tables("--va", constants.split()[0].replace("0x", ""),
              program=["/bin/cat", FILE])[0]
check(part.split("\n")[2:] == ["---[ Kernel Mapping ]---", constants, ""],
      f"{part}\nis not\n{constants}")
check(tables("--va", "90000000-90800000")[0].count("\n") == 3,
      "the hole above lowmem, with nothing but a marker")

# ---- a process's, by entries
L_YOUNG, L_DIRTY, L_RDONLY, L_USER, L_XN = 2, 1 << 6, 1 << 7, 1 << 8, 1 << 9


def hardware(word):
    """The small page that a present Linux word of user memory means."""
    if not word & L_YOUNG:
        return 0
    may_write = word & L_DIRTY and not word & L_RDONLY
    bits = 0x2 | (word & 0xc) | 1 << 11      # small; C and B; nG
    bits |= 1 << 4 | (1 << 5 if word & L_USER else 0)   # AP0, AP1
    bits |= 0 if may_write else 1 << 9                  # AP2
    return word & 0xfffff000 | bits | (1 if word & L_XN else 0)


text, said = tables("--pid", "pagefacts", "--entries", "--json")
answer = json.loads(text)
level1 = {int(e["va"], 16): e for e in answer["entries"] if e["level"] == 1}
pages = {int(e["va"], 16): e for e in answer["entries"] if e["level"] == 2}
first = int(answer["tables"]["first_level_at"], 16)
users = 0
for va, entry in pages.items():
    at, linux_at = (int(entry[key], 16) for key in ("descriptor_at",
                                                    "linux_at"))
    table = int(level1[va & 0xfff00000]["word"], 16) & ~0x3ff
    # each MB has 1 KB of a page: Linux's two halves, then the hardware's
    check(at == table + (va >> 12 & 0xff) * 4, f"{entry}")
    check(linux_at == at - 2048 and linux_at >> 12 == at >> 12, f"{entry}")
    check((at >> 10 & 1) == (va >> 20 & 1), f"{entry}")
    if va < 0x7f000000:
        word = int(entry["linux_word"], 16)
        check(int(entry["word"], 16) == hardware(word),
              f"{entry}: {hardware(word):#x}")
        users += 1
for va, entry in level1.items():
    check(int(entry["descriptor_at"], 16) == first + (va >> 20) * 4,
          f"{entry}")
check(users > 20, f"{users} pages")

facts = [line.split() for line in said.splitlines()
         if re.match(r"\w+ \d+ 0x\w+ 0x\w+ \d+ 0x", line)]
check(len(facts) == 4, said)
for name, _, va, pfn, *_ in facts:
    entry = pages[int(va, 16) & ~0xfff]
    check(int(entry["linux_word"], 16) >> 12 == int(pfn, 16), f"{name}")

# ---- as stretches: those pages and no others, alike where their words are
text, _ = tables("--pid", "pagefacts", "--va", "0-7f000000")
check(text.startswith(f"after {answer['cycle']} cycles"), text[:80])
covered = set()
for start, end, rights in re.findall(
        r"^0x(\w{8})-0x(\w{8}) +\d+[KM] USER    (.*)$", text, re.M):
    for va in range(int(start, 16), int(end, 16), 4096):
        word = int(pages[va]["linux_word"], 16)
        check(rights.split()[:3] ==
              ["USR", "ro" if word & L_RDONLY else "RW",
               "NX" if word & L_XN else "x"], f"{va:#x} {rights}")
        covered.add(va)
check(covered == {va for va in pages if va < 0x7f000000}, f"{text}")

# ---- moments: its third fault has fewer pages than its end
early = json.loads(tables("--pid", "pagefacts", "--at", "fault:5", "--json",
                          "--va", "0-7f000000")[0])
check(early["faults"] == 5 and early["cycle"] < answer["cycle"], f"{early}")
check(early["tables"]["comm"] == "pagefacts", f"{early}")
print(f"{users} user pages")
