"""The notebook runs over a real lake and shows what is in it."""

import importlib.util
from decimal import Decimal
from pathlib import Path
from types import ModuleType

import pytest

from pipeline.cli import main

ROOT = Path(__file__).resolve().parents[2]


def _notebook(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "notebooks" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_lake_at_a_glance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    report = tmp_path / "two.csv"
    report.write_text("isrc,amount,currency\nUSAB12600001,1.25,EUR\nUSAB12600002,2.50,EUR\n")
    assert main.run(["--home", str(tmp_path / "home"), "ingest", str(report), "--json"]) == 0
    monkeypatch.setenv("ROYALTY_HOME", str(tmp_path / "home"))
    _, shown = _notebook("lake").app.run()
    assert shown["money"].rows() == [("EUR", "unmatched", 2, Decimal("3.75"))]
    assert shown["waiting"].select("fault", "lines").rows() == [("UNMATCHED", 2)]
    assert shown["balance"].is_empty()
    shown["lake"].close()


def test_without_a_lake_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROYALTY_HOME", str(tmp_path))
    _, shown = _notebook("lake").app.run()
    assert "money" not in shown
