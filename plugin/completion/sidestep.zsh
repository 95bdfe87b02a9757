#compdef sidestep
# zsh completion for sidestep: source <(sidestep completion zsh)

_sidestep() {
    local -a candidates
    candidates=("${(@f)$("${(Q)words[1]/#\~/$HOME}" __complete "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ ${candidates[1]} == : ]]; then
        compset -P '--*='
        _files
    elif [[ -n ${candidates[1]} ]]; then
        compadd -- "${candidates[@]}"
    fi
}

if [[ ${funcstack[1]} == _sidestep ]]; then
    _sidestep "$@"
else
    compdef _sidestep sidestep
fi
