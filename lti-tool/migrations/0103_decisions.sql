-- What holders have accepted or declined until now goes to the events that reports count, with the moment of the decision. They are recorded now:
-- what was filed, or is read as of a day before, stays as it was (#8).
select badges.record_assertion_events(array_agg(h.assertion_id order by h.assertion_id), array_agg(h.decision order by h.assertion_id),
  array_agg(h.decided_at order by h.assertion_id))
from lti.holding h join badges.assertion a using (assertion_id)
where h.decision is not null and a.issuer_id in (select badges.visible_issuers())
having count(*) > 0;
