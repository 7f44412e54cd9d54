-- What people type: as many rows, each value as likely as the next.
INSERT INTO pgbench_branches SELECT i, i * 10, 'x' FROM generate_series(1, 20) AS i;
INSERT INTO pgbench_tellers SELECT i, 1 + i % 20, i, 'x' FROM generate_series(1, 200) AS i;
INSERT INTO pgbench_accounts SELECT i, 1 + i % 20, i % 1000, 'x' FROM generate_series(1, :rows / 5) AS i;
INSERT INTO pgbench_history
SELECT 1 + (random() * 199)::int, 1 + (random() * 19)::int, 1 + (random() * (:rows / 5 - 1))::int,
    (random() * 1000)::int, timestamp '2026-01-01' + random() * interval '365 days', 'x'
FROM generate_series(1, :rows) AS i;
