\getenv dir PG_ABS_SRCDIR
\set setup :dir '/setup.sql'
\i :setup
-- Pictures are made here, chunk by chunk, so that each is wrong in one way. https://www.w3.org/TR/png-3/#5Chunk-layout
create function pg_temp.crc(data bytea) returns bigint language plpgsql as $$
declare
  crc bigint := x'ffffffff'::bigint;
begin
  for n in 0 .. octet_length(data) - 1 loop
    crc := crc # get_byte(data, n);
    for bit in 1 .. 8 loop
      crc := case when crc & 1 = 1 then (crc >> 1) # x'edb88320'::bigint else crc >> 1 end;
    end loop;
  end loop;
  return crc # x'ffffffff'::bigint;
end $$;
create function pg_temp.chunk(kind text, data bytea) returns bytea language sql as $$
  select int4send(octet_length(data)) || convert_to(kind, 'UTF8') || data || substr(int8send(pg_temp.crc(convert_to(kind, 'UTF8') || data)), 5) $$;
create function pg_temp.picture(chunks bytea) returns bytea language sql as $$
  select '\x89504e470d0a1a0a'::bytea || pg_temp.chunk('IHDR', '\x00000001000000010802000000') || chunks || pg_temp.chunk('IEND', '') $$;
create function pg_temp.text_chunk(kind text, rest bytea) returns bytea language sql as $$
  select pg_temp.chunk(kind, convert_to('openbadgecredential', 'UTF8') || '\x00' || rest) $$;
select pg_temp.crc('123456789') = x'cbf43926'::bigint as is_crc, badges.unbake(pg_temp.picture(pg_temp.text_chunk('iTXt', '\x00000000' || convert_to(:'valid', 'UTF8')))) = :'valid' as is_picture;

create temporary table hostile (name text, file bytea);
alter table hostile alter file set storage external;
insert into hostile values
  ('invalid UTF-8 in iTXt', pg_temp.picture(pg_temp.text_chunk('iTXt', '\x00000000fffefd'))),
  ('invalid UTF-8 in tEXt', pg_temp.picture(pg_temp.text_chunk('tEXt', '\xc328'))),
  ('zero in tEXt', pg_temp.picture(pg_temp.text_chunk('tEXt', '\x7b0000007d'))),
  ('zero in iTXt', pg_temp.picture(pg_temp.text_chunk('iTXt', '\x000000007b007d'))),
  ('no language', pg_temp.picture(pg_temp.text_chunk('iTXt', '\x0000'))),
  ('unknown compression', pg_temp.picture(pg_temp.text_chunk('iTXt', '\x01070000aa'))),
  ('not compressed', pg_temp.picture(pg_temp.text_chunk('zTXt', '\x00aaaaaaaa'))),
  ('4 KB that unpack to 4 MB', pg_temp.picture(pg_temp.text_chunk('zTXt', '\x00' || '\x78daecc18100000000802095fd2917a90a'::bytea || decode(repeat('00', 4094), 'hex')))),
  ('wrong checksum', set_byte(pg_temp.picture(pg_temp.text_chunk('tEXt', '{}')), 60, 33)),
  ('a chunk of 4 GB', '\x89504e470d0a1a0a'::bytea || pg_temp.chunk('IHDR', '\x00000001000000010802000000') || '\xffffffff'::bytea || 'tEXt'::bytea),
  ('a chunk without end', substr(pg_temp.picture(pg_temp.text_chunk('tEXt', '{}')), 1, 50)),
  ('only a signature', '\x89504e470d0a1a0a'), ('half a signature', '\x89504e47'), ('no IHDR', '\x89504e470d0a1a0a'::bytea || pg_temp.chunk('IEND', '')),
  ('ten thousand chunks', pg_temp.picture(decode(repeat(encode(pg_temp.chunk('tEXt', 'x\000y'), 'hex'), 10000), 'hex'))),
  ('SVG cut short', '<svg xmlns="http://www.w3.org/2000/svg"><openbadges:credential'), ('SVG of entities', convert_to('<!DOCTYPE svg [<!ENTITY a "' || repeat('x', 1000) || '"><!ENTITY b "' || repeat('&a;', 1000) || '"><!ENTITY c "' || repeat('&b;', 1000) || '">]><svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"><openbadges:credential>&c;</openbadges:credential></svg>', 'UTF8')),
  ('SVG from elsewhere', convert_to('<!DOCTYPE svg SYSTEM "file:///etc/passwd"><svg xmlns="http://www.w3.org/2000/svg"/>', 'UTF8')), ('deep SVG', convert_to(repeat('<svg>', 100000), 'UTF8')),
  ('SVG with invalid UTF-8', '<svg xmlns="http://www.w3.org/2000/svg">'::bytea || '\xff'::bytea || '</svg>'::bytea), ('a zero', '\x00'), ('JSON with a zero', '\x7b226964223a2261006222207d'), ('JSON with invalid UTF-8', '\x7b226964223a22ff227d'),
  ('UTF-16', '\xfffe7b007d00'), ('a byte order mark', '\xefbbbf7b7d'), ('GIF', 'GIF89a'), ('nothing', '');
