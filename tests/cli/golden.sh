#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Golden traces as a user meets them: recorded, compared, renewed, and those
# that can't be compared.

set -u
export LC_ALL=C
mmuscope=$(realpath "$1")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
board=$PWD/configs/vexpress-a9.yaml
cd "$folder" || exit 1
failed=0

# run STATUS ARGUMENT...: `mmuscope test` into out
run() {
	local status=$1 got
	shift
	"$mmuscope" test --cache "$folder/cache" "$@" x.yaml > out 2>&1
	got=$?
	if [ $got != "$status" ]; then
		echo "test $*: status $got, wanted $status"
		cat out
		failed=$((failed + 1))
	fi
}

# has TEXT: out has TEXT in it
has() {
	if ! grep -qF -e "$1" out; then
		echo "no '$1' in"
		cat out
		failed=$((failed + 1))
	fi
}

# scenario LETTER: one whose guest prints it
scenario() {
	cat > x.yaml << end
about: The guest prints a letter.
board: $board
guests:
  - source: |
      #include <stdio.h>
      int main(void)
      {
      	puts("$1");
      	return 0;
      }
end
}

scenario a
run 0 --record
has "# recorded x.yaml.golden"
cp x.yaml.golden first
run 0 --record
cmp first x.yaml.golden || failed=$((failed + 1))
run 0
grep -q golden out && failed=$((failed + 1))

sed -i 's/console a/console b/' x.yaml.golden
run 1
has "- console b"
has "+ console a"
run 0 --update
has "# renewed x.yaml.golden"
has "- console b"
cmp first x.yaml.golden || failed=$((failed + 1))
run 0

sed -i '1s/version [0-9]*/version 0/' x.yaml.golden
run 0
has "# its golden trace has version 0, and this mmuscope writes"
run 0 --update
cmp first x.yaml.golden || failed=$((failed + 1))

scenario c
run 0
has "# its golden trace was recorded with other programs"
grep -q "^ *[-+] " out && failed=$((failed + 1))

echo "no golden trace" > x.yaml.golden
run 1
has "isn't one"

exit $((failed != 0))
