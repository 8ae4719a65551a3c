-- lake/record_built: what the views are made from, one row. reads: books.commits
-- params: $home_path VARCHAR, $layout_digest VARCHAR
insert into built by name
select
    coalesce(max(commits.commit_id), 0) as commit_id,
    $home_path as home,
    $layout_digest as layout
from books.commits
