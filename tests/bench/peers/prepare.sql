-- The catalog as each peer would keep it for this job: keys worked out beforehand, one row per key
-- that names one recording or release alone. Run in the folder of the catalog's CSV files, on a
-- database that the peers read; what it costs is not counted against them.
create table recordings as
select
    recording_id,
    upper(replace(isrc, '-', '')) as isrc,
    lower(trim(title)) as title_key,
    lower(trim(title)) || '|' || lower(trim(coalesce(version, ''))) || '|' || lower(trim(artist))
        as text_key
from read_csv('recordings.csv', all_varchar = true);

create table releases as
select
    release_id,
    lpad(gtin, 14, '0') as gtin
from read_csv('releases.csv', all_varchar = true)
where gtin is not null;

create table by_isrc as
select
    isrc,
    min(recording_id) as recording_id
from recordings
where isrc is not null
group by isrc
having count(*) = 1;

create table by_gtin as
select
    gtin,
    min(release_id) as release_id
from releases
group by gtin
having count(*) = 1;

create table by_gtin_title as
select
    l.gtin || '|' || r.title_key as gtin_title,
    min(t.recording_id) as recording_id
from read_csv('tracks.csv', all_varchar = true) as t
inner join releases as l on t.release_id = l.release_id
inner join recordings as r on t.recording_id = r.recording_id
group by gtin_title
having count(distinct t.recording_id) = 1;

create table by_text as
select
    text_key,
    min(recording_id) as recording_id
from recordings
where text_key is not null
group by text_key
having count(*) = 1;

drop table recordings;
drop table releases;
