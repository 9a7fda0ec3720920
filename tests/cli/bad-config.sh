#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every kind of bad configuration: one message of exactly this shape on
# standard error, nothing on standard output, exit status 125. The board is
# always the file x.yaml in a folder of its own.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
checked=0 failed=0

# expect MESSAGE COMMAND...: that it fails so
expect() {
	local message=$1 status
	shift
	"$mmuscope" "$@" > out 2> err
	status=$?
	checked=$((checked + 1))
	if [ $status != 125 ] || [ -s out ] || [ "$(cat err)" != "$message" ]
	then
		failed=$((failed + 1))
		printf 'mmuscope %s\n' "$*"
		printf '  wanted: %s\n' "$message"
		printf '  got:    %s (status %s)\n' "$(cat err)" $status
		[ ! -s out ] || echo "  and something on standard output"
	fi
}

# bad BOARD MESSAGE: that a board file with the text BOARD (escapes as in
# printf) is refused, by run as well as by config
bad() {
	printf '%b' "$1" > x.yaml
	expect "$2" config x.yaml
	expect "$2" run -q x.yaml /bin/true
}

# set KEY=VALUE MESSAGE: that --set is refused
set_() {
	printf 'name: x\n' > x.yaml
	expect "--set $1: $2" config x.yaml --set "$1"
	expect "--set $1: $2" run x.yaml --set "$1" -- /bin/true
}

later() {
	echo "$1 does not exist yet, a later version brings it; leave it $2"
}

# ---- keys ----------------------------------------------------------------

bad 'name: x\ncpu:\n  tlb:\n    entrys: 64\n' \
	'x.yaml:4:5: cpu.tlb.entrys: unknown key; did you mean cpu.tlb.entries?'
bad 'tlb:\n  entries: 64\n' 'x.yaml:1:1: tlb: unknown key; did you mean cpu.tlb?'
bad 'entries: 64\n' \
	'x.yaml:1:1: entries: unknown key; did you mean cpu.tlb.entries?'
bad 'memroy: {size: 64M}\n' \
	'x.yaml:1:1: memroy: unknown key; did you mean memory?'
bad 'cpu: {modle: cortex-a9}\n' \
	'x.yaml:1:7: cpu.modle: unknown key; did you mean cpu.model?'
# shellcheck disable=SC2016
bad 'zzzzzzzz: 1\n' \
	'x.yaml:1:1: zzzzzzzz: unknown key; `mmuscope config --keys` lists all keys'
bad '"cpu\\nmodel": 1\n' \
	'x.yaml:1:1: cpu?model: unknown key; did you mean cpu.model?'
bad '? [a]\n: b\n' 'x.yaml:1:3: key: a key is a word, not a list or map'
bad '"a\\0b": 1\n' 'x.yaml:1:1: key: a key with a NUL character in it'
bad 'seed: 1\nseed: 2\n' 'x.yaml:2:1: seed: given twice, first in line 1'
bad 'cpu: {count: 1}\ncpu: {model: cortex-a9}\n' \
	'x.yaml:2:1: cpu: given twice, first in line 1'
bad 'cpu:\n  count: 1\ncpu.count: 1\n' \
	'x.yaml:3:12: cpu.count: given twice, first in line 2'
bad 'cpu: 4\n' 'x.yaml:1:6: cpu: is a group of keys, not a value'

# ---- types and ranges ----------------------------------------------------

bad 'cpu:\n  count: many\n' \
	"x.yaml:2:10: cpu.count: wants a number (1 to 4), not 'many'"
bad 'cpu:\n  count: "1"\n' \
	'x.yaml:2:10: cpu.count: wants a number, not text in quotes'
bad 'cpu:\n  count: [1]\n' \
	'x.yaml:2:10: cpu.count: wants a number (1 to 4), not a list'
bad 'cpu:\n  count: {a: 1}\n' \
	'x.yaml:2:10: cpu.count: wants a number (1 to 4), not a map'
bad 'cpu:\n  count:\n' \
	'x.yaml:2:9: cpu.count: wants a number (1 to 4), not nothing'
bad 'cpu:\n  count: 0\n' \
	'x.yaml:2:10: cpu.count: 0 is out of range; allowed: 1 to 4'
bad 'cpu:\n  count: -1\n' \
	"x.yaml:2:10: cpu.count: wants a number (1 to 4), not '-1'"
