#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# `mmuscope test` as a user meets it: what it prints of scenarios that pass and
# of others, in which order, and how it ends.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
source=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
failed=0

# run STATUS ARGUMENT...: `mmuscope test` into out and err
run() {
	local status=$1 got
	shift
	"$mmuscope" test --cache "$folder/cache" "$@" > out 2> err
	got=$?
	if [ $got != "$status" ]; then
		echo "test $*: status $got, wanted $status"
		cat out err
		failed=$((failed + 1))
	fi
}

# has WHAT TEXT [FILE]: that TEXT is a line of FILE, as a regular expression
has() {
	if ! grep -qx -e "$2" "${3:-out}"; then
		echo "$1: no line '$2' in"
		cat "${3:-out}"
		failed=$((failed + 1))
	fi
}

mkdir -p topic other
cat > topic/b-passes.yaml << 'end'
about: The guest says what is expected.
guests:
  - source: |
      #include <stdio.h>
      #include "answer.h"
      int main(int argc, char **argv)
      {
      	char line[9] = "";

      	fgets(line, sizeof(line), stdin);
      	printf("%d %s %d %s", argc, argv[0], ANSWER, line);
      	return 3;
      }
    args: [one, two]
stdin: "in\n"
expect:
  console: "3 /host/b-passes 42 in\n"
  exit: 3
end
echo '#define ANSWER 42' > topic/answer.h
cat > topic/a-fails.yaml << 'end'
about: "#1: a guest that is killed & <says> \"so\"."
guests:
  - file: killed.c
    name: killed
expect: {console: "never\n"}
end
cat > topic/killed.c << 'end'
#include <unistd.h>
int main(void)
{
	write(1, "a\001<b>&\xff\n", 8);
	*(volatile int *)16 = 1;
	return 0;
}
end
cat > other/c-command.yaml << 'end'
about: A program of the root folder, on another board.
board: tiny-8m
set: {memory: {size: 16M}}
guests:
  - run: [/bin/cat, host:../topic/answer.h]
expect: {console: {contains: "#define ANSWER"}}
end
cat > other/d-loops.yaml << 'end'
about: It never ends.
limit: {cycles: 3M}
guests:
  - source: "int main(void) { for (;;) __asm__ volatile(\"\"); }"
    name: loops
end

# ---- what passes ----
run 0 other/c-command.yaml topic/b-passes.yaml
has plan '1\.\.2'
has 'in the order given' 'ok 1 - other/c-command ([0-9]* cycles, hash [0-9a-f]*)'
has second 'ok 2 - topic/b-passes ([0-9]* cycles, hash [0-9a-f]*)'
has sum "# 2 passed, 0 failed, 0 couldn't be run; [0-9.]* s"
cp out first
run 0 -j 7 other/c-command.yaml topic/b-passes.yaml
if ! diff <(grep -v '^#' first) <(grep -v '^#' out); then
	echo "a second run differs"
	failed=$((failed + 1))
fi

# A header that changes makes another program.
echo '#define ANSWER 43' > topic/answer.h
run 1 topic/b-passes.yaml
has 'another header' '.*3 /host/b-passes 43 in.*'
echo '#define ANSWER 42' > topic/answer.h
run 0 topic/b-passes.yaml

# ---- what doesn't ----
run 1 --junit out.xml .
has order 'ok 1 - other/c-command .*'
has 'never ends' 'not ok 2 - other/d-loops .*'
has 'where it was' '.*loops-[0-9]*, R, on the core: at 0x000.*, main.*'
has 'not as expected' 'not ok 3 - topic/a-fails .*'
has 'one block' '  file: "./topic/a-fails.yaml"'
has 'four tests' '1\.\.4'
has sum "# 2 passed, 2 failed, 0 couldn't be run; .*"
if ! python3 - out.xml << 'end'
import sys
import xml.etree.ElementTree as tree
suite = tree.parse(sys.argv[1]).getroot().find("testsuite")
cases = suite.findall("testcase")
names = [(c.get("classname"), c.get("name")) for c in cases]
assert names == [("other", "c-command"), ("other", "d-loops"),
                 ("topic", "a-fails"), ("topic", "b-passes")], names
assert suite.get("failures") == "2" and suite.get("errors") == "0"
assert [c.find("failure") is not None for c in cases] == [
    False, True, True, False]
assert cases[2].find("system-out").text == "a?<b>&?\n"
assert cases[2].get("file") == "./topic/a-fails.yaml"
end
then
	failed=$((failed + 1))
fi

# ---- a choice of them ----
run 0 --only 'other/c*' --only b-passes .
has 'two of them' '1\.\.2'
run 0 --list --only topic .
has listed 'topic/a-fails  *#1: a guest that is killed & <says> "so"\.'
has listed 'topic/b-passes  *The guest says what is expected\.'
run 0 --junit - --only b-passes .
has 'JUnit alone' '<?xml version="1.0" encoding="UTF-8"?>'

# ---- a host that has no time ----
cat > slow.yaml << 'end'
limit: {cycles: 100G}
guests: {source: "int main(void) { for (;;) __asm__ volatile(\"\"); }"}
end
run 125 --timeout 1 slow.yaml
has 'too slow' "  message: \"not over after 1 seconds of the host's\""

# ---- keys ----
if ! "$mmuscope" test --keys | diff "$source/configs/scenarios/KEYS.md" -; then
	echo "run: build/mmuscope test --keys > configs/scenarios/KEYS.md"
	failed=$((failed + 1))
fi

[ $failed = 0 ] && echo "all as it should be"
