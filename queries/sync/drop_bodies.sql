-- sync/drop_bodies: what a round that is committed has brought. reads: bodies
-- params: $source VARCHAR
delete from bodies
where source = $source
