SELECT perfcheck_add_query(name, sql) FROM (VALUES
('balance', 'SELECT abalance FROM pgbench_accounts WHERE aid = $1'),
('account_history', 'SELECT delta, mtime FROM pgbench_history WHERE aid = $1 ORDER BY mtime DESC LIMIT 20'),
('account_total', 'SELECT sum(delta) FROM pgbench_history WHERE aid = $1'),
('teller_count', 'SELECT count(*) FROM pgbench_history WHERE tid = $1'),
('teller_latest', 'SELECT aid, delta FROM pgbench_history WHERE tid = $1 ORDER BY mtime DESC LIMIT 20'),
('branch_history', 'SELECT aid, delta FROM pgbench_history WHERE bid = $1 LIMIT 50'),
('branch_accounts', 'SELECT aid, abalance FROM pgbench_accounts WHERE bid = $1 ORDER BY abalance DESC LIMIT 20'),
('since', 'SELECT aid, delta, mtime FROM pgbench_history WHERE mtime >= $1 ORDER BY mtime LIMIT 50'),
('between_times', 'SELECT count(*) FROM pgbench_history WHERE mtime BETWEEN $1 AND $2'),
('large_deltas', 'SELECT aid, delta FROM pgbench_history WHERE delta > $1 ORDER BY mtime DESC LIMIT 20'),
('without_note', 'SELECT aid, mtime FROM pgbench_history WHERE filler IS NULL AND tid = $1 LIMIT 20'),
('accounts_of_teller', 'SELECT a.aid, a.abalance FROM pgbench_tellers AS t JOIN pgbench_accounts AS a ON a.bid = t.bid WHERE t.tid = $1 ORDER BY a.abalance LIMIT 10'),
('history_with_balance', 'SELECT h.mtime, h.delta, a.abalance FROM pgbench_history AS h JOIN pgbench_accounts AS a ON a.aid = h.aid WHERE h.aid = $1 ORDER BY h.mtime DESC LIMIT 20'),
('teller_and_account', 'SELECT mtime, delta FROM pgbench_history WHERE tid = $1 AND aid = $2'),
('rich_accounts', 'SELECT aid FROM pgbench_accounts WHERE abalance > $1 LIMIT 20')
) AS q (name, sql);
