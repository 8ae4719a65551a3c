"""Program: another program of the bench under the memory policy of the `royalty` command.

python -m tests.bench.as_command MODULE ARGUMENTS…
"""

import runpy
import sys

from pipeline import memory

if __name__ == "__main__":
    memory.keep()
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
