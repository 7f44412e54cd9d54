-- A few branches and accounts have most of the history.
INSERT INTO pgbench_branches SELECT i, (dice.throw(i, 1) * 1000000)::int, '' FROM generate_series(1, 20) AS i;
INSERT INTO pgbench_tellers SELECT i, 1 + (i - 1) / 10, (dice.throw(i, 2) * 100000)::int, '' FROM generate_series(1, 200) AS i;
INSERT INTO pgbench_accounts
SELECT i, 1 + (i - 1) * 20 / (:rows / 5), (1000 * exp(3 * dice.throw(i, 3)))::int - 1000, ''
FROM generate_series(1, :rows / 5) AS i;
INSERT INTO pgbench_history
SELECT t.tid, 1 + (t.tid - 1) / 10, a.aid,
    ((dice.throw(i, 6) + dice.throw(i, 7) + dice.throw(i, 8) - 1.5) * 5000)::int,
    timestamp '2026-01-01' + i * interval '31 seconds', CASE WHEN dice.throw(i, 9) < 0.3 THEN NULL ELSE '' END
FROM generate_series(1, :rows) AS i,
    LATERAL (SELECT dice.zipf(dice.throw(i, 4), 200, 0.7)::int AS tid) AS t,
    LATERAL (SELECT ((dice.zipf(dice.throw(i, 5), :rows / 5, 0.6) * 7919) % (:rows / 5) + 1)::int AS aid) AS a;
