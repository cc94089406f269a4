-- Triggers and row-level security of what 14 adds, as in 31 and 42.
do $$
declare
  guarded record;
  guard text;
begin
  for guarded in
    select g.name, g.columns from (values
      ('holder_visibility', '''ended_at'', ''ended_by'''),
      ('use_receipt', '''revoked_at'', ''receiver'', ''note''')) g (name, columns)
  loop
    guard := guarded.name || '_guard';
    execute pg_catalog.format('create trigger %I before update or delete on badges.%I for each row execute function badges.guard_record(%s)',
      guard, guarded.name, guarded.columns);
    execute pg_catalog.format('comment on trigger %I on badges.%I is %L', guard, guarded.name,
      'Refuses deletion and changes, apart from closing and erasing; fires always');
    execute pg_catalog.format('create trigger %I before truncate on badges.%I for each statement execute function badges.guard_record()',
      guard || '_truncate', guarded.name);
    execute pg_catalog.format('comment on trigger %I on badges.%I is %L', guard || '_truncate', guarded.name, 'Refuses truncate');
    execute pg_catalog.format('alter table badges.%1$I enable always trigger %2$I, enable always trigger %3$I',
      guarded.name, guard, guard || '_truncate');
    execute pg_catalog.format('alter table badges.%I enable row level security', guarded.name);
    execute pg_catalog.format('create policy %I on badges.%I for select using (issuer_id = any (array(select badges.visible_issuers())))',
      guarded.name || '_of_tenant', guarded.name);
  end loop;
end
$$;

alter table badges.programme_stage enable row level security;
create policy programme_stage_of_tenant on badges.programme_stage for select
  using (exists (select from badges.programme p where p.programme_id = programme_stage.programme_id));
