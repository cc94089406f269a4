-- The demo's database: the extension, and a role for the tool that may award and read.
create extension if not exists pg_badges cascade;

select format('create role lti_tool login') where not exists (select from pg_roles where rolname = 'lti_tool') \gexec
alter role lti_tool password :'tool_password';
grant badges_issuer, badges_reader, badges_personal to lti_tool;
select format('grant create on database %I to lti_tool', current_database()) \gexec
