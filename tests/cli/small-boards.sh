#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The smallest values that are allowed do work: a shell on 4 MB of each board,
# under each slab allocator and with its debugging; and where a board is
# refused for its holes, the size that the message names.
#
# Usage, at the top of the tree: small-boards.sh MMUSCOPE

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
configs=$(realpath configs)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
runs=0 failed=0

# works BOARD SETTING...: that a shell runs a program on it
works() {
	local board=$1 setting sets=()
	shift
	for setting; do
		sets+=(--set "$setting")
	done
	timeout 60 "$mmuscope" run -q "$board" "${sets[@]}" \
		--set kernel.verify=end -- /bin/sh -c 'ls /bin | wc -l' \
		> out 2> err < /dev/null
	runs=$((runs + 1))
	if ! grep -q '^[1-9]' out; then
		failed=$((failed + 1))
		echo "$board $*: $(tail -1 err)"
	fi
}

for board in vexpress-a9 realview-pb-a8 raspi2 linux-virt; do
	for allocator in slub slab slob; do
		works "$configs/$board.yaml" memory.size=4M \
			kernel.slab_allocator=$allocator
	done
done
reference=$configs/vexpress-a9.yaml
for args in slub_debug=FZPU kernelcore=2M movablecore=90% dma_zone=1M; do
	works "$reference" memory.size=4M kernel.bootargs=$args
done
for offset in 0x40000000 0xb0000000 0xc0000000; do
	works "$reference" memory.size=4M kernel.page_offset=$offset
done
works "$reference" memory.size=8M rootfs.initramfs=true

# nodes SIZE BASE SIZE...: a board file with these nodes
nodes() {
	echo "include: $reference"
	echo 'memory:'
	echo '  nodes:'
	echo "    - {size: $1}"
	shift
	while [ $# -gt 0 ]; do
		echo "    - {base: $1, size: $2}"
		shift 2
	done
}

for far in 0x60400000 0x68000000 0x7e000000 0x90000000 0x9c000000 0x9f000000 \
	0x9f800000 0x9fc00000; do
	nodes 4M $far 4M > x.yaml
	if ! "$mmuscope" config x.yaml > /dev/null 2> err; then
		which=$(sed -n 's/.*memory.nodes\[\([01]\)\].*/\1/p' err)
		least=$(sed -n 's/.*at least \([0-9]*M\),.*/\1/p' err)
		if [ "$which" = 0 ]; then
			nodes "$least" $far 4M > x.yaml
		else
			nodes 4M $far "$least" > x.yaml
		fi
	fi
	works x.yaml
done

echo "$runs boards, $failed failed"
[ $failed = 0 ]
