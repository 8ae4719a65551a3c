"""What the loopback provider of the race serves, and the catalog that its rows are matched by."""

import asyncio
import csv
from pathlib import Path

from tests.provider.shelf import moment
from tests.provider.wire import Answer, Request, serving

SIZE = 200
RECORDINGS = 5_000
_UNIT = 10**7


def isrc(recording: int) -> str:
    """The ISRC of the n-th recording."""
    return f"DEA1226{recording:05}"


def row(number: int) -> str:
    """The n-th row; no two are the same, and all lie in the past: what is not final would wait."""
    recording = number * 7 % RECORDINGS
    whole, rest = divmod(number * 13 + 1, _UNIT)
    return (
        f'{{"id":"row-{number:08}","updated_at":"{moment(number % 1000)}",'
        f'"period_start":"2026-09-01","service":"Acme","territory":"DE",'
        f'"isrc":"{isrc(recording)}","title":"Song {recording}","artist":"Anna",'
        f'"quantity":{number % 9 + 1},"currency":"EUR","amount":{whole}.{rest:07}}}'
    )


def page(number: int, pages: int) -> bytes:
    """The n-th page, from 1, as JSON; one behind the last holds nothing."""
    first = (number - 1) * SIZE
    rows = ",".join(map(row, range(first, first + SIZE))) if number <= pages else ""
    return f'{{"data":[{rows}],"total":{pages * SIZE}}}'.encode()


def catalog(folder: Path) -> None:
    """Write the catalog: every recording that a row names."""
    folder.mkdir(parents=True)
    with (folder / "recordings.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["recording_id", "isrc", "title", "artist"])
        table.writerows([n, isrc(n), f"Song {n}", "Anna"] for n in range(RECORDINGS))


def serve(pages: int) -> None:
    """Serve so many pages, made beforehand; says its address, then goes on until killed."""
    made = [page(number, pages) for number in range(1, pages + 2)]

    def answer(request: Request) -> Answer:
        place = min(int(request.query.get("page", "1")), len(made)) - 1
        return Answer(body=made[place], headers={"Content-Type": "application/json"})

    async def run() -> None:
        async with serving(answer) as port:
            print(f"http://127.0.0.1:{port}", flush=True)
            await asyncio.Event().wait()

    asyncio.run(run())
