-- Row-level security of what surrounds the assertions, as in 40. Frameworks are the same for all tenants.
alter table badges.alignment enable row level security;
alter table badges.programme enable row level security;
alter table badges.programme_achievement enable row level security;
alter table badges.programme_stage enable row level security;
alter table badges.usage_daily enable row level security;

create policy alignment_of_tenant on badges.alignment for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy programme_of_tenant on badges.programme for select
  using (issuer_id = any (array(select badges.visible_issuers())));
create policy programme_achievement_of_tenant on badges.programme_achievement for select
  using (exists (select from badges.programme p where p.programme_id = programme_achievement.programme_id));
create policy programme_stage_of_tenant on badges.programme_stage for select
  using (exists (select from badges.programme p where p.programme_id = programme_stage.programme_id));
create policy usage_daily_of_tenant on badges.usage_daily for select
  using (exists (select from badges.achievement a where a.achievement_id = usage_daily.series_id));