bad 'cpu:\n  count: 1.5\n' \
	"x.yaml:2:10: cpu.count: wants a number (1 to 4), not '1.5'"
bad 'cpu:\n  count: 0x\n' \
	"x.yaml:2:10: cpu.count: wants a number (1 to 4), not '0x'"
bad 'cpu: {tlb: {entries: 18446744073709551616}}\n' \
	'x.yaml:1:22: cpu.tlb.entries: 18446744073709551616 is out of range; allowed: 1 to 4096'
bad 'cpu: {clock_hz: 1THz}\n' \
	"x.yaml:1:17: cpu.clock_hz: wants a frequency (1MHz to 4GHz), not '1THz'"
bad 'cpu: {clock_hz: 5GHz}\n' \
	'x.yaml:1:17: cpu.clock_hz: 5GHz is out of range; allowed: 1MHz to 4GHz'
bad 'kernel: {asid: maybe}\n' \
	"x.yaml:1:16: kernel.asid: wants a truth value (true or false), not 'maybe'"
bad 'kernel: {page_offset: 0x70000000}\n' \
	'x.yaml:1:23: kernel.page_offset: 0x70000000 is out of range; allowed: one of 0x40000000, 0x80000000, 0xb0000000, 0xc0000000'
bad 'board: vexpres-a9\n' \
	"x.yaml:1:8: board: 'vexpres-a9' is not one of vexpress-a9, realview-pb-a8, raspi2, linux-virt; did you mean vexpress-a9?"
bad 'cpu: {tlb: {replacement: clock}}\n' \
	"x.yaml:1:26: cpu.tlb.replacement: 'clock' is not one of round-robin, random, fifo, lru"
bad 'detect: [stale, verfy]\n' \
	"x.yaml:1:17: detect: 'verfy' is not all, none, or some of stale, verify, kmemleak, uninitialised, freed-mapped, use-after-free; did you mean verify?"
bad 'detect: {stale: true}\n' \
	'x.yaml:1:9: detect: wants a list of names (all, none, or some of stale, verify, kmemleak, uninitialised, freed-mapped, use-after-free), not a map'
bad 'detect: [[stale]]\n' \
	'x.yaml:1:10: detect: wants a list of names: all, none, or some of stale, verify, kmemleak, uninitialised, freed-mapped, use-after-free'
bad 'name: [a]\n' 'x.yaml:1:7: name: wants text (any), not a list'
bad 'name: "a\\0b"\n' 'x.yaml:1:7: name: has a NUL character in it'

# ---- memory --------------------------------------------------------------

sizes='4M to 4G, a multiple of 2M'
bad 'memory: {size: 256Q}\n' \
	"x.yaml:1:16: memory.size: wants a size ($sizes), not '256Q'"
bad 'memory: {size: 2M}\n' \
	"x.yaml:1:16: memory.size: 2M is out of range; allowed: $sizes"
bad 'memory: {size: 99999999999999999999G}\n' \
	"x.yaml:1:16: memory.size: 99999999999999999999G is out of range; allowed: $sizes"
bad 'memory: {size: 5M}\n' 'x.yaml:1:16: memory.size: 5M is not a multiple of 2M'
bad 'memory: {size: 4097K}\n' \
	'x.yaml:1:16: memory.size: 4097K is not a multiple of 2M'
bad 'memory: {size: 2G}\n' \
	'x.yaml:1:16: memory.size: 2G at 0x60000000 does not fit: vexpress-a9 has room for at most 1G of RAM at 0x60000000'
bad 'memory:\n  size: 128M\n  nodes: [{size: 64M}]\n' \
	'x.yaml:2:9: memory.size: is 128M, but memory.nodes add up to 64M; leave one of them out'
bad 'memory: {cma: 6M}\n' \
	'x.yaml:1:15: memory.cma: 6M is not a multiple of 4M'
bad 'memory: {size: 64M, cma: 64M}\n' \
	'x.yaml:1:26: memory.cma: 64M does not fit into low memory beside the kernel; allowed: 0 to 60M'
bad 'memory: {cma: 40M, nodes: [{size: 32M}, {size: 32M}]}\n' \
	'x.yaml:1:15: memory.cma: 40M does not fit into low memory beside the kernel; allowed: 0 to 32M'
list='x.yaml:2:10: memory.nodes: wants a list of 1 to 4 nodes, each {base: …, size: …, distance: […], cpus: […]}'
bad 'memory:\n  nodes: 4\n' "$list"
bad 'memory:\n  nodes: []\n' "$list"
bad 'memory:\n  nodes: [{size: 4M}, {size: 4M}, {size: 4M}, {size: 4M}, {size: 4M}]\n' \
	"$list"
