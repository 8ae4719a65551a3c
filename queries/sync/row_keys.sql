-- sync/row_keys: what tells rows apart and what they say, one row per row, in order. reads: rows
-- params: none
-- row_key and digest are the SHA-256 of the texts that make a row's key and its cells.
select
    sha256(r.key_text) as row_key,
    sha256(r.cell_text) as digest
from rows as r
