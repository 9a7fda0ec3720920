#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# completion.sh MMUSCOPE: what bash makes of some beginnings of command
# lines with the script that mmuscope prints.
set -u
mmuscope=$1
failed=0
# shellcheck source=/dev/null
source <("$mmuscope" completion) || exit 1

# complete_line LINE: as bash does it, which ends words at = and :, too
complete_line()
{
	local rest=$1 word

	COMP_LINE=$1
	COMP_POINT=${#1}
	COMP_WORDS=()
	while [[ -n $rest ]]; do
		rest=${rest#"${rest%%[![:space:]]*}"}
		word=${rest%%[[:space:]=:]*}
		[[ -z $word ]] && word=${rest:0:1}
		rest=${rest#"$word"}
		COMP_WORDS+=("$word")
	done
	[[ $1 == *[[:space:]] && -n ${COMP_WORDS[-1]} ]] && COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_mmuscope
}

# expect LINE WORD...: these are among what LINE can be completed with
expect()
{
	local line=$1 word

	complete_line "$line"
	shift
	for word; do
		[[ " ${COMPREPLY[*]} " == *" $word "* ]] && continue
		echo "'$line': no '$word' in: ${COMPREPLY[*]}"
		failed=1
	done
}

# only LINE WORD...: these, and nothing else
only()
{
	complete_line "$1"
	[[ "${COMPREPLY[*]}" == "${*:2}" ]] && return
	echo "'$1': '${COMPREPLY[*]}' in place of '${*:2}'"
	failed=1
}

only 'mmuscope ru' run
expect 'mmuscope ' memory page-tables test completion
only 'mmuscope --v' --version
only 'mmuscope run --trace-f' --trace-filter --trace-format
only 'mmuscope run --pal' --palette
expect 'mmuscope why -' --va --page --set --help
only 'mmuscope run --set kernel.sl' kernel.slab_allocator=
only 'mmuscope run --set kernel.slab_allocator=' slab slub slob
only 'mmuscope run --set=kernel.slab_allocator=slo' slob
only 'mmuscope run --set cpu.tlb.split=t' true
only 'mmuscope sweep --vary cpu.tlb.rep' cpu.tlb.replacement=
only 'mmuscope run --trace-format j' json
only 'mmuscope run --trace-events sched_switch,sched_wakeup_' \
	sched_switch,sched_wakeup_new
only 'mmuscope why --at e' exit end
only 'mmuscope run configs/vexp' configs/vexpress-a9.yaml
only 'mmuscope test configs/scenarios/hwp' configs/scenarios/hwpoison
only 'mmuscope run -q configs/vexpress-a9.yaml -- host:guests/hello/h' \
	guests/hello/hello.S
only 'mmuscope run configs/vexpress-a9.yaml /bin/ls --se'
# an option's value is no command and no board
only 'mmuscope run --trace build/x.txt configs/tin' configs/tiny-8m.yaml
only 'mmuscope run --stats configs/tiny-8m.yaml --laye' 
only 'mmuscope run --stats configs/tiny-8m.yaml --layo' --layout
# each option of each help can be completed
for command in $(_mmuscope_words command); do
	for option in $("$mmuscope" "$command" --help |
		grep -oE -- '^ +(-., )?--[a-z-]+' | grep -oE -- '--.*'); do
		expect "mmuscope $command $option" "$option"
	done
done
exit $failed
