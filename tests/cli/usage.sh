#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Help, version, usage errors, and what `config` prints.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
source=$PWD
cd "$folder" || exit 1
failed=0

# check WHAT STATUS PATTERN FILE COMMAND...: that mmuscope's exit status is
# STATUS and that FILE (out or err) has a line with PATTERN
check() {
	local what=$1 status=$2 pattern=$3 file=$4 got
	shift 4
	"$mmuscope" "$@" > out 2> err
	got=$?
	if [ $got != "$status" ] || ! grep -q -e "$pattern" "$file"; then
		failed=$((failed + 1))
		echo "$what: status $got, wanted $status and '$pattern' in $file"
		cat out err
	fi
}

check help 0 '^Usage: mmuscope .*run BOARD.yaml' out --help
check 'run --help' 0 '^Usage: mmuscope run .*BOARD.yaml' out run --help
check 'memory --help' 0 '^Usage: mmuscope memory .*BOARD.yaml' out memory --help
check 'why --help' 0 '^Usage: mmuscope why .*BOARD.yaml' out why --help
check 'page-tables --help' 0 '^Usage: mmuscope page-tables .*BOARD.yaml' out \
	page-tables --help
check 'diff --help' 0 '^Usage: mmuscope diff .*TRACE' out diff --help
check 'one trace' 125 'which traces' err diff a
check 'three traces' 125 'more than two' err diff a b c
check 'no trace' 125 "can't read 'a'" err diff a b
check 'config --help' 0 '^Usage: mmuscope config .*BOARD.yaml' out config --help
for option in --set --stats --trace --trace-events --trace-filter --trace-format \
	--trace-buffer --quiet; do
	check "$option in help" 0 "$option" out run --help
done
for option in --set --page --va --at --json; do
	check "why $option in help" 0 "$option" out why --help
done
for option in --set --pid --va --entries --at --json; do
	check "page-tables $option in help" 0 "$option" out page-tables --help
done
check 'completion --help' 0 '^Usage: mmuscope completion' out completion --help
check 'completion of what' 125 "'tcsh' is no shell.*fish" err completion tcsh
check 'completion of two' 125 'one shell at a time' err completion zsh fish
check 'doctor --help' 0 '^Usage: mmuscope doctor .*BOARD.yaml' out doctor --help
check 'doctor: the engine' 0 '^ok  *Unicorn [0-9.]*: misses, rights' out doctor
check 'doctor: a board' 0 '^ok  *.*vexpress-a9.yaml: its keys are right' out \
	doctor "$source/configs/vexpress-a9.yaml"
check 'doctor: no guest root' 1 "^MISSING .*rootfs.path: '/nowhere'" out \
	doctor --set rootfs.path=/nowhere "$source/configs/vexpress-a9.yaml"
check 'doctor: no such board' 1 "^MISSING .*can't read 'nowhere.yaml'" out \
	doctor nowhere.yaml
CROSS_COMPILE=nowhere- check 'doctor: no compiler' 0 \
	"^note .*can't run 'nowhere-gcc'" out doctor
DISPLAY='' WAYLAND_DISPLAY='' check 'doctor: no display' 0 '^note  *window' out \
	doctor
version=$(sed -n 's/^project(mmuscope VERSION \([0-9.]*\).*/\1/p' \
	"$source/CMakeLists.txt")
check version 0 "^mmuscope $version\$" out --version

check 'no command' 125 'which command' err
check 'unknown command' 125 "'walk' is no command" err walk
check 'unknown option' 125 "unrecognized option '--bogus'" err run --bogus x
check 'no board to run' 125 'which board' err run
check 'no board to print' 125 'which board' err config
check 'two boards' 125 'Too many arguments' err config a.yaml b.yaml
check 'no such event' 125 "'kmen' is no event .* mean kmem? .* all, exceptions," \
	err run --trace t --trace-events kmen "$source/configs/vexpress-a9.yaml"
check 'an empty name' 125 "'' is no event" err run --trace t \
	--trace-events kmem, "$source/configs/vexpress-a9.yaml"
check 'events without a trace' 125 'wants --trace FILE' err run \
	--trace-events kmem "$source/configs/vexpress-a9.yaml"
for option in filter=pid==1 format=json buffer=9; do
	check "--trace-${option%%=*} without a trace" 125 'wants --trace FILE' \
		err run "--trace-$option" "$source/configs/vexpress-a9.yaml"
done
check 'no such format' 125 "'xml' is none of text, json and perfetto" err run \
	--trace-format xml "$source/configs/vexpress-a9.yaml"
check 'no events to keep' 125 "'0' is no number of events" err run \
	--trace-buffer 0 "$source/configs/vexpress-a9.yaml"
