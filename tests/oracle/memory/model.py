# SPDX-License-Identifier: GPL-2.0-or-later
"""What Linux 6.1 makes of a machine's RAM: a slow and obvious model.

From RAM, boot arguments and a few constants of the kernel's build it tells the
zones, the reserves and the lines of the boot log. The one thing it must be
told is how many pages of each zone the buddy allocator got, because that is a
matter of the image's size.

It is written from what Linux does, not from our kernel's code, and has to tell
the real kernel's numbers exactly before it may judge ours.
"""

import re
from dataclasses import dataclass, field
from math import isqrt

PAGE = 4096
M = 1 << 20
RAM_BASE = 0x40000000
PAGE_OFFSET = 0xc0000000
VMALLOC_END = 0xff800000
VMALLOC_GAP = 8 * M             # between lowmem and the vmalloc area
ZONES = ("DMA", "Normal", "HighMem", "Movable")
LOWMEM_RESERVE_RATIO = {"DMA": 256, "Normal": 32, "HighMem": 0, "Movable": 0}


@dataclass
class Build:
    """Constants of one kernel's build."""
    page_struct: int            # bytes of a struct page
    orders: int                 # of the buddy allocator
    default_cma: int            # bytes, without cma=

    @property
    def block(self):            # pages of a pageblock, the largest order
        return 1 << (self.orders - 1)


@dataclass
class Zone:
    name: str
    start: int = 0              # frames
    end: int = 0
    present: int = 0
    managed: int = 0            # at the end of the boot
    early_managed: int = 0      # before .init and the initrd were freed
    cma: int = 0
    min: int = 0
    low: int = 0
    high: int = 0
    protection: list = field(default_factory=lambda: [0] * len(ZONES))

    @property
    def spanned(self):
        return self.end - self.start

    def facts(self):
        """The line that memory.py makes of /proc/zoneinfo."""
        line = (f"zone {self.name} min={self.min} low={self.low} "
                f"high={self.high} spanned={self.spanned} "
                f"present={self.present} managed={self.managed} "
                f"cma={self.cma} protection={self.protection}")
        if self.present:
            batch = pcp_batch(self.early_managed)
            line += (f" start_pfn={self.start} pcp_batch={batch} "
                     f"pcp_high={max(self.low, 4 * batch)} "
                     f"threshold={stat_threshold(self.early_managed)}")
        return line


def size_of(text):
    """A number as boot arguments have it: 64M, 0x1000, 1G."""
    number, unit = re.match(r"(0x[0-9a-f]+|\d+)([kKmMgG]?)", text).groups()
    return int(number, 0) << {"": 0, "K": 10, "M": 20, "G": 30}[unit.upper()]


def up(number, to):
    return (number + to - 1) // to * to


def power_of_two_up(number):
    return 1 << (number - 1).bit_length()


# ---- where RAM is -------------------------------------------------------------

def parse(bootargs):
    """Lists of values by name."""
    words = {}
    for word in bootargs.split():
        name, _, value = word.partition("=")
        words.setdefault(name, []).append(value)
    return words


