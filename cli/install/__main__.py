"""`python3 -m cli.install NAME …` out of the wheel, before there is a `michi`."""

import sys

from cli.install.run import install

sys.exit(install(sys.argv[1:]))
