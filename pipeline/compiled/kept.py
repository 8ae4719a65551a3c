"""Object files of kernels: kept on disk for this machine, and loaded from there."""

import hashlib
import os
import platform
from functools import cache
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import llvmlite
import llvmlite.binding as llvm

PACKAGE = Path(__file__).parents[1]
CHECKED = "NUMBA_BOUNDSCHECK"
_DIGEST_BYTES = hashlib.sha256().digest_size


def sources() -> list[Path]:
    """The modules that hold kernels."""
    return sorted(PACKAGE.rglob("kernel*.py"))


@cache
def cache_folder() -> Path | None:
    """Where compiled code is kept; None where nothing can be written.

    One folder for each state of all kernels and of what compiles them, and for each processor.
    """
    digest = hashlib.sha256()
    for word in (
        platform.python_version(),
        llvmlite.__version__,
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
        os.environ.get(CHECKED, ""),
    ):
        digest.update(f"{word}\n".encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), *sources()):
        digest.update(path.read_bytes())
    beside = PACKAGE / "__pycache__"
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "royalty-pipeline"
    for parent in (beside, own):
        folder = parent / f"kernels-{digest.hexdigest()[:16]}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None


def kept(name: str) -> bytes | None:
    """The object file that is kept under a name; None where there is none that is whole."""
    folder = cache_folder()
    try:
        held = b"" if folder is None else (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    digest, code = held[:_DIGEST_BYTES], held[_DIGEST_BYTES:]
    return code if digest == hashlib.sha256(code).digest() else None


def keep(name: str, code: bytes) -> None:
    """Keep an object file under a name, whole or not at all."""
    folder = cache_folder()
    if folder is None:
        return
    with NamedTemporaryFile(dir=folder, delete=False) as file:
        file.write(hashlib.sha256(code).digest() + code)
    Path(file.name).replace(folder / name)


def machine(**how: Any) -> llvm.TargetMachine:
    """This machine, as code is made for it or loaded to it.

    Args:
        how: see `llvmlite.binding.Target.create_target_machine`.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.Target.from_default_triple().create_target_machine(jit=True, **how)


def loaded(code: bytes, symbol: str) -> int:
    """The address of the loop that an object file holds."""
    engine = _engine()
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return int(engine.get_function_address(symbol))


@cache
def _engine() -> llvm.ExecutionEngine:
    """Where code is loaded to, for as long as the process lives."""
    return llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine())
