# Completion of genkey-agent's command line for bash-completion. It asks nothing of the program, which may be slow to
# answer or may not be allowed to; tests/stories/test_manual.py compares it with --help.

_genkey_agent_options() {
    local common="--config --install-path --key-file --owner --state-dir --root --json --quiet --verbose --dry-run --help"
    case $1 in
        ensure) echo "$common --wait --keep" ;;
        generate) echo "$common --replace --confirm" ;;
        restore) echo "$common --identity --passphrase --passphrase-fd --output --displace --confirm --host-state --write" ;;
        import) echo "$common --format --allow-weak --displace --confirm" ;;
        invite) echo "$common --ttl --uses --address --output" ;;
        join) echo "$common --ticket-file --displace --confirm" ;;
        verify) echo "$common --peer --wait" ;;
        gate) echo "$common --policy --wait --allow-next-start --reason" ;;
        status) echo "$common --format" ;;
        audit) echo "$common --fix" ;;
        serve) echo "$common --listen" ;;
        "peers add") echo "$common --pin" ;;
        identity) echo "$common --renew" ;;
        backup | "backup create")
            echo "$common --recipient --recipients-file --certificate --passphrase --passphrase-fd --output --armor --if-configured"
            ;;
        "backup drill") echo "$common --identity --passphrase --passphrase-fd" ;;
        "backup prune") echo "$common --keep" ;;
        "backup new-identity") echo "$common --output" ;;
        "hook install") echo "$common --require" ;;
        "") echo "$common --version" ;;
        *) echo "$common" ;;
    esac
}

# What can follow an option; nothing is offered for what only a person can know.
_genkey_agent_value() {
    case $1 in
        --config | --key-file | --ticket-file | --output | --recipients-file | --certificate | --identity | -i) _filedir ;;
        --install-path | --state-dir | --root) _filedir -d ;;
        --owner) COMPREPLY=($(compgen -u -- "$cur")) ;;
        --policy) COMPREPLY=($(compgen -W "off warn local default majority strict" -- "$cur")) ;;
        --format)
            local formats="text json prometheus nagios"
            [ "$2" = import ] && formats="raw hex base64"
            COMPREPLY=($(compgen -W "$formats" -- "$cur"))
            ;;
        --confirm | --wait | --ttl | --uses | --address | --peer | --reason | --listen | --pin | --recipient | --passphrase-fd) ;;
        --keep) [ "$2" = "backup prune" ] ;;
        *) return 1 ;;
    esac
}

_genkey_agent() {
    local cur prev words cword
    _init_completion || return
    local commands="ensure generate import invite join restore verify gate status audit serve peers identity hook backup"
    local peers="list add remove" hook="install remove run"
    local backup="create list check drill prune new-identity"
    local command="" word at
    for ((at = 1; at < cword; at++)); do
        word=${words[at]}
        if [ -z "$command" ] && [[ " $commands " == *" $word "* ]]; then command=$word; fi
        if [ "$command" = peers ] && [[ " $peers " == *" $word "* ]]; then command="peers $word"; fi
        if [ "$command" = hook ] && [[ " $hook " == *" $word "* ]]; then command="hook $word"; fi
        if [ "$command" = backup ] && [[ " $backup " == *" $word "* ]]; then command="backup $word"; fi
    done

    _genkey_agent_value "$prev" "$command" && return
    if [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$(_genkey_agent_options "$command")" -- "$cur"))
        return
    fi
    case $command in
        "") COMPREPLY=($(compgen -W "$commands" -- "$cur")) ;;
        peers) COMPREPLY=($(compgen -W "$peers" -- "$cur")) ;;
        hook) COMPREPLY=($(compgen -W "$hook" -- "$cur")) ;;
        backup) COMPREPLY=($(compgen -W "$backup" -- "$cur")) ;;
        import | restore | "backup drill") _filedir ;;
    esac
} && complete -F _genkey_agent genkey-agent