bad 'memory:\n  nodes: [4M]\n' \
	'x.yaml:2:11: memory.nodes[0]: wants a map with base, size, distance and cpus'
bad 'memory:\n  nodes: [{base: 0x60000000}]\n' \
	'x.yaml:2:11: memory.nodes[0]: has no size'
bad 'memory:\n  nodes: [{size: 64M, latency: 5}]\n' \
	'x.yaml:2:23: memory.nodes[0].latency: unknown key; a node has base, size, distance and cpus'
bad 'memory:\n  nodes: [{base: 0x60100000, size: 64M}]\n' \
	'x.yaml:2:18: memory.nodes[0].base: 0x60100000 is not a multiple of 2M'
bad 'memory:\n  nodes: [{size: 64M, distance: [5]}]\n' \
	'x.yaml:2:34: memory.nodes[0].distance: 5 is out of range; allowed: 10 to 254'
bad 'memory:\n  nodes: [{size: 64M, distance: 10}]\n' \
	'x.yaml:2:33: memory.nodes[0].distance: wants a list of distances, each 10 to 254'
bad 'memory:\n  nodes: [{base: 0x10000000, size: 64M}]\n' \
	'x.yaml:2:11: memory.nodes[0]: 64M at 0x10000000 does not fit: vexpress-a9 has room for at most 1G of RAM at 0x60000000'
bad 'memory:\n  nodes: [{base: 0x70000000, size: 64M}]\n' \
	'x.yaml:2:11: memory.nodes[0]: 64M at 0x70000000 leaves the start of RAM, 0x60000000, empty, where the kernel is put'
bad 'memory:\n  nodes:\n    - {size: 64M}\n    - {base: 0x62000000, size: 64M}\n' \
	'x.yaml:4:7: memory.nodes[1]: 64M at 0x62000000 overlaps memory.nodes[0], 64M at 0x60000000'
bad 'memory:\n  nodes:\n    - {base: 0x64000000, size: 64M}\n    - {base: 0x62000000, size: 16M}\n' \
	'x.yaml:4:7: memory.nodes[1]: 16M at 0x62000000 leaves the start of RAM, 0x60000000, empty, where the kernel is put'
bad 'memory:\n  nodes: [{size: 0}]\n' \
	"x.yaml:2:18: memory.nodes[0].size: 0 is out of range; allowed: $sizes"
bad 'memory:\n  nodes: [{size: 2M}]\n' \
	"x.yaml:2:18: memory.nodes[0].size: 2M is out of range; allowed: $sizes"
bad 'memory:\n  nodes:\n    - {size: 64M}\n    - {size: 5M}\n' \
	'x.yaml:4:14: memory.nodes[1].size: 5M is not a multiple of 2M'
bad 'memory:\n  nodes:\n    - {size: 512M}\n    - {size: 514M}\n' \
	'x.yaml:4:7: memory.nodes[1]: 514M at 0x80000000 does not fit: vexpress-a9 has room for at most 1G of RAM at 0x60000000'
holes='of which each page, also in holes, needs a description'
bad 'memory:\n  nodes:\n    - {size: 4M}\n    - {base: 0x9fc00000, size: 4M}\n' \
	"x.yaml:3:7: memory.nodes[0]: 4M at 0x60000000 is too small for the 1G from the first node to the last, $holes; allowed: at least 10M, or smaller holes"
bad 'memory:\n  nodes:\n    - {size: 4M}\n    - {base: 0x9f000000, size: 4M}\n' \
	"x.yaml:4:7: memory.nodes[1]: 4M at 0x9f000000 is too small for the 1012M from the first node to the last, $holes; allowed: at least 8M, or smaller holes"

# two BOARD MESSAGE: the same of a board with two nodes
two() {
	bad "memory:\n  nodes:\n    - {size: 64M$1}\n    - {size: 64M$2}\n" \
		"x.yaml:$3"
}
two ', distance: [10]' '' \
	'3:7: memory.nodes[0].distance: lists 1 distance; allowed: 2, one for each node'
two '' ', distance: [20, 10, 20]' \
	'4:7: memory.nodes[1].distance: lists 3 distances; allowed: 2, one for each node'
