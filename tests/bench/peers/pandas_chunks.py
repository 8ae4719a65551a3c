"""The job in pandas: chunks of a CSV, columns at a time, text and decimals held by Arrow."""

import argparse
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pandas as pd  # noqa: TID253 - this program is what pandas does
import pyarrow as pa
import pyarrow.parquet as pq

CHUNK = 250_000  # lines; from 100,000 to 500,000 the time is the same within noise
AMOUNT = pd.ArrowDtype(pa.decimal128(38, 18))
TABLES = {"matched": "sales", "quarantined": "quarantine"}  # the others are staged
QUANTITY = pd.ArrowDtype(pa.decimal128(28, 6))


class Catalog:
    """The catalog in memory: a Series for each key."""

    def __init__(self, folder: Path) -> None:
        self.by_isrc = self._series(folder, "by_isrc")
        self.by_gtin = self._series(folder, "by_gtin")
        self.by_gtin_title = self._series(folder, "by_gtin_title")
        self.by_text = self._series(folder, "by_text")
        self.currencies = set(pd.read_parquet(folder / "currencies.parquet")["code"])
        self.territories = set(pd.read_parquet(folder / "territories.parquet")["code"])

    def _series(self, folder: Path, name: str) -> "pd.Series[str]":
        table = pd.read_parquet(folder / f"{name}.parquet")
        key, value = table.columns
        return table.set_index(key)[value]


def _chunks(path: Path) -> Iterator[pd.DataFrame]:
    """Chunks of strings; a record with too many cells is gone, one with too few has nulls."""
    yield from pd.read_csv(
        path,
        dtype=str,
        keep_default_na=False,
        na_values=[""],
        encoding_errors="replace",
        on_bad_lines="skip",
        chunksize=CHUNK,
    )


def typed(lines: pd.DataFrame) -> pd.DataFrame:
    """Identifiers in normal form, exact decimals, dates; null what cannot be read."""
    amount = lines["amount"].where(lines["amount"].str.fullmatch(r"[+-]?\d{1,12}(\.\d{1,18})?"))
    quantity = lines["quantity"].where(lines["quantity"].str.fullmatch(r"-?\d{1,12}"))
    return lines.assign(
        isrc=lines["isrc"].str.replace("-", "", regex=False).str.upper(),
        gtin=lines["gtin"].str.zfill(14),
        amount=amount.astype(AMOUNT),
        quantity=quantity.astype(QUANTITY),
        period_start=pd.to_datetime(lines["period_start"], format="%Y-%m-%d", errors="coerce"),
        period_end=pd.to_datetime(lines["period_end"], format="%Y-%m-%d", errors="coerce"),
    )


def gtin_sound(gtin: "pd.Series[str]") -> "pd.Series[bool]":
    """Whether 14 digits bear the right check digit (GS1 General Specifications 7.9)."""
    digits = gtin.where(gtin.str.fullmatch(r"\d{14}"), "00000000000001")
    number = digits.astype("int64").to_numpy()
    total = sum(number // 10**place % 10 * (3 if place % 2 else 1) for place in range(14))
    return pd.Series(total % 10 == 0, index=gtin.index)


def matched(lines: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """The recording or release of each line, and the method; each step sees what is left."""
    track = lines["sale_level"] != "release"
    release = lines.loc[~track, "gtin"].map(catalog.by_gtin)
    recording = lines["isrc"].where(track).map(catalog.by_isrc)
    method = pd.Series("isrc", index=lines.index).where(recording.notna())
    method[release.index[release.notna()]] = "gtin"
    for name, key, table in (
        ("gtin_title", _gtin_title, catalog.by_gtin_title),
        ("exact_text", _text, catalog.by_text),
    ):
        left = lines[track & recording.isna()]
        found = key(left).map(table).dropna()
        recording[found.index] = found
        method[found.index] = name
    return lines.assign(
        recording_id=recording, release_id=release.reindex(lines.index), method=method
    )


def _gtin_title(lines: pd.DataFrame) -> "pd.Series[str]":
    return lines["gtin"] + "|" + lines["title"].str.strip().str.lower()


def _text(lines: pd.DataFrame) -> "pd.Series[str]":
    words = (lines[name].fillna("").str.strip().str.lower() for name in ("version", "artist"))
    title = lines["title"].str.strip().str.lower()
    return title.str.cat(list(words), sep="|")


def judged(lines: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """`faults` and `status` of each line."""
    isrc, gtin, currency = lines["isrc"], lines["gtin"], lines["currency"]
    found = {
        "FIELD_COUNT": lines["reported_amount"].isna(),
        "CURRENCY_INVALID": currency.notna() & ~currency.isin(catalog.currencies),
        "AMOUNT_UNREADABLE": lines["amount"].isna(),
        "CURRENCY_MISSING": currency.isna(),
        "UNMATCHED": lines["method"].isna(),
        "ISRC_MALFORMED": isrc.notna() & ~isrc.str.fullmatch("[A-Z]{2}[A-Z0-9]{3}[0-9]{7}"),
        "GTIN_CHECK_DIGIT": gtin.notna() & ~gtin_sound(gtin),
        "TERRITORY_UNKNOWN": ~lines["territory"].isin(catalog.territories),
        "PERIOD_UNREADABLE": lines[["period_start", "period_end"]].isna().any(axis=1),
        "QUANTITY_UNREADABLE": lines["quantity"].isna(),
    }
    faults = pd.Series("", index=lines.index)
    for name, lacking in found.items():
        faults[lacking] += name + " "
    status = pd.Series("matched", index=lines.index)
    status[found["UNMATCHED"]] = "unmatched"
    status[found["AMOUNT_UNREADABLE"] | found["CURRENCY_MISSING"]] = "held"
    status[found["FIELD_COUNT"] | found["CURRENCY_INVALID"]] = "quarantined"
    return lines.assign(faults=faults, status=status)


class Writer:
    """Parquet files that grow chunk by chunk, one for each table."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines: Counter[str] = Counter()
        self._open: dict[str, pq.ParquetWriter] = {}

    def write(self, lines: pd.DataFrame) -> None:
        """Add a chunk."""
        self.lines.update(lines["status"].value_counts().to_dict())
        table = lines["status"].map(TABLES).fillna("staged")
        for name, rows in lines.drop(columns="reported_amount").groupby(table):
            content = pa.Table.from_pandas(rows, preserve_index=False)
            if name not in self._open:
                path = self.folder / f"{name}.parquet"
                self._open[name] = pq.ParquetWriter(path, content.schema, compression="lz4")
            self._open[name].write_table(content)

    def close(self) -> None:
        """Finish every file."""
        for file in self._open.values():
            file.close()


def main() -> None:
    """Do the job and tell its lines by status."""
    parser = argparse.ArgumentParser()
    for name in ("manifest", "catalog", "out"):
        parser.add_argument(name, type=Path)
    asked = parser.parse_args()
    catalog, writer = Catalog(asked.catalog), Writer(asked.out)
    for chunk in _chunks(asked.manifest):
        lines = typed(chunk.assign(reported_amount=chunk["amount"]))
        writer.write(judged(matched(lines, catalog), catalog))
    writer.close()
    print(json.dumps({"by_status": writer.lines}))


if __name__ == "__main__":
    main()
