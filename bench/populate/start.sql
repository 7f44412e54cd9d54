-- What each of the databases has: numbers that look random and are the same on
-- every machine. They are dropped again before statistics are taken.
SET client_min_messages = warning;
CREATE SCHEMA dice;

-- From 0 up to 1: the same for the same row and throw.
CREATE FUNCTION dice.throw(i bigint, throw bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT (hashint8extended(i, throw) & 1099511627775)::float8 / 1099511627776.0';

-- From 1 to n: a number k about as often as 1/k, the flatter the smaller s is.
CREATE FUNCTION dice.zipf(u float8, n bigint, s float8) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
'SELECT least(n, 1 + floor((power(1 + u * (power(n + 1.0, 1 - s) - 1), 1 / (1 - s))) - 1)::bigint)';

-- A word for a number: the small ones are the common ones.
CREATE FUNCTION dice.word(k bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT (ARRAY['ba', 'co', 'di', 'fen', 'gra', 'hul', 'in', 'ker', 'lo', 'mar', 'nes', 'or', 'pli', 'qua', 'ros', 'sta', 'tre', 'ul', 'vin', 'wes'])[1 + k % 20]
    || (ARRAY['ner', 'lig', 'mont', 'sey', 'ta', 'ro', 'den', 'ki', 'bur', 'sol', 'ven', 'chi', 'pa', 'lor', 'gan', 'fy', 'tos', 'ram', 'zel', 'ing'])[1 + (k / 20) % 20]
    || (ARRAY['', 's', 'er', 'ing', 'ed', 'ly', 'o', 'a', 'um', 'ix'])[1 + (k / 400) % 10]
$$;

-- n words of a row
CREATE FUNCTION dice.words(i bigint, throw bigint, n int) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
SELECT string_agg(dice.word(dice.zipf(dice.throw(i, throw * 100 + w), 4000, 0.8)), ' ' ORDER BY w)
FROM generate_series(1, n) AS w
$$;
