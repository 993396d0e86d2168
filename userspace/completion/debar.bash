# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Completion of debar(8). tests/cli/run compares it with each verb's --help.

_debar_policies() {
	# Names of live policies; none where that is not permitted.
	debar list --summary 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_debar() {
	local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local verb='' sub='' files='' words='--json --help' i

	COMPREPLY=()
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ ${COMP_WORDS[i]} == -* ]] && continue
		if [[ -z $verb ]]; then
			verb=${COMP_WORDS[i]}
		elif [[ -z $sub ]]; then
			sub=${COMP_WORDS[i]}
		fi
	done

	case $previous in
	-d | --directive)
		mapfile -t COMPREPLY < <(compgen -W 'generic bod-17-01 m-23-13' -- "$word"; compgen -f -- "$word")
		return
		;;
	-p | --policy)
		if [[ $sub == derive ]]; then
			mapfile -t COMPREPLY < <(compgen -f -- "$word")
			return
		fi
		mapfile -t COMPREPLY < <(compgen -W "$(_debar_policies)" -- "$word")
		return
		;;
	-o | --output | --key | --cert | --trust | -S | -H | --hosts)
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	-F | --format)
		if [[ $verb == report ]]; then
			mapfile -t COMPREPLY < <(compgen -W 'html json csv text' -- "$word")
		else
			mapfile -t COMPREPLY < <(compgen -W 'text json ecs ocsf' -- "$word")
		fi
		return
		;;
	-e | --export | -s | --store)
		[[ $verb == evidence || $verb$previous == report--store ]] || return
		mapfile -t COMPREPLY < <(compgen -f -- "$word")
		return
		;;
	-u | --user)
		[[ $verb != events ]] || mapfile -t COMPREPLY < <(compgen -u -- "$word")
		return
		;;
	-a | --after | --anchor | --since | --until | --path)
		# "policy derive" has another -a.
		[[ $sub != derive ]] || mapfile -t COMPREPLY < <(compgen -W 'deny observe' -- "$word")
		return
		;;
	--action)
		[[ $verb != events ]] || {
			mapfile -t COMPREPLY < <(compgen -W 'denied would-be-denied observed excepted
				not-judged gap covered start policy-load policy-replace policy-remove
				policy-reject mode seal' -- "$word")
			return
		}
		mapfile -t COMPREPLY < <(compgen -W 'deny observe' -- "$word")
		return
		;;
	--agency | --component | --contact | --asset)
		return
		;;
	--source | --manufacturer | -V | --vendor | -P | --product | -R | --release | -A | --authority)
		return
		;;
	esac

	case $verb in
	'')
		words+=' --version status load unload list mode seal events evidence check hash'
		words+=' policy report module version help'
		;;
	status) words+=' --check' ;;
	load) files=1 words+=' --allow-rollback --force --dry-run' ;;
	check) files=1 ;;
	seal) words+=' --yes' ;;
	hash) files=1 words+=' --yaml' ;;
	unload) words+=" $(_debar_policies)" ;;
	list) words+=' --policy --summary --products --bans --hits' ;;
	mode) words+=' enforce permissive' ;;
	events)
		words+=' --after --follow --store --format --since --until --vendor --product'
		words+=' --user --path --action'
		;;
	evidence)
		case $sub in
		verify) words+=' --store --export --anchor' ;;
		status) words+=' --store' ;;
		export) words+=' --output --store --since --until' ;;
		*) words+=' verify status export' ;;
		esac
		;;
	policy)
		case $sub in
		build) files=1 words+=' --output --include-unverified' ;;
		lint) files=1 words+=' --strict' ;;
		show) files=1 words+=' --bans' ;;
		diff) files=1 words+=' --summary' ;;
		derive)
			files=1 words+=' --csv --output --vendor --product --release'
			words+=' --authority --action --policy --keep-going'
			;;
		import)
			files=1 words+=' --output --skip-unusable --source --manufacturer'
			words+=' sha256sum csv stix misp cyclonedx spdx hsb nsrl openioc santa fapolicyd'
			;;
		sign) files=1 words+=' --key --cert --output' ;;
		verify) files=1 words+=' --trust' ;;
		*) words+=' build lint show diff derive import sign verify' ;;
		esac
		;;
	report)
		if [[ $sub == merge ]]; then
			files=1 words+=' --output --hosts --format --force'
		else
			words+=' --output --directive --since --until --format --store --force --agency'
			words+=' --component --contact --asset merge'
		fi
		;;
	module)
		case $sub in
		load) files=1 words+=' --file mode=enforce mode=permissive off=1' ;;
		unload | info) ;;
		*) words+=' load unload info' ;;
		esac
		;;
	help)
		words+=' status load unload list mode seal events evidence check hash policy report'
		words+=' module version help'
		;;
	esac

	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
	if [[ -n $files && $word != -* ]]; then
		local found
		mapfile -t found < <(compgen -f -- "$word")
		COMPREPLY+=("${found[@]}")
	fi
}

complete -o filenames -F _debar debar
