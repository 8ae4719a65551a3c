"""Which file of a delivery is the report: of an archive, the one whose header a profile knows."""

from collections.abc import Sequence
from pathlib import Path

from pipeline.read.containers import Container, candidates, fits_name, several
from pipeline.read.profiles import Profile, choose, fitting, named


def report_in(
    path: Path, profiles: Sequence[Profile], source: str | None
) -> tuple[Container, Profile]:
    """The report of a delivered file, with the profile that it fits.

    Where an archive holds several files that may be it, it is the one whose header and name fit a
    profile; roll-ups of the same money have other headers, and are never read.

    Args:
        path: the file as delivered.
        profiles: all that are known.
        source: the profile that must fit; chosen by the header where None.

    Raises:
        ManifestRefused: it cannot be opened, or does not hold exactly one report.
        UsageError: there is no such source.
    """
    members = [pattern for profile in profiles for pattern in profile.spec.members]
    found = candidates(path, members)
    if len(found) == 1:
        return found[0], choose(found[0].head(), profiles, source, path)
    asked = named(profiles, source)
    reports = [
        (container, profile)
        for container in found
        if container.size
        for profile in fitting(container.head(), asked)
        if fits_name(container.member or "", profile.spec.members)
    ]
    if len(reports) == 1:
        return reports[0]
    names = [container.member or "" for container, _ in reports]
    raise several(path, names or [container.member or "" for container in found])
