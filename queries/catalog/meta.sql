-- catalog/meta: the one row that says what a version is and holds. reads: meta
-- params: none
select * from meta
