#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh BUILD: an installed mmuscope runs an installed board, from
# anywhere.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$1" --prefix "$folder/p" > "$folder/log"
cd "$folder"
board=p/share/mmuscope/configs/vexpress-a9.yaml
out=$(p/bin/mmuscope run -q $board -- host:p/share/mmuscope/guests/hello)
[ "$out" = hello ]
out=$(p/bin/mmuscope run -q $board -- /bin/sh -c 'echo $((6 * 7))')
[ "$out" = 42 ]
[ -f p/share/man/man1/mmuscope.1 ]
for board in p/share/mmuscope/configs/*.yaml; do
	p/bin/mmuscope config "$board" > resolved
	grep -Eq "\"$folder/p/share/mmuscope/rootfs(-debian)?\"" resolved
done