two ', distance: [20, 10]' '' \
	'3:7: memory.nodes[0].distance: is 20 to memory.nodes[0] itself; allowed: 10'
two ', distance: [10, 20]' ', distance: [30, 10]' \
	'4:7: memory.nodes[1].distance: is 30 to memory.nodes[0], whose distance to this one is 20; allowed: the same'
two ', distance: [10, 9]' '' \
	'3:34: memory.nodes[0].distance: 9 is out of range; allowed: 10 to 254'
two ', distance: []' '' \
	'3:29: memory.nodes[0].distance: wants one distance for each node'
two ', cpus: 0' '' \
	'3:25: memory.nodes[0].cpus: wants a list of cores, each 0 to 3'
two ', cpus: [4]' '' \
	'3:26: memory.nodes[0].cpus: 4 is out of range; allowed: 0 to 3'
two '' ', cpus: [1]' \
	'4:7: memory.nodes[1].cpus: there is no core 1, cpu.count is 1'
two ', cpus: [0]' ', cpus: [0]' \
	'4:7: memory.nodes[1].cpus: core 0 is near to another node, too'
two ', cpus: []' '' '4:7: memory.nodes[1].cpus: core 0 is near to no node'

# ---- TLBs ----------------------------------------------------------------

bad 'cpu:\n  tlb:\n    ways: 3\n' \
	'x.yaml:3:11: cpu.tlb: the number of entries is no multiple of the ways'
bad 'cpu:\n  tlb: {entries: 63, ways: 3}\n' \
	'x.yaml:2:18: cpu.tlb: the number of sets is no power of two'
bad 'cpu:\n  tlb:\n    micro_st: {entries: 8}\n' \
	'x.yaml:3:25: cpu.tlb: a micro-TLB for stores without one for loads'

# ---- caches, which count with one model alone ------------------------------

bad 'timing: {model: cache}\ncpu: {caches: {l1d: {size: 30000}}}\n' \
	'x.yaml:2:28: cpu.caches.l1d: size must be a power of two, or 0 for none'
bad 'timing: {model: cache}\ncpu: {caches: {l1i: {ways: 3}}}\n' \
	'x.yaml:2:28: cpu.caches.l1i: ways must leave a number of sets that is a power of two'
bad 'timing: {model: cache}\ncpu: {caches: {l1d: {size: 64}}}\n' \
	'x.yaml:2:28: cpu.caches.l1d: ways must not be more than its lines'
bad 'timing: {model: cache}\ncpu: {caches: {l2: {line: 48}}}\n' \
	'x.yaml:2:27: cpu.caches.l2: line must be a power of two from 32 on'
bad 'timing: {model: cache}\ncpu: {caches: {l2: {line: 64}}}\n' \
	'x.yaml:2:27: cpu.caches.l2.line: 64 bytes, but a cortex-a9 has lines of 32; configs/cores/cortex-a9.yaml has all its caches'
bad 'timing: {model: cache}\ncpu: {caches: {l2: {hit_cycles: 2, line_cycles: 1}}}\n' \
	'x.yaml:2:33: cpu.caches.l2: hit_cycles must not be below those of L1'
bad 'timing: {model: cache}\ncpu: {caches: {l1i: {size: 0}}}\n' \
	'x.yaml:2:28: cpu.caches.l1i: size must not be 0: caches off is timing.model block'
bad 'cpu: {caches: {l1i: {hit_cycles: -1}}}\n' \
	"x.yaml:1:34: cpu.caches.l1i.hit_cycles: wants a number (0 to 1000), not '-1'"
bad 'memory: {dram: {read_mb_per_s: 0}}\n' \
	'x.yaml:1:32: memory.dram.read_mb_per_s: 0 is out of range; allowed: 1 to 100000'

# ---- programs ------------------------------------------------------------

hint="wants a path in the guest's root (/bin/sh) or host: and a file of the host"
bad 'run: sh\n' "x.yaml:1:6: run: 'sh' is no program; $hint"
bad 'run: ["host:"]\n' "x.yaml:1:7: run[0]: 'host:' is no program; $hint"
bad 'run: ""\n' 'x.yaml:1:6: run: is an empty command line'
bad 'run: []\n' 'x.yaml:1:6: run: is an empty list; without this key /bin/sh is run'
bad 'run: [/bin/true, []]\n' 'x.yaml:1:18: run[1]: is an empty list of arguments'
bad 'run: [[/bin/sh, [a]]]\n' 'x.yaml:1:17: run[0]: an argument is text'
bad 'run: {a: b}\n' \
	'x.yaml:1:6: run: a program is a command line or a list of arguments'
