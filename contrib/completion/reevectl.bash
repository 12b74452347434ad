# bash completion for reevectl: commands, options, and the names of children as reeve has them now.
_reevectl_commands='status healthy start stop restart signal reload check bundles check-updates upgrade rollback
	tail log events shutdown version help'

# _reevectl_ask COMMAND KEY: one name per line from reevectl's JSON; nothing when reeve does not answer.
_reevectl_ask() {
	reevectl --json "$1" 2>/dev/null | sed -n 's/^      "name": "\([^"]*\)",\{0,1\}$/\1/p'
}

_reevectl_names() {
	local name
	{
		_reevectl_ask status | while read -r name; do printf '%s\n%s\n' "$name" "${name%%:*}:*"; done
		echo all
	} | sort -u
}

_reevectl() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command='' word words
	# bash cuts words at colons, names are whole again here
	if declare -F _get_comp_words_by_ref >/dev/null; then _get_comp_words_by_ref -n : cur prev; fi
	for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case " ${_reevectl_commands//[$'\n\t']/ } " in *" $word "*) command=$word; break ;; esac
	done
	case $prev in
	-s | --socket) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
	-n | --lines | --to | --since) return ;;
	esac
	if [[ $cur == -* ]]; then
		words='--json --socket --help'
		case $command in
		check) words+=' --full' ;;
		upgrade | rollback) words+=' --to' ;;
		tail | log) words+=' --follow --lines --all --stderr --since' ;;
		esac
	else
		case $command in
		'') words=$_reevectl_commands ;;
		help) words=$_reevectl_commands ;;
		status | healthy | start | stop | restart | check | events | tail | log) words=$(_reevectl_names) ;;
		signal)
			if [[ $prev == signal ]]; then words='HUP INT QUIT USR1 USR2 TERM KILL STOP CONT'
			else words=$(_reevectl_names); fi ;;
		bundles | check-updates | upgrade | rollback) words=$(_reevectl_ask bundles) ;;
		*) words='' ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	if declare -F __ltrim_colon_completions >/dev/null; then __ltrim_colon_completions "$cur"; fi
}
complete -F _reevectl reevectl
