// SPDX-License-Identifier: ISC
#include "agent/config/completion_scripts.h"

namespace agent {

namespace {

// Each asks the very program that stands on the line. The program prints a word a line, a tabulator and its help, and
// at the end a line with a colon and the kind of names that the shell finds by itself. A program that does not answer
// in time, for example because a file system hangs, offers nothing.

constexpr std::string_view bash_script =
    R"script(# bash completion, printed by 'genkey-agent completion bash'. It needs bash-completion.

_genkey_agent() {
    local cur prev words cword line kind= value
    _init_completion -n =: || return
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :*) kind=${line#:} ;;
            "$cur"*) COMPREPLY+=("${line%%$'\t'*}") ;;
        esac
    done < <(timeout --foreground 2 "${words[0]/#\~/$HOME}" __complete "${words[@]:1:cword}" 2>/dev/null)
    # bash takes what stands behind a "=" for a word of its own.
    value=$cur
    if [[ $cur == --*=* ]]; then
        value=${cur#*=}
        COMPREPLY=("${COMPREPLY[@]#"${cur%%=*}="}")
    fi
    local offered=("${COMPREPLY[@]}") cur=$value
    case $kind in
        files) _filedir ;;
        directories) _filedir -d ;;
        users) COMPREPLY+=($(compgen -u -- "$value")) ;;
    esac
    [[ $kind != files ]] || COMPREPLY+=("${offered[@]}")
    __ltrim_colon_completions "$value"
} && complete -F _genkey_agent genkey-agent
)script";

constexpr std::string_view zsh_script = R"script(#compdef genkey-agent
# zsh completion, printed by 'genkey-agent completion zsh'.

_genkey-agent() {
    local -a lines offered shown
    local line kind=
    lines=("${(@f)$(timeout --foreground 2 ${(Q)words[1]/#\~/$HOME} __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    for line in $lines; do
        if [[ $line == :* ]]; then
            kind=${line#:}
        else
            offered+=("${line%%$'\t'*}")
            shown+=("${line/$'\t'/  -- }")
        fi
    done
    (( $#offered )) && compadd -l -d shown -a offered
    if [[ -n $kind && $PREFIX == --*=* ]]; then compset -P 1 '*='; fi
    case $kind in
        files) _files ;;
        directories) _path_files -/ ;;
        users) _users ;;
    esac
    (( compstate[nmatches] ))
}

if [[ $funcstack[1] == _genkey-agent ]]; then
    _genkey-agent "$@"
else
    compdef _genkey-agent genkey-agent
fi
)script";

constexpr std::string_view fish_script = R"script(# fish completion, printed by 'genkey-agent completion fish'.

function __genkey_agent_complete
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --cut-at-cursor --current-token)
    set -l program (string replace --regex '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    for line in (timeout --foreground 2 $program __complete $words "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (string replace --regex '^--[^=]*=' '' -- "$current")
            case ':directories'
                __fish_complete_directories (string replace --regex '^--[^=]*=' '' -- "$current") ''
            case ':users'
                __fish_complete_users
            case ':'
            case '*'
                printf '%s\n' $line
        end
    end
end

complete --command genkey-agent --no-files --arguments '(__genkey_agent_complete)'
)script";

}  // namespace

std::string_view completion_script(Shell shell) {
  switch (shell) {
    case Shell::bash: return bash_script;
    case Shell::zsh: return zsh_script;
    case Shell::fish: return fish_script;
  }
  __builtin_unreachable();
}

}  // namespace agent
