# Completion of awsmfa for fish.

# The verb before the cursor; "code" for a code, "command" behind the "--" of exec, else nothing.
function __awsmfa_context
    set -l verb
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        set -l word $words[1]
        set -e words[1]
        switch $word
            case --
                if test "$verb" = exec
                    echo command
                    return
                end
            case --profile --duration --serial --region --min --wait --format --partition
                set -e words[1]
            case '--*'
            case '*'
                if string match -qr -- '^-[hqr]*[pd]$' $word
                    set -e words[1]
                else if test -z "$verb"
                    if string match -qr -- '^[-0-9 ]+$' $word
                        set verb code
                    else if not string match -q -- '-*' $word
                        set verb $word
                    end
                end
        end
    end
    echo $verb
end

function __awsmfa_is
    contains -- (__awsmfa_context) $argv
end

function __awsmfa_has_no_verb
    test -z (__awsmfa_context)""
end

function __awsmfa_profiles
    command awsmfa __profiles 2>/dev/null
end

# The words behind "exec … --" as a command line of their own.
function __awsmfa_command
    set -l words (commandline -opc)
    set -l dashes (contains -i -- -- $words)
    set -l command (string escape -- $words[(math $dashes + 1)..-1]) (commandline -ct)
    complete -C (string join -- ' ' $command)
end

complete -c awsmfa -f

complete -c awsmfa -n 'not __awsmfa_is command' -s p -l profile -x -a '(__awsmfa_profiles)' -d 'Profile of the AWS files'
complete -c awsmfa -n 'not __awsmfa_is command' -s d -l duration -x -a '15m 30m 1h 4h 8h 12h 24h 36h' -d 'How long the session lasts'
complete -c awsmfa -n 'not __awsmfa_is command' -l serial -x -d 'ARN or serial number of the device'
complete -c awsmfa -n 'not __awsmfa_is command' -l region -x -d 'AWS region to ask'
complete -c awsmfa -n 'not __awsmfa_is command' -s q -l quiet -d 'Say nothing but errors'
complete -c awsmfa -n 'not __awsmfa_is command' -l verbose -d 'Say which requests were made, and how long they took'
complete -c awsmfa -n 'not __awsmfa_is command' -l version -d 'Print the version'
complete -c awsmfa -n 'not __awsmfa_is command' -s h -l help -d 'Show the help'
complete -c awsmfa -n __awsmfa_has_no_verb -s r -l restore -d 'Put the original credentials back'

complete -c awsmfa -n __awsmfa_has_no_verb -a status -d 'Tell whether there is a session and how long it lasts'
complete -c awsmfa -n __awsmfa_has_no_verb -a end -d 'End the session'
complete -c awsmfa -n __awsmfa_has_no_verb -a shell -d 'Start a shell that has the session'
complete -c awsmfa -n __awsmfa_has_no_verb -a exec -d 'Run a command that has the session'
complete -c awsmfa -n __awsmfa_has_no_verb -a env -d 'Print the session as variables'
complete -c awsmfa -n __awsmfa_has_no_verb -a credential-process -d 'Print the session for AWS tools'
complete -c awsmfa -n __awsmfa_has_no_verb -a setup -d 'Take the long-term key into the keyring'
complete -c awsmfa -n __awsmfa_has_no_verb -a forget-keys -d 'Take the long-term key out of the keyring'
complete -c awsmfa -n __awsmfa_has_no_verb -a devices -d 'List the MFA devices of the user'
complete -c awsmfa -n __awsmfa_has_no_verb -a policy -d 'Print a policy that demands MFA'
complete -c awsmfa -n __awsmfa_has_no_verb -a doctor -d 'Find out what keeps a session from working'

complete -c awsmfa -n '__awsmfa_is status devices doctor' -l json -d 'Print JSON'
complete -c awsmfa -n '__awsmfa_is status' -l all -d 'Tell of every profile'
complete -c awsmfa -n '__awsmfa_is status' -l min -x -a '15m 30m 1h 2h 4h' -d 'Fail unless the session lasts as long'
complete -c awsmfa -n '__awsmfa_is env' -l format -x -a 'sh fish json' -d 'How to print'
complete -c awsmfa -n '__awsmfa_is credential-process' -l wait -x -d 'Seconds to wait for the code'
complete -c awsmfa -n '__awsmfa_is setup' -l process -d 'Have AWS tools ask awsmfa'
complete -c awsmfa -n '__awsmfa_is setup' -l no-process -d 'Have AWS tools read the file again'
complete -c awsmfa -n '__awsmfa_is forget-keys' -l discard -d 'Do not put them back into the file'
complete -c awsmfa -n '__awsmfa_is forget-keys' -l yes -d 'Do not ask'
complete -c awsmfa -n '__awsmfa_is policy' -l partition -x -a 'aws aws-cn aws-us-gov aws-eusc' -d 'For which part of AWS'
complete -c awsmfa -n '__awsmfa_is doctor' -l offline -d 'Ask nobody'
complete -c awsmfa -n '__awsmfa_is command' -x -a '(__awsmfa_command)'