check 'no such field' 125 "character 10, .*'adress' is no field.* mean address" \
	err run --trace t --trace-filter 'adress == 1' \
	"$source/configs/vexpress-a9.yaml"
check 'no such event in a filter' 125 "'kmallok' is no field, .* mean kmalloc" \
	err run --trace t --trace-filter '!kmallok' "$source/configs/vexpress-a9.yaml"
check 'a bracket is open' 125 'character 18, the end: ) is expected' err run \
	--trace t --trace-filter '(pid == 1 || kmem' \
	"$source/configs/vexpress-a9.yaml"
check 'no value' 125 'requires an argument' err config x.yaml --set

board=$source/configs/vexpress-a9.yaml
check 'provenance: file' 0 "^    entries: 64  *# .*vexpress-a9.yaml:[0-9]*\$" out \
	config "$board"
check 'provenance: default' 0 '^    recheck: false  *# default$' out \
	config "$board"
check 'provenance: --set' 0 '^    ways: 4  *# --set cpu.tlb.ways=4$' out \
	config "$board" --set cpu.tlb.ways=4
check 'option before board' 0 '^seed: 9 ' out config --set seed=9 "$board"

check 'why: of what' 125 'which frame or address' err why "$board"
check 'why: of both' 125 'which frame or address' err why "$board" \
	--page 0x60000 --va 2:10000
check 'why: no frame number' 125 "'x' is no frame number" err why "$board" \
	--page x
check 'why: no address' 125 "'x' is no ADDRESS, PID:ADDRESS or" err why "$board" --va x
check 'why: a pid that is none' 125 "'-1:0' is no ADDRESS, PID:ADDRESS" err why \
	"$board" --va -1:0
check 'why: an address too large' 125 'is no ADDRESS, PID:ADDRESS' err why "$board" \
	--va 2:100000000
check 'why: no moment' 125 "'noon' is no moment; there are exit, end, fault:N" \
	err why "$board" --page 1 --at noon
check 'why: fault 0' 125 "'fault:0' is no moment" err why "$board" --page 1 \
	--at fault:0
hello=host:$(dirname "$mmuscope")/guests/hello
check 'why: a frame that is no RAM' 125 \
	"frame 0x1 isn't RAM, which has frames 0x60000 to 0x6ffff" err why \
	"$board" --page 1 -- "$hello"
check 'why: a process that never was' 125 \
	'no process 77 at that moment; processes were .*(hello)' err why \
	"$board" --va 77:10000 -- "$hello"
check 'why: a name that nobody has' 125 \
	'no process nobody at that moment; processes were .*(hello)' err why \
	"$board" --va nobody:10000 -- "$hello"
check 'why: of the first program' 0 '^  comm  *hello$' out why "$board" \
	--va 10000 -- "$hello"
check 'why: of a program by its name' 0 '^  comm  *hello$' out why "$board" \
	--va hello:10000 --at fault:1 -- "$hello"
check 'why: the first program is gone' 125 'no first program at that moment' \
	err why "$board" --va 10000 --at end -- "$hello"
check 'why: a moment that never comes' 125 'before fault 99999$' err why \
	"$board" --page 0x60000 --at fault:99999 -- "$hello"
check 'why: a cycle that never comes' 125 'before cycle 9999999$' err why \
	"$board" --page 0x60000 --at cycle:9999999 -- "$hello"
check 'why: a frame' 0 '^  use  *reserved since boot' out why \
	"$board" --page 0x60008 -- "$hello"

check 'page-tables: no range' 125 "'9-4' is no ADDRESS or START-END" err \
	page-tables "$board" --va 9-4
check 'page-tables: an address too large' 125 'is no ADDRESS or START-END' err \
	page-tables "$board" --va 0-100000001
check 'page-tables: a name that nobody has' 125 'no process nobody at' err \
	page-tables "$board" --pid nobody -- "$hello"
check 'page-tables: a process without any' 125 'has no memory of its own' err \
	page-tables "$board" --pid kswapd0 --at end -- "$hello"
check 'page-tables: the last page' 0 '^---\[ Vectors End \]---$' out \
	page-tables "$board" --va fffff000-100000000 -- "$hello"

# What config prints is a board again, wherever it lies.
"$mmuscope" config "$board" > "$folder/again.yaml"
"$mmuscope" config again.yaml | sed 's/ *# .*//' > second
if ! sed 's/ *# .*//' again.yaml | diff - second; then
	echo "the printed board reads back differently"
	failed=$((failed + 1))
fi

if "$mmuscope" config --keys > /dev/full 2> err; then
	echo "a full disk goes unnoticed"
	failed=$((failed + 1))
fi

[ $failed = 0 ] && echo "all as it should be"
