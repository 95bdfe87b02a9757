# bash completion for sidestep: source <(sidestep completion bash)

_sidestep() {
    local line=${COMP_LINE:0:COMP_POINT} words
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")

    # What follows the last : or = is all that readline replaces.
    local current=${words[${#words[@]}-1]}
    local kept=${current%"${current##*[:=]}"}

    COMPREPLY=()
    local candidate
    while IFS= read -r candidate; do
        if [[ $candidate == : ]]; then
            compopt -o default 2>/dev/null
        else
            COMPREPLY+=("${candidate#"$kept"}")
        fi
    done < <("${words[0]/#\~/$HOME}" __complete "${words[@]:1}" 2>/dev/null)

    # A flag that ends in = waits for its value.
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}

complete -F _sidestep sidestep
