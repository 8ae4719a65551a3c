"""What decisions about identities are bound to, and what has been decided of each."""

import hashlib

import polars as pl

from pipeline.contract import text
from pipeline.flow.rulings import TURNED_DOWN, with_undone
from pipeline.vocab import Binding, SaleLevel

VERSION_DIGITS = 8
KEY = ("bound_to", "key_source", "value", "level")


def keys(identities: pl.DataFrame) -> pl.DataFrame:
    """What identities may be bound to, one row per identity and binding, the strongest first.

    An identity itself is the last resort: its row comes last.

    Args:
        identities: with `queue_id`, `source` and the typed IDENTITY columns.

    Returns:
        queue_id (and `place`, where there is one), level, bound_to, key_source (null but for a
        sender's own asset id), value.
    """
    one_isrc = ~pl.col("isrc").str.contains("|", literal=True)
    of_release = (pl.col("sale_level") == SaleLevel.RELEASE.value).fill_null(value=False)
    texts = [pl.col(name) for name in ("title", "version", "artist")]
    arms = {
        Binding.ISRC: pl.when(~of_release & one_isrc).then("isrc"),
        Binding.GTIN: pl.when(of_release).then("gtin"),
        Binding.DSP_ASSET_ID: pl.col("dsp_asset_id"),
        Binding.TEXT: text.text_key(*texts),
        Binding.IDENTITY: pl.col("queue_id"),
    }
    level = pl.when(of_release).then(pl.lit(SaleLevel.RELEASE.value))
    own = [name for name in ("place", "queue_id") if name in identities.columns]
    found = [
        identities.select(
            *own,
            level.otherwise(pl.lit(SaleLevel.TRACK.value)).alias("level"),
            pl.lit(binding.value).alias("bound_to"),
            _source_of(binding).alias("key_source"),
            value.alias("value"),
        )
        for binding, value in arms.items()
    ]
    return pl.concat(found).filter(pl.col("value").is_not_null())


def _source_of(binding: Binding) -> pl.Expr:
    """The sender, where an identifier is its own alone."""
    own = binding is Binding.DSP_ASSET_ID
    return pl.col("source") if own else pl.lit(None, dtype=pl.String)


def touching(bound: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions about identities, one row per identity and decision, in their order.

    Args:
        bound: as `keys` gives it.
        decisions: all of them.

    Returns:
        queue_id, the columns of a decision, and `undone_by`, null where it stands.
    """
    about = with_undone(decisions).rename({"source": "key_source", "queue_id": "decided_on"})
    either = pl.col("level").is_null() | (pl.col("level") == pl.col("own_level"))
    return (
        bound.rename({"level": "own_level"})
        .join(about, on=["bound_to", "key_source", "value"], how="inner", nulls_equal=True)
        .filter(either)
        .drop("own_level")
        .sort("queue_id", "decided_at", "decision_id")
    )


def versions(queue_ids: pl.Series, about: pl.DataFrame, catalog: str | None) -> pl.Series:
    """The version of each queue row: another once anything was decided or the catalog changed.

    Args:
        queue_ids: of the rows.
        about: as `touching` gives it; an undo changes what it undoes.
        catalog: the current version.
    """
    state = pl.concat_str("decision_id", pl.col("undone_by").fill_null(""), separator="/")
    told = about.group_by("queue_id").agg(state.sort().str.join(","))
    states = dict(told.iter_rows())
    none = _digest(f"{catalog}")
    found = [_digest(f"{catalog},{states[one]}") if one in states else none for one in queue_ids]
    return pl.Series("queue_version", found, dtype=pl.String)


def _digest(state: str) -> str:
    return hashlib.sha256(state.encode()).hexdigest()[:VERSION_DIGITS]


def turned_down(about: pl.DataFrame) -> pl.DataFrame:
    """What people turned down: queue_id, `kind` (the last one's) and `refused` candidates."""
    kinds = [kind.value for kind in TURNED_DOWN]
    stands = pl.col("undone_by").is_null()
    rows = about.filter(stands, pl.col("kind").is_in(kinds))
    return rows.group_by("queue_id", maintain_order=True).agg(
        pl.col("kind").last(), pl.col("candidates").explode().drop_nulls().alias("refused")
    )
