-- $1: the issuer's DID. One row per registered key; one row without a key if there is none.
select i.issuer_id, t.did is not null, k.verification_method, k.public_key_multibase, k.valid_from, k.valid_until, k.issuer_key_id
from (select $1::text as did) asked
  left join badges.issuer i on i.did = asked.did
  left join badges.trusted_issuer t on t.did = asked.did
  left join badges.issuer_key k on k.issuer_id = i.issuer_id
order by k.valid_from, k.verification_method
