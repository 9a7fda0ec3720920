#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# install.sh BUILD: an installed mmuscope runs an installed board, from
# anywhere, and so do a scenario, the manual page and completion.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cmake --install "$1" --prefix "$folder/p" > "$folder/log"
cd "$folder"
share=p/share/mmuscope
board=$share/configs/vexpress-a9.yaml
out=$(p/bin/mmuscope run -q $board -- host:$share/guests/hello)
[ "$out" = hello ]
out=$(p/bin/mmuscope run -q $board -- /bin/sh -c 'echo $((6 * 7))')
[ "$out" = 42 ]
for board in $share/configs/*.yaml; do
	p/bin/mmuscope config "$board" > resolved
	grep -Eq "\"$folder/$share/rootfs(-debian)?\"" resolved
done
# Scenarios find the boards above them, and the compiler.
if [ -n "$(command -v arm-linux-gnueabihf-gcc)" ]; then
	XDG_CACHE_HOME=$folder/cache p/bin/mmuscope test \
		$share/configs/scenarios/cow/child-writes-first.yaml > tap
	grep -q '^ok 1 - cow/child-writes-first' tap
fi
p/bin/mmuscope test $share/configs/scenarios/modules/leak.yaml > tap
# Modules load from where they are installed.
out=$(p/bin/mmuscope run -q $share/configs/vexpress-a9.yaml -- \
	/bin/sh -c 'insmod $0 && cut -d" " -f1 /proc/modules' \
	host:$share/guests/modules/hello.ko)
[ "$out" = hello ]
# A page for mmuscope, and one for each command, with all of its options.
[ -f p/share/man/man1/mmuscope.1 ]
for command in run memory why page-tables explain test sweep diff config \
	doctor completion; do
	page=p/share/man/man1/mmuscope-$command.1
	p/bin/mmuscope $command --help | grep -oE -- '^ +(-., )?--[a-z-]+' |
		grep -oE -- '--.*' | while read -r option; do
		tr -d '\\' < $page | grep -qe "$option" || exit 1
	done
	if [ -n "$(command -v groff)" ]; then
		groff -man -Tascii -ww -z $page 2>&1 | tee warnings
		[ ! -s warnings ]
	fi
done
for page in README.md README.zh.md docs/tour/README.md docs/access.svg; do
	[ -f p/share/doc/mmuscope/$page ]
done
# Completion is what this program prints.
p/bin/mmuscope completion |
	cmp - p/share/bash-completion/completions/mmuscope
p/bin/mmuscope completion zsh | cmp - p/share/zsh/site-functions/_mmuscope
p/bin/mmuscope completion fish |
	cmp - p/share/fish/vendor_completions.d/mmuscope.fish
