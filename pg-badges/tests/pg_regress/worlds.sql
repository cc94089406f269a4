-- The attack: whatever the hidden cells are, 0 to 9, everything that anybody can read as of any day is the same. So nothing that can be
-- computed from it, by differences or otherwise, tells one from another.
\set ECHO none
-- The test says what is filled: the table :filled by pg_temp.fill(hidden, hidden_too), and what can be read of it by pg_temp.everything().
create temporary table told (hidden integer, hidden_too integer, everything text);
create function pg_temp.tell_all(filled regclass) returns void language plpgsql as $$
declare
  one integer;
  other integer;
begin
  foreach one in array array[0, 1, 5, 9] loop
    foreach other in array array[0, 4, 9] loop
      execute format('truncate %s', filled);
      perform pg_temp.fill(one, other);
      insert into told values (one, other, pg_temp.everything());
    end loop;
  end loop;
end
$$;
select pg_temp.tell_all(:'filled') as all_told \gset
\set ECHO all
select count(*) as worlds, count(distinct everything) as told_apart_into from told;
