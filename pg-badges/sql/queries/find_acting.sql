-- $1: the id of an issuer. Whether the acting role may act for it.
select i.tenant_role is null or badges.acts_for(i.tenant_role) from badges.issuer i where i.issuer_id = $1
