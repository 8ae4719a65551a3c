"""Compile all loops for this machine, before anybody waits for them: `make setup` runs it."""

from importlib import import_module
from pathlib import Path

from pipeline.compiled import Kernel
from pipeline.compiled.kept import sources

_ROOT = Path(__file__).parents[2]


def compile_all() -> list[str]:
    """Compile every kernel, some seconds where their code is not kept yet, else nothing.

    Returns:
        The modules that hold them.
    """
    names = [".".join(path.relative_to(_ROOT).with_suffix("").parts) for path in sources()]
    for name in names:
        for held in vars(import_module(name)).values():
            if isinstance(held, Kernel):
                held.ready()
    return names


if __name__ == "__main__":
    compile_all()