insert into hostile values ('a hundred megabytes of text', convert_to(repeat('{"a":1}   ', 10000000), 'UTF8')), ('a hundred megabytes of PNG', '\x89504e470d0a1a0a'::bytea || convert_to(repeat('IHDRIHDR', 12500000), 'UTF8'));
insert into hostile select 'cut after ' || n, substr(badges.bake(pg_temp.picture(''), :'valid'), 1, n) from generate_series(1, 120, 7) n;
-- None verifies, each says why, and what is said is text.
select count(*), bool_and(outcome = 'malformed') as all_malformed, bool_and(detail > '') as each_says_why, bool_or(position('\x00'::bytea in convert_to(detail, 'UTF8')) > 0) as says_zero
  from hostile, lateral (select (v).outcome, (v).detail from (select badges.verify(file) as v offset 0) o) v;
select bool_and(c.detail > '' and position('\x00'::bytea in convert_to(c.detail, 'UTF8')) = 0) as each_check_says_why from hostile, badges.verify_checks(file) c where octet_length(file) < 1000000;
-- To take a badge out or to bake one in is an error with an SQLSTATE, or there is none.
create function pg_temp.attempt(statement text, file bytea) returns text language plpgsql as $$
declare
  answer text;
begin
  execute statement into answer using file;
  return coalesce('answers ' || left(answer, 20), 'finds none');
exception when others then
  return sqlstate;
end $$;
create temporary table unbaked as select name, pg_temp.attempt('select badges.unbake($1)', file) as answer from hostile;
select answer, count(*) from unbaked group by 1 order by 1;
select name from unbaked where answer !~ '^22' order by name;
select pg_temp.attempt('select ''a picture of '' || octet_length(badges.bake($1, ''{}''))', file) ~ '^22|^answers a picture' as is_refused_or_baked, count(*) from hostile group by 1;
-- A hundred megabytes of text, for each function that takes one.
select octet_length(v.outcome), v.outcome, v.detail from badges.verify(repeat('[', 100000000)) v;
select badges.verify_outcome(repeat('x', 100000000)), badges.proof_is_valid(repeat('{', 100000000), :'multikey'), badges.recipient_matches(repeat('{', 100000000), 'emailAddress', 'x'), badges.is_multikey(repeat('z', 100000000));
-- What jsonb can hold and a credential cannot.
\set VERBOSITY terse
select badges.verify_outcome((repeat('[', 3000) || repeat(']', 3000))::jsonb), badges.verify_outcome(('[1' || repeat('0', 100000) || ']')::jsonb), badges.verify_outcome('[1e-300, -0.0, 1e300]'::jsonb);
select badges.jcs((repeat('[', 3000) || repeat(']', 3000))::jsonb);
\echo :LAST_ERROR_SQLSTATE
select badges.canonicalize((repeat('[', 3000) || repeat(']', 3000))::jsonb);
\echo :LAST_ERROR_SQLSTATE
select badges.jcs(('[1' || repeat('0', 400) || ']')::jsonb);
\echo :LAST_ERROR_SQLSTATE
select badges.canonicalize(('[1' || repeat('0', 400) || ']')::jsonb);
\echo :LAST_ERROR_SQLSTATE
select badges.jcs('{"a": 1'), 1;
\echo :LAST_ERROR_SQLSTATE
select badges.jcs('{"a": 1, "a": 2}');
\echo :LAST_ERROR_SQLSTATE
\set VERBOSITY default
select badges.jcs(repeat('[', 100000000));
\echo :LAST_ERROR_SQLSTATE
-- A zero character: JSON can say it, text cannot hold it.
select outcome, detail, credential_id from badges.verify(replace(:'valid', '0000000000c1"', '0000000000c1\u0000"'));
select outcome, position('\x00'::bytea in convert_to(detail, 'UTF8')) as zeros, detail from badges.verify(replace(:'valid', '"assertionMethod"', '"assertion\u0000"'));
select badges.jcs('["\u0000"]');
select badges.canonicalize('{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "urn:x:1", "type": ["VerifiableCredential"], "name": "\u0000"}') as zero;
rollback;
