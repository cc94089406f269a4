with login as (
  -- All that may have changed since the login was read is asked here once more: it may have been read when it began.
  update lti.login set claimed_at = to_timestamp($16)
  where state_hash = $1 and registration_id = $2 and browser_hash = $29 and claimed_at is null and expires_at > to_timestamp($16)
    and exists (select from lti.registration r where r.registration_id = $2 and r.status = 'active'
      and (r.approves_deployments and $17
        or exists (select from lti.deployment d where (d.registration_id, d.deployment_id) = ($2, $6))))
  returning state_hash
), nonce as (
  insert into lti.nonce (registration_id, nonce_hash, expires_at)
  select $2, $3, to_timestamp($4) from login on conflict do nothing returning nonce_hash
), deployment as (
  insert into lti.deployment (registration_id, deployment_id) select $2, $6 from nonce where $17 on conflict do nothing
), link as (
  -- Only what is new or changed is written: thousands who open the same link do not wait for one another.
  insert into lti.resource_link (registration_id, deployment_id, context_id, resource_link_id, line_item_url, seen_at, history)
  select $2, $6, $7, $20, $21, to_timestamp($16), $30 from nonce
  where $7::text is not null and $20::text is not null and not exists (
    select from lti.resource_link where (registration_id, deployment_id, context_id, resource_link_id) = ($2, $6, $7, $20)
      and (line_item_url = $21 or $21::text is null) and (history = $30 or $30 = '{}'::text[]))
  on conflict (registration_id, deployment_id, context_id, resource_link_id) do update
    set line_item_url = coalesce(excluded.line_item_url, resource_link.line_item_url), seen_at = excluded.seen_at,
      history = case when excluded.history = '{}' then resource_link.history else excluded.history end
), former as (
  insert into lti.former_user (registration_id, deployment_id, user_id, former_user_id)
  select $2, $6, $9, $25 from nonce where $25::text is not null and $9::text is not null on conflict do nothing
)
insert into lti.session (token_hash, registration_id, deployment_id, context_id, context_title, user_id, user_name,
                         standing, language, memberships_url, return_url, deep_link_return_url, deep_link_data, expires_at,
                         resource_link_id, for_user_id, groups_url, context_history, is_data_privacy, deep_link_takes,
                         administers_institution, line_items_url)
select $5, $2, $6, $7, $8, $9, $10, $11, $12, $13, $14, $18, $19, to_timestamp($15), $20, $22, $23, $24, $26, $27, $28, $31 from nonce
