-- sync/create_index: what retries are counted by. reads: attempts
-- params: none
create index if not exists attempts_by_provider on attempts (provider, begun_at)
