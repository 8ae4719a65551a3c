"""The errors people meet: each says what is wrong, where, and the mend, and fixes an exit code."""

from typing import ClassVar


class PipelineError(Exception):
    """An error that ends a command with one clear line.

    Args:
        what: what is wrong and where, without a final stop.
        mend: what the reader can do about it.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, mend: str) -> None:
        """Keep both halves of the line."""
        super().__init__(what, mend)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        """One line: what is wrong; the mend."""
        line = f"{self.what}; {self.mend}"
        return " ".join(line.split())


class UsageError(PipelineError):
    """The command was called in a way that cannot be carried out."""

    exit_code = 2


class ManifestRefused(PipelineError):
    """A manifest cannot be read as any known report; nothing of it was taken."""

    exit_code = 3


class CatalogError(PipelineError):
    """The catalog, or what was offered as one, is broken."""

    exit_code = 4


class LakeBusy(PipelineError):
    """Another process is writing to the lake."""

    exit_code = 5


class LakeDamaged(PipelineError):
    """A file that the lake lists is missing or is not what was written."""

    exit_code = 5


class RemoteFailed(PipelineError):
    """A sender's server could not be reached, or did not give what it must."""

    exit_code = 7


class VerificationFailed(PipelineError):
    """An export is not what its digests and sums say."""

    exit_code = 6
