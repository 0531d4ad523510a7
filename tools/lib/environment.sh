# The same surroundings for the tools wherever they are started. Sourced first, never run; not by tools/run, since the
# configuration of the host it becomes may ask for any variable.

# What tools print is read by others, so it has to be in one language.
export LC_ALL=C.UTF-8
unset LANGUAGE
# Another compiler or build folder than the package is made for, and settings for other Pythons and other AWS accounts.
unset CC CXX SWIFTPM_BUILD_DIR BRASA_WORKER PYTHONHOME PYTHONPATH PYTEST_ADDOPTS PIP_USER PIP_TARGET "${!AWS_@}"
# Hosts under test are on the loopback; downloads may need the proxy.
export no_proxy="127.0.0.1,localhost${no_proxy:+,$no_proxy}"
export NO_PROXY=$no_proxy
# Libraries that anybody may write to are refused.
umask go-w
