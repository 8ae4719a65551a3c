-- lake/record_commit: the number of a new commit, one row. reads: commits
-- params: $run_id VARCHAR, $kind_of_run VARCHAR, $moment TIMESTAMP
insert into commits
select
    coalesce(max(commits.commit_id), 0) + 1 as commit_id,
    $run_id as run,
    $kind_of_run as kind,
    $moment as at
from commits
returning commit_id
