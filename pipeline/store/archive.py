"""Bronze: delivered files as they came, zstd-compressed and named by their SHA-256."""

from pathlib import Path

from pipeline.store.layout import fsync, raw_folder

_BLOCK = 2**20


def keep(home: Path, path: Path, sha256: str, beside: Path) -> Path:
    """The copy of a delivered file under `lake/raw/`, made where it is not there yet.

    Its name is its content, so that a crash leaves a whole copy or none, and twice is once.

    Args:
        home: the home folder.
        path: the file as delivered.
        sha256: of its bytes.
        beside: a folder of the run, where an unfinished copy may stand.
    """
    # 0.15 s of start-up that only archives need.
    import pyarrow as pa

    kept = raw_folder(home.resolve()) / f"{sha256}.zst"
    if kept.exists():
        return kept
    new = beside / kept.name
    with path.open("rb") as source, pa.CompressedOutputStream(str(new), "zstd") as target:
        while block := source.read(_BLOCK):
            target.write(block)
    fsync(new)
    kept.parent.mkdir(parents=True, exist_ok=True)
    new.replace(kept)
    for folder in (kept.parent, kept.parent.parent):
        fsync(folder)
    return kept
