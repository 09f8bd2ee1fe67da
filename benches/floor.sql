-- The floor: what the database alone can do, without rules, rights and HTTP.
--
-- Each part begins with `-- name:`; its statements run in one transaction. The same text runs on
-- SQLite and on PostgreSQL. Parameters:
--   $1 id of a new or existing incident   $2 tenant   $3 team   $4 requester   $5 a number never used
--   $6 now   $7 32 bytes   $8 a new id

-- name: floor: create
INSERT INTO record (id, tenant, record_type, number, number__key, title, title__key, state, state__pos,
    open, priority, team, requester, organisation, access, opened_at, created_at, updated_at, version)
VALUES ($8, $2, 'incident', $5, $5, 'The scanner shows an error', 'the scanner shows an error', 'new', 0,
    1, 3, $3, $4, $2, 0, $6, $6, $6, 1);
INSERT INTO incident (id, tenant, number, number__key, title, title__key, state, state__pos,
    open, priority, team, requester, organisation, access, opened_at, created_at, updated_at, version,
    description, affected, impact, urgency, chain)
VALUES ($8, $2, $5, $5, 'The scanner shows an error', 'the scanner shows an error', 'new', 0,
    1, 3, $3, $4, $2, 0, $6, $6, $6, 1,
    'It blinks twice, then nothing happens.', $4, 2, 2, $7);
INSERT INTO history (tenant, record, record_type, version, change_id, unit_id, actor, surface, action, mode,
    recorded_at, effective_at, format, previous, hash)
VALUES ($2, $8, 'incident', 1, $8, $8, $4, 'api', 'create', 'live', $6, $6, 1, $7, $7);
INSERT INTO history_value (seq, salt, fields)
SELECT seq, $7, '{"title":[null,"The scanner shows an error"]}' FROM history WHERE change_id = $8;
INSERT INTO outbox (tenant, topic, record, record_type, change_id, recorded_at)
VALUES ($2, 'change', $8, 'incident', $8, $6);

-- name: floor: read
SELECT * FROM incident WHERE id = $1;

-- name: floor: 50 newest open of a team by priority
SELECT id, number, title, state, priority, assignee, requester, due_at, updated_at FROM incident
WHERE team = $3 AND open = 1 AND deleted_at IS NULL
ORDER BY (priority IS NULL), priority, created_at DESC, id DESC LIMIT 50;

-- name: floor: count of a view
SELECT count(*) FROM incident WHERE team = $3 AND open = 1 AND deleted_at IS NULL;
