-- catalog/stats: one row of counts that say how well a version can match and pay. reads: recordings, releases, match_text
-- params: none
select
    (select count(*) from recordings where isrc is null) as recordings_without_isrc,
    (
        select count(*)
        from (
            select isrc from recordings where isrc is not null group by isrc having count(*) > 1
        ) as shared
    ) as isrcs_of_several_recordings,
    (select count(*) from recordings where title_key is null) as recordings_without_title,
    (select count(*) from recordings where splits = 'complete') as splits_complete,
    (select count(*) from recordings where splits = 'incomplete') as splits_incomplete,
    (select count(*) from recordings where splits = 'conditional') as splits_conditional,
    (select count(*) from recordings where splits = 'unchecked') as splits_unchecked,
    (select count(*) from releases where gtin is null) as releases_without_gtin,
    (select count(*) from match_text) as text_keys
