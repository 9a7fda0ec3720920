#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds what we make of a machine's memory against what real Linux makes of it.

  memory.py recorded [NAME...]  boot the machines under mmuscope; what they say
                                must be what the model says, and in Linux's
                                words; the model must say what Linux said
  memory.py real [NAME...]      boot the real kernel, too: its answers must be
                                the recorded ones (without names: those that
                                are marked; skipped when there is no kernel)
  memory.py record [NAME...]    boot the real kernel and record its answers

machines      which machines: RAM and boot arguments
model.py      what Linux makes of them, by its rules
linux-6.1/    the recorded answers, a file for each machine
differences   where we are expected to differ, and why; as ../differences
"""

import concurrent.futures
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import model        # noqa: E402
import oracle       # noqa: E402

RECORDED = os.path.join(HERE, "linux-6.1")
LINUX = model.Build(page_struct=36, orders=12, default_cma=16 * model.M)
OURS = model.Build(page_struct=32, orders=11, default_cma=16 * model.M)
SYSCTLS = ("min_free_kbytes", "lowmem_reserve_ratio")
FILES = ("zoneinfo", "pagetypeinfo", "meminfo", "iomem", "slabinfo") + \
    tuple(f"sys/vm/{name}" for name in SYSCTLS)
MEMINFO = ("MemTotal", "HighTotal", "LowTotal", "CommitLimit", "VmallocTotal",
           "CmaTotal")
SLABS_OF = "256M"       # all machines have the same caches: one is recorded
# Lines of the boot log that are about memory.
LOG = re.compile(
    r"This configuration results|vmalloc area|Zone ranges:|"
    r"  (DMA|Normal|HighMem) +(\[mem|empty)|Movable zone start|  Node \d+: 0x|"
    r"Early memory node|  node +\d+: \[mem|Initmem setup|Built \d+ zonelists|"
    r"cma: Reserved|Memory: |Freeing .*memory|Truncating|Ignoring|"
    r"(Dentry|Inode)-?\s?cache hash")


def fail(why):
    oracle.fail(why)


# ---- machines ----------------------------------------------------------------

def read_machines():
    """name -> (RAM, boot arguments, asked in CI?)"""
    machines = {}
    with open(os.path.join(HERE, "machines")) as lines:
        for line in lines:
            if line.strip() and not line.startswith("#"):
                name, ram, *words = line.split()
                machines[name.lstrip("*")] = (ram, " ".join(words),
                                              name.startswith("*"))
    return machines


def choose(names):
    machines = read_machines()
    unknown = [name for name in names if name not in machines]
    if unknown:
        fail(f"not in machines: {' '.join(unknown)}")
    return {name: machines[name] for name in names or machines}


def ask(machine, *how):
    """What one machine answers: log, and text of each file by name."""
    ram, words, _ = machine
    command = "/bin/sh -c '" + "; ".join(
        f"echo == {name}; cat /proc/{name}" for name in FILES) + "'"
    done = subprocess.run(
        [oracle.ORACLE, "--json", "--log", "--memory", ram, "--append", words,
         "--limit", str(oracle.LIMIT), *how, command], stdout=subprocess.PIPE)
    if done.returncode:
        fail(f"{ram} {words}: tools/linux-oracle ended with {done.returncode}")
    answer = json.loads(done.stdout)
    parts = re.split(r"^== (\S+)\n", answer["programs"][0]["text"],
                     flags=re.M)
    return answer["log"], dict(zip(parts[1::2], parts[2::2]))


# ---- facts of a machine, a line each -------------------------------------------

def zone_facts(text):
    for part in re.split(r"^Node \d+, zone +", text, flags=re.M)[1:]:
        def number(key):
            return int(re.search(rf"^ *{key} +(\d+)$", part, re.M)[1])

        line = f"zone {part.split()[0]} " + " ".join(
            f"{key}={number(key)}" for key in ("min", "low", "high", "spanned",
                                               "present", "managed", "cma"))
        line += " protection=[" + \
            re.search(r"protection: \((.*)\)", part)[1] + "]"
        if number("present"):
            line += (f" start_pfn={number('start_pfn:')} "
                     f"pcp_batch={number('batch:')} "
                     f"pcp_high={number('high:')} "
                     f"threshold={number('vm stats threshold:')}")
        yield line


def block_facts(text):
    names = re.search(r"^Number of blocks type +(.*)$", text, re.M)[1].split()
    for zone, counts in re.findall(r"^Node \d+, zone +(\S+) +([\d ]+)$",
                                   text.partition("Number of blocks")[2],
                                   re.M):
        by_type = dict(zip(names, map(int, counts.split())))
        yield f"blocks {zone} all={sum(by_type.values())} cma={by_type['CMA']}"


def slab_facts(text):
    """Caches' names, sizes of their objects, and what their slabs hold."""
    for name, size, nr, pages in re.findall(
            r"^(\S+) +\d+ +\d+ +(\d+) +(\d+) +(\d+) : tunables", text, re.M):
        yield f"slab {name} objsize={size} objperslab={nr} pagesperslab={pages}"