bad 'run: &a [*a]\n' 'x.yaml:1:6: run[0]: an argument is text'
bad 'run: "/bin/sh -c '"'ls'"'"\n' \
	"x.yaml:1:6: run: a command line has no quotes and no shell here; write it as a list: [[/bin/sh, -c, '…']]"

# ---- several cores -------------------------------------------------------

bad 'board: realview-pb-a8\ncpu: {count: 2}\n' \
	'x.yaml:2:14: cpu.count: board realview-pb-a8 has no timers of each core'"'"'s own, so it has one core'
bad 'cpu: {count: 4, model: cortex-a8}\n' \
	'x.yaml:1:14: cpu.count: a cortex-a8 comes alone'
bad 'cpu: {quantum: 0}\n' \
	'x.yaml:1:16: cpu.quantum: 0 is out of range; allowed: 1 to 1000000000'

# ---- what comes later ----------------------------------------------------

bad 'inject: {slab: {probability: 101}}\n' \
	'x.yaml:1:30: inject.slab.probability: 101 is out of range; allowed: 0 to 100'
bad 'inject: {page_alloc: {interval: 0}}\n' \
	'x.yaml:1:33: inject.page_alloc.interval: 0 is out of range; allowed: 1 to 4294967295'
memory_error() {
	bad "inject:\n  memory_errors: $1\n" \
		"x.yaml:2:18: inject.memory_errors: '$2': here should be $3"
}
memory_error 'drop 1' 'drop 1' 'flip, descriptor, ecc or scrub, and a place'
memory_error 'ecc here@fault:1' 'here@fault:1' \
	'an address of 32 bits, or pfn:N'
memory_error 'ecc 0x100000000@fault:1' '0x100000000@fault:1' \
	'an address of 32 bits, or pfn:N'
memory_error 'flip 0x10@fault:1' '@fault:1' \
	'^ and the bits that change, as in 0x21000^0x10'
memory_error 'flip 0x10^0@fault:1' '@fault:1' 'at least one bit after ^'
memory_error 'descriptor pfn:3^1@fault:1' '^1@fault:1' \
	'an address of a program, whose descriptor it is'
memory_error 'scrub pfn:3+4096@fault:1' '4096@fault:1' \
	'a place within the frame'
memory_error 'scrub 0x10' '(end)' '@ and a moment'
memory_error 'scrub 0x10@1' '1' 'fault:N, cycle:N or mapped'
memory_error 'scrub 0x10@cycle:x' 'x' 'a number'
memory_error 'scrub 0x10@cycle:1 ecc 1@fault:1' 'ecc 1@fault:1' \
	'; between two errors'
bad 'swap: {size: 65M, mb_per_s: 0}\n' \
	'x.yaml:1:29: swap.mb_per_s: 0 is out of range; allowed: 1 to 100000'
bad 'disk: {size: 5000}\n' \
	'x.yaml:1:14: disk.size: 5000 is not a multiple of 4K'
bad 'display: 640x400\n' \
	"x.yaml:1:10: display: '640x400' is not one of none, 320x240, 640x480, 800x600, 1024x768; did you mean 640x480?"
bad 'timing: {model: blocks}\n' \
	"x.yaml:1:17: timing.model: 'blocks' is not one of count, block, cache; did you mean block?"

# ---- pipelines -----------------------------------------------------------

bad 'cpu: {model: cortex-a10}\n' \
	"x.yaml:1:14: cpu.model: 'cortex-a10' is not one of cortex-a5, cortex-a7, cortex-a8, cortex-a9, cortex-a15; did you mean cortex-a15?"
bad 'cpu: {pipeline: {width: 0}}\n' \
	'x.yaml:1:25: cpu.pipeline.width: 0 is out of range; allowed: 1 to 8'
bad 'cpu: {pipeline: {load: {latency: -1}}}\n' \
	'x.yaml:1:34: cpu.pipeline.load.latency: wants a number (0 to 500), not '"'-1'"
bad 'cpu: {pipeline: {divide: {busy: 0}}}\n' \
	'x.yaml:1:33: cpu.pipeline.divide.busy: 0 is out of range; allowed: 1 to 500'
