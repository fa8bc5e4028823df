# Completion of awsmfa for fish.

# What the words before the cursor make of the next one: nothing, "code" behind a code, the verb
# behind a verb. Behind exec there is also the number of words before its command, once the command
# may begin.
function __awsmfa_context
    set -l verb
    set -l code
    set -l words (commandline -opc)
    set -l i 2
    while test $i -le (count $words)
        set -l word $words[$i]
        switch $word
            case --
                if test "$verb" = exec
                    echo exec
                    echo $i
                    return
                end
            case --profile --duration --serial --role --region --min --wait --format --partition
                set i (math $i + 1)
            case '--*'
            case '*'
                if string match -qr -- '^-[hqr]*[pdf]$' $word
                    set i (math $i + 1)
                else if string match -qr -- '^[-0-9 ]+$' $word
                    set code yes
                else if test "$verb" = exec; and not string match -q -- '-*' $word
                    echo exec
                    math $i - 1
                    return
                else if test -z "$verb"; and not string match -q -- '-*' $word
                    set verb $word
                end
        end
        set i (math $i + 1)
    end
    if test -z "$verb" -a -n "$code"
        set verb code
    end
    echo $verb
end

function __awsmfa_is
    set -l context (__awsmfa_context)
    test (count $context) -eq 1; and contains -- "$context" $argv
end

# An option that these verbs do not take.
function __awsmfa_is_none_of
    set -l context (__awsmfa_context)
    test (count $context) -eq 1; and not contains -- "$context" $argv
end

function __awsmfa_has_no_verb
    test -z "$(__awsmfa_context)"
end

function __awsmfa_in_command
    test (count (__awsmfa_context)) -eq 2
end

# The command may also begin without the "--".
function __awsmfa_may_begin_command
    __awsmfa_in_command; or begin
        __awsmfa_is exec; and not string match -q -- '-*' (commandline -ct)
    end
end

function __awsmfa_profiles
    command awsmfa __profiles 2>/dev/null
end

# The command of exec as a command line of its own.
function __awsmfa_command
    set -l words (commandline -opc)
    set -l context (__awsmfa_context)
    set -l before (count $words)
    if set -q context[2]
        set before $context[2]
    end
    set -l command
    if test $before -lt (count $words)
        set command (string escape -- $words[(math $before + 1)..-1])
    end
    complete -C (string join -- ' ' $command (commandline -ct))
end

complete -c awsmfa -f

complete -c awsmfa -n '__awsmfa_is_none_of policy help' -s p -l profile -x -a '(__awsmfa_profiles)' -d 'Profile of the AWS files'
complete -c awsmfa -n '__awsmfa_is_none_of status end setup forget-keys devices policy doctor help' -s d -l duration -x -a '15m 30m 1h 4h 8h 12h 24h 36h' -d 'How long the session lasts'
complete -c awsmfa -n '__awsmfa_is_none_of status end forget-keys devices policy doctor help' -l serial -x -d 'ARN or serial number of the device'
complete -c awsmfa -n '__awsmfa_is_none_of status end setup forget-keys devices policy doctor help' -l role -x -d "Role to assume as the profile's user (-: none)"
complete -c awsmfa -n '__awsmfa_is_none_of status end forget-keys policy doctor help' -l region -x -d 'AWS region to ask'
complete -c awsmfa -n '__awsmfa_is_none_of status end forget-keys devices policy doctor help' -l accept-account -d 'Accept a key from a different account than before'
complete -c awsmfa -n '__awsmfa_is_none_of policy help' -s q -l quiet -d 'Say nothing but errors'
complete -c awsmfa -n '__awsmfa_is_none_of status end forget-keys policy help' -l verbose -d 'Say which requests were made, and how long they took'
complete -c awsmfa -n 'not __awsmfa_in_command' -l version -d 'Print the version'
complete -c awsmfa -n 'not __awsmfa_in_command' -s h -l help -d 'Show the help'
complete -c awsmfa -n __awsmfa_has_no_verb -s r -l restore -d 'Put the original credentials back'

complete -c awsmfa -n __awsmfa_has_no_verb -a status -d 'Say whether there is a session, and until when'
complete -c awsmfa -n __awsmfa_has_no_verb -a end -d 'End the session'
complete -c awsmfa -n __awsmfa_has_no_verb -a shell -d 'Start a shell with a session'
complete -c awsmfa -n __awsmfa_has_no_verb -a exec -d 'Run a command with a session in its environment'
complete -c awsmfa -n __awsmfa_has_no_verb -a env -d 'Print a session as environment variables'
complete -c awsmfa -n __awsmfa_has_no_verb -a credential-process -d 'Print the session for AWS tools that ask for it (credential_process)'
complete -c awsmfa -n __awsmfa_has_no_verb -a setup -d 'Bring the long-term key into the keyring'
complete -c awsmfa -n __awsmfa_has_no_verb -a forget-keys -d 'Take the long-term key out of the keyring'
complete -c awsmfa -n __awsmfa_has_no_verb -a devices -d "List the user's MFA devices"
complete -c awsmfa -n __awsmfa_has_no_verb -a policy -d 'Print an IAM policy that requires MFA'
complete -c awsmfa -n __awsmfa_has_no_verb -a doctor -d 'Find out what is wrong, and how to fix it'
complete -c awsmfa -n __awsmfa_has_no_verb -a help -d 'Print the help of a command'
complete -c awsmfa -n '__awsmfa_is help' -a 'status end shell exec env credential-process setup forget-keys devices policy doctor help'

complete -c awsmfa -n '__awsmfa_is status devices doctor' -l json -d 'Print JSON'
complete -c awsmfa -n '__awsmfa_is status' -l all -d 'Every profile'
complete -c awsmfa -n '__awsmfa_is status' -l min -x -a '15m 30m 1h 2h 4h' -d 'Exit with 6 unless the session lasts at least so long'
complete -c awsmfa -n '__awsmfa_is env' -s f -l format -x -a 'sh fish json' -d 'How to print the variables'
complete -c awsmfa -n '__awsmfa_is credential-process' -l wait -x -d 'How long to wait for a code to be entered'
complete -c awsmfa -n '__awsmfa_is setup' -l process -d 'Let AWS tools ask awsmfa for the keys'
complete -c awsmfa -n '__awsmfa_is setup' -l no-process -d 'Undo --process'
complete -c awsmfa -n '__awsmfa_is setup' -l import -d 'Import the keys that other MFA tools have left'
complete -c awsmfa -n '__awsmfa_is setup' -l yes -d 'Import all of them without a question'
complete -c awsmfa -n '__awsmfa_is setup' -l autostart -d 'Start the applet when you log in (=no: do not)'
complete -c awsmfa -n '__awsmfa_is forget-keys' -l discard -d 'Delete them even if they are nowhere else'
complete -c awsmfa -n '__awsmfa_is forget-keys' -l yes -d 'Do not ask whether that is meant'
complete -c awsmfa -n '__awsmfa_is policy' -l partition -x -a 'aws aws-cn aws-us-gov aws-eusc aws-iso aws-iso-b aws-iso-e aws-iso-f' -d 'The partition of the account'
complete -c awsmfa -n '__awsmfa_is doctor' -l offline -d 'Do without the network'
complete -c awsmfa -n __awsmfa_may_begin_command -x -a '(__awsmfa_command)'
