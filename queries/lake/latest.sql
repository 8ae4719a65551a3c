-- lake/latest: the number of the last commit, one row. reads: books.commits
-- params: none
-- 0 before the first.
select coalesce(max(commit_id), 0) as commit_id from books.commits
