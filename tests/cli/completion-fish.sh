#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# completion-fish.sh MMUSCOPE: what fish makes of some beginnings of command
# lines, which it tells without a terminal.
set -u
command -v fish > /dev/null || { echo "no fish here"; exit 77; }
mmuscope=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export HOME=$folder XDG_CONFIG_HOME=$folder XDG_DATA_HOME=$folder
lines=() wanted=() failed=0
"$mmuscope" completion fish > "$folder/script" || exit 1
fish -n "$folder/script" || exit 1

# has LINE WORD...: these are among what LINE can be completed with; with ONLY
# as the first of them, no others are
has()
{
	lines+=("$1")
	wanted+=("${*:2}")
}

has 'mmuscope ru' ONLY run
has 'mmuscope ' memory page-tables test completion
has 'mmuscope run --trace-f' ONLY --trace-filter --trace-format
has 'mmuscope run -' -q --quiet --help
has 'mmuscope run --set kernel.sl' ONLY kernel.slab_allocator=
has 'mmuscope run --set kernel.slab_allocator=slo' ONLY \
	kernel.slab_allocator=slob
has 'mmuscope run --set=cpu.tlb.split=t' ONLY --set=cpu.tlb.split=true
has 'mmuscope sweep --vary cpu.tlb.rep' ONLY cpu.tlb.replacement=
has 'mmuscope run --trace-format j' ONLY json
has 'mmuscope run --trace-events sched_switch,sched_wakeup_' ONLY \
	sched_switch,sched_wakeup_new
has 'mmuscope why --at e' ONLY end exit
has 'mmuscope completion z' ONLY zsh
has 'mmuscope run configs/vexp' ONLY configs/vexpress-a9.yaml
has 'mmuscope config configs/vexp' ONLY configs/vexpress-a9.yaml
has 'mmuscope test configs/scenarios/hwp' ONLY configs/scenarios/hwpoison/
for command in $("$mmuscope" completion | sed -n "s/.*command) echo '\(.*\)'.*/\1/p" |
	tail -1); do
	for option in $("$mmuscope" "$command" --help |
		grep -oE -- '^ +(-., )?--[a-z-]+' | grep -oE -- '--.*'); do
		has "mmuscope $command $option" "$option"
	done
done

printf '%s\n' "${lines[@]}" > "$folder/lines"
timeout 60 fish --no-config -c "source $folder/script
	while read -l line
		echo == \$line
		complete -C \$line
	end < $folder/lines" > "$folder/hits" || exit 1
for i in "${!lines[@]}"; do
	got=$(line=${lines[$i]} awk -F '\t' '/^== / {
			on = $0 == "== " ENVIRON["line"]; next
		} on { print $1 }' "$folder/hits" | sort -u | paste -sd' ')
	want=${wanted[$i]}
	if [[ $want == ONLY* ]]; then
		[ "ONLY $got" = "$want" ] && continue
	else
		for word in $want; do
			[[ " $got " == *" $word "* ]] || break 
			word=
		done
		[ -z "$word" ] && continue
	fi
	echo "'${lines[$i]}': '$got' in place of '$want'"
	failed=1
done
exit $failed
