# Completion of awsmfa for bash, on top of bash-completion.

# What the words before the cursor make of the next one: `verb`, or "code" behind a code; `start`, the
# word that the command of exec begins with, once it may begin.
_awsmfa_read_words ()
{
    local i
    verb='' start=0
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
            --) [[ $verb == exec ]] && start=$((i + 1)) && return ;;
            --profile | --duration | --serial | --role | --region | --min | --wait | --format | --partition)
                ((i++))
                # Readline takes the "=" for a word.
                [[ ${words[i]} == = ]] && ((i++)) ;;
            --*) ;;
            # The last of several letters may want a value.
            -*[pdf]) [[ ${words[i]} =~ ^-[hqr]*[pdf]$ ]] && ((i++)) ;;
            [-0-9]* | [\'\"][0-9]*)
                [[ ${words[i]} =~ ^[\'\"]?[-0-9\\\ ]+[\'\"]?$ ]] && : "${verb:=code}" ;;
            *)
                [[ $verb == exec ]] && start=$i && return
                : "${verb:=${words[i]}}" ;;
        esac
    done
    # Not where an option waits for its value.
    [[ $verb == exec && $i -eq $cword && ${words[cword]} != -* ]] && start=$cword
}

# Names may have blanks and worse: what is offered has to be quoted as the word was begun. A name
# is only ever compared and printed.
_awsmfa_profiles ()
{
    local name shown quote='' typed=$cur
    case $cur in
        [\'\"]*) quote=${cur:0:1} typed=${cur:1} ;;
    esac
    while IFS= read -r name; do
        case $quote in
            \') [[ $name == *\'* ]] && continue; shown=$name ;;
            \") [[ $name == *[\"\$\`\\!]* ]] && continue; shown=$name ;;
            *) printf -v shown %q "$name" ;;
        esac
        [[ $shown == "$typed"* ]] && COMPREPLY+=("$shown")
    done < <(command awsmfa __profiles 2>/dev/null)
    [[ $quote ]] || __ltrim_colon_completions "$cur"
}

_awsmfa_verbs ()
{
    local verbs=(
        'status:Say whether there is a session, and until when'
        'end:End the session'
        'shell:Start a shell with a session'
        'exec:Run a command with a session in its environment'
        'env:Print a session as environment variables'
        'credential-process:Print the session for AWS tools that ask for it (credential_process)'
        'setup:Bring the long-term key into the keyring'
        'forget-keys:Take the long-term key out of the keyring'
        "devices:List the user's MFA devices"
        'policy:Print an IAM policy that requires MFA'
        'doctor:Find out what is wrong, and how to fix it'
        'help:Print the help of a command'
    )
    local entry
    for entry in "${verbs[@]}"; do
        [[ ${entry%%:*} == "$cur"* ]] && COMPREPLY+=("$entry")
    done
    # 63: only listed, after the second Tab. What is inserted has no description.
    if ((COMP_TYPE == 63 && ${#COMPREPLY[@]} > 1)); then
        for entry in "${!COMPREPLY[@]}"; do
            printf -v "COMPREPLY[entry]" '%-20s %s' "${COMPREPLY[entry]%%:*}" \
                "(${COMPREPLY[entry]#*:})"
        done
    else
        COMPREPLY=("${COMPREPLY[@]%%:*}")
    fi
}

_awsmfa ()
{
    local cur prev words cword split verb start
    local options='--version -h --help' few='-p --profile -q --quiet'

    # The command of exec is completed as if it stood alone; of the words as readline has them, since
    # that is what the function for it counts.
    words=("${COMP_WORDS[@]}") cword=$COMP_CWORD
    _awsmfa_read_words
    if ((start > 0)); then
        if declare -F _comp_command_offset >/dev/null; then
            _comp_command_offset "$start"
        else
            _command_offset "$start"
        fi
        return
    fi

    _init_completion -s -n : || return
    _awsmfa_read_words

    case $prev in
        -p | --profile | -[hqr]*p) _awsmfa_profiles; return ;;
        -d | --duration | -[hqr]*d)
            mapfile -t COMPREPLY < <(compgen -W '15m 30m 1h 4h 8h 12h 24h 36h' -- "$cur")
            return ;;
        --min) mapfile -t COMPREPLY < <(compgen -W '15m 30m 1h 2h 4h' -- "$cur"); return ;;
        -f | --format) mapfile -t COMPREPLY < <(compgen -W 'sh fish json' -- "$cur"); return ;;
        --partition)
            mapfile -t COMPREPLY < <(compgen -W 'aws aws-cn aws-us-gov aws-eusc aws-iso aws-iso-b aws-iso-e aws-iso-f' -- "$cur")
            return ;;
        --serial | --role | --region | --wait) return ;;
    esac
    [[ ${split:-false} == true ]] && return

    if [[ $cur != -* ]]; then
        [[ $verb && $verb != help ]] || _awsmfa_verbs
        return
    fi
    case $verb in
        status | end | forget-keys) options+=" $few" ;;
        doctor) options+=" $few --verbose" ;;
        devices) options+=" $few --verbose --region" ;;
        setup) options+=" $few --verbose --region --serial --accept-account" ;;
        policy | help) ;;
        *)
            options+=" $few --verbose --region --serial --accept-account -d --duration --role" ;;
    esac
    case $verb in
        '') options+=' -r --restore' ;;
        status) options+=' --json --all --min' ;;
        env) options+=' -f --format' ;;
        credential-process) options+=' --wait' ;;
        setup) options+=' --process --no-process --import --yes --autostart' ;;
        forget-keys) options+=' --discard --yes' ;;
        devices) options+=' --json' ;;
        policy) options+=' --partition' ;;
        doctor) options+=' --offline --json' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
} &&
    complete -F _awsmfa awsmfa
