-- $1: the credential's id, $2: its issuer's DID, $3: the time asked for.
select v.reason, s.reason, r.erased_at is not null, a.status_list_id is not null
from badges.assertion a
  join badges.issuer i on i.issuer_id = a.issuer_id and i.did = $2
  join badges.recipient r on r.recipient_id = a.recipient_id
  left join badges.revocation v on v.assertion_id = a.assertion_id and v.revoked_at <= $3
  left join badges.suspension s on s.assertion_id = a.assertion_id and s.suspended_at <= $3 and coalesce(s.reinstated_at > $3, true)
where a.credential_id = $1
limit 1
