#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the host lacks: a message with the place where it was asked for, and
# exit status 125, before anything runs.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir root
failed=0

# expect MESSAGE COMMAND...: that it fails so
expect() {
	local message=$1 status
	shift
	timeout 60 "$mmuscope" "$@" > out 2> err < /dev/null
	status=$?
	if [ $status != 125 ] || [ -s out ] || [ "$(cat err)" != "$message" ]
	then
		failed=$((failed + 1))
		printf 'mmuscope %s\n  wanted: %s\n  got:    %s (status %s)\n' \
			"$*" "$message" "$(cat err)" $status
	fi
}

none='No such file or directory'
make='tools/rootfs makes one'

printf 'rootfs:\n  path: nowhere\n' > x.yaml
expect "x.yaml:2:9: rootfs.path: 'nowhere': $none; $make" run -q x.yaml
expect "--set rootfs.path=x.yaml: rootfs.path: 'x.yaml': not a folder; $make" \
	run -q x.yaml --set rootfs.path=x.yaml
printf 'rootfs: {path: root}\nrun: host:prog\n' > x.yaml
expect "x.yaml:2:6: run: 'host:prog': $none" run -q x.yaml
expect "command line: run: 'host:root': not a file" run -q x.yaml host:root

[ $failed = 0 ] && echo "all as it should be"
