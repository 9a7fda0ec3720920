#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every kind of bad scenario: one message of exactly this shape, as an error in
# TAP, and exit status 125. The scenario is always the file x.yaml in a folder
# of its own. One process reads them all, which is quick.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
checked=0 failed=0
names=() wanted=()

# bad SCENARIO MESSAGE: that a file with the text SCENARIO (escapes as in
# printf) is refused; where MESSAGE says x.yaml, that file
bad() {
	local name
	printf -v name '%03d.yaml' ${#names[@]}
	printf '%b' "$1" > "$name"
	names+=("$name")
	wanted+=("${2//x.yaml/$name}")
}

# check_all: what bad has collected
check_all() {
	local status got
	"$mmuscope" test "${names[@]}" > out 2> err
	status=$?
	if [ $status != 125 ] || [ -s err ]; then
		echo "status $status, and on standard error: $(cat err)"
		failed=$((failed + 1))
	fi
	mapfile -t got < <(sed -n 's/^  message: "\(.*\)"$/\1/p' out |
		sed 's/\\\(.\)/\1/g')
	for i in "${!names[@]}"; do
		checked=$((checked + 1))
		if [ "${got[$i]:-}" != "${wanted[$i]}" ]; then
			failed=$((failed + 1))
			cat "${names[$i]}"
			printf '  wanted: %s\n' "${wanted[$i]}"
			printf '  got:    %s\n' "${got[$i]:-}"
		fi
	done
}

g='guests: {run: /bin/true}\n'

# ---- the whole ----

bad '' \
	'x.yaml:1:1: empty; a scenario is a map of keys, such as `about: what it shows`'
bad 'about: x\n' \
	'x.yaml:1:1: guests: wants at least one'
bad 'gests: []\n' \
	'x.yaml:1:1: gests: unknown key; did you mean guests?'
bad 'abou: x\n'"$g" \
	'x.yaml:1:1: abou: unknown key; did you mean about?'
bad 'guests: []\n' \
	'x.yaml:1:1: guests: wants at least one'
bad 'guests: [{}]\n' \
	'x.yaml:1:10: guests[0]: is no guest without source, file or run'

# ---- guests ----

bad 'guests: [x]\n' \
	'x.yaml:1:10: guests[0]: wants a map of keys'
bad 'guests: {run: sh}\n' \
	"x.yaml:1:15: guests.run: 'sh' is no program; wants a path in the guest's root (/bin/sh) or host: and a file of the host"
bad 'guests: [{run: /bin/true, source: ""}]\n' \
	'x.yaml:1:35: guests[0].source: a guest has one of source, file and run'
bad 'guests: [{run: /bin/true, cflags: -x}]\n' \
	'x.yaml:1:10: guests[0]: cflags are for source and file'
bad 'guests: [{run: /bin/true},{run: /bin/true}]\n' \
	'x.yaml:1:33: guests[1]: is called true, as another is; name: tells them apart'
bad 'guests: [{run: /bin/true, name: "a b"}]\n' \
	"x.yaml:1:10: guests[0]: 'a b' is no name for a process: 1 to 15 letters, digits, and ._- (name: gives it another)"

# ---- the board ----

bad "$g"'board: nosuch\n' \
	'x.yaml:2:8: board: no configs/nosuch.yaml above this file or mmuscope; a path, such as ../my.yaml, names others'
bad "$g"'board: ./nosuch.yaml\n' \
	"x.yaml:2:8: board: './nosuch.yaml': No such file or directory"
bad "$g"'set: {memory: {siz: 3}}\n' \
	'x.yaml:2:16: memory.siz: unknown key; did you mean memory.size?'
bad "$g"'set: {memory: {size: 3}}\n' \
	'x.yaml:2:22: memory.size: 3 is out of range; allowed: 4M to 4G, a multiple of 2M'
bad "$g"'set: {include: x}\n' \
	'x.yaml:2:16: include: stands in board files only'
bad "$g"'set: {run: x}\n' \
	"x.yaml:2:12: run: 'x' is no program; wants a path in the guest's root (/bin/sh) or host: and a file of the host"
bad "$g"'set: {run: /bin/true}\n' \
	'x.yaml:2:12: run: guests: says what is run'
bad "$g"'set: 3\n' \
	'x.yaml:2:6: set: wants keys of a board, nested as in its file'

# ---- limit, detect ----

bad "$g"'limit: {cycles: 0}\n' \
	"x.yaml:2:17: limit.cycles: wants a number of cycles, from 1, not '0'"
bad "$g"'limit: {cycles: 2X}\n' \
	"x.yaml:2:17: limit.cycles: wants a number of cycles, from 1, not '2X'"
bad "$g"'limit: {cycle: 2}\n' \
	'x.yaml:2:9: limit.cycle: unknown key; did you mean cycles?'
bad "$g"'detect: [stal]\n' \
	"x.yaml:2:9: detect: 'stal' is no detector; did you mean stale"
bad "$g"'detect: [all, none]\n' \
	'x.yaml:2:9: detect: all stands alone'

# ---- expect ----

bad "$g"'expect: {exit: 300}\n' \
	'x.yaml:2:16: expect.exit: 300 is out of range; allowed: 0 to 255'
bad "$g"'expect: {signal: SEGV}\n' \
	"x.yaml:2:18: expect.signal: 'SEGV' is no signal; SIGSEGV is one"
bad "$g"'expect: {signal: SIGSEGV, exit: 3}\n' \
	'x.yaml:2:9: expect: has exit and signal, and a program ends once'
bad "$g"'expect: {console: [a]}\n' \
	'x.yaml:2:19: expect.console: wants text (any), not a list'
bad "$g"'expect: {console: {contain: a}}\n' \
	'x.yaml:2:20: expect.console.contain: unknown key; did you mean contains?'
bad "$g"'expect: {console: {matches: "("}}\n' \
	"x.yaml:2:29: expect.console.matches: '(' is no regular expression: Unmatched ( or \\("
bad "$g"'expect: {counts: {cow_cop: 1}}\n' \
	"x.yaml:2:19: expect.counts: 'cow_cop' is no name that it knows; did you mean cow_copy?"
bad "$g"'expect: {counts: {cow_copy: 5..3}}\n' \
	'x.yaml:2:29: expect.counts.cow_copy: 5..3 ends before it begins'
bad "$g"'expect: {counts: {cow_copy: x..3}}\n' \
	"x.yaml:2:29: expect.counts.cow_copy: wants a range: N, A..B, A.. or ..B, not 'x..3'"
bad "$g"'expect: {counts: [3]}\n' \
	'x.yaml:2:18: expect.counts: wants a map of names to ranges'

# ---- faults ----

bad "$g"'expect: {faults: {order: stict}}\n' \
	"x.yaml:2:26: expect.faults.order: 'stict' is not one of strict, ordered, any; did you mean strict?"
bad "$g"'expect: {faults: {list: [{at: buffer+}]}}\n' \
	"x.yaml:2:31: expect.faults.list[0].at: 'buffer+' is no address; wants symbol, symbol+0x1000 or 0x10000"
bad "$g"'expect: {faults: {list: [{at: 1+2}]}}\n' \
	"x.yaml:2:31: expect.faults.list[0].at: '1+2' is no address; wants symbol, symbol+0x1000 or 0x10000"
bad "$g"'expect: {faults: {list: [{is: anon_neu}]}}\n' \
	"x.yaml:2:31: expect.faults.list[0].is: 'anon_neu' is not one of anon_zero, anon_new, anon_large, anon_huge, file_read, file_cow, file_shared, cow_copy, cow_reuse, swap_in, migration_wait, mkyoung, mkdirty, spurious, kernel_sync, resolved, signal, refused, oops; did you mean anon_new?"
bad "$g"'expect: {faults: {list: [{is: anon_new, signal: SIGSEGV}]}}\n' \
	'x.yaml:2:26: expect.faults.list[0]: has a signal, but is anon_new'
bad "$g"'expect: {faults: {list: [{addr: 0}]}}\n' \
	"x.yaml:2:26: expect.faults.list[0]: has an addr, which is a signal's, but no signal"
bad "$g"'expect: {faults: {list: [{code: SEGV_MAPER}]}}\n' \
	"x.yaml:2:33: expect.faults.list[0].code: 'SEGV_MAPER' is no signal's code; did you mean SEGV_MAPERR?"
bad "$g"'expect: {faults: {list: [{fsr: x}]}}\n' \
	"x.yaml:2:32: expect.faults.list[0].fsr: wants a number (0 to 4294967295), not 'x'"
bad "$g"'expect: {faults: {list: [{major: maybe}]}}\n' \
	"x.yaml:2:34: expect.faults.list[0].major: wants a truth value (true or false), not 'maybe'"
bad "$g"'expect: {faults: {in: ..3}}\n' \
	"x.yaml:2:23: expect.faults.in: '' is no address; wants symbol, symbol+0x1000 or 0x10000"

# ---- the end ----

bad "$g"'expect: {final: {rss_anon: -1}}\n' \
	"x.yaml:2:28: expect.final.rss_anon: wants a range: N, A..B, A.. or ..B, not '-1'"
bad "$g"'expect: {final: {memory: {fre: 1}}}\n' \
	"x.yaml:2:27: expect.final.memory: 'fre' is no name that it knows; did you mean free?"
bad "$g"'expect: {final: {buddy: {Normal.11: 1}}}\n' \
	"x.yaml:2:26: expect.final.buddy: 'Normal.11' is no name that it knows; did you mean Normal.1?"
bad "$g"'expect: {final: {vmas: [{perms: rwx}]}}\n' \
	'x.yaml:2:33: expect.final.vmas[0].perms: wants four letters, such as rw-p'
bad "$g"'expect: {trace: [{event: mm_page_allo}]}\n' \
	"x.yaml:2:26: expect.trace[0].event: 'mm_page_allo' is no trace event; did you mean mm_page_alloc?"
bad "$g"'expect: {trace: [{contains: x}]}\n' \
	'x.yaml:2:18: expect.trace[0]: names no event'

# ---- texts, and keys given twice ----

bad "$g"'stdin: [1]\n' \
	'x.yaml:2:8: stdin: wants text (any), not a list'
bad "$g"'about: x\nabout: y\n' \
	'x.yaml:3:1: about: given twice, first in line 2'
bad "$g"'expect: {faults: {list: [{at: a, at: b}]}}\n' \
	'x.yaml:2:34: expect.faults.list[0].at: given twice, first in line 2'
bad 'guests: [{source: "int main(void){return 0;}", args: [[a]]}]\n' \
	'x.yaml:1:55: guests[0].args[0]: wants text (any), not a list'

check_all

# ---- the compiler ----------------------------------------------------------

# test_ WHAT STATUS PATTERN FILE ARGUMENT...: that `mmuscope test` ends with
# STATUS, and FILE (out or err) has a line with PATTERN
test_() {
	local what=$1 status=$2 pattern=$3 file=$4 got
	shift 4
	"$mmuscope" test --cache "$folder/cache" "$@" > out 2> err
	got=$?
	checked=$((checked + 1))
	if [ $got != "$status" ] || ! grep -q -e "$pattern" "$file"; then
		failed=$((failed + 1))
		echo "$what: status $got, wanted $status and '$pattern' in $file"
		cat out err
	fi
}

cat > c.yaml << 'end'
guests:
  - source: |
      int main(void)
      {
      	return missing;
      }
end
test_ 'the compiler says why' 125 "^    c.yaml:5: error: 'missing' undeclared" \
	out c.yaml
test_ 'no compiler' 125 "can't run 'no-such-gcc' .*: No such file" out \
	--cross-compile no-such- c.yaml
test_ 'no compiler for these' 125 "gcc' is no compiler" out \
	--cross-compile "$(ln -s /bin/false gcc; pwd)/" c.yaml
printf 'guests: {file: none.c}\n' > f.yaml
test_ 'no such source' 125 "can't read 'none.c'" out f.yaml
printf 'guests: {run: "host:none"}\n' > h.yaml
test_ 'no such program' 125 "h.yaml:1:15: run: 'host:none': No such" out h.yaml

# ---- usage -----------------------------------------------------------------

printf 'guests: {run: /bin/true}\n' > good.yaml
mkdir empty
test_ 'nothing to do' 125 'which scenarios' err
test_ 'no such file' 125 "can't read 'none.yaml'" err none.yaml
test_ 'nothing in it' 125 "no scenario .* is in 'empty'" err empty
test_ 'no such name' 125 "no scenario is called 'godo'; did you mean good" err \
	--only godo good.yaml
test_ 'no number of jobs' 125 "'0' is no number" err -j 0 good.yaml
test_ 'no time' 125 "'1m' is no number" err --timeout 1m good.yaml
test_ 'record or update' 125 'give one' err --record --update good.yaml
test_ 'nowhere to write' 125 "can't write '/no/x.xml'" err \
	--junit /no/x.xml good.yaml

echo "$checked checks, $failed wrong"
[ $failed = 0 ]