def memblock_facts(log):
    """The kinds of lines that memblock=debug adds, without their numbers."""
    kinds = set()
    for line in log.splitlines():
        if re.match(r"memblock_\w+: | ?(memory|reserved)[ .[]|MEMBLOCK", line):
            line = re.sub(r"0x[0-9a-f]+", "X", line)
            line = re.sub(r"(bytes .*|\]|flags: X) [a-z_]\S*$", r"\1 CALLER",
                          line)
            kinds.add(re.sub(r"-?\b\d+", "N", line))
    return sorted(f"memblock {kind}" for kind in kinds)


def machine_facts(log, files):
    lines = [f"log {line}" for line in log.splitlines() if LOG.match(line)]
    lines += zone_facts(files["zoneinfo"])
    lines += block_facts(files["pagetypeinfo"])
    kbytes = dict(re.findall(r"^(\S+): +(\d+) kB$", files["meminfo"], re.M))
    lines += [f"meminfo {name} {kbytes[name]}" for name in MEMINFO]
    lines += [f"iomem {line}" for line in files.get("iomem", "").splitlines()
              if re.search("System RAM|Kernel code|Kernel data", line)]
    lines += [f"vm {name} {files['sys/vm/' + name].splitlines()[0]}"
              for name in SYSCTLS]
    return lines + memblock_facts(log) + sorted(slab_facts(files["slabinfo"]))


# ---- what the model is told ------------------------------------------------------

def find(lines, pattern, default="0"):
    for line in lines:
        match = re.match(pattern, line)
        if match:
            return match[1]
    return default