def banks(size, words):
    """
    [start, end) of each stretch of RAM. The first mem= makes Linux forget what
    the device tree said; each of them adds one, at the beginning of RAM if it
    doesn't say where. The last byte below 4 GB is out of reach of 32 bits.
    """
    found = []
    for value in words.get("mem", []):
        length, _, at = value.partition("@")
        start = size_of(at) if at else RAM_BASE
        found.append((start, start + size_of(length) // PAGE * PAGE))
    return [(start, min(end, (1 << 32) - 1)) for start, end in
            sorted(found) or [(RAM_BASE, RAM_BASE + size)]]


def lowmem_end(ram, words):
    """
    Where lowmem ends: the linear map has no room for more, or the last bank
    that begins within it ends.
    """
    vmalloc = size_of(words["vmalloc"][-1]) if "vmalloc" in words else 240 * M
    vmalloc = max(vmalloc, 16 * M)
    top = VMALLOC_END - vmalloc - VMALLOC_GAP - PAGE_OFFSET + RAM_BASE
    return max(min(top, end) for start, end in ram if start < top)


def cma_area(ram, low_end, build, words):
    """[start, end) of the default area; the same twice: there is none."""
    value = words.get("cma", [str(build.default_cma)])[-1]
    length, _, at = value.partition("@")
    align = build.block * PAGE
    length = up(size_of(length), align)
    if not length:
        return 0, 0
    if at:
        return size_of(at), size_of(at) + length
    # In highmem if it has room for it.
    for bottom, top in ((low_end, ram[-1][1]), (RAM_BASE, low_end)):
        start = (top - length) // align * align
        if start >= bottom:
            return start, start + length
    return 0, 0


# ---- zones --------------------------------------------------------------------

def present_pages(ram, start, end):
    return sum(max(0, min(end, bank_end // PAGE) - max(start, bank // PAGE))
               for bank, bank_end in ram)


def amount(value, total):
    """kernelcore= and movablecore=: a size or a percentage; in pages."""
    if value.endswith("%"):
        return total * 100 * int(value[:-1]) // 10000
    return size_of(value) // PAGE


def movable_start(ram, top_start, build, words):
    """
    The first movable frame, 0: none. What kernelcore= keeps is counted from
    the lowest frame on, but only the highest zone is cut.
    """
    total = present_pages(ram, 0, 1 << 20)
    core = movable = 0
    if "kernelcore" in words and words["kernelcore"][-1] != "mirror":
        core = amount(words["kernelcore"][-1], total)
    if "movablecore" in words:
        movable = amount(words["movablecore"][-1], total)
    if movable:
        movable = min(up(movable, build.block), total)
        core = max(core, total - movable)
    if not core or core >= total:
        return 0
    first, left = 0, core
    for bank, bank_end in ram:
        start, end = bank // PAGE, bank_end // PAGE
        if start < top_start:
            left -= min(min(end, top_start) - start, left)
            if end <= top_start:
                first = end
                continue
            start = top_start
        take = min(end - start, left)
        first = start + take
        left -= take
        if not left:
            break
    first = up(first, build.block)
    return first if first < ram[-1][1] // PAGE else 0


def make_zones(ram, low_end, build, words):
    """All lowmem is ZONE_DMA: that is how Debian's kernel is built."""
    first, last = ram[0][0] // PAGE, ram[-1][1] // PAGE
    low = low_end // PAGE
    zones = {name: Zone(name) for name in ZONES}
    zones["DMA"].start, zones["DMA"].end = first, low
    if last > low:
        zones["HighMem"].start, zones["HighMem"].end = low, last
    top = zones["HighMem"] if last > low else zones["DMA"]
    movable = movable_start(ram, top.start, build, words)
    if movable:
        zones["Movable"].start, zones["Movable"].end = movable, last
        top.end = movable
    for zone in zones.values():
        zone.present = present_pages(ram, zone.start, zone.end)
        if not zone.present:    # nothing left of the highest zone
            zone.start = zone.end = 0
    return zones, movable


# ---- reserves -----------------------------------------------------------------

def pcp_batch(managed):
    batch = max(min(managed // 1024, M // PAGE) // 4, 1)
    batch += batch // 2
    return max((1 << (batch.bit_length() - 1)) - 1, 1)


def stat_threshold(managed, cpus=1):
    mem = managed >> (27 - 12)
    return min(125, 2 * cpus.bit_length() * (1 + mem.bit_length()))


def set_watermarks(zones, high_names):
    """Returns min_free_kbytes."""
    usable = sum(zones[name].early_managed for name in ("DMA", "Normal"))
    min_free = min(max(isqrt(usable * 4 * 16), 128), 262144)
    pages_min = min_free // 4
    lowmem = sum(zone.early_managed for zone in zones.values()
                 if zone.name not in high_names)
    for zone in zones.values():
        share = pages_min * zone.early_managed // lowmem
        zone.min = share
        if zone.name in high_names:
            zone.min = min(max(zone.early_managed // 1024, 32), 128)
        gap = max(share // 4, zone.early_managed * 10 // 10000)
        zone.low, zone.high = zone.min + gap, zone.min + 2 * gap
    for i, name in enumerate(ZONES):
        above, ratio = 0, LOWMEM_RESERVE_RATIO[name]
        for j in range(i + 1, len(ZONES)):
            above += zones[ZONES[j]].early_managed
            if ratio and zones[name].early_managed:
                zones[name].protection[j] = above // ratio
    return min_free


# ---- the boot log -------------------------------------------------------------

def span(start, end):
    """Of whole frames, as the log has it."""
    return f"[mem {start:#018x}-{end // PAGE * PAGE - 1:#018x}]"


def log_of_zones(ram, low_end, movable):
    last = ram[-1][1]
    lines = ["Zone ranges:",
             f"  DMA      {span(ram[0][0], low_end)}",
             "  Normal   empty",
             "  HighMem  " + (span(low_end, last) if last > low_end
                              else "empty"),
             "Movable zone start for each node"]
    if movable:
        lines.append(f"  Node 0: {movable * PAGE:#018x}")
    lines.append("Early memory node ranges")
    lines += [f"  node   0: {span(*bank)}" for bank in ram]
    return lines + [f"Initmem setup node 0 {span(ram[0][0], last)}"]


def hash_log(name, scale, pages):
    """A bucket for each 2^@scale bytes."""
    pages = up(pages, M // PAGE)
    entries = power_of_two_up(pages >> (scale - 12))
    size = entries * 4
    order = max(size // PAGE - 1, 0).bit_length()
    return (f"{name} hash table entries: {entries} (order: {order}, "
            f"{size} bytes, linear)")


def page_counts(zones, high_names, build):
    """Before anything is freed: all pages, and those for hash tables."""
    total = kernel = 0
    for zone in zones.values():
        pages = zone.present
        struct_pages = up(zone.spanned * build.page_struct, PAGE) // PAGE
        if zone.name not in high_names:
            pages -= struct_pages
            kernel += pages
        elif kernel > 2 * struct_pages:
            kernel -= struct_pages
        total += pages
    return total, kernel


# ---- the whole ----------------------------------------------------------------

@dataclass
class Boot:
    """What only the machine can tell."""
    managed: dict               # zone -> pages at the end
    init_pages: int             # of the image, freed at the end
    initrd_pages: int
    initrd: int                 # its address
    kernel: int                 # an address within the image


def zone_of(zones, paddr):
    for zone in zones.values():
        if zone.start <= paddr // PAGE < zone.end:
            return zone
    return None


def blocks(zone, ram, cma, build):
    """
    Pageblocks of the zone that begin with a frame that is there, and how many
    of them are the CMA area's.
    """
    all_of_it = of_cma = 0
    for block in range(zone.start // build.block,
                       up(zone.end, build.block) // build.block):
        first = block * build.block
        if first < zone.start or not present_pages(ram, first, first + 1):
            continue
        all_of_it += 1
        of_cma += cma[0] <= first * PAGE < cma[1]
    return all_of_it, of_cma


def facts(size, bootargs, build, boot):
    """The lines that memory.py should find on the machine."""
    words = parse(bootargs)
    ram = banks(size, words)
    low_end = lowmem_end(ram, words)
    zones, movable = make_zones(ram, low_end, build, words)
    high_names = {"HighMem"}
    if ram[-1][1] > low_end:    # then movable memory is highmem as well
        high_names.add("Movable")
    cma = cma_area(ram, low_end, build, words)

    for zone in zones.values():
        zone.managed = zone.early_managed = boot.managed[zone.name]
        zone.cma = present_pages([cma], zone.start, zone.end)
    zone_of(zones, boot.kernel).early_managed -= boot.init_pages
    if boot.initrd_pages:
        zone_of(zones, boot.initrd).early_managed -= boot.initrd_pages
    min_free = set_watermarks(zones, high_names)
    total, kernel = page_counts(zones, high_names, build)

    lines = []
    if "mirror" in words.get("kernelcore", []):
        lines.append("This configuration results in unmirrored kernel memory.")
    if "vmalloc" in words and size_of(words["vmalloc"][-1]) < 16 * M:
        lines.insert(0, "vmalloc area is too small, limiting to 16MiB")
    if cma[1]:
        lines.append(f"cma: Reserved {(cma[1] - cma[0]) // M} MiB at "
                     f"{cma[0]:#010x}")
    lines += log_of_zones(ram, low_end, movable)
    grouping = "on" if total >= build.block * 4 else "off"
    lines += [f"Built 1 zonelists, mobility grouping {grouping}.  "
              f"Total pages: {total}",
              hash_log("Dentry cache", 13, kernel),
              hash_log("Inode-cache", 14, kernel)]
    lines = [f"log {line}" for line in lines]

    lines += [zone.facts() for zone in zones.values()]
    for zone in zones.values():
        if zone.present:
            found = blocks(zone, ram, cma, build)
            lines.append(f"blocks {zone.name} all={found[0]} cma={found[1]}")

    managed = sum(boot.managed.values()) * 4
    high = sum(boot.managed[name] for name in high_names) * 4
    vmalloc_start = (low_end - RAM_BASE + PAGE_OFFSET +
                     VMALLOC_GAP) // VMALLOC_GAP * VMALLOC_GAP
    for name, value in (("MemTotal", managed), ("HighTotal", high),
                        ("LowTotal", managed - high),
                        ("CommitLimit", managed // 4 * 50 // 100 * 4),
                        ("VmallocTotal", (VMALLOC_END - vmalloc_start) >> 10),
                        ("CmaTotal", (cma[1] - cma[0]) >> 10)):
        lines.append(f"meminfo {name} {value}")
    lines += [f"iomem {start:08x}-{end - 1:08x} : System RAM"
              for start, end in ram]
    lines.append(f"vm min_free_kbytes {min_free}")
    lines.append("vm lowmem_reserve_ratio 256\t32\t0\t0")
    return lines
