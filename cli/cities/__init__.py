"""Many cities side by side on one machine: a new one, what there is, an upgrade in waves, one less.

A city is installed by `cli/install`; here is what concerns several of them.
"""
