#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The viewer's options: what is refused, in which words, before anything runs;
# and what a machine without a display or a mmuscope without a viewer says.

set -u
export LC_ALL=C
unset DISPLAY WAYLAND_DISPLAY XDG_RUNTIME_DIR SDL_VIDEODRIVER
mmuscope=$(realpath "$1")
viewer=$2 # with, or without
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
board=$PWD/configs/vexpress-a9.yaml
cd "$folder" || exit 1
failed=0

# refused PATTERN OPTION...: status 125, one line with PATTERN, nothing run
refused() {
	local pattern=$1 got
	shift
	"$mmuscope" run -q "$@" "$board" -- /bin/echo it ran > out 2> err
	got=$?
	if [ $got != 125 ] || [ -s out ] || ! grep -q -e "$pattern" err ||
		[ "$(grep -vc '^Try ' err)" != 1 ]; then
		failed=$((failed + 1))
		echo "$*: status $got, wanted 125 and '$pattern'"
		cat out err
	fi
}

refused "'falt:3' is no condition" --screenshot x.png@falt:3
refused 'wants a name before @end' --screenshot @end
refused "'10' is no step" --record r --every 10
refused "'fault:0' is no step" --record r --every fault:0
refused "'faults' is no step" --record r --every faults
refused '0x5. is no size' --screenshot x.png --size 0x5
refused '100x5 . is no size' --screenshot x.png --size '100x5 '
refused 'each from 1 to 8192' --screenshot x.png --size 9000x9000
refused "'9' is no factor" --screenshot x.png --scale 9
refused "'foo' is nothing to select" --view --select foo
refused "'frame:xyz' is nothing" --view --select frame:xyz
refused "'address:1:' is nothing" --view --select address:1:
refused '--every wants --record' --screenshot x.png --every 10ms
refused 'go together' --screenshot x.png --record r
refused 'give one of the two' --view --screenshot x.png
refused 'record was given twice' --record r --record s
refused '--layout wants --view' --layout memory
# shellcheck disable=SC2046 # many words
refused 'more than 16' $(printf -- '--screenshot %s.png ' $(seq 17))

if [ "$viewer" = without ]; then
	refused '--screenshot: this .* without its viewer; build it with' \
		--screenshot x.png
	refused '--view: this .* see what memory, why, page-tables and' --view
	refused '--record: this .* without its viewer' --record r --every 1ms
	refused 'view: true, but .* or run it with --set view=false' \
		--set view=true
	"$mmuscope" run -q --set view=false "$board" -- /bin/echo it ran |
		grep -q 'it ran' ||
		{ failed=$((failed + 1)); echo 'view: false does not run'; }
else
	refused "'memry' is no layout; did you mean memory? There are .* and " \
		--view --layout memry
	refused "'drak' is no palette; did you mean dark? There are dark and" \
		--screenshot x.png --palette drak
	refused 'no display .*neither DISPLAY nor' --view
	refused 'no display .*--set view=false' --set view=true
	DISPLAY=:4321 refused 'no display .*nothing answers' --view
	SDL_VIDEODRIVER=none refused 'no display .*none not available' --view
	refused "can't write to gone/x.png: No such" --screenshot gone/x.png
	refused "can't write to .: Is a dir" --screenshot .
	refused "can't make folder gone/r" --record gone/r
	mkdir old && touch old/pictures.txt
	refused 'old has pictures of an earlier run' --record old
fi

# what another command does is not changed by a board that wants a window
"$mmuscope" memory --set view=true "$board" -- /bin/true > out 2> err ||
	{ failed=$((failed + 1)); echo "memory with view: true"; cat err; }

[ $failed = 0 ] && echo 'all as they should be'
exit $((failed > 0))
