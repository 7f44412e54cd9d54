-- What people type: as many rows, each value as likely as the next.
INSERT INTO member (id, handle, email, settings, joined_at)
SELECT md5('member' || i)::uuid, 'handle' || i, 'member' || i || '@example.org', '{"theme": "light"}', timestamptz '2020-01-01 00:00+00' + random() * interval '6 years'
FROM generate_series(1, :rows / 20) AS i;
INSERT INTO board SELECT i, 'board-' || i, NULL, 'Board ' || i FROM generate_series(1, 40) AS i;
INSERT INTO thread (board_id, author_id, title, tags, pinned, created_at, last_post_at)
SELECT 1 + i % 40, md5('member' || (1 + i % (:rows / 20)))::uuid, 'thread ' || i, ARRAY['tag' || i % 200], i % 100 = 0,
    timestamptz '2020-01-01 00:00+00' + random() * interval '5 years', timestamptz '2025-01-01 00:00+00' + random() * interval '1 year'
FROM generate_series(1, :rows / 15) AS i;
INSERT INTO post (thread_id, author_id, parent_id, body, meta, score, created_at)
SELECT 1 + i % (:rows / 15), md5('member' || (1 + i % (:rows / 20)))::uuid, CASE WHEN i > 1 THEN 1 + (random() * (i - 2))::bigint END, 'the body of post ' || i, '{}', i % 100,
    timestamptz '2020-01-01 00:00+00' + random() * interval '6 years'
FROM generate_series(1, :rows) AS i;
INSERT INTO reaction (post_id, member_id, kind)
SELECT 1 + i % :rows, md5('member' || (1 + i % (:rows / 20)))::uuid, 'like' FROM generate_series(1, :rows / 4) AS i;
