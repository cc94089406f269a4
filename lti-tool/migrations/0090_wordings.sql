-- The languages of strings that join two of them in achievements of ours: their names, descriptions, criteria, captions and alignments (#7).
-- Found by the achievement's address and the string itself (its SHA-256), so that every version of an achievement, and every credential
-- that was ever signed with one, is shown in the reader's language. A string that is not here is in a language that nobody said.
create table lti.wording (
  achievement_uri text not null,
  digest bytea not null,
  texts jsonb not null,
  constraint wording_pkey primary key (achievement_uri, digest),
  constraint wording_digest_is_sha256 check (octet_length(digest) = 32),
  constraint wording_texts_are_by_language check (jsonb_typeof(texts) = 'object')
);

-- The languages of a string of an achievement, by tag; the string itself if nobody said them.
create function lti.wording(achievement_uri text, string text) returns jsonb
language sql stable parallel safe as $$
  select coalesce((select w.texts from lti.wording w
                   where w.achievement_uri = wording.achievement_uri and w.digest = sha256(convert_to(wording.string, 'UTF8'))),
                  to_jsonb(wording.string))
$$;

-- What courses say now, wherever it is what a version of their badge says.
insert into lti.wording (achievement_uri, digest, texts)
select distinct on (a.uri, text.string) a.uri, sha256(convert_to(text.string, 'UTF8')), jsonb_build_object('en', text.en, 'ja', text.ja)
from lti.course c
  join badges.achievement a on a.uri like '%/achievements/' || c.course_id
  cross join lateral (values
    (a.body ->> 'name', c.name_en, c.name_ja, ' / '),
    (a.body ->> 'description', c.description_en, c.description_ja, E'\n\n'),
    (a.body #>> '{criteria,narrative}', c.criteria_en, c.criteria_ja, E'\n\n'),
    (a.body #>> '{image,caption}', c.alt_en, c.alt_ja, ' / ')) text (string, en, ja, middle)
where text.en <> '' and text.ja <> '' and text.string = text.en || text.middle || text.ja
order by a.uri, text.string;
