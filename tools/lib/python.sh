# The Python that tests use, with the AWS clients. Sourced after messages.sh and requirements.sh, never run.

PYTHON_ENVIRONMENT=.build/python
PYTHON_CLIENTS=(boto3 awscli pytest)

# Makes the virtual environment once, from PyPI, below the top of the repository.
require_python() {
    if "$PYTHON_ENVIRONMENT/bin/python" -c 'import boto3, awscli, pytest' 2>/dev/null; then return; fi
    say "Making $PYTHON_ENVIRONMENT with ${PYTHON_CLIENTS[*]} from PyPI"
    python3 -m venv --clear "$PYTHON_ENVIRONMENT" >&2 ||
        fail "$(command -v python3) cannot make a virtual environment." "Its venv module is missing: as root, type: apt-get install python3-venv"
    "$PYTHON_ENVIRONMENT/bin/python" -m pip install --quiet --disable-pip-version-check "${PYTHON_CLIENTS[@]}" >&2 ||
        fail "The Python clients (${PYTHON_CLIENTS[*]}) could not be installed from PyPI." "What pip says above is why; tests need them, running Brasa does not."
}
