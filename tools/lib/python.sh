# The Python that tests use, with the AWS clients. Sourced after messages.sh and requirements.sh, never run.

PYTHON_ENVIRONMENT=.build/python
PYTHON_CLIENTS=(boto3 awscli pytest jsonschema PyYAML)

# Makes the virtual environment once, from PyPI, below the top of the repository.
require_python() {
    local python
    if "$PYTHON_ENVIRONMENT/bin/python" -c 'import boto3, awscli, pytest, jsonschema, yaml' 2>/dev/null; then return; fi
    say "Making $PYTHON_ENVIRONMENT with ${PYTHON_CLIENTS[*]} from PyPI"
    # The first on the PATH may be one that somebody built without what a virtual environment needs; the system's has it.
    for python in python3 /usr/bin/python3 ''; do
        [ -n "$python" ] ||
            fail "No Python here can make a virtual environment." "As root, type: apt-get install python3 python3-venv"
        if "$python" -m venv --clear "$PYTHON_ENVIRONMENT" >&2; then break; fi
    done
    "$PYTHON_ENVIRONMENT/bin/python" -m pip install --quiet --disable-pip-version-check "${PYTHON_CLIENTS[@]}" >&2 ||
        fail "The Python clients (${PYTHON_CLIENTS[*]}) could not be installed from PyPI." "What pip says above is why; tests need them, running Brasa does not."
}
