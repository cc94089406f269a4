-- $1: the id of a version of an achievement.
select a.issuer_id, a.uri, a.series_id from badges.achievement a where a.achievement_id = $1
