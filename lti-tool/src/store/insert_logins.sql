-- Logins that began at once: for each that leads to one active platform a row, with its place among them, and what a launch needs to know.
with asked as (
  select *
  from unnest($1::text[], $2::text[], $3::bytea[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::double precision[])
    with ordinality a (issuer, client_id, state_hash, nonce_hash, browser_hash, login_hint, message_hint, target_link_uri, deployment_hint, storage_target,
      expires_at, place)
), matching as (
  select a.place, r.registration_id, r.issuer, r.client_id, r.authorization_endpoint, r.token_endpoint, r.token_audience, r.jwks_url,
    r.id_token_algorithm, r.approves_deployments, r.population_parameter, count(*) over (partition by a.place) as matches
  from asked a join lti.registration r on r.issuer = a.issuer and (a.client_id is null or r.client_id = a.client_id) and r.status = 'active'
), only_one as (
  select m.* from matching m where m.matches = 1
), remembered as (
  insert into lti.login (registration_id, state_hash, nonce_hash, browser_hash, login_hint, message_hint, target_link_uri, deployment_hint,
                         storage_target, expires_at)
  select o.registration_id, a.state_hash, a.nonce_hash, a.browser_hash, a.login_hint, a.message_hint, a.target_link_uri, a.deployment_hint,
    a.storage_target, to_timestamp(a.expires_at)
  from only_one o join asked a using (place)
  -- Whoever led and went away may have been stored with all who came along, who now go alone: it is the same login.
  on conflict (state_hash) do nothing
)
select o.*, array(select d.deployment_id from lti.deployment d where d.registration_id = o.registration_id) as deployments from only_one o
