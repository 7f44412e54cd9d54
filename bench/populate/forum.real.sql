-- A few threads have most of the posts, a few members write most of them.
INSERT INTO member (id, handle, email, bio, karma, settings, joined_at)
SELECT md5('member' || i)::uuid, dice.word(i % 4000) || i, dice.word(i % 3000) || i || '@example.org',
    CASE WHEN dice.throw(i, 1) < 0.7 THEN NULL ELSE dice.words(i, 2, 5) END, (power(dice.throw(i, 3), 8) * 20000)::int,
    jsonb_build_object('theme', (ARRAY['light', 'dark'])[1 + (dice.throw(i, 4) < 0.35)::int], 'per_page', 10 * (1 + (dice.throw(i, 5) * 3)::int))
        || CASE WHEN dice.throw(i, 6) < 0.2 THEN jsonb '{"beta": true}' ELSE '{}' END,
    timestamptz '2020-01-01 00:00+00' + i * (interval '6 years' / (:rows / 20))
FROM generate_series(1, :rows / 20) AS i;
INSERT INTO board SELECT i, dice.word(i * 13) || '-' || i, CASE WHEN i > 6 THEN 1 + (i - 7) % 6 END, initcap(dice.words(i, 7, 2)) FROM generate_series(1, 40) AS i;
INSERT INTO thread (board_id, author_id, title, tags, pinned, created_at, last_post_at)
SELECT dice.zipf(dice.throw(i, 8), 40, 0.8), md5('member' || ((dice.zipf(dice.throw(i, 9), :rows / 20, 0.7) * 7919) % (:rows / 20) + 1))::uuid,
    initcap(dice.words(i, 10, 5)),
    (SELECT array_agg(DISTINCT dice.word(1000 + dice.zipf(dice.throw(i * 8 + n, 11), 200, 0.9))) FROM generate_series(1, 1 + (dice.throw(i, 12) * 4)::int) AS n),
    dice.throw(i, 13) < 0.01, t.at, t.at + power(dice.throw(i, 14), 6) * interval '400 days'
FROM generate_series(1, :rows / 15) AS i
CROSS JOIN LATERAL (SELECT timestamptz '2020-02-01 00:00+00' + i * (interval '6 years' / (:rows / 15)) AS at) AS t
ORDER BY i;
INSERT INTO post (thread_id, author_id, parent_id, body, meta, score, created_at)
SELECT (dice.zipf(dice.throw(i, 15), :rows / 15, 0.5) * 7919) % (:rows / 15) + 1,
    md5('member' || ((dice.zipf(dice.throw(i, 16), :rows / 20, 0.8) * 7919) % (:rows / 20) + 1))::uuid,
    CASE WHEN i > 1 AND dice.throw(i, 17) < 0.6 THEN 1 + ((i - 1) * sqrt(dice.throw(i, 18)))::bigint % (i - 1) END,
    dice.words(i, 19, 4 + (dice.throw(i, 20) * 12)::int),
    CASE WHEN dice.throw(i, 21) < 0.75 THEN NULL ELSE jsonb_build_object('client', (ARRAY['web', 'ios', 'android', 'mail'])[dice.zipf(dice.throw(i, 22), 4, 0.8)], 'edits', (power(dice.throw(i, 23), 3) * 6)::int) END,
    (power(dice.throw(i, 24), 10) * 500)::int - 2,
    timestamptz '2020-02-01 00:00+00' + i * (interval '6 years' / :rows)
FROM generate_series(1, :rows) AS i;
INSERT INTO reaction (post_id, member_id, kind)
SELECT (dice.zipf(dice.throw(i, 25), :rows, 0.5) * 7919) % :rows + 1,
    md5('member' || ((dice.zipf(dice.throw(i, 26), :rows / 20, 0.6) * 7919) % (:rows / 20) + 1))::uuid,
    (ARRAY['like', 'heart', 'laugh', 'sad'])[dice.zipf(dice.throw(i, 27), 4, 0.9)]
FROM generate_series(1, :rows / 4) AS i
ON CONFLICT DO NOTHING;
