"""A report that somebody still writes to."""

from pathlib import Path

import pytest

from pipeline.errors import ManifestRefused
from pipeline.flow import ingest
from pipeline.flow.opening import Opened
from pipeline.store import lake
from tests.flow.homes import SETTINGS, line, report, take


def test_what_grows_between_its_digest_and_its_opening_is_refused(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The digest is begun first: it may be of fewer lines than are read."""
    path = report(tmp_path / "r.csv", [line("", "1", title="Alfa")])
    opening = ingest.open_report

    def grown(given: Path, *how: object) -> Opened:
        with given.open("ab") as file:
            file.write(given.read_bytes().splitlines(keepends=True)[-1])
        return opening(given, *how)  # type: ignore[arg-type] - as it was called

    monkeypatch.setattr(ingest, "open_report", grown)
    with pytest.raises(ManifestRefused, match="changed while it was read"):
        take(path, home, SETTINGS)
    with lake.reading(home, SETTINGS) as con:
        assert con.execute("SELECT count(*) FROM manifests").fetchall() == [(0,)]
