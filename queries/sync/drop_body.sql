-- sync/drop_body: a request that the books know done, one row. reads: bodies
-- params: $request VARCHAR
delete from bodies
where request = $request
