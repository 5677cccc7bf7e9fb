"""What holds for every test."""

import os

# A test process that is one of several is told the width of its master's terminal; output is read at its own width.
os.environ.pop("COLUMNS", None)
