# Completion of awsmfa for bash, on top of bash-completion.

# Where in the command line the verb stands: its word into `verb`, or "code" for a code.
_awsmfa_find_verb ()
{
    local i
    verb=''
    for ((i = 1; i < cword; i++)); do
        case ${words[i]} in
            --) ;;
            --profile | --duration | --serial | --region | --min | --wait | --format | --partition)
                ((i++)) ;;
            --*) ;;
            # The last of several letters may want a value.
            -*[pd]) [[ ${words[i]} =~ ^-[hqr]*[pd]$ ]] && ((i++)) ;;
            -[0-9]* | - | [0-9]* | [\'\"][0-9]*) verb=code; return ;;
            -*) ;;
            *) verb=${words[i]}; return ;;
        esac
    done
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
        'status:Tell whether there is a session and how long it lasts'
        'end:End the session'
        'shell:Start a shell that has the session'
        'exec:Run a command that has the session'
        'env:Print the session as variables'
        'credential-process:Print the session for AWS tools'
        'setup:Take the long-term key into the keyring'
        'forget-keys:Take the long-term key out of the keyring'
        'devices:List the MFA devices of the user'
        'policy:Print a policy that demands MFA'
        'doctor:Find out what keeps a session from working'
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
    local cur prev words cword split verb i
    local options='-p --profile -d --duration --serial --region -q --quiet --verbose --version
        -h --help'

    # The command after "--" is completed as if it stood alone.
    for ((i = 1; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] || continue
        words=("${COMP_WORDS[@]}") cword=$i
        _awsmfa_find_verb
        [[ $verb == exec ]] || return
        if declare -F _comp_command_offset >/dev/null; then
            _comp_command_offset $((i + 1))
        else
            _command_offset $((i + 1))
        fi
        return
    done

    _init_completion -s -n : || return
    _awsmfa_find_verb

    case $prev in
        -p | --profile | -[hqr]*p) _awsmfa_profiles; return ;;
        -d | --duration | -[hqr]*d)
            mapfile -t COMPREPLY < <(compgen -W '15m 30m 1h 4h 8h 12h 24h 36h' -- "$cur")
            return ;;
        --min) mapfile -t COMPREPLY < <(compgen -W '15m 30m 1h 2h 4h' -- "$cur"); return ;;
        --format) mapfile -t COMPREPLY < <(compgen -W 'sh fish json' -- "$cur"); return ;;
        --partition)
            mapfile -t COMPREPLY < <(compgen -W 'aws aws-cn aws-us-gov aws-eusc' -- "$cur")
            return ;;
        --serial | --region | --wait) return ;;
    esac
    [[ ${split:-false} == true ]] && return

    if [[ $cur != -* ]]; then
        [[ $verb ]] || _awsmfa_verbs
        return
    fi
    case $verb in
        '') options+=' -r --restore' ;;
        status) options+=' --json --all --min' ;;
        env) options+=' --format' ;;
        credential-process) options+=' --wait' ;;
        setup) options+=' --process --no-process' ;;
        forget-keys) options+=' --discard --yes' ;;
        devices) options+=' --json' ;;
        policy) options+=' --partition' ;;
        doctor) options+=' --offline --json' ;;
    esac
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
} &&
    complete -F _awsmfa awsmfa
