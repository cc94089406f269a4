-- Who asks a platform for a token holds a row for some seconds and no connection: a platform that is slow cannot use up the pool.
alter table lti.access_token add column asking_until timestamptz;
