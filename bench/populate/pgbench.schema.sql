-- pgbench's tables, with their foreign keys, and the indexes that a bank would add.
CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler char(88));
CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int REFERENCES pgbench_branches, tbalance int, filler char(84));
CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int REFERENCES pgbench_branches, abalance int, filler char(84));
CREATE TABLE pgbench_history (
    tid int REFERENCES pgbench_tellers, bid int REFERENCES pgbench_branches, aid int REFERENCES pgbench_accounts,
    delta int, mtime timestamp, filler char(22));
CREATE INDEX history_account ON pgbench_history (aid, mtime);
CREATE INDEX history_teller ON pgbench_history (tid);
CREATE INDEX history_time ON pgbench_history (mtime);
CREATE INDEX accounts_branch ON pgbench_accounts (bid, abalance);