def boot_of(lines, ram):
    """What no rule tells: pages of each zone, and what was freed late."""
    managed = {zone: int(find(lines, rf"zone {zone} .*managed=(\d+)"))
               for zone in model.ZONES}
    return model.Boot(
        managed=managed, kernel=model.RAM_BASE + 4 * model.M,
        init_pages=int(find(lines, r"log Freeing unused kernel image "
                            r"\(initmem\) memory: (\d+)K")) // 4,
        initrd_pages=int(find(lines, r"log Freeing initrd memory: "
                              r"(\d+)K")) // 4,
        initrd=model.RAM_BASE + min(ram // 2, 128 * model.M))


# Lines in which the model has no say.
OF_IMAGE = re.compile(r"log (Memory: |Freeing )|iomem +\S+ : Kernel|"
                      r"slab |memblock ")


def check_memory_line(lines):
    """The sums behind "Memory: available/all"; returns a list of faults."""
    line = next(line for line in lines if line.startswith("log Memory: "))
    free, total, reserved, cma = (
        int(re.search(pattern, line)[1]) for pattern in (
            r"(\d+)K/", r"/(\d+)K", r"(\d+)K reserved", r"(\d+)K cma"))
    freed = sum(map(int, re.findall(r"Freeing .*: (\d+)K", "\n".join(lines))))
    end = int(find(lines, r"meminfo MemTotal (\d+)"))
    faults = []
    if free + reserved + cma != total:
        faults.append(f"{free}K + {reserved}K + {cma}K are not {total}K")
    if free + cma + freed != end:
        faults.append(f"{free}K + {cma}K + {freed}K freed later are not "
                      f"MemTotal, {end}K")
    return faults


def check_model(whose, name, machine, build, lines):
    """Holds @lines against the model; returns how many faults it found."""
    ram = model.size_of(machine[0])
    expected = model.facts(ram, machine[1], build, boot_of(lines, ram))
    known = [line for line in lines if not OF_IMAGE.match(line)]
    found = [f"- {line}" for line in expected if line not in known]
    found += [f"+ {line}" for line in known if line not in expected]
    if not found and known != expected:
        found = [f"order: - {a}\n       + {b}"
                 for a, b in zip(expected, known) if a != b]
    faults = check_memory_line(lines)
    if found or faults:
        print(f"\n{name}: the model (-) and {whose} (+)")
        print("\n".join(found + faults))
    return len(found) + len(faults)


# ---- beside real Linux, without the model ------------------------------------------

# Where neither can be as the other, and why.
LINUX_ALONE = {
    "memblock memblock_phys_free: [X-X] CALLER":
        "memory of the first chunk of per-CPU variables; there are none here",
}
MERGED = "Debian's kernel merges it with another cache of that size"
OURS_ALONE = {
    "fs_cache": MERGED,
    "ksm_mm_slot": MERGED,
    "ksm_rmap_item": MERGED,
    "ksm_stable_node": MERGED,
}


def named(lines, kind):
    """Second word -> line, of the lines of a @kind."""
    return {line.split()[1]: line for line in lines
            if line.startswith(f"{kind} ")}


def check_slabs(real, ours):
    """Caches that both have are equal; returns the faults."""
    if not named(real, "slab"):
        return []
    real, ours = named(real, "slab"), named(ours, "slab")
    faults = [f"{name}: real Linux has no such cache"
              for name in ours if name not in real and name not in OURS_ALONE]
    return faults + [f"- {real[name]}\n+ {ours[name]}" for name in ours
                     if name in real and real[name] != ours[name]]


def check_memblock(real, ours):
    real, ours = ({line for line in lines if line.startswith("memblock ")}
                  for lines in (real, ours))
    return [f"- {line}" for line in sorted(real - ours)
            if line not in LINUX_ALONE] + \
        [f"+ {line}" for line in sorted(ours - real)]


def image_kbytes(lines):
    """What of the image stays reserved: all but .init."""
    code = int(find(lines, r"iomem +(\w+)-\w+ : Kernel code"), 16)
    data = int(find(lines, r"iomem +\w+-(\w+) : Kernel data"), 16)
    init = int(find(lines, r".*\(initmem\) memory: (\d+)K"))
    return (data + 1 - code >> 10) - init


def check_total(real, ours):
    """
    MemTotal is within 2 % of real Linux's, if it were not for the images and
    the struct pages, which are smaller here.
    """
    def total(lines, build):
        frames = sum(int(spanned) for spanned in re.findall(
            r"spanned=(\d+)", "\n".join(lines)))
        return int(find(lines, r"meminfo MemTotal (\d+)")) + \
            image_kbytes(lines) + frames * build.page_struct // 1024

    theirs, mine = total(real, LINUX), total(ours, OURS)
    return [f"MemTotal, without the image: {theirs} kB on real Linux, "
            f"{mine} kB here"] if abs(theirs - mine) > theirs // 50 else []


def check_beside(name, real, ours):
    found = check_slabs(real, ours) + check_memblock(real, ours) + \
        check_total(real, ours)
    if found:
        print(f"\n{name}: real Linux (-) and mmuscope (+)")
        print("\n".join(found))
    return len(found)


# ---- verbs -----------------------------------------------------------------------

def path_of(name):
    return os.path.join(RECORDED, name)


def recorded_lines(name):
    if not os.path.exists(path_of(name)):
        fail(f"{name} has no recorded answer: memory.py record {name}")
    with open(path_of(name)) as text:
        return text.read().splitlines()


def ask_all(machines, *how):
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        answers = pool.map(lambda machine: machine_facts(*ask(machine, *how)),
                           machines.values())
        return dict(zip(machines, answers))


def compare_recorded(names):
    machines, bad = choose(names), 0
    for name, machine in machines.items():
        bad += check_model("real Linux", name, machine, LINUX,
                           recorded_lines(name))
    if bad:
        fail("the model isn't Linux's: nothing of ours was looked at")
    for name, lines in ask_all(machines, "--here").items():
        bad += check_model("mmuscope", name, machines[name], OURS, lines)
        bad += check_beside(name, recorded_lines(name), lines)
    if bad:
        fail(f"{bad} differences")
    print(f"{len(machines)} machines: as the model says, which says of all "
          "of them what real Linux said")


def compare_real(names):
    if oracle.available(False) is None:
        print("SKIPPED: no real kernel here")
        sys.exit(oracle.SKIPPED)
    machines = choose(names or [name for name, (_, _, often)
                                in read_machines().items() if often])
    bad = 0
    for name, lines in ask_all(machines).items():
        bad += check_model("real Linux", name, machines[name], LINUX, lines)
    if bad:
        fail(f"{bad} differences")
    print(f"{len(machines)} machines answer as the model says")


def record(names):
    if oracle.available(False) is None:
        sys.exit(1)
    os.makedirs(RECORDED, exist_ok=True)
    for name, lines in ask_all(choose(names)).items():
        with open(path_of(name), "w") as out:
            out.writelines(line + "\n" for line in lines if name == SLABS_OF
                           or not line.startswith("slab "))
        print(f"recorded {name}: {len(lines)} lines")


def main():
    verbs = {"recorded": compare_recorded, "real": compare_real,
             "record": record}
    if len(sys.argv) < 2 or sys.argv[1] not in verbs:
        print(__doc__, file=sys.stderr)
        return 2
    verbs[sys.argv[1]](sys.argv[2:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
