"""One server from nothing: `michi install` and `michi uninstall`. Nothing but Python's own library
is used here: the first time it runs out of the wheel, where nothing else is there yet."""
