-- $1: the URL. Status lists that are kept here are answered from the tables, never from a copy.
select d.body, d.expires_at from badges.document d
where d.url = $1 and not exists (select from badges.status_list l where l.url = d.url)
