-- Which links a link was copied from, the latest first, as its launches say (`$ResourceLink.id.history`).
alter table lti.resource_link add column history text[] not null default '{}';

-- The sources of a copied course name a link of the course that it was copied from. As soon as a link of its own says that it comes from
-- there, they name that one and are asked at once. A link that was copied within its course goes on, unless the platform says that it is gone.
create function lti.follow_copied_links(in_course uuid) returns void language sql set search_path = pg_catalog, lti as $$
  update lti.completion_source s
  set settings = jsonb_set(s.settings, '{link}', to_jsonb(copy.resource_link_id)), poll_at = now(), failures = 0, obstacle = null
  from (
    select distinct on (s.source) s.source, l.resource_link_id
    from lti.completion_source s join lti.course c on c.course_id = s.course_id
      join lti.resource_link l on (l.registration_id, l.deployment_id, l.context_id) = (c.registration_id, c.deployment_id, c.context_id)
    where s.course_id = in_course and s.settings ->> 'link' = any (l.history) and s.settings ->> 'link' <> l.resource_link_id
      and (s.obstacle ->> 'obstacle' = 'linkIsGone' or not exists (
        select from lti.resource_link k
        where (k.registration_id, k.deployment_id, k.context_id) = (c.registration_id, c.deployment_id, c.context_id)
          and k.resource_link_id = s.settings ->> 'link'))
    order by s.source, l.seen_at desc, l.resource_link_id
  ) copy
  where s.course_id = in_course and s.source = copy.source
$$;

create function lti.follow_copied_link() returns trigger language plpgsql set search_path = pg_catalog, lti as $$
begin
  perform lti.follow_copied_links(c.course_id) from lti.course c
  where (c.registration_id, c.deployment_id, c.context_id) = (new.registration_id, new.deployment_id, new.context_id);
  return null;
end $$;
create trigger resource_link_is_followed after insert or update of history on lti.resource_link
  for each row when (new.history <> '{}') execute function lti.follow_copied_link();