bad 'cpu: {pipeline: {width: 4, window: 3}}\n' \
	'x.yaml:1:36: cpu.pipeline.window: it holds fewer instructions than issue in a cycle; allowed: 0 (in order), or from cpu.pipeline.width on'
bad 'cpu: {pipeline: {window: 16, queue: 4}}\n' \
	'x.yaml:1:37: cpu.pipeline.queue: the queue is that of an in-order core; leave it at 0, or cpu.pipeline.window'
bad 'cpu: {pipeline: {store: {pipes: none}}}\n' \
	'x.yaml:1:33: cpu.pipeline.store.pipes: no pipe takes these instructions; allowed: at least one'
bad 'cpu: {pipeline: {move: {pipes: alu3}}}\n' \
	"x.yaml:1:32: cpu.pipeline.move.pipes: 'alu3' is not all, none, or some of alu0, alu1, multiply, load, store, branch, fp0, fp1; did you mean alu0?"

# ---- YAML ----------------------------------------------------------------

# shellcheck disable=SC2016
map='a board is a map of keys, such as `board: vexpress-a9`'
bad '' "x.yaml:1:1: empty; $map"
bad '# nothing\n' "x.yaml:1:1: empty; $map"
bad '- 1\n- 2\n' "x.yaml:1:1: $map"
bad 'vexpress-a9\n' "x.yaml:1:1: $map"
bad 'name: a\n---\nname: b\n' \
	'x.yaml:3:1: a second document begins here; one is wanted'
bad 'name: [1, 2\nseed: 3\n' \
	"x.yaml:2:5: not YAML: did not find expected ',' or ']' while parsing a flow sequence from line 1"
bad 'cpu:\n\tcount: 1\n' \
	'x.yaml:2:1: not YAML: found character that cannot start any token while scanning for the next token from line 2'
bad 'name: "a\n' \
	'x.yaml:2:1: not YAML: found unexpected end of stream while scanning a quoted scalar from line 1'
bad 'seed: 1\nname: \xff\n' 'x.yaml:2:7: not YAML: invalid leading UTF-8 octet'
bad 'name: *a\n' \
	'x.yaml:1:7: not YAML: found undefined alias'

# ---- files ---------------------------------------------------------------

none='No such file or directory'
bad 'include: none.yaml\n' \
	"x.yaml:1:10: include: can't read 'none.yaml': $none"
bad 'include: [/dev/zero]\n' \
	"x.yaml:1:11: include: can't read '/dev/zero': not a regular file"
bad 'include: .\n' "x.yaml:1:10: include: can't read '.': not a regular file"
bad 'include: {a: b}\n' \
	'x.yaml:1:10: include: wants a file or a list of files'
bad 'include: x.yaml\n' "x.yaml:1:10: include: 'x.yaml' includes itself"
mkdir sub
printf 'include: ../x.yaml\n' > sub/y.yaml
bad 'include: sub/y.yaml\n' \
	"sub/y.yaml:1:10: include: 'sub/../x.yaml' includes itself"
printf 'seed: x\n' > sub/y.yaml
bad 'include: sub/y.yaml\n' \
	"sub/y.yaml:1:7: seed: wants a number (0 to 18446744073709551615), not 'x'"
expect "mmuscope: can't read 'none.yaml': $none" config none.yaml
expect "mmuscope: can't read '.': Is a directory" config .
expect "mmuscope: can't read '/dev/zero': larger than 1 MB, which no board is" \
	config /dev/zero

# ---- --set ---------------------------------------------------------------

set_ cpu.count=9 'cpu.count: 9 is out of range; allowed: 1 to 4'
set_ cpu.cout=1 'cpu.cout: unknown key; did you mean cpu.count?'
set_ 'cpu.tlb={entries: 0}' \
	'cpu.tlb.entries: 0 is out of range; allowed: 1 to 4096'
set_ cpu.tlb.ways=3 \
	'cpu.tlb: the number of entries is no multiple of the ways'
set_ 'seed=[1' \
	"not YAML: did not find expected ',' or ']' while parsing a flow sequence"
set_ include=nowhere.yaml \
	"include: can't read 'nowhere.yaml': No such file or directory"
printf 'name: x\n' > x.yaml
expect "--set: 'cpu' is not of the form key=value" config x.yaml --set cpu
expect "--set: '=5' is not of the form key=value" config x.yaml --set =5
expect "mmuscope: 'bin/ls' is no program; $hint" run x.yaml bin/ls

echo "$checked commands, $failed wrong"
[ $failed = 0 ]
