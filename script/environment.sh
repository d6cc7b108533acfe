# Sourced by the scripts beside it: finds a Python, makes and fills .venv. Gives $project and $python, with `dev` also
# $JANGWON_CHROMIUM; or ends with one line that says what is missing. Writes on standard error only.

project="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)" || exit 1
python="$project/.venv/bin/python"

case "$JANGWON_HOME" in
    "" | /*) ;;
    *) export JANGWON_HOME="$PWD/$JANGWON_HOME" ;;
esac

find_python() {
    local name
    for name in "$JANGWON_PYTHON" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$name" ] && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    return 1
}

found=$(find_python) || {
    echo "Python 3.11 or newer was not found: install it, or name it in JANGWON_PYTHON." >&2
    exit 1
}
chromium=$("$found" "$project/script/environment.py" "$@") || exit 1
[ -z "$chromium" ] || export JANGWON_CHROMIUM="$chromium"
