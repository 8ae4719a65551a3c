-- lake/record_basis: adds one row: by what the run of a commit judged. reads: none
-- params: $number BIGINT, $catalog VARCHAR, $rules VARCHAR
insert into bases
values ($number, $catalog, $rules)
