# bash completion for reeve-bundle: its commands, their options, and files. The options are what the
# program itself says of a command, so that they cannot differ from it.
_reeve_bundle() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]}
	local words=''
	if [ "$COMP_CWORD" = 1 ]; then
		words='pack keygen publish sign inspect verify --help --version'
	elif [[ $cur == -* ]]; then
		words=$(reeve-bundle "$command" --help 2>/dev/null | grep -oE -e '^ +(-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+')
	else
		case $prev in
		--name | --version | --seq | --entry | --require-env | --need-command | --state | --expires | --threshold | \
			-c | --channel) return ;;
		--platform) words='any linux-x86_64-glibc linux-aarch64-glibc' ;;
		esac
	fi
	if [ -n "$words" ]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
	else
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -f -- "$cur")
	fi
}
complete -F _reeve_bundle reeve-bundle
