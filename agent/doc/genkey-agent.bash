# SPDX-License-Identifier: ISC
# Completion of genkey-agent's command line for bash-completion. The program's own --help has the commands, the options
# and what follows each of them, so nothing is listed here. Where the program does not answer, nothing is offered.

_genkey_agent_help() { "${words[0]/#\~/$HOME}" "$@" --help 2>/dev/null; }

_genkey_agent_commands() { sed -n '/^Subcommands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' <<<"$1"; }

_genkey_agent_options() { sed -n 's/^  \(-[A-Za-z],\)\{0,1\}\(--[a-z-]*\).*/\2/p' <<<"$1"; }

# What follows an option: FILE, DIR, "off|warn", and other types that only a person can give. Empty for a flag, which
# has two blanks after its name, or a remark such as "Needs:".
_genkey_agent_type() {
    [[ $2 == -* ]] || return
    sed -n "s/^  \(-[A-Za-z],\)\{0,1\}$2\(,--[a-z-]*\)\{0,1\} \([^ ]*[^ :]\)\( .*\)\{0,1\}\$/\3/p" <<<"$1"
}

_genkey_agent() {
    local cur prev words cword
    _init_completion || return
    local command=() help type at
    help=$(_genkey_agent_help) || return
    for ((at = 1; at < cword; at++)); do
        if [[ ${words[at]} == [a-z]* ]] && _genkey_agent_commands "$help" | grep -qx -- "${words[at]}"; then
            command+=("${words[at]}")
            help=$(_genkey_agent_help "${command[@]}") || return
        fi
    done

    type=$(_genkey_agent_type "$help" "$prev")
    case $type in
        FILE) _filedir ;;
        DIR) _filedir -d ;;
        USER*) COMPREPLY=($(compgen -u -- "$cur")) ;;
        *"|"*) COMPREPLY=($(compgen -W "${type//|/ }" -- "$cur")) ;;
    esac
    [ -z "$type" ] || return 0
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$(_genkey_agent_options "$help")" -- "$cur"))
    else
        COMPREPLY=($(compgen -W "$(_genkey_agent_commands "$help")" -- "$cur"))
        # An operand that is a file.
        sed -n '/^Positionals:/,/^$/p' <<<"$help" | grep -q '^  .*\<FILE\>' && _filedir
        return 0
    fi
} && complete -F _genkey_agent genkey-agent
