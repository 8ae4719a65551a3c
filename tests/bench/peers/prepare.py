"""The catalog as the peers read it: `prepare.sql` over a catalog's CSV files, untimed."""

import os
import sys
from pathlib import Path

import duckdb

from pipeline.contract import currencies, territories

SCRIPT = Path(__file__).with_name("prepare.sql").resolve()


def main() -> None:
    """Make `catalog.duckdb`, and the same as parquet under `keys/`, in the second folder named."""
    source, out = (Path(name).resolve() for name in sys.argv[1:3])
    (out / "keys").mkdir(parents=True)
    os.chdir(source)
    with duckdb.connect(str(out / "catalog.duckdb")) as con:
        con.execute(SCRIPT.read_text(encoding="utf-8"))
        codes = {"currencies": currencies.ACTIVE, "territories": territories.KNOWN}
        for table, known in codes.items():
            con.execute(f"create table {table} as select unnest($1) as code", [sorted(known)])
        for (table,) in con.execute("select table_name from duckdb_tables()").fetchall():
            con.table(table).write_parquet(str(out / "keys" / f"{table}.parquet"))


if __name__ == "__main__":
    main()
