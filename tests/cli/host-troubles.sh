#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What a host can refuse while something runs or is printed: no room, folders in
# place of files, no standard output. One sentence on standard error, status
# 125, and, where that can be known, before anything ran.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
board=$PWD/configs/vexpress-a9.yaml
scenario=$PWD/configs/scenarios/cow/child-writes-first.yaml
cd "$folder" || exit 1
mkdir dir
failed=0 tried=0
full='No space left on device'
none='No such file or directory'

# fails MESSAGE SCRIPT [RAN]: status 125 and this message, from a script in
# which m is mmuscope, r runs a program and q does so quietly; RAN: the program
# ran before, else not
fails() {
	local status
	timeout 60 bash -c 'mmuscope=$0 board=$1
		m() { "$mmuscope" "$@"; }
		q() { m run -q "$@" "$board" -- /bin/echo it ran; }
		'"$2" "$mmuscope" "$board" "$scenario" > out 2> err < /dev/null
	status=$?
	tried=$((tried + 1))
	if [ $status != 125 ] || [ "$(tail -1 err)" != "mmuscope: $1" ] ||
		{ [ "${3:-}" != ran ] && grep -q 'it ran' out err; }; then
		failed=$((failed + 1))
		printf '%s\n  wanted: %s\n  got:    %s (status %s)\n' "$2" \
			"$1" "$(cat out err)" $status
	fi
}

# Files that a run writes.
for what in stats:statistics ledger:ledger trace:trace; do
	option=--${what%:*}
	name="can't write the ${what#*:} to"
	fails "$name 'dir': Is a directory" "q $option dir"
	fails "$name '/nowhere/x': $none" "q $option /nowhere/x"
	fails "$name '/dev/full': $full" "q $option /dev/full" ran
done
fails "can't write the trace to '/dev/full': $full" \
	'q --trace /dev/full --trace-buffer 10' ran
fails "can't write to '/dev/full': $full" \
	'm sweep --vary seed=1,2 -o /dev/full $board -- /bin/true'
fails "can't write to 'dir': Is a directory" \
	'm sweep --vary seed=1,2 -o dir $board -- /bin/true'

# What is no trace.
printf '\0\1\377\n' > bytes
fails "'bytes' doesn't begin as a trace in text or JSON does" 'm diff bytes bytes'
fails "can't read 'dir': Is a directory" 'm diff dir dir'
echo '# mmuscope trace, schema 99' > newer
fails "'newer' has schema 99, of a newer mmuscope; this one knows 1: compare them with that" \
	'm diff newer newer'
fails "--trace-filter: at character 5, the end: 'a' is no field, event or group (kernel/trace_fields.def has all fields)" \
	"q --trace x --trace-filter 'a =='"

# Standard output: of those that answer there, and of the programs.
for command in --help --version 'run --help' 'config $board' 'config --keys' \
	'test --keys' doctor completion 'completion zsh' 'completion fish' \
	'memory $board -- /bin/true' 'explain --list $board -- /bin/true' \
	'why --page 0x60000 $board -- /bin/true' 'test $2' \
	'page-tables $board -- /bin/true' \
	'sweep --vary seed=1,2 $board -- /bin/true'; do
	fails "can't write to standard output: $full" "m $command > /dev/full"
	fails "can't write to standard output: Bad file descriptor" \
		"m $command >&-"
done
fails "can't write what the programs print: $full" 'q > /dev/full'
fails "can't write what the programs print: Bad file descriptor" 'q >&-'

# A file of ours doesn't get the number of one that is closed.
"$mmuscope" run -q --trace trace "$board" -- /bin/echo it ran >&- 2>&- <&-
if [ "$(head -c 10 trace)" != '# mmuscope' ] || grep -q 'it ran' trace; then
	echo "a trace with what a program printed:"
	head -3 trace
	failed=$((failed + 1))
fi
# A run that can't begin leaves what an earlier one has written.
echo old | tee stats > ledger
"$mmuscope" run -q --stats stats --ledger ledger --trace dir "$board" 2> err
if [ $? != 125 ] || [ "$(cat stats ledger)" != "$(printf 'old\nold')" ]; then
	echo "written by a run that didn't begin: $(cat stats ledger err)"
	failed=$((failed + 1))
fi
# Who goes away early is no trouble.
"$mmuscope" run -q "$board" -- /bin/busybox seq 30000 2> err | head -1 > out
status=${PIPESTATUS[0]}
if [ "$status" != 141 ] || [ -s err ]; then
	echo "a closed pipe: status $status, $(cat err)"
	failed=$((failed + 1))
fi

echo "$tried commands, $failed wrong"
[ $failed = 0 ]
