# fish completion for sidestep: sidestep completion fish | source

function __sidestep_complete
    set -l words (commandline -opc)
    set -l candidates (command $words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null)
    if test "$candidates" = :
        __fish_complete_path (commandline -ct)
    else if test (count $candidates) -gt 0
        printf '%s\n' $candidates
    end
end

complete -c sidestep -f -a '(__sidestep_complete)'
