"""Compile all loops for this machine, before anybody waits for them: `make setup` runs it."""

from importlib import import_module
from pathlib import Path

from pipeline import compiled

_ROOT = Path(__file__).parents[2]


def compile_all() -> list[str]:
    """Import every module that holds kernels, which compiles them; their names.

    A few seconds each where their code is not kept yet, else nothing.
    """
    names = [".".join(path.relative_to(_ROOT).with_suffix("").parts) for path in compiled.sources()]
    for name in names:
        import_module(name)
    return names


if __name__ == "__main__":
    compile_all()
