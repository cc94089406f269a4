-- $1: the URL of a status list.
select l.status_list_id, l.issuer_id, l.purpose from badges.status_list l where l.url = $1
