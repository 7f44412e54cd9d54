-- A count of children in the SELECT list, above the sort and its LIMIT: it runs
-- for the rows of the page alone.
CREATE TABLE campaign (id int PRIMARY KEY, score int NOT NULL, name text NOT NULL);
CREATE TABLE pledge (id bigint PRIMARY KEY, campaign_id int NOT NULL REFERENCES campaign);
INSERT INTO campaign SELECT i, (dice(i, 1) * 100000)::int, 'campaign ' || i FROM generate_series(1, 400 * :s) AS i;
INSERT INTO pledge SELECT i, 1 + i % (400 * :s) FROM generate_series(1, 16000 * :s) AS i;
CREATE INDEX ON pledge (campaign_id);
VACUUM ANALYZE;

SELECT perfcheck_add_query('list', 'SELECT c.*, (SELECT count(*) FROM pledge p WHERE p.campaign_id = c.id) AS pledges FROM campaign c ORDER BY score DESC LIMIT 20');
SELECT perfcheck_add_query('list_by_count', 'SELECT c.*, (SELECT count(*) FROM pledge p WHERE p.campaign_id = c.id) AS pledges FROM campaign c ORDER BY pledges DESC LIMIT 20');
SELECT perfcheck_add_query('list_two', 'SELECT c.id, (SELECT max(p.id) FROM pledge p WHERE p.campaign_id = c.id), EXISTS (SELECT 1 FROM pledge p WHERE p.campaign_id = c.id) FROM campaign c ORDER BY name LIMIT 50');
SELECT perfcheck_add_query('list_last', 'SELECT c.id, (SELECT max(p.id) FROM pledge p WHERE p.campaign_id = c.id) FROM campaign c ORDER BY name LIMIT 50');
